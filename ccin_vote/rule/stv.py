"""The single transferable vote in the Gregory family: papers move at transfer values."""

from __future__ import annotations

from dataclasses import replace

from ccin_vote.rule.ruleset import (
    Clause,
    Countback,
    Ending,
    Exclusion,
    Marking,
    Quota,
    RuleSet,
    Steps,
    Surplus,
    Ties,
    Transfers,
    Unclear,
)

SCOTTISH_STV = RuleSet(
    name="scottish-stv",
    version="2011",
    title="Single transferable vote (Scottish local government)",
    citation=(
        "The Scottish Local Government Elections Order 2011 (SSI 2011/399), schedule 1, part III,"
        " rules 46 to 53"
    ),
    summary="voters rank candidates; several seats filled in proportion by quota and transfer",
    method=Transfers(quota=Quota.DROOP, surplus=Surplus.WHOLE_PILE),
    marking=Marking.RANKING,
    ties=Ties.LATEST_STAGE_THEN_LOT,
    places=5,
    guards=True,
    tie_words="Equal candidates are told apart by the most recent earlier stage, else by lot.",
    clauses=(
        Clause("rule 12", "No more candidates than seats: they are elected without a ballot."),
        Clause(
            "rule 44",
            "A paper without a first preference, or with more than one, is not counted.",
        ),
        Clause("rule 46", "First stage: papers are sorted and counted by first preference."),
        Clause(
            "rule 47",
            "The quota is the number of valid papers divided by the seats plus one, any fraction"
            " dropped, plus one.",
        ),
        Clause("rule 48", "A candidate whose votes equal or exceed the quota is deemed elected."),
        Clause(
            "rule 49",
            "The surplus of an elected candidate is transferred: every paper goes to its next"
            " preference at a value, which is its value when received, times the surplus, divided"
            " by the candidate's votes, to five decimal places, any remainder ignored.",
        ),
        Clause(
            "rule 50",
            "Of several surpluses the largest is transferred first. Equal surpluses: the one with"
            " most votes at the most recent earlier stage at which they differed; else a lot.",
        ),
        Clause(
            "rule 51",
            "If no surplus is left and a seat is vacant, the candidate with fewest votes is"
            " excluded, and each paper goes to its next preference at its present value.",
        ),
        Clause(
            "rule 52",
            "Equal last candidates: the one with fewest votes at the most recent earlier stage at"
            " which they differed is excluded; else a lot.",
        ),
        Clause(
            "rule 53",
            "When the continuing candidates are as many as the vacancies, they are deemed elected;"
            " no further transfer is required (as amended by SSI 2021/437).",
        ),
    ),
)

_MARKING = Clause("marking", "A voter ranks as many candidates as the voter wishes: 1, 2, 3 ...")
_LOT_WORDS = "Equal candidates are told apart by lot."

WIGM = replace(
    SCOTTISH_STV,
    name="wigm",
    version="1",
    title="Single transferable vote, weighted inclusive Gregory, exact",
    citation="Farrell and McAllister, Electoral Studies 22 (2003); Droop (1881), not rounded",
    summary="voters rank candidates; surpluses are carried by every paper, in exact fractions",
    method=Transfers(
        quota=Quota.DROOP_EXACT, surplus=Surplus.WHOLE_PILE, exact=True, over_quota=True
    ),
    places=12,
    ties=Ties.LOT,
    tie_words=_LOT_WORDS,
    countback=Countback.RECOUNT,
    clauses=(
        _MARKING,
        Clause(
            "quota",
            "The valid votes divided by the seats plus one, as an exact fraction; a"
            " candidate with more than that is elected.",
        ),
        Clause(
            "surplus",
            "The largest surplus first: every paper of the candidate goes to its next"
            " preference at its value times the surplus over the candidate's votes.",
        ),
        Clause(
            "exclusion",
            "If no surplus is left, the candidate with fewest votes is excluded, and"
            " each paper goes to its next preference at its present value.",
        ),
        Clause(
            "end",
            "When the continuing candidates are no more than the vacancies, they are elected.",
        ),
        Clause("exactness", "Nothing is rounded; the table shows twelve decimal places."),
        Clause("ties", "A lot decides."),
        Clause(
            "casual vacancy",
            "The papers are counted again without the member who left; the"
            " others who were elected cannot be excluded, and keep their seats.",
        ),
    ),
)

MINNEAPOLIS_STV = replace(
    SCOTTISH_STV,
    name="minneapolis-stv",
    guards=False,
    version="2009",
    title="Single transferable vote (Minneapolis)",
    citation="Minneapolis Code of Ordinances, title 8.5, chapter 167, sections 167.20 and 167.70",
    summary="every paper carries a surplus; sure losers are defeated together",
    method=Transfers(
        quota=Quota.DROOP,
        surplus=Surplus.WHOLE_PILE,
        exclusion=Exclusion.FEWEST_TOGETHER,
        twice=True,
        one_by_one=True,
    ),
    places=4,
    skipped=Unclear.PASS_OVER,
    repeated=Unclear.PASS_OVER,
    ties=Ties.LOT,
    tie_words=_LOT_WORDS,
    clauses=(
        _MARKING,
        Clause(
            "167.20 threshold",
            "The votes divided by the seats plus one, plus one, any fraction disregarded.",
        ),
        Clause(
            "167.70(1)(a)",
            "If candidates with the threshold or more fill all the seats, they are elected.",
        ),
        Clause(
            "167.70(1)(c)",
            "All candidates who cannot be elected, because their votes with all"
            " votes below them and all surpluses are fewer than the next candidate's, are"
            " defeated at once, before a surplus moves.",
        ),
        Clause(
            "167.70(1)(d)",
            "Otherwise whoever has the largest surplus is elected and it is transferred, also to"
            " others who have the threshold. The surplus fraction"
            " is the surplus over the candidate's votes, to four places; each paper's value is"
            " multiplied by it, to four places; remainders are ignored.",
        ),
        Clause("167.70(1)(e)", "Otherwise the candidate with fewest votes is defeated."),
        Clause(
            "167.70(1)(f)",
            "When the continuing candidates are as many as the vacancies, they are elected.",
        ),
        Clause("ties", "A lot decides, and is kept for any recount."),
    ),
)

ALBANY_STV = replace(
    SCOTTISH_STV,
    name="albany-stv",
    guards=False,
    version="2022",
    title="Single transferable vote (Albany, California)",
    citation="Albany Municipal Code chapter XXIV as counted by Alameda County in November 2022",
    summary="every paper carries a surplus; the quota follows the votes in play",
    method=Transfers(quota=Quota.DROOP_OF_CONTINUING, surplus=Surplus.WHOLE_PILE, twice=True),
    places=6,
    skipped=Unclear.PASS_OVER,
    repeated=Unclear.PASS_OVER,
    ties=Ties.LOT,
    tie_words=_LOT_WORDS,
    clauses=(
        _MARKING,
        Clause(
            "threshold",
            "At each stage: the votes that candidates have, divided by the seats"
            " plus one, any fraction dropped, plus one.",
        ),
        Clause(
            "surplus",
            "The largest surplus is transferred: the share of a vote is the surplus"
            " over the candidate's votes, to six places; each paper's value is multiplied by it.",
        ),
        Clause("exclusion", "If no surplus is left, the candidate with fewest votes is excluded."),
        Clause(
            "end",
            "When the continuing candidates are no more than the vacancies, they are elected.",
        ),
        Clause("ties", "A lot decides."),
    ),
)

_FIRST_DIFFERENCE = (
    "Equal candidates are told apart by the first stage at which their votes differed, else by lot."
)
_STEPS = Clause(
    "exclusion in steps",
    "The papers of the excluded move in steps, those of the highest value first; a candidate who"
    " is elected at a step has no more of the next.",
)

_GREGORY = Transfers(
    quota=Quota.DROOP_HUNDREDTHS,
    surplus=Surplus.LAST_PARCEL,
    exclusion=Exclusion.FEWEST_TOGETHER,
    steps=Steps.BY_VALUE,
    deferred=True,
    equal_suffices=True,
    ends_at_exclusion=True,
    equals_wait=True,
)

ERS97 = replace(
    SCOTTISH_STV,
    name="ers97",
    version="1997",
    title="Single transferable vote (Electoral Reform Society, 1997)",
    citation=(
        "Electoral Reform Society, How to conduct an election by the Single Transferable Vote,"
        " third edition (1997), section 5"
    ),
    summary="the batch last received carries a surplus; two decimals, a quota that shrinks",
    method=_GREGORY,
    places=2,
    ties=Ties.FIRST_STAGE_THEN_LOT,
    tie_words=_FIRST_DIFFERENCE,
    countback=Countback.RECOUNT,
    clauses=(
        Clause("4 and 6.8", "A voter ranks as many candidates as the voter wishes: 1, 2, 3 ..."),
        Clause(
            "5.1.6",
            "The quota: the valid votes divided by the seats plus one, to two decimal"
            " places; if that is not exact, 0.01 more.",
        ),
        Clause(
            "5.1.7, 5.3.13, 5.4.9",
            "From the most votes down, a candidate is elected with the"
            " quota, or with the total active vote divided by the places not filled plus one,"
            " if that is less. The active vote is that of continuing candidates and all that waits"
            " to be transferred: surpluses, and papers of the excluded that have not moved yet.",
        ),
        Clause(
            "5.4.8",
            "Until somebody is elected, votes that become non-transferable reduce the quota.",
        ),
        Clause(
            "5.2.2",
            "Surpluses wait while all of them together do not exceed the gap between"
            " the two lowest candidates, or between the votes of those who could be excluded"
            " together and the next candidate.",
        ),
        Clause("5.2.3", "Otherwise the largest surplus is transferred."),
        Clause(
            "5.3.2, 5.3.7",
            "Only the batch last received is looked at, and in it the papers that"
            " can be transferred: each has the surplus divided by their number, to two places,"
            " any remainder ignored, but no more than it was worth.",
        ),
        Clause(
            "5.2.5",
            "Otherwise the candidates with fewest votes are excluded, as many together"
            " as possible: their votes with all surpluses do not exceed the next candidate's,"
            " and enough candidates remain.",
        ),
        Clause(
            "5.4.1 to 5.4.11",
            "The papers of the excluded move in batches, the highest value"
            " first; whoever is elected after a batch has none of the next.",
        ),
        Clause(
            "5.5.1, 5.5.2",
            "If an exclusion would leave no more candidates than places, they are"
            " elected, and the count ends; it ends too when all places are filled.",
        ),
        Clause(
            "5.2.3, 5.2.5",
            "Equal surpluses or last candidates: the votes at the first point at"
            " which they differed decide; else a lot.",
        ),
        Clause(
            "5.6.2",
            "Too many equal candidates to elect: the first point at which they differed"
            " decides; if they never did, none of them is elected at that stage.",
        ),
        Clause(
            "7.1",
            "A casual vacancy: the papers are counted again without the member who left;"
            " the others who were elected cannot be excluded, and keep their seats.",
        ),
    ),
)

NORTHERN_IRELAND_STV = replace(
    ERS97,
    name="northern-ireland-stv",
    guards=False,
    version="1985",
    title="Single transferable vote (Northern Ireland)",
    citation=(
        "Electoral Law Act (Northern Ireland) 1962, schedule 5 (as in SI 1985/454), rules 46 to 52"
    ),
    summary="the papers last received carry a surplus; two decimals",
    method=replace(
        _GREGORY,
        quota=Quota.DROOP,
        steps=Steps.FIRST_THEN_BY_VALUE,
        ending=Ending.LAST_VACANCIES_OR_LEADER,
        equal_suffices=False,
        ends_at_exclusion=False,
        equals_wait=False,
    ),
    countback=Countback.NONE,
    clauses=(
        Clause(
            "rule 46",
            "A paper is not counted that has no figure 1 or more than one, does not"
            " bear the mark, tells who voted, or is unmarked or uncertain.",
        ),
        Clause(
            "rule 48",
            "The quota is the number of valid papers divided by the seats plus one,"
            " any fraction dropped, plus one; a candidate with the quota is elected. For"
            " one vacancy the law has one exclusion first, which changes no winner.",
        ),
        Clause(
            "rule 49(1) to (4)",
            "A surplus of first preferences: the transferable papers go on,"
            " each at the surplus divided by their number, to two decimal places, any remainder"
            " ignored.",
        ),
        Clause(
            "rule 49(5) to (7)",
            "A later surplus: only the papers last received are looked at,"
            " in the same way; none is worth more than when received.",
        ),
        Clause(
            "rule 49(10)",
            "Surpluses wait while they are less than the gap between the two lowest"
            " candidates, or between the votes of two or more lowest and the next candidate.",
        ),
        Clause(
            "rule 50(1)",
            "The largest surplus goes first; of equal ones that of the candidate"
            " with most votes at the earliest stage at which they were unequal; else a lot.",
        ),
        Clause(
            "rule 51(1) and (12)",
            "Otherwise the candidate with fewest votes is excluded; two or"
            " more at once if their votes with all surpluses are less than the next"
            " candidate's.",
        ),
        Clause(
            "rule 51(2) to (9)",
            "First the papers of first preferences go on, then those that"
            " had been transferred, the highest value first. Whoever is elected at a step has"
            " none of the next.",
        ),
        Clause(
            "rule 51(13)",
            "Equal last candidates: the one with fewest votes at the earliest stage"
            " at which they were unequal; else a lot. An exclusion with all its steps is one"
            " stage for this.",
        ),
        Clause(
            "rule 52(1)",
            "When the continuing candidates are as many as the vacancies, they are elected.",
        ),
        Clause(
            "rule 52(2)",
            "For the last vacancy a candidate is elected whose votes equal or exceed"
            " those of all others together with any surplus not transferred. While papers of an"
            " excluded candidate still have to move, nobody is elected so.",
        ),
    ),
)

PRSA_1977 = replace(
    ERS97,
    name="prsa-1977",
    guards=False,
    version="1977",
    title="Quota-preferential count (Proportional Representation Society of Australia)",
    citation="PRSA, Proportional Representation Manual: rules for conducting elections (1977)",
    summary="the papers last received carry a surplus; thousandths of a vote",
    method=Transfers(
        quota=Quota.DROOP_THOUSANDTHS, surplus=Surplus.LAST_PARCEL, steps=Steps.BY_PARCEL
    ),
    places=3,
    countback=Countback.NONE,
    ties=Ties.LATEST_STAGE_THEN_LOT,
    tie_words=SCOTTISH_STV.tie_words,
    clauses=(
        _MARKING,
        Clause(
            "rule 1.3",
            "The quota: the first preferences in thousandths of a vote, divided by"
            " the vacancies plus one; the whole number of thousandths next above.",
        ),
        Clause("rule 2.1", "A candidate with the quota or more is elected."),
        Clause(
            "rule 2.3",
            "A surplus: of the papers last received those that prefer another"
            " unelected candidate go on, each at the surplus divided by their number, to a"
            " thousandth, unless they are worth less together. The largest surplus goes first.",
        ),
        Clause(
            "exclusion",
            "If no surplus is left, the candidate with fewest votes is excluded; the"
            " parcels go on in the order in which they were received, one step each.",
        ),
        Clause(
            "end",
            "When the continuing candidates are no more than the vacancies, they are elected.",
        ),
        Clause("ties", "The most recent earlier stage at which the votes differed; else a lot."),
    ),
)

STV_RULES = (
    SCOTTISH_STV,
    ERS97,
    NORTHERN_IRELAND_STV,
    PRSA_1977,
    WIGM,
    MINNEAPOLIS_STV,
    ALBANY_STV,
)
"""The rules of this file."""

"""The rules that the tool counts by, each a law turned into data."""

from __future__ import annotations

from types import MappingProxyType

from ccin_vote.rule.ruleset import Clause, Family, Marking, Quota, RuleSet, Surplus, Ties

_FIRST_PAST_THE_POST = RuleSet(
    name="first-past-the-post",
    version="1983",
    title="First past the post",
    citation="Representation of the People Act 1983, schedule 1, rules 17, 18, 47 and 49",
    summary="each voter marks one candidate; the candidate with most votes is elected",
    family=Family.PLURALITY,
    marking=Marking.CROSS,
    quota=Quota.NONE,
    surplus=Surplus.NONE,
    ties=Ties.LOT,
    places=0,
    one_seat=True,
    tie_words="If the first candidates have equal votes, a lot decides.",
    clauses=(
        Clause("rule 17", "No more candidates than seats: they are elected without a ballot."),
        Clause("rule 18", "The votes given to each candidate are counted; most votes elect."),
        Clause("rule 47", "A paper with votes for more than one candidate, or unmarked, is void."),
        Clause("rule 49", "Equal votes: a lot decides, and counts as one more vote."),
    ),
)

_ALTERNATIVE_VOTE = RuleSet(
    name="alternative-vote",
    version="2011",
    title="Alternative vote",
    citation=(
        "Parliamentary Voting System and Constituencies Act 2011 (as enacted), section 9 and"
        " schedule 10: rules 37A, 45A, 49 and 49A"
    ),
    summary="voters rank candidates; the last is excluded until one has more than half",
    family=Family.GREGORY,
    marking=Marking.RANKING,
    quota=Quota.MAJORITY_OF_CONTINUING,
    surplus=Surplus.NONE,
    ties=Ties.FIRST_STAGE_THEN_LOT,
    places=0,
    one_seat=True,
    tie_words=(
        "Equal candidates are told apart by first preferences, then by the next stage and so on,"
        " else by lot."
    ),
    clauses=(
        Clause("rule 37A", "A voter ranks as many candidates as the voter wishes: 1, 2, 3 ..."),
        Clause(
            "rule 45A(2)",
            "First preferences are counted. A candidate with more votes than all the others put"
            " together is elected.",
        ),
        Clause(
            "rule 45A(3)",
            "If not, the candidate with fewest votes is excluded; each of that candidate's papers"
            " goes to its next preference among those who remain, or becomes non-transferable.",
        ),
        Clause(
            "rule 45A(4) and (5)",
            "This is repeated until a candidate has more votes than all the others who remain put"
            " together, and so is elected.",
        ),
        Clause(
            "rule 49",
            "Equal last candidates: the one with fewest first preferences is excluded; if that"
            " does not tell them apart, the one with fewest at the next stage, and so on; else a"
            " lot.",
        ),
        Clause(
            "rule 49A",
            "Two remaining candidates with equal votes: the one with more first preferences is"
            " elected; if that does not tell them apart, the next stage, and so on; else a lot.",
        ),
    ),
)

_SCOTTISH_STV = RuleSet(
    name="scottish-stv",
    version="2011",
    title="Single transferable vote (Scottish local government)",
    citation=(
        "The Scottish Local Government Elections Order 2011 (SSI 2011/399), schedule 1, part III,"
        " rules 46 to 53"
    ),
    summary="voters rank candidates; several seats filled in proportion by quota and transfer",
    family=Family.GREGORY,
    marking=Marking.RANKING,
    quota=Quota.DROOP,
    surplus=Surplus.WEIGHTED_INCLUSIVE,
    ties=Ties.LATEST_STAGE_THEN_LOT,
    places=5,
    one_seat=False,
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

RULES = MappingProxyType(
    {rule.name: rule for rule in (_FIRST_PAST_THE_POST, _ALTERNATIVE_VOTE, _SCOTTISH_STV)}
)
"""Every rule by its name."""

"""The single transferable vote by keep values: Meek's method and its relatives."""

from __future__ import annotations

from dataclasses import replace

from ccin_vote.rule.ruleset import (
    Clause,
    Countback,
    KeepValues,
    Marking,
    RuleSet,
    Ties,
    Unclear,
)

MEEK = RuleSet(
    name="meek",
    version="1987",
    title="Single transferable vote by Meek's method",
    citation="Hill, Wichmann and Woodall, Algorithm 123: Single transferable vote by Meek's method,"
    " The Computer Journal 30 (1987)",
    summary="voters rank candidates; the elected keep just what they need of every vote",
    method=KeepValues(settled=True),
    marking=Marking.RANKING,
    ties=Ties.LOT,
    tie_words="Equal candidates are told apart by lot.",
    places=9,
    guards=True,
    equal=Unclear.ALLOWED,
    countback=Countback.RECOUNT,
    clauses=(
        Clause(
            "marking",
            "A voter ranks candidates; several may share a place, and then share the vote equally.",
        ),
        Clause(
            "keep values",
            "Everybody begins with a keep value of 1. Each vote goes down the"
            " paper: a candidate keeps that share of what arrives, and the rest goes on.",
        ),
        Clause(
            "quota",
            "The votes that candidates have, divided by the seats plus one, calculated anew each"
            " time. A candidate with more than the quota is elected. One with just the quota"
            " continues: if in the end one candidate more than there are seats has just that, they"
            " are equal, and it must not matter who came to it first.",
        ),
        Clause(
            "surplus",
            "The keep value of each elected candidate is multiplied by the quota over the"
            " candidate's votes, again and again, until every elected candidate has just the quota."
            " Here the keep values at which that is so are found at once; they are the same.",
        ),
        Clause(
            "exclusion",
            "If nobody else has more than the quota then, the candidate with fewest votes is"
            " excluded: the keep value becomes 0, as though the candidate had not stood.",
        ),
        Clause(
            "end",
            "When the continuing candidates are no more than the vacancies, they are elected.",
        ),
        Clause(
            "precision",
            "Votes are calculated to 27 decimal places and shown to nine. The 1987 program used"
            " real numbers.",
        ),
        Clause(
            "ties",
            "Candidates whose votes differ by less than 0.000000001 are equal; a lot decides.",
        ),
        Clause(
            "casual vacancy",
            "The papers are counted again without the member who left; the"
            " others who were elected cannot be excluded, and keep their seats.",
        ),
    ),
)

MEEK_NZ = replace(
    MEEK,
    name="meek-nz",
    guards=False,
    version="2001",
    title="Single transferable vote (New Zealand local elections)",
    citation="Local Electoral Regulations 2001 (New Zealand), schedule 1A",
    summary="Meek's method in nine decimal places, as New Zealand's councils use it",
    method=KeepValues(tolerance=4, separately=True, statutory=True),
    ties=Ties.FIRST_STAGE_THEN_LOT,
    tie_words=(
        "Equal candidates are told apart by the first step of the calculation at which their votes"
        " differed, else by lot."
    ),
    equal=Unclear.STOP,
    countback=Countback.NONE,
    clauses=(
        Clause("marking", "A voter ranks as many candidates as the voter wishes."),
        Clause(
            "keep values",
            "As under Meek's method; what is kept of a vote and what goes on are each calculated"
            " to nine decimal places, rounded up, and so are keep values, at every step.",
        ),
        Clause(
            "quota",
            "The votes less the non-transferable, divided by the seats plus one, to nine"
            " places, plus 0.000000001. A candidate with the quota or more is elected.",
        ),
        Clause(
            "clause 13",
            "From the second step on: once the surpluses come to less than 0.0001 of a vote, or"
            " are too few to lift the last candidate to the next (or, clause 23, keep values come"
            " again), the candidate with fewest votes is excluded, also at a step at which somebody"
            " is elected.",
        ),
        Clause(
            "end",
            "When the continuing candidates are no more than the vacancies, they are elected.",
        ),
        Clause(
            "part 2",
            "One seat: whoever has at least half of the votes in play, rounded up to a whole vote,"
            " is elected; otherwise the last candidate is excluded, step by step.",
        ),
        Clause(
            "clauses 19 and 40",
            "Equal last candidates: the one with fewer votes at the earliest step at which they"
            " differed is excluded; else a lot. The regulations let the calculator draw it from a"
            " pseudo-random sequence; here people draw it, or a public seed.",
        ),
    ),
)

WARREN = replace(
    MEEK,
    name="warren",
    version="1994",
    title="Single transferable vote by Warren's method",
    citation="Warren, Counting in STV elections, Voting matters 1 (1994)",
    summary="as Meek's method, but every supporter of the elected pays the same price",
    method=KeepValues(settled=True, warren=True),
    clauses=(
        MEEK.clauses[0],
        Clause(
            "keep values",
            "A keep value is a price in votes: of what arrives a candidate takes"
            " the price, or all if it is less; the rest goes on.",
        ),
        *MEEK.clauses[2:],
    ),
)

MEEK_PRF = replace(
    MEEK_NZ,
    name="meek-prf",
    version="2015",
    title="Single transferable vote (reference Meek rule)",
    citation="Proportional Representation Foundation, Reference Meek Rule, 2.2; used by Wikimedia",
    summary="Meek's method in nine decimal places, until less than a millionth is left over",
    method=KeepValues(tolerance=6),
    ties=Ties.LOT,
    tie_words="The last and all whom the surplus left could lift to the next are equal: a lot.",
    countback=Countback.NONE,
    clauses=(
        Clause("marking", "A voter ranks as many candidates as the voter wishes."),
        Clause(
            "B.2.a",
            "Each paper has a weight of 1. From its top down every candidate takes the weight times"
            " the keep factor, to nine decimal places, rounded up; the weight falls by as much.",
        ),
        Clause(
            "B.2.b",
            "The quota: the votes of all candidates divided by the seats plus one, cut to nine"
            " decimal places, plus 0.000000001.",
        ),
        Clause("B.2.c", "Every candidate with the quota or more is elected."),
        Clause(
            "B.2.d and B.2.e",
            "Keep factors are worked out again until the surpluses together are less than"
            " 0.000001 of a vote, or no smaller than the time before.",
        ),
        Clause(
            "B.2.f",
            "The keep factor of each elected candidate is multiplied by the quota, then divided by"
            " the candidate's votes, each to nine decimal places and rounded up.",
        ),
        Clause(
            "B.3",
            "The candidate with fewest votes is excluded. All whose votes are no more than these"
            " plus the total surplus are equal to that candidate; a lot decides.",
        ),
        Clause(
            "C",
            "When seats are filled, or no more candidates remain than seats, the count is complete,"
            " and those who remain are elected if there are seats for them.",
        ),
    ),
)

MEEK_RULES = (MEEK, MEEK_NZ, MEEK_PRF, WARREN)
"""The rules of this file."""

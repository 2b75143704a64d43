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
    method=KeepValues(tolerance=9, guard=18),
    marking=Marking.RANKING,
    ties=Ties.LOT,
    tie_words="Equal candidates are told apart by lot.",
    places=9,
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
            "The votes that candidates have, divided by the seats plus one, reckoned"
            " anew each time. A candidate with the quota is elected.",
        ),
        Clause(
            "surplus",
            "The keep value of each elected candidate is multiplied by the quota over"
            " the candidate's votes, again and again, until the surpluses left come to no more"
            " than a thousand-millionth of a vote.",
        ),
        Clause(
            "exclusion",
            "Then the candidate with fewest votes is excluded: the keep value"
            " becomes 0, as though the candidate had not stood.",
        ),
        Clause(
            "end",
            "When the continuing candidates are no more than the vacancies, they are elected.",
        ),
        Clause(
            "precision",
            "Reckoned to 27 decimal places; parts of votes are rounded down, keep"
            " values up; the table shows nine places. The 1987 program used real numbers.",
        ),
        Clause(
            "ties",
            "Candidates no further apart than the surplus that is left are equal; a lot decides.",
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
    version="2001",
    title="Single transferable vote (New Zealand local elections)",
    citation="Local Electoral Regulations 2001 (New Zealand), schedule 1A",
    summary="Meek's method in nine decimal places, as New Zealand's councils use it",
    method=KeepValues(tolerance=4, rounded_up=True, exact_ties=True, early=True),
    ties=Ties.FIRST_STAGE_THEN_LOT,
    tie_words=(
        "Equal candidates are told apart by the first stage at which their votes differed, else by"
        " lot."
    ),
    equal=Unclear.STOP,
    countback=Countback.NONE,
    clauses=(
        Clause("marking", "A voter ranks as many candidates as the voter wishes."),
        Clause(
            "keep values",
            "As under Meek's method; parts of votes and keep values are reckoned"
            " to nine decimal places, rounded up.",
        ),
        Clause(
            "quota",
            "The votes less the non-transferable, divided by the seats plus one, to nine"
            " places, plus 0.000000001.",
        ),
        Clause(
            "clause 13",
            "Keep values are changed until the surpluses left come to less than 0.0001 of a vote,"
            " or are too few to lift the last candidate to the next. Then the candidate with"
            " fewest votes is excluded.",
        ),
        Clause(
            "end",
            "When the continuing candidates are no more than the vacancies, they are elected.",
        ),
        Clause(
            "clauses 19 and 40",
            "Equal last candidates: the one with fewer votes at the earliest stage at which they"
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
    method=KeepValues(tolerance=9, guard=18, warren=True),
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

MEEK_RULES = (MEEK, MEEK_NZ, WARREN)
"""The rules of this file."""

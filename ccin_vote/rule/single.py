"""Rules for one seat in which papers move, or lower preferences come in, stage by stage."""

from __future__ import annotations

from dataclasses import replace

from ccin_vote.rule.ruleset import (
    Bucklin,
    Clause,
    Ending,
    Exclusion,
    Marking,
    Quota,
    RuleSet,
    Star,
    Ties,
    Transfers,
    Unclear,
)

ALTERNATIVE_VOTE = RuleSet(
    name="alternative-vote",
    version="2011",
    title="Alternative vote",
    citation=(
        "Parliamentary Voting System and Constituencies Act 2011 (as enacted), section 9 and"
        " schedule 10: rules 37A, 45A, 49 and 49A"
    ),
    summary="voters rank candidates; the last is excluded until one has more than half",
    method=Transfers(quota=Quota.MAJORITY_OF_CONTINUING),
    marking=Marking.RANKING,
    ties=Ties.FIRST_STAGE_THEN_LOT,
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

ALTERNATIVE_VOTE_LAST_TWO = replace(
    ALTERNATIVE_VOTE,
    name="alternative-vote-last-two",
    version="1",
    title="Alternative vote, to the last two",
    citation="21-A Maine Revised Statutes section 723-A: exclusion until two are left",
    summary="voters rank candidates; the last is excluded until two are left",
    method=Transfers(ending=Ending.TWO_LEFT),
    ties=Ties.LOT,
    tie_words="Equal candidates are told apart by lot.",
    clauses=(
        Clause("marking", "A voter ranks as many candidates as the voter wishes."),
        Clause(
            "exclusion",
            "While more than two remain, the candidate with fewest votes is excluded, and each"
            " paper goes to its next preference among those who remain. A majority ends nothing.",
        ),
        Clause("result", "Of the last two the one with more votes is elected."),
        Clause("equal votes", "A lot decides."),
    ),
)

SUPPLEMENTARY_VOTE = replace(
    ALTERNATIVE_VOTE,
    name="supplementary-vote",
    version="2007",
    title="Supplementary vote",
    citation="Local Government Act 2000, schedule 2 (mayoral elections, before 2022)",
    summary="a first and a second choice; all but the two leaders are excluded at once",
    method=Transfers(quota=Quota.MAJORITY_OF_CONTINUING, exclusion=Exclusion.ALL_BUT_TWO),
    most_places=2,
    ties=Ties.LOT,
    tie_words="All who are equal for the second place remain; of equals at the end a lot decides.",
    clauses=(
        Clause("marking", "A voter marks a first and, if wished, a second choice."),
        Clause("first choices", "A candidate with more than half of the first choices is elected."),
        Clause(
            "all but two",
            "Otherwise all but the two candidates with most first choices are excluded; if several"
            " are equal for the second place, all of these remain.",
        ),
        Clause(
            "second choices",
            "Papers of the excluded go to their second choice if that one remains. The candidate"
            " with most votes is then elected.",
        ),
        Clause("equal votes", "The returning officer decides by lot."),
    ),
)

COOMBS = replace(
    ALTERNATIVE_VOTE_LAST_TWO,
    name="coombs",
    version="1964",
    title="Coombs rule",
    citation="Coombs, A Theory of Data (1964)",
    summary="whoever most papers put last is excluded until one has more than half",
    method=Transfers(quota=Quota.MAJORITY_OF_CONTINUING, exclusion=Exclusion.MOST_LAST_PLACES),
    places=0,
    clauses=(
        Clause("marking", "A voter ranks candidates, best all of them."),
        Clause("majority", "A candidate with more than half of the votes in play is elected."),
        Clause(
            "exclusion",
            "If not, the candidate whom most papers put last is excluded. A paper that leaves"
            " several remaining candidates unranked divides its last place among them equally.",
        ),
        Clause("transfer", "Each paper counts for its highest preference who remains."),
        Clause("equal candidates", "A lot decides."),
    ),
)

BUCKLIN = replace(
    ALTERNATIVE_VOTE_LAST_TWO,
    name="bucklin",
    version="1909",
    title="Bucklin voting",
    citation="Grand Junction charter (1909); Hoag and Hallett, Proportional Representation (1926)",
    summary="second, third ... preferences are added until somebody has more than half",
    method=Bucklin(),
    clauses=(
        Clause("first stage", "First preferences are counted."),
        Clause(
            "majority",
            "If candidates have votes from more than half of the valid papers, the"
            " one with most is elected.",
        ),
        Clause("further stages", "If not, the next preferences of all papers are added."),
        Clause("end", "If no preference is left to add, the candidate with most votes is elected."),
        Clause("equal votes", "A lot decides."),
    ),
)

_PROTOCOL = "Equal Vote Coalition, Official Tiebreaker Protocol (as published 12 September 2025)"

STAR = RuleSet(
    name="star",
    version="2025",
    title="STAR voting (score, then automatic run-off)",
    citation=f"Equal Vote Coalition, STAR voting (2014), with its {_PROTOCOL.partition(', ')[2]}",
    summary="scores from 0 to 5; of the two highest, the one whom more voters prefer is elected",
    method=Star(),
    marking=Marking.SCORES,
    ties=Ties.LOT,
    tie_words=(
        "Equal scores: whoever lost most comparisons with the others is out, again and again; then"
        " most fives go on or fewest are out; then a lot. Equal run-off: the higher score, then"
        " most fives, then a lot."
    ),
    one_seat=True,
    highest_score=5,
    equal=Unclear.ALLOWED,
    skipped=Unclear.ALLOWED,
    clauses=(
        Clause("marking", "A voter gives each candidate a score from 0 to 5; no score is 0."),
        Clause("scoring round", "Scores are added up; the two highest totals are the finalists."),
        Clause(
            "run-off round",
            "Each paper is one vote for the finalist whom it scores higher, if"
            " it scores one higher; the finalist with more votes is elected.",
        ),
        Clause(
            "ballot files",
            "The first place of a line stands for 5, the second for 4, and so"
            " on; `=` gives several candidates one score, and `-` leaves a score out.",
        ),
        Clause(
            "protocol, step 1",
            "Equal totals at the edge of the finals: those who are equal are compared with each"
            " other in pairs, and whoever lost most of these comparisons is out.",
        ),
        Clause("protocol, step 2", "An equal run-off: the finalist with the higher total."),
        Clause(
            "protocol, step 3",
            "If that does not help: those with most fives go on, if there is room for them all;"
            " otherwise those with fewest are out, if others are left.",
        ),
        Clause(
            "protocol, step 4",
            "If that does not help either, a lot. After each step those still equal begin again"
            " with the first, until the tie is gone. Nothing is drawn if all of them go on.",
        ),
    ),
)

BLOC_STAR = replace(
    STAR,
    name="bloc-star",
    title="Bloc STAR voting",
    citation=f"Python Enhancement Proposal 13 (as amended in 2024 and 2025); {_PROTOCOL}",
    summary="STAR for several seats: run again without the elected until the seats are filled",
    one_seat=False,
    clauses=(
        *STAR.clauses[:3],
        Clause(
            "seats",
            "The whole is done again for each seat, with the same scores, without those who have"
            " been elected. This is not proportional.",
        ),
        *STAR.clauses[3:],
    ),
)

SINGLE_RULES = (
    ALTERNATIVE_VOTE,
    ALTERNATIVE_VOTE_LAST_TWO,
    SUPPLEMENTARY_VOTE,
    STAR,
    BLOC_STAR,
    BUCKLIN,
    COOMBS,
)
"""The rules of this file."""

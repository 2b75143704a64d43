"""One plain sentence for each stage, each tie and each winner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.record.lots import DrawnLot, RecordedLots
from ccin_vote.report.sentences import stage_sentence, winner_sentence
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from ccin_vote.record.stage import Record


def counted(rule: str, text: str, *lots: DrawnLot) -> Record:
    """Count ``seats / papers / names`` under a rule."""
    seats, papers, names = (part.strip() for part in text.split("/"))
    quoted = "\n".join(f'"{name}"' for name in (*names.split(), "T"))
    lines = "\n".join(f"{paper.strip()} 0" for paper in papers.split(","))
    data = f"{len(names.split())} {seats}\n{lines}\n0\n{quoted}"
    ballots = read_blt(data.encode(), "hand.blt")
    drawn = RecordedLots(ballots.contest, "T", lots)
    return count_contest(ballots.contest, ballots.profile, RULES[rule], drawn)


def lot(stage: int, purpose: str, *order: str) -> DrawnLot:
    """Return a lot of the contest T."""
    return DrawnLot("T", stage, purpose, order, "the officer", "a scrutineer")


SCOTTISH = counted("scottish-stv", "2 / 5 1 2, 5 1, 3 2, 2 3 / Ann Bob Cy")
MAJORITY = counted("alternative-vote", "1 / 6 1, 5 2 / Ann Bob")
CROSSES = counted("first-past-the-post", "1 / 6 1, 5 2 / Ann Bob")
EARLIER = counted("alternative-vote", "1 / 4 1, 3 2, 1 3 2 / Ann Bob Cy")
LAST = counted("alternative-vote", "1 / 6 1, 4 2, 3 3, 1 4 3 / Ann Bob Cy Di")
DRAWN = counted("first-past-the-post", "1 / 2 1, 2 2 / A B", lot(1, "election", "B", "A"))
SURPLUS = counted(
    "scottish-stv", "3 / 11 1 3, 11 2 4, 8 3, 7 4 / A B C D", lot(1, "surplus", "B", "A")
)
AMONG_TWO = counted(
    "scottish-stv",
    "1 / 20 1, 19 2, 4 3, 4 4, 5 5, 1 6 3, 1 6 4 / A B C D E F",
    lot(2, "exclusion", "D", "C"),
)

STAGES = {
    "a quota reached": (
        SCOTTISH,
        1,
        "First preferences are counted. Ann is elected, with at least the quota.",
    ),
    "a surplus": (
        SCOTTISH,
        2,
        (
            "The surplus of Ann is transferred, with each paper at 0.40000 of its value;"
            " 2.00000 votes cannot be transferred."
            " Cy has the fewest votes (2.00000) and is excluded."
        ),
    ),
    "the last places": (
        SCOTTISH,
        3,
        (
            "The papers of Cy go to their next preferences; 2.00000 votes cannot be transferred."
            " Bob is elected, because no more candidates remain than places to fill."
        ),
    ),
    "a majority": (
        MAJORITY,
        1,
        (
            "First preferences are counted. Ann is elected, with more votes than all other"
            " continuing candidates together."
        ),
    ),
    "most votes": (CROSSES, 1, "Votes are counted. Ann is elected, with the most votes."),
    "a tie of the last two": (
        EARLIER,
        2,
        (
            "The papers of Cy go to their next preferences. Ann and Bob have equal votes; their"
            " votes at stage 1 decide: Ann is elected."
        ),
    ),
    "a tie for last": (
        LAST,
        2,
        (
            "The papers of Di go to their next preferences. Bob and Cy have equal votes; their"
            " votes at stage 1 decide: Cy is excluded."
        ),
    ),
    "a lot": (
        DRAWN,
        1,
        (
            "Votes are counted. A and B have equal votes; a lot was drawn, in the order B and"
            " A: B is elected."
        ),
    ),
    "a lot about surpluses": (
        SURPLUS,
        1,
        (
            "First preferences are counted. A and B are elected, with at least the quota. A and"
            " B have equal surpluses; a lot was drawn, in the order B and A: B has the surplus"
            " transferred first."
        ),
    ),
    "a lot among those still equal": (
        AMONG_TWO,
        2,
        (
            "The papers of F go to their next preferences. C, D and E have equal votes; an earlier"
            " stage tells E apart; a lot among the others gave the order D and C: D is excluded."
        ),
    ),
}

CIRCLE = "1 / 1 1 2 3, 1 2 3 1, 1 3 1 2 / Ann Bob Cy"
BOB = lot(1, "election", "Bob", "Cy", "Ann")
STEPS = counted("prsa-1977", "1 / 6 1 2, 5 2, 2 3 2, 1 4 3 1 / Ann Bob Cy Di")
LOWERED = counted("ers97", "3 / 2 1 3, 1 3 2 4 1, 5 1, 1 3 1 4 2, 1 4 1 2 / Ann Bob Cy Di")
SMITH = counted("smith-irv", "1 / 9 1 2, 7 2 1, 5 3 2 1, 3 4 3 / Ann Bob Cy Di")
WHOLE = counted("smith-irv", CIRCLE, lot(2, "exclusion", "Ann", "Cy", "Bob"))
MEEK = counted("meek", "3 / 21 1 2 3, 3 1 4, 9 2 3, 8 3 2, 6 4 5 3, 4 5 4 2 / Ann Bob Cy Di Ed")
COOMBS = counted("coombs", CIRCLE, lot(1, "exclusion", "Cy", "Bob", "Ann"))
RUN_OFF = counted("star", "1 / 2 1 2, 1 2, 1 2 3 / Ann Bob Cy")

IN_THE_TERMS_OF_THE_RULE = {
    "one candidate keeps": (MEEK, 2, "Ann now keeps of each vote only what the quota needs,"),
    "several candidates keep": (
        MEEK,
        3,
        "Ann and Bob now keep of each vote only what the quota needs",
    ),
    "the first of several steps": (
        STEPS,
        3,
        "Some papers of Cy go to their next preferences, and the others wait.",
    ),
    "the last of several steps": (STEPS, 4, "The last papers of Cy go to their next preferences."),
    "equal in victories": (
        counted("copeland", CIRCLE, BOB),
        1,
        "Ann, Bob and Cy are equal in victories; a lot was drawn,",
    ),
    "equal in the comparisons": (
        counted("schulze", CIRCLE, BOB),
        1,
        "Ann, Bob and Cy are equal in the comparisons; a lot was drawn,",
    ),
    "equal points": (counted("borda", CIRCLE, BOB), 1, "Ann, Bob and Cy have equal points; a lot"),
    "the most points": (
        counted("score", "1 / 2 1 2, 1 2 / Ann Bob"),
        1,
        "Points are added up. Bob is elected, with the most points.",
    ),
    "equal last places": (COOMBS, 1, "Ann, Bob and Cy are put last by equally many papers; a lot"),
    "votes in a Smith set of all": (
        WHOLE,
        2,
        "First preferences are counted. Ann, Bob and Cy have equal votes; a lot was drawn,",
    ),
    "outside the Smith set": (
        SMITH,
        1,
        "Ann, Cy and Di are outside the Smith set and are excluded.",
    ),
    "second preferences": (
        counted("bucklin", "1 / 3 1 2, 2 2 1, 2 3 2 / Ann Bob Cy"),
        2,
        "Second preferences are added. Bob is elected, with votes from more than half of the valid",
    ),
    "less than the quota": (
        LOWERED,
        3,
        "Di is elected, with at least the votes in play divided by the places not filled plus one.",
    ),
    "equal in the run-off": (RUN_OFF, 2, "Ann and Bob have equal votes in the run-off; the higher"),
    "more than an exact quota": (
        counted("wigm", "2 / 5 1 2, 5 1, 3 2, 2 3 / Ann Bob Cy"),
        1,
        "Ann is elected, with more than the quota.",
    ),
    **{
        f"what elects under {rule}": (
            counted(rule, "2 / 5 1 2, 5 1, 3 2, 2 3 / Ann Bob Cy"),
            1,
            f"Ann is elected, with {enough} the quota.",
        )
        for rule, enough in (
            ("meek", "more than"),
            ("warren", "more than"),
            ("meek-nz", "at least"),
            ("meek-prf", "at least"),
        )
    },
}


@pytest.mark.parametrize(
    ("record", "stage", "said"),
    IN_THE_TERMS_OF_THE_RULE.values(),
    ids=IN_THE_TERMS_OF_THE_RULE.keys(),
)
def test_a_sentence_is_in_the_terms_of_its_rule(record: Record, stage: int, said: str) -> None:
    """Victories and points are no votes, and one candidate is not several."""
    assert said in stage_sentence(record, record.stages[stage - 1])


@pytest.mark.parametrize(("record", "stage", "said"), STAGES.values(), ids=STAGES.keys())
def test_what_a_stage_says(record: Record, stage: int, said: str) -> None:
    """What moved, who is elected and why, how a tie was broken, who is excluded."""
    assert stage_sentence(record, record.stages[stage - 1]) == said


WINNERS = {
    "by quota": (SCOTTISH, "Ann was elected at stage 1 with 10.00000 votes, reaching the quota."),
    "by a majority": (
        MAJORITY,
        (
            "Ann was elected at stage 1 with 6 votes, more than all other continuing candidates"
            " together."
        ),
    ),
    "by most votes": (CROSSES, "Ann was elected at stage 1 with 6 votes, the most votes."),
    "by a lot": (DRAWN, "B was elected at stage 1 with 2 votes, after a tie was broken."),
    "by a tie": (
        EARLIER,
        "Ann was elected at stage 2 with 4 votes, after a tie was broken.",
    ),
    "by victories": (
        SMITH,
        "Bob was elected at stage 1 with 3.0 victories, beating every other candidate.",
    ),
    "by preferences that were added": (
        counted("bucklin", "1 / 3 1 2, 2 2 1, 2 3 2 / Ann Bob Cy"),
        "Bob was elected at stage 2 with 7 votes, more than half of the valid papers.",
    ),
    "uncontested": (
        counted("alternative-vote", "1 / 6 1 / Ann"),
        "Ann is elected unopposed: there were no more candidates than seats.",
    ),
}


@pytest.mark.parametrize(("record", "said"), WINNERS.values(), ids=WINNERS.keys())
def test_why_somebody_was_elected(record: Record, said: str) -> None:
    """The stage, the votes and the reason."""
    assert winner_sentence(record, record.winners[0]) == said


def test_somebody_who_was_not_elected() -> None:
    """There is a sentence for everybody."""
    assert winner_sentence(MAJORITY, MAJORITY.contest.standing[1]) == "Bob was not elected."

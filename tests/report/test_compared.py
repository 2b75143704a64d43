"""What the sheet says of comparisons: finalists, dropped options, who takes no part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.election.contest import Candidate
from ccin_vote.record.lots import RecordedLots
from ccin_vote.report.sentences import stage_sentence
from ccin_vote.report.table import legend, order_words, pair_blocks, stage_blocks
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from ccin_vote.record.stage import Record

BALLOTS = (
    '4 {seats}\n5 1 2 3 0\n4 2 3 1 0\n3 3 2 0\n2 4 3 0\n2 1=2 4 0\n0\n"Al"\n"Bo"\n"Cy"\n"Di"\n"T"\n'
)
DI = Candidate(3)


def counted(rule: str, seats: int = 1, text: str = BALLOTS) -> Record:
    """Count under a rule that compares."""
    ballots = read_blt(text.format(seats=seats).encode(), "hand.blt")
    lots = RecordedLots(ballots.contest, "T")
    return count_contest(ballots.contest, ballots.profile, RULES[rule], lots)


def debian(quorum: int = 0, majority: int = 1) -> Record:
    """Count under Debian's rule with Di as the default option."""
    ballots = read_blt(BALLOTS.format(seats=1).encode(), "hand.blt")
    contest = replace(
        ballots.contest, reopen=DI, over_default=quorum, majorities=(majority, 1, 1, 1)
    )
    lots = RecordedLots(contest, "T")
    return count_contest(contest, ballots.profile, RULES["debian"], lots)


def test_star_names_its_finalists() -> None:
    """At the stage at which scores are added up; papers for neither are told of at the next."""
    record = counted("star")
    sentences = [stage_sentence(record, stage) for stage in record.stages]
    assert sentences[0] == "Scores are added up. Bo and Cy go into the run-off."
    assert sentences[1] == (
        "Each paper is a vote for the finalist whom it scores higher. Bo is elected, winning the"
        " run-off."
    )


def test_who_is_in_no_run_off_or_has_a_seat_has_no_figure() -> None:
    """Stages of scores count points, run-offs votes; the table says which."""
    (block,) = stage_blocks(counted("bloc-star", 2))
    rows = {row[0]: row[1:] for row in block.rows}
    assert rows["What is counted"] == ("points", "votes", "points", "votes")
    assert rows["Al"] == ("47", "-", "47", "7")
    assert rows["Bo"] == ("62", "E 11", "-", "-")


TIED = '3 1\n2 3 2 0\n2 2 0\n2 3 1 0\n3 2 1 0\n0\n"Al"\n"Bo"\n"Cy"\n"T"\n'


def test_a_tie_that_a_measure_breaks_is_told_with_its_figures() -> None:
    """Whoever lost can add them up again."""
    record = counted("star", text=TIED)
    assert stage_sentence(record, record.stages[0]) == (
        "Scores are added up. Al and Cy have equal scores; who lost fewer comparisons with the"
        " others decides (Al 1, Cy 0): Cy goes into the run-off. Bo and Cy go into the run-off."
    )


DROPPED = {
    "the quorum": (
        debian(quorum=12),
        "Al is dropped: 11 votes prefer it to Di, and the quorum is 12. Bo is elected,",
    ),
    "a majority": (
        debian(majority=6),
        (
            "Al is dropped: 11 votes prefer it to Di and 2 prefer the reverse, but at least 6 times"
            " as many must. Bo is elected,"
        ),
    ),
    "all of them": (
        debian(quorum=20),
        (
            "Di is chosen, because no defeat that counts is left against this option: the seat"
            " stays vacant."
        ),
    ),
}


@pytest.mark.parametrize(("record", "said"), DROPPED.values(), ids=DROPPED.keys())
def test_an_option_that_does_not_beat_the_default_is_said_to_be_dropped(
    record: Record, said: str
) -> None:
    """With its votes, and the letter D in the table."""
    assert said in stage_sentence(record, record.stages[0])
    (block,) = stage_blocks(record)
    assert {row[0]: row[1] for row in block.rows}["Al"].startswith("D ")
    assert "D: dropped, and compared no further." in legend(record)


def test_the_table_in_pairs_is_headed_by_names_where_they_are_short() -> None:
    """And numbered where one is long."""
    (block,) = pair_blocks(counted("condorcet"))
    assert block.heading == ("In pairs", "Al", "Bo", "Cy", "Di")
    (block,) = pair_blocks(counted("condorcet", text=BALLOTS.replace("Di", "Di of the Hills")))
    assert block.heading == ("In pairs", "above 1", "above 2", "above 3", "above 4")
    assert block.rows[3][0] == "4 Di of the Hills"


def test_the_order_of_all_says_who_are_equal() -> None:
    """In words."""
    text = '3 1\n2 1 0\n1 2 0\n1 3 0\n0\n"Al"\n"Bo"\n"Cy"\n"T"\n'
    assert order_words(counted("copeland", text=text)) == "Al; then Bo and Cy, who are equal"

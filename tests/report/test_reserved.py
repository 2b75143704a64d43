"""What the sheet says of those whom reserved places kept out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.election.contest import Candidate, Constraint
from ccin_vote.record.lots import RecordedLots
from ccin_vote.report.reserved import kept_out
from ccin_vote.report.sentences import stage_sentence, winner_sentence
from ccin_vote.report.table import legend, stage_blocks
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from ccin_vote.record.stage import Record

BALLOTS = (
    "6 3\n9 1 2 3 0\n8 2 1 3 0\n7 3 1 2 0\n3 4 5 0\n2 5 4 0\n1 6 1 0\n0\n"
    '"Al"\n"Bo"\n"Cy"\n"Di"\n"Eve"\n"Fay"\n"T"\n'
)
AL, BO, CY, DI, EVE, FAY = map(Candidate, range(6))
NORTH_AT_MOST_ONE = Constraint("north", frozenset({AL, BO, DI}), 0, 1)
NORTH_NONE = Constraint("north", frozenset({AL}), 0, 0)
WOMEN_AT_LEAST_TWO = Constraint("women", frozenset({DI, EVE, FAY}), 2, 6)


def counted(rule: str, *constraints: Constraint) -> Record:
    """Count with reserved places."""
    ballots = read_blt(BALLOTS.encode(), "hand.blt")
    contest = replace(ballots.contest, constraints=constraints)
    return count_contest(contest, ballots.profile, RULES[rule], RecordedLots(contest, "T"))


SAID = {
    "a group that has as many as it may": (
        counted("scottish-stv", NORTH_AT_MOST_ONE),
        "Bo and Di are excluded: at most 1 of the group north can be elected.",
    ),
    "places that are left for a group": (
        counted("scottish-stv", WOMEN_AT_LEAST_TWO),
        "Bo and Cy are excluded: the places left are reserved for the group women.",
    ),
    "a group that may have nobody": (
        counted("scottish-stv", NORTH_NONE),
        "Al is excluded: nobody of the group north can be elected.",
    ),
    "keep values": (
        counted("meek", WOMEN_AT_LEAST_TWO),
        "Bo and Cy are excluded: the places left are reserved for the group women.",
    ),
    "points, passed over": (
        counted("borda", NORTH_AT_MOST_ONE),
        "Bo and Di are passed over: at most 1 of the group north can be elected.",
    ),
    "points, and who is elected instead": (
        counted("block-vote", WOMEN_AT_LEAST_TWO),
        "Di and Eve are elected, because places are reserved for the group women.",
    ),
    "the highest needs no reserved place": (
        counted("block-vote", WOMEN_AT_LEAST_TWO),
        "Al is elected, with the most votes.",
    ),
}


@pytest.mark.parametrize(("record", "said"), SAID.values(), ids=SAID.keys())
def test_the_limit_that_kept_somebody_out_is_named(record: Record, said: str) -> None:
    """At the first stage, with its group and number."""
    assert said in stage_sentence(record, record.stages[0])


def test_a_limit_that_is_full_is_named_before_one_that_keeps_places() -> None:
    """Both keep Bo out; that the north has its one is easier to see."""
    record = counted("block-vote", WOMEN_AT_LEAST_TWO, NORTH_AT_MOST_ONE)
    told = {out.who: out.why for out in kept_out(record, record.stages[0])}
    assert told[BO] == "at most 1 of the group north can be elected"


def test_the_excluded_are_told_of_before_those_who_are_elected_because_of_it() -> None:
    """Cause before consequence: the last places are filled because the others are out."""
    ballots = read_blt(
        b'4 2\n9 1 0\n5 2 1 0\n3 3 0\n1 4 0\n0\n"Al"\n"Bo"\n"Cy"\n"Di"\n"T"\n', "hand.blt"
    )
    limits = (Constraint("women", frozenset({Candidate(2)}), 1, 4),)
    contest = replace(ballots.contest, constraints=limits)
    lots = RecordedLots(contest, "T")
    record = count_contest(contest, ballots.profile, RULES["scottish-stv"], lots)
    sentences = [stage_sentence(record, stage) for stage in record.stages]
    told = next(words for words in sentences if "are excluded: the places" in words)
    assert told.startswith("First preferences are counted. Al is elected, with at least the quota.")
    assert winner_sentence(record, Candidate(2)).endswith(
        "because places are reserved for the group women."
    )


@pytest.mark.parametrize("rule", ["scottish-stv", "borda"])
def test_the_table_marks_those_kept_out_with_a_letter_of_their_own(rule: str) -> None:
    """R, and the legend says what it means."""
    record = counted(rule, NORTH_AT_MOST_ONE)
    (first, *_) = stage_blocks(record)
    cells = {row[0]: row[1] for row in first.rows}
    assert cells["Bo"].startswith("R ")
    assert cells["Di"].startswith("R ")
    assert "R: excluded or passed over because of the reserved places." in legend(record)


def test_without_reserved_places_nobody_is_kept_out() -> None:
    """And the table has no such letter."""
    record = counted("scottish-stv")
    assert not [out for stage in record.stages for out in kept_out(record, stage)]
    assert "R:" not in legend(record)

"""First past the post, on small elections worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.ballot.reading import read_profile
from ccin_vote.count import count_contest
from ccin_vote.election.contest import Candidate
from ccin_vote.errors import DecisionNeeded
from ccin_vote.record.lots import DrawnLot, RecordedLots
from ccin_vote.record.stage import Continuing, Elected, Why, Withdrawn
from ccin_vote.record.ties import ByLot
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from ccin_vote.record.stage import Record

NAMES = '"Ann"\n"Bob"\n"Cy"\n"Chair"\n'


def counted(papers: str, *lots: DrawnLot) -> Record:
    """Count a file of three candidates by first past the post."""
    ballots = read_blt(f"3 1\n{papers}\n0\n{NAMES}".encode(), "hand.blt")
    drawn = RecordedLots(ballots.contest, "Chair", lots)
    return count_contest(
        ballots.contest,
        read_profile(ballots.profile, ballots.contest, RULES["first-past-the-post"]),
        RULES["first-past-the-post"],
        drawn,
    )


def test_most_votes_elect_without_a_majority() -> None:
    """Four of nine are enough; there is one stage, no quota and nothing non-transferable."""
    record = counted("4 1 0\n3 2 0\n2 3 0")
    (stage,) = record.stages
    assert [candidate.units for candidate in stage.tally.candidates] == [4, 3, 2]
    assert (stage.quota, record.quota, stage.tally.non_transferable.units) == (None, None, 0)
    assert record.fates == (Elected(1, 1, Why.MOST_VOTES), Continuing(), Continuing())


def test_only_the_first_preference_of_a_ranked_paper_counts() -> None:
    """A file of rankings is counted by its first choices."""
    assert counted("4 1 2 0\n3 2 3 0\n2 3 2 0").winners == (0,)


def test_a_withdrawn_candidate_is_passed_over() -> None:
    """The vote goes to the first of the paper who stands; without one the paper is informal."""
    record = counted("-1\n4 1 3 0\n2 1 0\n3 2 0")
    assert record.winners == (2,)
    assert record.informal == (("only-withdrawn", 2),)
    assert record.fates[0] == Withdrawn()


def test_equal_votes_need_a_lot() -> None:
    """Rule 49: a lot among the first decides, and nobody else is in it."""
    with pytest.raises(DecisionNeeded, match=r"among Ann, Cy\. The one drawn first is elected"):
        counted("3 1 0\n2 2 0\n3 3 0")
    drawn = DrawnLot("Chair", 1, "election", ("Cy", "Ann"), "the officer", "a scrutineer")
    record = counted("3 1 0\n2 2 0\n3 3 0", drawn)
    (tie,) = record.stages[0].ties
    assert tie.resolution == ByLot((Candidate(2), Candidate(0)))
    assert record.winners == (2,)

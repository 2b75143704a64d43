"""The alternative vote, on small elections worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.election.contest import Candidate
from ccin_vote.errors import DecisionNeeded
from ccin_vote.record.lots import DrawnLot, RecordedLots
from ccin_vote.record.stage import Elected, Excluded, StageKind, Why, Withdrawn
from ccin_vote.record.ties import ByEarlierStage, ByLot
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from ccin_vote.record.stage import Record, Stage

ABCD = '"Ann"\n"Bob"\n"Cy"\n"Di"\n"Chair"\n'


def counted(papers: str, *lots: DrawnLot, names: str = ABCD) -> Record:
    """Count a file under the alternative vote."""
    ballots = read_blt(f"{names.count(chr(10)) - 1} 1\n{papers}\n0\n{names}".encode(), "hand.blt")
    drawn = RecordedLots(ballots.contest, ballots.contest.title, lots)
    return count_contest(ballots.contest, ballots.profile, RULES["alternative-vote"], drawn)


def votes(stage: Stage) -> list[int]:
    """Return the candidates' votes, then the non-transferable ones."""
    tally = stage.tally
    return [one.units for one in (*tally.candidates, tally.non_transferable)]


def lot(stage: int, purpose: str, *order: str) -> DrawnLot:
    """Return a lot of the contest Chair."""
    return DrawnLot("Chair", stage, purpose, order, "the officer", "a scrutineer")


def test_more_than_half_elects_at_once() -> None:
    """Six of eleven first preferences are more than all the others together."""
    record = counted("6 1 0\n3 2 0\n2 3 0")
    (stage,) = record.stages
    assert votes(stage) == [6, 3, 2, 0, 0]
    assert stage.quota is not None
    assert stage.quota.units == 6
    assert record.fates[0] == Elected(1, 1, Why.MAJORITY)
    assert record.quota is None


def test_exactly_half_does_not_elect() -> None:
    """With five of ten the last candidates are excluded first; only then is five a majority."""
    record = counted("5 1 0\n4 2 0\n1 3 0", names='"Ann"\n"Bob"\n"Cy"\n"Chair"\n')
    assert [stage.elected for stage in record.stages] == [(), (0,)]
    assert votes(record.stages[1]) == [5, 4, 0, 1]
    assert record.stages[1].quota is not None
    assert record.stages[1].quota.units == 5


def test_papers_go_to_the_next_preference_that_remains() -> None:
    """A preference for an excluded candidate is passed over; a paper without another is set aside.

    9 Ann, 8 Bob, 4 Cy (3 for Di then Bob, 1 alone), 3 Di (2 for Cy then Bob, 1 for Ann).
    """
    record = counted("9 1 0\n8 2 0\n3 3 4 2 0\n1 3 0\n2 4 3 2 0\n1 4 1 0")
    assert [votes(stage) for stage in record.stages] == [
        [9, 8, 4, 3, 0],
        [10, 8, 6, 0, 0],
        [10, 13, 0, 0, 1],
    ]
    assert [stage.kind for stage in record.stages] == [
        StageKind.FIRST_PREFERENCES,
        StageKind.EXCLUSION,
        StageKind.EXCLUSION,
    ]
    assert [stage.of for stage in record.stages] == [(), (3,), (2,)]
    assert record.fates[2:] == (Excluded(2), Excluded(1))
    assert record.winners == (1,)


def test_a_tie_for_last_is_told_apart_by_first_preferences() -> None:
    """Rule 49(2): of Bob and Cy with 4 each, Cy had fewer first preferences."""
    record = counted("6 1 0\n4 2 0\n3 3 0\n1 4 3 0")
    (tie,) = record.stages[1].ties
    assert (tie.resolution, tie.chosen) == (ByEarlierStage(1), 2)
    assert record.winners == (0,)


def test_the_first_stage_decides_before_a_later_one() -> None:
    """Rule 49(2): first preferences are looked at first, though a later stage says otherwise.

    Bob and Cy: 5 and 6, then 8 and 7, then 9 and 9: Bob is excluded.
    """
    names = '"Ann"\n"Bob"\n"Cy"\n"Di"\n"Ed"\n"Chair"\n'
    papers = "12 1 0\n5 2 0\n6 3 0\n3 4 2 0\n1 4 3 0\n2 5 3 0\n1 5 2 0"
    record = counted(papers, lot(1, "exclusion", "Ed", "Di"), names=names)
    di_or_ed = record.stages[0].excluded
    assert di_or_ed == (4,)
    assert [votes(stage)[1:3] for stage in record.stages[:3]] == [[5, 6], [6, 8], [9, 9]]
    (tie,) = record.stages[2].ties
    assert (tie.resolution, tie.chosen) == (ByEarlierStage(1), 1)


def test_a_tie_for_last_at_the_first_stage_needs_a_lot() -> None:
    """Rule 49(3): where nobody was excluded before, the lot decides, and says who among whom."""
    with pytest.raises(DecisionNeeded) as caught:
        counted("6 1 0\n3 2 0\n2 3 0\n2 4 0")
    assert "stage 1: a lot must be drawn among Cy, Di. The one drawn first is excluded." in str(
        caught.value
    )
    record = counted("6 1 0\n3 2 0\n2 3 0\n2 4 0", lot(1, "exclusion", "Di", "Cy"))
    (tie,) = record.stages[0].ties
    assert (tie.resolution, tie.chosen) == (ByLot((Candidate(3), Candidate(2))), 3)


def test_two_who_remain_with_equal_votes_are_told_apart_by_first_preferences() -> None:
    """Rule 49A(2): the one with more first preferences is elected."""
    record = counted("4 1 0\n3 2 0\n1 3 2 0", names='"Ann"\n"Bob"\n"Cy"\n"Chair"\n')
    assert votes(record.stages[1]) == [4, 4, 0, 0]
    (tie,) = record.stages[1].ties
    assert (tie.resolution, tie.chosen) == (ByEarlierStage(1), 0)
    assert record.fates[:2] == (Elected(2, 1, Why.TIE_BROKEN), record.fates[1])


def test_two_candidates_with_equal_votes_need_a_lot_of_who_is_elected() -> None:
    """Rule 49A(3): with two candidates only, the lot elects."""
    names = '"Ann"\n"Bob"\n"Chair"\n'
    record = counted("2 1 0\n2 2 0", lot(1, "election", "Bob", "Ann"), names=names)
    assert record.winners == (1,)


def test_withdrawn_candidates_are_passed_over() -> None:
    """A paper for a withdrawn candidate counts for its next; one for her alone is informal."""
    record = counted("-1\n3 1 2 0\n2 1 0\n2 3 0")
    assert votes(record.stages[0]) == [0, 3, 2, 0, 0]
    assert record.informal == (("only-withdrawn", 2),)
    assert (record.papers, record.votes) == (5, 5)
    assert record.fates[0] == Withdrawn()
    assert record.winners == (1,)


def test_blank_papers_are_informal() -> None:
    """They are counted apart, and are no part of the majority."""
    record = counted("3 1 0\n2 2 0\n5 0")
    assert (record.papers, record.informal, record.winners) == (5, (("blank", 5),), (0,))


UNCONTESTED = {
    "one candidate": ("1 1 0", '"Ann"\n"Chair"\n', 1),
    "one who stands": ("-2\n-3\n-4\n2 2 0\n1 1 0", ABCD, 1),
    "nobody who stands": ("-1\n-2\n-3\n-4\n1 2 0", ABCD, 0),
}


@pytest.mark.parametrize(("papers", "names", "valid"), UNCONTESTED.values(), ids=UNCONTESTED.keys())
def test_no_more_candidates_than_seats_need_no_ballot(papers: str, names: str, valid: int) -> None:
    """Whoever still stands is elected uncontested, whatever the papers say; there is no stage."""
    record = counted(papers, names=names)
    assert record.stages == ()
    assert record.winners == record.contest.standing
    assert (record.papers, record.votes) == (valid, valid)
    assert [record.fates[candidate] for candidate in record.winners] == [
        Elected(0, 1, Why.UNCONTESTED)
    ][:valid]

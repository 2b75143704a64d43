"""The Scottish single transferable vote, on small elections worked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccin_vote.ballot.blt import read_blt
from ccin_vote.count import count_contest
from ccin_vote.election.contest import Candidate
from ccin_vote.errors import DecisionNeeded
from ccin_vote.record.lots import DrawnLot, RecordedLots
from ccin_vote.record.stage import Elected, Excluded, Why
from ccin_vote.record.ties import ByEarlierStage, ByLot
from ccin_vote.rule import RULES

if TYPE_CHECKING:
    from ccin_vote.record.stage import Record, Stage


def counted(text: str, *lots: DrawnLot) -> Record:
    """Count ``seats / papers / names`` under the Scottish rule."""
    seats, papers, names = (part.strip() for part in text.split("/"))
    quoted = "\n".join(f'"{name}"' for name in (*names.split(), "Committee"))
    lines = "\n".join(f"{paper.strip()} 0" for paper in papers.split(","))
    data = f"{len(names.split())} {seats}\n{lines}\n0\n{quoted}"
    ballots = read_blt(data.encode(), "hand.blt")
    drawn = RecordedLots(ballots.contest, "Committee", lots)
    return count_contest(ballots.contest, ballots.profile, RULES["scottish-stv"], drawn)


def votes(stage: Stage) -> list[str]:
    """Return the candidates' votes."""
    return [str(candidate) for candidate in stage.tally.candidates]


def lot(stage: int, purpose: str, *order: str) -> DrawnLot:
    """Return a lot of the contest Committee."""
    return DrawnLot("Committee", stage, purpose, order, "the officer", "a scrutineer")


QUOTAS = {
    "a fraction is dropped": ("2 / 8 1, 6 2, 5 3, 1 4 / A B C D", 7),
    "an even division still has one added": ("2 / 9 1, 6 2, 5 3, 1 4 / A B C D", 8),
    "one seat": ("1 / 9 1, 6 2, 5 3 / A B C", 11),
}


@pytest.mark.parametrize(("text", "quota"), QUOTAS.values(), ids=QUOTAS.keys())
def test_the_quota(text: str, quota: int) -> None:
    """Rule 47: valid papers over seats plus one, any fraction dropped, plus one."""
    record = counted(text)
    assert record.quota is not None
    assert record.quota.units == quota * 10**5


def test_a_surplus_is_cut_at_five_places_for_each_paper() -> None:
    """Rule 49: value times surplus over votes, any remainder ignored; what is lost is kept apart.

    24 papers, 3 seats: quota 7. A has 10: each moves at 3/10. B has 6 of her own and 10 at 0.3,
    9 votes, a surplus of 2: her own move at 2/9 = 0.22222, the others at 0.3 x 2/9 = 0.06666.
    """
    record = counted("3 / 10 1 2 3, 6 2 3, 4 4, 2 5, 2 3 / A B C D E")
    first, second, third = record.stages[:3]
    assert votes(first) == ["10.00000", "6.00000", "2.00000", "4.00000", "2.00000"]
    assert str(first.quota) == "7.00000"
    assert votes(second) == ["7.00000", "9.00000", "2.00000", "4.00000", "2.00000"]
    assert str(second.transfer_value) == "0.30000"
    # 6 papers x 0.22222 + 10 papers x 0.06666 = 1.99992 of a surplus of 2.
    assert votes(third) == ["7.00000", "7.00000", "3.99992", "4.00000", "2.00000"]
    assert str(third.transfer_value) == "0.22222"
    assert str(third.tally.lost_to_rounding) == "0.00008"
    assert str(third.tally.non_transferable) == "0.00000"


def test_papers_without_a_next_preference_take_their_share_of_the_surplus_along() -> None:
    """They are non-transferable at the transfer value; the others do not get more for it."""
    record = counted("2 / 5 1 2, 5 1, 3 2, 2 3, 1 4 / A B C D")
    second = record.stages[1]
    assert votes(second) == ["6.00000", "5.00000", "2.00000", "1.00000"]
    assert str(second.tally.non_transferable) == "2.00000"
    assert str(second.tally.lost_to_rounding) == "0.00000"


def test_the_papers_of_an_excluded_candidate_keep_their_value() -> None:
    """Rule 51: a paper that came with a surplus moves on at the value it came with."""
    record = counted("2 / 10 1 4 3, 4 2, 4 3, 1 4 / A B C D")
    assert [stage.of for stage in record.stages] == [(), (0,), (3,)]
    assert votes(record.stages[1]) == ["7.00000", "4.00000", "4.00000", "4.00000"]
    assert votes(record.stages[2]) == ["7.00000", "4.00000", "7.00000", "0.00000"]
    assert str(record.stages[2].tally.non_transferable) == "1.00000"


def test_the_largest_surplus_goes_first() -> None:
    """Rule 50: C's surplus of 5 arose after B's of 1, and goes before it."""
    record = counted("4 / 16 1 3 4, 11 2, 9 3 4, 6 4, 5 5 / A B C D E")
    assert [stage.of for stage in record.stages] == [(), (0,), (2,)]
    assert votes(record.stages[2])[3] == "10.99997"
    assert record.winners == (0, 1, 2, 3)


def test_equal_surpluses_at_the_first_stage_need_a_lot() -> None:
    """Rule 50: nothing came before that could tell them apart."""
    text = "3 / 11 1 3, 11 2 4, 8 3, 7 4 / A B C D"
    with pytest.raises(DecisionNeeded, match=r"A, B\. The one drawn first has the surplus"):
        counted(text)
    record = counted(text, lot(1, "surplus", "B", "A"))
    assert [stage.of for stage in record.stages[:3]] == [(), (1,), (0,)]


def test_equal_surpluses_are_told_apart_by_the_most_recent_unequal_stage() -> None:
    """Rule 50: A and B have 12 each after Z's surplus; A had more at stage 1 and goes first."""
    record = counted("4 / 16 1 3, 12 2 4, 6 3 5, 8 4, 5 5 / Z A B C D")
    (tie,) = record.stages[1].ties
    assert (tie.question.among, tie.resolution, tie.chosen) == ((1, 2), ByEarlierStage(1), 1)
    assert record.stages[2].of == (1,)


def test_last_places_go_to_all_who_remain() -> None:
    """Rule 53: as many continue as vacancies are left; they are elected without a quota."""
    record = counted("2 / 6 1, 4 2, 3 3 / A B C")
    assert record.fates == (
        Elected(1, 1, Why.QUOTA),
        Elected(3, 2, Why.LAST_PLACES),
        Excluded(2),
    )


def test_a_tie_for_last_is_told_apart_by_the_most_recent_unequal_stage() -> None:
    """Rule 52: the stage just before comes first, whatever first preferences say."""
    record = counted("1 / 20 1, 19 2, 5 3, 4 4, 2 5 4, 1 6 3 / A B C D E F")
    tied = [stage for stage in record.stages if stage.ties]
    assert [stage.number for stage in tied] == [3]
    (tie,) = tied[0].ties
    assert tie.question.among == (2, 3)
    assert (tie.resolution, tie.chosen) == (ByEarlierStage(2), 3)


def test_a_tie_of_three_goes_on_among_those_who_are_still_equal() -> None:
    """The stage that sets one of three apart leaves two, and the lot is among these alone."""
    text = "1 / 20 1, 19 2, 4 3, 4 4, 5 5, 1 6 3, 1 6 4 / A B C D E F"
    with pytest.raises(
        DecisionNeeded, match=r"stage 2: .* among C, D\. The one drawn first is excl"
    ):
        counted(text)
    record = counted(text, lot(2, "exclusion", "D", "C"))
    (tie,) = record.stages[1].ties
    assert tie.question.among == (2, 3, 4)
    assert tie.resolution == ByLot((Candidate(3), Candidate(2)))
    assert tie.chosen == 3


def test_no_papers_at_all_still_fill_the_seats_by_lot() -> None:
    """The quota is one vote; every exclusion needs a lot."""
    with pytest.raises(DecisionNeeded):
        counted("1 / 0 1 / A B")
    assert counted("1 / 0 1 / A B", lot(1, "exclusion", "A", "B")).winners == (1,)

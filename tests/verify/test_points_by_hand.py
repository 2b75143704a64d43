"""The rules of marks and points, worked by hand."""

from __future__ import annotations

import pytest

from ccin_vote.election.contest import Candidate, Constraint
from ccin_vote.verify.recount_points import POINTS
from tests.support.by_hand import Drawn, shown, table, winners

ONE_MARK = ("first-past-the-post", "sntv")
SEVERAL_MARKS = ("block-vote", "limited-vote", "approval")


def group(names: str, minimum: int, maximum: int) -> Constraint:
    """Reserve places for some candidates."""
    members = frozenset(Candidate("ABCDEFGH".index(name)) for name in names)
    return Constraint("group", members, minimum, maximum)


@pytest.mark.parametrize("rule", ONE_MARK)
def test_one_mark_most_votes_elect(rule: str) -> None:
    """A 3, B 2, C 1."""
    found = POINTS[rule](table({"A": 3, "B": 2, "C": 1}, candidates=3))
    assert (shown(found), winners(found)) == (["3", "2", "1"], "A")


@pytest.mark.parametrize("rule", ONE_MARK)
def test_one_mark_a_lot_decides_between_equals(rule: str) -> None:
    """A 2, B 2, C 1: a lot between A and B."""
    lots = Drawn("BA")
    found = POINTS[rule](table({"A": 2, "B": 2, "C": 1}, candidates=3, lots=lots))
    assert winners(found) == "B"
    assert lots.asked[0].among == (0, 1)


@pytest.mark.parametrize("rule", ONE_MARK)
def test_one_mark_equals_for_whom_there_are_seats_need_no_lot(rule: str) -> None:
    """A 2, B 2, C 1, two seats."""
    found = POINTS[rule](table({"A": 2, "B": 2, "C": 1}, candidates=3, seats=2))
    assert winners(found) == "AB"


@pytest.mark.parametrize("rule", SEVERAL_MARKS)
def test_each_mark_is_one_vote_in_whatever_place(rule: str) -> None:
    """Two papers AB, one A=C, one C: A 2+1=3, B 2, C 1+1=2; one seat."""
    found = POINTS[rule](table({"A B": 2, "A=C": 1, "C": 1}, candidates=3))
    assert (shown(found), winners(found)) == (["3", "2", "2"], "A")


@pytest.mark.parametrize("rule", SEVERAL_MARKS)
def test_equals_for_the_last_place_go_to_a_lot(rule: str) -> None:
    """The same papers, two seats: B and C have 2 for the second seat."""
    lots = Drawn("CB")
    found = POINTS[rule](table({"A B": 2, "A=C": 1, "C": 1}, candidates=3, seats=2, lots=lots))
    assert winners(found) == "AC"


@pytest.mark.parametrize("rule", SEVERAL_MARKS)
def test_two_places_among_three_equals_are_one_lot(rule: str) -> None:
    """A, B, C 1 each, two seats: one lot puts all three into an order."""
    lots = Drawn("CAB")
    found = POINTS[rule](table({"A B C": 1}, candidates=3, seats=2, lots=lots))
    assert winners(found) == "CA"
    assert [question.among for question in lots.asked] == [(0, 1, 2)]


def test_scores_count_down_from_the_highest_and_empty_places_count() -> None:
    """A 10+9=19, B 9, C 8+10=18: a place left out is a score left out."""
    found = POINTS["score"](table({"A B C": 1, "C A": 1}, candidates=3, highest_score=10))
    assert shown(found) == ["19", "9", "18"]
    found = POINTS["score"](table({"A - C": 1, "- A=C": 1}, candidates=3, highest_score=10))
    assert (shown(found), winners(found)) == (["19", "0", "17"], "A")


def test_equal_totals_of_scores_go_to_a_lot() -> None:
    """A 10+0+0, B 0+5+5: both 10."""
    lots = Drawn("BA")
    papers = {"A": 1, "- - - - - B": 2}
    found = POINTS["score"](table(papers, candidates=2, highest_score=10, lots=lots))
    assert (shown(found), winners(found)) == (["10", "10"], "B")


def test_the_eleventh_place_is_a_score_of_0() -> None:
    """B stands for 10 - 10 = 0."""
    found = POINTS["score"](table({"A - - - - - - - - - B": 1}, candidates=2, highest_score=10))
    assert shown(found) == ["10", "0"]


def test_borda_gives_n_to_the_first_and_the_unranked_share_the_rest() -> None:
    """Paper A, n=4: A 4; B, C, D share 3+2+1: 2 each. Paper B C D A: 4, 3, 2, 1."""
    found = POINTS["borda"](table({"A": 1, "B C D A": 1}, candidates=4))
    assert (shown(found), winners(found)) == (["5", "6", "5", "4"], "B")


def test_borda_equals_share_the_points_of_their_places() -> None:
    """A=B share 3+2: 5/2 each, C 1."""
    lots = Drawn("BA")
    found = POINTS["borda"](table({"A=B C": 1}, candidates=3, lots=lots))
    assert (shown(found), winners(found)) == (["5/2", "5/2", "1"], "B")


def test_borda_counts_those_who_stand() -> None:
    """C withdrew: n=2; A 2, B 1, and an emptied place costs nothing."""
    found = POINTS["borda"](table({"- A B": 1}, candidates=3, withdrawn="C"))
    assert shown(found) == ["2", "1", "0"]


def test_dowdall_gives_a_half_to_the_second() -> None:
    """2 A B C, 1 B C: A 2, B 1+1=2, C 2/3+1/2=7/6: a lot between A and B."""
    lots = Drawn("BA")
    found = POINTS["dowdall"](table({"A B C": 2, "B C": 1}, candidates=3, lots=lots))
    assert (shown(found), winners(found)) == (["2", "2", "7/6"], "B")


def test_dowdall_compares_exact_fractions() -> None:
    """3 papers with A third: 3 * 1/3 = 1 exactly; B first once and C first twice."""
    found = POINTS["dowdall"](table({"C D A": 2, "B D A": 1}, candidates=4, seats=2))
    assert shown(found) == ["1", "1", "2", "3/2"]
    assert winners(found) == "CD"


def test_dowdall_gives_nothing_to_the_unranked() -> None:
    """A 1, B 0."""
    assert shown(POINTS["dowdall"](table({"A": 1}, candidates=2))) == ["1", "0"]


def test_cumulative_adds_the_votes_that_the_places_stand_for() -> None:
    """3 votes each: A 3; then B 2 and C 1 of the second paper: A 3, B 2, C 1."""
    found = POINTS["cumulative"](table({"A": 1, "- B C": 1}, candidates=3, highest_score=3))
    assert (shown(found), winners(found)) == (["3", "2", "1"], "A")


def test_cumulative_three_candidates_with_one_vote_each_share_a_place() -> None:
    """A, B, C one vote each from one paper, three for A from another: 4, 1, 1."""
    found = POINTS["cumulative"](table({"- - A=B=C": 1, "A": 1}, candidates=3, highest_score=3))
    assert shown(found) == ["4", "1", "1"]


def test_cumulative_equals_go_to_a_lot() -> None:
    """A 3, B 3."""
    lots = Drawn("BA")
    found = POINTS["cumulative"](table({"A": 1, "B": 1}, candidates=2, highest_score=3, lots=lots))
    assert winners(found) == "B"


@pytest.mark.parametrize(
    ("threshold", "papers", "carried"),
    [
        ("simple-majority", {"A": 3, "B": 2, "C": 9}, True),
        ("simple-majority", {"A": 2, "B": 2}, False),
        ("two-thirds", {"A": 4, "B": 2, "C": 9}, True),
        ("two-thirds", {"A": 5, "B": 3}, False),
        ("two-thirds", {"C": 1}, False),
        ("majority-of-electorate", {"A": 5, "B": 1}, False),
        ("majority-of-electorate", {"A": 6}, True),
    ],
)
def test_motion_is_carried_at_its_threshold(
    threshold: str, papers: dict[str, int], *, carried: bool
) -> None:
    """3:2 more for; 4 of 6 is two thirds, 5 of 8 is not; 5 of 10 is not more than half, 6 is."""
    contest = table(papers, candidates=3, threshold=threshold, electorate=10)
    assert winners(POINTS["motion"](contest)) == ("A" if carried else "B")


def test_reserved_places_pass_over_who_would_leave_too_few() -> None:
    """A 4, B 3, C 2, D 1; two seats, at least one of C and D: A, then B is passed over, C."""
    papers = {"A": 4, "B": 3, "C": 2, "D": 1}
    found = POINTS["sntv"](table(papers, candidates=4, seats=2, constraints=(group("CD", 1, 2),)))
    assert winners(found) == "AC"


def test_reserved_places_a_maximum_passes_over_the_third_of_a_group() -> None:
    """A 4, B 3, C 2, D 1; three seats, at most one of A, B: only A, C, D fill the seats."""
    papers = {"A": 4, "B": 3, "C": 2, "D": 1}
    found = POINTS["sntv"](table(papers, candidates=4, seats=3, constraints=(group("AB", 0, 1),)))
    assert winners(found) == "ACD"


def test_reserved_places_a_lot_among_equals_who_cannot_all_be_elected() -> None:
    """A, B 3, C 1; two seats, at least one of C: A or B, by lot, then C."""
    lots = Drawn("BA")
    papers = {"A": 3, "B": 3, "C": 1}
    found = POINTS["sntv"](
        table(papers, candidates=3, seats=2, constraints=(group("C", 1, 1),), lots=lots)
    )
    assert winners(found) == "BC"
    assert [question.among for question in lots.asked] == [(0, 1)]


def test_reserved_places_a_minimum_is_no_more_than_the_members_who_stand() -> None:
    """At least 2 of C, D, but D withdrew: the minimum is 1."""
    found = POINTS["sntv"](
        table(
            {"A": 4, "B": 3, "C": 2},
            candidates=4,
            seats=2,
            constraints=(group("CD", 2, 2),),
            withdrawn="D",
        )
    )
    assert winners(found) == "AC"

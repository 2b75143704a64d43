"""STAR, bloc STAR, the proportional approval rules and Bucklin, worked by hand."""

from __future__ import annotations

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_bucklin import BUCKLIN
from ccin_vote.verify.recount_committee import COMMITTEE
from ccin_vote.verify.recount_star import STAR
from tests.support.by_hand import Drawn, excluded, shown, table, winners

SPAV = "sequential-proportional-approval"


def test_the_finalist_preferred_by_more_papers_is_elected() -> None:
    """Three papers A5 B4, two B5 C3: A 15, B 12+10=22, C 6; run-off A 3, B 2."""
    found = STAR["star"](table({"A B": 3, "B - C": 2}, candidates=3, highest_score=5))
    assert shown(found) == ["15", "22", "6"]
    assert excluded(found) == "C"
    assert shown(found, 2) == ["3", "2", "0"]
    assert winners(found) == "A"


def test_papers_that_score_the_finalists_equal_are_set_aside() -> None:
    """A 5+5+0=10, B 5+0+5=10: run-off 1 to 1, one paper aside; totals, fives equal: a lot."""
    lots = Drawn("BA")
    found = STAR["star"](
        table({"A=B": 1, "A": 1, "B": 1}, candidates=2, highest_score=5, lots=lots)
    )
    assert found.stages[1].non_transferable == 1
    assert [(question.stage, question.purpose) for question in lots.asked] == [
        (2, Purpose.ELECTION)
    ]
    assert winners(found) == "B"


def test_a_place_for_score_0_is_as_good_as_no_score() -> None:
    """B stands in the sixth place: 5 - 5 = 0. A 5, B 0, C 0: B and C tie for the run-off.

    The match-up B : C is 0 : 0 (equal scores), no fives: a lot.
    """
    lots = Drawn("CB")
    found = STAR["star"](table({"A - - - - B": 1}, candidates=3, highest_score=5, lots=lots))
    assert shown(found) == ["5", "0", "0"]
    assert lots.asked[0].purpose is Purpose.RUN_OFF
    assert excluded(found) == "B"
    assert winners(found) == "A"


def test_step_1_eliminates_who_lost_most_match_ups() -> None:
    """Papers A5 B4, B5 C4, C5 A4: each 9, a circle, one five each: a lot.

    A:B is 2:1 (papers 1, 3), B:C 2:1 (papers 1, 2), C:A 2:1 (papers 2, 3): each lost one.
    The lot sends C; then A and B again from the top: A beats B. Run-off C : A is 2 : 1.
    """
    lots = Drawn("CAB")
    found = STAR["star"](
        table({"A B": 1, "B C": 1, "C A": 1}, candidates=3, highest_score=5, lots=lots)
    )
    assert shown(found) == ["9", "9", "9"]
    assert len(lots.asked) == 1
    assert excluded(found) == "B"
    assert shown(found, 2) == ["1", "0", "2"]
    assert winners(found) == "C"


def test_second_place_goes_to_the_winner_of_the_match_up_without_a_lot() -> None:
    """Papers A5 B4 C3 twice, A5 C2 once: A 15, B 8, C 8; B:C is 2:1, B advances."""
    found = STAR["star"](table({"A B C": 2, "A - - C": 1}, candidates=3, highest_score=5))
    assert shown(found) == ["15", "8", "8"]
    assert excluded(found) == "C"
    assert winners(found) == "A"


def test_step_3_five_star_ratings_decide_where_match_ups_do_not() -> None:
    """A 20. B 5 and 1, C 3 and 3 on four papers: 6:6, match-up 2:2, fives 1:0: B, no lot."""
    found = STAR["star"](
        table(
            {"A=B": 1, "A - - - B": 1, "A - C": 2},
            candidates=3,
            highest_score=5,
        )
    )
    assert shown(found) == ["20", "6", "6"]
    assert excluded(found) == "C"


def test_a_run_off_tie_goes_to_the_higher_total() -> None:
    """Papers A5 and B4: A 5, B 4; run-off 1:1; A has the higher total."""
    found = STAR["star"](table({"A": 1, "- B": 1}, candidates=2, highest_score=5))
    assert shown(found) == ["5", "4"]
    assert winners(found) == "A"


def test_a_run_off_tie_with_equal_totals_goes_to_more_fives() -> None:
    """Papers A5, A1, B3, B3: A 6, B 6; run-off 2:2; fives A 1, B 0: A."""
    papers = {"A": 1, "- - - - A": 1, "- - B": 2}
    found = STAR["star"](table(papers, candidates=2, highest_score=5))
    assert shown(found) == ["6", "6"]
    assert shown(found, 2) == ["2", "2"]
    assert winners(found) == "A"


def test_bloc_star_repeats_star_without_the_winner() -> None:
    """Seat 1: A 15, B 22, C 6; A beats B 3:2. Seat 2: B 22, C 6; B beats C 5:0."""
    found = STAR["bloc-star"](table({"A B": 3, "B - C": 2}, candidates=3, seats=2, highest_score=5))
    assert winners(found) == "AB"
    assert len(found.stages) == 4
    assert shown(found, 3) == ["0", "22", "6"]
    assert shown(found, 4) == ["0", "5", "0"]


def test_bloc_star_may_seat_the_loser_of_the_first_run_off_or_not() -> None:
    """Papers A5 B4 twice, C5 twice: A 10, B 8, C 10: finalists A, C, 2:2.

    Totals 10:10, fives 2:2: a lot, A. Then B 8, C 10: run-off 2:2, C has the higher total.
    """
    lots = Drawn("ABC")
    found = STAR["bloc-star"](
        table({"A B": 2, "C": 2}, candidates=3, seats=2, highest_score=5, lots=lots)
    )
    assert winners(found) == "AC"
    assert len(lots.asked) == 1


def test_bloc_star_with_one_seat_is_star() -> None:
    """A 5, B 4: run-off 1:0."""
    found = STAR["bloc-star"](table({"A B": 1}, candidates=2, highest_score=5))
    assert winners(found) == "A"
    assert len(found.stages) == 2


def test_sequential_approval_weighs_a_paper_with_one_elected_a_half() -> None:
    """3 AB, 2 A, 2 C: A 5, B 3, C 2. Then AB counts 1/2: B 3/2, C 2: C."""
    found = COMMITTEE[SPAV](table({"A B": 3, "A": 2, "C": 2}, candidates=3, seats=2))
    assert shown(found) == ["5", "3", "2"]
    assert shown(found, 2) == ["0", "3/2", "2"]
    assert winners(found) == "AC"


def test_sequential_approval_weighs_a_paper_with_two_elected_a_third() -> None:
    """4 ABC, 1 A, 1 B, 1 D: A 5, B 5 (lot: A); B 4/2+1=3, C 2, D 1; C 4/3, D 1: C."""
    lots = Drawn("ABCD")
    found = COMMITTEE[SPAV](
        table({"A B C": 4, "A": 1, "B": 1, "D": 1}, candidates=4, seats=3, lots=lots)
    )
    assert shown(found, 2) == ["0", "3", "2", "1"]
    assert shown(found, 3) == ["0", "0", "4/3", "1"]
    assert winners(found) == "ABC"
    assert len(lots.asked) == 1


def test_sequential_approval_without_a_tie_asks_no_lot() -> None:
    """2 A, 1 B: A 2, then B 1."""
    assert winners(COMMITTEE[SPAV](table({"A": 2, "B": 1}, candidates=3, seats=2))) == "AB"


def test_phragmen_elects_the_least_new_load() -> None:
    """3 AB, 2 A, 2 C: loads A 1/5, B 1/3, C 1/2: A; then B (1+3/5)/3=8/15, C 1/2: C."""
    found = COMMITTEE["phragmen"](table({"A B": 3, "A": 2, "C": 2}, candidates=3, seats=2))
    assert shown(found) == ["5", "3", "2"]
    assert shown(found, 2) == ["0", "15/8", "2"]
    assert winners(found) == "AC"


def test_phragmen_gives_all_approvers_the_new_load() -> None:
    """2 AB, 1 B, 1 C: B 1/3; then A (1+2/3)/2=5/6, C 1: A; then C 1."""
    found = COMMITTEE["phragmen"](table({"A B": 2, "B": 1, "C": 1}, candidates=4, seats=3))
    assert shown(found) == ["2", "3", "1", "0"]
    assert shown(found, 2) == ["6/5", "0", "1", "0"]
    assert shown(found, 3) == ["0", "0", "1", "0"]
    assert winners(found) == "BAC"


def test_phragmen_elects_whom_nobody_approves_last_and_by_lot() -> None:
    """1 A; B and C have no approval: a lot for the second seat."""
    lots = Drawn("CB")
    found = COMMITTEE["phragmen"](table({"A": 1}, candidates=3, seats=2, lots=lots))
    assert winners(found) == "AC"
    assert shown(found, 2) == ["0", "0", "0"]


def test_bucklin_ends_with_a_majority_of_first_preferences() -> None:
    """A 3 of 5 papers."""
    found = BUCKLIN["bucklin"](table({"A B": 3, "B": 2}, candidates=2))
    assert shown(found) == ["3", "2"]
    assert (winners(found), len(found.stages)) == ("A", 1)


def test_bucklin_adds_second_preferences() -> None:
    """2 A B, 2 C B, 1 B: 2, 1, 2; then B 5 of 5."""
    found = BUCKLIN["bucklin"](table({"A B": 2, "C B": 2, "B": 1}, candidates=3))
    assert shown(found) == ["2", "1", "2"]
    assert shown(found, 2) == ["2", "5", "2"]
    assert winners(found) == "B"


def test_bucklin_elects_most_votes_when_nothing_is_left_to_add() -> None:
    """2 A, 2 B, 1 C: no majority and no second preference: a lot between A and B."""
    lots = Drawn("BA")
    found = BUCKLIN["bucklin"](table({"A": 2, "B": 2, "C": 1}, candidates=3, lots=lots))
    assert (winners(found), len(found.stages)) == ("B", 1)

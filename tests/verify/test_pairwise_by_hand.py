"""The pairwise rules, worked by hand."""

from __future__ import annotations

import pytest

from ccin_vote.election.contest import Candidate
from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_pairwise import PAIRWISE
from tests.support.by_hand import Drawn, excluded, shown, table, winners

CIRCLE = {"A B C": 4, "B C A": 3, "C A B": 2}
"""A over B 6:3, B over C 7:2, C over A 5:4."""

EVEN_CIRCLE = {"A B C": 1, "B C A": 1, "C A B": 1}
"""A over B, B over C, C over A: 2:1 each."""

ABOVE_A_CIRCLE = {"D A B C": 1, "D B C A": 1, "D C A B": 1}
"""The same, and D over all of them 3:0."""

SHORT = {"A B C": 3, "C A B": 3, "B C A": 2, "B": 3}
"""A over B 6:5, B over C 8:3, C over A 5:3."""

RANKED_ONLY = sorted(name for name in PAIRWISE if name.endswith("-ranked-only"))


@pytest.mark.parametrize("rule", sorted(PAIRWISE))
def test_whoever_beats_all_is_elected_by_every_rule(rule: str) -> None:
    """A over B 3:2, A over C 5:0, B over C 5:0."""
    found = PAIRWISE[rule](table({"A B C": 3, "B A C": 2}, candidates=3))
    assert (shown(found), winners(found)) == (["2", "1", "0"], "A")


@pytest.mark.parametrize(
    ("rule", "elected"),
    [
        ("condorcet", ""),
        ("schulze", "A"),  # A to B 6, back over C min(7, 5) = 5; A to C min(6, 7) = 6, C to A 5
        ("schulze-margins", "A"),  # A to B 3, back min(5, 1) = 1; A to C min(3, 5) = 3, C to A 1
        ("ranked-pairs", "A"),  # B over C 7, A over B 6 kept; C over A 5 closes the circle
        ("ranked-pairs-margins", "A"),  # margins 5, 3 kept; 1 closes the circle
        ("minimax", "A"),  # worst defeats: A 5, B 6, C 7
        ("minimax-margins", "A"),  # worst margins: A 1, B 3, C 5
        ("kemeny-young", "A"),  # ABC 6+4+7=17, BCA 7+3+5=15, CAB 5+2+6=13
        ("smith-irv", "A"),  # all are in the set; 4, 3, 2: C excluded; A 6, B 3
        ("debian", "A"),  # C over A (5:4) is the weakest defeat, and is dropped
    ],
)
def test_a_circle(rule: str, elected: str) -> None:
    """A over B 6:3, B over C 7:2, C over A 5:4; each won one pair."""
    found = PAIRWISE[rule](table(CIRCLE, candidates=3))
    assert shown(found) == ["1", "1", "1"]
    assert winners(found) == elected


@pytest.mark.parametrize(
    ("rule", "elected"),
    [
        ("condorcet", ""),
        ("schulze", "A"),  # A to B 6, back min(8, 5) = 5
        ("schulze-margins", "B"),  # B to A min(5, 2) = 2, A to B 1
        ("ranked-pairs", "A"),  # 8, 6 kept; C over A 5 closes the circle
        ("ranked-pairs-margins", "B"),  # B over C 5, C over A 2 kept; A over B 1 closes it
        ("minimax", "A"),  # worst defeats: A 5, B 6, C 8
        ("minimax-margins", "B"),  # worst margins: A 2, B 1, C 5
        ("kemeny-young", "B"),  # BCA 8+5+5=18; ABC 6+3+8=17; CAB 5+3+6=14
        ("ranked-robin", "B"),  # 1st degree: A 1-2=-1, B -1+5=4, C -5+2=-3
        ("debian", "A"),  # C over A (5:3) has the fewest votes for the winner
    ],
)
def test_winning_votes_and_margins_differ_where_papers_are_short(rule: str, elected: str) -> None:
    """A over B 6:5, B over C 8:3, C over A 5:3."""
    assert winners(PAIRWISE[rule](table(SHORT, candidates=3))) == elected


def test_ranked_robin_draws_a_lot_after_two_degrees() -> None:
    """A 3-1=2, B 5-3=2, C 1-5=-4 over each other, and so over all: a lot between A and B."""
    lots = Drawn("BA")
    found = PAIRWISE["ranked-robin"](table(CIRCLE, candidates=3, lots=lots))
    assert winners(found) == "B"
    assert [question.among for question in lots.asked] == [(0, 1)]


@pytest.mark.parametrize("rule", sorted(set(PAIRWISE) - set(RANKED_ONLY) - {"condorcet"}))
def test_two_equal_candidates_go_to_a_lot(rule: str) -> None:
    """A over B 1:1: a half each."""
    lots = Drawn("BA")
    found = PAIRWISE[rule](table({"A B": 1, "B A": 1}, candidates=2, lots=lots))
    assert shown(found) == ["1/2", "1/2"]
    assert len(lots.asked) == 1
    assert lots.asked[0].purpose is Purpose.ELECTION
    assert winners(found) == "B"


def test_condorcet_elects_nobody_where_two_are_equal_and_asks_no_lot() -> None:
    """A and B 1:1, both beat C 2:0."""
    found = PAIRWISE["condorcet"](table({"A B C": 1, "B A C": 1}, candidates=3))
    assert (shown(found), winners(found)) == (["3/2", "3/2", "0"], "")


@pytest.mark.parametrize("rule", RANKED_ONLY)
def test_ranked_only_does_not_compare_whom_a_paper_leaves_out(rule: str) -> None:
    """Three papers rank A alone, two put B above A: B over A 2:0 (else 2:3)."""
    papers = {"A": 3, "B A": 2}
    found = PAIRWISE[rule](table(papers, candidates=2))
    assert (shown(found), winners(found)) == (["0", "1"], "B")
    whole = PAIRWISE[rule.removesuffix("-ranked-only")](table(papers, candidates=2))
    assert (shown(whole), winners(whole)) == (["1", "0"], "A")


@pytest.mark.parametrize("rule", RANKED_ONLY)
def test_ranked_only_says_nothing_of_equals(rule: str) -> None:
    """Four papers put A and B equal, one puts B above A: B over A 1:0."""
    assert winners(PAIRWISE[rule](table({"A=B": 4, "B A": 1}, candidates=2))) == "B"


@pytest.mark.parametrize("rule", RANKED_ONLY)
def test_ranked_only_is_the_same_where_all_are_ranked(rule: str) -> None:
    """The circle again: papers that rank everybody."""
    lots, again = Drawn("ABC"), Drawn("ABC")
    found = PAIRWISE[rule](table(CIRCLE, candidates=3, lots=lots))
    whole = PAIRWISE[rule.removesuffix("-ranked-only")](table(CIRCLE, candidates=3, lots=again))
    assert found == whole


@pytest.mark.parametrize("rule", ["schulze", "minimax", "copeland", "ranked-robin", "debian"])
def test_an_even_circle_goes_to_a_lot_among_all(rule: str) -> None:
    """2:1, 2:1, 2:1: everybody has the same in every respect."""
    lots = Drawn("CAB")
    assert winners(PAIRWISE[rule](table(EVEN_CIRCLE, candidates=3, lots=lots))) == "C"
    assert [question.among for question in lots.asked] == [(0, 1, 2)]


def test_copeland_counts_a_draw_as_a_half() -> None:
    """A over B 2:0, C over B 2:0, A and C 1:1: A 3/2, B 0, C 3/2: a lot."""
    lots = Drawn("CA")
    found = PAIRWISE["copeland"](table({"A C B": 1, "C A B": 1}, candidates=3, lots=lots))
    assert (shown(found), winners(found)) == (["3/2", "0", "3/2"], "C")


def test_ranked_pairs_asks_for_one_order_where_it_decides() -> None:
    """Drawn B, A, C: B over C kept, A over B kept, C over A closes the circle: A is first."""
    lots = Drawn("BAC")
    found = PAIRWISE["ranked-pairs"](table(EVEN_CIRCLE, candidates=3, lots=lots))
    assert winners(found) == "A"
    assert [(question.stage, question.purpose) for question in lots.asked] == [(1, Purpose.ORDER)]


def test_ranked_pairs_asks_no_lot_where_the_circle_is_below_the_seats() -> None:
    """D beats A, B, C 3:0, who beat one another 2:1 in a circle: one seat, D, whatever the lot."""
    papers = {"D A B C": 1, "D B C A": 1, "D C A B": 1}
    assert winners(PAIRWISE["ranked-pairs"](table(papers, candidates=4))) == "D"
    lots = Drawn("BACD")
    found = PAIRWISE["ranked-pairs"](table(papers, candidates=4, seats=2, lots=lots))
    assert winners(found) == "DA"


def test_ranked_pairs_keeps_equal_victories_that_close_no_circle_without_a_lot() -> None:
    """A over B, A over C, B over C: 2:0 each."""
    assert winners(PAIRWISE["ranked-pairs"](table({"A B C": 2}, candidates=3, seats=2))) == "AB"


@pytest.mark.parametrize(
    ("papers", "seats", "asked"),
    [(EVEN_CIRCLE, 1, [(0, 1, 2)]), (ABOVE_A_CIRCLE, 1, []), (ABOVE_A_CIRCLE, 2, [(0, 1, 2)])],
)
def test_the_lot_of_ranked_pairs_is_drawn_only_where_some_of_the_circle_are_elected(
    papers: dict[str, int], seats: int, asked: list[tuple[int, ...]]
) -> None:
    """A over B over C over A equal; D over all of them leaves nothing to a lot for one seat."""
    lots = Drawn("BACD")
    size = 3 if papers is EVEN_CIRCLE else 4
    PAIRWISE["ranked-pairs"](table(papers, candidates=size, seats=seats, lots=lots))
    assert [question.among for question in lots.asked] == asked


def test_kemeny_keeps_only_the_orders_that_begin_with_whom_the_lot_chose() -> None:
    """ABC, BCA and CAB agree with 2+1+2=5: a lot, B; then only BCA is left: C without a lot."""
    lots = Drawn("BAC")
    found = PAIRWISE["kemeny-young"](table(EVEN_CIRCLE, candidates=3, seats=2, lots=lots))
    assert winners(found) == "BC"
    assert len(lots.asked) == 1


def test_smith_irv_excludes_all_outside_the_set_at_once() -> None:
    """D, last on all papers, is outside; A 4, B 3, C 2 of 9; C excluded; A 6, B 3."""
    papers = {"A B C D": 4, "B C A D": 3, "C A B D": 2}
    found = PAIRWISE["smith-irv"](table(papers, candidates=4))
    assert shown(found) == ["2", "2", "2", "0"]
    assert [excluded(found, stage) for stage in (1, 2, 3)] == ["D", "C", ""]
    assert shown(found, 2) == ["4", "3", "2", "0"]
    assert shown(found, 3) == ["6", "3", "0", "0"]


def test_smith_irv_divides_a_paper_among_equals() -> None:
    """The circle, and three papers A=B=C: 4+1, 3+1, 2+1 of 12; then 6+3/2, 3+3/2."""
    found = PAIRWISE["smith-irv"](table(CIRCLE | {"A=B=C": 3}, candidates=3))
    assert shown(found, 2) == ["5", "4", "3"]
    assert shown(found, 3) == ["15/2", "9/2", "0"]
    assert winners(found) == "A"


def test_ranked_robin_counts_nothing_for_a_draw() -> None:
    """Two papers; A and D, B and D are equal.

    A over B 2:0, A over C 2:0, B over C 2:0, D over C 2:0, A and D 1:1, B and D 1:1.
    Wins: A 2, B 1, D 1, C 0. B and D are tied for the second seat: 1st degree 0:0;
    2nd degree: B -2+2+0=0, D 0+0+2=2: D.
    """
    found = PAIRWISE["ranked-robin"](table({"A B D C": 1, "D A B C": 1}, candidates=4, seats=2))
    assert shown(found) == ["5/2", "3/2", "0", "2"]
    assert winners(found) == "AD"


def test_ranked_robin_first_degree_looks_at_the_finalists_alone() -> None:
    """A over B 5:4, B over C 7:2, C over A 6:3: A 1-3=-2, B 5-1=4, C 3-5=-2: B."""
    papers = {"A B C": 3, "B C A": 4, "C A B": 2}
    assert winners(PAIRWISE["ranked-robin"](table(papers, candidates=3))) == "B"


def test_debian_drops_an_option_below_the_quorum() -> None:
    """A over the default C 3+2=5, B over C 2: with a quorum of 5 A stays ("at least"), B not."""
    papers = {"A C B": 3, "B A C": 2}
    found = PAIRWISE["debian"](table(papers, candidates=3, reopen="C", over_default=5))
    assert winners(found) == "A"
    found = PAIRWISE["debian"](table(papers, candidates=3, reopen="C", over_default=6))
    assert winners(found) == ""
    assert found.stages[0].elected == {Candidate(2)}


def test_debian_a_majority_of_three_to_one_may_be_exact() -> None:
    """6:2 is 3:1; 5:2 is not, and the default option wins, which elects nobody."""
    for many, elected in ((6, "A"), (5, "")):
        papers = {"A B": many, "B A": 2}
        contest = table(papers, candidates=2, reopen="B", majorities=(3, 1))
        assert winners(PAIRWISE["debian"](contest)) == elected


def test_debian_an_option_must_be_strictly_above_the_default() -> None:
    """2:2 does not defeat the default option."""
    papers = {"A B": 2, "B A": 2}
    assert winners(PAIRWISE["debian"](table(papers, candidates=2, reopen="B"))) == ""


def test_several_seats_go_down_the_ranking() -> None:
    """A over B over C, all 3:0. Under minimax B and C are equal: both have a worst defeat of 3."""
    for rule in ("schulze", "ranked-pairs", "copeland", "kemeny-young", "ranked-robin"):
        assert winners(PAIRWISE[rule](table({"A B C": 3}, candidates=3, seats=2))) == "AB"
    lots = Drawn("CB")
    found = PAIRWISE["minimax"](table({"A B C": 3}, candidates=3, seats=2, lots=lots))
    assert winners(found) == "AC"

"""Scottish STV, exact weighted inclusive Gregory, Minneapolis and Albany, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from ccin_vote.election.contest import Candidate, Constraint
from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_whole_pile import WHOLE_PILE
from tests.support.by_hand import NAMES, Drawn, as_the_law_ends, table, winners

if TYPE_CHECKING:
    from ccin_vote.verify.recount_model import Recount, Table

SCOTTISH = WHOLE_PILE["scottish-stv"]
WIGM = WHOLE_PILE["wigm"]
MINNEAPOLIS = WHOLE_PILE["minneapolis-stv"]
ALBANY = WHOLE_PILE["albany-stv"]

Line = tuple[str, str, str, str, str]


def check(found: Recount, *lines: Line) -> None:
    """Compare all stages: votes, elected, excluded, aside, lost."""
    shown: list[tuple[list[Fraction], str, str, Fraction, Fraction]] = [
        (
            list(stage.votes),
            "".join(NAMES[name] for name in sorted(stage.elected)),
            "".join(NAMES[name] for name in stage.excluded),
            stage.non_transferable,
            stage.lost_to_rounding,
        )
        for stage in as_the_law_ends(found)
    ]
    expected = [
        ([Fraction(each) for each in votes.split()], elected, out, Fraction(aside), Fraction(lost))
        for votes, elected, out, aside, lost in lines
    ]
    assert shown == expected


def group(members: str, minimum: int, maximum: int) -> tuple[Constraint, ...]:
    """Return the constraint that so many of the members are elected."""
    names = frozenset(Candidate(NAMES.index(name)) for name in members)
    return (Constraint("group", names, minimum, maximum),)


def protecting(laid: Table, members: str) -> Table:
    """Have members keep their seats."""
    names = frozenset(Candidate(NAMES.index(name)) for name in members)
    laid.contest = replace(laid.contest, protected=names)
    return laid


def asked(lots: Drawn) -> list[tuple[int, Purpose, str]]:
    """Return the lots that were asked."""
    return [
        (question.stage, question.purpose, "".join(NAMES[name] for name in question.among))
        for question in lots.asked
    ]


def test_scottish_surplus_to_five_places() -> None:
    """Quota 10/3 -> 3+1 = 4. A 7: 3/7 = 0.42857; B 1+4x = 2.71428, C 2+2x = 2.85714, aside x.

    7x = 2.99999, lost 0.00001. B is lowest; C alone is left for the place.
    """
    found = SCOTTISH(table({"A B": 4, "A C": 2, "A": 1, "B": 1, "C": 2}, candidates=3, seats=2))
    check(
        found,
        ("7 1 2", "A", "", "0", "0"),
        ("4 2.71428 2.85714", "C", "B", "0.42857", "0.00001"),
    )
    assert winners(found) == "AC"
    assert found.quota == 4


CHAIN = {"A B C": 10, "B C": 3, "C": 2, "D": 3, "E D": 2}


def test_scottish_every_paper_carries_the_second_surplus() -> None:
    """Quota 20/4+1 = 6. A's surplus 4/10 = 0.4: B 7, surplus 1.

    0.4/7 = 0.05714 ten times = 0.5714; 1/7 = 0.14285 three times = 0.42855: C 2.99995, lost 5.
    """
    found = SCOTTISH(table(CHAIN, candidates=5, seats=3))
    check(
        found,
        ("10 3 2 3 2", "A", "", "0", "0"),
        ("6 7 2 3 2", "B", "", "0", "0"),
        ("6 6 2.99995 3 2", "", "E", "0", "0.00005"),
        ("6 6 2.99995 5 0", "D", "C", "0", "0.00005"),
    )
    assert winners(found) == "ABD"


def test_scottish_larger_surplus_first_and_never_to_an_elected_candidate() -> None:
    """Quota 6. A's 9 papers pass over B: 3/9 = 0.33333, C 3+2.99997, not 6. Then B's 1/7."""
    found = SCOTTISH(table({"A B C": 9, "B D": 7, "C": 3, "D": 1}, candidates=4, seats=3))
    check(
        found,
        ("9 7 3 1", "AB", "", "0", "0"),
        ("6 7 5.99997 1", "", "", "0", "0.00003"),
        ("6 6 5.99997 1.99995", "C", "D", "0", "0.00008"),
    )
    assert winners(found) == "ABC"


def test_scottish_equal_last_candidates_by_the_stage_before() -> None:
    """Quota 11/2 -> 6. After D: B 3, C 3; at stage 1 B 2 is lower. Then A 5+2 = 7."""
    papers = {"A": 5, "B A": 2, "C": 3, "D B": 1}
    found = SCOTTISH(table(papers, candidates=4))
    check(
        found,
        ("5 2 3 1", "", "D", "0", "0"),
        ("5 3 3 0", "", "B", "0", "0"),
        ("7 0 3 0", "A", "", "1", "0"),
    )


def test_scottish_three_equal_go_back_stage_by_stage() -> None:
    """Quota 13. At stage 3 B, C, D have 5; at stage 2 4, 4, 5; at stage 1 B 3, C 4: B."""
    papers = {"A": 10, "B A": 3, "C": 4, "D": 5, "E B": 1, "E C": 1, "F B": 1}
    found = SCOTTISH(table(papers, candidates=6))
    check(
        found,
        ("10 3 4 5 2 1", "", "F", "0", "0"),
        ("10 4 4 5 2 0", "", "E", "0", "0"),
        ("10 5 5 5 0 0", "", "B", "0", "0"),
        ("13 0 5 5 0 0", "A", "", "2", "0"),
    )


def test_scottish_lot_when_equal_at_all_stages() -> None:
    """Quota 3: A 2, B 1, C 1: a lot at stage 1; C goes, A 3."""
    lots = Drawn("CB")
    found = SCOTTISH(table({"A": 2, "B": 1, "C A": 1}, candidates=3, lots=lots))
    check(found, ("2 1 1", "", "C", "0", "0"), ("3 1 0", "A", "", "0", "0"))
    assert asked(lots) == [(1, Purpose.EXCLUSION, "BC")]


def test_scottish_lot_for_equal_surpluses() -> None:
    """Quota 11/4 -> 3. A 4 and B 4: B first, 1/4 = 0.25 four times: C 3, all seats filled."""
    lots = Drawn("BA")
    papers = {"A D": 4, "B C": 4, "C": 2, "D": 1}
    found = SCOTTISH(table(papers, candidates=4, seats=3, lots=lots))
    check(found, ("4 4 2 1", "AB", "", "0", "0"), ("4 3 3 1", "C", "", "0", "0"))
    assert asked(lots) == [(1, Purpose.SURPLUS, "AB")]
    assert winners(found) == "ABC"


def test_scottish_doomed_candidate_with_the_quota_is_excluded_before_the_surplus() -> None:
    """Quota 14/3 -> 5. At most one of A and B: A 6 is elected, B 5 goes out, D 1+5 = 6."""
    papers = {"A C": 6, "B D": 5, "C": 2, "D": 1}
    found = SCOTTISH(table(papers, candidates=4, seats=2, constraints=group("AB", 0, 1)))
    check(found, ("6 5 2 1", "A", "B", "0", "0"), ("6 0 2 6", "D", "", "0", "0"))
    assert winners(found) == "AD"


def test_scottish_doomed_excluded_and_the_rest_elected_at_once() -> None:
    """Quota 11/3 -> 4. A 5 elected, B 4 doomed; C alone is left for the other place."""
    papers = {"A B": 5, "B": 4, "C": 2}
    found = SCOTTISH(table(papers, candidates=3, seats=2, constraints=group("AB", 0, 1)))
    check(found, ("5 4 2", "AC", "B", "0", "0"))
    assert winners(found) == "AC"


def test_scottish_guarded_candidate_is_not_excluded() -> None:
    """Quota 9/3+1 = 4. C must be elected: D goes instead; B 5; then A is doomed, C elected."""
    papers = {"A": 3, "B": 3, "C": 1, "D B": 2}
    found = SCOTTISH(table(papers, candidates=4, seats=2, constraints=group("C", 1, 1)))
    check(found, ("3 3 1 2", "", "D", "0", "0"), ("3 5 1 0", "BC", "A", "0", "0"))
    assert winners(found) == "BC"


def test_scottish_doomed_from_the_start_are_excluded_together() -> None:
    """Nobody of B, C may be elected; quota 9/3+1 = 4: both go at stage 1; A 2+1, D 2+3, E 1."""
    papers = {"A": 2, "B D": 3, "C A": 1, "D": 2, "E": 1}
    found = SCOTTISH(table(papers, candidates=5, seats=2, constraints=group("BC", 0, 0)))
    check(
        found,
        ("2 3 1 2 1", "", "BC", "0", "0"),
        ("3 0 0 5 1", "D", "", "0", "0"),
        ("3 0 0 4 1", "A", "E", "1", "0"),
    )


def test_scottish_equal_candidates_of_whom_one_may_be_elected() -> None:
    """Quota 4; A 4, B 4, at most one of them: a lot says B; A is doomed; C is left."""
    lots = Drawn("BA")
    papers = {"A": 4, "B": 4, "C": 2}
    found = SCOTTISH(table(papers, candidates=3, seats=2, lots=lots, constraints=group("AB", 0, 1)))
    check(found, ("4 4 2", "BC", "A", "0", "0"))
    assert asked(lots) == [(1, Purpose.ELECTION, "AB")]
    assert winners(found) == "BC"


def test_scottish_equal_candidates_of_whom_the_one_ahead_before_is_elected() -> None:
    """Quota 16/3 -> 6. After D: B 6, C 6, one of them only: at stage 1 B 5, C 4: B, no lot."""
    papers = {"A": 4, "B": 5, "C": 4, "D B": 1, "D C": 2}
    found = SCOTTISH(table(papers, candidates=4, seats=2, constraints=group("BC", 0, 1)))
    check(found, ("4 5 4 3", "", "D", "0", "0"), ("4 6 6 0", "AB", "C", "0", "0"))
    assert winners(found) == "BA"


@pytest.mark.parametrize("rule", WHOLE_PILE)
def test_no_more_candidates_than_seats(rule: str) -> None:
    """Two candidates, two seats: elected without a ballot."""
    found = WHOLE_PILE[rule](table({"A": 1}, candidates=2, seats=2))
    check(found)
    assert winners(found) == "AB"


def test_copies_are_as_many_papers() -> None:
    """The first example with each kind of paper once, with copies."""
    many = {"A B": 4, "A C": 2, "A": 1, "B": 1, "C": 2}
    laid = table(dict.fromkeys(many, 1), candidates=3, seats=2)
    for paper, copies in zip(laid.papers, many.values(), strict=True):
        paper.copies = copies
    check(
        SCOTTISH(laid),
        ("7 1 2", "A", "", "0", "0"),
        ("4 2.71428 2.85714", "C", "B", "0.42857", "0.00001"),
    )


def test_wigm_is_exact() -> None:
    """Quota 9/3 = 3. A 5: each paper 2/5: B 2+4/5, C 2+6/5, more than 3."""
    found = WIGM(table({"A B": 2, "A C": 3, "B": 2, "C": 2}, candidates=3, seats=2))
    check(found, ("5 2 2", "A", "", "0", "0"), ("3 14/5 16/5", "C", "", "0", "0"))
    assert found.quota == 3


def test_wigm_just_the_quota_is_not_enough() -> None:
    """Quota 3: A 3, B 3, C 2+1 = 3: a lot excludes B; A and C are left."""
    lots = Drawn("BAC")
    found = WIGM(table({"A": 3, "B": 3, "C": 2, "D C": 1}, candidates=4, seats=2, lots=lots))
    check(found, ("3 3 2 1", "", "D", "0", "0"), ("3 3 3 0", "AC", "B", "0", "0"))
    assert asked(lots) == [(2, Purpose.EXCLUSION, "ABC")]
    assert winners(found) == "AC"


def test_wigm_lots_for_surplus_and_exclusion() -> None:
    """Quota 12/4 = 3. A and B 5: B first, 5 x 2/5 = 2 to D: 3; A's 2 to C: 3. A lot excludes D."""
    lots = Drawn("BADC")
    papers = {"A C": 5, "B D": 5, "C": 1, "D": 1}
    found = WIGM(table(papers, candidates=4, seats=3, lots=lots))
    check(
        found,
        ("5 5 1 1", "AB", "", "0", "0"),
        ("5 3 1 3", "", "", "0", "0"),
        ("3 3 3 3", "C", "D", "0", "0"),
    )
    assert asked(lots) == [(1, Purpose.SURPLUS, "AB"), (3, Purpose.EXCLUSION, "CD")]


def test_wigm_countback_keeps_a_member_and_dooms_the_others() -> None:
    """Quota 3. A stays. B 6, half a vote a paper to C: 5; then only A's place is left."""
    laid = table({"A": 1, "B C": 6, "C": 2, "D": 3}, candidates=4, seats=3)
    found = WIGM(protecting(laid, "A"))
    check(found, ("1 6 2 3", "B", "", "0", "0"), ("1 3 5 3", "AC", "D", "0", "0"))
    assert winners(found) == "BCA"


def test_wigm_countback_does_not_exclude_a_member() -> None:
    """Quota 3. A 1 is lowest and stays: C 2 goes to D: 5; B is doomed, A elected."""
    laid = table({"A": 1, "B": 3, "C D": 2, "D": 3}, candidates=4, seats=2)
    found = WIGM(protecting(laid, "A"))
    check(found, ("1 3 2 3", "", "C", "0", "0"), ("1 3 0 5", "AD", "B", "0", "0"))
    assert winners(found) == "DA"


def test_wigm_minimum_guards_the_last_two() -> None:
    """Three seats, quota 12/4 = 3; of C and D two: A 5, B 4 have more than 3: A is elected.

    Then B and E are doomed and go out; C and D are left for the two places.
    """
    papers = {"A": 5, "B C": 3, "B E": 1, "C": 1, "D": 1, "E": 1}
    found = WIGM(table(papers, candidates=5, seats=3, constraints=group("CD", 2, 2)))
    check(found, ("5 4 1 1 1", "ACD", "BE", "0", "0"))
    assert winners(found) == "ACD"


def test_minneapolis_all_with_the_threshold_fill_the_seats() -> None:
    """Threshold 10/3+1 -> 4: A 5, B 4 are two for two seats."""
    found = MINNEAPOLIS(table({"A": 5, "B": 4, "C": 1}, candidates=3, seats=2))
    check(found, ("5 4 1", "AB", "", "0", "0"))
    assert winners(found) == "AB"


def test_minneapolis_sure_losers_go_together_and_the_last_two_draw() -> None:
    """Threshold 12. C 3 + D 1 + E 1 = 5 is fewer than B 8. Then A 11, B 11: the lot defeats A."""
    lots = Drawn("AB")
    papers = {"A": 10, "B": 8, "C B": 3, "D A": 1, "E": 1}
    found = MINNEAPOLIS(table(papers, candidates=5, lots=lots))
    check(
        found,
        ("10 8 3 1 1", "", "CDE", "0", "0"),
        ("11 11 0 0 0", "B", "A", "1", "0"),
    )
    assert asked(lots) == [(2, Purpose.EXCLUSION, "AB")]


def test_minneapolis_who_could_draw_level_is_no_sure_loser() -> None:
    """Threshold 5. C 1 + D 1 = 2 equals B 2: a lot, C. Then D 1 is fewer than B 3. A 5."""
    lots = Drawn("CD")
    papers = {"A": 4, "B": 2, "C B": 1, "D A": 1}
    found = MINNEAPOLIS(table(papers, candidates=4, lots=lots))
    check(
        found,
        ("4 2 1 1", "", "C", "0", "0"),
        ("4 3 0 1", "", "D", "0", "0"),
        ("5 3 0 0", "A", "", "0", "0"),
    )
    assert len(lots.asked) == 1


def test_minneapolis_surplus_to_four_places() -> None:
    """Threshold 5. 2/7 = 0.2857: B 2+1.1428, C 2+0.8571, lost 0.0001. D 1, then B, sure losers."""
    papers = {"A B": 4, "A C": 3, "B": 2, "C": 2, "D C": 1}
    found = MINNEAPOLIS(table(papers, candidates=4, seats=2))
    check(
        found,
        ("7 2 2 1", "A", "", "0", "0"),
        ("5 3.1428 2.8571 1", "", "D", "0", "0.0001"),
        ("5 3.1428 3.8571 0", "C", "B", "0", "0.0001"),
    )


def test_minneapolis_value_to_four_places_too() -> None:
    """Threshold 6. 1/7 = 0.1428; 0.4 x 0.1428 = 0.0571(2): C 2 + 0.571 + 0.4284, lost 0.0006."""
    found = MINNEAPOLIS(table(CHAIN, candidates=5, seats=3))
    check(
        found,
        ("10 3 2 3 2", "A", "", "0", "0"),
        ("6 7 2 3 2", "B", "", "0", "0"),
        ("6 6 2.9994 3 2", "", "E", "0", "0.0006"),
        ("6 6 2.9994 5 0", "D", "C", "0", "0.0006"),
    )


def test_minneapolis_one_with_the_threshold_continues_until_declared() -> None:
    """Threshold 6, three seats. A 10, B 7 have it; A has the largest surplus and is declared.

    A's papers go to B, who continues: 7 + 10 x 0.4 = 11. B's surplus: 5/11 = 0.4545; seven papers
    take it to C: 2 + 3.1815; ten, 0.4 x 0.4545 = 0.1818, have no preference left: 1.818 aside.
    Lost: 5 - 3.1815 - 1.818 = 0.0005. D 1 is a sure loser.
    """
    found = MINNEAPOLIS(table({"A B": 10, "B C": 7, "C": 2, "D": 1}, candidates=4, seats=3))
    check(
        found,
        ("10 7 2 1", "A", "", "0", "0"),
        ("6 11 2 1", "B", "", "0", "0"),
        ("6 6 5.1815 1", "C", "D", "1.818", "0.0005"),
    )
    assert winners(found) == "ABC"


def test_minneapolis_a_group_is_not_defeated_that_could_fill_a_seat() -> None:
    """Threshold 21/3+1 = 8, two seats: A 7, B 7, C 5, D 2. D: 2 < 5 goes, to C: C 7.

    At stage 2 all three are equal: a lot defeats one.
    """
    lots = Drawn("ABC")
    found = MINNEAPOLIS(table({"A": 7, "B": 7, "C": 5, "D C": 2}, candidates=4, seats=2, lots=lots))
    check(found, ("7 7 5 2", "", "D", "0", "0"), ("7 7 7 0", "BC", "A", "0", "0"))


def test_minneapolis_sure_losers_leave_enough_for_the_seats() -> None:
    """Threshold 34/3+1 -> 12, two seats: A 11, B 9, C 8, D 6. C with D, 14, may pass B; D may not.

    D's papers go to nobody: aside 6. Then C 8 is fewer than B 9: A and B are left.
    """
    found = MINNEAPOLIS(table({"A": 11, "B": 9, "C": 8, "D": 6}, candidates=4, seats=2))
    check(found, ("11 9 8 6", "", "D", "0", "0"), ("11 9 8 0", "AB", "C", "6", "0"))


def test_albany_quota_follows_the_votes_in_play() -> None:
    """Quota 9/2 -> 5; C's two papers are spent: 7/2 -> 4, and A has 4."""
    found = ALBANY(table({"A": 4, "B": 3, "C": 2}, candidates=3))
    check(found, ("4 3 2", "", "C", "0", "0"), ("4 3 0", "A", "", "2", "0"))
    assert found.quota is None


def test_albany_share_to_six_places() -> None:
    """Quota 12/3+1 = 5; 2/7 = 0.285714: B 3.142856, C 2.857142, lost 0.000002.

    In play 11.999998: quota 3+1 = 4. D's paper: C 3.857142. B is lowest, C is left.
    """
    papers = {"A B": 4, "A C": 3, "B": 2, "C": 2, "D C": 1}
    found = ALBANY(table(papers, candidates=4, seats=2))
    check(
        found,
        ("7 2 2 1", "A", "", "0", "0"),
        ("5 3.142856 2.857142 1", "", "D", "0", "0.000002"),
        ("5 3.142856 3.857142 0", "C", "B", "0", "0.000002"),
    )


def test_albany_value_to_six_places_and_quota_falls() -> None:
    """0.4 x 0.142857 = 0.057142(8): C 2 + 0.57142 + 0.428571, lost 0.000009.

    In play 19.999991: quota 4+1 = 5; E's two papers make D 5: elected.
    """
    found = ALBANY(table(CHAIN, candidates=5, seats=3))
    check(
        found,
        ("10 3 2 3 2", "A", "", "0", "0"),
        ("6 7 2 3 2", "B", "", "0", "0"),
        ("6 6 2.999991 3 2", "", "E", "0", "0.000009"),
        ("6 6 2.999991 5 0", "D", "", "0", "0.000009"),
    )


def test_albany_elected_stands_at_the_quota_of_the_transfer() -> None:
    """Quota 12/3+1 = 5: A's surplus 2: 2/7 = 0.285714 x 7 = 1.999998 aside; quota 10/3 -> 4.

    (In play 12 - 1.999998 - 0.000002 = 10.) A stays at 5. D's paper spent: in play 9, quota 4.
    C 1 goes too (D before it by lot, 1 each); then B is left.
    """
    lots = Drawn("DC")
    found = ALBANY(table({"A": 7, "B": 3, "C": 1, "D": 1}, candidates=4, seats=2, lots=lots))
    check(
        found,
        ("7 3 1 1", "A", "", "0", "0"),
        ("5 3 1 1", "", "D", "1.999998", "0.000002"),
        ("5 3 1 0", "B", "C", "2.999998", "0.000002"),
    )

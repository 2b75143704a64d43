"""ERS97, Northern Ireland and PRSA 1977, worked by hand from the texts.

A stage is written as its votes, the votes set aside, who was elected and who was excluded.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.election.contest import Candidate, Constraint
from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_last_parcel import LAST_PARCEL
from tests.support.by_hand import NAMES, Drawn, as_the_law_ends, table, winners

if TYPE_CHECKING:
    from ccin_vote.verify.recount_model import Recount, RecountStage, Table


def who(names: str) -> frozenset[Candidate]:
    """Return candidates by their letters."""
    return frozenset(Candidate(NAMES.index(name)) for name in names)


def number(votes: Fraction) -> str:
    """Write votes as a decimal, without empty places."""
    return f"{(Decimal(votes.numerator) / votes.denominator).normalize():f}"


def line(stage: RecountStage) -> str:
    """Write a stage in a line."""
    votes = " ".join(number(vote) for vote in stage.votes)
    elected = "".join(NAMES[name] for name in sorted(stage.elected))
    excluded = "".join(NAMES[name] for name in stage.excluded)
    return f"{votes} | {number(stage.non_transferable)} | {elected} | {excluded}"


def lines(found: Recount) -> list[str]:
    """Write all stages."""
    return [line(stage) for stage in as_the_law_ends(found)]


def lost_is_aside(found: Recount) -> Recount:
    """Add what rounding lost to the non-transferable votes, as 5.3.10 and 50(2) do."""
    stages = (
        replace(
            stage,
            non_transferable=stage.non_transferable + stage.lost_to_rounding,
            lost_to_rounding=Fraction(0),
        )
        for stage in found.stages
    )
    return replace(found, stages=tuple(stages))


def ers97(laid: Table) -> Recount:
    """Count by ERS97."""
    return lost_is_aside(LAST_PARCEL["ers97"](laid))


def ireland(laid: Table) -> Recount:
    """Count by the rules of Northern Ireland."""
    return lost_is_aside(LAST_PARCEL["northern-ireland-stv"](laid))


def prsa(laid: Table) -> Recount:
    """Count by the rules of the PRSA."""
    return LAST_PARCEL["prsa-1977"](laid)


def countback(laid: Table, stay: str) -> Table:
    """Make it a countback in which some keep their seats."""
    laid.contest = replace(laid.contest, protected=who(stay))
    return laid


def test_ers_surplus_in_hundredths_and_the_rest_aside() -> None:
    """Quota 12/3 = 4. A's 3 over 7 papers: 0.42 each, 2.94 to C; 0.06 aside (5.3.10)."""
    found = ers97(table({"A C": 7, "B": 3, "C": 2}, candidates=3, seats=2))
    assert found.quota == 4
    assert lines(found) == ["7 3 2 | 0 | A | ", "4 3 4.94 | 0.06 | C | "]
    assert winners(found) == "AC"


def test_ers_small_surplus_waits() -> None:
    """Quota 6; surplus 1, the last two are 2 apart: D goes. B has 7, A keeps its surplus."""
    found = ers97(table({"A C": 7, "B": 5, "C": 4, "D B": 2}, candidates=4, seats=2))
    assert lines(found) == ["7 5 4 2 | 0 | A | D", "7 7 4 0 | 0 | B | "]


def test_ers_several_excluded_and_the_quota_shrinks() -> None:
    """Quota 12. C, D, E have 6 together, B 8. Then 2 aside: quota 11; A and B have 11.

    One place for two: A had 10 at the first stage, B 8 (5.6.2). The quota shown is the first.
    """
    papers = {"A": 10, "B": 8, "C B": 3, "D": 2, "E A": 1}
    found = ers97(table(papers, candidates=5))
    assert found.quota == 12
    assert lines(found) == ["10 8 3 2 1 | 0 |  | CDE", "11 11 0 0 0 | 2 | A | "]


def test_ers_equals_of_whom_none_is_elected() -> None:
    """Both have the quota 5 and never differed: none is elected (5.6.2); the lot excludes B.

    That leaves as many as there are places (5.5.1).
    """
    lots = Drawn("BA")
    found = ers97(table({"A": 5, "B": 5}, candidates=2, lots=lots))
    assert [question.purpose for question in lots.asked] == [Purpose.EXCLUSION]
    assert lines(found) == ["5 5 | 0 | A | B"]


def test_ers_only_the_last_batch_is_looked_at() -> None:
    """Quota 8. C's 3 papers lift A to 10: of these 2 name E, worth the surplus: 1 each.

    F's 4 are aside; active 32 - 16 - 4 = 12, half of it 6: B and E; B had more at stage 1.
    """
    papers = {"A B": 7, "B": 6, "C A E": 2, "C A": 1, "D": 8, "E": 4, "F": 4}
    found = ers97(table(papers, candidates=6, seats=3))
    assert lines(found) == [
        "7 6 3 8 4 4 | 0 | D | C",
        "10 6 0 8 4 4 | 0 | A | ",
        "8 6 0 8 6 4 | 0 |  | F",
        "8 6 0 8 6 0 | 4 | B | ",
    ]
    assert winners(found) == "DAB"


def test_ers_active_vote_elects_below_the_quota() -> None:
    """Quota 5. A's 3 over 8: 0.37, D 3.96. E lifts C to 7; its 2 cannot be transferred.

    Active: 20 - 10 - 2.04 = 7.96, half 3.98: B has 4.
    """
    papers = {"A D": 8, "B": 4, "C": 4, "D B": 1, "E C": 3}
    found = ers97(table(papers, candidates=5, seats=3))
    assert lines(found) == [
        "8 4 4 1 3 | 0 | A | ",
        "5 4 4 3.96 3 | 0.04 |  | E",
        "5 4 7 3.96 0 | 0.04 | C | ",
        "5 4 5 3.96 0 | 2.04 | B | ",
    ]


def test_ers_batches_of_an_exclusion() -> None:
    """Quota 6. A's 4 over 10: 0.4 each. C has 1 and 5 of 0.4: B 5, and then D 7."""
    papers = {"A C D": 5, "A D": 5, "B": 4, "C B": 1, "D": 3}
    found = ers97(table(papers, candidates=4, seats=2))
    assert lines(found) == [
        "10 4 1 3 | 0 | A | ",
        "6 4 3 5 | 0 |  | C",
        "6 5 2 5 | 0 |  | ",
        "6 5 0 7 | 0 | D | ",
    ]


def test_ers_lot_between_equal_surpluses() -> None:
    """Quota 4; A and B have 1 too many each: the lot takes B's: 0.2 each to D, who has 4."""
    lots = Drawn("BA")
    papers = {"A C": 5, "B D": 5, "C": 3, "D": 3}
    found = ers97(table(papers, candidates=4, seats=3, lots=lots))
    assert [question.purpose for question in lots.asked] == [Purpose.SURPLUS]
    assert lines(found) == ["5 5 3 3 | 0 | AB | ", "5 4 3 4 | 0 | D | "]


def test_ers_doomed_candidate_with_the_quota() -> None:
    """A is elected; the last place is C's: B, who has the quota 4, is excluded."""
    reserved = (Constraint("W", who("C"), 1, 2),)
    found = ers97(table({"A": 5, "B": 4, "C": 3}, candidates=3, seats=2, constraints=reserved))
    assert lines(found) == ["5 4 3 | 0 | AC | B"]
    assert winners(found) == "AC"


def test_ers_guarded_candidate_is_passed_over() -> None:
    """Quota 17/3: 5.67. D has fewest, but is guarded: C goes. A 9; B is doomed, D elected."""
    reserved = (Constraint("W", who("D"), 1, 2),)
    papers = {"A": 5, "B": 5, "C A": 4, "D": 3}
    found = ers97(table(papers, candidates=4, seats=2, constraints=reserved))
    assert found.quota == Fraction(567, 100)
    assert lines(found) == ["5 5 4 3 | 0 |  | C", "9 5 0 3 | 0 | AD | B"]


def test_ers_group_that_must_not_go_together() -> None:
    """A and B have the quota 5.67, but only one can be elected: equal, so none (5.6.2).

    C and D have less than either, but one of them is needed: D alone. Then C is guarded, and
    of A and B the lot excludes B; A and C are left for two places.
    """
    lots = Drawn("BACD")
    reserved = (Constraint("W", who("CD"), 1, 2),)
    papers = {"A": 7, "B": 7, "C": 2, "D C": 1}
    found = ers97(table(papers, candidates=4, seats=2, constraints=reserved, lots=lots))
    assert lines(found) == ["7 7 2 1 | 0 |  | D", "7 7 3 0 | 0 | AC | B"]
    assert [question.stage for question in lots.asked] == [2]


def test_ers_countback() -> None:
    """B keeps the seat: after A no place is left for C, who has the quota 3."""
    found = ers97(countback(table({"A": 6, "C": 3}, candidates=3, seats=2), "B"))
    assert lines(found) == ["6 0 3 | 0 | AB | C"]


def test_ireland_surplus_as_large_as_the_gap_moves() -> None:
    """Quota 7. Surplus 2, gap 2: not less. 0.22 each, 1.98 to C. D's paper makes B 6 to 4.98."""
    found = ireland(table({"A C": 9, "B": 5, "C": 3, "D B": 1}, candidates=4, seats=2))
    assert found.quota == 7
    assert lines(found) == [
        "9 5 3 1 | 0 | A | ",
        "7 5 4.98 1 | 0.02 |  | D",
        "7 6 4.98 0 | 0.02 | B | ",
    ]


def test_ireland_several_excluded() -> None:
    """Quota 13. 6 is less than B's 8. Then 11 each: B had fewer at the first stage; 52(1)."""
    papers = {"A": 10, "B": 8, "C B": 3, "D": 2, "E A": 1}
    found = ireland(table(papers, candidates=5))
    assert lines(found) == ["10 8 3 2 1 | 0 |  | CDE", "11 11 0 0 0 | 2 | A | B"]


def test_ireland_half_is_enough_for_the_last_vacancy() -> None:
    """Quota 5; A's 4 are as many as 3 and 1 (52(2))."""
    found = ireland(table({"A": 4, "B": 3, "C": 1}, candidates=3))
    assert lines(found) == ["4 3 1 | 0 | A | "]


def test_ireland_untransferred_surplus_hinders_the_last_election() -> None:
    """Quota 6. B's 4 are less than C's 3 and the surplus 2; 0.25 each make C 5 to 4."""
    found = ireland(table({"A C": 8, "B": 4, "C": 3}, candidates=3, seats=2))
    assert lines(found) == ["8 4 3 | 0 | A | ", "6 4 5 | 0 | C | "]


def test_ireland_untransferred_surplus_that_cannot_change_it() -> None:
    """Quota 4. B's 3 are as many as C's 2 and the surplus 1 (52(2)); nothing moves (52(3))."""
    found = ireland(table({"A C": 5, "B": 3, "C": 2}, candidates=3, seats=2))
    assert lines(found) == ["5 3 2 | 0 | AB | "]


def test_ireland_as_many_as_vacancies() -> None:
    """Quota 5. D's paper is aside; then C is last, and A and B are left (52(1))."""
    found = ireland(table({"A": 4, "B": 4, "C": 3, "D": 1}, candidates=4, seats=2))
    assert lines(found) == ["4 4 3 1 | 0 |  | D", "4 4 3 0 | 1 | AB | C"]


def test_ireland_first_preferences_before_received_papers() -> None:
    """Quota 8. C and D have 4; D had 3 at first. 3 papers make A 10; the one received is aside.

    When all have moved B's 6 are as many as C's 4 and the surplus 2.
    """
    papers = {"A": 7, "B": 6, "C": 4, "D A": 3, "E D A": 1}
    found = ireland(table(papers, candidates=5, seats=2))
    assert lines(found) == [
        "7 6 4 3 1 | 0 |  | E",
        "7 6 4 4 0 | 0 |  | D",
        "10 6 4 1 0 | 0 | A | ",
        "10 6 4 0 0 | 1 | B | ",
    ]


def test_ireland_last_sub_parcel_at_the_value_received() -> None:
    """Quota 7. A has 9 with C's 3, two of which name B: 1 each, not more; B 7."""
    papers = {"A": 6, "B": 5, "C A B": 2, "C A": 1, "D": 6}
    found = ireland(table(papers, candidates=4, seats=2))
    assert lines(found) == [
        "6 5 3 6 | 0 |  | C",
        "9 5 0 6 | 0 | A | ",
        "7 7 0 6 | 0 | B | ",
    ]


def test_ireland_lot_for_exclusion() -> None:
    """B and C were never unequal: the lot excludes C, whose papers elect B (quota 4)."""
    lots = Drawn("CB")
    found = ireland(table({"A": 3, "B": 2, "C B": 2}, candidates=3, lots=lots))
    assert [(lot.stage, lot.purpose) for lot in lots.asked] == [(1, Purpose.EXCLUSION)]
    assert lines(found) == ["3 2 2 | 0 |  | C", "3 4 0 | 0 | B | "]


def test_ireland_countback() -> None:
    """Quota 5. After A the only seat left is C's, who stays: B is excluded, quota or not."""
    found = ireland(countback(table({"A": 6, "B": 5, "C": 1}, candidates=3, seats=2), "C"))
    assert lines(found) == ["6 5 1 | 0 | AC | B"]


def test_prsa_thousandths() -> None:
    """Quota 10000/3: 3.334. Surplus 1.666 over 5: 0.333; 0.001 is lost; C 3.665."""
    found = prsa(table({"A C": 5, "B": 3, "C": 2}, candidates=3, seats=2))
    assert found.quota == Fraction(3334, 1000)
    assert lines(found) == ["5 3 2 | 0 | A | ", "3.334 3 3.665 | 0 | C | "]
    assert found.stages[1].lost_to_rounding == Fraction(1, 1000)


def test_prsa_quota_is_above_an_exact_quotient() -> None:
    """9000/3 is 3000: the quota is 3.001. The one paper that goes on carries 0.999."""
    found = prsa(table({"A B": 1, "A": 3, "B": 3, "C": 2}, candidates=3, seats=2))
    assert lines(found) == ["4 3 2 | 0 | A | ", "3.001 3.999 2 | 0 | B | "]


def test_prsa_parcels_in_the_order_received() -> None:
    """Quota 6.667. 2.333 over 9: 0.259, 2.331. C's first preference first, then the nine."""
    papers = {"A C D": 9, "B": 6, "C D": 1, "D": 4}
    found = prsa(table(papers, candidates=4, seats=2))
    assert lines(found) == [
        "9 6 1 4 | 0 | A | ",
        "6.667 6 3.331 4 | 0 |  | C",
        "6.667 6 2.331 5 | 0 |  | ",
        "6.667 6 0 7.331 | 0 | D | ",
    ]
    assert found.stages[3].lost_to_rounding == Fraction(2, 1000)


def test_prsa_most_recent_difference() -> None:
    """At the third stage C and D have 6: at the second C had 6, D 5: D goes, in two parcels."""
    papers = {"A": 10, "B": 9, "C B": 4, "D": 5, "E C": 2, "F D": 1, "F A": 2}
    found = prsa(table(papers, candidates=6))
    assert lines(found) == [
        "10 9 4 5 2 3 | 0 |  | E",
        "10 9 6 5 0 3 | 0 |  | F",
        "12 9 6 6 0 0 | 0 |  | D",
        "12 9 6 1 0 0 | 5 |  | ",
        "12 9 6 0 0 0 | 6 |  | C",
        "12 13 2 0 0 0 | 6 |  | ",
        "12 13 0 0 0 0 | 8 | B | A",
    ]


def test_prsa_the_largest_surplus_goes_first() -> None:
    """Quota 8.001. A's papers elect C with 16.99, whose surplus is larger than B's 0.999.

    Nothing of C's last parcel can go on: 8.989 aside. Then E is last, and D is left.
    """
    papers = {"A C": 18, "B D": 9, "C": 7, "D": 3, "E": 3}
    found = prsa(table(papers, candidates=5, seats=4))
    assert lines(found) == [
        "18 9 7 3 3 | 0 | AB | ",
        "8.001 9 16.99 3 3 | 0 | C | ",
        "8.001 9 8.001 3 3 | 8.989 |  | ",
        "8.001 8.001 8.001 3.999 3 | 8.989 | D | E",
    ]


def test_prsa_countback() -> None:
    """D stays and cannot be excluded: C is; A has 7 (quota 4.001), and B is left over."""
    papers = {"A": 4, "B": 4, "C A": 3, "D": 1}
    found = prsa(countback(table(papers, candidates=4, seats=2), "D"))
    assert lines(found) == ["4 4 3 1 | 0 |  | C", "7 4 0 1 | 0 | AD | B"]

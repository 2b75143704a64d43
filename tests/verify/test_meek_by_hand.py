"""Meek, Warren, the reference Meek rule and New Zealand's schedule 1A, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ccin_vote.election.contest import Candidate, Constraint
from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_meek import MEEK
from tests.support.by_hand import NAMES, Drawn, excluded, table, winners

if TYPE_CHECKING:
    from ccin_vote.verify.recount_model import Recount

BILLION = 10**9


def nine(recount: Recount, stage: int) -> list[str]:
    """Return the votes of a stage and the non-transferable as text, nine places, noughts cut."""
    found = recount.stages[stage - 1]
    units = [int(votes * BILLION) for votes in (*found.votes, found.non_transferable)]
    texts = [f"{unit // BILLION}.{unit % BILLION:09d}" for unit in units]
    return [text.rstrip("0").rstrip(".") for text in texts]


def elected(recount: Recount, stage: int) -> str:
    """Return the names of those elected at a stage."""
    return "".join(NAMES[name] for name in sorted(recount.stages[stage - 1].elected))


def group(names: str, minimum: int, maximum: int) -> Constraint:
    """Reserve places for a group."""
    members = frozenset(Candidate(NAMES.index(name)) for name in names)
    return Constraint("group", members, minimum, maximum)


def test_meek_half_of_every_vote_is_enough() -> None:
    """Quota 9 / 3 = 3. A has 6, keeps 1/2: 3 votes go on, B 1 + 3 = 4 is over the quota."""
    found = MEEK["meek"](table({"A B": 6, "C": 2, "B": 1}, candidates=3, seats=2))
    assert nine(found, 1) == ["6", "1", "2", "0"]
    assert elected(found, 1) == "A"
    assert nine(found, 2) == ["3", "4", "2", "0"]
    assert winners(found) == "AB"
    assert len(found.stages) == 2


def test_meek_the_quota_falls_as_votes_are_not_transferable() -> None:
    """6k = (6k + 3) / 3, so k = 1/4: A 1.5, quota 1.5; B's 2 are enough; 4.5 aside."""
    found = MEEK["meek"](table({"A": 6, "B": 2, "C": 1}, candidates=3, seats=2))
    assert nine(found, 2) == ["1.5", "2", "1", "4.5"]
    assert winners(found) == "AB"


def test_meek_just_the_quota_does_not_elect() -> None:
    """A keeps 3/5; B 1 + 2 = 3, just the quota; D is excluded with 1 and the paper ends.

    Then 8 votes are held, the quota is 8/3 = A's, B has 6 - 8/3 = 10/3.
    """
    found = MEEK["meek"](table({"A B": 5, "C": 2, "B": 1, "D": 1}, candidates=4, seats=2))
    assert nine(found, 2) == ["3", "3", "2", "1", "0"]
    assert (elected(found, 2), excluded(found, 2)) == ("", "D")
    assert nine(found, 3) == ["2.666666666", "3.333333333", "2", "0", "1"]
    assert found.stages[2].lost_to_rounding * BILLION == 1
    assert winners(found) == "AB"


def test_meek_two_keep_values_that_are_no_fractions() -> None:
    """4k + 4k(1 - k) = 9/4 has the root 1 - sqrt(7)/4, but A and B have just the quota, 2.25."""
    papers = {"A B C": 4, "B A C": 4, "C": 1}
    found = MEEK["meek"](table(papers, candidates=4, seats=3))
    assert elected(found, 1) == "AB"
    assert nine(found, 2) == ["2.25", "2.25", "4.5", "0", "0"]
    assert winners(found) == "ABC"


def test_meek_true_tie_at_convergence() -> None:
    """With x = (1 - k)^2: 4(1 - x) = (10 - 8x) / 4, x = 3/4: A, B, C, D all have 1, the quota.

    A lot excludes C: 16 - 16x = 9 - 8x, x = 7/8: A and B 1/2, D's 1 is over the quota.
    """
    lots = Drawn("CD")
    papers = {"A B": 4, "B A": 4, "C": 1, "D": 1}
    found = MEEK["meek"](table(papers, candidates=4, seats=3, lots=lots))
    assert nine(found, 2) == ["1", "1", "1", "1", "6"]
    assert [(question.stage, question.purpose) for question in lots.asked] == [
        (2, Purpose.EXCLUSION)
    ]
    assert excluded(found, 2) == "C"
    assert nine(found, 3) == ["0.5", "0.5", "0", "1", "8"]
    assert winners(found) == "ABD"


def test_meek_where_supporters_of_two_pay_by_shares() -> None:
    """Quota 2. kA = 1/2; B gets 2 + 3 at kB = 2/5. C 4 x 1/2 x 3/5 = 1.2, D 1.8, E 1 goes.

    Then 7 votes, quota 1.75: B is offered 2.25 + 3, kB = 1/3: C 1.5, D 2.
    """
    papers = {"A B C": 4, "B D": 3, "E": 1}
    found = MEEK["meek"](table(papers, candidates=5, seats=3))
    assert nine(found, 2) == ["2", "2", "1.2", "1.8", "1", "0"]
    assert excluded(found, 2) == "E"
    assert nine(found, 3) == ["1.75", "1.75", "1.5", "2", "0", "1"]
    assert winners(found) == "ABD"


def test_warren_where_supporters_of_two_pay_the_same_price() -> None:
    """Price of A 1/2, of B 7p = 2: 2/7. C 4(1/2 - 2/7) = 6/7, D 3 x 5/7 = 15/7 over 2."""
    papers = {"A B C": 4, "B D": 3, "E": 1}
    found = MEEK["warren"](table(papers, candidates=5, seats=3))
    assert nine(found, 2) == ["2", "2", "0.857142857", "2.142857142", "1", "0"]
    assert winners(found) == "ABD"


def test_warren_who_has_less_than_the_price_pays_all() -> None:
    """A takes 3/4 of 4; B 4 x 1/4 + 5p = 3, p = 2/5; C 3, D 3: all have just the quota, a lot.

    Without D: 9 votes, quota 9/4; A's price 9/16; B 9p = 9/4, p = 1/4, less than the 7/16 left.
    """
    lots = Drawn("DC")
    papers = {"A B C": 4, "B C": 5, "D": 3}
    found = MEEK["warren"](table(papers, candidates=4, seats=3, lots=lots))
    assert nine(found, 2) == ["3", "3", "3", "3", "0"]
    assert excluded(found, 2) == "D"
    assert nine(found, 3) == ["2.25", "2.25", "4.5", "0", "3"]
    assert winners(found) == "BAC"  # B had 5 votes at stage 1, A 4


def test_meek_three_who_all_have_just_the_quota() -> None:
    """A and B share 6 votes, C has 3: each the quota of 3, none elected: a lot at stage 1."""
    lots = Drawn("CAB")
    found = MEEK["meek"](table({"A=B C": 6, "C": 3}, candidates=3, seats=2, lots=lots))
    assert (elected(found, 1), excluded(found, 1)) == ("", "C")
    assert nine(found, 2) == ["3", "3", "0", "3"]
    assert winners(found) == "AB"


def test_meek_half_of_a_place_goes_through_the_keep_value() -> None:
    """A 4 keeps 3/4. C gets 4 x 1/2 x 1/4 + 2 x 1/4 = 1, has 2; B 2, D 2: a lot among three.

    Without B A takes the whole of 6 papers, keeps 1/2: C 1 + 3 = 4.
    """
    lots = Drawn("BCD")
    papers = {"A=B C": 4, "A C": 2, "C": 1, "D": 2}
    found = MEEK["meek"](table(papers, candidates=4, seats=2, lots=lots))
    assert nine(found, 1) == ["4", "2", "1", "2", "0"]
    assert nine(found, 2) == ["3", "2", "2", "2", "0"]
    assert len(lots.asked[0].among) == 3
    assert nine(found, 3) == ["3", "0", "4", "2", "0"]
    assert winners(found) == "AC"


def test_warren_half_of_a_place_pays_the_whole_price() -> None:
    """A 4p + 4p = 3, p = 3/8: C gets 4 x 1/8 + 4 x 5/8 = 3, just the quota. D goes.

    Then the quota is 8/3, p = 1/3: C gets 4 x 1/6 + 4 x 2/3 = 10/3.
    """
    papers = {"A=B C": 4, "A C": 4, "D": 1}
    found = MEEK["warren"](table(papers, candidates=4, seats=2))
    assert nine(found, 2) == ["3", "2", "3", "1", "0"]
    assert excluded(found, 2) == "D"
    assert nine(found, 3) == ["2.666666666", "2", "3.333333333", "0", "1"]
    assert winners(found) == "AC"


def test_meek_both_of_a_place_are_elected() -> None:
    """A and B 4 each, quota 9/4, both keep 9/16: C gets 8 x 7/16 = 3.5."""
    found = MEEK["meek"](table({"A=B C": 8, "D": 1}, candidates=4, seats=3))
    assert nine(found, 2) == ["2.25", "2.25", "3.5", "1", "0"]
    assert winners(found) == "ABC"


def test_meek_a_reserved_place_dooms() -> None:
    """A is elected; the other seat is for C or D: B is doomed, at once.

    Then 4k = (4k + 3) / 3, k = 3/8: A 1.5, C's 2 are over it; 3 + 2.5 aside.
    """
    papers = {"A": 4, "B": 3, "C": 2, "D": 1}
    found = MEEK["meek"](table(papers, candidates=4, seats=2, constraints=(group("CD", 1, 2),)))
    assert (elected(found, 1), excluded(found, 1)) == ("A", "B")
    assert nine(found, 2) == ["1.5", "0", "2", "1", "5.5"]
    assert winners(found) == "AC"


def test_meek_a_guarded_candidate_stays() -> None:
    """C is last but guarded: D goes, A has 5, is elected, and B is doomed.

    Then 5k = (5k + 1) / 3, k = 1/10: A 1/2, C's 1 is over it; 3 + 4.5 aside.
    """
    papers = {"A": 3, "B": 3, "C": 1, "D A": 2}
    found = MEEK["meek"](table(papers, candidates=4, seats=2, constraints=(group("C", 1, 1),)))
    assert excluded(found, 1) == "D"
    assert nine(found, 2) == ["5", "3", "1", "0", "0"]
    assert (elected(found, 2), excluded(found, 2)) == ("A", "B")
    assert nine(found, 3) == ["0.5", "0", "1", "0", "7.5"]
    assert winners(found) == "AC"


def test_meek_a_lot_between_two_of_whom_one_may_be_elected() -> None:
    """A and B have 4, quota 3, one of them at most: the lot says B, A is doomed.

    Then 4k = (4k + 1) / 3, k = 1/8: B 1/2, C 1; 4 + 3.5 aside.
    """
    lots = Drawn("BA")
    papers = {"A": 4, "B": 4, "C": 1}
    limits = (group("AB", 0, 1),)
    found = MEEK["meek"](table(papers, candidates=3, seats=2, constraints=limits, lots=lots))
    assert [question.purpose for question in lots.asked] == [Purpose.ELECTION]
    assert (elected(found, 1), excluded(found, 1)) == ("B", "A")
    assert nine(found, 2) == ["0", "0.5", "1", "7.5"]
    assert winners(found) == "BC"


def test_meek_countback_keeps_a_member_in() -> None:
    """C stays: when A is elected, B with 3 over 8/3 is doomed. Then k = 1/8: A 1/2, C 1."""
    count = table({"A": 4, "B": 3, "C": 1}, candidates=3, seats=2)
    count.contest = replace(count.contest, protected=frozenset({Candidate(2)}))
    found = MEEK["meek"](count)
    assert (elected(found, 1), excluded(found, 1)) == ("A", "B")
    assert nine(found, 2) == ["0.5", "0", "1", "6.5"]
    assert winners(found) == "AC"


def test_meek_when_nothing_is_left_the_quota_is_nothing() -> None:
    """3k = 3k / 3 only at k = 0: nobody holds anything, and a lot excludes B."""
    for rule in ("meek", "warren"):
        lots = Drawn("BC")
        found = MEEK[rule](table({"A": 3}, candidates=3, seats=2, lots=lots))
        assert nine(found, 2) == ["0", "0", "0", "3"]
        assert excluded(found, 2) == "B"
        assert winners(found) == "AC"


def test_nine_places_rounded_up() -> None:
    """Quota 3.000000001; keep value 0.50000000017 up: 0.500000001; A 3.000000006, B 3.999999994."""
    for rule in ("meek-prf", "meek-nz"):
        found = MEEK[rule](table({"A B": 6, "C": 2, "B": 1}, candidates=3, seats=2))
        assert nine(found, 2) == ["3.000000006", "3.999999994", "2", "0"]
        assert winners(found) == "AB"


def test_prf_a_lot_between_the_last() -> None:
    """Quota 3.500000001; B and C have 2: the lot defeats B, C has 4."""
    lots = Drawn("BC")
    found = MEEK["meek-prf"](table({"A": 3, "B C": 2, "C": 2}, candidates=3, lots=lots))
    assert lots.asked[0].purpose is Purpose.EXCLUSION
    assert nine(found, 2) == ["3", "0", "4", "0"]
    assert winners(found) == "C"


def test_prf_the_last_two_are_equal() -> None:
    """Two each, quota 2.000000001: A is defeated by lot; B.1 and C.1 elect B."""
    lots = Drawn("AB")
    found = MEEK["meek-prf"](table({"A": 2, "B": 2}, candidates=2, lots=lots))
    assert (elected(found, 2), excluded(found, 1)) == ("B", "A")


def test_nz_ahead_at_first_difference() -> None:
    """Quota 4.666666667: D goes with 1. B and C have 3, but B had 2 at the first step: B goes."""
    papers = {"A": 4, "B": 2, "C": 3, "D B": 1, "E": 4}
    found = MEEK["meek-nz"](table(papers, candidates=5, seats=2))
    assert excluded(found, 1) == "D"
    assert nine(found, 2) == ["4", "3", "3", "0", "4", "0"]
    assert excluded(found, 2) == "B"
    assert nine(found, 3) == ["4", "0", "3", "0", "4", "3"]
    assert winners(found) == "AE"


def test_nz_clause_13_excludes_before_the_surplus_is_gone() -> None:
    """Keep value 5.000000001 / 6 up: 0.833333334, A 5.000000004, quota 4.666666669.

    The surplus of 0.333333335 does not lift D's 1 to 4. Later B and C have 4 and a lot decides.
    """
    lots = Drawn("CB")
    papers = {"A": 6, "B": 4, "C": 4, "D": 1}
    found = MEEK["meek-nz"](table(papers, candidates=4, seats=2, lots=lots))
    assert (elected(found, 1), excluded(found, 1)) == ("A", "")
    assert nine(found, 2) == ["5.000000004", "4", "4", "1", "0.999999996"]
    assert excluded(found, 2) == "D"
    assert (elected(found, 3), excluded(found, 3)) == ("", "C")
    assert winners(found) == "AB"


def test_nz_clauses_12_and_13_at_one_step() -> None:
    """Quota 5.333333334: D goes, A has 6; the surplus of 0.67 does not lift E's 2 to 4."""
    papers = {"A": 5, "B": 4, "C": 4, "D A": 1, "E": 2}
    lots = Drawn("CB")
    found = MEEK["meek-nz"](table(papers, candidates=5, seats=2, lots=lots))
    assert excluded(found, 1) == "D"
    assert nine(found, 2) == ["6", "4", "4", "0", "2", "0"]
    assert (elected(found, 2), excluded(found, 2)) == ("A", "E")


def test_nz_one_vacancy_is_filled_by_half_of_the_votes() -> None:
    """Part 2: m = 4 / 2 = 2, and A's 2 equal it."""
    found = MEEK["meek-nz"](table({"A": 2, "B C": 1, "C": 1}, candidates=3))
    assert len(found.stages) == 1
    assert winners(found) == "A"


def test_nz_part_2_two_with_just_half() -> None:
    """C goes; A and B have 6 of 12, m = 6: B had fewer at the first step, and A is elected."""
    papers = {"A": 5, "B": 4, "C A": 1, "C B": 2}
    found = MEEK["meek-nz"](table(papers, candidates=3))
    assert excluded(found, 1) == "C"
    assert nine(found, 2) == ["6", "6", "0", "0"]
    assert elected(found, 2) == "A"


def test_nz_clause_20_nobody_wrote_the_name() -> None:
    """C is on no paper, and takes no seat: A and B are no more than the vacancies."""
    found = MEEK["meek-nz"](table({"A": 3, "B": 1}, candidates=3, seats=2))
    assert winners(found) == "AB"

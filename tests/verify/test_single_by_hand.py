"""The alternative vote, to the last two, the supplementary vote and Coombs, worked by hand."""

from __future__ import annotations

import pytest

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_single import SINGLE
from tests.support.by_hand import Drawn, table, winners
from tests.verify.test_whole_pile_by_hand import asked, check

AV = SINGLE["alternative-vote"]
LAST_TWO = SINGLE["alternative-vote-last-two"]
SUPPLEMENTARY = SINGLE["supplementary-vote"]
COOMBS = SINGLE["coombs"]


@pytest.mark.parametrize("rule", ["alternative-vote", "supplementary-vote", "coombs"])
def test_more_than_all_others_together_is_elected_at_once(rule: str) -> None:
    """A 3 of 5."""
    found = SINGLE[rule](table({"A": 3, "B": 1, "C B": 1}, candidates=3))
    check(found, ("3 1 1", "A", "", "0", "0"))
    assert winners(found) == "A"
    assert found.quota is None


@pytest.mark.parametrize("rule", SINGLE)
def test_a_single_candidate_needs_no_ballot(rule: str) -> None:
    """One candidate, one seat."""
    found = SINGLE[rule](table({"A": 3}, candidates=1))
    check(found)
    assert winners(found) == "A"


def test_av_papers_of_the_excluded_go_on() -> None:
    """A 4, B 3, C 2: C's go to B: 5 of 9."""
    check(
        AV(table({"A": 4, "B": 3, "C B": 2}, candidates=3)),
        ("4 3 2", "", "C", "0", "0"),
        ("4 5 0", "B", "", "0", "0"),
    )


def test_av_first_preferences_tell_equal_candidates_apart() -> None:
    """After D: B 3, C 3; first preferences C 2: out. Then A 5, B 5: first preferences A 5."""
    check(
        AV(table({"A": 5, "B": 3, "C B": 2, "D C": 1}, candidates=4)),
        ("5 3 2 1", "", "D", "0", "0"),
        ("5 3 3 0", "", "C", "0", "0"),
        ("5 5 0 0", "A", "", "1", "0"),
    )


def test_av_the_first_stage_comes_before_the_latest() -> None:
    """B 3, 5, 5 and C 4, 4, 5: the first stage says B is out, though C was behind later.

    E's papers: one to C, two spent. B's: three to C, two (D B) spent: A 8, C 8; A had 8, C 4.
    """
    papers = {"A": 8, "B C": 3, "C": 4, "D B": 2, "E C": 1, "E": 2}
    check(
        AV(table(papers, candidates=5)),
        ("8 3 4 2 3", "", "D", "0", "0"),
        ("8 5 4 0 3", "", "E", "0", "0"),
        ("8 5 5 0 0", "", "B", "2", "0"),
        ("8 0 8 0 0", "A", "", "4", "0"),
    )


def test_av_next_stage_when_first_preferences_are_equal() -> None:
    """B and C: 3, 3; then D's paper to B: 4, 3; then E's to C: 4, 4: stage 2 says C is out.

    Stage 1: A 6, B 3, C 3, D 1, E 2: 15. C's four: three to B, one (E C) spent; E's other paper
    was for A: A 7, B 7 of 14: A had 6 first preferences, B 3.
    """
    papers = {"A": 6, "B": 3, "C B": 3, "D B": 1, "E C": 1, "E A": 1}
    check(
        AV(table(papers, candidates=5)),
        ("6 3 3 1 2", "", "D", "0", "0"),
        ("6 4 3 0 2", "", "E", "0", "0"),
        ("7 4 4 0 0", "", "C", "0", "0"),
        ("7 7 0 0 0", "A", "", "1", "0"),
    )


def test_av_lot_for_the_last_place() -> None:
    """B 1, C 1: the lot excludes B, whose paper goes to C: 2 to 2, but A had 2 before."""
    lots = Drawn("BC")
    found = AV(table({"A": 2, "B C": 1, "C": 1}, candidates=3, lots=lots))
    check(found, ("2 1 1", "", "B", "0", "0"), ("2 0 2", "A", "", "0", "0"))
    assert asked(lots) == [(1, Purpose.EXCLUSION, "BC")]


def test_av_lot_between_the_last_two_elects() -> None:
    """A 1, B 1: equal at every stage."""
    lots = Drawn("BA")
    found = AV(table({"A": 1, "B": 1}, candidates=2, lots=lots))
    check(found, ("1 1", "B", "", "0", "0"))
    assert asked(lots) == [(1, Purpose.ELECTION, "AB")]


def test_av_a_majority_of_the_votes_in_play_is_enough() -> None:
    """A 4, B 3, C 2, D 1: D spent (9 in play), C spent (7 in play): 4 is more than 3."""
    lots = Drawn()
    found = AV(table({"A": 4, "B": 3, "C": 2, "D": 1}, candidates=4, lots=lots))
    check(
        found,
        ("4 3 2 1", "", "D", "0", "0"),
        ("4 3 2 0", "", "C", "1", "0"),
        ("4 3 0 0", "A", "", "3", "0"),
    )


def test_av_withdrawn_candidates_take_no_part() -> None:
    """B has withdrawn: A 1, C 2 are all who stand."""
    found = AV(table({"A": 1, "C": 2}, candidates=3, withdrawn="B"))
    check(found, ("1 0 2", "C", "", "0", "0"))


def test_last_two_a_majority_ends_nothing() -> None:
    """A 6 of 9; C is excluded all the same: A 6, B 3."""
    check(
        LAST_TWO(table({"A": 6, "B": 2, "C B": 1}, candidates=3)),
        ("6 2 1", "", "C", "0", "0"),
        ("6 3 0", "A", "", "0", "0"),
    )


def test_last_two_lots_without_looking_back() -> None:
    """C, D 1 each: the lot excludes C, spent; D 1 next, to B: A 3, B 3: the lot elects B."""
    lots = Drawn("CDBA")
    found = LAST_TWO(table({"A": 3, "B": 2, "C": 1, "D B": 1}, candidates=4, lots=lots))
    check(
        found,
        ("3 2 1 1", "", "C", "0", "0"),
        ("3 2 0 1", "", "D", "1", "0"),
        ("3 3 0 0", "B", "", "1", "0"),
    )
    assert asked(lots) == [(1, Purpose.EXCLUSION, "CD"), (3, Purpose.ELECTION, "AB")]


def test_last_two_of_two_is_one_stage() -> None:
    """A 1, B 2."""
    check(LAST_TWO(table({"A": 1, "B": 2}, candidates=2)), ("1 2", "B", "", "0", "0"))


def test_supplementary_reads_the_second_choice_only() -> None:
    """A 4, B 3 of 10 stay. C D B: the second choice is out, the third is none: aside 1."""
    papers = {"A": 4, "B": 3, "C D B": 1, "C B": 1, "D A": 1}
    check(
        SUPPLEMENTARY(table(papers, candidates=4)),
        ("4 3 2 1", "", "CD", "0", "0"),
        ("5 4 0 0", "A", "", "1", "0"),
    )


def test_supplementary_all_who_are_equal_second_remain() -> None:
    """A 4, B 2, C 2 remain; D's paper makes C 3: A has most."""
    check(
        SUPPLEMENTARY(table({"A": 4, "B": 2, "C": 2, "D C": 1}, candidates=4)),
        ("4 2 2 1", "", "D", "0", "0"),
        ("4 2 3 0", "A", "", "0", "0"),
    )


def test_supplementary_lot_at_the_end() -> None:
    """A 3 of 6 is not more than half; C's paper: 3 to 3."""
    lots = Drawn("BA")
    found = SUPPLEMENTARY(table({"A": 3, "B": 2, "C B": 1}, candidates=3, lots=lots))
    check(found, ("3 2 1", "", "C", "0", "0"), ("3 3 0", "B", "", "0", "0"))
    assert asked(lots) == [(2, Purpose.ELECTION, "AB")]


def test_supplementary_three_equal_at_the_top_remain() -> None:
    """A, B, C 2 each and D 1 (for C): all three remain; C 3."""
    check(
        SUPPLEMENTARY(table({"A": 2, "B": 2, "C": 2, "D C": 1}, candidates=4)),
        ("2 2 2 1", "", "D", "0", "0"),
        ("2 2 3 0", "C", "", "0", "0"),
    )


def test_supplementary_nobody_to_exclude() -> None:
    """A 1, B 1, C 1 all remain: no second choices move; a lot at the second count."""
    lots = Drawn("CAB")
    found = SUPPLEMENTARY(table({"A B": 1, "B": 1, "C": 1}, candidates=3, lots=lots))
    check(found, ("1 1 1", "", "", "0", "0"), ("1 1 1", "C", "", "0", "0"))
    assert asked(lots) == [(2, Purpose.ELECTION, "ABC")]


def test_coombs_excludes_whom_most_put_last() -> None:
    """A 3, B 2, C 2; last: C 3, A 4: A is out, B 5."""
    check(
        COOMBS(table({"A B C": 3, "C B A": 2, "B C A": 2}, candidates=3)),
        ("3 2 2", "", "A", "0", "0"),
        ("0 5 2", "B", "", "0", "0"),
    )


def test_coombs_unranked_candidates_share_the_last_place() -> None:
    """Last: two papers A: B 1, C 1; two B C and one C B: A 3. A is out: B 2 of 3."""
    check(
        COOMBS(table({"A": 2, "B C": 2, "C B": 1}, candidates=3)),
        ("2 2 1", "", "A", "0", "0"),
        ("0 2 1", "B", "", "2", "0"),
    )


def test_coombs_thirds_are_exact() -> None:
    """Four candidates. A alone: B, C, D a third each, three papers: 1 each.

    B A C (two): D 2. C D A (two): B 2. D A B: C 1. So B 3, C 2, D 3, A 0: a lot, D.
    A 3, B 2, C 2, D 1; D's paper to A: 4 of 8. Then last: A alone thrice: B, C 3/2 each;
    B A C twice: C 2; C D A twice: B 2; D A B: C 1. B 7/2, C 9/2: C out, both papers to A: 6.
    """
    lots = Drawn("DB")
    papers = {"A": 3, "B A C": 2, "C D A": 2, "D A B": 1}
    found = COOMBS(table(papers, candidates=4, lots=lots))
    check(
        found,
        ("3 2 2 1", "", "D", "0", "0"),
        ("4 2 2 0", "", "C", "0", "0"),
        ("6 2 0 0", "A", "", "0", "0"),
    )
    assert asked(lots) == [(1, Purpose.EXCLUSION, "BD")]


def test_coombs_lot_for_exclusion() -> None:
    """A circle: each is last once: the lot excludes C; A 2, B 1."""
    lots = Drawn("CAB")
    found = COOMBS(table({"A B C": 1, "B C A": 1, "C A B": 1}, candidates=3, lots=lots))
    check(found, ("1 1 1", "", "C", "0", "0"), ("2 1 0", "A", "", "0", "0"))
    assert asked(lots) == [(1, Purpose.EXCLUSION, "ABC")]


def test_coombs_lot_between_the_last_two_elects() -> None:
    """A 1, B 1."""
    lots = Drawn("BA")
    found = COOMBS(table({"A B": 1, "B A": 1}, candidates=2, lots=lots))
    check(found, ("1 1", "B", "", "0", "0"))
    assert asked(lots) == [(1, Purpose.ELECTION, "AB")]

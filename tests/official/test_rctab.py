"""What RCTab, certified for elections in the USA, committed as expected: single-seat cases.

Compared is every published round whose continuing candidates are those of one of our stages: RCTab
may exclude several at once ("batch") where we exclude one after the other, and ends where we end or
goes on to two. Cases that a BLT cannot express are listed with the reason.
"""

from __future__ import annotations

import pytest

from tests.official.reference import cases, expected, states, tallied, winners

FOLDER = "rctab"
NOT_EXPRESSIBLE = {
    "2013_minneapolis_park_hare": "several seats under a Hare quota, which no rule of ours has",
    "minneapolis_multi_seat_threshold": "several seats; the threshold is stated in its own file",
    "multi_seat_bottoms_up_with_static_threshold": "no number of seats, but a threshold of 15 %",
    "stop_tabulation_early_test": "stops after round 1 by an option, without a winner",
    "test_set_treat_blank_as_undeclared_write_in": "a skipped place is a vote for a write-in",
    "first_round_determines_threshold_test": "a majority of the first round's votes, not of those"
    " in play, and ties drawn by a seeded generator",
    "first_round_determines_threshold_tiebreaker_test": "the same",
    "tiebreak_generate_permutation_test": "ties drawn by a seeded generator of another language",
    "tiebreak_seed_test": "the same",
    "missing_precinct_example": "four papers; ties in an order that its settings state",
}
CASES = [case for case in cases(FOLDER) if case not in NOT_EXPRESSIBLE]


@pytest.mark.parametrize("case", CASES)
def test_the_same_candidate_is_elected_and_rounds_agree(case: str) -> None:
    """The winner, and every round of a field that we have too, vote by vote."""
    published = expected(FOLDER, case)
    on = published["rctab_rules"].get("continueUntilTwoCandidatesRemain")
    record = tallied("alternative-vote-last-two" if on else "alternative-vote", FOLDER, case)
    assert winners(record) == published["winners"]
    ours = {}
    for state in states(record):
        votes = {name: int(held) for name, held in state.items() if held}
        ours[frozenset(votes)] = votes
    compared = 0
    for stage in published["stages"]:
        votes = {name: int(held) for name, held in stage["votes"].items() if int(held)}
        if frozenset(votes) in ours:
            assert ours[frozenset(votes)] == votes
            compared += 1
    assert compared or not record.stages


def test_the_list_of_what_is_left_out_names_real_cases() -> None:
    """A reason for a case that is not there would hide a misspelling."""
    if cases(FOLDER):
        assert set(NOT_EXPRESSIBLE) <= set(cases(FOLDER))

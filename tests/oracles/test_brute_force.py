"""Pairwise rules against their definitions, over profiles full of ties."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from ccin_vote.rule import RULES
from tests.oracles import brute_force
from tests.oracles.lots import all_counts, possible_winners
from tests.oracles.profiles import Drawn, drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    Sets = set[frozenset[int]]

DEFINITIONS: dict[str, tuple[str, Callable[[Drawn], Sets]]] = {
    "who beats everybody": ("condorcet", brute_force.condorcet),
    "victories less defeats": ("copeland", brute_force.copeland),
    "the worst defeat by votes": (
        "minimax",
        lambda profile: brute_force.minimax(profile, margins=False),
    ),
    "the worst defeat by margin": (
        "minimax-margins",
        lambda profile: brute_force.minimax(profile, margins=True),
    ),
    "all paths, by votes": ("schulze", lambda profile: brute_force.schulze(profile, margins=False)),
    "all paths, by margins": (
        "schulze-margins",
        lambda profile: brute_force.schulze(profile, margins=True),
    ),
    "all lots, by votes": (
        "ranked-pairs",
        lambda profile: brute_force.ranked_pairs(profile, margins=False),
    ),
    "all lots, by margins": (
        "ranked-pairs-margins",
        lambda profile: brute_force.ranked_pairs(profile, margins=True),
    ),
    "all orders": ("kemeny-young", lambda profile: brute_force.kemeny(profile, 1)),
}
SHORT, LONG = range(150), range(6000)


def agree(rule: str, definition: Callable[[Drawn], Sets], seeds: range) -> None:
    """Hold the possible winners of a rule against its definition."""
    for seed in seeds:
        profile = drawn(random.Random(seed), equal=True)
        ours = possible_winners(profile.contest, profile.profile, RULES[rule])
        assert ours == definition(profile), (rule, seed, profile)


@pytest.mark.parametrize(("rule", "definition"), DEFINITIONS.values(), ids=DEFINITIONS)
def test_whoever_can_be_elected_is_as_the_definition_says(
    rule: str, definition: Callable[[Drawn], Sets]
) -> None:
    """Every lot is followed: the winners that it leads to are the definition's, and no other."""
    agree(rule, definition, SHORT)


@pytest.mark.long
@pytest.mark.parametrize(("rule", "definition"), DEFINITIONS.values(), ids=DEFINITIONS)
def test_whoever_can_be_elected_is_as_the_definition_says_on_thousands(
    rule: str, definition: Callable[[Drawn], Sets]
) -> None:
    """The same over thousands of profiles."""
    agree(rule, definition, LONG)


@pytest.mark.parametrize("seats", [1, 2, 3])
def test_several_seats_go_to_the_first_of_some_best_order(seats: int) -> None:
    """Kemeny: the elected are the first ones of an order that agrees most, never of two."""
    for seed in SHORT:
        profile = drawn(random.Random(seed), equal=True, seats=seats)
        ours = possible_winners(profile.contest, profile.profile, RULES["kemeny-young"])
        assert ours == brute_force.kemeny(profile, seats), (seed, profile)


@pytest.mark.parametrize("seats", [1, 2, 3])
@pytest.mark.parametrize("rule", ["ranked-pairs", "kemeny-young", "schulze", "copeland"])
def test_no_lot_is_asked_that_changes_nothing(rule: str, seats: int) -> None:
    """Where a lot is asked, different candidates are elected as it falls."""
    for seed in SHORT:
        profile = drawn(random.Random(seed), seats=seats)
        records = list(all_counts(profile.contest, profile.profile, RULES[rule]))
        if len(records) > 1:
            assert len({frozenset(record.winners) for record in records}) > 1, (seed, profile)


def test_ranked_pairs_of_twenty_six_ask_no_lot_for_victories_that_do_not_touch_the_winner() -> None:
    """One candidate beats all others, whose equal victories close circles."""
    dice = random.Random(26)
    papers = []
    for at in range(25):
        order = [*range(1 + at, 26), *range(1, 1 + at)]
        papers.append((0, *order))
    dice.shuffle(papers)
    contest = Drawn(drawn(dice).contest, ()).contest
    names = tuple(f"c{at}" for at in range(26))
    contest = type(contest)("Many", names, contest.seats)
    profile = Drawn(contest, tuple(papers))
    (record,) = all_counts(contest, profile.profile, RULES["ranked-pairs"])
    assert record.winners == (0,)


def test_the_alternative_vote_goes_on_among_the_smith_set_only() -> None:
    """Everybody outside the smallest unbeaten group is excluded first."""
    for seed in SHORT:
        profile = drawn(random.Random(seed), equal=True)
        unbeaten = brute_force.smith(profile)
        for record in all_counts(profile.contest, profile.profile, RULES["smith-irv"]):
            outside = frozenset(range(profile.size)) - unbeaten
            assert frozenset(record.stages[0].excluded) == outside, (seed, profile)
            assert frozenset(record.winners) <= unbeaten

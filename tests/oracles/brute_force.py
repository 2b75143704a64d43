"""The definitions themselves, tried out on every order, path or subset: up to five candidates.

Everything here works on ``above``: for each pair, how many papers rank the first above the second.
"""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import members

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracles.profiles import Drawn

    Pairs = dict[tuple[int, int], int]
    Sets = set[frozenset[int]]


def pairs_of(profile: Drawn, *, unranked_last: bool = True) -> Pairs:
    """Count each pair; whom a paper does not rank is last on it, or not compared."""
    above = dict.fromkeys(permutations(range(profile.size), 2), 0)
    for paper in profile.papers:
        place: dict[int, int] = {
            who: at for at, group in enumerate(paper) for who in members(group)
        }
        last = len(paper) if unranked_last else -1
        for one, two in above:
            mine = place.get(one, last)
            theirs = place.get(two, last)
            above[one, two] += 0 <= mine < theirs
    return above


def first_of(profile: Drawn, better: Callable[[int, int], bool]) -> Sets:
    """Give whom nobody is better than, each as a possible winner."""
    everyone = range(profile.size)
    return {frozenset([one]) for one in everyone if not any(better(two, one) for two in everyone)}


def most(profile: Drawn, worth: Callable[[int], float]) -> Sets:
    """Give those with the most of something."""
    return first_of(profile, lambda one, two: worth(one) > worth(two))


def condorcet(profile: Drawn) -> Sets:
    """Give who beats everybody; else nobody."""
    above, everyone = pairs_of(profile), range(profile.size)
    winners = [
        one
        for one in everyone
        if all(above[one, two] > above[two, one] for two in everyone if two != one)
    ]
    return {frozenset(winners)}


def copeland(profile: Drawn) -> Sets:
    """Victories less defeats."""
    above = pairs_of(profile)
    return most(
        profile,
        lambda one: sum(
            (above[one, two] > above[two, one]) - (above[two, one] > above[one, two])
            for two in range(profile.size)
            if two != one
        ),
    )


def minimax(profile: Drawn, *, margins: bool) -> Sets:
    """The smallest worst defeat."""
    above = pairs_of(profile)

    def worst(one: int) -> int:
        defeats = []
        for two in range(profile.size):
            if two != one:
                margin = above[two, one] - above[one, two]
                defeats.append(margin if margins else above[two, one] * (margin > 0))
        return max(defeats)

    return most(profile, lambda one: -worst(one))


def schulze(profile: Drawn, *, margins: bool) -> Sets:
    """The strongest of all paths, by trying all of them."""
    above, everyone = pairs_of(profile), range(profile.size)

    def strength(one: int, two: int) -> int:
        margin = above[one, two] - above[two, one]
        return 0 if margin <= 0 else margin if margins else above[one, two]

    def strongest(one: int, two: int) -> int:
        others = [who for who in everyone if who not in {one, two}]
        paths = (
            (one, *between, two)
            for length in range(len(others) + 1)
            for between in permutations(others, length)
        )
        return max(min(map(strength, path, path[1:])) for path in paths)

    return first_of(
        profile, lambda one, two: one != two and strongest(one, two) > strongest(two, one)
    )


def ranked_pairs(profile: Drawn, *, margins: bool, seats: int = 1) -> Sets:
    """Lock victories in for every order of a lot among the candidates, and take the first ones."""
    above = pairs_of(profile)
    victories = [pair for pair in above if above[pair] > above[pair[::-1]]]

    def key(pair: tuple[int, int]) -> tuple[int, int]:
        votes, against = above[pair], above[pair[::-1]]
        return (votes - against, 0) if margins else (votes, -against)

    found = set()
    for drawn in permutations(range(profile.size)):
        at = {who: place for place, who in enumerate(drawn)}
        locked: set[tuple[int, int]] = set()
        for pair in sorted(
            victories, key=lambda p: ([-part for part in key(p)], at[p[0]], -at[p[1]])
        ):
            if not _leads(locked, pair[1], pair[0]):
                locked.add(pair)
        left, ranking = list(drawn), []
        while left:
            top = [one for one in left if not any((two, one) in locked for two in left)]
            ranking += top
            left = [one for one in left if one not in top]
        found.add(frozenset(ranking[:seats]))
    return found


def _leads(locked: set[tuple[int, int]], start: int, end: int) -> bool:
    ahead, seen = [start], set()
    while ahead:
        one = ahead.pop()
        if one == end:
            return True
        if one not in seen:
            seen.add(one)
            ahead += [two for first, two in locked if first == one]
    return False


def kemeny(profile: Drawn, seats: int) -> Sets:
    """The first ones of each of the orders with which the papers agree most."""
    above = pairs_of(profile)
    agreement = {
        order: sum(above[pair] for pair in combinations(order, 2))
        for order in permutations(range(profile.size))
    }
    best = max(agreement.values())
    return {frozenset(order[:seats]) for order, own in agreement.items() if own == best}


def smith(profile: Drawn) -> frozenset[int]:
    """The smallest set of whom each beats everybody outside."""
    above, everyone = pairs_of(profile), range(profile.size)
    for size in range(1, profile.size + 1):
        for some in combinations(everyone, size):
            outside = [one for one in everyone if one not in some]
            if all(above[one, two] > above[two, one] for one in some for two in outside):
                return frozenset(some)
    raise AssertionError("everybody together beats nobody outside")

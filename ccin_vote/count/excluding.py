"""Whom a count excludes next, and when a surplus may wait."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ccin_vote.ballot.profile import Ranking
    from ccin_vote.count.piles import Value
    from ccin_vote.election.contest import Candidate


def together(
    continuing: Sequence[Candidate],
    votes: Sequence[Value],
    surplus: Value,
    most: int,
    *,
    equal_suffices: bool = False,
) -> list[tuple[Candidate, ...]]:
    """Return the groups of lowest candidates whom nothing can save, the largest first.

    Their votes with all surpluses are fewer than those of the next, or equal if that suffices; no
    tied candidates are parted, and no more than ``most`` are in the group.
    """
    ordered = sorted(continuing, key=votes.__getitem__)
    groups = [tuple(group) for _, group in groupby(ordered, key=votes.__getitem__)]
    found: list[tuple[Candidate, ...]] = []
    lost: tuple[Candidate, ...] = ()
    for group, following in pairwise(groups):
        lost += group
        if len(lost) > most:
            break
        together_have = sum(votes[candidate] for candidate in lost) + surplus
        limit = votes[following[0]]
        if together_have < limit or (equal_suffices and together_have == limit):
            found.append(tuple(sorted(lost)))
    return found[::-1]


def may_wait(
    continuing: Sequence[Candidate],
    votes: Sequence[Value],
    surplus: Value,
    *,
    equal_suffices: bool = False,
) -> bool:
    """Return whether all surpluses together are less than the gap of the two lowest."""
    lowest = sorted(votes[candidate] for candidate in continuing)[:2]
    gap = lowest[1] - lowest[0] if len(lowest) > 1 else 0
    return len(lowest) > 1 and (surplus < gap or (equal_suffices and surplus == gap))


def all_but_two(continuing: Sequence[Candidate], votes: Sequence[Value]) -> tuple[Candidate, ...]:
    """Return all below the second most votes."""
    second = sorted(votes[candidate] for candidate in continuing)[-2]
    return tuple(who for who in continuing if votes[who] < second)


class LastPlaces:
    """Who stands last on the papers, as candidates are excluded.

    A paper that ranks everybody lies on the pile of its last candidate who continues, so that it
    is looked at again only when that one is excluded.
    """

    def __init__(self, papers: Iterable[tuple[Ranking, int]], standing: int) -> None:
        """Take the papers, and how many candidates stand."""
        self._piles: dict[Candidate, list[tuple[Iterator[Candidate], int]]] = {}
        self._short: list[tuple[Ranking, int]] = []
        for ranking, votes in papers:
            if len(ranking) == standing:
                upwards = reversed(ranking)
                self._piles.setdefault(next(upwards), []).append((upwards, votes))
            else:
                self._short.append((ranking, votes))

    def among(self, continuing: Sequence[Candidate]) -> dict[Candidate, Fraction]:
        """Return the votes of the papers that put each continuing candidate last."""
        left = frozenset(continuing)
        for gone in [who for who in self._piles if who not in left]:
            for upwards, votes in self._piles.pop(gone):
                who = next(upward for upward in upwards if upward in left)
                self._piles.setdefault(who, []).append((upwards, votes))
        self._short = [paper for paper in self._short if not left.isdisjoint(paper[0])]
        places = _last_on_short(continuing, self._short)
        for who, papers in self._piles.items():
            places[who] += sum(votes for _, votes in papers)
        return places


def _last_on_short(
    continuing: Sequence[Candidate], papers: Iterable[tuple[Ranking, int]]
) -> dict[Candidate, Fraction]:
    """Count the papers that put each candidate last; those left unranked share a last place."""
    shares: Counter[int] = Counter()
    less: dict[Candidate, Counter[int]] = {candidate: Counter() for candidate in continuing}
    last: Counter[Candidate] = Counter()
    for ranking, votes in papers:
        ranked = [who for who in ranking if who in less]
        unranked = len(less) - len(ranked)
        if unranked:
            shares[unranked] += votes
            for who in ranked:
                less[who][unranked] += votes
        else:
            last[ranked[-1]] += votes
    return {
        who: sum((Fraction(shares[k] - less[who][k], k) for k in shares), Fraction(last[who]))
        for who in continuing
    }

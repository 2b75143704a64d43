"""Kemeny and Young: the orders with which the papers agree most, found exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Matrix, Ranks


def kemeny_ranks(standing: Sequence[Candidate], matrix: Matrix) -> Ranks:
    """Give the best order; candidates who come next in several best orders share a rank.

    The agreement of the best order of every group of candidates is found from those of the groups
    that are smaller by one (2 to the power of the candidates in all). Where several candidates may
    come next, the rank takes in more of them until whatever follows is the same for all.
    """
    best = _best_agreements(standing, matrix)
    ranks: list[tuple[Candidate, ...]] = []
    everyone = (1 << len(standing)) - 1
    reached = {everyone}
    rank: set[int] = set()
    while reached != {0}:
        following: set[int] = set()
        for group in reached:
            for at in _firsts(group, best, standing, matrix):
                following.add(group & ~(1 << at))
                rank.add(at)
        reached = following
        if len(reached) == 1:
            ranks.append(tuple(standing[at] for at in sorted(rank)))
            rank = set()
    return tuple(ranks)


def _best_agreements(standing: Sequence[Candidate], matrix: Matrix) -> list[int]:
    """Give for each group, as a bit mask, the most agreement that an order of it has."""
    best = [0] * (1 << len(standing))
    for group in range(1, len(best)):
        best[group] = max(
            best[group & ~(1 << at)] + _gain(at, group, standing, matrix)
            for at in range(len(standing))
            if group >> at & 1
        )
    return best


def _gain(at: int, group: int, standing: Sequence[Candidate], matrix: Matrix) -> int:
    """Give the votes that rank one candidate above the others of a group."""
    row = matrix[standing[at]]
    return sum(
        row[other] for place, other in enumerate(standing) if group >> place & 1 and place != at
    )


def _firsts(
    group: int, best: list[int], standing: Sequence[Candidate], matrix: Matrix
) -> list[int]:
    """Give who may come first in a best order of a group."""
    return [
        at
        for at in range(len(standing))
        if group >> at & 1
        and best[group & ~(1 << at)] + _gain(at, group, standing, matrix) == best[group]
    ]

"""Kemeny and Young: the orders with which the papers agree most, found exactly."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ccin_vote.record.stage import Why
from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.count.outcome import Outcome
    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Matrix, Ranks


class BestOrders:
    """All orders with which the papers agree most, by what may come first in each group.

    The agreement of the best order of every group of candidates is found from those of the groups
    that are smaller by one (2 to the power of the candidates in all). A group is a bit mask over
    the candidates who stand. Whatever order of some candidates begins a best order, it goes on with
    any best order of the rest.
    """

    def __init__(self, standing: Sequence[Candidate], matrix: Matrix) -> None:
        """Work out the agreement of every group."""
        self._standing = standing
        self._rows = [[matrix[candidate][other] for other in standing] for candidate in standing]
        self._best = [0] * (1 << len(standing))
        for group in range(1, len(self._best)):
            self._best[group] = max(self._agreement(at, group) for at in _bits(group))

    @property
    def everyone(self) -> int:
        """The group of all who stand."""
        return len(self._best) - 1

    def _agreement(self, at: int, group: int) -> int:
        """Return the most agreement of an order of a group that begins with one of it."""
        row, rest = self._rows[at], group & ~(1 << at)
        return self._best[rest] + sum(row[other] for other in _bits(rest))

    def firsts(self, group: int) -> list[int]:
        """Return who may come first in a best order of a group, by place among those who stand."""
        return [at for at in _bits(group) if self._agreement(at, group) == self._best[group]]

    def candidates(self, group: int) -> tuple[Candidate, ...]:
        """Return the candidates of a group in the order of the list."""
        return tuple(self._standing[at] for at in _bits(group))

    def without(self, group: int, who: Sequence[Candidate]) -> int:
        """Return a group without some candidates."""
        return group & ~sum(1 << self._standing.index(candidate) for candidate in who)

    def ranks(self, group: int) -> Ranks:
        """Return the best order of a group; who come next in several best orders share a rank.

        The rank takes in more of them until whatever follows is the same for all.
        """
        found: list[tuple[Candidate, ...]] = []
        reached, rank = {group}, 0
        while reached != {0}:
            steps = [(left, 1 << at) for left in reached for at in self.firsts(left)]
            reached = {left & ~bit for left, bit in steps}
            for _, bit in steps:
                rank |= bit
            if len(reached) == 1:
                found.append(self.candidates(rank))
                rank = 0
        return tuple(found)


def _bits(group: int) -> list[int]:
    return [at for at in range(group.bit_length()) if group >> at & 1]


def elect_by_best_orders(outcome: Outcome, orders: BestOrders) -> Ranks:
    """Elect whoever comes first in a best order, then next in those that begin so.

    Several who may come next are told apart by lot, but not if all of the orders elect the same.

    Returns:
        The ranks of all who stand, those elected by lot in the order in which they were.

    Raises:
        DecisionNeeded: a lot must be drawn first.
    """

    @cache
    def elected(group: int, seats: int) -> frozenset[int]:
        """Return the groups that may fill so many seats, as the seats are drawn for."""
        if seats == 0:
            return frozenset([0])
        return frozenset(
            1 << at | rest
            for at in orders.firsts(group)
            for rest in elected(group & ~(1 << at), seats - 1)
        )

    left, told = orders.everyone, []
    while outcome.vacancies and len(elected(left, outcome.vacancies)) > 1:
        firsts = orders.candidates(sum(1 << at for at in orders.firsts(left)))
        chosen = firsts[0] if len(firsts) == 1 else outcome.one_of(firsts, Purpose.ELECTION)
        outcome.win(chosen, Why.RANKED_FIRST if len(firsts) == 1 else Why.TIE_BROKEN)
        told.append((chosen,))
        left = orders.without(left, [chosen])
    ranks = orders.ranks(left)
    (rest,) = elected(left, outcome.vacancies)
    certain = orders.candidates(rest)
    for who in sorted(certain, key=lambda one: next(at for at, r in enumerate(ranks) if one in r)):
        outcome.win(who, Why.RANKED_FIRST)
    return (*told, *ranks)

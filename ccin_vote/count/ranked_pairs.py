"""Ranked pairs: victories are kept from the strongest down unless they close a circle.

A group each of whom beats everybody outside it comes before all others, and victories outside the
group change nothing inside it. So the groups are ranked one after another, and a lot that orders
equal victories is asked only inside the one group of which some are elected and some are not.
"""

from __future__ import annotations

from itertools import groupby, permutations
from typing import TYPE_CHECKING

from ccin_vote.count.schulze import NONE, victory
from ccin_vote.count.smith import smith_set
from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ccin_vote.count.outcome import Outcome
    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Matrix, Ranks
    from ccin_vote.rule import Strength

    Pair = tuple[Candidate, Candidate]
    Order = dict[Candidate, int]

_ALL_ORDERS = 6
"""Up to so many candidates all orders of a lot are tried (720)."""

_MOST_TRIALS = 3000


def ranked_pairs(outcome: Outcome, matrix: Matrix, strength: Strength) -> Ranks:
    """Rank all who stand; candidates whom nothing tells apart share a rank.

    Raises:
        DecisionNeeded: equal victories close a circle, and the lot that orders them decides who is
            elected.
    """
    ranks: list[tuple[Candidate, ...]] = []
    left = list(outcome.contest.standing)
    while left:
        group = smith_set(left, matrix)
        seats = outcome.vacancies - sum(map(len, ranks))
        ranks += _ranked(outcome, _Victories(group, matrix, strength), seats)
        left = [candidate for candidate in left if candidate not in group]
    return tuple(ranks)


def _ranked(outcome: Outcome, victories: _Victories, seats: int) -> Ranks:
    """Rank a group, of whom so many can be elected."""
    group = victories.group
    kept = victories.keep(None)
    if kept is not None:
        return kept.layers(group)
    if not 0 < seats < len(group):
        return (tuple(group),)
    elected = victories.elected_by_any_lot(seats)
    if elected is not None:
        return (elected, tuple(who for who in group if who not in elected))
    drawn = outcome.lot(group, Purpose.ORDER)
    return tuple((who,) for who in victories.ranking({who: at for at, who in enumerate(drawn)}))


class _Victories:
    """The victories within a group, those of one strength together, the strongest first."""

    def __init__(self, group: Sequence[Candidate], matrix: Matrix, strength: Strength) -> None:
        self.group = tuple(group)
        pairs = [(candidate, other) for candidate in group for other in group if candidate != other]
        strong = {pair: victory(matrix, *pair, strength) for pair in pairs}
        victories = sorted(
            (pair for pair in pairs if strong[pair] > NONE), key=strong.__getitem__, reverse=True
        )
        self.equal = [list(found) for _, found in groupby(victories, key=strong.__getitem__)]

    def keep(self, order: Order | None) -> _Above | None:
        """Keep victories from the strongest down; equal ones that close a circle in drawn order.

        Returns:
            Whom the kept victories put above whom; None if there is no order, and it matters.
        """
        above = _Above()
        for found in self.equal:
            open_pairs = [pair for pair in found if not above.is_above(pair[1], pair[0])]
            if above.would_circle(open_pairs):
                if order is None:
                    return None
                open_pairs = in_drawn_order(open_pairs, order)
            for pair in open_pairs:
                above.keep(pair)
        return above

    def ranking(self, order: Order) -> list[Candidate]:
        """Rank the group by one drawn order, which also tells apart whom no victory does."""
        above = self.keep(order) or _Above()
        layers = above.layers(self.group)
        return [who for rank in layers for who in sorted(rank, key=order.__getitem__)]

    def elected_by_any_lot(self, seats: int) -> tuple[Candidate, ...] | None:
        """Return whom every lot would elect; None if lots may differ, or it cannot be told."""
        if len(self.group) <= _ALL_ORDERS:
            orders = (
                {who: at for at, who in enumerate(permutation)}
                for permutation in permutations(self.group)
            )
            return _the_same(frozenset(self.ranking(order)[:seats]) for order in orders)
        reached = self._all_kept()
        if reached is not None:
            return _the_same(_first_ranks(above.layers(self.group), seats) for above in reached)
        return self._certain_winner() if seats == 1 else None

    def _all_kept(self) -> set[_Above] | None:
        """Return whatever may be kept: for each circle of equal victories all orders of its own.

        A lot orders all circles alike, so that this may be more than one lot can bring about: a lot
        too many may be asked, never one too few. None if there are too many ways to try them all.
        """
        reached = {_Above()}
        for found in self.equal:
            following: set[_Above] = set()
            for above in reached:
                pairs = [pair for pair in found if not above.is_above(pair[1], pair[0])]
                ways = _ways_to_keep(above, pairs)
                if ways is None or len(following) > _MOST_TRIALS:
                    return None
                following |= ways
            reached = following
        return reached

    def _certain_winner(self) -> tuple[Candidate, ...] | None:
        """Return who wins whatever the lot: no victory over that one can be kept, one over all is.

        A victory is kept for certain if it closes no circle even with all that may be kept, and is
        dropped for certain if victories that are kept for certain lead back.
        """
        certain, possible = _Above(), _Above()
        may_lose: set[Candidate] = set()
        for found in self.equal:
            open_pairs = [pair for pair in found if not certain.is_above(pair[1], pair[0])]
            for pair in open_pairs:
                possible.add(pair)
            for winner, loser in open_pairs:
                may_lose.add(loser)
                if not possible.is_above(loser, winner):
                    certain.keep((winner, loser))
        never = [who for who in self.group if who not in may_lose]
        if len(never) != 1:
            return None
        rest = [who for who in self.group if who not in never]
        beaten = all(
            any(certain.is_above(candidate, who) for candidate in self.group) for who in rest
        )
        return (never[0],) if beaten else None


def _the_same(possible: Iterable[frozenset[Candidate]]) -> tuple[Candidate, ...] | None:
    """Return the one set that all are, or None; an empty set says that a lot must be drawn."""
    found: set[frozenset[Candidate]] = set()
    for elected in possible:
        found.add(elected)
        if len(found) > 1 or not elected:
            return None
    return tuple(sorted(found.pop()))


def _first_ranks(ranks: Ranks, seats: int) -> frozenset[Candidate]:
    """Return who fills the seats; nobody if the last rank of them has more than there are seats."""
    elected: set[Candidate] = set()
    for rank in ranks:
        if len(elected) < seats:
            elected.update(rank)
    return frozenset(elected if len(elected) == seats else ())


def in_drawn_order(pairs: Iterable[Pair], order: Order) -> list[Pair]:
    """Order equal victories: that of whom the lot drew first, over whom it drew last, first."""
    return sorted(pairs, key=lambda pair: (order[pair[0]], -order[pair[1]]))


def _ways_to_keep(above: _Above, pairs: list[Pair]) -> set[_Above] | None:
    """Return what may be kept of equal victories; None if there are too many orders to try."""
    if not above.would_circle(pairs):
        return {above.with_kept(pairs)}
    involved = sorted({who for pair in pairs for who in pair})
    if len(involved) > _ALL_ORDERS:
        return None
    orders = (
        {who: at for at, who in enumerate(permutation)} for permutation in permutations(involved)
    )
    return {above.with_kept(in_drawn_order(pairs, order)) for order in orders}


class _Above:
    """Whom the kept victories put above whom, chains included."""

    def __init__(self) -> None:
        self._below: dict[Candidate, frozenset[Candidate]] = {}

    def __hash__(self) -> int:
        return hash(frozenset(self._below.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Above) and self._below == other._below

    def is_above(self, one: Candidate, other: Candidate) -> bool:
        return other in self._below.get(one, ())

    def keep(self, pair: Pair) -> None:
        """Keep a victory unless it closes a circle."""
        one, other = pair
        if not self.is_above(other, one):
            self.add(pair)

    def add(self, pair: Pair) -> None:
        """Put one above another, and all that are above the one."""
        one, other = pair
        new = self._below.get(other, frozenset()) | {other}
        for upper in [one, *(up for up, below in self._below.items() if one in below)]:
            self._below[upper] = self._below.get(upper, frozenset()) | new

    def with_kept(self, pairs: Iterable[Pair]) -> _Above:
        """Return what there is when further victories are kept."""
        further = _Above()
        further._below = dict(self._below)
        for pair in pairs:
            further.keep(pair)
        return further

    def would_circle(self, pairs: Iterable[Pair]) -> bool:
        """Return whether victories close a circle together with those kept."""
        trial = _Above()
        trial._below = dict(self._below)
        for pair in pairs:
            if trial.is_above(pair[1], pair[0]):
                return True
            trial.keep(pair)
        return False

    def layers(self, group: Sequence[Candidate]) -> Ranks:
        """Return those whom nobody is above, then those whom nobody of the rest is above ..."""
        ranks, left = [], list(group)
        while left:
            top = tuple(who for who in left if not any(self.is_above(o, who) for o in left))
            ranks.append(top)
            left = [who for who in left if who not in top]
        return tuple(ranks)

"""Ranked pairs, and whether the lot that orders equal victories can change anything.

Equal victories are taken in the order of a lot among the group in question: whoever is drawn
earlier has a turn earlier. Within one turn the order does not matter: a victory of X over Y closes
a circle if Y already stands above X through kept victories, and X's other victories put nobody
above X. So among equal victories all depends on whose turn comes first.

``settle`` works for an order of which only the beginning is known (``drawn``). It finds two sets
of victories: ``sure``, kept whatever the rest of the order is, and ``may``, which contains every
victory that can be kept at all. With the whole order known the two are the same: the count.

``_outcomes`` gives what all orders elect. With nothing known
it settles the count; if the seats are then filled without doubt, no order matters. Otherwise
there is a candidate of whom it is not sure whether a kept victory stands above. All victories
that are in doubt lie in circles of ``may``, so only those in the same knot of circles as this
doubt matter, and of these somebody is drawn first: each of them is tried as the next one drawn,
until everything is settled, or until two orders elect differently. Every order is covered: let X
be the first drawn of that knot; drawing X at once, before candidates of other knots, changes
nothing, because circles do not leave a knot, and because a victory of the same knot whose winner
is in no doubt is kept at whatever time it is taken. So the answer is exact; only if more than
``_LIMIT`` beginnings would have to be tried, a lot has to be there without an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.errors import DecisionNeeded
from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_pairs import layers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Table
    from ccin_vote.verify.recount_pairs import Pair, Pairs

_LIMIT = 5_000
"""How many beginnings of orders are tried; if that is not enough, the lot is asked."""

Strength = tuple[int, ...]
"""The stronger victory is the greater."""

Outcome = tuple[tuple["Candidate", ...], frozenset["Candidate"]]
"""Who is elected, in order, and who share a rank that is too large for the seats left."""


class _Kept:
    """Victories, and who stands above whom through them."""

    def __init__(self, standing: Sequence[Candidate]) -> None:
        """Begin with no victory."""
        self.pairs: set[Pair] = set()
        self.under: dict[Candidate, set[Candidate]] = {name: set() for name in standing}

    def add(self, pair: Pair) -> None:
        """Add a victory, and what follows from it."""
        upper, lower = pair
        self.pairs.add(pair)
        if lower in self.under[upper]:
            return
        lifted = {lower} | self.under[lower]
        for candidate in self.under:
            if candidate == upper or upper in self.under[candidate]:
                self.under[candidate] |= lifted

    def closes(self, pair: Pair) -> bool:
        """Return whether the victory would close a circle with those kept."""
        upper, lower = pair
        return upper in self.under[lower]


def groups_of_equals(pairs: Pairs, strength: Callable[[Pair], Strength]) -> list[list[Pair]]:
    """Put victories of equal strength together, the strongest first."""
    found: dict[Strength, list[Pair]] = {}
    for pair in pairs.victories():
        found.setdefault(strength(pair), []).append(pair)
    return [found[key] for key in sorted(found, reverse=True)]


def settle(
    standing: Sequence[Candidate], groups: list[list[Pair]], drawn: Sequence[Candidate]
) -> tuple[_Kept, _Kept]:
    """Return the victories that are surely kept, and those that may be, with ``drawn`` first."""
    sure, may = _Kept(standing), _Kept(standing)
    for group in groups:
        for candidate in drawn:
            _turn([pair for pair in group if pair[0] == candidate], sure, may)
        _any_order([pair for pair in group if pair[0] not in drawn], sure, may)
    return sure, may


def _turn(group: list[Pair], sure: _Kept, may: _Kept) -> None:
    """Take the victories of one candidate, whose turn it is now."""
    possible = [pair for pair in group if not sure.closes(pair)]
    certain = [pair for pair in possible if not may.closes(pair)]
    _add(possible, may)
    _add(certain, sure)


def _any_order(group: list[Pair], sure: _Kept, may: _Kept) -> None:
    """Take equal victories of which nobody knows the order."""
    possible = [pair for pair in group if not sure.closes(pair)]
    _add(possible, may)
    # what closes no circle even with all of them is kept in every order
    _add([pair for pair in possible if not may.closes(pair)], sure)


def _add(group: list[Pair], kept: _Kept) -> None:
    for pair in group:
        kept.add(pair)


def _outcome(
    standing: Sequence[Candidate], seats: int, sure: _Kept, may: _Kept
) -> Outcome | Candidate:
    """Return who is elected; or, if that is open, a candidate of whom it is open who is above."""
    left = list(standing)
    elected: list[Candidate] = []
    while left and len(elected) < seats:
        beaten = {lower for upper, lower in sure.pairs if upper in left and lower in left}
        at_most = {lower for upper, lower in may.pairs if upper in left and lower in left}
        if beaten != at_most:
            return min(at_most - beaten)
        rank = [candidate for candidate in left if candidate not in beaten]
        if len(elected) + len(rank) > seats:
            return tuple(elected), frozenset(rank)
        elected += rank
        left = [candidate for candidate in left if candidate in beaten]
    return tuple(elected), frozenset()


def _knot(open_for: Candidate, sure: _Kept, may: _Kept) -> list[Candidate]:
    """Return the winners of the victories in doubt in the circles that decide about a candidate."""
    doubts = may.pairs - sure.pairs
    together = {name for name in may.under[open_for] if open_for in may.under[name]}
    return sorted({upper for upper, lower in doubts if {upper, lower} <= together})


def _outcomes(
    standing: Sequence[Candidate], groups: list[list[Pair]], seats: int
) -> Iterator[Outcome | None]:
    """Yield what all orders elect; None at the end if they are too many to try."""
    waiting: list[tuple[Candidate, ...]] = [()]
    seen: set[Hashable] = set()
    tried = 0
    while waiting and tried < _LIMIT:
        drawn, tried = waiting.pop(), tried + 1
        sure, may = settle(standing, groups, drawn)
        found = _outcome(standing, seats, sure, may)
        in_doubt = {upper for upper, _ in may.pairs - sure.pairs}
        order = tuple(name for name in drawn if name in in_doubt)
        # the turns of others matter no more: the same doubts need not be followed twice
        state = frozenset(sure.pairs), frozenset(may.pairs), order
        if isinstance(found, tuple):
            yield found
        elif state not in seen:
            seen.add(state)
            fresh = [name for name in _knot(found, sure, may) if name not in drawn]
            waiting += [(*drawn, name) for name in reversed(fresh)]
    if waiting:
        yield None


def _samples(
    standing: Sequence[Candidate], groups: list[list[Pair]], seats: int
) -> Iterator[Outcome]:
    """Yield what a few orders elect: each candidate once first, the others up or down the list."""
    for others in (list(standing), list(reversed(standing))):
        for first in standing:
            order = (first, *(name for name in others if name != first))
            found = _outcome(standing, seats, *settle(standing, groups, order))
            if isinstance(found, tuple):
                yield found


def ranked_group(
    table: Table, pairs: Pairs, groups: list[list[Pair]], seats: int
) -> list[list[Candidate]]:
    """Rank a group; where a lot has to order its victories, that lot orders equals, too.

    A lot is looked for only if some of the group are elected and some are not.

    Raises:
        DecisionNeeded: it decides who is elected, and is not recorded.
    """
    standing = list(pairs.standing)
    sure, may = settle(standing, groups, ())
    if sure.pairs == may.pairs:
        return layers(standing, sure.pairs)
    if not 0 < seats < len(standing):
        return [standing]
    drawn = table.drawn(standing, Purpose.ORDER)
    if drawn is None:
        elected = _whatever_is_drawn(standing, groups, seats)
        return [sorted(elected), [name for name in standing if name not in elected]]
    # Zavist and Tideman 1989: a lot orders the candidates, and so equal victories
    sure, _ = settle(standing, groups, drawn)
    ranks = layers(standing, sure.pairs)
    return [[name] for rank in ranks for name in sorted(rank, key=drawn.index)]


def _whatever_is_drawn(
    standing: Sequence[Candidate], groups: list[list[Pair]], seats: int
) -> frozenset[Candidate]:
    seen: set[frozenset[Candidate]] = set()
    for search in (_samples, _outcomes):  # a few orders first: they mostly differ soon
        for found in search(standing, groups, seats):
            if found is None or found[1]:
                seen.add(frozenset())  # too many to try, or equals for whom a lot is needed
            else:
                seen.add(frozenset(found[0]))
    if len(seen) > 1 or frozenset() in seen:
        raise DecisionNeeded("a lot that decides who is elected is not recorded", remedy="")
    return seen.pop()

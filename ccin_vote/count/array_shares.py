"""How very many different papers share their votes, worked out in arrays.

The same whole units as on the tree: a part of a vote is three numbers of 30 bits, so that a product
of two parts is exact in 64 bits. Only the slopes, which propose and decide nothing, are floating
point. `numpy` is imported when there are enough papers to make up for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from ccin_vote.count.settling import BITS, ONE, Slopes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from ccin_vote.ballot.profile import Ranking
    from ccin_vote.election.contest import Candidate

    Whole = NDArray[np.int64]
    Parts = tuple[Whole, Whole, Whole]
    Real = NDArray[np.float64]

_LIMB = BITS // 3
_MASK = (1 << _LIMB) - 1
NOBODY = -1

MOST_VOTES = 1 << 22
"""Sums of 30 bits over as many votes are exact in the 53 bits that `bincount` adds with."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """The elected candidates whom papers meet at one depth, and where those papers go on.

    ``rows`` says which papers of the layer before meet one of them; ``elected`` whom, by the place
    in the list of the elected; ``before`` whom they met above; ``papers`` how many votes each has.
    """

    rows: Whole
    elected: Whole
    before: Whole
    papers: Whole


@dataclass(frozen=True, slots=True)
class _Ends:
    """Papers that end at a depth: with a continuing candidate, or with nobody (-1)."""

    rows: Whole
    candidate: Whole
    before: Whole
    papers: Whole


class ArrayShares:
    """Papers without equal preferences, very many of them."""

    def __init__(self, papers: Mapping[Ranking, int], candidates: int, *, warren: bool) -> None:
        """Take different papers with the votes that each carries."""
        lengths = np.fromiter(map(len, papers), np.int64, len(papers))
        flat = np.fromiter(chain.from_iterable(papers), np.int16, int(lengths.sum()))
        self._rank = np.full((len(papers), int(lengths.max()) + 1), NOBODY, np.int16)
        self._rank[np.arange(self._rank.shape[1]) < lengths[:, None]] = flat
        self._votes = np.fromiter(papers.values(), np.int64, len(papers))
        self._size, self._warren = candidates, warren
        self._met: tuple[Candidate, ...] | None = None
        self._layers: list[tuple[_Layer, _Ends]] = []

    def exclude(self, gone: Collection[Candidate]) -> None:
        """Pass candidates over from now on: the rest of each paper moves up."""
        out = np.isin(self._rank, np.fromiter(gone, np.int16, len(gone)))
        order = np.argsort(out, axis=1, kind="stable")
        kept = np.take_along_axis(self._rank, order, 1)
        kept[np.take_along_axis(out, order, 1)] = NOBODY
        self._rank = kept
        self._met = None

    def _routes(self, elected: Sequence[Candidate]) -> list[tuple[_Layer, _Ends]]:
        """Lay out, depth by depth, whom the papers meet; the keep values do not matter for it."""
        if self._met == tuple(elected):
            return self._layers
        place = np.full(self._size + 1, NOBODY, np.int64)
        place[list(elected)] = np.arange(len(elected))
        rows = np.arange(len(self._rank))
        before = np.zeros((len(rows), 0), np.int64)
        layers, depth = [], 0
        while len(rows):
            candidate = self._rank[rows, depth].astype(np.int64)
            who = place[candidate]
            goes_on = who >= 0
            on, end = np.flatnonzero(goes_on), np.flatnonzero(~goes_on)
            ends = _Ends(end, candidate[end], before[end], self._votes[rows[end]])
            layers.append((_Layer(on, who[on], before[on], self._votes[rows[on]]), ends))
            before = np.column_stack([before[on], who[on]])
            rows = rows[on]
            depth += 1
        self._met, self._layers = tuple(elected), layers
        return layers

    def votes(self, keep: Sequence[int], elected: Sequence[Candidate]) -> list[int]:
        """Return each candidate's votes in units."""
        held = [0] * (self._size + 1)
        kept_by = _limbs([keep[candidate] for candidate in elected])
        count = len(self._rank)
        weight: Parts = (
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
            np.full(count, 1 << _LIMB, np.int64),
        )
        for layer, ends in self._routes(elected):
            _add(held, ends.candidate % (self._size + 1), _taken(weight, ends.rows), ends.papers)
            weight = _taken(weight, layer.rows)
            kept = self._kept(weight, _taken(kept_by, layer.elected))
            at = np.asarray(elected, np.int64)[layer.elected] if len(elected) else layer.elected
            _add(held, at, kept, layer.papers)
            weight = _less(weight, kept)
        return held[: self._size]

    def _kept(self, weight: Parts, keep: Parts) -> Parts:
        """Return what is kept: a share of what is there (Meek), or a price in votes (Warren)."""
        if not self._warren:
            return _product(weight, keep)
        short = _below(weight, keep)
        low, middle, high = (
            np.where(short, own, price) for own, price in zip(weight, keep, strict=True)
        )
        return low, middle, high

    def slopes(self, keep: Sequence[int], elected: Sequence[Candidate]) -> Slopes:
        """Say how votes change with the keep values, about."""
        size = len(elected)
        value = np.array([keep[candidate] / ONE for candidate in elected])
        room = np.maximum(1 - value, 1e-15)
        votes, total = np.zeros(size * size), np.zeros(size)
        weight = np.ones(len(self._rank))
        for layer, ends in self._routes(elected):
            lost = ends.candidate < 0
            rest = (weight[ends.rows] * ends.papers)[lost]
            number = ends.papers[lost].astype(np.float64)
            for met in ends.before[lost].T:
                falls = (rest > 0) * number if self._warren else rest / room[met]
                total += np.bincount(met, falls, size)
            weight = weight[layer.rows]
            own, mine = layer.elected, value[layer.elected]
            full = weight >= mine if self._warren else np.ones(len(own), bool)
            grows = full * 1.0 if self._warren else weight
            votes += np.bincount(own * (size + 1), grows * layer.papers, size * size)
            for met in layer.before.T:
                if self._warren:
                    falls = ((weight > 0) & ~full) * layer.papers
                else:
                    falls = weight * mine / room[met] * layer.papers
                votes -= np.bincount(own * size + met, falls, size * size)
            weight = np.maximum(weight - mine, 0) if self._warren else weight * (1 - mine)
        return Slopes(votes.reshape(size, size).tolist(), total.tolist())


def _limbs(values: Sequence[int]) -> Parts:
    """Write numbers up to 2 to the power of 90 as three parts, the lowest first."""
    low = np.array([value & _MASK for value in values], np.int64)
    middle = np.array([value >> _LIMB & _MASK for value in values], np.int64)
    high = np.array([value >> 2 * _LIMB for value in values], np.int64)
    return low, middle, high


def _taken(parts: Parts, rows: Whole) -> Parts:
    return parts[0][rows], parts[1][rows], parts[2][rows]


def _product(one: Parts, other: Parts) -> Parts:
    """Multiply parts of a vote, rounded down to a unit."""
    a, b, c = one
    x, y, z = other
    carry = (a * x >> _LIMB) + a * y + b * x
    carry = (carry >> _LIMB) + a * z + b * y + c * x
    low = (carry >> _LIMB) + b * z + c * y
    high = (low >> _LIMB) + c * z
    return low & _MASK, high & _MASK, high >> _LIMB


def _less(one: Parts, other: Parts) -> Parts:
    low = one[0] - other[0]
    middle = one[1] - other[1] + (low >> _LIMB)
    high = one[2] - other[2] + (middle >> _LIMB)
    return low & _MASK, middle & _MASK, high


def _below(one: Parts, other: Parts) -> NDArray[np.bool_]:
    return _less(one, other)[2] < 0


def _add(held: list[int], candidate: Whole, parts: Parts, papers: Whole) -> None:
    """Add each paper's part, times its votes, to the candidate's."""
    if not len(candidate):
        return
    for at, part in enumerate(parts):
        sums: Any = np.bincount(candidate, part * papers, len(held))
        for who, units in enumerate(sums.tolist()):
            held[who] += int(units) << at * _LIMB

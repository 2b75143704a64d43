"""Keep values that settle: everybody elected holds just the quota.

The published iteration of Meek and Warren multiplies each keep value by quota over votes, again
and again, and approaches the one set of keep values at which every elected candidate has the quota.
Here that solution is found by Newton's method: the votes are always exact, in whole units of 2 to
the power of -90 of a vote, and only the next proposal of keep values is worked out in floating
point. A proposal that brings the votes no nearer to the quota is dropped, and the published step is
taken instead. So whatever was proposed, what is accepted was proved in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ccin_vote.election.contest import Candidate

BITS = 90
ONE = 1 << BITS
"""One vote, in the units of exact votes and keep values."""

_NEAR_ENOUGH = ONE // 10**18
_UNITS_A_VOTE = 1024
_MOST_STEPS = 2000


class Shares(Protocol):
    """The papers, as they share their votes out among those who keep parts of them."""

    def exclude(self, gone: Collection[Candidate]) -> None:
        """Pass candidates over from now on."""
        ...

    def votes(self, keep: Sequence[int], elected: Sequence[Candidate]) -> list[int]:
        """Return each candidate's votes in units, where whoever is not elected keeps all."""
        ...

    def slopes(self, keep: Sequence[int], elected: Sequence[Candidate]) -> Slopes:
        """Say how votes change with the keep values, about."""
        ...


@dataclass(frozen=True, slots=True)
class Slopes:
    """How the elected candidates' votes change with each keep value, and so does the sum of all.

    ``votes[i][j]`` is the change of the i-th elected candidate's votes with the j-th one's keep
    value, and ``total[j]`` that of the votes of all candidates together. Floating point: a
    proposal is made of these, never a result.
    """

    votes: list[list[float]]
    total: list[float]


@dataclass(frozen=True, slots=True)
class Settled:
    """The votes of everybody and the quota, in units, and the keep values that lead to them."""

    votes: list[int]
    quota: int
    keep: list[int]


def settle(
    shares: Shares, keep: Sequence[int], elected: Sequence[Candidate], seats: int
) -> Settled:
    """Find the keep values of the elected at which each of them has the quota.

    Args:
        shares: the papers.
        keep: where to begin, a value in units for each candidate; only the elected's change.
        elected: who keeps a part only.
        seats: how many are to be elected in all; the quota is the votes over one more.

    Raises:
        ArithmeticError: the keep values do not settle, which no papers are known to bring about.
    """
    here = _held(shares, list(keep), elected, seats)
    slopes: Slopes | None = None
    fresh = False
    for _ in range(_MOST_STEPS if elected else 0):
        away = _away(here, elected)
        if away == 0:
            break
        if slopes is None:
            slopes, fresh = shares.slopes(here.keep, elected), True
        proposal = _proposed(here, elected, slopes, seats)
        there = _held(shares, proposal, elected, seats) if proposal else None
        gain = away // max(1, _away(there, elected)) if there else 0
        if there is not None and gain >= 2:  # noqa: PLR2004  (half as far away at the most)
            here, fresh = there, False
            slopes = slopes if gain > 1000 or _away(here, elected) < ONE >> 40 else None  # noqa: PLR2004
        elif not fresh:
            slopes = None
        elif away <= _near_enough(here):
            break
        else:
            here, slopes = _held(shares, _published(here, elected), elected, seats), None
    if elected and _away(here, elected) > _near_enough(here):
        raise ArithmeticError("the keep values do not settle")
    return here


def _near_enough(state: Settled) -> int:
    """Return how far from the quota is no way: very many votes add up what each rounds away."""
    return max(_NEAR_ENOUGH, sum(state.votes) * _UNITS_A_VOTE // ONE)


def _held(shares: Shares, keep: list[int], elected: Sequence[Candidate], seats: int) -> Settled:
    votes = shares.votes(keep, elected)
    return Settled(votes, sum(votes) // (seats + 1), keep)


def _away(state: Settled, elected: Sequence[Candidate]) -> int:
    """Return how far anybody elected is from the quota; who keeps all cannot come up to it."""
    return max(
        0 if state.keep[candidate] == ONE and gap < 0 else abs(gap)
        for candidate, gap in ((who, state.votes[who] - state.quota) for who in elected)
    )


def _published(state: Settled, elected: Sequence[Candidate]) -> list[int]:
    """Take the published step: quota over votes of what was kept before."""
    keep = list(state.keep)
    for candidate in elected:
        wanted = -(-keep[candidate] * state.quota // max(1, state.votes[candidate]))
        keep[candidate] = min(ONE, wanted)
    return keep


def _proposed(
    state: Settled, elected: Sequence[Candidate], slopes: Slopes, seats: int
) -> list[int] | None:
    """Take Newton's step, if there is one that leaves every keep value between 0 and 1."""
    size = range(len(elected))
    rows = [
        [slopes.votes[i][j] - slopes.total[j] / (seats + 1) for j in size]
        + [(state.quota - state.votes[elected[i]]) / ONE]
        for i in size
    ]
    step = _solved(rows)
    if step is None:
        return None
    keep = list(state.keep)
    for candidate, change in zip(elected, step, strict=True):
        keep[candidate] += int(change * ONE)
        if not 0 < keep[candidate] <= ONE:
            return None
    return keep


def _solved(rows: list[list[float]]) -> list[float] | None:
    """Solve linear equations by elimination; each row ends with its right-hand side."""
    size = len(rows)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        pivot = rows[at][at]
        if not abs(pivot) > 1e-12:  # noqa: PLR2004  (flat: no step can be told)
            return None
        for row in range(at + 1, size):
            factor = rows[row][at] / pivot
            if factor:
                rows[row] = [
                    own - factor * theirs for own, theirs in zip(rows[row], rows[at], strict=True)
                ]
    step = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][later] * step[later] for later in range(at + 1, size))
        step[at] = (rows[at][size] - known) / rows[at][at]
        if not abs(step[at]) < 2:  # noqa: PLR2004  (no keep value moves so far, nor by "nan")
            return None
    return step

"""Keep values that leave each elected candidate with just the quota (rules meek and warren).

Votes are whole numbers of units, of which 10^80 are one vote. Keep values are looked for from
above. Meek's step (keep value times quota over votes) never falls below those looked for, and comes
down to them, but slowly. So steps of Newton are tried between: they need no proof of their own, for
what they find counts only if the votes at those keep values differ from the quota by less than
10^-40 of a vote.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import BallotPaper

ONE = 10**80  # one vote
_NEAR = 10**40  # 10^-40 of a vote
_NUDGE = 10**30  # by how much a keep value is lowered to see what that does to the votes
_STEPS = 25

Trail = tuple[tuple["Candidate", ...], ...]
Keep = dict["Candidate", int]


def meek_takes(part: int, keep: int) -> int:
    """Take of a part of a vote what Meek's rule says: that share of it."""
    return part * keep // ONE


def warren_takes(part: int, keep: int) -> int:
    """Take of a part of a vote what Warren's rule says: the price, or all if it is less."""
    return min(part, keep)


def trails(
    papers: Sequence[BallotPaper], elected: Collection[Candidate], hopeful: Collection[Candidate]
) -> Counter[Trail]:
    """Count papers by the way that their votes go: no excluded, and nothing below the hopeful."""
    found: Counter[Trail] = Counter()
    for places, copies in _alike(papers).items():
        trail: list[tuple[Candidate, ...]] = []
        for place in places:
            left = tuple(who for who in place if who in elected or who in hopeful)
            trail += [left] if left else []
            if left and not any(who in elected for who in left):
                break  # those who are not elected keep all of it
        found[tuple(trail)] += copies
    return found


def _alike(papers: Sequence[BallotPaper]) -> Counter[Trail]:
    found: Counter[Trail] = Counter()
    for paper in papers:
        found[paper.places] += paper.copies
    return found


@dataclass(frozen=True, slots=True)
class Count:
    """The papers as they go at present, and how many seats there are."""

    ways: Counter[Trail]
    seats: int
    take: Callable[[int, int], int]

    def votes(self, keep: Keep) -> Keep:
        """Return the votes of each candidate at these keep values."""
        held = dict.fromkeys(keep, 0)
        for trail, copies in self.ways.items():
            parts = [ONE]
            for place in trail:
                rest = []
                for part in parts:
                    share = part // len(place)  # those in one place share equally
                    for candidate in place:
                        kept = self.take(share, keep[candidate])
                        held[candidate] += kept * copies
                        if kept != share:
                            rest.append(share - kept)  # what is left goes on separately
                parts = rest
        return held

    def quota(self, held: Keep) -> int:
        """Divide the votes that candidates hold by the seats plus one."""
        return sum(held.values()) // (self.seats + 1)

    def over(self, keep: Keep, elected: Sequence[Candidate]) -> list[int]:
        """Tell by how much the votes of each of the elected exceed the quota."""
        held = self.votes(keep)
        quota = self.quota(held)
        return [held[candidate] - quota for candidate in elected]

    def solve(self, keep: Keep, elected: Sequence[Candidate]) -> Keep:
        """Lower keep values until each of the elected has just the quota."""
        while True:
            found = self._newton(keep, elected)
            if found is not None:
                return found
            for _ in range(_STEPS):
                keep = self._meek_step(keep, elected)

    def _meek_step(self, keep: Keep, elected: Sequence[Candidate]) -> Keep:
        """Make the published step: the keep value times the quota over the votes."""
        held = self.votes(keep)
        quota = self.quota(held)
        lower = {who: keep[who] * quota // held[who] for who in elected if held[who]}
        return keep | lower

    def _newton(self, keep: Keep, elected: Sequence[Candidate]) -> Keep | None:
        """Try Newton's steps; None if they do not arrive."""
        for _ in range(_STEPS):
            over = self.over(keep, elected)
            if all(abs(excess) < _NEAR for excess in over):
                return keep
            slopes = []  # what lowering one keep value takes from what each is over the quota
            for candidate in elected:
                nudged = self.over(keep | {candidate: keep[candidate] - _NUDGE}, elected)
                changes = zip(over, nudged, strict=True)
                slopes.append([(before - after) * ONE // _NUDGE for before, after in changes])
            lowered = solve_equations([list(row) for row in zip(*slopes, strict=True)], over)
            moved = zip(elected, lowered, strict=True)
            keep = keep | {who: min(ONE, max(0, keep[who] - by)) for who, by in moved}
        return None


def solve_equations(rows: list[list[int]], right: list[int]) -> list[int]:
    """Solve linear equations by elimination, all numbers in units of 10^-80.

    In each column the number on the diagonal outweighs the others, so nothing has to be exchanged.
    An unknown on which nothing depends is 0.
    """
    table = [[*row, value] for row, value in zip(rows, right, strict=True)]
    size = len(table)
    for pivot in range(size):
        for row in range(pivot + 1, size):
            if table[pivot][pivot]:
                factor = table[row][pivot] * ONE // table[pivot][pivot]
                for column in range(pivot, size + 1):
                    table[row][column] -= factor * table[pivot][column] // ONE
    found = [0] * size
    for row in reversed(range(size)):
        known = sum(table[row][column] * found[column] for column in range(row + 1, size)) // ONE
        if table[row][row]:
            found[row] = (table[row][size] - known) * ONE // table[row][row]
    return found

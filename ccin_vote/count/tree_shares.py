"""How papers share their votes, worked out on a tree of preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import members
from ccin_vote.count.preference_tree import Branch
from ccin_vote.count.settling import ONE, Slopes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ccin_vote.ballot.profile import Paper
    from ccin_vote.election.contest import Candidate

    Passed = tuple[tuple[Candidate, float], ...]
    """Who kept a part above on a branch, and by how much the weight falls as that grows."""


class TreeShares:
    """Papers of any kind, those with equal preferences, too; quick for a few thousand."""

    def __init__(
        self, papers: Iterable[tuple[Paper, int]], candidates: int, *, warren: bool
    ) -> None:
        """Take papers with the votes that each carries."""
        self._root = Branch()
        self._gone: set[Candidate] = set()
        self._size, self._warren = candidates, warren
        for paper, votes in papers:
            self._root.add(paper, 0, votes, self._gone)

    def exclude(self, gone: Collection[Candidate]) -> None:
        """Pass candidates over from now on."""
        self._gone.update(gone)

    def votes(self, keep: Sequence[int], elected: Sequence[Candidate]) -> list[int]:
        """Return each candidate's votes in units."""
        held = [0] * self._size
        self._share(self._root, ONE, keep, frozenset(elected), held)
        return held

    def _share(
        self,
        branch: Branch,
        weight: int,
        keep: Sequence[int],
        elected: frozenset[Candidate],
        held: list[int],
    ) -> None:
        """Hand a branch's papers, of which ``weight`` is left, on to the next place of each."""
        for place, following in branch.children(self._gone):
            group = members(place)
            part = weight // len(group)
            for candidate in group:
                if candidate not in elected:
                    held[candidate] += part * following.votes
                    continue
                kept = self._kept(part, keep[candidate])
                held[candidate] += kept * following.votes
                if kept < part:
                    self._share(following, part - kept, keep, elected, held)

    def _kept(self, weight: int, keep: int) -> int:
        """Return what is kept: a share of what is there (Meek), or a price in votes (Warren)."""
        return min(weight, keep) if self._warren else weight * keep // ONE

    def slopes(self, keep: Sequence[int], elected: Sequence[Candidate]) -> Slopes:
        """Say how votes change with the keep values, about."""
        at = {candidate: place for place, candidate in enumerate(elected)}
        found = Slopes([[0.0] * len(at) for _ in at], [0.0] * len(at))
        self._slope(self._root, 1.0, (), [value / ONE for value in keep], at, found)
        return found

    def _slope(  # noqa: PLR0913, PLR0917  (all that a branch meets)
        self,
        branch: Branch,
        weight: float,
        passed: Passed,
        keep: list[float],
        at: dict[Candidate, int],
        found: Slopes,
    ) -> None:
        going = 0
        for place, following in branch.children(self._gone):
            going += following.votes
            group = members(place)
            part = weight / len(group)
            for candidate in group:
                if candidate in at:
                    above = tuple((other, fall / len(group)) for other, fall in passed)
                    self._keeping(candidate, following, part, above, keep, at, found)
        for other, fall in passed:  # what ends here goes to nobody
            found.total[at[other]] += fall * (branch.votes - going)

    def _keeping(  # noqa: PLR0913, PLR0917  (all that a branch meets)
        self,
        candidate: Candidate,
        following: Branch,
        part: float,
        passed: Passed,
        keep: list[float],
        at: dict[Candidate, int],
        found: Slopes,
    ) -> None:
        row, own, value = found.votes[at[candidate]], at[candidate], keep[candidate]
        papers = following.votes
        if self._warren and part <= value:
            for other, fall in passed:
                row[at[other]] -= fall * papers
            return
        grows = 1.0 if self._warren else part
        row[own] += grows * papers
        below = passed
        if not self._warren:
            for other, fall in passed:
                row[at[other]] -= fall * value * papers
            below = tuple((other, fall * (1 - value)) for other, fall in passed)
        rest = part - value if self._warren else part * (1 - value)
        self._slope(following, rest, (*below, (candidate, grows)), keep, at, found)

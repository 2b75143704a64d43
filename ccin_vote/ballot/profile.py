"""Papers grouped by what they say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ccin_vote.election.contest import Candidate, Papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Ranking = tuple[Candidate, ...]
"""Candidates in order of preference, each at most once."""

Place = Candidate | tuple[Candidate, ...]
"""A place on a paper: one candidate, several equal ones in the order of the list, or nobody."""

Paper = tuple[Place, ...]
"""What a paper says, from the highest place down; a ranking is a paper of single candidates."""


def members(place: Place) -> tuple[Candidate, ...]:
    """Return the candidates who share a place."""
    return place if isinstance(place, tuple) else (place,)


def as_place(candidates: Iterable[Candidate]) -> Place:
    """Return the place that candidates share, written in the one way that there is."""
    found = tuple(sorted(candidates))
    return found[0] if len(found) == 1 else found


@dataclass(frozen=True, slots=True)
class Informal:
    """A paper that cannot be counted, and why, in one word of ``INFORMAL_REASONS``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What stands behind identical papers: how many papers, and how many votes they carry."""

    papers: int
    votes: int

    def __add__(self, other: Weight) -> Weight:
        """Add papers to papers and votes to votes."""
        return Weight(self.papers + other.papers, self.votes + other.votes)


@dataclass(frozen=True, slots=True)
class Profile:
    """All papers of one contest: formal ones by what they say, informal ones by reason."""

    formal: Mapping[Paper, Weight]
    informal: Mapping[str, Weight] = field(default_factory=dict)

    @property
    def papers(self) -> Papers:
        """How many formal papers there are."""
        return Papers(sum(weight.papers for weight in self.formal.values()))

    @property
    def votes(self) -> int:
        """How many votes the formal papers carry."""
        return sum(weight.votes for weight in self.formal.values())


def grouped(papers: Iterable[tuple[Paper | Informal, int]]) -> Profile:
    """Group papers, each with the votes it carries, by identical content or reason."""
    votes: Counter[Paper | Informal] = Counter()
    count: Counter[Paper | Informal] = Counter()
    for choice, weight in papers:
        votes[choice] += weight
        count[choice] += 1
    formal = {k: Weight(count[k], votes[k]) for k in count if not isinstance(k, Informal)}
    informal = {k.reason: Weight(count[k], votes[k]) for k in count if isinstance(k, Informal)}
    return Profile(formal, informal)

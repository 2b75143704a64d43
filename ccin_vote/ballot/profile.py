"""Papers grouped by identical ranking."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ccin_vote.election.contest import Candidate, Papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Ranking = tuple[Candidate, ...]
"""Candidates in order of preference, each at most once; made only by ``checked_ranking``."""


@dataclass(frozen=True, slots=True)
class Informal:
    """A paper that cannot be counted, and why, in one word of ``REASONS``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What stands behind one ranking: how many papers, and how many votes they carry."""

    papers: int
    votes: int

    def __add__(self, other: Weight) -> Weight:
        """Add papers to papers and votes to votes."""
        return Weight(self.papers + other.papers, self.votes + other.votes)


@dataclass(frozen=True, slots=True)
class Profile:
    """All papers of one contest: formal ones by ranking, informal ones by reason."""

    formal: Mapping[Ranking, Weight]
    informal: Mapping[str, Weight] = field(default_factory=dict)

    @property
    def papers(self) -> Papers:
        """How many formal papers there are."""
        return Papers(sum(weight.papers for weight in self.formal.values()))

    @property
    def votes(self) -> int:
        """How many votes the formal papers carry."""
        return sum(weight.votes for weight in self.formal.values())


def checked_ranking(preferences: Iterable[int], candidates: int) -> Ranking | Informal:
    """Make a ranking of known candidates, each once; otherwise say why it is informal.

    An unranked paper is ``blank``; a repeated candidate ``repeated``; an unknown one
    ``unknown-candidate``.
    """
    ranking = tuple(Candidate(one) for one in preferences)
    if not ranking:
        return Informal("blank")
    if any(not 0 <= one < candidates for one in ranking):
        return Informal("unknown-candidate")
    if len(set(ranking)) < len(ranking):
        return Informal("repeated")
    return ranking


def grouped(papers: Iterable[tuple[Ranking | Informal, int]]) -> Profile:
    """Group papers, each with the votes it carries, by identical ranking or reason."""
    votes: Counter[Ranking | Informal] = Counter()
    count: Counter[Ranking | Informal] = Counter()
    for choice, weight in papers:
        votes[choice] += weight
        count[choice] += 1
    formal = {k: Weight(count[k], votes[k]) for k in count if not isinstance(k, Informal)}
    informal = {k.reason: Weight(count[k], votes[k]) for k in count if isinstance(k, Informal)}
    return Profile(formal, informal)

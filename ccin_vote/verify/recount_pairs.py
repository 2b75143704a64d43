"""Comparison of candidates in pairs, which several rules of the recount share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Table

Pair = tuple["Candidate", "Candidate"]
"""A victory or a comparison: the candidate who is preferred, and the other one."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """For each pair of those who stand, the votes that rank the first above the second."""

    standing: tuple[Candidate, ...]
    votes: dict[Pair, int]

    def beats(self, winner: Candidate, loser: Candidate) -> bool:
        """Return whether more votes rank the first above the second than the other way round."""
        return self.votes[winner, loser] > self.votes[loser, winner]

    def margin(self, winner: Candidate, loser: Candidate) -> int:
        """By how many votes the first is ahead of the second (below 0: behind)."""
        return self.votes[winner, loser] - self.votes[loser, winner]

    def victories(self) -> list[Pair]:
        """All pairs of which the first beats the second."""
        return [pair for pair in permutations(self.standing, 2) if self.beats(*pair)]

    def among(self, some: set[Candidate]) -> Pairs:
        """Return the comparisons of some candidates with each other."""
        return Pairs(tuple(name for name in self.standing if name in some), self.votes)

    def others(self, candidate: Candidate) -> list[Candidate]:
        """Everybody who stands but this candidate."""
        return [other for other in self.standing if other != candidate]

    def wins(self, candidate: Candidate) -> int:
        """How many others the candidate beats."""
        return sum(self.beats(candidate, other) for other in self.others(candidate))


def compare(table: Table, *, ranked_only: bool) -> Pairs:
    """Compare all who stand on all papers."""
    votes = dict.fromkeys(permutations(table.standing, 2), 0)
    kinds: Counter[tuple[tuple[Candidate, ...], ...]] = Counter()
    for paper in table.papers:
        kinds[paper.places] += paper.copies
    for places, copies in kinds.items():
        below = _ranked(places) if ranked_only else set(table.standing)
        for place in places:
            below -= set(place)  # those who share a place are not compared
            for upper in place:
                for lower in below:
                    votes[upper, lower] += copies
    return Pairs(tuple(table.standing), votes)


def _ranked(places: tuple[tuple[Candidate, ...], ...]) -> set[Candidate]:
    """Return the candidates whom a paper ranks."""
    return {candidate for place in places for candidate in place}


def pairs_won(table: Table, pairs: Pairs) -> list[Fraction]:
    """Return what a pairwise rule shows: the pairs each candidate won, a draw being a half."""
    won = table.zeros()
    for candidate, other in permutations(pairs.standing, 2):
        if pairs.beats(candidate, other):
            won[candidate] += 1
        elif not pairs.beats(other, candidate):
            won[candidate] += Fraction(1, 2)
    return won


def layers(standing: list[Candidate], above: set[Pair]) -> list[list[Candidate]]:
    """Put first those above whom nobody stands, then those whom only these were above, ..."""
    left, ranks = list(standing), []
    while left:
        below = {lower for upper, lower in above if upper in left}
        ranks.append([candidate for candidate in left if candidate not in below])
        left = [candidate for candidate in left if candidate in below]
    return ranks

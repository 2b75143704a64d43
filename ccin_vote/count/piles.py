"""The papers on the table: each candidate's pile, and how papers move between piles.

Values are whole units of the rule's last decimal place. Identical papers of one value lie
together; the value of each single paper is rounded down, as the law says, and what that loses is
kept apart.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.ballot.profile import Ranking
    from ccin_vote.election.contest import Candidate


class Piles:
    """Who holds which papers at which value; ``votes`` are units, by candidate."""

    def __init__(self, candidates: int, places: int, papers: Iterable[tuple[Ranking, int]]) -> None:
        """Put every paper on its first preference's pile, at the value of one vote."""
        self.votes = [0] * candidates
        self._one_vote: int = 10**places
        self.non_transferable = 0
        self.lost_to_rounding = 0
        self._piles: list[Counter[tuple[Ranking, int]]] = [Counter() for _ in range(candidates)]
        for ranking, count in papers:
            if ranking:
                self._piles[ranking[0]][ranking, self._one_vote] += count
                self.votes[ranking[0]] += count * self._one_vote
        self.total = sum(self.votes)

    def transfer_all(self, source: Candidate, continuing: Collection[Candidate]) -> None:
        """Move every paper of an excluded candidate at its present value."""
        pile, self._piles[source] = self._piles[source], Counter()
        self.votes[source] = 0
        receivers = frozenset(continuing)
        for (ranking, value), count in pile.items():
            self._give(ranking, value, count, receivers)

    def transfer_surplus(
        self, source: Candidate, quota: int, continuing: Collection[Candidate]
    ) -> int:
        """Move every paper of an elected candidate at its share of the surplus.

        A paper's new value is its value times the surplus over the candidate's votes, rounded
        down. Gives the surplus over the votes, rounded down: the transfer value of a paper that
        was worth a whole vote, and the share of its value at which any other paper moves.
        """
        held, surplus = self.votes[source], self.votes[source] - quota
        pile, self._piles[source] = self._piles[source], Counter()
        self.votes[source] = quota
        receivers = frozenset(continuing)
        moved = 0
        for (ranking, value), count in pile.items():
            share = value * surplus // held
            self._give(ranking, share, count, receivers)
            moved += share * count
        self.lost_to_rounding += surplus - moved
        return self._one_vote * surplus // held

    def _give(
        self, ranking: Ranking, value: int, count: int, receivers: frozenset[Candidate]
    ) -> None:
        for one in ranking:
            if one in receivers:
                self._piles[one][ranking, value] += count
                self.votes[one] += value * count
                return
        self.non_transferable += value * count

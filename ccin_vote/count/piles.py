"""The papers on the table: each candidate's parcels, and how papers move between candidates.

Values are whole units of the rule's last decimal place, or rationals where the rule is exact.
Identical papers of one value lie together. What rounding loses is kept apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.ballot.profile import Ranking
    from ccin_vote.election.contest import Candidate

Value = int | Fraction
"""What a paper or a candidate has: units of the last place, or votes where the rule is exact."""


@dataclass(slots=True)
class Parcel:
    """Papers that came to a candidate together; ``first`` if as first preferences."""

    papers: Counter[tuple[Ranking, Value]] = field(default_factory=Counter)
    first: bool = False


class Piles:
    """Who holds which parcels, in the order received; ``votes`` by candidate."""

    def __init__(
        self, candidates: int, one_vote: Value, papers: Iterable[tuple[Ranking, int]]
    ) -> None:
        """Put every paper on its first preference's pile, at the value of one vote."""
        self.votes: list[Value] = [0] * candidates
        self.one_vote = one_vote
        self.non_transferable: Value = 0
        self.lost_to_rounding: Value = 0
        self._parcels: list[list[Parcel]] = [[] for _ in range(candidates)]
        first: dict[Candidate, Parcel] = {}
        for ranking, count in papers:
            top = ranking[0]
            if top not in first:
                first[top] = Parcel(first=True)
                self._parcels[top].append(first[top])
            first[top].papers[ranking, one_vote] += count
            self.votes[top] += count * one_vote
        self.total = sum(self.votes)

    def share(self, value: Value, surplus: Value, held: Value) -> Value:
        """Give a value times a surplus over the votes held, rounded down unless exact."""
        if isinstance(self.one_vote, Fraction):
            return Fraction(Fraction(value) * surplus, Fraction(held))
        return value * surplus // held

    def transfer_pile(
        self, source: Candidate, quota: Value, receivers: Collection[Candidate], *, twice: bool
    ) -> Value:
        """Move every paper of an elected candidate at its share of the surplus.

        The new value is the value times the surplus over the candidate's votes; with ``twice`` the
        share of a whole vote is rounded down first, and the product again. Gives that share.
        """
        held, surplus = self.votes[source], self.votes[source] - quota
        share = self.share(self.one_vote, surplus, held)
        moved: Value = 0
        parcels = self._take(source)
        self.votes[source] = quota
        came: dict[Candidate, Parcel] = {}
        for parcel in parcels:
            for (ranking, value), count in parcel.papers.items():
                new = (
                    self.share(value, share, self.one_vote)
                    if twice
                    else self.share(value, surplus, held)
                )
                moved += new * count
                self._give(ranking, new, count, frozenset(receivers), came)
        self.lost_to_rounding += surplus - moved
        return share

    def transfer_last_parcel(
        self, source: Candidate, quota: Value, receivers: Collection[Candidate]
    ) -> Value:
        """Move the transferable papers of the parcel last received, to carry the surplus away.

        Each has the surplus over their number, rounded down, or its present value if that is
        less; what they cannot carry is non-transferable. Gives the greatest value used.
        """
        surplus = self.votes[source] - quota
        continuing = frozenset(receivers)
        last = self._take(source)[-1]
        going = {
            key: count for key, count in last.papers.items() if continuing.intersection(key[0])
        }
        number = sum(going.values())
        self.votes[source] = quota
        if number * self._highest(going) <= surplus:
            value, left = self._highest(going), surplus - self._worth(going)
            self.non_transferable += left
        else:
            value = self.share(1, surplus, number)
            self.lost_to_rounding += surplus - value * number
        came: dict[Candidate, Parcel] = {}
        for (ranking, _), count in going.items():
            self._give(ranking, value, count, continuing, came)
        return value

    @staticmethod
    def _highest(papers: dict[tuple[Ranking, Value], int]) -> Value:
        return max((value for _, value in papers), default=0)

    @staticmethod
    def _worth(papers: dict[tuple[Ranking, Value], int]) -> Value:
        return sum(value * count for (_, value), count in papers.items())

    def take_by_value(
        self, sources: Iterable[Candidate], *, first_apart: bool
    ) -> list[list[tuple[Candidate, Parcel]]]:
        """Take the papers of candidates to be excluded in steps, the highest value first.

        With ``first_apart`` the papers of first preferences are a step before all others.
        """
        by_value: dict[tuple[bool, Value], list[tuple[Candidate, Parcel]]] = {}
        for source in sources:
            merged: dict[tuple[bool, Value], Parcel] = {}
            for parcel in self._take(source):
                for (ranking, value), count in parcel.papers.items():
                    key = (first_apart and parcel.first, value)
                    merged.setdefault(key, Parcel()).papers[ranking, value] += count
            for key, parcel in merged.items():
                by_value.setdefault(key, []).append((source, parcel))
        return [by_value[key] for key in sorted(by_value, reverse=True)]

    def take_all(self, sources: Iterable[Candidate]) -> list[tuple[Candidate, Parcel]]:
        """Take all papers of candidates to be excluded; their votes stay until they move."""
        return [(source, parcel) for source in sources for parcel in self._take(source)]

    def move(
        self, parcels: Iterable[tuple[Candidate, Parcel]], receivers: Collection[Candidate]
    ) -> None:
        """Move parcels of excluded candidates at the present value of each paper."""
        came: dict[Candidate, Parcel] = {}
        continuing = frozenset(receivers)
        for source, parcel in parcels:
            for (ranking, value), count in parcel.papers.items():
                self.votes[source] -= value * count
                self._give(ranking, value, count, continuing, came)

    def _take(self, source: Candidate) -> list[Parcel]:
        parcels, self._parcels[source] = self._parcels[source], []
        return parcels

    def _give(
        self,
        ranking: Ranking,
        value: Value,
        count: int,
        receivers: frozenset[Candidate],
        came: dict[Candidate, Parcel],
    ) -> None:
        for one in ranking:
            if one in receivers:
                if one not in came:
                    came[one] = Parcel()
                    self._parcels[one].append(came[one])
                came[one].papers[ranking, value] += count
                self.votes[one] += value * count
                return
        self.non_transferable += value * count

"""The papers on the table: each candidate's parcels, and how papers move between candidates.

Values are whole units of the rule's last decimal place, or rationals where the rule is exact.
Identical papers lie together. What rounding loses is kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ccin_vote.ballot.profile import Ranking
    from ccin_vote.election.contest import Candidate

    Value = int | Fraction
    """What a paper or a candidate has: units of the last place, or votes where all is exact."""

    Paper = tuple[Iterator[Candidate], int]
    """The preferences below the candidate who holds a paper, and how many such papers there are.

    Whoever was passed over continues no more, so that a paper never has to be looked at again from
    its top: the rest of its preferences is enough.
    """


@dataclass(slots=True)
class Parcel:
    """Papers that came to a candidate together, by their value; ``first`` as first preferences."""

    papers: dict[Value, list[Paper]] = field(default_factory=dict)
    first: bool = False


def number_of(papers: Iterable[Paper]) -> int:
    """Count papers."""
    return sum(number for _, number in papers)


class Piles:
    """Who holds which parcels, in the order received; ``votes`` by candidate."""

    def __init__(
        self,
        candidates: int,
        one_vote: Value,
        papers: Iterable[tuple[Ranking, int]],
    ) -> None:
        """Put every paper on its first preference's pile, at the value of one vote."""
        self.votes: list[Value] = [0] * candidates
        self.one_vote = one_vote
        self.non_transferable: Value = 0
        self.lost_to_rounding: Value = 0
        self._parcels: list[list[Parcel]] = [[] for _ in range(candidates)]
        first: dict[Candidate, list[Paper]] = {}
        for ranking, number in papers:
            rest = iter(ranking)
            first.setdefault(next(rest), []).append((rest, number))
        for top, found in first.items():
            self._parcels[top].append(Parcel({one_vote: found}, first=True))
            self.votes[top] = number_of(found) * one_vote
        self.total = sum(self.votes)

    def share(self, value: Value, surplus: Value, held: Value) -> Value:
        """Return a value times a surplus over the votes held, rounded down unless exact."""
        if isinstance(self.one_vote, Fraction):
            return Fraction(Fraction(value) * surplus, Fraction(held))
        return value * surplus // held

    def transfer_pile(
        self,
        source: Candidate,
        quota: Value,
        receivers: Collection[Candidate],
        *,
        twice: bool,
    ) -> Value:
        """Move every paper of an elected candidate at its share of the surplus.

        The new value is the value times the surplus over the candidate's votes; with ``twice`` the
        share of a whole vote is rounded down first, and the product again. Returns that share.
        """
        held, surplus = self.votes[source], self.votes[source] - quota
        share = self.share(self.one_vote, surplus, held)
        moved: Value = 0
        self.votes[source] = quota
        came: dict[Candidate, Parcel] = {}
        for value, papers in _by_value(self._take(source)).items():
            new = (
                self.share(value, share, self.one_vote)
                if twice
                else self.share(value, surplus, held)
            )
            moved += new * number_of(papers)
            self._give(papers, new, frozenset(receivers), came)
        self.lost_to_rounding += surplus - moved
        return share

    def transfer_last_parcel(
        self, source: Candidate, quota: Value, receivers: Collection[Candidate]
    ) -> Value:
        """Move the transferable papers of the parcel last received, to carry the surplus away.

        Each has the surplus over their number, rounded down, or its present value if that is
        less; what they cannot carry is non-transferable. Returns the greatest value used.
        """
        surplus = self.votes[source] - quota
        going: dict[Value, dict[Candidate, list[Paper]]] = {}
        for value, papers in self._take(source)[-1].papers.items():
            sorted_papers = _sorted(papers, frozenset(receivers))
            sorted_papers.pop(None, None)
            if sorted_papers:
                going[value] = sorted_papers  # type: ignore[assignment]  # (None is gone)
        numbers = {value: sum(map(number_of, found.values())) for value, found in going.items()}
        number, highest = sum(numbers.values()), max(numbers, default=0)
        self.votes[source] = quota
        if number * highest <= surplus:
            new = highest
            worth = sum(value * count for value, count in numbers.items())
            self.non_transferable += surplus - worth
        else:
            new = self.share(1, surplus, number)
            self.lost_to_rounding += surplus - new * number
        came: dict[Candidate, Parcel] = {}
        for found in going.values():
            self._receive(found, new, came)
        return new

    def take_by_value(
        self, sources: Iterable[Candidate], *, first_apart: bool
    ) -> list[list[tuple[Candidate, Parcel]]]:
        """Take the papers of candidates to be excluded in steps, the highest value first.

        With ``first_apart`` the papers of first preferences are a step before all others.
        """
        steps: dict[tuple[bool, Value], list[tuple[Candidate, Parcel]]] = {}
        for source in sources:
            merged: dict[tuple[bool, Value], list[Paper]] = {}
            for parcel in self._take(source):
                for value, papers in parcel.papers.items():
                    key = (first_apart and parcel.first, value)
                    merged.setdefault(key, []).extend(papers)
            for key, papers in merged.items():
                steps.setdefault(key, []).append((source, Parcel({key[1]: papers})))
        return [steps[key] for key in sorted(steps, reverse=True)]

    def take_all(self, sources: Iterable[Candidate]) -> list[tuple[Candidate, Parcel]]:
        """Take all papers of candidates to be excluded; their votes stay until they move."""
        return [(source, parcel) for source in sources for parcel in self._take(source)]

    def move(
        self, parcels: Iterable[tuple[Candidate, Parcel]], receivers: Collection[Candidate]
    ) -> None:
        """Move parcels of excluded candidates at the present value of each paper."""
        together: dict[Value, list[Paper]] = {}
        for source, parcel in parcels:
            for value, papers in parcel.papers.items():
                self.votes[source] -= value * number_of(papers)
                together.setdefault(value, []).extend(papers)
        came: dict[Candidate, Parcel] = {}
        for value, papers in together.items():
            self._give(papers, value, frozenset(receivers), came)

    def _take(self, source: Candidate) -> list[Parcel]:
        parcels, self._parcels[source] = self._parcels[source], []
        return parcels

    def _give(
        self,
        papers: Iterable[Paper],
        value: Value,
        receivers: frozenset[Candidate],
        came: dict[Candidate, Parcel],
    ) -> None:
        """Hand papers, all at one value, on to their next preferences; the rest goes to nobody."""
        found = _sorted(papers, receivers)
        self.non_transferable += value * number_of(found.pop(None, ()))
        self._receive(found, value, came)  # type: ignore[arg-type]  # (None is gone)

    def _receive(
        self,
        found: dict[Candidate, list[Paper]],
        value: Value,
        came: dict[Candidate, Parcel],
    ) -> None:
        for who, papers in found.items():
            if who not in came:
                came[who] = Parcel()
                self._parcels[who].append(came[who])
            came[who].papers.setdefault(value, []).extend(papers)
            self.votes[who] += value * number_of(papers)


def _sorted(
    papers: Iterable[Paper], receivers: frozenset[Candidate]
) -> dict[Candidate | None, list[Paper]]:
    """Sort papers by their next preference among the receivers, or none."""
    found: dict[Candidate | None, list[Paper]] = {}
    for paper in papers:
        who = next((place for place in paper[0] if place in receivers), None)
        if who in found:
            found[who].append(paper)
        else:
            found[who] = [paper]
    return found


def _by_value(parcels: Iterable[Parcel]) -> dict[Value, list[Paper]]:
    found: dict[Value, list[Paper]] = {}
    for parcel in parcels:
        for value, papers in parcel.papers.items():
            found.setdefault(value, []).extend(papers)
    return found

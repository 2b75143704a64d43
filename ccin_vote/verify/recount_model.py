"""What a recount works on, and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.errors import DecisionNeeded
from ccin_vote.record.ties import Purpose, Question
from ccin_vote.verify.conformant import is_possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.ties import Lots

_MANY = 500_000


@dataclass(slots=True)
class BallotPaper:
    """A paper: its places without the withdrawn, its value, and on whose pile it lies.

    ``copies`` is 1 unless the contest has over half a million papers. ``came`` tells papers that
    came to the pile at different times apart. A place that fell empty stays where scores count.
    """

    places: tuple[tuple[Candidate, ...], ...]
    copies: int
    value: Fraction = Fraction(1)
    pile: Candidate | None = None
    came: int = 0

    @property
    def ranking(self) -> list[Candidate]:
        """The candidates in order, where every place has one."""
        return [candidate for place in self.places for candidate in place]


@dataclass(frozen=True, slots=True)
class RecountStage:
    """What the recount found at a stage: exact votes, and who was elected and excluded."""

    votes: tuple[Fraction, ...]
    non_transferable: Fraction
    lost_to_rounding: Fraction
    elected: frozenset[Candidate]
    excluded: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Recount:
    """The outcome of the recount; no stages where no ballot decided.

    ``places`` is how many decimal places of exact votes a record shows.
    """

    quota: Fraction | None
    stages: tuple[RecountStage, ...]
    winners: tuple[Candidate, ...]
    places: int


@dataclass(slots=True)
class Table:
    """The table on which papers are counted."""

    contest: Contest
    places: int
    highest_score: int
    lots: Lots
    papers: list[BallotPaper]
    winners: list[Candidate] = field(default_factory=list)
    stages: list[RecountStage] = field(default_factory=list)
    history: list[tuple[Fraction, ...]] = field(default_factory=list)
    orders: dict[int, tuple[Candidate, ...]] = field(default_factory=dict)

    @property
    def standing(self) -> list[Candidate]:
        """Everybody who has not withdrawn, in the order of the list."""
        return list(self.contest.standing)

    @property
    def vacancies(self) -> int:
        """How many seats are not filled."""
        return self.contest.seats - len(self.winners)

    def zeros(self) -> list[Fraction]:
        """Return no votes for each candidate."""
        return [Fraction(0)] * len(self.contest.candidates)

    def total(self) -> Fraction:
        """Return the number of valid papers."""
        return Fraction(sum(paper.copies for paper in self.papers))

    def write(
        self,
        votes: Iterable[Fraction],
        elected: Iterable[Candidate] = (),
        excluded: Iterable[Candidate] = (),
        aside: Fraction = Fraction(0),
        lost: Fraction = Fraction(0),
    ) -> None:
        """Write down a stage."""
        held = tuple(votes)
        self.history.append(held)
        self.stages.append(
            RecountStage(held, aside, lost, frozenset(elected), tuple(sorted(excluded)))
        )

    def lot(self, among: Iterable[Candidate], why: Purpose) -> Candidate:
        """Have a lot choose; a single candidate needs none."""
        names = tuple(sorted(among))
        if len(names) == 1:
            return names[0]
        return self.lots.draw(Question(len(self.stages) + 1, why, names))[0]

    def drawn(self, among: Iterable[Candidate], why: Purpose) -> tuple[Candidate, ...] | None:
        """Return the order in which a lot put candidates; None if nobody drew such a lot."""
        try:
            return self.lots.draw(Question(len(self.stages) + 1, why, tuple(sorted(among))))
        except DecisionNeeded:
            return None

    def order(self, among: Iterable[Candidate], why: Purpose) -> tuple[Candidate, ...]:
        """Have a lot order candidates; a second one at a stage among some of them follows it."""
        names = tuple(sorted(among))
        if len(names) == 1:
            return names
        drawn = self.orders.get(len(self.stages))
        if drawn is None or not set(names) <= set(drawn):
            drawn = self.lots.draw(Question(len(self.stages) + 1, why, names))
            self.orders[len(self.stages)] = drawn
        return tuple(sorted(names, key=drawn.index))

    def may_win(self, who: Candidate, others: Iterable[Candidate]) -> bool:
        """Return whether somebody can be elected beside the elected, and others fill the rest."""
        return is_possible(self.contest, [*self.winners, who], others)

    def fill(self, ranks: Iterable[Iterable[Candidate]]) -> list[Candidate]:
        """Fill the seats from ranked groups, as reserved places allow.

        A lot puts a group into an order if not all of it can be elected who could be one by one.
        """
        groups = [sorted(rank) for rank in ranks]
        before = len(self.winners)
        while groups and self.vacancies:
            group = groups.pop(0)
            below = [who for rest in groups for who in rest]
            able = [who for who in group if self._able(who, group, below)]
            if len(able) > self.vacancies or not is_possible(
                self.contest, [*self.winners, *able], below
            ):
                order = self.lots.draw(
                    Question(len(self.stages) + 1, Purpose.ELECTION, tuple(able))
                )
                for who in order:
                    if self.vacancies and self._able(who, group, below):
                        self.winners.append(who)
            else:
                self.winners += able
        return self.winners[before:]

    def _able(self, who: Candidate, group: list[Candidate], below: list[Candidate]) -> bool:
        rest = [
            candidate
            for candidate in [*group, *below]
            if candidate != who and candidate not in self.winners
        ]
        return who not in self.winners and self.may_win(who, rest)

    def done(self, quota: Fraction | None = None) -> Recount:
        """Return what was found; "re-open nominations" fills no seat."""
        people = tuple(candidate for candidate in self.winners if candidate != self.contest.reopen)
        return Recount(quota, tuple(self.stages), people, self.places)


def lay_out(contest: Contest, profile: Profile) -> list[BallotPaper]:
    """Return a paper object for each paper that chooses somebody who stands."""
    papers: list[BallotPaper] = []
    split = sum(weight.votes for weight in profile.formal.values()) <= _MANY
    for paper, weight in profile.formal.items():
        places = tuple(
            tuple(
                candidate
                for candidate in (place if isinstance(place, tuple) else (place,))
                if candidate not in contest.withdrawn
            )
            for place in paper
        )
        if any(places):
            times, copies = (weight.votes, 1) if split else (1, weight.votes)
            papers += [BallotPaper(places, copies) for _ in range(times)]
    return papers


def by_votes(who: Iterable[Candidate], votes: list[Fraction]) -> list[list[Candidate]]:
    """Put candidates into groups of equal votes, the most first."""
    left, groups = list(who), []
    while left:
        most = max(votes[candidate] for candidate in left)
        groups.append([candidate for candidate in left if votes[candidate] == most])
        left = [candidate for candidate in left if votes[candidate] != most]
    return groups


def still_equal(
    tied: Iterable[Candidate],
    earlier: Iterable[Sequence[Fraction | int]],
    best: Callable[[Iterable[Fraction | int]], Fraction | int],
) -> list[Candidate]:
    """Keep, at one earlier point after another, those who had the most or the fewest votes."""
    left = list(tied)
    for votes in earlier:
        wanted = best(votes[candidate] for candidate in left)
        left = [candidate for candidate in left if votes[candidate] == wanted]
    return left

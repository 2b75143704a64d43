"""The outcome of a count in progress: who is elected, the ties on the way, and the record."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.count.papers import informal_by_reason, valid_papers, valid_votes
from ccin_vote.count.reserved import Reserved
from ccin_vote.count.ties import by_earlier_stage, first_of
from ccin_vote.record.stage import (
    Continuing,
    Elected,
    Excluded,
    Fate,
    Record,
    Stage,
    StageKind,
    Tally,
    Why,
    Withdrawn,
)
from ccin_vote.record.ties import ByLot, Purpose, Question, Tie
from ccin_vote.record.votes import Votes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Matrix, Ranks
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import RuleSet


class Outcome:
    """Collects fates, ties and stages; whoever is elected gets the next place."""

    def __init__(self, contest: Contest, rule: RuleSet, lots: Lots) -> None:
        """Begin with everybody continuing."""
        self.contest, self.rule, self.lots = contest, rule, lots
        self.reserved = Reserved(contest)
        self.fates: list[Fate] = [Continuing() for _ in contest.candidates]
        for candidate in contest.withdrawn:
            self.fates[candidate] = Withdrawn()
        self.winners: list[Candidate] = []
        self.stages: list[Stage] = []
        self.ties: list[Tie] = []
        self.history: list[tuple[Fraction | int, ...] | None] = []

    @property
    def vacancies(self) -> int:
        """How many seats are not filled yet."""
        return self.contest.seats - len(self.winners)

    @property
    def stage(self) -> int:
        """The number of the stage that is being counted."""
        return len(self.stages) + 1

    def win(self, who: Candidate, why: Why) -> None:
        """Elect somebody at the present stage."""
        self.winners.append(who)
        self.fates[who] = Elected(self.stage, len(self.winners), why)

    def exclude(self, who: Candidate) -> None:
        """Exclude somebody on the strength of the present stage."""
        self.fates[who] = Excluded(self.stage)

    def one_of(self, tied: Sequence[Candidate], purpose: Purpose) -> Candidate:
        """Return the only one, or break the tie as the rule says.

        Raises:
            DecisionNeeded: a lot must be drawn first.
        """
        if len(tied) == 1:
            return tied[0]
        question = Question(self.stage, purpose, tuple(sorted(tied)))
        tie = first_of(question, self.history, self.rule.ties, self.lots)
        self.ties.append(tie)
        return tie.chosen

    def told_apart(self, tied: Sequence[Candidate], purpose: Purpose) -> Candidate | None:
        """Return who comes first by an earlier stage; None if all of them were always equal."""
        question = Question(self.stage, purpose, tuple(sorted(tied)))
        tie = by_earlier_stage(question, self.history, self.rule.ties)
        if isinstance(tie, Tie):
            self.ties.append(tie)
            return tie.chosen
        return None

    def lot(self, tied: Sequence[Candidate], purpose: Purpose) -> Sequence[Candidate]:
        """Have one lot put equal candidates into an order.

        Raises:
            DecisionNeeded: it must be drawn first.
        """
        question = Question(self.stage, purpose, tuple(sorted(tied)))
        order = self.lots.draw(question)
        self.ties.append(Tie(question, ByLot(order), order[0]))
        return order

    def doomed(self, continuing: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Return those whom the reserved places leave no chance."""
        return self.reserved.doomed(self.winners, continuing)

    def excludable(self, continuing: Sequence[Candidate]) -> list[Candidate]:
        """Return those who may be excluded, because reserved places do not guard them."""
        kept = self.reserved.guarded(self.winners, continuing)
        return [who for who in continuing if who not in kept]

    def allowed(self, who: Sequence[Candidate], continuing: Sequence[Candidate]) -> list[Candidate]:
        """Return those of some who continue whom the reserved places let be elected next."""
        doomed = self.doomed(continuing)
        return [candidate for candidate in who if candidate not in doomed]

    def together_or_first(
        self,
        equal: Sequence[Candidate],
        continuing: Sequence[Candidate],
        *,
        equals_wait: bool = False,
    ) -> Sequence[Candidate]:
        """Return all equals if all can be elected, else who comes first as ties are broken.

        With ``equals_wait`` that is nobody whom only a lot could tell from the others.

        Raises:
            DecisionNeeded: a lot must be drawn first.
        """
        rest = [who for who in continuing if who not in equal]
        if len(equal) <= self.vacancies and self.reserved.allows([*self.winners, *equal], rest):
            return equal
        if equals_wait:
            first = self.told_apart(equal, Purpose.ELECTION)
            return [] if first is None else [first]
        return [self._next_by_lot(equal) or self.one_of(equal, Purpose.ELECTION)]

    def _next_by_lot(self, equal: Sequence[Candidate]) -> Candidate | None:
        """Return who comes next in the order that a lot drew at this stage; None if there was none.

        One lot serves every place that it settles: a second one could contradict it.
        """
        tie = self.ties[-1] if self.ties else None
        if tie is None or tie.question.purpose is not Purpose.ELECTION:
            return None
        if not isinstance(tie.resolution, ByLot) or not set(equal) <= set(tie.resolution.order):
            return None
        chosen = min(equal, key=tie.resolution.order.index)
        self.ties[-1] = replace(tie, also=(*tie.also, chosen))
        return chosen

    def elect_in_order(self, ranks: Ranks, why: Why) -> tuple[Candidate, ...]:
        """Fill the seats from the first rank down, passing over whom reserved places do not let in.

        A lot decides among equals who cannot all be elected.
        """
        before = len(self.winners)
        left = [who for rank in ranks for who in rank]
        for rank in ranks:
            equal = self.allowed(rank, left)
            rest = [who for who in left if who not in equal]
            fits = len(equal) <= self.vacancies
            if fits and self.reserved.allows([*self.winners, *equal], rest):
                for who in equal:
                    self.win(who, why)
            elif self.vacancies:
                self._elect_by_lot(equal, left)
            left = [who for who in left if who not in rank]
        return tuple(self.winners[before:])

    def _elect_by_lot(self, equal: Sequence[Candidate], left: Sequence[Candidate]) -> None:
        """Elect in drawn order whoever can be; one lot is drawn for all of them."""
        order = self.lot(equal, Purpose.ELECTION)
        chosen: list[Candidate] = []
        for who in order:
            rest = [candidate for candidate in left if candidate not in chosen]
            if self.vacancies and who in self.allowed([who], rest):
                self.win(who, Why.TIE_BROKEN)
                chosen.append(who)
        self.ties[-1] = replace(self.ties[-1], chosen=chosen[0], also=tuple(chosen[1:]))

    def close_stage(  # noqa: PLR0913  (what a stage has)
        self,
        kind: StageKind,
        votes: Sequence[Fraction],
        elected: tuple[Candidate, ...] = (),
        excluded: tuple[Candidate, ...] = (),
        *,
        of: tuple[Candidate, ...] = (),
        aside: Fraction = Fraction(0),
    ) -> None:
        """Write down what this stage said, at the rule's places, the rest as lost to rounding."""
        tally, total = shown_tally(votes, aside, self.rule.places)
        self.history.append(tuple(votes))
        self.write(Stage(self.stage, kind, of, None, tally, total, elected, excluded))

    def write(self, stage: Stage) -> None:
        """Write down a stage with the ties that were broken at it."""
        self.stages.append(replace(stage, ties=tuple(self.ties)))
        self.ties = []

    def record(
        self,
        profile: Profile,
        *,
        quota: Votes | None = None,
        ranks: Ranks = (),
        matrix: Matrix = (),
    ) -> Record:
        """Return the record of the finished count."""
        return Record(
            contest=self.contest,
            rule=self.rule,
            papers=valid_papers(self.contest, profile),
            votes=valid_votes(self.contest, profile),
            informal=informal_by_reason(self.contest, profile),
            quota=quota,
            stages=tuple(self.stages),
            fates=tuple(self.fates),
            ranks=ranks,
            matrix=matrix,
        )


def in_ranks(standing: Sequence[Candidate], votes: Sequence[Fraction]) -> Ranks:
    """Return the candidates by their votes, the most first; equal ones share a rank."""
    levels = sorted({votes[candidate] for candidate in standing}, reverse=True)
    return tuple(tuple(who for who in standing if votes[who] == level) for level in levels)


def rounded_down(value: Fraction, places: int) -> Votes:
    """Return votes at a number of places, what is beyond them cut off."""
    return Votes(value.numerator * 10**places // value.denominator, places)


def shown_tally(
    votes: Sequence[Fraction], aside: Fraction, places: int, whole: Fraction | None = None
) -> tuple[Tally, Votes]:
    """Return a tally and its total at a number of places; the rest is lost to rounding.

    ``whole`` is the total, if it is not the sum: a rule that rounds up gives away more than it has.
    """
    parts = tuple(rounded_down(value, places) for value in votes)
    left = rounded_down(aside, places)
    total = rounded_down(sum(votes, aside) if whole is None else whole, places)
    return Tally(parts, left, total - sum(parts, left)), total

"""The Meek family: whoever is elected keeps a part of every vote, and the rest goes on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.count.outcome import Outcome, rounded_down, shown_tally
from ccin_vote.record.stage import Stage, StageKind, Why
from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import KeepValues, RuleSet

    Move = tuple[StageKind, tuple[Candidate, ...]]


class KeepValueCount(ABC):
    """One count in progress; all values are units of ``one`` vote.

    What a stage is and when votes are looked at stands in the two ways of counting:
    `settled_keep_values` and `published_keep_values`.
    """

    def __init__(
        self, contest: Contest, rule: RuleSet, method: KeepValues, lots: Lots, one: int
    ) -> None:
        """Begin with everybody continuing, before any vote is counted."""
        self.contest, self.rule, self.method, self.one = contest, rule, method, one
        self.outcome = Outcome(contest, rule, lots)
        self.keep = [one] * len(contest.candidates)
        self.continuing = list(contest.standing)
        self.votes: list[int] = []
        self.total = 0
        self.quota = 0

    @abstractmethod
    def run(self) -> None:
        """Count until every seat is filled."""

    @abstractmethod
    def has_enough(self, who: Candidate) -> bool:
        """Return whether the present votes elect."""

    @abstractmethod
    def shown(self, units: int) -> Fraction:
        """Return units as votes, as they are written down and put in order."""

    def finished(self) -> bool:
        """Return whether no more is to be decided."""
        return len(self.continuing) <= self.outcome.vacancies or self.outcome.vacancies == 0

    def most_first(self, who: list[Candidate]) -> list[Candidate]:
        """Put candidates in order; equal ones stay in the order of the list."""
        return sorted(who, key=lambda candidate: -self.shown(self.votes[candidate]))

    def elect(self) -> tuple[Candidate, ...]:
        """Elect whoever has enough, those with most votes first, as reserved places allow."""
        reached = self.most_first([who for who in self.continuing if self.has_enough(who)])
        elected: list[Candidate] = []
        while reached and self.outcome.vacancies:
            allowed = self.outcome.allowed(reached, self.continuing)
            if not allowed:
                break
            most = self.shown(self.votes[allowed[0]])
            equal = [who for who in allowed if self.shown(self.votes[who]) == most]
            group = self.outcome.together_or_first(equal, self.continuing)
            for who in group:
                self.win(who, Why.QUOTA)
            elected += group
            reached = [who for who in reached if who not in group]
        return tuple(elected)

    def win(self, who: Candidate, why: Why) -> None:
        """Elect somebody at the present stage."""
        self.continuing.remove(who)
        self.outcome.win(who, why)

    def fill_last_places(self) -> tuple[Candidate, ...]:
        """Elect all who continue if there are seats for them."""
        if self.outcome.vacancies == 0:
            return ()
        rest = tuple(self.most_first(self.continuing))
        for who in rest:
            self.win(who, Why.LAST_PLACES)
        return rest

    def losers(self, near: int) -> tuple[Candidate, ...]:
        """Choose who is excluded: the doomed, else the last; those within ``near`` are equal."""
        doomed = self.outcome.doomed(self.continuing)
        if doomed:
            return doomed
        free = self.outcome.excludable(self.continuing)
        fewest = min(self.votes[who] for who in free)
        equal = [who for who in free if self.votes[who] <= fewest + near]
        return (self.outcome.one_of(equal, Purpose.EXCLUSION),)

    def exclude(
        self, move: Move, losers: tuple[Candidate, ...], elected: tuple[Candidate, ...] = ()
    ) -> Move:
        """Exclude, and write the stage down on whose strength it is done."""
        for who in losers:
            self.continuing.remove(who)
            self.outcome.exclude(who)
        self.close_stage(move, elected, losers)
        return StageKind.EXCLUSION, losers

    def close_stage(
        self, move: Move, elected: tuple[Candidate, ...], excluded: tuple[Candidate, ...]
    ) -> None:
        """Write down what this stage said."""
        self.outcome.history.append(tuple(self.votes))
        votes = [self.shown(units) for units in self.votes]
        aside = self.shown(max(0, self.total * self.one - sum(self.votes)))
        tally, total = shown_tally(votes, aside, self.rule.places, Fraction(self.total))
        quota = rounded_down(self.shown(self.quota), self.rule.places)
        kind, of = move
        self.outcome.write(
            Stage(self.outcome.stage, kind, of, quota, tally, total, elected, excluded)
        )

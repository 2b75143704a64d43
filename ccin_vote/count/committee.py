"""Approval committees: seats are filled one after another, and who has had much counts for less.

Thiele's sequential rule divides a paper by one more than the number elected whom it marks.
Phragmen's gives each elected candidate a load of 1, which the papers that mark the candidate bear
so that the heaviest paper is as light as can be.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from ccin_vote.ballot.profile import members
from ccin_vote.count.outcome import Outcome
from ccin_vote.count.papers import standing_papers
from ccin_vote.record.stage import StageKind, Why
from ccin_vote.record.ties import Purpose
from ccin_vote.rule import Weighing

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import Committee, RuleSet

    Marked = frozenset[Candidate]

_MOST_TRIALS = 150
"""After so many ways it is no longer asked whether a lot matters: it is drawn."""


def count_committee(
    contest: Contest, profile: Profile, rule: RuleSet, method: Committee, lots: Lots
) -> Record:
    """Elect whoever has most, seat by seat.

    Raises:
        DecisionNeeded: a lot must be drawn, because which of equal candidates comes first can
            change who is elected.
    """
    count = _Committee(contest, profile, rule, method, lots)
    while count.outcome.vacancies:
        count.fill_seat()
    return count.outcome.record(profile)


class _Committee:
    def __init__(
        self, contest: Contest, profile: Profile, rule: RuleSet, method: Committee, lots: Lots
    ) -> None:
        self.outcome = Outcome(contest, rule, lots)
        self.method = method
        self.papers: dict[Marked, int] = {}
        self._known: dict[tuple[Candidate, ...], dict[Marked, Fraction]] = {}
        for paper, votes in standing_papers(contest, profile):
            marked = frozenset(who for place in paper for who in members(place))
            self.papers[marked] = self.papers.get(marked, 0) + votes

    def fill_seat(self) -> None:
        """Elect who has most; a lot decides among equals if it can matter.

        Equals who are elected in whatever order are elected together; and if every order of them
        leads to the same committee in other ways, all who are left of it are.
        """
        elected = tuple(self.outcome.winners)
        worth = self.worth(elected)
        best = self.best(elected, worth)
        chosen = best
        if len(best) > 1:
            chosen = self.certain(elected, best) or [self.drawn(best)]
        for who in chosen:
            if who not in self.outcome.winners:
                self.outcome.win(who, Why.MOST_VOTES)
        self.outcome.close_stage(StageKind.COMPARISON, worth, tuple(chosen))

    def drawn(self, best: list[Candidate]) -> Candidate:
        """Have a lot choose among equals, and elect that one."""
        chosen = self.outcome.one_of(best, Purpose.ELECTION)
        self.outcome.win(chosen, Why.TIE_BROKEN)
        return chosen

    def certain(self, elected: tuple[Candidate, ...], best: list[Candidate]) -> list[Candidate]:
        """Return whom no lot could keep out: the equals, or all of the committee; nobody if it may.

        Nobody, too, where there are too many ways to try them all: then a lot is drawn.
        """
        ways = {elected}
        together: list[Candidate] = []
        trials = 0
        for step in range(1, self.outcome.vacancies + 1):
            trials += len(ways)
            if trials > _MOST_TRIALS:
                return []
            ways = {(*there, who) for there in ways for who in self.best(there, self.worth(there))}
            if self.method.by is Weighing.SHARES:
                # A paper's share does not depend on the order in which others were elected.
                ways = {tuple(sorted(there)) for there in ways}
            if step == len(best) and {frozenset(there) for there in ways} == {
                frozenset((*elected, *best))
            }:
                together = best
        ends = {frozenset(there) for there in ways}
        if len(ends) > 1:
            return []
        return together or sorted(ends.pop().difference(elected))

    def best(self, elected: tuple[Candidate, ...], worth: list[Fraction]) -> list[Candidate]:
        """Return those with most of whoever is not elected."""
        left = [who for who in self.outcome.contest.standing if who not in elected]
        most = max(worth[who] for who in left)
        return [who for who in left if worth[who] == most]

    def worth(self, elected: tuple[Candidate, ...]) -> list[Fraction]:
        """Return what each candidate has, as exact fractions: the most is elected next."""
        match self.method.by:
            case Weighing.SHARES:
                return self.shares(elected)
            case Weighing.LOADS:
                return self.speeds(elected)
            case _:
                assert_never(self.method.by)

    def shares(self, elected: tuple[Candidate, ...]) -> list[Fraction]:
        """Add up papers, each divided by one more than the elected whom it marks (Thiele)."""
        worth = [Fraction(0)] * len(self.outcome.contest.candidates)
        for marked, votes in self.papers.items():
            part = Fraction(votes, 1 + len(marked.intersection(elected)))
            for who in marked.difference(elected):
                worth[who] += part
        return worth

    def speeds(self, elected: tuple[Candidate, ...]) -> list[Fraction]:
        """Return the inverse of the load that each candidate would bring (Phragmen).

        That load is 1 and the loads of all papers that mark the candidate, over their number.
        """
        loads = self._loads(elected)
        speeds = [Fraction(0)] * len(self.outcome.contest.candidates)
        for who in self.outcome.contest.standing:
            load = Fraction(0) if who in elected else self._load(who, loads)
            speeds[who] = Fraction(load.denominator, load.numerator) if load else Fraction(0)
        return speeds

    def _loads(self, elected: tuple[Candidate, ...]) -> dict[Marked, Fraction]:
        """Return what each kind of paper bears after some were elected, in this order."""
        if not elected:
            return dict.fromkeys(self.papers, Fraction(0))
        if elected not in self._known:
            before, who = self._loads(elected[:-1]), elected[-1]
            load = self._load(who, before)
            self._known[elected] = {
                marked: load if who in marked and load else own for marked, own in before.items()
            }
        return self._known[elected]

    def _load(self, who: Candidate, loads: dict[Marked, Fraction]) -> Fraction:
        marks = [(votes, loads[marked]) for marked, votes in self.papers.items() if who in marked]
        number = sum(votes for votes, _ in marks)
        if not number:
            return Fraction(0)
        return Fraction(1 + sum(votes * load for votes, load in marks), number)

"""The Meek family: whoever is elected keeps a part of every vote, and the rest goes on.

Reckoned in whole units of the last place, a number of places beyond those that are shown.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import members
from ccin_vote.count.branches import Branch
from ccin_vote.count.excluding import together
from ccin_vote.count.outcome import Outcome, rounded_down, shown_tally
from ccin_vote.count.papers import standing_papers
from ccin_vote.record.stage import Stage, StageKind, Why
from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import KeepValues, RuleSet

    Move = tuple[StageKind, tuple[Candidate, ...]]


def count_keep_values(
    contest: Contest, profile: Profile, rule: RuleSet, method: KeepValues, lots: Lots
) -> Record:
    """Count until every seat is filled.

    Raises:
        DecisionNeeded: a lot must be drawn first.
    """
    count = _Count(contest, profile, rule, method, lots)
    count.run()
    return count.outcome.record(profile)


class _Count:
    """One count in progress; all values are units of ``one`` vote."""

    def __init__(
        self, contest: Contest, profile: Profile, rule: RuleSet, method: KeepValues, lots: Lots
    ) -> None:
        self.contest, self.rule, self.method = contest, rule, method
        self.outcome = Outcome(contest, rule, lots)
        self.one: int = 10 ** (rule.places + method.guard)
        self.enough: int = self.one // 10**method.tolerance
        self.root = Branch()
        self.gone: set[Candidate] = set()
        for paper, votes in standing_papers(contest, profile):
            self.root.add(paper, 0, votes, self.gone)
        self.keep = [self.one] * len(contest.candidates)
        self.continuing = list(contest.standing)
        self.votes: list[int] = []
        self.quota = 0

    def run(self) -> None:
        """Reckon, elect, exclude, until the seats are filled."""
        move: Move = (StageKind.FIRST_PREFERENCES, ())
        before: int | None = None
        while True:
            self.reckon()
            elected = self.elect()
            surplus = self.surplus()
            if elected or self.finished():
                if self.finished():
                    self.close_stage(move, (*elected, *self.fill_last_places()), ())
                    return
                self.close_stage(move, elected, ())
                move, before = (StageKind.SURPLUS, tuple(self.outcome.winners)), None
            elif self.settled(surplus, before):
                move, before = self.exclude(move, surplus), None
                continue
            else:
                before = surplus
            self.lower_keep_values()

    def surplus(self) -> int:
        """Give the surplus that is left; rounding may put the elected a unit below the quota."""
        return max(0, sum(self.votes[one] - self.quota for one in self.outcome.winners))

    def settled(self, surplus: int, before: int | None) -> bool:
        """Whether the last candidate can be excluded: the surplus is small, or shrinks no more."""
        if before is not None and surplus >= before:
            return True
        if not self.method.early:
            return surplus <= self.enough
        last, following = sorted(self.votes[one] for one in self.continuing)[:2]
        return surplus < self.enough or last + surplus < following

    def finished(self) -> bool:
        return len(self.continuing) <= self.outcome.vacancies or self.outcome.vacancies == 0

    def reckon(self) -> None:
        """Give every vote to those who keep it, and set the quota from the votes in play."""
        self.votes = [0] * len(self.keep)
        self.share(self.root, self.one)
        self.quota = sum(self.votes) // (self.contest.seats + 1) + 1

    def share(self, branch: Branch, weight: int) -> None:
        """Give a branch's papers, of which ``weight`` is left, to the next place on each."""
        for place, following in branch.children(self.gone):
            group = members(place)
            part = weight // len(group)
            for one in group:
                kept, rest = self.parted(part, self.keep[one])
                self.votes[one] += kept * following.votes
                if rest:
                    self.share(following, rest)

    def parted(self, weight: int, keep: int) -> tuple[int, int]:
        """Give what is kept of a weight, and what goes on."""
        if self.method.warren:
            kept = min(weight, keep)
            return kept, weight - kept
        if keep == self.one:
            return weight, 0
        if self.method.rounded_up:
            return -(-weight * keep // self.one), -(-weight * (self.one - keep) // self.one)
        return weight * keep // self.one, weight * (self.one - keep) // self.one

    def elect(self) -> tuple[Candidate, ...]:
        """Elect whoever has the quota, those with most votes first."""
        reached = [one for one in self.continuing if self.votes[one] >= self.quota]
        reached.sort(key=lambda one: -self.votes[one])
        for one in reached:
            self.win(one, Why.QUOTA)
        return tuple(reached)

    def win(self, who: Candidate, why: Why) -> None:
        self.continuing.remove(who)
        self.outcome.win(who, why)

    def fill_last_places(self) -> tuple[Candidate, ...]:
        if self.outcome.vacancies == 0:
            return ()
        rest = tuple(sorted(self.continuing, key=lambda one: -self.votes[one]))
        for one in rest:
            self.win(one, Why.LAST_PLACES)
        return rest

    def lower_keep_values(self) -> None:
        """Have each elected candidate keep quota over votes of what was kept before."""
        for one in self.outcome.winners:
            product = -(-self.keep[one] * self.quota // self.one)
            self.keep[one] = min(self.one, -(-product * self.one // self.votes[one]))

    def exclude(self, move: Move, surplus: int) -> Move:
        """Exclude the last; those within the surplus that is left count as equal."""
        free = [one for one in self.continuing if one not in self.contest.protected]
        losers: tuple[Candidate, ...] = ()
        if self.method.together:
            most = len(self.continuing) - self.outcome.vacancies
            losers = together(free, self.votes, surplus, most)
        if not losers:
            fewest = min(self.votes[one] for one in free)
            near = 0 if self.method.exact_ties else surplus
            equal = [one for one in free if self.votes[one] <= fewest + near]
            losers = (self.outcome.one_of(equal, Purpose.EXCLUSION),)
        for one in losers:
            self.continuing.remove(one)
            self.outcome.exclude(one)
            self.gone.add(one)
        self.close_stage(move, (), losers)
        return StageKind.EXCLUSION, losers

    def close_stage(
        self, move: Move, elected: tuple[Candidate, ...], excluded: tuple[Candidate, ...]
    ) -> None:
        votes = [Fraction(one, self.one) for one in self.votes]
        self.outcome.history.append(tuple(self.votes))
        whole = Fraction(self.root.votes)
        aside = max(whole - sum(votes), Fraction(0))
        tally, total = shown_tally(votes, aside, self.rule.places, whole)
        kind, of = move
        quota = rounded_down(Fraction(self.quota, self.one), self.rule.places)
        self.outcome.write(
            Stage(self.outcome.stage, kind, of, quota, tally, total, elected, excluded)
        )

"""Meek as New Zealand and the Proportional Representation Foundation wrote it down, step by step.

Their rounding and their test when to stop are the rule: votes are what the last step gave.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import members
from ccin_vote.count.excluding import may_wait
from ccin_vote.count.keep_values import KeepValueCount
from ccin_vote.count.papers import standing_papers
from ccin_vote.count.preference_tree import Branch
from ccin_vote.record.stage import StageKind
from ccin_vote.record.ties import ByMeasure, Purpose, Question, Tie

if TYPE_CHECKING:
    from ccin_vote.ballot.profile import Profile
    from ccin_vote.count.keep_values import Move
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import KeepValues, RuleSet


def count_published(
    contest: Contest, profile: Profile, rule: RuleSet, method: KeepValues, lots: Lots
) -> Record:
    """Count until every seat is filled.

    Raises:
        DecisionNeeded: a lot must be drawn first.
    """
    kind = _Statutory if method.statutory else _Count
    count = kind(contest, rule, method, lots, 10**rule.places)
    count.lay_out(contest, profile)
    count.run()
    return count.outcome.record(profile)


class _Count(KeepValueCount):
    root: Branch
    gone: set[Candidate]
    enough: int

    def lay_out(self, contest: Contest, profile: Profile) -> None:
        """Take the papers."""
        self.root, self.gone = Branch(), set()
        for paper, votes in standing_papers(contest, profile):
            self.root.add(paper, 0, votes, self.gone)
        self.total = self.root.votes
        self.enough = self.one // 10**self.method.tolerance

    def run(self) -> None:
        """Calculate, elect, exclude, until the seats are filled."""
        move: Move = (StageKind.FIRST_PREFERENCES, ())
        before: int | None = None
        while True:
            self.calculate()
            elected = self.elect()
            surplus = self.surplus()
            if self.finished():
                self.close_stage(move, (*elected, *self.fill_last_places()), ())
                return
            if elected:
                self.close_stage(move, elected, ())
                move, before = (StageKind.SURPLUS, tuple(self.outcome.winners)), None
                if surplus < self.enough:
                    continue
            elif self.close_enough(surplus, before):
                losers = self.losers(surplus)
                move, before = self.exclude(move, losers), None
                self.gone.update(losers)
                continue
            else:
                before = surplus
            self.lower_keep_values()

    def surplus(self) -> int:
        """Return the surplus that is left; rounding may put the elected a unit below the quota."""
        return max(0, sum(self.votes[who] - self.quota for who in self.outcome.winners))

    def close_enough(self, surplus: int, before: int | None) -> bool:
        """Return whether the last candidate can be excluded: the surplus is small or settled."""
        if before is not None and surplus >= before:
            return True
        return surplus < self.enough

    def calculate(self) -> None:
        """Share every vote among those who keep it, and set the quota from the votes in play."""
        self.votes = [0] * len(self.keep)
        self.share(self.root, self.one)
        self.quota = sum(self.votes) // (self.contest.seats + 1) + 1

    def share(self, branch: Branch, weight: int) -> None:
        """Hand a branch's papers, of which ``weight`` is left, on to the next place of each."""
        for place, following in branch.children(self.gone):
            for who in members(place):
                kept, rest = self.parted(weight, self.keep[who])
                self.votes[who] += kept * following.votes
                if rest:
                    self.share(following, rest)

    def parted(self, weight: int, keep: int) -> tuple[int, int]:
        """Return what is kept of a weight, rounded up, and what goes on."""
        kept = -(-weight * keep // self.one)
        if self.method.separately:
            return kept, -(-weight * (self.one - keep) // self.one)
        return kept, weight - kept

    def has_enough(self, who: Candidate) -> bool:
        """Return whether somebody has the quota."""
        return self.votes[who] >= self.quota

    def shown(self, units: int) -> Fraction:
        """Return units as votes."""
        return Fraction(units, self.one)

    def lower_keep_values(self) -> None:
        """Have each elected candidate keep quota over votes of what was kept before."""
        for who in self.outcome.winners:
            product = -(-self.keep[who] * self.quota // self.one)
            self.keep[who] = min(self.one, -(-product * self.one // self.votes[who]))


class _Statutory(_Count):
    """Local Electoral Regulations 2001 (New Zealand), schedule 1A; one seat by its part 2."""

    def run(self) -> None:
        """Go from step to step; a stage is a step at which somebody is elected or excluded."""
        move: Move = (StageKind.FIRST_PREFERENCES, ())
        self.steps: list[list[int]] = []
        seen: set[tuple[int, ...]] = set()
        while True:
            self.calculate()
            self.steps.append(self.votes)
            elected = self.elect()
            if self.finished():
                self.close_stage(move, (*elected, *self.fill_last_places()), ())
                return
            # clause 23: keep values that come again would come again for ever
            state = tuple(self.keep)
            if self.may_exclude() or (len(self.steps) > 1 and state in seen):
                losers = self.losers(0)
                move = self.exclude(move, losers, elected)
                self.gone.update(losers)
                seen.clear()
            elif elected:
                self.close_stage(move, elected, ())
                move = (StageKind.SURPLUS, tuple(self.outcome.winners))
                seen.clear()
            else:
                seen.add(state)
            self.lower_keep_values()

    def may_exclude(self) -> bool:
        """Clause 13, from the second step on; part 2 excludes at each step."""
        if self.contest.seats == 1:
            return True
        surplus = sum(max(0, votes - self.quota) for votes in self.votes)
        settled = surplus < self.enough or may_wait(self.continuing, self.votes, surplus)
        return len(self.steps) > 1 and settled

    def calculate(self) -> None:
        """Share the votes out; for one seat half of the votes in play, in whole votes, elects."""
        super().calculate()
        in_play = min(sum(self.votes), self.total * self.one)
        self.quota = in_play // (self.contest.seats + 1) + 1
        if self.contest.seats == 1:
            self.quota = -(-in_play // (2 * self.one)) * self.one  # clause 26

    def losers(self, near: int) -> tuple[Candidate, ...]:
        """Choose the last; clause 40: of equals, who had least at the earliest step that differs.

        Steps that are no stage of the record count as well.
        """
        fewest = min(self.votes[who] for who in self.continuing)
        equal = [who for who in self.continuing if self.votes[who] <= fewest + near]
        left = equal
        for votes in self.steps:
            least = min(votes[who] for who in left)
            left = [who for who in left if votes[who] == least]
        if len(left) == 1 < len(equal):
            question = Question(self.outcome.stage, Purpose.EXCLUSION, tuple(sorted(equal)))
            self.outcome.ties.append(Tie(question, ByMeasure(_EARLIEST), left[0]))
        return (self.outcome.one_of(left, Purpose.EXCLUSION),)


_EARLIEST = "fewer votes at the earliest step of the calculation at which their votes differed"

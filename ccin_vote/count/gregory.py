"""The Gregory family: stages and parcels.

One loop counts every rule whose papers move whole or at a transfer value: the single transferable
vote with weighted inclusive surpluses, and the alternative vote, which is one seat, no surplus and
a majority of the votes still in play. What differs stands in the rule set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.count.papers import informal_by_reason, standing_rankings, valid_papers
from ccin_vote.count.piles import Piles
from ccin_vote.count.ties import first_of
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
from ccin_vote.record.ties import Lots, Purpose, Tie
from ccin_vote.record.votes import Votes
from ccin_vote.rule import Quota, RuleSet, Surplus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.ballot.profile import Profile
    from ccin_vote.election.contest import Candidate, Contest


def count_gregory(contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> Record:
    """Count by stages until every seat is filled.

    Raises:
        DecisionNeeded: a lot must be drawn first.
    """
    count = _Count(contest, profile, rule, lots)
    count.run()
    return count.record(profile)


@dataclass(frozen=True, slots=True)
class _Move:
    """What brought a stage about: whose votes moved, and at which transfer value, in units."""

    kind: StageKind
    of: tuple[Candidate, ...] = ()
    value: int | None = None


class _Count:
    """One count in progress: who continues, whose surplus waits, what each stage said."""

    def __init__(self, contest: Contest, profile: Profile, rule: RuleSet, lots: Lots) -> None:
        self.contest, self.rule, self.lots = contest, rule, lots
        self.piles = Piles(
            len(contest.candidates), rule.places, standing_rankings(contest, profile)
        )
        self.continuing = list(contest.standing)
        self.waiting: list[Candidate] = []
        self.fates: list[Fate] = [Continuing() for _ in contest.candidates]
        self.history: list[tuple[int, ...]] = []
        self.stages: list[Stage] = []
        self.ties: list[Tie] = []
        self.winners: list[Candidate] = []

    @property
    def vacancies(self) -> int:
        return self.contest.seats - len(self.winners)

    def quota(self) -> int | None:
        """Give the quota in units: fixed (Droop), or half the votes still in play and a bit."""
        unit: int = 10**self.rule.places
        match self.rule.quota:
            case Quota.DROOP:
                return (self.piles.total // unit // (self.contest.seats + 1) + 1) * unit
            case Quota.MAJORITY_OF_CONTINUING:
                return sum(self.piles.votes[one] for one in self.continuing) // 2 + 1
            case _:
                return None

    def run(self) -> None:
        """Go from stage to stage."""
        move = _Move(StageKind.FIRST_PREFERENCES)
        while True:
            self.history.append(tuple(self.piles.votes))
            quota = self.quota()
            elected = self.elect(quota) or self.break_last_tie()
            if self.vacancies == 0 or len(self.continuing) <= self.vacancies:
                self.close_stage(move, quota, (*elected, *self.fill_last_places()), ())
                return
            surplus = self.next_surplus(quota)
            if surplus is not None and quota is not None:
                self.close_stage(move, quota, elected, ())
                value = self.piles.transfer_surplus(surplus, quota, self.continuing)
                move = _Move(StageKind.SURPLUS, (surplus,), value)
            else:
                last = self.last()
                self.close_stage(move, quota, elected, (last,))
                self.piles.transfer_all(last, self.continuing)
                move = _Move(StageKind.EXCLUSION, (last,))

    def elect(self, quota: int | None) -> tuple[Candidate, ...]:
        """Elect every continuing candidate with the quota, those with most votes first."""
        votes = self.piles.votes
        reached = [one for one in self.continuing if quota is not None and votes[one] >= quota]
        reached.sort(key=lambda one: -votes[one])
        fixed = self.rule.quota is Quota.DROOP
        for one in reached:
            self.win(one, Why.QUOTA if fixed else Why.MAJORITY)
            if self.rule.surplus is not Surplus.NONE and quota is not None and votes[one] > quota:
                self.waiting.append(one)
        return tuple(reached)

    def break_last_tie(self) -> tuple[Candidate, ...]:
        """Elect one of the last two where a majority elects and they have equal votes."""
        votes = [self.piles.votes[one] for one in self.continuing]
        fixed = self.rule.quota is not Quota.MAJORITY_OF_CONTINUING
        if fixed or len(votes) != 2 or votes[0] != votes[1]:  # noqa: PLR2004
            return ()
        chosen = self.one_of(self.continuing, Purpose.ELECTION)
        self.win(chosen, Why.TIE_BROKEN)
        return (chosen,)

    def fill_last_places(self) -> tuple[Candidate, ...]:
        """Elect all who continue if they are no more than the vacancies."""
        if self.vacancies == 0:
            return ()
        rest = sorted(self.continuing, key=lambda one: -self.piles.votes[one])
        for one in rest:
            self.win(one, Why.LAST_PLACES)
        return tuple(rest)

    def win(self, who: Candidate, why: Why) -> None:
        self.continuing.remove(who)
        self.winners.append(who)
        self.fates[who] = Elected(len(self.history), len(self.winners), why)

    def next_surplus(self, quota: int | None) -> Candidate | None:
        """Take the largest surplus that waits."""
        if not self.waiting or quota is None:
            return None
        votes = self.piles.votes
        most = max(votes[one] for one in self.waiting)
        chosen = self.one_of([one for one in self.waiting if votes[one] == most], Purpose.SURPLUS)
        self.waiting.remove(chosen)
        return chosen

    def last(self) -> Candidate:
        """Exclude the continuing candidate with fewest votes."""
        votes = self.piles.votes
        fewest = min(votes[one] for one in self.continuing)
        chosen = self.one_of(
            [one for one in self.continuing if votes[one] == fewest], Purpose.EXCLUSION
        )
        self.continuing.remove(chosen)
        self.fates[chosen] = Excluded(len(self.history))
        return chosen

    def one_of(self, tied: Sequence[Candidate], purpose: Purpose) -> Candidate:
        """Give the only one, or break the tie as the rule says."""
        if len(tied) == 1:
            return tied[0]
        tie = first_of(sorted(tied), self.history, purpose, self.rule.ties, self.lots)
        self.ties.append(tie)
        return tie.chosen

    def close_stage(
        self,
        move: _Move,
        quota: int | None,
        elected: tuple[Candidate, ...],
        excluded: tuple[Candidate, ...],
    ) -> None:
        """Write down what this stage said."""
        places = self.rule.places
        self.stages.append(
            Stage(
                number=len(self.history),
                kind=move.kind,
                of=move.of,
                quota=None if quota is None else Votes(quota, places),
                tally=self.tally(),
                total=Votes(self.piles.total, places),
                elected=elected,
                excluded=excluded,
                ties=tuple(self.ties),
                transfer_value=None if move.value is None else Votes(move.value, places),
            )
        )
        self.ties = []

    def tally(self) -> Tally:
        places = self.rule.places
        return Tally(
            tuple(Votes(one, places) for one in self.piles.votes),
            Votes(self.piles.non_transferable, places),
            Votes(self.piles.lost_to_rounding, places),
        )

    def record(self, profile: Profile) -> Record:
        """Give the record of the finished count."""
        for one in self.contest.withdrawn:
            self.fates[one] = Withdrawn()
        fixed = self.rule.quota is Quota.DROOP
        return Record(
            contest=self.contest,
            rule=self.rule,
            papers=valid_papers(self.contest, profile),
            votes=self.piles.total // 10**self.rule.places,
            informal=informal_by_reason(self.contest, profile),
            quota=self.stages[0].quota if fixed else None,
            stages=tuple(self.stages),
            fates=tuple(self.fates),
        )

"""The Gregory family: stages and parcels.

One loop counts every rule whose papers move whole or at a transfer value: the single transferable
vote in its kinds, and the alternative vote, which is one seat, no surplus and a majority of the
votes still in play. What differs stands in the rule set.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from ccin_vote.count.excluding import LastPlaces, all_but_two, may_wait, together
from ccin_vote.count.outcome import Outcome, rounded_down, shown_tally
from ccin_vote.count.papers import standing_rankings
from ccin_vote.count.piles import Parcel, Piles
from ccin_vote.count.quota import State, quota_of, votes_required
from ccin_vote.record.stage import Stage, StageKind, Tally, Why
from ccin_vote.record.ties import Purpose
from ccin_vote.record.votes import Votes
from ccin_vote.rule import Ending, Exclusion, Quota, Steps, Surplus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.ballot.profile import Profile, Ranking
    from ccin_vote.count.piles import Value
    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Record
    from ccin_vote.record.ties import Lots
    from ccin_vote.rule import RuleSet, Transfers


def count_gregory(
    contest: Contest, profile: Profile, rule: RuleSet, method: Transfers, lots: Lots
) -> Record:
    """Count by stages until every seat is filled.

    Raises:
        DecisionNeeded: a lot must be drawn first.
    """
    count = _Count(contest, profile, rule, method, lots)
    count.run()
    quota = count.outcome.stages[0].quota if count.fixed_quota else None
    return count.outcome.record(profile, quota=quota)


@dataclass(frozen=True, slots=True)
class _Move:
    """What brought a stage about: whose votes moved, and at which transfer value."""

    kind: StageKind
    of: tuple[Candidate, ...] = ()
    value: Value | None = None


class _Count:
    """One count in progress: who continues, whose surplus waits, what each stage said."""

    def __init__(
        self, contest: Contest, profile: Profile, rule: RuleSet, method: Transfers, lots: Lots
    ) -> None:
        self.contest, self.rule, self.method = contest, rule, method
        self.outcome = Outcome(contest, rule, lots)
        one_vote = Fraction(1) if method.exact else 10**rule.places
        papers: Iterable[tuple[Ranking, int]] = standing_rankings(contest, profile)
        if method.exclusion is Exclusion.MOST_LAST_PLACES:
            papers = list(papers)
            self.last_places = LastPlaces(papers, len(contest.standing))
        self.piles = Piles(len(contest.candidates), one_vote, papers)
        self.continuing = list(contest.standing)
        self.waiting: list[Candidate] = []
        self.leaving: list[list[tuple[Candidate, Parcel]]] = []
        self.quota: Value | None = None

    @property
    def fixed_quota(self) -> bool:
        moving = {Quota.NONE, Quota.DROOP_OF_CONTINUING, Quota.MAJORITY_OF_CONTINUING}
        return self.method.quota not in moving

    def run(self) -> None:
        """Go from stage to stage."""
        move = _Move(StageKind.FIRST_PREFERENCES)
        while True:
            self.outcome.history.append(tuple(self.piles.votes))
            self.quota = quota_of(self.method.quota, self.quota, self.piles, self.state())
            elected = self.elect() or self.elect_at_end(move)
            elected += self.elect_leader()
            if self.finished():
                self.close_stage(move, (*elected, *self.fill_last_places()), ())
                return
            if self.method.ends_at_exclusion and self.ended_by_exclusion(move, elected):
                return
            move = self.next_move(move, elected)

    def state(self) -> State:
        """Return the seats, who fills them so far, and who continues."""
        return State(self.contest.seats, self.outcome.winners, self.continuing)

    def finished(self) -> bool:
        vacancies = self.outcome.vacancies
        return vacancies == 0 or len(self.continuing) <= vacancies

    def ended_by_exclusion(self, move: _Move, elected: tuple[Candidate, ...]) -> bool:
        """Elect those whom the next exclusion would leave, if they are no more than the places."""
        if self.leaving:
            return False
        losers = self.doomed() or self.sure_losers()
        calm = losers or may_wait(
            self.continuing, self.piles.votes, self.surpluses(), equal_suffices=True
        )
        if self.waiting and not calm:
            return False
        if len(self.continuing) - max(len(losers), 1) > self.outcome.vacancies:
            return False
        out = losers or self.excluded()
        for candidate in out:
            self.continuing.remove(candidate)
            self.outcome.exclude(candidate)
        self.close_stage(move, (*elected, *self.fill_last_places()), out)
        return True

    def next_move(self, move: _Move, elected: tuple[Candidate, ...]) -> _Move:
        """Decide what moves next, write the stage down, and move it."""
        if self.leaving:
            self.close_stage(move, elected, ())
            if self.method.steps is Steps.FIRST_THEN_BY_VALUE:
                self.outcome.history[-1] = None
            return self.move_leaving()
        doomed = self.doomed()
        several = self.method.exclusion is Exclusion.FEWEST_TOGETHER
        losers = doomed or (self.sure_losers() if several else ())
        before_surplus = bool(doomed) or (bool(losers) and not self.method.deferred)
        surplus = None if before_surplus else self.next_surplus(losers)
        if surplus is not None:
            if surplus in self.continuing:
                self.win(surplus, Why.QUOTA)
                elected += (surplus,)
            self.close_stage(move, elected, ())
            return _Move(StageKind.SURPLUS, (surplus,), self.transfer_surplus(surplus))
        excluded = losers or self.excluded()
        for candidate in excluded:
            self.continuing.remove(candidate)
            self.outcome.exclude(candidate)
        self.close_stage(move, elected, excluded)
        self.leave(excluded)
        return self.move_leaving()

    def elect(self) -> tuple[Candidate, ...]:
        """Elect every continuing candidate with enough votes, those with most first."""
        if self.quota is None or self.method.ending is Ending.TWO_LEFT or self.must_continue():
            return ()
        elected: list[Candidate] = []
        waiting: list[Candidate] = []
        while self.outcome.vacancies and (equal := self.with_most(waiting)):
            group = self.outcome.together_or_first(
                equal, self.continuing, equals_wait=self.method.equals_wait
            )
            waiting += equal if not group else ()
            for candidate in group:
                self.win(candidate, Why.MAJORITY if self.by_majority else Why.QUOTA)
                surplus = self.method.surplus is not Surplus.NONE
                if surplus and self.piles.votes[candidate] > self.quota:
                    self.waiting.append(candidate)
            elected += group
        return tuple(elected)

    def must_continue(self) -> bool:
        """Return whether those with the quota, elected one by one, do not fill the seats yet."""
        if not self.method.one_by_one:
            return False
        quota = self.quota or 0
        reached = sum(self.piles.votes[candidate] >= quota for candidate in self.continuing)
        return reached != self.outcome.vacancies

    def with_most(self, waiting: list[Candidate]) -> list[Candidate]:
        """Return those with the most votes who can be elected now, if their votes are enough."""
        votes = self.piles.votes
        able = self.outcome.allowed(self.continuing, self.continuing)
        able = [who for who in able if who not in waiting]
        most = max((votes[candidate] for candidate in able), default=0)
        enough = votes_required(self.method.quota, self.quota or 0, self.piles, self.state())
        if most < enough or (most == enough and self.method.over_quota):
            return []
        return [who for who in able if votes[who] == most]

    @property
    def by_majority(self) -> bool:
        return self.method.quota is Quota.MAJORITY_OF_CONTINUING

    def elect_at_end(self, move: _Move) -> tuple[Candidate, ...]:
        """Elect one of the last where a majority elects: the leader, or by breaking a tie."""
        two = 2
        last = self.by_majority or self.method.ending is Ending.TWO_LEFT
        ended = len(self.continuing) == two or (
            self.method.exclusion is Exclusion.ALL_BUT_TWO and move.kind is StageKind.EXCLUSION
        )
        if not (last and ended):
            return ()
        votes = self.piles.votes
        most = max(votes[candidate] for candidate in self.continuing)
        leaders = [who for who in self.continuing if votes[who] == most]
        chosen = self.outcome.one_of(leaders, Purpose.ELECTION)
        self.win(chosen, Why.TIE_BROKEN if len(leaders) > 1 else Why.MOST_VOTES)
        return (chosen,)

    def elect_leader(self) -> tuple[Candidate, ...]:
        """Fill the one vacancy left if all others with all surpluses cannot pass the leader."""
        if self.method.ending is not Ending.LAST_VACANCIES_OR_LEADER or self.outcome.vacancies != 1:
            return ()
        # Papers that still lie with an excluded candidate may yet reach another (rule 52(2)).
        if self.leaving:
            return ()
        votes = self.piles.votes
        held = sum(votes[candidate] for candidate in self.continuing)
        ahead = [who for who in self.continuing if 2 * votes[who] >= held + self.surpluses()]
        if len(ahead) != 1 or len(self.continuing) == 1:
            return ()
        self.win(ahead[0], Why.MAJORITY)
        return (ahead[0],)

    def fill_last_places(self) -> tuple[Candidate, ...]:
        """Elect all who continue if they are no more than the vacancies."""
        if self.outcome.vacancies == 0:
            return ()
        rest = sorted(self.continuing, key=lambda candidate: -self.piles.votes[candidate])
        for other in rest:
            self.win(other, Why.LAST_PLACES)
        return tuple(rest)

    def win(self, who: Candidate, why: Why) -> None:
        self.continuing.remove(who)
        self.outcome.win(who, why)

    def surpluses(self) -> Value:
        """Return the sum of the surpluses that wait."""
        quota = self.quota or 0
        return sum(self.piles.votes[who] - quota for who in self.with_surplus())

    def with_surplus(self) -> list[Candidate]:
        """Return those with a surplus to transfer; some continue if a rule elects one by one."""
        if not self.method.one_by_one:
            return self.waiting
        votes, quota = self.piles.votes, self.quota or 0
        return self.waiting + [
            candidate for candidate in self.continuing if votes[candidate] > quota
        ]

    def doomed(self) -> tuple[Candidate, ...]:
        """Return those whom the reserved places leave no chance."""
        return self.outcome.doomed(self.continuing)

    def sure_losers(self) -> tuple[Candidate, ...]:
        """Return the most who can go together: nothing can save them, nobody needs them."""
        most = len(self.continuing) - self.outcome.vacancies
        equal = self.method.equal_suffices
        groups = together(
            self.continuing, self.piles.votes, self.surpluses(), most, equal_suffices=equal
        )
        for group in groups:
            rest = [who for who in self.continuing if who not in group]
            if self.outcome.reserved.allows(self.outcome.winners, rest):
                return group
        return ()

    def next_surplus(self, losers: tuple[Candidate, ...]) -> Candidate | None:
        """Take the largest surplus that waits, unless the rule lets all of them wait on."""
        waiting = self.with_surplus()
        if not waiting:
            return None
        votes = self.piles.votes
        calm = bool(losers) or may_wait(
            self.continuing, votes, self.surpluses(), equal_suffices=self.method.equal_suffices
        )
        if self.method.deferred and calm:
            return None
        most = max(votes[candidate] for candidate in waiting)
        largest = [who for who in waiting if votes[who] == most]
        chosen = self.outcome.one_of(largest, Purpose.SURPLUS)
        if chosen in self.waiting:
            self.waiting.remove(chosen)
        return chosen

    def transfer_surplus(self, source: Candidate) -> Value:
        quota = self.quota or 0
        if self.method.surplus is Surplus.LAST_PARCEL:
            return self.piles.transfer_last_parcel(source, quota, self.continuing)
        return self.piles.transfer_pile(source, quota, self.continuing, twice=self.method.twice)

    def excluded(self) -> tuple[Candidate, ...]:
        """Choose whom to exclude: as the rule says, one or several."""
        free = self.outcome.excludable(self.continuing)
        if self.method.exclusion is Exclusion.ALL_BUT_TWO:
            return all_but_two(free, self.piles.votes)
        if self.method.exclusion is Exclusion.MOST_LAST_PLACES:
            places = self.last_places.among(free)
            most = max(places.values())
            worst = [who for who in free if places[who] == most]
        else:
            fewest = min(self.piles.votes[candidate] for candidate in free)
            worst = [who for who in free if self.piles.votes[who] == fewest]
        return (self.outcome.one_of(worst, Purpose.EXCLUSION),)

    def leave(self, excluded: tuple[Candidate, ...]) -> None:
        """Lay out the papers of the excluded, in steps if the rule says so."""
        match self.method.steps:
            case Steps.ALL_AT_ONCE:
                self.leaving = [self.piles.take_all(excluded)]
            case Steps.BY_VALUE | Steps.FIRST_THEN_BY_VALUE as steps:
                apart = steps is Steps.FIRST_THEN_BY_VALUE
                self.leaving = self.piles.take_by_value(excluded, first_apart=apart) or [[]]
            case Steps.BY_PARCEL:
                self.leaving = [[paper] for paper in self.piles.take_all(excluded)] or [[]]
            case _:
                assert_never(self.method.steps)

    def move_leaving(self) -> _Move:
        """Move the next papers of the excluded."""
        parcels = self.leaving.pop(0)
        self.piles.move(parcels, self.continuing)
        of = sorted({source for source, _ in parcels} or self.last_excluded())
        return _Move(StageKind.EXCLUSION, tuple(of))

    def last_excluded(self) -> set[Candidate]:
        return set(self.outcome.stages[-1].excluded)

    def close_stage(
        self, move: _Move, elected: tuple[Candidate, ...], excluded: tuple[Candidate, ...]
    ) -> None:
        """Write down what this stage said."""
        tally, total = self.tally()
        self.outcome.write(
            Stage(
                number=self.outcome.stage,
                kind=move.kind,
                of=move.of,
                quota=self.votes(self.quota),
                tally=tally,
                total=total,
                elected=elected,
                excluded=excluded,
                transfer_value=self.votes(move.value),
            )
        )

    def votes(self, value: Value | None) -> Votes | None:
        if value is None:
            return None
        if isinstance(value, Fraction):
            return rounded_down(value, self.rule.places)
        return Votes(value, self.rule.places)

    def tally(self) -> tuple[Tally, Votes]:
        piles, places = self.piles, self.rule.places
        if self.method.exact:
            votes = [Fraction(vote) for vote in piles.votes]
            return shown_tally(votes, Fraction(piles.non_transferable), places)
        tally = Tally(
            tuple(Votes(int(each_vote), places) for each_vote in piles.votes),
            Votes(int(piles.non_transferable), places),
            Votes(int(piles.lost_to_rounding), places),
        )
        return tally, Votes(int(piles.total), places)

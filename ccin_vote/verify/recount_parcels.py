"""What counts have in common that transfer a surplus from the papers last received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.conformant import doomed, guarded, is_possible
from ccin_vote.verify.recount_model import by_votes, still_equal
from ccin_vote.verify.recount_piles import Parcels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount
    from ccin_vote.verify.recount_piles import Points


class ParcelCount(Parcels):
    """A count that elects, transfers and excludes; each rule fills in what is its own."""

    # What each rule decides for itself.

    def points(self) -> Points:
        """Return the earlier points that tell equal candidates apart."""
        raise NotImplementedError

    def has_enough(self, candidate: Candidate) -> bool:
        """Return whether a candidate has the votes to be elected."""
        return self.votes[candidate] >= self.quota

    def after_parcel(self) -> None:
        """Do what the rule wants after a parcel of the excluded has moved."""

    def fill_last(self) -> None:
        """Elect all who continue when they are no more than the vacancies."""
        if len(self.hopeful) <= self.table.vacancies:
            self.seat(self.in_order(self.hopeful))

    def fill_at_exclusion(self) -> None:
        """Elect those whom an exclusion leaves, where the rule ends there."""

    def surplus_to_move(self) -> Candidate | None:
        """Say whose surplus is to be transferred now."""
        raise NotImplementedError

    def to_exclude(self) -> list[Candidate]:
        """Say who is to be excluded."""
        return [self.last()]

    # The count itself.

    def run(self) -> Recount:
        """Count the papers."""
        first_quota = self.quota
        self.deal()
        self.elect()
        while self.go_on():
            pass
        return self.table.done(first_quota)

    def go_on(self) -> bool:
        """Write down the stage, with what follows from it, and do that; False at the end."""
        self.ends.append(tuple(self.votes))
        self.fill_last()
        if not self.table.vacancies:
            self.write()
            return False
        dooms = doomed(self.table.contest, self.table.winners, self.hopeful)
        mover = None if dooms else self.surplus_to_move()
        if mover is None:
            return self.exclude(dooms or self.to_exclude())
        self.write()
        self.transfer(mover)
        self.elect()
        return True

    def write(self, excluded: Iterable[Candidate] = ()) -> None:
        """Write down a stage with those who were elected at it."""
        self.table.write(self.votes, self.newly, excluded, self.aside, self.lost)
        self.newly = []

    def in_order(self, who: Iterable[Candidate]) -> list[Candidate]:
        """Put candidates in order, most votes first, equal ones as in the list."""
        return [candidate for group in by_votes(sorted(who), self.votes) for candidate in group]

    def seat(self, who: Iterable[Candidate]) -> None:
        """Elect candidates, one after another."""
        for candidate in who:
            self.table.winners.append(candidate)
            self.newly.append(candidate)
            self.hopeful.remove(candidate)
            if self.votes[candidate] > self.quota:
                self.waiting.append(candidate)

    def elect(self) -> None:
        """Elect those with enough votes, from the most votes down, as reserved places allow."""
        passed: list[Candidate] = []
        while able := self.able(passed):
            most = by_votes(able, self.votes)[0]
            chosen = most if self.all_fit(most) else self.choose(most)
            self.seat(chosen)
            passed += [] if chosen else most

    def able(self, passed: list[Candidate]) -> list[Candidate]:
        """Return those who can be elected now, in the order of the list."""
        if not self.table.vacancies:
            return []
        barred = [*passed, *doomed(self.table.contest, self.table.winners, self.hopeful)]
        return [who for who in self.hopeful if who not in barred and self.has_enough(who)]

    def all_fit(self, who: list[Candidate]) -> bool:
        """Return whether there are places for all of some equal candidates."""
        rest = [candidate for candidate in self.hopeful if candidate not in who]
        return len(who) <= self.table.vacancies and is_possible(
            self.table.contest, [*self.table.winners, *who], rest
        )

    def choose(self, tied: list[Candidate]) -> list[Candidate]:
        """Say who of equal candidates is elected first; nobody if the rule says nobody is."""
        left = still_equal(tied, self.points(), max)
        return [self.by_lot(left, Purpose.ELECTION)]

    def by_lot(self, tied: list[Candidate], why: Purpose) -> Candidate:
        """Have a lot say who of equal candidates comes first; one candidate needs none."""
        return tied[0] if len(tied) == 1 else self.table.order(tied, why)[0]

    def largest(self, who: list[Candidate]) -> Candidate:
        """Say which of several surpluses is the largest."""
        most = by_votes(who, self.votes)[0]
        left = still_equal(most, self.points(), max)
        return self.by_lot(left, Purpose.SURPLUS)

    def last(self) -> Candidate:
        """Say who has fewest votes among those who may be excluded."""
        guards = guarded(self.table.contest, self.table.winners, self.hopeful)
        return self.fewest([who for who in self.hopeful if who not in guards])

    def fewest(self, who: list[Candidate]) -> Candidate:
        """Say who of several has fewest votes: now, at the earlier points, or by lot."""
        left = still_equal(by_votes(who, self.votes)[-1], self.points(), min)
        return self.by_lot(left, Purpose.EXCLUSION)

    def exclude(self, out: list[Candidate]) -> bool:
        """Exclude candidates and move their papers step by step; False if that ends the count."""
        self.hopeful = [who for who in self.hopeful if who not in out]
        self.fill_at_exclusion()
        self.write(out)
        if not self.table.vacancies:
            return False
        steps = self.steps(out)
        for number, papers in enumerate(steps, start=1):
            self.move(papers)
            self.after_parcel()
            self.elect()
            ParcelCount.fill_last(self)  # "thereupon", between two steps as well
            if number < len(steps) and self.table.vacancies:
                self.write()
            if not self.table.vacancies:
                break
        return True

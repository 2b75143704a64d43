"""The rules under which the papers last received carry a surplus: ERS97, Northern Ireland, PRSA."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from ccin_vote.verify.conformant import doomed, is_possible
from ccin_vote.verify.recount_model import by_votes, still_equal
from ccin_vote.verify.recount_parcels import ParcelCount

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import BallotPaper, Recount, Table
    from ccin_vote.verify.recount_piles import Points


class DeferringCount(ParcelCount):
    """A count in which small surpluses wait, and several candidates may be excluded together."""

    def outweighs(self, above: Fraction, below: Fraction) -> bool:
        """Return whether the votes of a candidate put all that is below out of reach."""
        raise NotImplementedError

    def surplus_to_move(self) -> Candidate | None:
        """Say whose surplus goes now: the largest; nobody's, if there is none or they wait."""
        if not self.waiting or self.surpluses_wait():
            return None
        return self.largest(self.waiting)  # ERS97 5.2.3; Northern Ireland 50(1)

    def surpluses_wait(self) -> bool:
        """Return whether all surpluses together cannot change who is last (or who are)."""
        last, next_above = sorted(self.votes[who] for who in self.hopeful)[:2]
        # ERS97 5.2.2(a) and (b); Northern Ireland 49(10)(a) and (b)
        return self.outweighs(next_above, last + self.surplus()) or bool(self.together())

    def to_exclude(self) -> list[Candidate]:
        """Say who is excluded: as many together as possible, or else the last."""
        return self.together() or [self.last()]

    def together(self) -> list[Candidate]:
        """Return the largest group of two or more last candidates who can be excluded at once."""
        ranked = sorted(self.votes[who] for who in self.hopeful)
        # ERS97 5.2.5(a): sufficient candidates remain
        for number in range(len(self.hopeful) - self.table.vacancies, 1, -1):
            if ranked[number] == ranked[number - 1]:
                # equal votes outweigh only zeros, which move nothing: whom a lot puts last of the
                # equals is excluded in a stage of its own
                continue
            if self.outweighs(ranked[number], sum(ranked[:number]) + self.surplus()):
                group = self.lowest(number)
                rest = [who for who in self.hopeful if who not in group]
                if is_possible(self.table.contest, self.table.winners, rest):
                    return group
        return []

    def lowest(self, number: int) -> list[Candidate]:
        """Return so many candidates with fewest votes."""
        group: list[Candidate] = []
        for equal in reversed(by_votes(self.hopeful, self.votes)):
            left = list(equal)
            while left and len(group) < number:
                all_of_them = len(group) + len(left) <= number
                who = left[0] if all_of_them else self.fewest(left)
                group.append(who)
                left.remove(who)
        return group


class Ers97(DeferringCount):
    """The rules of the Electoral Reform Society, third edition."""

    def find_quota(self, total: Fraction) -> Fraction:
        """5.1.6: the votes divided by the places and one, to two decimal places, upwards."""
        return max(
            Fraction(ceil(total * 100 / (self.table.contest.seats + 1)), 100), Fraction(1, 100)
        )

    def active_vote(self) -> Fraction:
        """5.6.1: all votes but the quotas (or lesser votes) of the elected, and those set aside."""
        kept = sum((min(self.votes[who], self.quota) for who in self.table.winners), Fraction(0))
        return self.table.total() - kept - self.aside - self.lost

    def has_enough(self, candidate: Candidate) -> bool:
        """5.1.7, 5.3.13, 5.4.9: the quota (a), or a share of the active vote (b)."""
        share = self.active_vote() / (self.table.vacancies + 1)
        # Where nothing is active any more the share is 0, which a candidate without votes has not
        # reached: the candidate is left to 5.5.1.
        return self.votes[candidate] >= max(min(self.quota, share), Fraction(1, 100))

    def choose(self, tied: list[Candidate]) -> list[Candidate]:
        """5.6.2: who had most at the first point of difference; nobody if there was none."""
        left = still_equal(tied, self.points(), max)
        return left if self.all_fit(left) else []

    def outweighs(self, above: Fraction, below: Fraction) -> bool:
        """5.2.2, 5.2.5(b): what is below does not exceed the vote above."""
        return below <= above

    def fill_at_exclusion(self) -> None:
        """5.5.1: if the proposed exclusion leaves just enough, they are elected at once."""
        self.fill_last()

    def points(self) -> Points:
        """5.2.3, 5.2.5, 5.6.2: the first stage, and then the points after each batch."""
        return self.table.history

    def step(self, paper: BallotPaper) -> tuple[Fraction, ...]:
        """5.4.1: batches in descending order of value."""
        return (-paper.value,)

    def after_parcel(self) -> None:
        """5.4.8: before anybody is elected, non-transferable votes reduce the quota."""
        if not self.table.winners:
            self.quota = self.find_quota(self.table.total() - self.aside)


class NorthernIreland(DeferringCount):
    """Rules 47 to 52 of the Local Elections Rules."""

    def find_quota(self, total: Fraction) -> Fraction:
        """Rule 48(2): divided by the members and one, any fraction disregarded, and one more."""
        return Fraction(floor(total / (self.table.contest.seats + 1)) + 1)

    def fill_last(self) -> None:
        """Rule 52(1), and (2): the last vacancy goes to who has as many as all others."""
        super().fill_last()
        if self.table.vacancies == 1:
            everybody = sum((self.votes[who] for who in self.hopeful), self.surplus())
            able = [who for who in self.hopeful if 2 * self.votes[who] >= everybody]
            barred = doomed(self.table.contest, self.table.winners, self.hopeful)
            self.seat(able if len(able) == 1 and able[0] not in barred else [])

    def outweighs(self, above: Fraction, below: Fraction) -> bool:
        """Rules 49(10), 51(12): what is below is less than the vote above."""
        return below < above

    def points(self) -> Points:
        """Rules 50(1), 51(13): the earliest stage first; an exclusion is one stage (41, 51(4))."""
        return self.ends

    def step(self, paper: BallotPaper) -> tuple[Fraction, ...]:
        """Rule 51(2), (5), (6): first preferences, then what was received, highest value first."""
        return (Fraction(0),) if paper.came == 0 else (Fraction(1), -paper.value)


class Prsa(ParcelCount):
    """The rules of the Proportional Representation Society of Australia."""

    parts = 1000

    def find_quota(self, total: Fraction) -> Fraction:
        """Rule 1.3: in thousandths, the whole number next above the quotient."""
        return Fraction(floor(total * 1000 / (self.table.contest.seats + 1)) + 1, 1000)

    def surplus_to_move(self) -> Candidate | None:
        """Say whose surplus goes now: the largest."""
        return self.largest(self.waiting) if self.waiting else None

    def points(self) -> Points:
        """Ties: the most recent earlier stage first."""
        return self.table.history[::-1]

    def step(self, paper: BallotPaper) -> tuple[Fraction, ...]:
        """Exclusion: the parcels in the order in which they were received."""
        return (Fraction(paper.came),)


LAST_PARCEL: dict[str, Callable[[Table], Recount]] = {
    "ers97": lambda table: Ers97(table).run(),
    "northern-ireland-stv": lambda table: NorthernIreland(table).run(),
    "prsa-1977": lambda table: Prsa(table).run(),
}

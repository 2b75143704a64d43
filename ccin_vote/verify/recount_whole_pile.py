"""Single transferable vote where every paper of an elected candidate carries the surplus on.

Scotland (SSI 2011/399, schedule 1), the exact weighted inclusive Gregory method, Minneapolis
(Code of Ordinances, chapter 167) and Albany (Municipal Code, chapter XXIV).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.conformant import doomed, guarded, is_possible
from ccin_vote.verify.recount_model import by_votes, still_equal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import BallotPaper, Recount, Table


@dataclass(frozen=True, slots=True)
class _Law:
    """In what the rules differ.

    Attributes:
        quota: The quota, from the votes in play and the seats.
        just_the_quota: Whether a candidate with neither more nor less than the quota is elected.
        reduced: What a paper carries on, from its value, the surplus and the candidate's votes.
        earlier_stages: Whether equal candidates are told apart by the most recent earlier stage.
        new_quota: Whether the quota is calculated anew at each stage.
        sure_losers: Whether all who cannot be elected any more are excluded together.
        one_by_one: Whether only the candidate with the largest surplus is declared elected, just
            before that surplus moves; the others with the quota continue, and receive papers.

    """

    quota: Callable[[Fraction, int], Fraction]
    just_the_quota: bool
    reduced: Callable[[Fraction, Fraction, Fraction], Fraction]
    earlier_stages: bool = False
    new_quota: bool = False
    sure_losers: bool = False
    one_by_one: bool = False


def _cut(number: Fraction, decimals: int) -> Fraction:
    """Return the number to so many decimal places, any remainder ignored."""
    units: int = 10**decimals
    return Fraction(number * units // 1, units)


def _whole_quota(votes: Fraction, seats: int) -> Fraction:
    """Divide by the seats plus one, drop the fraction, add one."""
    return Fraction(votes // (seats + 1) + 1)


def _exact_quota(votes: Fraction, seats: int) -> Fraction:
    """Divide by the seats plus one."""
    return votes / (seats + 1)


def _scottish_value(value: Fraction, surplus: Fraction, votes: Fraction) -> Fraction:
    """Rule 49(3): the surplus times the value, divided by the votes, to five places."""
    return _cut(surplus * value / votes, 5)


def _exact_value(value: Fraction, surplus: Fraction, votes: Fraction) -> Fraction:
    """Multiply the value by the surplus over the votes; nothing is rounded."""
    return value * surplus / votes


def _minneapolis_value(value: Fraction, surplus: Fraction, votes: Fraction) -> Fraction:
    """167.20: the surplus fraction to four places, then the transfer value to four places."""
    return _cut(value * _cut(surplus / votes, 4), 4)


def _albany_value(value: Fraction, surplus: Fraction, votes: Fraction) -> Fraction:
    """Cut the share of a vote to six places, and so the value multiplied by it."""
    return _cut(value * _cut(surplus / votes, 6), 6)


@dataclass(slots=True)
class _Count:
    """A count under way.

    Attributes:
        table: The papers and the record.
        law: The rule.
        hopeful: Who is neither elected nor excluded, in the order of the list.
        piles: The papers of each candidate.
        votes: The votes of each candidate.
        quota: The quota as it is now.
        waiting: The elected whose surplus has not been transferred.
        aside: The votes that are not transferable.
        lost: The votes that are lost to rounding.

    """

    table: Table
    law: _Law
    hopeful: list[Candidate]
    piles: dict[Candidate, list[BallotPaper]]
    votes: list[Fraction]
    quota: Fraction = Fraction(0)
    waiting: list[Candidate] = field(default_factory=list)
    aside: Fraction = Fraction(0)
    lost: Fraction = Fraction(0)

    # What moves papers.

    def deal(self, papers: list[BallotPaper]) -> Fraction:
        """Give each paper to its next hopeful candidate, or set it aside; return its worth."""
        parcels: Counter[tuple[Candidate | None, Fraction]] = Counter()
        for paper in papers:
            paper.pile = next((name for name in paper.ranking if name in self.hopeful), None)
            if paper.pile is not None:
                self.piles[paper.pile].append(paper)
            parcels[paper.pile, paper.value] += paper.copies
        for (candidate, value), copies in parcels.items():
            if candidate is None:
                self.aside += value * copies
            else:
                self.votes[candidate] += value * copies
        return sum((value * copies for (_, value), copies in parcels.items()), Fraction(0))

    def transfer_surplus(self, candidate: Candidate) -> None:
        """Move all papers of an elected candidate, who keeps the quota."""
        votes, surplus = self.votes[candidate], self.surplus(candidate)
        papers = self.piles.pop(candidate)
        values = {paper.value for paper in papers}
        reduced = {value: self.law.reduced(value, surplus, votes) for value in values}
        for paper in papers:
            paper.value = reduced[paper.value]
        self.waiting.remove(candidate)
        self.votes[candidate] = self.quota
        self.lost += surplus - self.deal(papers)

    def move_excluded(self, candidates: list[Candidate]) -> None:
        """Move all papers of those excluded, at their present value."""
        papers = [paper for candidate in candidates for paper in self.piles.pop(candidate)]
        for candidate in candidates:
            self.votes[candidate] = Fraction(0)
        self.deal(papers)

    # Who is elected.

    def surplus(self, candidate: Candidate) -> Fraction:
        """Return the votes above the quota; nothing if there are none."""
        return max(self.votes[candidate] - self.quota, Fraction(0))

    def has_enough(self, candidate: Candidate) -> bool:
        """Return whether a candidate has the votes to be elected."""
        if self.law.just_the_quota:
            return self.votes[candidate] >= self.quota
        return self.votes[candidate] > self.quota

    def doomed(self) -> list[Candidate]:
        """Return the hopeful whom no result has that keeps the reserved places."""
        return doomed(self.table.contest, self.table.winners, self.hopeful)

    def elect(self, candidates: list[Candidate]) -> None:
        """Elect candidates together, in the order of the list."""
        self.table.winners += candidates
        self.waiting += [name for name in candidates if self.surplus(name)]
        self.hopeful = [name for name in self.hopeful if name not in candidates]

    def elect_by_votes(self) -> list[Candidate]:
        """Elect those with enough votes, from the most votes down, as reserved places allow."""
        found: list[Candidate] = []
        enough = [name for name in self.hopeful if self.has_enough(name)]
        if self.law.one_by_one and len(enough) != self.table.vacancies:
            return []  # 167.70(1)(a): elected together only if they fill all the seats
        while self.table.vacancies:
            lost_hope = self.doomed()
            able = [
                name for name in self.hopeful if self.has_enough(name) and name not in lost_hope
            ]
            if not able:
                break
            together = self.who_of_equals(by_votes(able, self.votes)[0])
            self.elect(together)
            found += together
        return found

    def who_of_equals(self, equal: list[Candidate]) -> list[Candidate]:
        """Return all of the equal, if reserved places let them all in; otherwise who is first."""
        others = [name for name in self.hopeful if name not in equal]
        if is_possible(self.table.contest, [*self.table.winners, *equal], others):
            return equal
        first = self.by_earlier_stages(equal, max)
        return first if len(first) == 1 else [self.table.order(first, Purpose.ELECTION)[0]]

    def elect_the_rest(self) -> list[Candidate]:
        """Elect the hopeful, most votes first, if they are no more than the vacancies."""
        if len(self.hopeful) > self.table.vacancies:
            return []
        rest = [name for group in by_votes(self.hopeful, self.votes) for name in group]
        self.elect(rest)
        return rest

    # Who is excluded, and whose surplus is next.

    def by_earlier_stages(
        self, equal: list[Candidate], best: Callable[[Iterable[Fraction | int]], Fraction | int]
    ) -> list[Candidate]:
        """Tell equal candidates apart by the most recent earlier stage, if the rule does so."""
        earlier = reversed(self.table.history if self.law.earlier_stages else [])
        return still_equal(equal, earlier, best)

    def next_excluded(self) -> list[Candidate]:
        """Say who is excluded now; nobody if all seats are filled or a surplus goes first."""
        if len(self.hopeful) <= self.table.vacancies or not self.table.vacancies:
            return []
        together = self.doomed() or (self.sure_losers() if self.law.sure_losers else [])
        if together:
            return together
        return [] if any(self.surplus(name) for name in self.with_surplus()) else [self.lowest()]

    def sure_losers(self) -> list[Candidate]:
        """167.70(1)(c): whom all votes below and all surpluses do not lift to the next candidate.

        Not so many that those left are fewer than the seats: they could still be elected.
        """
        surpluses = sum((self.surplus(name) for name in self.with_surplus()), Fraction(0))
        groups = by_votes(self.hopeful, self.votes)
        for place in range(1, len(groups)):
            above = [name for group in groups[:place] for name in group]
            below = [name for group in groups[place:] for name in group]
            reach = surpluses + sum(self.votes[name] for name in below)
            if len(above) >= self.table.vacancies and reach < self.votes[above[-1]]:
                return below
        return []

    def lowest(self) -> Candidate:
        """Return the candidate with fewest votes of those who may be excluded."""
        stay = guarded(self.table.contest, self.table.winners, self.hopeful)
        free = [name for name in self.hopeful if name not in stay]
        equal = self.by_earlier_stages(by_votes(free, self.votes)[-1], min)
        return self.table.lot(equal, Purpose.EXCLUSION)

    def with_surplus(self) -> list[Candidate]:
        """Return those whose surplus, if they have one, is to be transferred."""
        return [*self.waiting, *(self.hopeful if self.law.one_by_one else [])]

    def largest_surplus(self) -> Candidate:
        """Return the candidate whose surplus is transferred next."""
        most = max(self.surplus(name) for name in self.with_surplus())
        equal = [name for name in self.with_surplus() if self.surplus(name) == most]
        return self.table.lot(self.by_earlier_stages(equal, max), Purpose.SURPLUS)

    # The count.

    def find_quota(self) -> None:
        """Calculate the quota from the votes that candidates have."""
        in_play = sum(self.votes, Fraction(0))
        self.quota = self.law.quota(in_play, self.table.contest.seats)

    def finish_stage(self) -> list[Candidate]:
        """Elect, exclude and write; say whose papers move next."""
        elected = self.elect_by_votes()
        following = excluded = self.next_excluded()
        self.hopeful = [name for name in self.hopeful if name not in excluded]
        elected += [] if excluded else self.elect_the_rest()
        if self.table.vacancies and not excluded:
            following = [self.largest_surplus()]
            if following[0] in self.hopeful:  # 167.70(1)(d): declared elected now
                self.elect(following)
                elected += following
        self.table.write(self.votes, elected, excluded, self.aside, self.lost)
        return following

    def run(self) -> None:
        """Count until the seats are filled."""
        self.deal(self.table.papers)
        self.find_quota()
        following = self.finish_stage()
        while self.table.vacancies and following:
            if following[0] in self.waiting:
                self.transfer_surplus(following[0])
            else:
                self.move_excluded(following)
            if self.law.new_quota:
                self.find_quota()
            following = self.finish_stage()


def _count(table: Table, law: _Law) -> Recount:
    """Count by one of the rules; without a ballot where there are no more candidates than seats."""
    standing = table.standing
    if table.contest.uncontested:
        table.winners += standing
        return table.done()
    count = _Count(table, law, standing, {name: [] for name in standing}, table.zeros())
    for paper in table.papers:
        paper.value = Fraction(1)
    first = law.quota(table.total(), table.contest.seats)
    count.run()
    return table.done(None if law.new_quota else first)


def scottish_stv(table: Table) -> Recount:
    """Count as in Scottish local government: SSI 2011/399, schedule 1, rules 46 to 53."""
    law = _Law(
        quota=_whole_quota,  # rule 47
        just_the_quota=True,  # rule 48: equals or exceeds the quota
        reduced=_scottish_value,  # rule 49(3)
        earlier_stages=True,  # rules 50(2) and 52(2): most recently preceding stage
    )
    return _count(table, law)


def wigm(table: Table) -> Recount:
    """Count by the weighted inclusive Gregory method in exact fractions."""
    law = _Law(quota=_exact_quota, just_the_quota=False, reduced=_exact_value)
    return _count(table, law)


def minneapolis_stv(table: Table) -> Recount:
    """Count as in Minneapolis: Code of Ordinances, sections 167.20 and 167.70."""
    law = _Law(
        quota=_whole_quota,  # 167.20, threshold
        just_the_quota=True,  # 167.70(1)(a)
        reduced=_minneapolis_value,  # 167.20, surplus fraction and transfer value
        sure_losers=True,  # 167.70(1)(c)
        one_by_one=True,  # 167.70(1)(d): the one with the largest surplus is declared elected
    )
    return _count(table, law)


def albany_stv(table: Table) -> Recount:
    """Count as in Albany, California: the threshold follows the votes in play."""
    law = _Law(quota=_whole_quota, just_the_quota=True, reduced=_albany_value, new_quota=True)
    return _count(table, law)


WHOLE_PILE: dict[str, Callable[[Table], Recount]] = {
    "scottish-stv": scottish_stv,
    "wigm": wigm,
    "minneapolis-stv": minneapolis_stv,
    "albany-stv": albany_stv,
}
"""The rules where every paper carries the surplus, by name."""

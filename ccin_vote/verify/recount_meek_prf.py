"""The reference Meek rule of the Proportional Representation Foundation, counted a second time.

Votes and keep factors are whole numbers of units of 0.000000001.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import BallotPaper, Recount, Table

UNIT = 10**9  # nine decimal places
_OMEGA = UNIT // 10**6  # A: omega is 0.000001


def rounded_up(numerator: int, denominator: int) -> int:
    """Divide, rounded up."""
    return -(-numerator // denominator)


def rankings(papers: Iterable[BallotPaper]) -> Counter[tuple[Candidate, ...]]:
    """Count papers that say the same."""
    found: Counter[tuple[Candidate, ...]] = Counter()
    for paper in papers:
        found[tuple(paper.ranking)] += paper.copies
    return found


def most_first(candidates: Iterable[Candidate], held: list[int]) -> list[Candidate]:
    """Put candidates in order, the most votes first, equal ones in the order of the list."""
    return sorted(candidates, key=lambda who: (-held[who], who))


def write_state(
    table: Table, held: list[int], elected: Collection[Candidate], excluded: Collection[Candidate]
) -> None:
    """Write a stage; what no candidate has is non-transferable, if it is more than nothing."""
    votes = [Fraction(units, UNIT) for units in held]
    missing = table.total() - sum(votes)
    aside = max(missing, Fraction(0))
    table.write(votes, elected, excluded, aside, missing - aside)


def meek_prf(table: Table) -> Recount:
    """Count by the reference Meek rule."""
    return _Prf(table, rankings(table.papers)).count()


@dataclass(slots=True)
class _Prf:
    table: Table
    papers: Counter[tuple[Candidate, ...]]
    hopeful: list[Candidate] = field(default_factory=list)
    factor: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    quota: int = 0
    surplus: int = 0

    def count(self) -> Recount:
        self.hopeful = self.table.standing
        self.factor = [0] * len(self.table.contest.candidates)  # A: 0 for withdrawn
        for candidate in self.hopeful:
            self.factor[candidate] = UNIT  # A: 1 for hopeful
        while self.hopeful and self.table.vacancies:
            elected = self._iterate()
            elected += self._elect_remaining()
            excluded = [] if elected else self._defeat()  # B.2.e: at once to B.1, or to B.3
            write_state(self.table, self.held, elected, excluded)
        return self.table.done(None)

    def _iterate(self) -> list[Candidate]:
        """B.2: until somebody is elected, or the surplus is small enough or falls no further."""
        before: int | None = None
        while True:
            self._distribute()
            elected = self._find_winners()
            over = sum(self.held[who] - self.quota for who in self.table.winners)
            self.surplus = max(over, 0)  # B.2.d: not less than 0
            finished = self.surplus < _OMEGA or (before is not None and self.surplus >= before)
            complete = len(self.hopeful) <= self.table.vacancies  # B.1
            if elected or finished or complete:  # B.2.e
                return elected
            before = self.surplus
            self._update_factors()

    def _distribute(self) -> None:
        """B.2.a and B.2.b: the votes, and the quota of them."""
        self.held = [0] * len(self.factor)
        for ranking, copies in self.papers.items():
            weight = UNIT
            for candidate in ranking:
                kept = rounded_up(weight * self.factor[candidate], UNIT)
                self.held[candidate] += kept * copies
                weight -= kept
                if not weight:
                    break
        self.quota = sum(self.held) // (self.table.contest.seats + 1) + 1

    def _find_winners(self) -> list[Candidate]:
        """B.2.c: with the quota or more."""
        able = [who for who in self.hopeful if self.held[who] >= self.quota]
        return self._elect(able)

    def _elect(self, candidates: list[Candidate]) -> list[Candidate]:
        elected = most_first(candidates, self.held)
        self.table.winners += elected
        self.hopeful = [who for who in self.hopeful if who not in elected]
        return elected

    def _update_factors(self) -> None:
        """B.2.f: each step to nine places, rounded up."""
        for who in self.table.winners:
            product = rounded_up(self.factor[who] * self.quota, UNIT)
            self.factor[who] = rounded_up(product * UNIT, self.held[who])

    def _defeat(self) -> list[Candidate]:
        """B.3: the last; T: a lot among all whom the surplus could still part from the last."""
        fewest = min(self.held[who] for who in self.hopeful)
        tied = [who for who in self.hopeful if self.held[who] <= fewest + self.surplus]
        last = self.table.lot(tied, Purpose.EXCLUSION)
        self.factor[last] = 0
        self.hopeful.remove(last)
        return [last]

    def _elect_remaining(self) -> list[Candidate]:
        """B.1 and C.1: no more candidates than seats remain."""
        if len(self.hopeful) <= self.table.vacancies:
            return self._elect(self.hopeful)
        return []

"""New Zealand: Local Electoral Regulations 2001, schedule 1A, counted a second time.

Votes and keep values are whole numbers of units of 0.000000001. One vacancy is filled by Part 2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_meek_prf import UNIT, most_first, rankings, rounded_up, write_state
from ccin_vote.verify.recount_model import still_equal

if TYPE_CHECKING:
    from collections import Counter

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount, Table

_SMALL = UNIT // 10**4  # clause 13: a total surplus of 0.0001


def meek_nz(table: Table) -> Recount:
    """Count by Part 1 of the schedule, or by Part 2 if there is one vacancy."""
    count = _NewZealand(table, rankings(table.papers))
    count.begin()
    return count.single_member() if table.contest.seats == 1 else count.multi_member()


@dataclass(slots=True)
class _NewZealand:
    table: Table
    papers: Counter[tuple[Candidate, ...]]
    hopeful: list[Candidate] = field(default_factory=list)
    keep: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    quota: int = 0
    steps: list[list[int]] = field(default_factory=list)
    seen: set[tuple[int, ...]] = field(default_factory=set)

    def begin(self) -> None:
        """Clauses 8 and 9: everybody begins with a keep value of 1."""
        self.hopeful = self.table.standing
        self.keep = [0] * len(self.table.contest.candidates)
        for candidate in self.hopeful:
            self.keep[candidate] = UNIT

    def multi_member(self) -> Recount:
        """Part 1."""
        while self.hopeful and self.table.vacancies:
            self._update_keep_values()
            self._allocate()
            able = [who for who in self.hopeful if self.held[who] >= self.quota]
            elected = self._elect(able)  # clauses 6 and 12
            elected += self._elect_remaining()
            excluded = self._exclude() if len(self.steps) > 1 and self.table.vacancies else []
            if elected or excluded:
                write_state(self.table, self.held, elected, excluded)
                self.seen.clear()
        return self.table.done(None)

    def _update_keep_values(self) -> None:
        """Clauses 7 and 17 (which is clause 7 where the keep value is 1)."""
        for who in self.table.winners:
            product = rounded_up(self.quota * self.keep[who], UNIT)
            self.keep[who] = rounded_up(product * UNIT, self.held[who])

    def _allocate(self) -> None:
        """Clauses 10 and 11 (in the first step 5): each multiplication is rounded up."""
        self.held = [0] * len(self.keep)
        for ranking, copies in self.papers.items():
            part = UNIT
            for candidate in ranking:
                self.held[candidate] += rounded_up(part * self.keep[candidate], UNIT) * copies
                part = rounded_up(part * (UNIT - self.keep[candidate]), UNIT)
                if not part:
                    break
        self.steps.append(self.held)
        self.quota = self._transferable() // (self.table.contest.seats + 1) + 1

    def _transferable(self) -> int:
        """Return the valid votes less the non-transferable, which are not below 0."""
        valid = sum(self.papers.values()) * UNIT
        non_transferable = max(0, valid - sum(self.held))
        return valid - non_transferable

    def _elect(self, candidates: list[Candidate]) -> list[Candidate]:
        elected = most_first(candidates, self.held)[: self.table.vacancies]
        self.table.winners += elected
        self.hopeful = [who for who in self.hopeful if who not in elected]
        return elected

    def _elect_remaining(self) -> list[Candidate]:
        """Clauses 3 and 21: no more candidates than vacancies are left."""
        if len(self.hopeful) <= self.table.vacancies:
            return self._elect(self.hopeful)
        return []

    def _exclude(self) -> list[Candidate]:
        """Clause 13, and clause 23 for a state that comes again."""
        surplus = sum(max(0, held - self.quota) for held in self.held)  # clause 14
        last = self._lowest()
        fewest = self.held[last[0]]
        reachable = [who for who in self.hopeful if self.held[who] <= fewest + surplus]
        stable = tuple(self.keep) in self.seen  # whatever came of these keep values comes again
        self.seen.add(tuple(self.keep))
        if len(reachable) == 1 or surplus < _SMALL or stable:
            return [self._take_out(last)]
        return []

    def _take_out(self, last: list[Candidate]) -> Candidate:
        """Exclude the candidate whom clause 19 names. Clause 16: the keep value is 0."""
        # clause 40: the earliest step at which they had different votes
        out = self.table.lot(still_equal(last, self.steps, min), Purpose.EXCLUSION)
        self.hopeful.remove(out)
        self.keep[out] = 0
        return out

    def _lowest(self) -> list[Candidate]:
        fewest = min(self.held[who] for who in self.hopeful)
        return [who for who in self.hopeful if self.held[who] == fewest]

    def _first_of(self, equal: list[Candidate]) -> Candidate:
        return self.table.lot(still_equal(equal, self.steps, max), Purpose.ELECTION)

    def single_member(self) -> Recount:
        """Part 2: whole votes, and an absolute majority."""
        while self.hopeful and self.table.vacancies:
            self._allocate()  # clauses 29 and 30: keep values are 1 and 0
            majority = rounded_up(self._transferable(), 2 * UNIT) * UNIT  # clause 26
            able = [who for who in self.hopeful if self.held[who] >= majority]
            if len(able) > 1:  # clause 34 (b): who had more at the earliest step is elected
                able = [self._first_of(able)]
            elected = self._elect(able) or self._elect_remaining()
            excluded = [] if elected else [self._take_out(self._lowest())]  # clause 28
            write_state(self.table, self.held, elected, excluded)
        return self.table.done(None)

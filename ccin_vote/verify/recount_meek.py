"""Meek's and Warren's rules, counted a second time from Algorithm 123 and Voting matters 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.conformant import doomed, guarded, is_possible
from ccin_vote.verify.recount_keep_values import ONE, Count, Keep, meek_takes, trails, warren_takes
from ccin_vote.verify.recount_meek_nz import meek_nz
from ccin_vote.verify.recount_meek_prf import meek_prf

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount, Table

_EQUAL = ONE // 10**9  # votes that differ by less are equal
_SHOWN = ONE // 10**9  # nine places are shown
_NOISE = ONE // 10**10  # added before votes are cut to nine places


def meek(table: Table) -> Recount:
    """Count by Meek's rule: the elected keep a share of what arrives."""
    return _Election(table, meek_takes).count()


def warren(table: Table) -> Recount:
    """Count by Warren's rule: the elected keep a price, or all if it is less."""
    return _Election(table, warren_takes).count()


@dataclass(slots=True)
class _Election:
    table: Table
    take: Callable[[int, int], int]
    keep: Keep = field(default_factory=dict)
    hopeful: list[Candidate] = field(default_factory=list)
    held: Keep = field(default_factory=dict)
    quota: int = 0

    def count(self) -> Recount:
        self.hopeful = self.table.standing
        self.keep = dict.fromkeys(self.hopeful, ONE)  # everybody begins with a keep value of 1
        while self.hopeful and self.table.vacancies:
            self._find_keep_values()
            elected = self._elect() + self._fill_last_places()
            excluded = self._whom_to_exclude(elected) if self.table.vacancies else []
            self._write(elected, excluded)
            for candidate in excluded:  # as though the candidate had not stood
                self.hopeful.remove(candidate)
                self.keep[candidate] = 0
        return self.table.done(None)

    def _find_keep_values(self) -> None:
        elected = sorted(self.table.winners)
        ways = trails(self.table.papers, elected, self.hopeful)
        count = Count(ways, self.table.contest.seats, self.take)
        self.keep = count.solve(self.keep, elected)
        self.held = count.votes(self.keep)
        self.quota = count.quota(self.held)

    def _elect(self) -> list[Candidate]:
        """Elect those with more than the quota, the most votes first, as reserved places allow."""
        found: list[Candidate] = []
        while able := self._able_to_be_elected():
            equal = self._equal_to_most(able)
            if not self._all_fit(equal):
                equal = [self.table.order(equal, Purpose.ELECTION)[0]]
            found += equal
            self._declare(equal)
        return found

    def _declare(self, candidates: list[Candidate]) -> None:
        self.table.winners += candidates
        self.hopeful = [who for who in self.hopeful if who not in candidates]

    def _able_to_be_elected(self) -> list[Candidate]:
        """Find those with more than the quota (just the quota is not enough), and not doomed."""
        over = [who for who in self.hopeful if self.held[who] - self.quota > _EQUAL]
        doom = self._doomed() if over else []
        return [who for who in over if who not in doom]

    def _equal_to_most(self, among: list[Candidate]) -> list[Candidate]:
        most = max(self.held[who] for who in among)
        return [who for who in among if most - self.held[who] < _EQUAL]

    def _all_fit(self, equal: list[Candidate]) -> bool:
        """Return whether equal candidates can all be elected, as reserved places are."""
        rest = [who for who in self.hopeful if who not in equal]
        return is_possible(self.table.contest, [*self.table.winners, *equal], rest)

    def _doomed(self) -> list[Candidate]:
        return doomed(self.table.contest, self.table.winners, self.hopeful)

    def _fill_last_places(self) -> list[Candidate]:
        """Elect the continuing candidates if they are no more than the vacancies."""
        last: list[Candidate] = []
        if len(self.hopeful) <= self.table.vacancies:
            while self.hopeful:
                equal = self._equal_to_most(self.hopeful)
                self._declare(equal)
                last += equal
        return last

    def _whom_to_exclude(self, elected: list[Candidate]) -> list[Candidate]:
        """Name all who are doomed; or, if nobody was elected, the last who is not guarded."""
        doom = self._doomed()
        if doom or elected:
            return doom
        guard = guarded(self.table.contest, self.table.winners, self.hopeful)
        free = [who for who in self.hopeful if who not in guard]
        fewest = min(self.held[who] for who in free)
        last = [who for who in free if self.held[who] - fewest < _EQUAL]
        return [self.table.lot(last, Purpose.EXCLUSION)]

    def _write(self, elected: list[Candidate], excluded: list[Candidate]) -> None:
        total = self.table.total()
        votes = self.table.zeros()
        for candidate, held in self.held.items():
            votes[candidate] = _shown(held)
        aside = _shown(int(total) * ONE - sum(self.held.values()))
        self.table.write(votes, elected, excluded, aside, total - sum(votes) - aside)


def _shown(units: int) -> Fraction:
    """Return votes as they are shown: cut to nine places, so that 1.999999999999 is 2."""
    return Fraction((units + _NOISE) // _SHOWN, 10**9)


MEEK: dict[str, Callable[[Table], Recount]] = {
    "meek": meek,
    "meek-nz": meek_nz,
    "meek-prf": meek_prf,
    "warren": warren,
}

"""Recounts by keep values: every paper is walked down at every step, in whole units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.found import Recount, Table


@dataclass(frozen=True, slots=True)
class _Arithmetic:
    """How the rule reckons: units to a vote, and how many may be left over."""

    unit: int
    enough: int
    up: bool = False
    price: bool = False
    statute: bool = False

    def part(self, weight: int, keep: int) -> tuple[int, int]:
        """Divide a weight into what is kept and what goes on."""
        if self.price:
            return min(weight, keep), weight - min(weight, keep)
        kept, over = divmod(weight * keep, self.unit)
        rest, more = divmod(weight * (self.unit - keep), self.unit)
        if self.up:
            return kept + (over > 0), rest + (more > 0)
        return kept, rest


def _meek(table: Table, arithmetic: _Arithmetic) -> Recount:
    papers: Counter[tuple[tuple[Candidate, ...], ...]] = Counter()
    for paper in table.papers:
        papers[paper.places] += paper.copies
    keep: dict[Candidate, int] = dict.fromkeys(table.standing, arithmetic.unit)
    hopeful = table.standing
    before: int | None = None
    while True:
        votes = dict.fromkeys(keep, 0)
        for places, copies in papers.items():
            _walk(places, arithmetic.unit, copies, keep, votes, arithmetic)
        quota = sum(votes.values()) // (table.contest.seats + 1) + 1
        elected = sorted((o for o in hopeful if votes[o] >= quota), key=lambda o: -votes[o])
        hopeful = [one for one in hopeful if one not in elected]
        table.winners += elected
        surplus = sum(votes[one] - quota for one in table.winners)
        if table.vacancies == 0 or len(hopeful) <= table.vacancies:
            rest = sorted(hopeful, key=lambda one: -votes[one]) if table.vacancies else []
            table.winners += rest
            _write(table, votes, arithmetic, [*elected, *rest], None)
            return table.done()
        if elected:
            _write(table, votes, arithmetic, elected, None)
            before = None
        elif _may_exclude(arithmetic, surplus, before, sorted(votes[one] for one in hopeful)):
            free = [one for one in hopeful if one not in table.contest.protected]
            lowest = min(votes[one] for one in free)
            near = 0 if arithmetic.statute else max(0, surplus)
            equal = [one for one in free if votes[one] - lowest <= near]
            for past in table.history if arithmetic.statute else []:
                least = min(past[one] for one in equal)
                equal = [one for one in equal if past[one] == least]
            last = table.lot(equal, Purpose.EXCLUSION)
            hopeful.remove(last)
            del keep[last]
            _write(table, votes, arithmetic, [], last)
            before = None
            continue
        else:
            before = surplus
        for one in table.winners:
            scaled = -(-keep[one] * quota // arithmetic.unit)
            keep[one] = min(arithmetic.unit, -(-scaled * arithmetic.unit // votes[one]))


def _may_exclude(
    arithmetic: _Arithmetic, surplus: int, before: int | None, votes: list[int]
) -> bool:
    """Ask whether the keep values are good enough to exclude the last candidate."""
    if before is not None and surplus >= before:
        return True
    if arithmetic.statute:
        return surplus < arithmetic.enough or votes[0] + surplus < votes[1]
    return surplus <= arithmetic.enough


def _walk(  # noqa: PLR0913, PLR0917  (all that a paper meets)
    places: tuple[tuple[Candidate, ...], ...],
    weight: int,
    copies: int,
    keep: dict[Candidate, int],
    votes: dict[Candidate, int],
    arithmetic: _Arithmetic,
) -> None:
    """Give a paper's weight to the candidates on it, from the top down."""
    for at, place in enumerate(places):
        group = [one for one in place if one in keep]
        if len(group) == 1:
            kept, weight = arithmetic.part(weight, keep[group[0]])
            votes[group[0]] += kept * copies
        elif group:
            for one in group:
                kept, rest = arithmetic.part(weight // len(group), keep[one])
                votes[one] += kept * copies
                _walk(places[at + 1 :], rest, copies, keep, votes, arithmetic)
            return
        if weight == 0:
            return


def _write(
    table: Table,
    votes: dict[Candidate, int],
    arithmetic: _Arithmetic,
    elected: list[Candidate],
    excluded: Candidate | None,
) -> None:
    shown = table.zeros()
    for one, held in votes.items():
        shown[one] = Fraction(held, arithmetic.unit)
    out = [] if excluded is None else [excluded]
    left = table.total() - sum(shown)
    aside = max(left, Fraction(0))
    table.write(shown, elected, out, aside, left - aside)


_27 = 10**27

MEEK: dict[str, Callable[[Table], Recount]] = {
    "meek": partial(_meek, arithmetic=_Arithmetic(_27, _27 // 10**9)),
    "warren": partial(_meek, arithmetic=_Arithmetic(_27, _27 // 10**9, price=True)),
    "meek-nz": partial(_meek, arithmetic=_Arithmetic(10**9, 10**5, up=True, statute=True)),
}
"""The recounts of this file by the name of the rule."""

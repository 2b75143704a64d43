"""Recounts by keep values.

`meek` and `warren` are looked at where keep values have settled. They are found by the published
step (quota over votes), which a mixture of the last few steps hurries on (Anderson 1965); only
whole units of 10 to the power of -30 of a vote decide that they are right. `meek-nz` and `meek-prf`
are followed step by step, in the units and with the rounding of their text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.conformant import doomed, guarded, is_possible

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.found import Recount, Table

    Places = tuple[tuple[Candidate, ...], ...]
    Keep = dict[Candidate, int]

_ONE = 10**30
_SETTLED = _ONE // 10**21
_EQUAL = _ONE // 10**9
_SHOWN = 10**9
_MEMORY = 12
_MOST_STEPS = 5000


def _papers(table: Table) -> Counter[Places]:
    papers: Counter[Places] = Counter()
    for paper in table.papers:
        papers[tuple(place for place in paper.places if place)] += paper.copies
    return papers


def _settled(table: Table, *, price: bool) -> Recount:
    """Count where keep values have settled: elect above the quota, else exclude the last."""
    contest, papers = table.contest, _papers(table)
    keep: Keep = dict.fromkeys(table.standing, _ONE)
    hopeful = table.standing
    while True:
        votes = _settle(papers, keep, table.winners, contest.seats, price=price)
        quota = sum(votes.values()) // (contest.seats + 1)
        shown = table.zeros()
        for who, held in votes.items():
            shown[who] = _rounded(held)
        aside = _rounded(int(table.total()) * _ONE - sum(votes.values()))
        lost = table.total() - sum(shown) - aside
        ready = [who for who in hopeful if votes[who] - quota > _EQUAL]
        elected = _elect(table, ready, hopeful, shown)
        hopeful = [who for who in hopeful if who not in elected]
        if table.vacancies == 0 or len(hopeful) <= table.vacancies:
            rest = sorted(hopeful, key=lambda who: -shown[who]) if table.vacancies else []
            table.winners += rest
            table.write(shown, [*elected, *rest], (), aside, lost)
            return table.done()
        out = [] if elected else _out(table, hopeful, votes)
        table.write(shown, elected, out, aside, lost)
        hopeful = [who for who in hopeful if who not in out]
        for who in out:
            del keep[who]
        if out:
            papers = _without(papers, out)


def _rounded(units: int) -> Fraction:
    """Cut to nine places, a tenth of the last place added."""
    return Fraction((units + _EQUAL // 10) * _SHOWN // _ONE, _SHOWN)


def _elect(
    table: Table, ready: list[Candidate], hopeful: list[Candidate], shown: list[Fraction]
) -> list[Candidate]:
    """Elect from the most votes down, as reserved places allow."""
    before = len(table.winners)
    while ready and table.vacancies:
        open_to = [who for who in hopeful if who not in table.winners]
        no_hope = doomed(table.contest, table.winners, open_to)
        ready = [who for who in ready if who not in no_hope]
        if not ready:
            break
        equal = [who for who in ready if shown[who] == max(shown[one] for one in ready)]
        rest = [who for who in open_to if who not in equal]
        together = len(equal) <= table.vacancies and is_possible(
            table.contest, [*table.winners, *equal], rest
        )
        chosen = equal if together else [table.order(equal, Purpose.ELECTION)[0]]
        table.winners += chosen
        ready = [who for who in ready if who not in chosen]
    return table.winners[before:]


def _out(table: Table, hopeful: list[Candidate], votes: dict[Candidate, int]) -> list[Candidate]:
    """Exclude the doomed, else the last; whoever is not told apart from the last goes to a lot."""
    no_hope = doomed(table.contest, table.winners, hopeful)
    if no_hope:
        return no_hope
    kept = guarded(table.contest, table.winners, hopeful)
    free = [who for who in hopeful if who not in kept]
    least = min(votes[who] for who in free)
    return [table.lot([who for who in free if votes[who] - least < _EQUAL], Purpose.EXCLUSION)]


def _without(papers: Counter[Places], out: list[Candidate]) -> Counter[Places]:
    left: Counter[Places] = Counter()
    for places, copies in papers.items():
        kept = tuple(tuple(who for who in place if who not in out) for place in places)
        left[tuple(place for place in kept if place)] += copies
    return left


def _settle(
    papers: Counter[Places], keep: Keep, elected: list[Candidate], seats: int, *, price: bool
) -> dict[Candidate, int]:
    """Change the keep values of the elected until each has the quota; give all votes."""
    steps: list[tuple[list[int], list[int]]] = []
    nearest: int | None = None
    for _ in range(_MOST_STEPS):
        votes = _held(papers, keep, elected, price=price)
        quota = sum(votes.values()) // (seats + 1)
        away = max((_gap(votes[who] - quota, keep[who]) for who in elected), default=0)
        # what each of very many votes rounds away adds up
        if away <= max(_SETTLED, 100 * sum(votes.values()) // _ONE):
            return votes
        if nearest is not None and away > 4 * nearest:
            steps.clear()  # hurried too much: begin again with plain steps
        nearest = away if nearest is None else min(nearest, away)
        here = [keep[who] for who in elected]
        there = [min(_ONE, keep[who] * quota // max(1, votes[who])) for who in elected]
        steps = [*steps[-_MEMORY:], (here, there)]
        keep.update(zip(elected, _mixed(steps), strict=True))
    raise ArithmeticError("keep values do not settle")


def _gap(units: int, keep: int) -> int:
    """Give how far a keep value leaves votes from the quota; nobody can keep more than all."""
    return 0 if keep == _ONE and units < 0 else abs(units)


def _mixed(steps: list[tuple[list[int], list[int]]]) -> list[int]:
    """Mix the last steps so that what each changed comes nearest to no change at all."""
    here, there = steps[-1]
    change = [b - a for a, b in zip(here, there, strict=True)]
    size = max(map(abs, change)) or 1
    rows, moves = [], []
    for (a0, b0), (a1, b1) in pairwise(steps):
        differ = [(q - p) - (y - x) for x, y, p, q in zip(a0, b0, a1, b1, strict=True)]
        largest = max(map(abs, differ))
        if largest:
            rows.append([value / largest for value in differ])
            moves.append(([q - y for y, q in zip(b0, b1, strict=True)], largest))
    weights = _least_squares(rows, [value / size for value in change])
    mixed = list(there)
    for weight, (move, largest) in zip(weights, moves, strict=True):
        part = Fraction(weight) * size / largest
        mixed = [value - int(part * step) for value, step in zip(mixed, move, strict=True)]
    return mixed if all(0 < value <= _ONE for value in mixed) else there


def _least_squares(rows: list[list[float]], wanted: list[float]) -> list[float]:
    """Orthogonalise the rows, newest first, and give their weights; tiny rests are left out."""
    weights = [0.0] * len(rows)
    basis: list[tuple[list[float], list[float]]] = []
    for at in reversed(range(len(rows))):
        vector, combination = list(rows[at]), [0.0] * len(rows)
        combination[at] = 1.0
        for known, made_of in basis:
            along = _dot(vector, known)
            vector = [v - along * k for v, k in zip(vector, known, strict=True)]
            combination = [c - along * m for c, m in zip(combination, made_of, strict=True)]
        length = _dot(vector, vector) ** 0.5
        if length > 1e-8:  # noqa: PLR2004
            unit = ([v / length for v in vector], [c / length for c in combination])
            basis.append(unit)
            share = _dot(wanted, unit[0])
            weights = [w + share * c for w, c in zip(weights, unit[1], strict=True)]
    return weights


def _dot(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _held(
    papers: Counter[Places], keep: Keep, elected: list[Candidate], *, price: bool
) -> dict[Candidate, int]:
    """Walk down every paper: whoever is elected keeps a part, whoever is hopeful all."""
    votes = dict.fromkeys(keep, 0)
    partly = set(elected)

    def walk(places: Places, weight: int, copies: int) -> None:
        for at, place in enumerate(places):
            if len(place) == 1 and (who := place[0]) not in partly:
                votes[who] += weight * copies
                return
            part = weight // len(place)
            for who in place:
                kept = part
                if who in partly:
                    kept = min(part, keep[who]) if price else part * keep[who] // _ONE
                votes[who] += kept * copies
                if len(place) > 1 and kept < part:
                    walk(places[at + 1 :], part - kept, copies)
            if len(place) > 1:
                return
            weight = part - kept
            if weight == 0:
                return

    for places, copies in papers.items():
        walk(places, _ONE, copies)
    return votes


@dataclass(frozen=True, slots=True)
class _Text:
    """What the text of a step-by-step rule says: units to a vote, and when it is near enough."""

    unit: int
    enough: int
    statute: bool

    def part(self, weight: int, keep: int) -> tuple[int, int]:
        """Divide a weight, rounded up, into what is kept and what goes on."""
        kept = -(-weight * keep // self.unit)
        if self.statute:
            return kept, -(-weight * (self.unit - keep) // self.unit)
        return kept, weight - kept


def _step_by_step(table: Table, text: _Text) -> Recount:
    papers = _papers(table)
    keep: Keep = dict.fromkeys(table.standing, text.unit)
    hopeful = table.standing
    before: int | None = None
    while True:
        votes = dict.fromkeys(keep, 0)
        for places, copies in papers.items():
            weight = text.unit
            for who in (place[0] for place in places if place[0] in keep):
                kept, weight = text.part(weight, keep[who])
                votes[who] += kept * copies
        quota = sum(votes.values()) // (table.contest.seats + 1) + 1
        elected = sorted((o for o in hopeful if votes[o] >= quota), key=lambda o: -votes[o])
        hopeful = [who for who in hopeful if who not in elected]
        table.winners += elected
        surplus = max(0, sum(votes[who] - quota for who in table.winners))
        if table.vacancies == 0 or len(hopeful) <= table.vacancies:
            rest = sorted(hopeful, key=lambda who: -votes[who]) if table.vacancies else []
            table.winners += rest
            _write(table, votes, text, [*elected, *rest], None)
            return table.done()
        if elected:
            _write(table, votes, text, elected, None)
            before = None
            if not text.statute and surplus < text.enough:
                continue  # B.2.e, looked at again with the same votes
        elif _may_exclude(text, surplus, before, sorted(votes[who] for who in hopeful)):
            last = _last(table, text, hopeful, votes, surplus)
            hopeful.remove(last)
            del keep[last]
            _write(table, votes, text, [], last)
            before = None
            continue
        else:
            before = surplus
        for who in table.winners:
            scaled = -(-keep[who] * quota // text.unit)
            keep[who] = min(text.unit, -(-scaled * text.unit // votes[who]))


def _last(
    table: Table, text: _Text, hopeful: list[Candidate], votes: dict[Candidate, int], surplus: int
) -> Candidate:
    free = [who for who in hopeful if who not in table.contest.protected]
    near = 0 if text.statute else surplus
    equal = [who for who in free if votes[who] - min(votes[one] for one in free) <= near]
    for past in table.history if text.statute else []:
        least = min(past[who] for who in equal)
        equal = [who for who in equal if past[who] == least]
    return table.lot(equal, Purpose.EXCLUSION)


def _may_exclude(text: _Text, surplus: int, before: int | None, votes: list[int]) -> bool:
    """Ask whether the keep values are good enough to exclude the last candidate."""
    if before is not None and surplus >= before:
        return True
    if text.statute and votes[0] + surplus < votes[1]:
        return True
    return surplus < text.enough


def _write(
    table: Table,
    votes: dict[Candidate, int],
    text: _Text,
    elected: list[Candidate],
    excluded: Candidate | None,
) -> None:
    shown = table.zeros()
    for who, held in votes.items():
        shown[who] = Fraction(held, text.unit)
    out = [] if excluded is None else [excluded]
    left = table.total() - sum(shown)
    aside = max(left, Fraction(0))
    table.write(shown, elected, out, aside, left - aside)


_NINE = 10**9

MEEK: dict[str, Callable[[Table], Recount]] = {
    "meek": partial(_settled, price=False),
    "warren": partial(_settled, price=True),
    "meek-nz": partial(_step_by_step, text=_Text(_NINE, 10**5, statute=True)),
    "meek-prf": partial(_step_by_step, text=_Text(_NINE, 10**3, statute=False)),
}
"""The recounts of this file by the name of the rule."""

"""Recounts of approval committees: seat by seat, in fractions, from the definition of each step."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from ccin_vote.errors import DecisionNeeded
from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.found import BallotPaper, Recount, Table

    Worth = Callable[[Table, list[Candidate]], list[Fraction]]

_TRIED = 200_000


def _marks(paper: BallotPaper) -> set[Candidate]:
    return {who for place in paper.places for who in place}


def _thiele(table: Table, elected: list[Candidate]) -> list[Fraction]:
    """Count each paper as 1 over one more than the elected whom it marks."""
    votes = table.zeros()
    for paper in table.papers:
        marked = _marks(paper)
        share = Fraction(paper.copies, 1 + sum(who in marked for who in elected))
        for who in marked - set(elected):
            votes[who] += share
    return votes


def _phragmen(table: Table, elected: list[Candidate]) -> list[Fraction]:
    """Lay a load of 1 for each of the elected on the papers that mark them, the last one last."""
    marked = [(_marks(paper), paper.copies) for paper in table.papers]
    loads = [Fraction(0)] * len(marked)
    for winner in elected:
        reached = _new_load(winner, marked, loads)
        for at, (marks, _) in enumerate(marked):
            if winner in marks and reached is not None:
                loads[at] = reached
    speeds = table.zeros()
    for who in table.standing:
        load = None if who in elected else _new_load(who, marked, loads)
        speeds[who] = Fraction(0) if load is None else 1 / load
    return speeds


def _new_load(
    who: Candidate, marked: list[tuple[set[Candidate], int]], loads: list[Fraction]
) -> Fraction | None:
    papers = [
        (copies, load) for (marks, copies), load in zip(marked, loads, strict=True) if who in marks
    ]
    number = sum(copies for copies, _ in papers)
    if number == 0:
        return None
    return (1 + sum((copies * load for copies, load in papers), Fraction(0))) / number


def _count(table: Table, worth: Worth) -> Recount:
    while table.vacancies:
        votes = worth(table, table.winners)
        best = _first(table, table.winners, votes)
        order = table.drawn(best, Purpose.ELECTION) if len(best) > 1 else None
        if order:
            chosen = [order[0]]
        else:
            chosen = best if len(best) == 1 else _whatever_is_drawn(table, worth, best)
        table.winners += chosen
        table.write(votes, chosen)
    return table.done()


def _first(table: Table, elected: list[Candidate], votes: list[Fraction]) -> list[Candidate]:
    left = [who for who in table.standing if who not in elected]
    return [who for who in left if votes[who] == max(votes[one] for one in left)]


def _whatever_is_drawn(table: Table, worth: Worth, best: list[Candidate]) -> list[Candidate]:
    """Give who is elected in any order of the equals: these together, else all who are left.

    Raises:
        DecisionNeeded: different candidates could be elected, and no lot is recorded.
    """
    reached = {tuple(table.winners)}
    steps: list[set[frozenset[Candidate]]] = []
    for _ in range(table.vacancies):
        reached = {
            (*there, who)
            for there in reached
            for who in _first(table, list(there), worth(table, list(there)))
        }
        steps.append({frozenset(there) for there in reached})
        if len(reached) > _TRIED:
            break
    if len(steps) < table.vacancies or len(steps[-1]) > 1:
        raise DecisionNeeded("a lot among equal candidates is not recorded", remedy="")
    if len(best) <= len(steps) and steps[len(best) - 1] == {frozenset([*table.winners, *best])}:
        return best
    (all_elected,) = steps[-1]
    return sorted(all_elected - set(table.winners))


COMMITTEE: dict[str, Callable[[Table], Recount]] = {
    "sequential-proportional-approval": partial(_count, worth=_thiele),
    "phragmen": partial(_count, worth=_phragmen),
}
"""The recounts of this file by the name of the rule."""

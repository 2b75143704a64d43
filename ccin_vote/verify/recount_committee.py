"""Proportional rules for approvals, counted a second time: seat after seat."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from ccin_vote.errors import DecisionNeeded
from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_model import by_votes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount, Table

    VotesOf = Callable[[Table, "Counter[Approved]", Sequence[Candidate]], list[Fraction]]

Approved = frozenset["Candidate"]
"""Whom a paper approves of."""

_TRIED = 200_000


def _approvals(table: Table) -> Counter[Approved]:
    """Return how many papers approve of each set of candidates."""
    approvals: Counter[Approved] = Counter()
    for paper in table.papers:
        approvals[frozenset(paper.ranking)] += paper.copies
    return approvals


def _unelected(table: Table, elected: Sequence[Candidate]) -> list[Candidate]:
    """Return those who stand and are not elected yet."""
    return [name for name in table.standing if name not in elected]


def _count(table: Table, votes_of: VotesOf) -> Recount:
    """Fill seat after seat; a stage is written for each, or for equals who are elected together."""
    approvals = _approvals(table)
    while table.vacancies:
        votes = votes_of(table, approvals, table.winners)
        best = by_votes(_unelected(table, table.winners), votes)[0]
        drawn = table.drawn(best, Purpose.ELECTION) if len(best) > 1 else None
        if drawn:
            chosen = [drawn[0]]
        elif len(best) > 1:
            chosen = _whatever_is_drawn(table, approvals, votes_of, best)
        else:
            chosen = best
        table.winners += chosen
        table.write(votes, chosen)
    return table.done()


def _whatever_is_drawn(
    table: Table, approvals: Counter[Approved], votes_of: VotesOf, best: list[Candidate]
) -> list[Candidate]:
    """Return who is elected in any order of the equals: these together, else all who are left.

    Raises:
        DecisionNeeded: different candidates could be elected, and no lot is recorded.
    """
    reached = {tuple(table.winners)}
    steps: list[set[Approved]] = []
    for _ in range(table.vacancies):
        reached = {
            (*there, name)
            for there in reached
            for name in by_votes(_unelected(table, there), votes_of(table, approvals, there))[0]
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


def thiele(
    table: Table, approvals: Counter[Approved], elected: Sequence[Candidate]
) -> list[Fraction]:
    """Count a paper as 1/(m + 1) while m of those whom it approves of are elected (Thiele)."""
    votes, running = table.zeros(), set(_unelected(table, elected))
    for approved, papers in approvals.items():
        for candidate in approved & running:
            votes[candidate] += Fraction(papers, len(approved - running) + 1)
    return votes


def phragmen(
    table: Table, approvals: Counter[Approved], elected: Sequence[Candidate]
) -> list[Fraction]:
    """Return 1/(new load) of each, all approvers sharing the load of each one elected before."""
    loads = dict.fromkeys(approvals, Fraction(0))
    for winner in elected:
        goodness = _goodness(winner, approvals, loads)
        for approved in loads:
            if winner in approved:  # all approvers have the new load
                loads[approved] = 1 / goodness
    votes = table.zeros()
    for candidate in _unelected(table, elected):
        votes[candidate] = _goodness(candidate, approvals, loads)
    return votes


def _goodness(
    candidate: Candidate, approvals: Counter[Approved], loads: dict[Approved, Fraction]
) -> Fraction:
    """Return 1/(new load), where the new load is (1 + loads of the approvers)/approvers.

    Nobody approves: 0, so that such candidates are last.
    """
    approvers = {
        approved: papers for approved, papers in approvals.items() if candidate in approved
    }
    old = sum((papers * loads[approved] for approved, papers in approvers.items()), Fraction(0))
    return Fraction(sum(approvers.values())) / (1 + old)


COMMITTEE: dict[str, Callable[[Table], Recount]] = {
    "sequential-proportional-approval": partial(_count, votes_of=thiele),
    "phragmen": partial(_count, votes_of=phragmen),
}
"""The proportional rules for approvals by name."""

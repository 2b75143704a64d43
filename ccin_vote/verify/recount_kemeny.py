"""The Kemeny-Young method, counted a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.record.ties import Purpose
from ccin_vote.verify.recount_pairs import compare, pairs_won

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount, Table
    from ccin_vote.verify.recount_pairs import Pairs

_AT_MOST = 14

Group = frozenset["Candidate"]


def kemeny_young(table: Table, *, ranked_only: bool) -> Recount:
    """Elect who is first in the order with which the papers agree most; so on for each seat.

    Raises:
        ValueError: more than 14 candidates stand.
    """
    pairs = compare(table, ranked_only=ranked_only)
    if len(pairs.standing) > _AT_MOST:
        raise ValueError(f"Kemeny-Young is counted for at most {_AT_MOST} candidates")
    best, left = _best_agreements(pairs), frozenset(pairs.standing)
    while table.vacancies:
        ways = _electable(pairs, best, left, table.vacancies)
        if len(ways) == 1:  # all best orders elect the same: no lot is drawn
            (same,) = ways
            table.winners += _in_best_order(pairs, best, left, same)
            break
        first = table.lot(_first_in_best_orders(pairs, best, left), Purpose.ELECTION)
        table.winners.append(first)
        left -= {first}  # only the best orders that begin so are kept
    table.write(pairs_won(table, pairs), table.winners)
    return table.done()


def _above_all(pairs: Pairs, candidate: Candidate, group: Group) -> int:
    """Return the votes that agree with putting a candidate above the others of a group."""
    return sum(pairs.votes[candidate, other] for other in group if other != candidate)


def _best_agreements(pairs: Pairs) -> dict[Group, int]:
    """Return for each group the agreement of its best order, the smaller groups first."""
    nobody: Group = frozenset()
    best, smaller = {nobody: 0}, [nobody]
    for _ in pairs.standing:
        groups = {group | {name} for group in smaller for name in set(pairs.standing) - group}
        for group in groups:
            best[group] = max(
                _above_all(pairs, name, group) + best[group - {name}] for name in group
            )
        smaller = list(groups)
    return best


def _first_in_best_orders(pairs: Pairs, best: dict[Group, int], group: Group) -> list[Candidate]:
    """Return who is first in some best order of a group."""
    return [
        name
        for name in sorted(group)
        if _above_all(pairs, name, group) + best[group - {name}] == best[group]
    ]


def _electable(pairs: Pairs, best: dict[Group, int], left: Group, seats: int) -> set[Group]:
    """Return the sets of candidates who are the first of some best order of a group."""
    reached = {left}
    for _ in range(seats):
        reached = {
            group - {name}
            for group in reached
            for name in _first_in_best_orders(pairs, best, group)
        }
    return {left - group for group in reached}


def _in_best_order(
    pairs: Pairs, best: dict[Group, int], left: Group, elected: Group
) -> list[Candidate]:
    """Put the elected in the order of all best orders; whom these swap, in that of the list."""
    order: list[Candidate] = []
    reached = {left}
    since: Group = frozenset()
    while reached != {frozenset()}:
        steps = [
            (group, name) for group in reached for name in _first_in_best_orders(pairs, best, group)
        ]
        reached = {group - {name} for group, name in steps}
        since |= {name for _, name in steps}
        if len(reached) == 1:
            order += sorted(since)
            since = frozenset()
    return [name for name in order if name in elected]

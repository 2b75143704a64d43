"""Ranked Robin, counted a second time.

Equal Vote Coalition; electowiki, "Ranked Robin": the first two of its degrees of tie-breaking. The
page itself advises to draw lots rather than to use the further ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.verify.recount_pairs import compare, pairs_won

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import Recount, Table
    from ccin_vote.verify.recount_pairs import Pairs

Group = list["Candidate"]


def ranked_robin(table: Table) -> Recount:
    """Elect whoever beats most others; ties are broken by degrees, then by lot."""
    pairs = compare(table, ranked_only=False)
    ranks = list[Group]()
    for tied in _split(table.standing, pairs.wins):  # a draw counts nothing
        ranks += _by_degrees(pairs, tied)
    elected = table.fill(ranks)
    table.write(pairs_won(table, pairs), elected)
    return table.done()


def _split(group: Group, measure: Callable[[Candidate], int]) -> list[Group]:
    """Put candidates into groups of equal measure, the greatest first."""
    measured = {candidate: measure(candidate) for candidate in group}
    values = sorted(set(measured.values()), reverse=True)
    return [[name for name in group if measured[name] == value] for value in values]


def _by_degrees(pairs: Pairs, finalists: Group) -> list[Group]:
    """Tell tied candidates apart, degree after degree, as far as the degrees can."""
    groups = [finalists]
    for degree in (_first, _second):
        groups = [part for tied in groups for part in _split(tied, degree(pairs, finalists, tied))]
    return groups


def _difference(pairs: Pairs, candidate: Candidate, others: Sequence[Candidate]) -> int:
    """Return the votes for a candidate less those against, over all pairs with others."""
    return sum(pairs.margin(candidate, other) for other in others if other != candidate)


def _first(pairs: Pairs, finalists: Group, _tied: Group) -> Callable[[Candidate], int]:
    """1st degree: the greatest total difference against the other finalists."""
    return lambda candidate: _difference(pairs, candidate, finalists)


def _second(pairs: Pairs, _finalists: Group, _tied: Group) -> Callable[[Candidate], int]:
    """2nd degree: the greatest total difference against all other candidates."""
    return lambda candidate: _difference(pairs, candidate, pairs.standing)

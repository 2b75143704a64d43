"""Reserved places, looked at a second time: which results keep them, tried number by number."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from ccin_vote.election.contest import Constraint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.election.contest import Candidate, Contest


def _limits(contest: Contest) -> tuple[Constraint, ...]:
    """Return the constraints; in a countback all who were elected keep their seats."""
    stay = contest.protected
    named = Constraint("who stays", stay, len(stay), len(stay))
    return (*contest.constraints, named) if stay else contest.constraints


def is_possible(
    contest: Contest, elected: Collection[Candidate], others: Iterable[Candidate]
) -> bool:
    """Return whether a result exists with all of the elected that keeps every constraint.

    Candidates of the same groups stand for each other: for each such sort every number of them is
    tried that could be elected.
    """
    constraints = _limits(contest)
    vacancies = contest.seats - len(elected)
    if not constraints:
        return vacancies >= 0
    sorts: dict[frozenset[str], int] = {}
    for candidate in others:
        groups = frozenset(c.group for c in constraints if candidate in c.members)
        sorts[groups] = sorts.get(groups, 0) + 1
    *all_but_last, last = list(sorts) or [frozenset[str]()]
    ranges = [range(min(sorts[sort], vacancies) + 1) for sort in all_but_last]
    for numbers in product(*ranges):
        rest = vacancies - sum(numbers)  # the last sort has to fill what the others leave
        if 0 <= rest <= sorts.get(last, 0):
            chosen = dict(zip(all_but_last, numbers, strict=True)) | {last: rest}
            if _keeps_all(contest, elected, chosen):
                return True
    return False


def _keeps_all(
    contest: Contest, elected: Collection[Candidate], chosen: dict[frozenset[str], int]
) -> bool:
    standing = set(contest.standing)
    for constraint in _limits(contest):
        number = sum(candidate in constraint.members for candidate in elected)
        number += sum(many for sort, many in chosen.items() if constraint.group in sort)
        least = min(constraint.minimum, len(standing & constraint.members))
        if not least <= number <= constraint.maximum:
            return False
    return True


def doomed(
    contest: Contest, elected: Collection[Candidate], hopeful: Collection[Candidate]
) -> list[Candidate]:
    """Return the hopeful whom no result has that keeps the constraints."""
    return [
        who
        for who in hopeful
        if _limits(contest)
        and not is_possible(
            contest, [*elected, who], [candidate for candidate in hopeful if candidate != who]
        )
    ]


def guarded(
    contest: Contest, elected: Collection[Candidate], hopeful: Collection[Candidate]
) -> list[Candidate]:
    """Return the hopeful without whom no result keeps the constraints."""
    return [
        who
        for who in hopeful
        if _limits(contest)
        and not is_possible(
            contest, elected, [candidate for candidate in hopeful if candidate != who]
        )
    ]

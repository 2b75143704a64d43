"""Whether the seats of a contest can be filled within its reserved places."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from ccin_vote.election.contest import Constraint, Seats

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.election.contest import Candidate, Contest

    Kind = tuple[int, ...]

Limit = tuple[int, Literal["minimum", "maximum"]]
"""One limit: the position of a constraint in its contest, from 0, and which of its two numbers."""


def reserved_of(contest: Contest) -> tuple[Constraint, ...]:
    """Return all that limits who can be elected: the constraints, and in a countback who stays.

    The members whose seats are not vacant are a group of which all are elected.
    """
    stay = contest.protected
    if not stay:
        return contest.constraints
    return (*contest.constraints, Constraint("", stay, len(stay), len(stay)))


def kind_of(contest: Contest, who: Candidate) -> Kind:
    """Return for each of these groups 1 if a candidate is in it, else 0.

    Candidates of one kind are alike: which of them is elected makes no difference to a limit.
    """
    return tuple(int(who in limit.members) for limit in reserved_of(contest))


def can_be_filled(
    contest: Contest, elected: Collection[Candidate], still_in: Iterable[Candidate]
) -> bool:
    """Return whether all seats can be filled, or all who stand elected, within all constraints.

    Args:
        contest: its seats and constraints; where fewer of a group stand than its minimum, all of
            them are the minimum.
        elected: who fills seats already.
        still_in: who may fill those that are left.
    """
    reserved, standing = reserved_of(contest), contest.standing
    seats = min(contest.seats, len(standing))
    limits = tuple(
        (min(limit.minimum, len(limit.members.intersection(standing))), limit.maximum)
        for limit in reserved
    )
    # Of nobody there are no columns to sum: then `have` is empty.
    have = tuple(map(sum, zip(*(kind_of(contest, who) for who in elected), strict=True)))
    kinds = Counter(kind_of(contest, who) for who in still_in)
    # Sorted, so that the cache knows the same question again.
    return _within(
        limits, (len(elected), have or (0,) * len(limits)), tuple(sorted(kinds.items())), seats
    )


@lru_cache(maxsize=1 << 14)
def _within(
    limits: tuple[tuple[int, int], ...],
    start: tuple[int, Kind],
    kinds: tuple[tuple[Kind, int], ...],
    seats: int,
) -> bool:
    """Return whether so many seats can be filled, beginning with some seats filled.

    A count asks the same again and again. What goes beyond a minimum makes no difference where
    there is no maximum, so it is not counted: that keeps the number of cases small.
    """
    most = [maximum for _, maximum in limits]
    counted = [least if maximum >= seats else seats for least, maximum in limits]
    possible = {start}
    for kind, number in kinds:
        possible = {
            (
                filled + more,
                tuple(
                    min(own + more * is_in, cap)
                    for own, is_in, cap in zip(have, kind, counted, strict=True)
                ),
            )
            for filled, have in possible
            for more in range(min(number, seats - filled) + 1)
        }
        # Nobody who is elected leaves again: a case above a maximum cannot come right.
        possible = {case for case in possible if all(map(int.__le__, case[1], most))}
    least = [minimum for minimum, _ in limits]
    return any(filled == seats and all(map(int.__ge__, have, least)) for filled, have in possible)


def at_odds(contest: Contest) -> tuple[tuple[Limit, ...], ...]:
    """Return the limits that no choice of those who stand meets; nothing if all can be met.

    Every limit that is impossible by itself; if there is none, two that are so together; if there
    are no such two, several of which none can be left out.
    """
    if can_be_filled(contest, (), contest.standing):
        return ()
    limits = _limits(contest)
    alone = tuple((limit,) for limit in limits if not _can_be_met(contest, (limit,)))
    if alone:
        return alone
    pairs = (pair for pair in combinations(limits, 2) if not _can_be_met(contest, pair))
    return (next(pairs, None) or _indispensable(contest, limits),)


def most_elected(contest: Contest, limits: tuple[Limit, ...]) -> int:
    """Return how many can be elected at most within limits that are all maxima."""
    numbers = range(min(contest.seats, len(contest.standing)), 0, -1)
    fewer = (replace(contest, seats=Seats(number)) for number in numbers)
    return next((few.seats for few in fewer if _can_be_met(few, limits)), 0)


def _limits(contest: Contest) -> tuple[Limit, ...]:
    found: list[Limit] = []
    for at, constraint in enumerate(contest.constraints):
        if constraint.minimum:
            found.append((at, "minimum"))
        if constraint.maximum < contest.seats:
            found.append((at, "maximum"))
    return tuple(found)


def _can_be_met(contest: Contest, limits: tuple[Limit, ...]) -> bool:
    """Return whether these limits can be met, all others left out."""
    kept = tuple(
        replace(
            constraint,
            minimum=constraint.minimum if (at, "minimum") in limits else 0,
            maximum=constraint.maximum if (at, "maximum") in limits else contest.seats,
        )
        for at, constraint in enumerate(contest.constraints)
        if any(at == position for position, _ in limits)
    )
    return can_be_filled(replace(contest, constraints=kept), (), contest.standing)


def _indispensable(contest: Contest, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """Leave out one limit after another while those that are left still cannot be met."""
    for limit in limits:
        fewer = tuple(other for other in limits if other != limit)
        if not _can_be_met(contest, fewer):
            limits = fewer
    return limits

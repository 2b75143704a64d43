"""Whether the seats of a contest can be filled within its reserved places."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ccin_vote.election.contest import Constraint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ccin_vote.election.contest import Candidate, Contest

    Kind = tuple[int, ...]


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
    return tuple(int(who in one.members) for one in reserved_of(contest))


def can_be_filled(
    contest: Contest, elected: Collection[Candidate], still_in: Iterable[Candidate]
) -> bool:
    """Whether all seats can be filled, or all who stand elected, within every constraint at once.

    Args:
        contest: its seats and constraints; where fewer of a group stand than its minimum, all of
            them are the minimum.
        elected: who fills seats already.
        still_in: who may fill those that are left.
    """
    reserved, standing = reserved_of(contest), contest.standing
    seats = min(contest.seats, len(standing))
    least = [min(one.minimum, len(one.members.intersection(standing))) for one in reserved]
    most = [one.maximum for one in reserved]
    have = tuple(map(sum, zip(*(kind_of(contest, who) for who in elected), strict=True)))
    possible = {(len(elected), have or (0,) * len(most))}
    for kind, number in Counter(kind_of(contest, who) for who in still_in).items():
        possible = {
            (
                filled + more,
                tuple(own + more * is_in for own, is_in in zip(have, kind, strict=True)),
            )
            for filled, have in possible
            for more in range(min(number, seats - filled) + 1)
        }
        possible = {one for one in possible if all(map(int.__le__, one[1], most))}
    return any(filled == seats and all(map(int.__ge__, have, least)) for filled, have in possible)

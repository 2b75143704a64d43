"""The quota, in units of the rule's last place, or in votes where the rule is exact."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from ccin_vote.rule import Quota

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.count.piles import Piles, Value
    from ccin_vote.election.contest import Candidate


@dataclass(frozen=True, slots=True)
class State:
    """How far a count has come: the seats, who fills them so far, and who continues."""

    seats: int
    winners: Sequence[Candidate]
    continuing: Sequence[Candidate]


def quota_of(  # noqa: PLR0911  (a kind each)
    kind: Quota, before: Value | None, piles: Piles, state: State
) -> Value | None:
    """Return the quota at the present stage.

    Args:
        kind: how the rule sets it.
        before: the quota of the stage before.
        piles: who has how many votes.
        state: how far the count has come.
    """
    seats = state.seats
    match kind:
        case Quota.NONE:
            return None
        case Quota.DROOP:
            return before if before is not None else _droop(piles, piles.total, seats)
        case Quota.DROOP_THOUSANDTHS:
            return int(piles.total) // (seats + 1) + 1
        case Quota.DROOP_EXACT:
            return Fraction(piles.total) * Fraction(1, seats + 1)
        case Quota.DROOP_HUNDREDTHS:
            in_play = piles.total - piles.non_transferable - piles.lost_to_rounding
            now = _up(in_play, seats + 1)
            return now if before is None or (not state.winners and now < before) else before
        case Quota.DROOP_OF_CONTINUING:
            return _droop(piles, sum(piles.votes), seats)
        case Quota.MAJORITY_OF_CONTINUING:
            votes = sum(piles.votes[candidate] for candidate in state.continuing)
            return int(votes) // 2 + 1
        case _:
            assert_never(kind)


def votes_required(kind: Quota, quota: Value, piles: Piles, state: State) -> Value:
    """Return how many votes elect: the quota, or less where fewer votes are still active (ERS97).

    The total active vote (ERS97, glossary) is what continuing candidates have and what waits to be
    transferred: surpluses, and the papers of an excluded candidate that have not moved yet.
    """
    if kind is not Quota.DROOP_HUNDREDTHS or not state.winners:
        return quota
    settled = sum(min(piles.votes[winner], quota) for winner in state.winners)
    active = sum(piles.votes) - settled
    return min(quota, _up(active, state.seats - len(state.winners) + 1))


def _droop(piles: Piles, votes: Value, seats: int) -> Value:
    whole = int(votes) // int(piles.one_vote)
    return (whole // (seats + 1) + 1) * piles.one_vote


def _up(votes: Value, parts: int) -> int:
    """Divide, rounded up; without a vote the quota is one unit, which nobody has."""
    return max(1, -(-int(votes) // parts))

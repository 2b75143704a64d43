"""The strongest chains of victories (Schulze 2018, sections 2.2 and 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.rule import Strength

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Matrix

_Victory = tuple[int, int]
"""How strong a victory is: the first number, and among equals the second."""

NONE = (0, 0)


def victory(matrix: Matrix, one: int, other: int, strength: Strength) -> _Victory:
    """Return the strength of a victory: winning votes, then few votes against; or the margin."""
    votes, against = matrix[one][other], matrix[other][one]
    if votes <= against:
        return NONE
    return (votes, -against) if strength is Strength.WINNING_VOTES else (votes - against, 0)


def strongest_chains(
    standing: Sequence[Candidate], matrix: Matrix, strength: Strength
) -> Callable[[Candidate, Candidate], bool]:
    """Return whether one candidate goes before another, by the strongest chain each way."""
    chain = [[victory(matrix, who, other, strength)[0] for other in standing] for who in standing]
    for middle, onward in enumerate(chain):
        for row in chain:
            if through := row[middle]:
                row[:] = [max(own, min(through, on)) for own, on in zip(row, onward, strict=True)]
    at = {candidate: place for place, candidate in enumerate(standing)}
    return lambda one, other: one != other and chain[at[one]][at[other]] > chain[at[other]][at[one]]

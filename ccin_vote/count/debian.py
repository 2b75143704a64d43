"""The Debian constitution, appendix A.5: the default option, then cloneproof Schwartz dropping."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.stage import Matrix

    Defeat = tuple[Candidate, Candidate]


def undropped(contest: Contest, matrix: Matrix) -> list[Candidate]:
    """Return the options that stay beside the default option (A.5.2 and A.5.3).

    An option stays that is preferred to the default option by as many votes as the quorum says,
    by more votes than prefer the default option, and by at least its majority ratio times those.
    """
    default = contest.reopen
    if default is None:
        return list(contest.standing)
    kept = []
    for option in contest.standing:
        above, below = matrix[option][default], matrix[default][option]
        ratio = contest.majorities[option] if contest.majorities else 1
        # A.5.2: quorum. A.5.3: the majority ratio, and strictly more in any case.
        stays = above >= contest.over_default and above > below and above >= ratio * below
        if option == default or stays:
            kept.append(option)
    return kept


def schwartz_winners(options: Sequence[Candidate], matrix: Matrix) -> tuple[Candidate, ...]:
    """Drop weakest defeats until there are none within the Schwartz set; give that set.

    A defeat is weaker with fewer votes for it, and among equals with more votes against (A.5.7).
    """
    left = list(options)
    defeats = {
        (candidate, other)
        for candidate in left
        for other in left
        if matrix[candidate][other] > matrix[other][candidate]
    }
    while True:
        left = _schwartz_set(left, defeats)
        inside = {defeat for defeat in defeats if set(defeat) <= set(left)}
        if not inside:
            return tuple(left)
        weakest = min(_strength(defeat, matrix) for defeat in inside)
        defeats = {defeat for defeat in inside if _strength(defeat, matrix) != weakest}


def _strength(defeat: Defeat, matrix: Matrix) -> tuple[int, int]:
    winner, loser = defeat
    return matrix[winner][loser], -matrix[loser][winner]


def _schwartz_set(options: Sequence[Candidate], defeats: set[Defeat]) -> list[Candidate]:
    """Return the options that transitively defeat whatever transitively defeats them (A.5.6)."""
    beaten = {
        option: {loser for winner, loser in defeats if winner == option} for option in options
    }
    for middle in options:
        for option in options:
            if middle in beaten[option]:
                beaten[option] |= beaten[middle]
    return [
        option
        for option in options
        if all(other in beaten[option] for other in options if option in beaten[other])
    ]

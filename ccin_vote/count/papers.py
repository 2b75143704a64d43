"""What a count begins with: the rankings of those who stand, and the papers that they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.election.contest import Papers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.ballot.profile import Profile, Ranking, Weight
    from ccin_vote.election.contest import Contest

ONLY_WITHDRAWN = "only-withdrawn"
"""Why a paper is informal that ranks nobody who stands."""


def standing_rankings(contest: Contest, profile: Profile) -> Iterator[tuple[Ranking, int]]:
    """Give each ranking without the withdrawn candidates, and its votes; some may be empty."""
    for ranking, weight in profile.formal.items():
        if contest.withdrawn:
            yield tuple(one for one in ranking if one not in contest.withdrawn), weight.votes
        else:
            yield ranking, weight.votes


def informal_by_reason(contest: Contest, profile: Profile) -> tuple[tuple[str, int], ...]:
    """Give the informal papers by reason, sorted.

    A paper on which only withdrawn candidates are ranked is informal as ``only-withdrawn``.
    """
    papers = {reason: weight.papers for reason, weight in profile.informal.items()}
    withdrawn = profile.papers - valid_papers(contest, profile)
    if withdrawn:
        papers[ONLY_WITHDRAWN] = withdrawn
    return tuple(sorted(papers.items()))


def valid_papers(contest: Contest, profile: Profile) -> Papers:
    """Count the papers that rank somebody who stands."""
    return Papers(sum(weight.papers for _, weight in _valid(contest, profile)))


def valid_votes(contest: Contest, profile: Profile) -> int:
    """Count the votes that the valid papers carry."""
    return sum(weight.votes for _, weight in _valid(contest, profile))


def _valid(contest: Contest, profile: Profile) -> Iterator[tuple[Ranking, Weight]]:
    for ranking, weight in profile.formal.items():
        if not contest.withdrawn.issuperset(ranking):
            yield ranking, weight

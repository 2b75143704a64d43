"""What a count begins with: the rankings of those who stand, and the papers that they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.ballot.profile import Profile, Ranking
    from ccin_vote.election.contest import Contest


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
    withdrawn = sum(
        weight.papers
        for ranking, weight in profile.formal.items()
        if contest.withdrawn.issuperset(ranking)
    )
    if withdrawn:
        papers["only-withdrawn"] = withdrawn
    return tuple(sorted(papers.items()))

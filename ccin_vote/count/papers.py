"""What a count begins with: the papers of those who stand, and the votes that they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ccin_vote.ballot.profile import members
from ccin_vote.ballot.reading import without
from ccin_vote.election.contest import Papers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.ballot.profile import Paper, Profile, Ranking, Weight
    from ccin_vote.election.contest import Contest

ONLY_WITHDRAWN = "only-withdrawn"
"""Why a paper is informal that ranks nobody who stands."""


def standing_papers(
    contest: Contest, profile: Profile, *, keep_places: bool = False
) -> Iterator[tuple[Paper, int]]:
    """Yield each valid paper without the withdrawn candidates, and the votes it carries."""
    for paper, weight in _valid(contest, profile):
        if contest.withdrawn:
            yield without(paper, contest.withdrawn, keep_places=keep_places), weight.votes
        else:
            yield paper, weight.votes


def standing_rankings(contest: Contest, profile: Profile) -> Iterator[tuple[Ranking, int]]:
    """Return the papers of a rule that knows no equal preferences."""
    return cast("Iterator[tuple[Ranking, int]]", standing_papers(contest, profile))


def informal_by_reason(contest: Contest, profile: Profile) -> tuple[tuple[str, int], ...]:
    """Return the informal papers by reason, sorted.

    A paper on which only withdrawn candidates are chosen is informal as ``only-withdrawn``.
    """
    papers = {reason: weight.papers for reason, weight in profile.informal.items()}
    withdrawn = profile.papers - valid_papers(contest, profile)
    if withdrawn:
        papers[ONLY_WITHDRAWN] = withdrawn
    return tuple(sorted(papers.items()))


def valid_papers(contest: Contest, profile: Profile) -> Papers:
    """Count the papers that choose somebody who stands."""
    return Papers(sum(weight.papers for _, weight in _valid(contest, profile)))


def valid_votes(contest: Contest, profile: Profile) -> int:
    """Count the votes that the valid papers carry."""
    return sum(weight.votes for _, weight in _valid(contest, profile))


def _valid(contest: Contest, profile: Profile) -> Iterator[tuple[Paper, Weight]]:
    if not contest.withdrawn:
        yield from profile.formal.items()
        return
    for paper, weight in profile.formal.items():
        if not contest.withdrawn.issuperset(
            candidate for place in paper for candidate in members(place)
        ):
            yield paper, weight

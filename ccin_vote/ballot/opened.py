"""The opened papers: per contest only sorted rankings with their votes and papers.

The file says nothing of who or when. ``salt`` (32 bytes, from the content keys) keeps a withheld
file from being guessed by its digest. ``set_aside`` lists ballots that count and could not be
opened, by their line in the log and the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import Informal, Profile, Ranking, Weight
from ccin_vote.canonical import Binary, Model
from ccin_vote.election.contest import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

INVALID = "invalid-seal"
UNOPENED = "unopened"
SET_ASIDE = {
    INVALID: "the parts of the sealed ballot do not agree; it opens for nobody",
    UNOPENED: "too few scrutineers hold a share that fits",
}
"""Why a ballot that counts has no paper."""

PaperLine = tuple[tuple[int, ...], int, int]
"""A ranking, the votes that each such paper carries, and how many such papers there are."""

ReasonLine = tuple[str, int, int]
"""A reason, the votes that each such paper carries, and how many such papers there are."""


class OpenedContest(Model):
    """The papers of one contest, sorted."""

    id: str
    papers: tuple[PaperLine, ...]
    informal: tuple[ReasonLine, ...]

    @property
    def paper_count(self) -> int:
        """How many papers, formal and informal."""
        return sum(line[2] for line in (*self.papers, *self.informal))

    @property
    def vote_count(self) -> int:
        """How many votes all the papers carry."""
        return sum(line[1] * line[2] for line in (*self.papers, *self.informal))

    def profile(self) -> Profile:
        """Group the papers for a count."""
        formal: dict[Ranking, Weight] = {}
        for ranking, votes, papers in self.papers:
            key = tuple(Candidate(one) for one in ranking)
            formal[key] = formal.get(key, Weight(0, 0)) + Weight(papers, votes * papers)
        informal: dict[str, Weight] = {}
        for reason, votes, papers in self.informal:
            informal[reason] = informal.get(reason, Weight(0, 0)) + Weight(papers, votes * papers)
        return Profile(formal, informal)


class OpenedPapers(Model):
    """All that an opening makes public."""

    election: str
    closed_root: Binary
    salt: Binary
    contests: tuple[OpenedContest, ...]
    set_aside: tuple[tuple[int, str], ...]


def opened_contest(contest: str, papers: Iterable[tuple[Ranking | Informal, int]]) -> OpenedContest:
    """Sort papers, each with the votes it carries, so that their order says nothing."""
    formal: dict[tuple[tuple[int, ...], int], int] = {}
    informal: dict[tuple[str, int], int] = {}
    for choice, votes in papers:
        if isinstance(choice, Informal):
            informal[choice.reason, votes] = informal.get((choice.reason, votes), 0) + 1
        else:
            formal[choice, votes] = formal.get((choice, votes), 0) + 1
    return OpenedContest(
        id=contest,
        papers=tuple((*key, formal[key]) for key in sorted(formal)),
        informal=tuple((*key, informal[key]) for key in sorted(informal)),
    )

"""The opened papers: per contest only sorted rankings with their votes and papers.

The file says nothing of who or when, nor in which order ballots came: the closed log that was
opened stands beside the file's digest in what the scrutineers sign. ``salt`` (32 bytes, from the
content keys) keeps a withheld file from being guessed by its digest. ``set_aside`` lists ballots
that count and could not be opened, by their line in the log and the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import Informal, Paper, Place, Profile, Weight, members
from ccin_vote.canonical import Binary, Model
from ccin_vote.election.contest import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INVALID = "invalid-seal"
UNOPENED = "unopened"
SET_ASIDE = {
    INVALID: "the parts of the sealed ballot do not agree; it opens for nobody",
    UNOPENED: "too few scrutineers hold a share that fits",
}
"""Why a ballot that counts has no paper."""

PaperLine = tuple[tuple[int | tuple[int, ...], ...], int, int]
"""A paper's places from the highest down (several equal candidates are a list), the
 votes that each such paper carries, and how many such papers there are."""

ReasonLine = tuple[str, int, int]
"""A reason, the votes that each such paper carries, and how many such papers there are."""


def _place(written: int | tuple[int, ...]) -> Place:
    if isinstance(written, tuple):
        return tuple(Candidate(place) for place in written)
    return Candidate(written)


def _order(line: tuple[Paper, int]) -> tuple[tuple[tuple[Candidate, ...], ...], int]:
    """Order papers by their places; a single candidate is a place of one."""
    return tuple(members(place) for place in line[0]), line[1]


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

    @property
    def alone(self) -> int:
        """How many papers are like no other of as many votes."""
        return sum(line[2] == 1 for line in (*self.papers, *self.informal))

    @property
    def weights(self) -> dict[int, int]:
        """How many papers there are of each number of votes."""
        found: dict[int, int] = {}
        for _, votes, papers in (*self.papers, *self.informal):
            found[votes] = found.get(votes, 0) + papers
        return found

    def profile_lines(self) -> Iterator[tuple[Paper, Weight]]:
        """Yield each different paper, how many there are, and the votes that each of them has."""
        for paper, votes, papers in self.papers:
            yield tuple(_place(place) for place in paper), Weight(papers, votes)

    def profile(self) -> Profile:
        """Group the papers for a count."""
        formal: dict[Paper, Weight] = {}
        for paper, weight in self.profile_lines():
            total = Weight(weight.papers, weight.votes * weight.papers)
            formal[paper] = formal.get(paper, Weight(0, 0)) + total
        informal: dict[str, Weight] = {}
        for reason, votes, papers in self.informal:
            informal[reason] = informal.get(reason, Weight(0, 0)) + Weight(papers, votes * papers)
        return Profile(formal, informal)


class OpenedPapers(Model):
    """All that an opening makes public."""

    election: str
    salt: Binary
    contests: tuple[OpenedContest, ...]
    set_aside: tuple[tuple[int, str], ...]


def opened_contest(contest: str, papers: Iterable[tuple[Paper | Informal, int]]) -> OpenedContest:
    """Sort papers, each with the votes it carries, so that their order says nothing."""
    formal: dict[tuple[Paper, int], int] = {}
    informal: dict[tuple[str, int], int] = {}
    for choice, votes in papers:
        if isinstance(choice, Informal):
            informal[choice.reason, votes] = informal.get((choice.reason, votes), 0) + 1
        else:
            formal[choice, votes] = formal.get((choice, votes), 0) + 1
    return OpenedContest(
        id=contest,
        papers=tuple((*key, formal[key]) for key in sorted(formal, key=_order)),
        informal=tuple((*key, informal[key]) for key in sorted(informal)),
    )

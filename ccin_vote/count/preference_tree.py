"""Papers as a tree of preferences that grows only as deep as votes reach.

What a paper gives depends only on the candidates above on it, so that papers with the same
beginning are calculated together. A candidate who keeps the whole of every vote ends a branch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import as_place, members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ccin_vote.ballot.profile import Paper, Place
    from ccin_vote.election.contest import Candidate


class Branch:
    """The papers with one beginning: ``votes`` in all, and where they go on."""

    __slots__ = ("_begun", "_children", "_papers", "votes")

    def __init__(self) -> None:
        """Begin without a paper."""
        self.votes = 0
        self._papers: list[tuple[Paper, int, int]] = []
        self._begun: list[tuple[Paper, int, int]] = []
        self._children: dict[Place, Branch] | None = None

    def add(self, paper: Paper, depth: int, votes: int, gone: set[Candidate]) -> None:
        """Add a paper of which ``depth`` places lie above this branch."""
        self.votes += votes
        if self._children is None:
            self._papers.append((paper, depth, votes))
            return
        for at in range(depth, len(paper)):
            place = paper[at]
            if isinstance(place, tuple):
                place = as_place(candidate for candidate in place if candidate not in gone)
            if place != () and place not in gone:
                child = self._children.get(place)
                if child is None:
                    child = self._children[place] = Branch()
                if isinstance(place, tuple):
                    child._begun.append((paper, at, votes))
                child.add(paper, at + 1, votes, gone)
                return

    def children(self, gone: set[Candidate]) -> Iterator[tuple[Place, Branch]]:
        """Return each next place, without the candidates who are gone, and the papers there."""
        if self._children is None:
            self._children = {}
            papers, self._papers = self._papers, []
            self._scatter(papers, gone)
        elif stale := [place for place in self._children if not gone.isdisjoint(members(place))]:
            for place in stale:
                self._scatter(self._children.pop(place).papers(place), gone)
        return iter(self._children.items())

    def _scatter(self, papers: Iterable[tuple[Paper, int, int]], gone: set[Candidate]) -> None:
        for paper, depth, votes in papers:
            self.votes -= votes
            self.add(paper, depth, votes, gone)

    def papers(self, place: Place) -> list[tuple[Paper, int, int]]:
        """Return the papers to be shared out again when somebody in the place above is gone.

        Of equal candidates one may stay, so that these papers begin again with their place. An
        excluded candidate kept whole votes to the end: that branch never grew.
        """
        return self._begun if isinstance(place, tuple) else self._papers

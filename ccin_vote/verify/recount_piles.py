"""Papers in parcels, each received at one time and of one value, and how they move."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate
    from ccin_vote.verify.recount_model import BallotPaper, Table

Points = list[tuple[Fraction, ...]]
"""The votes at earlier points of the count, in the order in which a rule looks at them."""


class Parcels:
    """The papers on the candidates' piles, and the votes that they are worth."""

    parts = 100
    """How many parts of a vote are the smallest that the rule knows."""

    def __init__(self, table: Table) -> None:
        """Begin with all who stand, and no votes."""
        self.table = table
        self.votes = table.zeros()
        self.aside = Fraction(0)
        self.lost = Fraction(0)
        self.hopeful = table.standing
        self.waiting: list[Candidate] = []  # elected, with a surplus not transferred
        self.newly: list[Candidate] = []  # elected, and not written down yet
        self.parcel = 0
        self.ends: Points = []  # the votes at the end of each stage of the law
        self.quota = self.find_quota(table.total())

    def find_quota(self, total: Fraction) -> Fraction:
        """Return the quota for so many votes."""
        raise NotImplementedError

    def step(self, paper: BallotPaper) -> tuple[Fraction, ...]:
        """Say at which step of an exclusion a paper moves: the smallest first."""
        raise NotImplementedError

    def deal(self) -> None:
        """Put each paper with its first preference."""
        for paper in self.table.papers:
            paper.value, paper.came = Fraction(1), self.parcel
            self.give(paper)

    def give(self, paper: BallotPaper) -> Candidate | None:
        """Put a paper on the pile of its next preference, and count it there."""
        paper.pile = next((who for who in paper.ranking if who in self.hopeful), None)
        if paper.pile is not None:
            self.votes[paper.pile] += paper.value * paper.copies
        return paper.pile

    def surplus(self) -> Fraction:
        """Return all surpluses that are not transferred, added up."""
        return sum((self.votes[who] - self.quota for who in self.waiting), Fraction(0))

    def transfer(self, elected: Candidate) -> None:
        """Transfer a surplus from the parcel last received."""
        self.waiting.remove(elected)
        self.parcel += 1
        surplus = self.votes[elected] - self.quota
        papers = self.transferable(elected)
        worth = sum((paper.value * paper.copies for paper in papers), Fraction(0))
        value = self.new_value(surplus, papers) if worth > surplus else None
        left = surplus - self.send(papers, value)
        self.votes[elected] = self.quota
        if value is None:
            self.aside += left
        else:
            self.lost += left

    def transferable(self, elected: Candidate) -> list[BallotPaper]:
        """Return the papers last received that prefer a continuing candidate."""
        pile = [paper for paper in self.table.papers if paper.pile == elected]
        last = max(paper.came for paper in pile)
        return [
            paper
            for paper in pile
            if paper.came == last and any(who in self.hopeful for who in paper.ranking)
        ]

    def new_value(self, surplus: Fraction, papers: list[BallotPaper]) -> Fraction:
        """Divide a surplus by the number of papers, and ignore the remainder."""
        number = sum(paper.copies for paper in papers)
        return Fraction(floor(surplus / number * self.parts), self.parts)

    def send(self, papers: list[BallotPaper], value: Fraction | None) -> Fraction:
        """Send papers on at a value, or at their own; return what they are worth together."""
        worth = Fraction(0)
        for paper in papers:
            paper.came = self.parcel
            paper.value = paper.value if value is None else value
            worth += paper.value * paper.copies
            self.give(paper)
        return worth

    def steps(self, out: list[Candidate]) -> list[list[BallotPaper]]:
        """Return the papers of the excluded in the steps in which they move; one step at least."""
        papers = [paper for paper in self.table.papers if paper.pile in out]
        found: dict[tuple[Fraction, ...], list[BallotPaper]] = {}
        for paper in papers:
            found.setdefault(self.step(paper), []).append(paper)
        return [found[step] for step in sorted(found)] or [[]]

    def move(self, papers: list[BallotPaper]) -> None:
        """Move papers of the excluded at their present value."""
        self.parcel += 1
        for paper in papers:
            value = paper.value * paper.copies
            if paper.pile is not None:
                self.votes[paper.pile] -= value
            paper.came = self.parcel
            if self.give(paper) is None:
                self.aside += value

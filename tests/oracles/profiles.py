"""Small profiles at random with many ties: few voters and candidates, equal ranks, short papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.ballot.profile import as_place, grouped
from ccin_vote.election.contest import Candidate, Contest, Seats

if TYPE_CHECKING:
    import random

    from ccin_vote.ballot.profile import Paper, Profile


@dataclass(frozen=True)
class Drawn:
    """A contest and its papers, one by one and grouped."""

    contest: Contest
    papers: tuple[Paper, ...]

    @property
    def profile(self) -> Profile:
        """The papers grouped, each with one vote."""
        return grouped((paper, 1) for paper in self.papers)

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return len(self.contest.candidates)


def drawn(
    dice: random.Random,
    *,
    equal: bool = False,
    complete: bool = False,
    seats: int = 1,
    most: int = 5,
) -> Drawn:
    """Draw a profile of rankings."""
    size = dice.randint(max(2, seats + 1), most)
    papers = []
    for _ in range(dice.randint(1, 9)):
        order = [Candidate(at) for at in range(size)]
        dice.shuffle(order)
        kept = order if complete else order[: dice.randint(1, size)]
        paper: list[list[Candidate]] = []
        for who in kept:
            if paper and equal and dice.random() < 0.3:
                paper[-1].append(who)
            else:
                paper.append([who])
        papers.append(tuple(as_place(place) for place in paper))
    return Drawn(_contest(size, seats), tuple(papers))


def scored(dice: random.Random, highest: int, *, seats: int = 1) -> tuple[Drawn, list[list[int]]]:
    """Draw papers with scores; give the scores of each as well."""
    size = dice.randint(max(2, seats + 1), 5)
    marks = [
        [dice.choice([0, 0, 1, highest // 2, highest - 1, highest]) for _ in range(size)]
        for _ in range(dice.randint(2, 9))
    ]
    marks = [row if any(row) else [highest, *row[1:]] for row in marks]
    papers = tuple(_by_score(row, highest) for row in marks)
    return Drawn(_contest(size, seats), papers), marks


def _by_score(row: list[int], highest: int) -> Paper:
    places = [
        as_place(Candidate(at) for at, mark in enumerate(row) if mark == score)
        for score in range(highest, 0, -1)
    ]
    while places and places[-1] == ():
        places.pop()
    return tuple(places)


def approved(dice: random.Random, *, seats: int) -> Drawn:
    """Draw papers that mark any number of candidates."""
    size = dice.randint(seats + 1, 5)
    papers = []
    for _ in range(dice.randint(1, 8)):
        marked = [Candidate(at) for at in range(size) if dice.random() < 0.5]
        papers.append((as_place(marked or [Candidate(dice.randrange(size))]),))
    return Drawn(_contest(size, seats), tuple(papers))


def _contest(size: int, seats: int) -> Contest:
    return Contest("Oracle", tuple("ABCDEFGH"[:size]), Seats(seats))

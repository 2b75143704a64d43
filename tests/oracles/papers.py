"""Small random elections with many ties, and everything that ours may elect in them."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from ccin_vote.ballot.profile import Paper, as_place, grouped, members
from ccin_vote.ballot.reading import read_profile
from ccin_vote.count import count_contest
from ccin_vote.election.contest import Candidate, Contest, Seats
from ccin_vote.record.ties import Purpose
from ccin_vote.rule import Ties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ccin_vote.record.ties import Question
    from ccin_vote.rule import RuleSet

Winners = frozenset[int]
"""Who is elected together."""

Order = tuple[Candidate, ...]


class Election(NamedTuple):
    """Papers, each with the votes that it carries; candidates are 0, 1, 2 ..."""

    size: int
    seats: int
    papers: tuple[tuple[Paper, int], ...]

    @property
    def candidates(self) -> range:
        """Everybody."""
        return range(self.size)

    @property
    def ballots(self) -> list[list[list[int]]]:
        """Return each vote as a list of places, each place a list of candidates."""
        return [
            [[int(candidate) for candidate in members(place)] for place in paper]
            for paper, votes in self.papers
            for _ in range(votes)
        ]

    def __str__(self) -> str:
        """Write it as in a file: the votes, and the paper; `=` between equals, `-` for nobody."""
        lines = [f"{self.size} candidates, {self.seats} seats"]
        for paper, votes in self.papers:
            places = (
                "=".join("abcdef"[candidate] for candidate in members(place)) for place in paper
            )
            lines.append(f"{votes}: {' '.join(place or '-' for place in places)}")
        return "\n".join(lines)


class Kind(NamedTuple):
    """What the papers of a rule may look like, and how many seats there may be."""

    equal: bool = False
    full: bool = False
    weights: tuple[int, ...] = (1, 1, 1, 2, 3)
    skipped: bool = False
    most_seats: int = 1
    most_candidates: int = 5
    most_papers: int = 9


def elections(name: str, number: int, kind: Kind) -> Iterator[Election]:
    """Make elections: the same for the same name."""
    dice = Random(name)
    for _ in range(number):
        size = dice.randint(2, kind.most_candidates)
        seats = dice.randint(1, min(kind.most_seats, size - 1))
        papers = tuple(
            (_paper(dice, size, kind), dice.choice(kind.weights))
            for _ in range(dice.randint(2, kind.most_papers))
        )
        yield Election(size, seats, papers)


def _paper(dice: Random, size: int, kind: Kind) -> Paper:
    everyone = [Candidate(number) for number in range(size)]
    dice.shuffle(everyone)
    ranked = everyone if kind.full else everyone[: dice.randint(1, size)]
    places: list[list[Candidate]] = []
    for candidate in ranked:
        if kind.equal and places and places[-1] and dice.random() < 0.3:
            places[-1].append(candidate)
            continue
        if kind.skipped and dice.random() < 0.3:
            places.append([])
        places.append([candidate])
    return tuple(as_place(place) for place in places)


class _Scripted:
    """Draws as a script says, and the first order of each question after it."""

    def __init__(self, script: tuple[int, ...], seats: int) -> None:
        self._script, self._seats = script, seats
        self.choices: list[int] = []

    def draw(self, question: Question) -> Order:
        orders = drawn_orders(question, self._seats)
        at = len(self.choices)
        self.choices.append(len(orders))
        return orders[self._script[at] if at < len(self._script) else 0]


def drawn_orders(question: Question, seats: int) -> list[Order]:
    """Return the orders that a lot may have, but for the end of it, which no count looks at.

    At most as many as there are seats come of one lot; where the lot puts candidates into an order
    for what follows, or for a run-off, every order counts.
    """
    among = question.among
    whole = question.purpose in {Purpose.ORDER, Purpose.RUN_OFF}
    depth = len(among) if whole else min(len(among), seats)
    return [
        (*first, *(candidate for candidate in among if candidate not in first))
        for first in permutations(among, depth)
    ]


def elected_by(rule: RuleSet, election: Election, *, by_lot: bool = False) -> set[Winners]:
    """Count with every outcome of every lot, and give all sets of candidates who may be elected.

    Args:
        rule: the rule.
        election: the papers.
        by_lot: break every tie by lot, whatever earlier stages say.
    """
    if by_lot:
        rule = replace(rule, ties=Ties.LOT)
    contest = contest_of(election)
    profile = read_profile(grouped(election.papers), contest, rule)
    found: set[Winners] = set()
    scripts: list[tuple[int, ...]] = [()]
    while scripts:
        script = scripts.pop()
        lots = _Scripted(script, election.seats)
        found.add(frozenset(count_contest(contest, profile, rule, lots).winners))
        done = script
        for choices in lots.choices[len(script) :]:
            scripts.extend((*done, other) for other in range(1, choices))
            done = (*done, 0)
    return found


def contest_of(election: Election) -> Contest:
    """Return the contest of an election."""
    names = tuple(f"Candidate {letter}" for letter in "ABCDEF"[: election.size])
    return Contest("Committee", names, Seats(election.seats), votes_each=election.seats)


def alone(candidates: Iterable[int]) -> set[Winners]:
    """Return each as the only winner of a rule of one seat."""
    return {frozenset({int(candidate)}) for candidate in candidates}

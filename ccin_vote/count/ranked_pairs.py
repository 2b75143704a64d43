"""Ranked pairs: victories are kept from the strongest down unless they close a circle."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ccin_vote.count.schulze import NONE, victory
from ccin_vote.record.ties import ByLot, Purpose, Question, Tie

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ccin_vote.count.outcome import Outcome
    from ccin_vote.election.contest import Candidate
    from ccin_vote.record.stage import Matrix
    from ccin_vote.rule import Strength

    Pair = tuple[Candidate, Candidate]


def kept_victories(
    outcome: Outcome, matrix: Matrix, strength: Strength
) -> Callable[[Candidate, Candidate], bool]:
    """Give whether the kept victories put one candidate above another.

    Raises:
        DecisionNeeded: equal victories close a circle together, and no lot orders them yet.
    """
    standing = outcome.contest.standing
    pairs = [(one, other) for one in standing for other in standing if one != other]
    strong = {pair: victory(matrix, *pair, strength) for pair in pairs}
    victories = sorted((pair for pair in pairs if strong[pair] > NONE), key=strong.__getitem__)
    above = _Above()
    order: dict[Candidate, int] = {}
    for _, group in groupby(reversed(victories), key=strong.__getitem__):
        equal = [pair for pair in group if not above.is_above(pair[1], pair[0])]
        if above.would_circle(equal):
            order = order or _drawn(outcome)
            equal.sort(key=lambda pair: (order[pair[0]], -order[pair[1]]))
        for pair in equal:
            above.keep(pair)
    return above.is_above


def _drawn(outcome: Outcome) -> dict[Candidate, int]:
    """Have a lot put all candidates into an order."""
    question = Question(outcome.stage, Purpose.ORDER, outcome.contest.standing)
    order = outcome.lots.draw(question)
    outcome.ties.append(Tie(question, ByLot(order), order[0]))
    return {one: at for at, one in enumerate(order)}


class _Above:
    """Whom the kept victories put above whom, chains included."""

    def __init__(self) -> None:
        self._below: dict[Candidate, set[Candidate]] = {}

    def is_above(self, one: Candidate, other: Candidate) -> bool:
        return other in self._below.get(one, ())

    def keep(self, pair: Pair) -> None:
        """Keep a victory unless it closes a circle."""
        one, other = pair
        if self.is_above(other, one):
            return
        new = {other} | self._below.get(other, set())
        for upper in [one, *(up for up, below in self._below.items() if one in below)]:
            self._below.setdefault(upper, set()).update(new)

    def would_circle(self, pairs: Iterable[Pair]) -> bool:
        """Whether victories close a circle together with those kept."""
        trial = _Above()
        trial._below = {one: set(below) for one, below in self._below.items()}
        for pair in pairs:
            if trial.is_above(pair[1], pair[0]):
                return True
            trial.keep(pair)
        return False

"""Ties: never broken silently. A tie is told apart by an earlier stage or by a lot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ccin_vote.election.contest import Candidate


class Purpose(Enum):
    """What a tie is about."""

    ELECTION = "election"
    SURPLUS = "surplus"
    EXCLUSION = "exclusion"
    RUN_OFF = "run-off"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Question:
    """What a lot must answer: at this stage, for this purpose, who comes first among whom.

    ``among`` is in the order of the contest's list. The candidate first in the drawn order is
    the one to whom the purpose applies first: elected, surplus transferred, or excluded.
    """

    stage: int
    purpose: Purpose
    among: tuple[Candidate, ...]


class Lots(Protocol):
    """Where a count gets its lots: a record of what people drew, or a rehearsal's dice."""

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return all of ``question.among`` in the drawn order.

        Raises:
            DecisionNeeded: nobody has drawn this lot yet.
        """
        ...


@dataclass(frozen=True, slots=True)
class ByEarlierStage:
    """An earlier stage at which the candidates had unequal votes decides."""

    stage: int


@dataclass(frozen=True, slots=True)
class ByLot:
    """A lot decided; the whole drawn order."""

    order: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class ByMeasure:
    """A further measure that the rule names decides; the words say which."""

    words: str


TieResolution = ByEarlierStage | ByLot | ByMeasure


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie, how it was broken, and who came of it first; ``also`` whom the same lot chose next."""

    question: Question
    resolution: TieResolution
    chosen: Candidate
    also: tuple[Candidate, ...] = ()

    @property
    def all_chosen(self) -> tuple[Candidate, ...]:
        """All to whom the purpose applies."""
        return (self.chosen, *self.also)

"""Lots that people drew: read from a TOML file or the log, and asked for in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.errors import DecisionNeeded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.ties import Question


@dataclass(frozen=True, slots=True)
class DrawnLot:
    """One lot: for which contest, stage and purpose, the drawn order of names, who was there."""

    contest: str
    stage: int
    purpose: str
    order: tuple[str, ...]
    drawn_by: str
    witnessed_by: str


class LotsNeeded(DecisionNeeded):
    """Lots that people must draw first; ``lots`` names each, its order still that of the list."""

    def __init__(self, lots: Iterable[DrawnLot], message: str, remedy: str) -> None:
        """Keep what must be drawn."""
        self.lots = tuple(lots)
        super().__init__(message, remedy=remedy)


class RecordedLots:
    """Answers from lots that were drawn; asks for those that were not."""

    def __init__(self, contest: Contest, name: str, drawn: Iterable[DrawnLot] = ()) -> None:
        """Take the lots of one contest; ``name`` is how the lots file calls it."""
        self._contest = contest
        self._name = name
        self._drawn = [one for one in drawn if one.contest == name]

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Give the recorded order.

        Raises:
            LotsNeeded: nobody drew this lot; says exactly what to draw among whom.
        """
        names = {self._contest.candidates[one]: one for one in question.among}
        for lot in self._drawn:
            here = (lot.stage, lot.purpose) == (question.stage, question.purpose.value)
            if here and sorted(lot.order) == sorted(names):
                return tuple(names[name] for name in lot.order)
        wanted = DrawnLot(self._name, question.stage, question.purpose.value, tuple(names), "", "")
        raise LotsNeeded([wanted], self._asked(question), self._snippet(question))

    def _asked(self, question: Question) -> str:
        among = [self._contest.candidates[one] for one in question.among]
        first = {
            "election": "is elected",
            "surplus": "has the surplus transferred first",
            "exclusion": "is excluded",
        }[question.purpose.value]
        return (
            f"Contest {self._contest.title}, stage {question.stage}: a lot must be drawn among"
            f" {', '.join(among)}. The one drawn first {first}."
        )

    def _snippet(self, question: Question) -> str:
        among = [self._contest.candidates[one] for one in question.among]
        lines = [
            "draw the lot before witnesses, put this into a file with the names in drawn order,",
            "and repeat the command with --lots FILE:",
            "",
            "[[lots]]",
            f"contest = {json.dumps(self._name)}",
            f"stage = {question.stage}",
            f"purpose = {json.dumps(question.purpose.value)}",
            f"order = {json.dumps(among, ensure_ascii=False)}",
            'drawn_by = ""',
            'witnessed_by = ""',
        ]
        return "\n".join(lines)

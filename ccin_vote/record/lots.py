"""Lots that people drew: read from a TOML file or the log, and asked for in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ccin_vote.errors import DecisionNeeded, shown
from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.election.contest import Candidate, Contest
    from ccin_vote.record.ties import Question


class Drawn(Protocol):
    """What a count needs to know of a lot, whether it stands in the log or in a file."""

    @property
    def contest(self) -> str:
        """The contest that it is for."""
        ...

    @property
    def stage(self) -> int:
        """The stage, from 1."""
        ...

    @property
    def purpose(self) -> str:
        """The value of its ``Purpose``."""
        ...

    @property
    def order(self) -> tuple[str, ...]:
        """The names in the drawn order."""
        ...


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

    def __init__(self, contest: Contest, name: str, drawn: Iterable[Drawn] = ()) -> None:
        """Take the lots of one contest; ``name`` is how the lots file calls it."""
        self._contest = contest
        self._name = name
        given = tuple(drawn)
        self._drawn = [lot for lot in given if lot.contest == name]
        self._elsewhere = dict.fromkeys(lot.contest for lot in given if lot.contest != name)
        self._used: set[tuple[int, str]] = set()

    def draw(self, question: Question) -> tuple[Candidate, ...]:
        """Return the recorded order.

        Raises:
            LotsNeeded: nobody drew this lot; says exactly what to draw among whom.
        """
        names = {self._contest.candidates[candidate]: candidate for candidate in question.among}
        wanted = DrawnLot(self._name, question.stage, question.purpose.value, tuple(names), "", "")
        asked = (wanted.stage, wanted.purpose)
        for lot in self._drawn:
            if (lot.stage, lot.purpose) == asked and sorted(lot.order) == sorted(names):
                self._used.add(asked)
                return tuple(names[name] for name in lot.order)
        words = _asked(self._contest.title, wanted) + shown(self._given_instead(asked))
        remedy = _ANOTHER if self._drawn else _REMEDY
        raise LotsNeeded([wanted], words, f"{remedy}\n\n{lot_snippet(wanted)}")

    def _given_instead(self, asked: tuple[int, str]) -> str:
        """Say what the given lots are for, so that none is passed over without a word."""
        same = [lot for lot in self._drawn if (lot.stage, lot.purpose) == asked]
        if same:
            return f" The lot given for it is among others: {', '.join(same[0].order)}."
        unused = [lot for lot in self._drawn if (lot.stage, lot.purpose) not in self._used]
        if unused:
            what = "; ".join(f"stage {lot.stage}, {lot.purpose}" for lot in unused)
            return f" No lot given answers this; what was not asked for so far: {what}."
        if self._elsewhere and not self._drawn:
            names = ", ".join(repr(name) for name in self._elsewhere)
            return f" No lot given is for this contest, {self._name!r}; they are for {names}."
        return ""


_FIRST = {
    Purpose.ELECTION.value: "is elected",
    Purpose.SURPLUS.value: "has the surplus transferred first",
    Purpose.EXCLUSION.value: "is excluded",
    Purpose.RUN_OFF.value: "goes into the run-off",
    Purpose.ORDER.value: "goes before the others where victories are equal",
}
_REMEDY = """\
draw the lot before witnesses, put this into a file with the names in drawn order,
then run the command again with --lots FILE:"""
_ANOTHER = """\
draw this further lot before witnesses too. Keep the lots that were drawn before: add this to the
lots file below them, with the names in drawn order, then run the command again with --lots FILE:"""


def _asked(title: str, wanted: DrawnLot) -> str:
    """Say what to draw among whom, and what it decides."""
    return shown(
        f"Contest {title}, stage {wanted.stage}: a lot must be drawn among"
        f" {', '.join(wanted.order)}. The one drawn first {_FIRST[wanted.purpose]}."
    )


def lot_snippet(lot: DrawnLot) -> str:
    """Write a lot as the TOML table that ``parse_lots`` reads."""
    order = ", ".join(_quoted(name) for name in lot.order)
    return "\n".join(
        [
            "[[lots]]",
            f"contest = {_quoted(lot.contest)}",
            f"stage = {lot.stage}",
            f"purpose = {_quoted(lot.purpose)}",
            f"order = [{order}]",
            f"drawn_by = {_quoted(lot.drawn_by)}",
            f"witnessed_by = {_quoted(lot.witnessed_by)}",
        ]
    )


def _quoted(text: str) -> str:
    """Write a TOML string that no terminal takes for a command."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(
            character if shown(character) == character else f"\\U{ord(character):08x}"
            for character in escaped
        )
        + '"'
    )

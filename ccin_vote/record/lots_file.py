"""The file in which people write down the lots they drew: TOML, a ``[[lots]]`` table each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ccin_vote.canonical import Model
from ccin_vote.election.document import nearest, read_document
from ccin_vote.election.fitting import check_model
from ccin_vote.record.lots import DrawnLot
from ccin_vote.record.ties import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccin_vote.election.document import Document
    from ccin_vote.errors import Mistake

_PURPOSES = [each_purpose.value for each_purpose in Purpose]


class _Lot(Model):
    contest: str
    stage: Annotated[int, Field(ge=1)]
    purpose: str
    order: tuple[str, ...]
    drawn_by: str
    witnessed_by: str


class _File(Model):
    lots: tuple[_Lot, ...]


def parse_lots(data: bytes, file: str) -> tuple[tuple[DrawnLot, ...], list[Mistake]]:
    """Read a lots file; lots are given only if there is no mistake at all.

    Each table has ``contest``, ``stage``, ``purpose``, ``order`` (all names, in drawn order),
    ``drawn_by`` and ``witnessed_by``.
    """
    document, mistakes = read_document(data, file)
    if document is None:
        return (), mistakes
    read, mistakes = check_model(document, _File)
    if read is None:
        return (), mistakes
    lots = tuple(
        DrawnLot(lot.contest, lot.stage, lot.purpose, lot.order, lot.drawn_by, lot.witnessed_by)
        for lot in read.lots
    )
    mistakes = [fault for at, lot in enumerate(lots) for fault in _faults(document, at, lot)]
    mistakes += _drawn_twice(document, lots)
    return (() if mistakes else lots), mistakes


def _faults(document: Document, at: int, lot: DrawnLot) -> Iterator[Mistake]:
    """Yield what no type can say: a purpose, two names or more, each once, the people there."""
    if lot.purpose not in _PURPOSES:
        hint = nearest(lot.purpose, _PURPOSES)
        yield document.mistake(("lots", at, "purpose"), f"no such purpose: {lot.purpose!r}", hint)
    if len(lot.order) < 2:  # noqa: PLR2004  (fewer are no tie)
        yield document.mistake(("lots", at, "order"), "a lot is drawn among two names or more")
    if len(set(lot.order)) < len(lot.order):
        yield document.mistake(("lots", at, "order"), "a name stands twice in this order")
    people = (("drawn_by", lot.drawn_by, "drew"), ("witnessed_by", lot.witnessed_by, "witnessed"))
    for key, value, did in people:
        if not value.strip():
            problem = f"{key!r} is empty"
            yield document.mistake(("lots", at, key), problem, f"write who {did} the lot")


def _drawn_twice(document: Document, lots: tuple[DrawnLot, ...]) -> Iterator[Mistake]:
    seen = set()
    for at, lot in enumerate(lots):
        question = (lot.contest, lot.stage, lot.purpose, frozenset(lot.order))
        if question in seen:
            yield document.mistake(
                ("lots", at), "this lot is in the file already: a lot is drawn once"
            )
        seen.add(question)

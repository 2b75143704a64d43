"""The file that gives reserved places to a ballot file: TOML, a ``[[constraints]]`` table each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ccin_vote.canonical import Model
from ccin_vote.election.definition import MAXIMUM_CANDIDATES, MAXIMUM_CONSTRAINTS
from ccin_vote.election.document import read_document
from ccin_vote.election.fitting import check_model

if TYPE_CHECKING:
    from ccin_vote.errors import Mistake


class ReservedPlaces(Model):
    """How many of the named candidates are elected at least, and at most."""

    group: Annotated[str, Field(min_length=1)]
    members: Annotated[tuple[str, ...], Field(min_length=1)]
    minimum: Annotated[int, Field(ge=0, le=MAXIMUM_CANDIDATES)] = 0
    maximum: Annotated[int, Field(ge=0, le=MAXIMUM_CANDIDATES)] = MAXIMUM_CANDIDATES


class _File(Model):
    constraints: Annotated[
        tuple[ReservedPlaces, ...], Field(min_length=1, max_length=MAXIMUM_CONSTRAINTS)
    ]


def parse_reserved(data: bytes, file: str) -> tuple[tuple[ReservedPlaces, ...], list[Mistake]]:
    """Read a file of reserved places; they are given only if there is no mistake at all.

    Each table has ``group``, ``members`` (names of candidates) and ``minimum`` or ``maximum``.
    """
    document, mistakes = read_document(data, file)
    if document is None:
        return (), mistakes
    read, mistakes = check_model(document, _File)
    if read is None:
        return (), mistakes
    wrong = [
        document.mistake(("constraints", at), "the minimum is above the maximum")
        for at, one in enumerate(read.constraints)
        if one.minimum > one.maximum
    ]
    return (() if wrong else read.constraints), wrong

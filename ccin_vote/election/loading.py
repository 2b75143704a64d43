"""Reading `election.toml`: every mistake at once, each with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.election.definition import Definition
from ccin_vote.election.document import limited, read_document
from ccin_vote.election.fitting import check_model
from ccin_vote.election.timetable import with_zone
from ccin_vote.election.validity import RULES_OF_A_DEFINITION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccin_vote.errors import Mistake


def parse_definition(data: bytes, file: str) -> tuple[Definition | None, list[Mistake]]:
    """Read a definition; a definition is given only if there is no mistake at all."""
    document, mistakes = read_document(data, file)
    if document is None:
        return None, mistakes
    document, mistakes = with_zone(document)
    # Also where types do not fit: whoever corrects the file sees everything at once.
    for rule in RULES_OF_A_DEFINITION:
        mistakes.extend(limited(rule(document)))
    definition, misfits = check_model(document, Definition)
    mistakes = in_order((*mistakes, *misfits))
    return (None if mistakes else definition), mistakes


def in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Sort mistakes as the lines stand in the file; the same thing is said once."""
    return sorted(
        set(mistakes), key=lambda mistake: (mistake.line or 0, mistake.column or 0, mistake.problem)
    )

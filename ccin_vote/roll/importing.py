"""Rows become members; what is no member is named, and what is wrong is told, all at once.

A row is passed over only if it is blank, a total, or the headings once more, and that is said.
Every other row is a member or a mistake. The members then meet the rules of `members.toml`: nobody
comes in by a list whom the other file would refuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ccin_vote.election.document import Document, limited, quoted
from ccin_vote.election.positions import Place
from ccin_vote.election.validity import id_from
from ccin_vote.election.words import some
from ccin_vote.errors import Mistake
from ccin_vote.roll.cells import faults_of
from ccin_vote.roll.loading import roll_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccin_vote.election.positions import Path
    from ccin_vote.roll.columns import Columns
    from ccin_vote.roll.roll import Roll
    from ccin_vote.roll.tables import Row, Table

_TOTAL = re.compile(
    r"(?:(?:grand|sub)[ -]?)?totals?(?: members)?:?(?: *=? *[0-9.,]+)?|sum:?|count:?"
    r"|(?:number of |no\.? of )?(?:members|records|rows):? *[0-9.,]*|[0-9.,]+ (?:members|records)",
    re.IGNORECASE,
)
_MOST = 10
"""So many rows are named in one sentence."""
_FIGURE = re.compile(r"[0-9][0-9.,]*")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CHANNELS = {
    **dict.fromkeys(("email", "e-mail", "mail", "online", "electronic"), "email"),
    **dict.fromkeys(("post", "letter", "postal", "by post"), "post"),
    **dict.fromkeys(("paper", "paper ballot", "on paper"), "paper"),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """The roll in a list, and what is to be said of the way from one to the other."""

    roll: Roll
    columns: Columns
    passed: tuple[str, ...]
    """What was passed over, and how the file was read."""
    respelt: tuple[tuple[str, str], ...]
    """Ids as they stand in the list and as they are written, where that is not the same."""


def import_roll(table: Table, columns: Columns) -> Imported | list[Mistake]:
    """Return the roll in a table whose columns are known, or every mistake in it."""
    below = [row for row in table.rows[columns.begin :] if not row.is_blank]
    rows = [row for row in below if not _is_passed(row, columns)]
    if not rows:
        return [Mistake(table.file, "there is no member in this list")]
    faults = [
        (row, row.mistake(table.file, problem, hint))
        for row, problem, hint in _faults(rows, columns)
    ]
    faulty = {row.number for row, _ in faults}
    sound = [row for row in rows if row.number not in faulty]
    roll, mistakes = _roll(sound, columns, table) if sound else (None, [])
    faults += mistakes
    if roll is None or faults:
        faults.sort(key=lambda fault: fault[0].number)
        return list(limited(mistake for _, mistake in faults))
    passed = (*table.remarks, *_passed(table, columns, below))
    return Imported(roll, columns, passed, tuple(_respelt(rows, roll, columns)))


def value(row: Row, columns: Columns, field: str) -> str:
    """Return what a row says of a field; nothing if it has no such column."""
    at = columns.places.get(field)
    return row.cells[at] if at is not None and at < len(row.cells) else ""


def names_in(row: Row, columns: Columns) -> tuple[str, str]:
    """Return the name of a member and that of its contact, from one column or from two."""
    parts = (value(row, columns, "first-name"), value(row, columns, "surname"))
    person = value(row, columns, "contact") or " ".join(filter(None, parts))
    name = value(row, columns, "name") if "name" in columns.places else person
    return name, person or name


def _id(row: Row, columns: Columns) -> str:
    """Return the id of a member: from its own cell, or else from its name."""
    if "id" in columns.places:
        return id_from(value(row, columns, "id"))
    name = names_in(row, columns)[0]
    return id_from(name) or (f"member-{row.number}" if name else "")


def _is_passed(row: Row, columns: Columns) -> bool:
    """Return whether a row is a total, or the headings once more."""
    if columns.begin and row.cells == columns.headings[: len(row.cells)]:
        return True
    filled = [cell for cell in row.cells if cell]
    words = [cell for cell in filled if not _FIGURE.fullmatch(cell)]
    return bool(words) and all(map(_TOTAL.fullmatch, words))


def _passed(table: Table, columns: Columns, below: Sequence[Row]) -> Iterator[str]:
    """Yield where the headings are, and what was passed over: rows above and below, columns."""
    if columns.begin:
        heading = table.rows[columns.begin - 1].number
        yield f"Row {heading} has the headings. Taken: {columns.words}."
    else:
        yield f"There are no headings. Taken, by their content: {columns.words}."
    for row in table.rows[: max(columns.begin - 1, 0)]:
        if not row.is_blank:
            yield f"Row {row.number} stands above the headings: {_shown(row)}."
    last = below[-1].number
    blank = [row.number for row in table.rows[columns.begin : last] if row.is_blank]
    if blank:
        numbers = some([str(number) for number in blank], _MOST)
        yield f"Passed over, as blank: {'row' if len(blank) == 1 else 'rows'} {numbers}."
    for row in below:
        if _is_passed(row, columns):
            yield f"Row {row.number} is no member: {_shown(row)}."
    if unused := list(_unused(below, columns)):
        word = "column" if len(unused) == 1 else "columns"
        yield f"Passed over, as not needed: {word} {', '.join(unused)}."


def _unused(below: Sequence[Row], columns: Columns) -> Iterator[str]:
    """Yield the columns that are not needed and are not empty: by heading, or by number from 1."""
    for at in columns.unused:
        if columns.headings[at]:
            yield quoted(columns.headings[at])
        elif any(row.cells[at] for row in below if at < len(row.cells)):
            yield f"number {at + 1}"


def _shown(row: Row) -> str:
    return quoted(" | ".join(filter(None, row.cells)))


def _respelt(rows: Sequence[Row], roll: Roll, columns: Columns) -> Iterator[tuple[str, str]]:
    for row, member in zip(rows, roll.members, strict=True):
        written = value(row, columns, "id")
        if written not in ("", member.id):
            yield written, member.id


def _faults(rows: Sequence[Row], columns: Columns) -> Iterator[tuple[Row, str, str | None]]:
    """Yield what is wrong with the cells of each row, and every id that stood before."""
    width = len(columns.headings) if columns.begin else max(len(row.cells) for row in rows)
    first: dict[str, Row] = {}
    for row in rows:
        yield from ((row, *fault) for fault in _length_faults(row, width))
        values = {field: value(row, columns, field) for field in columns.places}
        values["name"] = names_in(row, columns)[0]
        yield from ((row, *fault) for fault in faults_of(values, _CHANNELS))
        made = _id(row, columns)
        before = first.setdefault(made, row)
        if made and before is not row:
            yield (row, *_twice(row, before, columns))


def _length_faults(row: Row, width: int) -> Iterator[tuple[str, str | None]]:
    if len(row.cells) < width:
        yield f"{len(row.cells)} cells where there are {width} columns; is the row cut off?", None
    elif any(row.cells[width:]):
        hint = "a comma inside a cell needs quotation marks around the cell"
        yield f"{len(row.cells)} cells where there are {width} columns", hint


def _twice(row: Row, before: Row, columns: Columns) -> tuple[str, str | None]:
    if "id" in columns.places:
        return f"the id {quoted(value(row, columns, 'id'))} is in row {before.number} already", None
    name = names_in(row, columns)[0]
    hint = "ids are made from the names: a column 'Member No' would tell the two apart"
    return f"{quoted(name)} is in row {before.number} already", hint


def _roll(
    rows: Sequence[Row], columns: Columns, table: Table
) -> tuple[Roll | None, list[tuple[Row, Mistake]]]:
    """Return the roll of the rows by the rules of `members.toml`, each mistake with its row."""
    members = tuple(_member(row, columns) for row in rows)
    index: dict[Path, Place] = {("members", at): Place(at + 1, 0, 0) for at in range(len(rows))}
    texts = tuple("" for _ in rows)
    roll, mistakes = roll_of(Document(table.file, texts, {"members": members}, index))
    found = ((rows[(mistake.line or 1) - 1], mistake) for mistake in mistakes)
    return roll, [
        (row, row.mistake(table.file, mistake.problem, mistake.hint)) for row, mistake in found
    ]


def _member(row: Row, columns: Columns) -> dict[str, Any]:
    """Return a member as `members.toml` would have it."""
    name, contact = names_in(row, columns)
    groups = (group.strip() for group in value(row, columns, "groups").split(";"))
    return {
        "id": _id(row, columns),
        "name": name,
        "contact": contact,
        "email": value(row, columns, "email").removeprefix("mailto:"),
        "channel": _CHANNELS.get(value(row, columns, "channel").casefold()),
        "groups": tuple(group for group in groups if group),
        "votes": _votes(value(row, columns, "votes")) if "votes" in columns.places else 1,
    }


def _votes(text: str) -> int | str | None:
    # What is no number is left as text, so that the roll's own rules refuse it, in its own row.
    return int(text) if _NUMBER.fullmatch(text) else text or None

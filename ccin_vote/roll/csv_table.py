"""A table from a spreadsheet: CSV with a header row. A half-read table is an error."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.election.document import limited, nearest, quoted, read_text
from ccin_vote.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SEPARATORS = (",", ";", "\t")
_HINT = "save the table as 'CSV UTF-8' in your spreadsheet"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as a spreadsheet counts, the line where it starts, and its cells."""

    number: int
    line: int
    text: str
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)

    def mistake(self, file: str, problem: str, hint: str | None = None) -> Mistake:
        """Return a mistake that names the row."""
        said = f"row {self.number}: {problem}"
        return Mistake(file, said, line=self.line, text=self.text, hint=hint)


@dataclass(frozen=True, slots=True)
class Table:
    """A header in lower case, and rows of as many cells."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def cells(self, row: Row) -> dict[str, str]:
        """Return the cells of a row by the names of their columns."""
        return dict(zip(self.header, row.cells, strict=True))


def read_table(
    data: bytes, file: str, columns: Sequence[str], required: Sequence[str]
) -> tuple[Table | None, list[Mistake]]:
    """Read CSV (RFC 4180; also with semicolons or tabs, as spreadsheets write it).

    Empty rows at the end are passed over; one in the middle is a mistake.
    """
    text, mistakes = read_text(data, file, _HINT)
    if text is None:
        return None, mistakes
    rows, mistakes = _rows(text, file)
    if not rows or not text.strip():
        return None, mistakes or [Mistake(file, "the file is empty: no row was read", line=1)]
    header = tuple(cell.casefold() for cell in rows[0].cells)
    mistakes.extend(limited(_header_mistakes(rows[0], file, columns, required)))
    mistakes.extend(limited(_row_mistakes(rows, file)))
    if len(rows) == 1 and not mistakes:
        mistakes = [rows[0].mistake(file, "there is a header and no member below it")]
    return (None, mistakes) if mistakes else (Table(file, header, tuple(rows[1:])), [])


def _rows(text: str, file: str) -> tuple[list[Row], list[Mistake]]:
    # As the csv module counts lines; `splitlines` would also split at characters within a name.
    lines = re.split(r"\r\n|\n|\r", text)
    separator = max(_SEPARATORS, key=lines[0].count)
    # `strict`: Python's reader would else take a stray quotation mark as it comes, and swallow the
    # rows up to the next one. A member would be off the roll and nobody would know.
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True
    )
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            # Rows and lines are counted apart: a cell may have line
            # breaks, and a spreadsheet counts rows.
            rows.append(Row(len(rows) + 1, line, lines[line - 1], stripped))
            line = reader.line_num + 1
    except csv.Error as error:
        broken = Row(len(rows) + 1, line, lines[line - 1], ())
        return rows, [broken.mistake(file, *_cause(error))]
    return _filled(rows), []


def _cause(error: csv.Error) -> tuple[str, str | None]:
    if "unexpected end of data" in str(error):
        return 'a quotation mark (") is opened and never closed', "close it, or write it twice"
    return f"this row cannot be read: {error}", None


def _filled(rows: list[Row]) -> list[Row]:
    while rows and rows[-1].is_empty:
        rows.pop()
    return rows


def _header_mistakes(
    header: Row, file: str, columns: Sequence[str], required: Sequence[str]
) -> Iterator[Mistake]:
    names = [cell.casefold() for cell in header.cells]
    if header.is_empty:
        yield header.mistake(file, "this row is empty; the names of the columns belong here")
        return
    for at, name in enumerate(names, start=1):
        if not name:
            yield header.mistake(file, f"column {at} has no name")
        elif name in names[: at - 1]:
            yield header.mistake(file, f"the column {quoted(name)} stands twice")
        elif name not in columns:
            yield header.mistake(file, f"unknown column {quoted(name)}", nearest(name, columns))
    for name in required:
        if name not in names:
            yield header.mistake(file, f"the column {name!r} is missing")


def _row_mistakes(rows: Sequence[Row], file: str) -> Iterator[Mistake]:
    expected = len(rows[0].cells)
    for row in rows[1:] if expected else ():
        if row.is_empty:
            yield row.mistake(file, "this row is empty, and there are rows below it")
        elif len(row.cells) != expected:
            found = f"{len(row.cells)} cells where the header has {expected}"
            hint = "a comma inside a cell needs quotation marks around the cell"
            yield row.mistake(file, found, hint if len(row.cells) > expected else None)

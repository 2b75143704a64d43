"""A list of members as an office has it becomes rows of text, each with its number.

What a file is, its first bytes say and not its name: a workbook (`workbook.py`), or text with
commas, semicolons or tabs. What the columns mean is decided in `columns.py`, what a row means in
`importing.py`. Nothing is left out here: a half-read table is a mistake.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.errors import Mistake
from ccin_vote.roll.workbook import Sheets, kind_of, read_sheets

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEPARATORS = (",", ";", "\t")
_SAMPLE = 50
"""So many lines tell which separator a file has."""
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
"""What spreadsheets and web pages leave around a value, and nobody sees."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SAVE = "save the list as .xlsx, .ods or 'CSV UTF-8' in your spreadsheet"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as a spreadsheet counts, its line in a text, and its cells."""

    number: int
    cells: tuple[str, ...]
    line: int | None = None

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)

    def mistake(self, file: str, problem: str, hint: str | None = None) -> Mistake:
        """Return a mistake that names the row and shows what is in it."""
        text = " | ".join(self.cells) or None
        return Mistake(file, f"row {self.number}: {problem}", line=self.line, text=text, hint=hint)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a list, and what is to be said of how they were read."""

    file: str
    rows: tuple[Row, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeveralSheets:
    """A workbook with more than one sheet that could be the roll; somebody has to say which."""

    names: tuple[str, ...]


def read_table(data: bytes, file: str, sheet: str = "") -> Table | SeveralSheets | Mistake:
    """Return the rows of a workbook or of CSV (RFC 4180); or the sheets to choose from.

    What cannot be read is a mistake that says what the file is and how to save it.
    """
    kind = kind_of(data)
    if kind is not None and kind.problem:
        return Mistake(file, kind.problem, hint=kind.hint or _SAVE)
    if kind is not None:
        return _of_workbook(read_sheets(data), file, sheet)
    if sheet:
        return Mistake(file, "this is a text file; it has no sheets", hint="leave out --sheet")
    text = _decoded(data)
    if text is None:
        return Mistake(file, "this is neither a spreadsheet nor text", hint=_SAVE)
    return _of_text(*text, file)


def _of_workbook(found: Sheets | str, file: str, sheet: str) -> Table | SeveralSheets | Mistake:
    if isinstance(found, str):
        return Mistake(file, found, hint="open it, save it anew as .xlsx, and try again")
    filled = {name: rows for name, rows in found.rows.items() if any(map(any, rows))}
    if sheet and sheet not in filled:
        names = ", ".join(filled) or "none"
        return Mistake(file, f"no sheet {sheet!r} with anything in it", hint=f"sheets: {names}")
    shown = [name for name in filled if name not in found.hidden] or list(filled)
    if not shown:
        return Mistake(file, "every sheet is empty: no row was read")
    if len(shown) > 1 and not sheet:
        return SeveralSheets(tuple(shown))
    chosen = sheet or shown[0]
    remarks = (f"Read from the sheet {chosen!r} alone.",) if len(filled) > 1 else ()
    return Table(file, _numbered((cells, None) for cells in filled[chosen]), remarks)


def _decoded(data: bytes) -> tuple[str, str] | None:
    """Return a text and, if it had to be guessed, its encoding; or nothing if it is no text."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _as(data, "utf-16", "")
    # Without a mark, text in UTF-16 has a zero in every other byte; other text has none.
    for encoding, zeros in (("utf-16-le", data[1:200:2]), ("utf-16-be", data[0:200:2])):
        if len(zeros) > 1 and zeros.count(0) * 2 > len(zeros):
            return _as(data, encoding, "")
    text = _as(data, "utf-8-sig", "")
    if text is not None:
        return text
    # Any bytes are some text in Windows-1252; with control characters in it, it is none.
    guessed = _as(data, "cp1252", "Windows-1252")
    return None if guessed is None or _CONTROLS.search(guessed[0]) else guessed


def _as(data: bytes, encoding: str, said: str) -> tuple[str, str] | None:
    try:
        return data.decode(encoding), said
    except UnicodeDecodeError:
        return None


def _of_text(text: str, guessed: str, file: str) -> Table | Mistake:
    if not text.strip():
        return Mistake(file, "the file is empty: no row was read")
    # As the csv module counts lines; `splitlines` would also split at characters within a name.
    lines = re.split(r"\r\n|\n|\r", text)
    # `strict`: Python's reader would else take a stray quotation mark as it comes, and swallow the
    # rows up to the next one. A member would be off the roll and nobody would know.
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=_separator(lines[:_SAMPLE]),
        strict=True,
        skipinitialspace=True,
    )
    rows: list[tuple[list[str], int]] = []
    line = 1
    try:
        for cells in reader:
            rows.append((cells, line))
            line = reader.line_num + 1
    except csv.Error as error:
        return Row(len(rows) + 1, (lines[line - 1],), line).mistake(file, *_cause(error))
    return Table(file, _numbered(rows), _remarks(text, guessed))


def _separator(lines: list[str]) -> str:
    """Return what separates the cells: what splits most lines, and these most often."""

    def split(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        return sum(map(bool, counts)), sum(counts)

    # What Excel writes in the first line for itself decides, if it is there.
    named = re.fullmatch(r"sep=(.)", lines[0].strip("\ufeff "), re.IGNORECASE)
    return named[1] if named else max(_SEPARATORS, key=split)


def _remarks(text: str, guessed: str) -> tuple[str, ...]:
    if not guessed:
        return ()
    odd = next((word for word in re.findall(r"[^\s,;]+", text) if not word.isascii()), "")
    return (f"The file is not UTF-8; it was read as {guessed}. Is {clean(odd)!r} spelt right?",)


def _cause(error: csv.Error) -> tuple[str, str | None]:
    if "unexpected end of data" in str(error):
        return 'a quotation mark (") is opened and never closed', "close it, or write it twice"
    return f"this row cannot be read: {error}", None


def _numbered(rows: Iterable[tuple[list[str], int | None]]) -> tuple[Row, ...]:
    """Return rows with their numbers; a cell that holds only what nobody sees holds nothing."""
    # Rows and lines are counted apart: a cell may have line breaks, and a spreadsheet counts rows.
    return tuple(
        Row(number, tuple(map(clean, cells)), line)
        for number, (cells, line) in enumerate(rows, start=1)
    )


def clean(value: str) -> str:
    """Return a value without what is around it; within it every white space is one space."""
    return " ".join(value.strip(_UNSEEN).split()).strip(_UNSEEN)

"""A roll from a spreadsheet: CSV with a header row. A half-read table is an error."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING

import tomli_w

from ccin_vote.election.document import nearest
from ccin_vote.errors import Mistake
from ccin_vote.roll.loading import parse_roll
from ccin_vote.roll.roll import Member, Roll

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS = ("id", "name", "contact", "email", "groups", "votes")
_REQUIRED = ("name", "email")
_SEPARATORS = (",", ";", "\t")

Row = tuple[int, dict[str, str]]


def parse_roll_csv(data: bytes, file: str) -> tuple[Roll | None, list[Mistake]]:
    """Read a roll from CSV (RFC 4180; also with semicolons or tabs, as spreadsheets write it).

    The header names the columns name and email, and any of id, contact, groups (separated by
    semicolons or spaces) and votes. Every row becomes a member, or is named as a mistake.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = "save the table as 'CSV UTF-8' in your spreadsheet"
        return None, [Mistake(file, "the file is not UTF-8", line=line, hint=hint)]
    if not text.strip():
        return None, [Mistake(file, "the file is empty: no row was read", line=1)]
    rows, mistakes = _rows(text, file)
    if not rows and not mistakes:
        mistakes = [Mistake(file, "there is a header and no member: no row was read", line=1)]
    members = [_member(row, file, mistakes) for row in rows]
    mistakes.extend(_twice(rows, file))
    roll = Roll(members=tuple(one for one in members if one))
    return (None, sorted(mistakes, key=lambda one: one.line or 0)) if mistakes else (roll, [])


def _rows(text: str, file: str) -> tuple[list[Row], list[Mistake]]:
    first = text.splitlines()[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    mistakes: list[Mistake] = []
    rows: list[Row] = []
    header: list[str] = []
    start = 1
    try:
        for cells in reader:
            if not header:
                header = [cell.strip().casefold() for cell in cells]
                mistakes.extend(_header_mistakes(header, file))
            elif len(cells) != len(header):
                problem = f"row {start} has {len(cells)} cells; the header has {len(header)}"
                mistakes.append(Mistake(file, problem, line=start, text=separator.join(cells)))
            else:
                rows.append((start, dict(zip(header, (c.strip() for c in cells), strict=True))))
            start = reader.line_num + 1
    except csv.Error as error:
        mistakes.append(Mistake(file, f"row {start} cannot be read: {error}", line=start))
    return rows, mistakes


def _header_mistakes(header: Sequence[str], file: str) -> Iterator[Mistake]:
    for name in header:
        if name not in COLUMNS:
            problem = f"unknown column {name!r} in the header"
            yield Mistake(file, problem, line=1, hint=nearest(name, COLUMNS))
    for name in _REQUIRED:
        if name not in header:
            yield Mistake(file, f"the column {name!r} is missing in the header", line=1)
    if len(set(header)) < len(header):
        yield Mistake(file, "a column stands twice in the header", line=1)


def _member(row: Row, file: str, mistakes: list[Mistake]) -> Member | None:
    """Make a member of a row by way of the same rules as `members.toml`."""
    line, cells = row
    votes = cells.get("votes") or "1"
    if not (votes.isascii() and votes.isdecimal()):
        mistakes.append(
            Mistake(file, f"row {line}: votes is no whole number: {votes!r}", line=line)
        )
        return None
    name = cells.get("name", "")
    member = {
        "id": cells.get("id") or id_from(name),
        "name": name,
        "contact": cells.get("contact") or name,
        "email": cells.get("email", ""),
        "groups": [one for one in re.split(r"[;\s]+", cells.get("groups", "")) if one],
        "votes": int(votes),
    }
    return _checked(member, line, file, mistakes)


def _checked(
    member: dict[str, object], line: int, file: str, mistakes: list[Mistake]
) -> Member | None:
    data = tomli_w.dumps({"members": [member]}).encode()
    roll, found = parse_roll(data, file)
    mistakes.extend(
        Mistake(file, f"row {line}: {one.problem}", line=line, hint=one.hint) for one in found
    )
    return roll.members[0] if roll else None


def _twice(rows: Sequence[Row], file: str) -> Iterator[Mistake]:
    for key in ("id", "email"):
        first: dict[str, int] = {}
        for line, cells in rows:
            value = cells.get(key) or (id_from(cells.get("name", "")) if key == "id" else "")
            before = first.setdefault(value.casefold(), line)
            if value and before != line:
                problem = f"row {line}: the {key} {value!r} stands in row {before} already"
                yield Mistake(file, problem, line=line)


def id_from(name: str) -> str:
    """Make an id from a name: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:64].strip("-")

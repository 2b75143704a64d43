"""A roll from a spreadsheet: the same rules as for `members.toml`, told by rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ccin_vote.election.document import Document
from ccin_vote.election.loading import in_order
from ccin_vote.election.positions import Place
from ccin_vote.election.validity import id_from
from ccin_vote.roll.csv_table import read_table
from ccin_vote.roll.loading import roll_of

if TYPE_CHECKING:
    from ccin_vote.election.positions import Path
    from ccin_vote.errors import Mistake
    from ccin_vote.roll.csv_table import Row, Table
    from ccin_vote.roll.roll import Roll

COLUMNS = ("id", "name", "contact", "email", "groups", "votes")
_REQUIRED = ("name", "email")
_NUMBER = re.compile(r"[0-9]{1,9}")


def parse_roll_csv(data: bytes, file: str) -> tuple[Roll | None, list[Mistake]]:
    """Read a roll from CSV; a roll is given only if there is no mistake at all.

    The header names the columns name and email, and any of id, contact, groups (separated by
    semicolons) and votes, in any order. Without an id, one is made from the name; without a
    contact, the name stands for it; without the column votes, each member has one vote.
    """
    # Turned into the document that `members.toml` would be: one set of rules for both, so that no
    # member comes in by a spreadsheet that the other file would refuse.
    table, mistakes = read_table(data, file, COLUMNS, _REQUIRED)
    if table is None:
        return None, in_order(mistakes)
    roll, mistakes = roll_of(_document(table))
    rows = {row.line: row for row in table.rows}
    return roll, [_told(mistake, rows, table) for mistake in mistakes]


def _document(table: Table) -> Document:
    """Return the table as the document that `members.toml` would be, each row at its line."""
    members = tuple(_member(table.cells(row), row) for row in table.rows)
    lines = [""] * max(row.line for row in table.rows)
    for row in table.rows:
        lines[row.line - 1] = row.text
    index: dict[Path, Place] = {
        ("members", at): Place(row.line, 0, 0) for at, row in enumerate(table.rows)
    }
    return Document(table.file, tuple(lines), {"members": members}, index)


def _member(cells: dict[str, str], row: Row) -> dict[str, Any]:
    name, votes = cells["name"], cells.get("votes", "1")
    groups = (group.strip() for group in cells.get("groups", "").split(";"))
    return {
        "id": cells.get("id") or id_from(name) or f"member-{row.number}",
        "name": name,
        "contact": cells.get("contact") or name,
        "email": cells["email"],
        "groups": tuple(group for group in groups if group),
        # What is no number is left as text, so that the roll's own rules refuse it, in its own row.
        "votes": int(votes) if _NUMBER.fullmatch(votes) else votes or None,
    }


def _told(mistake: Mistake, rows: dict[int, Row], table: Table) -> Mistake:
    """Name the row of a mistake; say where an id comes from that is not in the table."""
    row = rows.get(mistake.line or 0)
    if row is None:
        return mistake
    made = "id" not in table.header and mistake.problem.startswith("the member's id")
    hint = "the id is made from the name; a column id tells them apart" if made else mistake.hint
    return replace(mistake, problem=f"row {row.number}: {mistake.problem}", hint=hint)

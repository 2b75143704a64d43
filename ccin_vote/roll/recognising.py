"""What a column is by what stands in it, for lists whose headings do not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ccin_vote.roll.tables import Row

_ADDRESS = re.compile(r"\S*[^\s@]\s?@\s?[^\s@]+\.[^\s@]+")
"""What was meant as an address, also with a space in it that makes it none."""
_NUMBER = re.compile(r"(?=.*[0-9])[\w./-]+")
_LETTERS = re.compile(r"[^\W\d_]{2}")


def has_address(row: Row) -> bool:
    """Return whether an address stands in a row; then it is a member's and no heading."""
    return any(map(_ADDRESS.fullmatch, row.cells))


def _columns(rows: Sequence[Row], but: Collection[int]) -> dict[int, list[str]]:
    """Return what stands in each column, without empty cells; columns with nothing are left out."""
    width = max((len(row.cells) for row in rows), default=0)
    columns = {
        at: [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at]]
        for at in range(width)
        if at not in but
    }
    return {at: cells for at, cells in columns.items() if cells}


def the_addresses(rows: Sequence[Row], but: Collection[int]) -> dict[str, list[int]]:
    """Return as ``email`` the columns that have addresses for the most part."""
    found = [
        at
        for at, cells in _columns(rows, but).items()
        if 2 * sum(map(bool, map(_ADDRESS.fullmatch, cells))) > len(cells)
    ]
    return {"email": found} if found else {}


def columns_without_headings(rows: Sequence[Row], but: Collection[int]) -> dict[str, list[int]]:
    """Return what the columns of a list without headings are, as far as it is plain.

    Addresses are ``email``; texts that differ from row to row are ``name``; of numbers without a
    space that all differ the only column is ``id``. A column that says the same in every row is
    nothing of these.
    """
    filled = [row for row in rows if not row.is_blank]
    found = the_addresses(filled, but)
    rest = _columns(filled, {*but, *found.get("email", ())})
    numbers = [at for at, cells in rest.items() if _are_ids(cells, len(filled))]
    names = [at for at, cells in rest.items() if at not in numbers and _are_names(cells)]
    if len(numbers) == 1:
        found["id"] = numbers
    if names:
        found["name"] = names
    return found


def _are_ids(cells: Sequence[str], rows: int) -> bool:
    every = len(cells) == rows == len({cell.casefold() for cell in cells})
    return every and all(map(_NUMBER.fullmatch, cells))


def _are_names(cells: Sequence[str]) -> bool:
    differ = len(set(cells)) > 1 or len(cells) == 1
    return differ and 2 * sum(map(bool, map(_LETTERS.search, cells))) > len(cells)

"""A list of members read in one go, as the officer's commands do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccin_vote.errors import Mistake
from ccin_vote.roll.columns import Columns, find_columns
from ccin_vote.roll.importing import Imported, import_roll
from ccin_vote.roll.tables import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping


def columns_in(data: bytes, said: Mapping[str, str] | None = None) -> object:
    """Return which column is what, or what would be asked."""
    table = read_table(data, "m.csv")
    assert isinstance(table, Table), str(table)
    return find_columns(table, said or {})


def read_list(data: bytes, said: Mapping[str, str] | None = None) -> Imported | list[Mistake]:
    """Return the roll in a list, or the mistakes in it; a question is a mistake, too."""
    table = read_table(data, "m.csv")
    if not isinstance(table, Table):
        return [table if isinstance(table, Mistake) else Mistake("m.csv", "several sheets")]
    columns = find_columns(table, said or {})
    if isinstance(columns, Columns):
        return import_roll(table, columns)
    words = [columns.words] if not isinstance(columns, tuple) else [each.said for each in columns]
    return [Mistake("m.csv", each_word) for each_word in words]

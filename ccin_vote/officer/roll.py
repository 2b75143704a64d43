"""Taking the roll from a list that an office keeps, for an election that is still a draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ccin_vote.errors import BadInput, Mistake, Refused, UsageError
from ccin_vote.roll.columns import Columns, NoSuchColumn, Question, find_columns
from ccin_vote.roll.importing import Imported, import_roll
from ccin_vote.roll.loading import parse_roll
from ccin_vote.roll.tables import SeveralSheets, Table, read_table
from ccin_vote.roll.template import TO_CHANGE, roll_file
from ccin_vote.store.files import MAXIMUM_ROLL, read_file, write_file
from ccin_vote.store.snapshot import election_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.roll.roll import Roll

    Ask = Callable[[Sequence[Question]], Mapping[str, str]]
    """Asks a person; gives for each field of a question the answer."""

SHEET = "sheet"
_REMEDY = "Correct the list, then try again. Nothing was written."


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list of members: where it is, and what is known of its columns and its sheet."""

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a roll differs from the one before: the names that came, went, and changed."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A roll that was taken; what it changed if there was one before; where that one is kept."""

    imported: Imported
    changes: Changes | None = None
    kept: Path | None = None
    again: bool = False


def read_list(given: ListFile, ask: Ask) -> Imported:
    """Return the roll that is in a list.

    Raises:
        BadInput: every mistake in it.
        UsageError: a column that was named is not there.
    """
    answers: dict[str, str] = {}
    table = _table(given, ask)
    columns = find_columns(table, given.columns)
    while not isinstance(columns, Columns):
        if isinstance(columns, NoSuchColumn):
            raise UsageError(columns.words)
        answers |= ask(columns)
        columns = find_columns(table, {**given.columns, **answers})
    imported = import_roll(table, columns)
    if isinstance(imported, list):
        raise BadInput(imported, remedy=_REMEDY)
    return imported


def _table(given: ListFile, ask: Ask) -> Table:
    data, file = read_file(given.path, MAXIMUM_ROLL), str(given.path)
    table = read_table(data, file, given.sheet)
    if isinstance(table, SeveralSheets):
        question = Question(SHEET, "this workbook has several sheets", table.names)
        table = read_table(data, file, ask([question])[SHEET])
    if isinstance(table, Table):
        return table
    mistake = table if isinstance(table, Mistake) else Mistake(file, "no sheet was chosen")
    raise BadInput([mistake], remedy="Nothing was written.")


def take_roll(folder: ElectionFolder, given: ListFile, ask: Ask) -> Taken:
    """Write the roll of a draft anew from a list; what stood there before is kept beside it.

    Raises:
        Refused: the election has been opened.
        BadInput: every mistake in the list; or there is no election.
        UsageError: a column that was named is not there.
    """
    _refuse_all_but_drafts(folder)
    imported = read_list(given, ask)
    before = read_file(folder.roll, MAXIMUM_ROLL) if folder.roll.exists() else b""
    text = roll_file(imported.roll).encode()
    if text == before:
        return Taken(imported, again=True)
    old, _ = parse_roll(before, str(folder.roll)) if before else (None, [])
    if not before or TO_CHANGE.encode() in before:
        write_file(folder.roll, text)
        return Taken(imported)
    kept = folder.root / "members-before.toml"
    write_file(kept, before)
    write_file(folder.roll, text)
    return Taken(imported, _changes(old, imported.roll) if old else None, kept)


def _refuse_all_but_drafts(folder: ElectionFolder) -> None:
    if election_of(folder) is not None:
        raise Refused(
            f"The election in {folder.root} was opened: its roll is frozen.",
            remedy="`reissue` gives a member a new contact or address, `revoke` takes one off.",
        )


def _changes(old: Roll, new: Roll) -> Changes:
    was, now = ({member.id: member for member in roll.members} for roll in (old, new))
    return Changes(
        tuple(member.name for key, member in now.items() if key not in was),
        tuple(member.name for key, member in was.items() if key not in now),
        tuple(member.name for key, member in now.items() if was.get(key, member) != member),
    )

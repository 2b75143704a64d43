"""The officer's private register: the frozen roll with its salt, and who holds which credential.

``register.json`` is written when the election is opened. ``holders.jsonl`` has a line for each
credential in the order in which they were made: of one member, the last line holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ccin_vote.canonical import Binary, Model, bound, sha256, to_base64url
from ccin_vote.conduct.files import read_file, write_private
from ccin_vote.errors import IntegrityFailure
from ccin_vote.roll.loading import parse_roll
from ccin_vote.roll.roll import Member

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator

    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.roll.roll import Roll

_FEW = 50
"""So many credentials are looked up by themselves; for more, all lines are read."""


class Register(Model):
    """The roll: members.toml as it was frozen; ``salt`` (32 bytes) hides it behind its digest."""

    election: str
    salt: Binary
    roll: str

    @property
    def roll_digest(self) -> bytes:
        """The salted digest of the roll that stands in the log."""
        return roll_digest(self.salt, self.roll)


class Holder(Model):
    """A credential, its letter's name, and its member with the contact that the letter went to."""

    credential: Binary
    letter: str
    member: Member


@dataclass(frozen=True)
class Holders:
    """Every credential that was made, in that order; also those of letters that were replaced."""

    rows: tuple[Holder, ...] = ()

    @cached_property
    def of(self) -> dict[str, list[Holder]]:
        """The rows of each member, by id; the newest is the last."""
        found: dict[str, list[Holder]] = {}
        for row in self.rows:
            found.setdefault(row.member.id, []).append(row)
        return found

    @cached_property
    def letters(self) -> dict[str, bytes]:
        """The credential in each letter, by the letter's name."""
        return {row.letter: row.credential for row in self.rows}

    def logged(self, member: str, issued: Container[bytes]) -> bytes:
        """Give a member's newest credential that is in the log, among those ``issued``.

        A reissue that was broken off leaves one in the register that never reached the log.
        """
        mine = [row.credential for row in reversed(self.of[member])]
        return next((key for key in mine if key in issued), mine[0])

    def reached(self, member: Member) -> Member:
        """Give a member with the contact and address that reach it now."""
        return self.of[member.id][-1].member if member.id in self.of else member


def roll_in(register: Register) -> Roll:
    """Give the roll as it was frozen.

    Raises:
        IntegrityFailure: it cannot be read any more.
    """
    roll, _ = parse_roll(register.roll.encode(), "members.toml")
    if roll is None:
        raise IntegrityFailure("the roll in the register is damaged", file="register.json")
    return roll


def roll_digest(salt: bytes, roll: str) -> bytes:
    """Give the salted SHA-256 of a roll's text."""
    return sha256(bound("ccin-vote roll v1", salt, roll.encode()))


def read_register(folder: ElectionFolder) -> Register:
    """Read the register.

    Raises:
        BadInput: it is missing.
        IntegrityFailure: it is damaged.
    """
    try:
        return Register.from_json(read_file(folder.register))
    except ValueError as error:
        raise IntegrityFailure(
            "the register is damaged", file=str(folder.register), remedy="Restore a backup of it."
        ) from error


def write_register(folder: ElectionFolder, register: Register) -> None:
    """Write the register, for the officer alone."""
    write_private(folder.register, register.to_json())


def read_holders(folder: ElectionFolder) -> Holders:
    """Read who holds which credential; nobody before letters were issued.

    Raises:
        IntegrityFailure: the file is damaged; names the line.
    """
    return Holders(tuple(_rows(folder, _numbered(_data(folder)))))


def find_holders(folder: ElectionFolder, credentials: Collection[bytes]) -> dict[bytes, Holder]:
    """Find who holds some credentials, or held them, without reading all lines for a few.

    Raises:
        IntegrityFailure: the file is damaged; names the line.
    """
    data = _data(folder)
    if len(credentials) > _FEW:
        numbered = _numbered(data)
    else:
        quoted = (f'"{to_base64url(one)}"'.encode() for one in credentials)
        numbered = [row for text in quoted for row in _rows_with(data, text)]
    return {row.credential: row for row in _rows(folder, numbered)}


def write_holders(folder: ElectionFolder, rows: Iterable[bytes]) -> None:
    """Write who holds which credential, for the officer alone; each row as its JSON."""
    write_private(folder.holders, b"".join(row + b"\n" for row in rows))


def add_holder(folder: ElectionFolder, row: Holder) -> None:
    """Add a credential that takes an older one's place."""
    write_private(folder.holders, read_file(folder.holders) + row.to_json() + b"\n")


def _data(folder: ElectionFolder) -> bytes:
    return read_file(folder.holders) if folder.holders.exists() else b""


def _numbered(data: bytes) -> list[tuple[int, bytes]]:
    return list(enumerate(data.splitlines(), start=1))


def _rows_with(data: bytes, text: bytes) -> Iterator[tuple[int, bytes]]:
    """Find the line in which a text stands, and its number from 1."""
    at = data.find(text)
    if at >= 0:
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        yield data.count(b"\n", 0, at) + 1, data[start : end if end >= 0 else None]


def _rows(folder: ElectionFolder, numbered: Iterable[tuple[int, bytes]]) -> Iterator[Holder]:
    for number, line in numbered:
        try:
            yield Holder.from_json(line)
        except ValueError as error:
            raise IntegrityFailure(
                "the register is damaged",
                file=str(folder.holders),
                line=number,
                remedy="Restore a backup of it.",
            ) from error

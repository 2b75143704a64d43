"""The officer's private register: the frozen roll with its salt, and who holds which credential.

``register.json`` is written when the election is opened. ``holders.jsonl`` has a line for each
credential in the order in which they were made: of one member, the last line holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ccin_vote.canonical import Binary, Model, bound, sha256, to_base64url, write_json
from ccin_vote.election.document import read_document
from ccin_vote.election.fitting import check_model
from ccin_vote.errors import IntegrityFailure
from ccin_vote.roll.roll import Member, Roll
from ccin_vote.store.files import read_file, write_private

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator

    from ccin_vote.election.folder import ElectionFolder

_RESTORE = "Restore the newest backup of it."
_CREDENTIAL, _MEMBER = b'"credential":"%s"', b'"id":%s,'
"""How a credential and a member's id stand in a line, and nothing else can: text has no quotes."""
_LOOKUPS = 50
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
        """Return a member's newest credential that is in the log, among those ``issued``.

        A reissue that was broken off leaves one in the register that never reached the log.
        """
        # The register is written before the log, so a crash leaves a credential too many here,
        # never a voter in the log whom nobody knows. The log decides which one counts.
        mine = [row.credential for row in reversed(self.of[member])]
        return next((key for key in mine if key in issued), mine[0])

    def reached(self, member: Member) -> Member:
        """Return a member with the contact and address that reach it now."""
        return self.of[member.id][-1].member if member.id in self.of else member


def roll_in(register: Register) -> Roll:
    """Return the roll as it was frozen: then every rule of a roll was asked, and is not again.

    Raises:
        IntegrityFailure: it cannot be read any more.
    """
    document, _ = read_document(register.roll.encode(), "members.toml")
    roll = check_model(document, Roll)[0] if document else None
    if roll is None:
        raise IntegrityFailure("the roll in the register is damaged", file="register.json")
    return roll


def roll_digest(salt: bytes, roll: str) -> bytes:
    """Return the salted SHA-256 of a roll's text."""
    # Salted with 32 bytes: a roll of known organisations could else be guessed from its digest,
    # name by name. Of its very text, so that nothing depends on how it is read.
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
            "the register is damaged", file=str(folder.register), remedy=_RESTORE
        ) from error


def write_register(folder: ElectionFolder, register: Register) -> None:
    """Write the register, for the officer alone."""
    write_private(folder.register, register.to_json())


def read_holders(folder: ElectionFolder, issued: Iterable[bytes]) -> Holders:
    """Read who holds which credential; nobody before letters were issued.

    Args:
        folder: the election folder.
        issued: every credential in the log.

    Raises:
        IntegrityFailure: the file is damaged, and names the line; or lacks a credential.
    """
    # All lines, because a damaged one could be a member's newest.
    holders = Holders(tuple(_rows(folder, _numbered(_data(folder)))))
    _refuse_lack(folder, issued, {row.credential for row in holders.rows})
    return holders


def find_holders(folder: ElectionFolder, credentials: Collection[bytes]) -> dict[bytes, Member]:
    """Find the members of some credentials in the log, as they are reached now.

    For a few not all lines are read.

    Raises:
        IntegrityFailure: the file is damaged, and names the line; or lacks a credential.
    """
    if len(credentials) > _LOOKUPS:
        holders = read_holders(folder, credentials)
        return {row.credential: holders.reached(row.member) for row in holders.rows}
    # Searched as bytes: a handful of ballots, as a mailbox brings them each day, must
    # not cost the parsing of all members.
    data = _data(folder)
    found = {
        credential: data.find(_CREDENTIAL % to_base64url(credential).encode())
        for credential in credentials
    }
    _refuse_lack(folder, credentials, {credential for credential, at in found.items() if at >= 0})
    return {credential: _reached(folder, data, at) for credential, at in found.items()}


def _reached(folder: ElectionFolder, data: bytes, at: int) -> Member:
    """Return the member in the row at a place, as its newest row has it."""
    member = _row_at(folder, data, at).member
    # From the end: of one member the last row holds. Quotation marks in a name are escaped,
    # so no text can look like this field.
    newest = data.rfind(_MEMBER % write_json(member.id))
    return _row_at(folder, data, newest).member


def _refuse_lack(folder: ElectionFolder, wanted: Iterable[bytes], held: Collection[bytes]) -> None:
    # A credential in the log without a row means an older register was restored: whose
    # ballots they are can no longer be told.
    if any(word not in held for word in wanted):
        raise IntegrityFailure(
            "a credential that is in the log is not in the register",
            file=str(folder.holders),
            remedy=_RESTORE,
        )


def write_holders(folder: ElectionFolder, rows: Iterable[bytes]) -> None:
    """Write who holds which credential, for the officer alone; each row as its JSON."""
    write_private(folder.holders, b"".join(row + b"\n" for row in rows))


def add_holder(folder: ElectionFolder, row: Holder) -> None:
    """Add a credential that takes an older one's place."""
    # The whole file anew, not appended to: a crash leaves the old
    # one or the new one, never half a row.
    write_private(folder.holders, _data(folder) + row.to_json() + b"\n")


def _data(folder: ElectionFolder) -> bytes:
    """Return the lines, each with its end, whatever an editor made of the ends."""
    data = read_file(folder.holders) if folder.holders.exists() else b""
    data = data.replace(b"\r\n", b"\n")
    return data if data.endswith(b"\n") or not data else data + b"\n"


def _numbered(data: bytes) -> list[tuple[int, bytes]]:
    return list(enumerate(data.split(b"\n")[:-1], start=1))


def _row_at(folder: ElectionFolder, data: bytes, at: int) -> Holder:
    start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
    (row,) = _rows(folder, [(data.count(b"\n", 0, at) + 1, data[start:end])])
    return row


def _rows(folder: ElectionFolder, numbered: Iterable[tuple[int, bytes]]) -> Iterator[Holder]:
    for number, line in numbered:
        try:
            yield Holder.from_json(line)
        except ValueError as error:
            raise IntegrityFailure(
                "the register is damaged",
                file=str(folder.holders),
                line=number,
                remedy=_RESTORE,
            ) from error

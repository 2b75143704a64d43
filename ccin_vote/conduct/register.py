"""The officer's private register: the frozen roll with its salt, and who holds which credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from ccin_vote.canonical import Binary, Model, bound, sha256
from ccin_vote.conduct.files import read_file, write_private
from ccin_vote.errors import IntegrityFailure
from ccin_vote.roll.loading import parse_roll

if TYPE_CHECKING:
    from collections.abc import Container

    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.roll.roll import Member, Roll


class Register(Model):
    """``roll`` is members.toml as it was frozen; ``credentials`` the credential of each member id.

    ``salt`` (32 bytes) keeps the roll's digest in the log from being guessed. ``former`` are the
    credentials that were replaced, ``contacts`` the contact and address of members who changed
    them since; by member id. ``letters`` gives the credential in each letter, by its name.
    """

    election: str
    salt: Binary
    roll: str
    credentials: dict[str, Binary] = Field(default_factory=dict)
    former: dict[str, tuple[Binary, ...]] = Field(default_factory=dict)
    contacts: dict[str, tuple[str, str]] = Field(default_factory=dict)
    letters: dict[str, Binary] = Field(default_factory=dict)

    @property
    def roll_digest(self) -> bytes:
        """The salted digest of the roll that stands in the log."""
        return roll_digest(self.salt, self.roll)

    @property
    def holders(self) -> dict[bytes, str]:
        """The id of the member who holds each credential, or held it before it was replaced."""
        former = {key: who for who, keys in self.former.items() for key in keys}
        return former | {key: who for who, key in self.credentials.items()}

    def logged(self, member: str, issued: Container[bytes]) -> bytes:
        """Give a member's newest credential that is in the log, among those ``issued``.

        A reissue that was broken off leaves one in the register that never reached the log.
        """
        mine = (self.credentials[member], *reversed(self.former.get(member, ())))
        return next((key for key in mine if key in issued), mine[0])

    def reached(self, member: Member) -> Member:
        """Give a member with the contact and address that reach it now."""
        contact, email = self.contacts.get(member.id, (member.contact, member.email))
        return member.model_copy(update={"contact": contact, "email": email})

    def replaced(self, member: str, credential: bytes) -> Register:
        """Give the register with a new credential for a member; the old one is kept as former."""
        before = self.former.get(member, ())
        former = self.former | {member: (*before, self.credentials[member])}
        credentials = self.credentials | {member: credential}
        return self.model_copy(update={"credentials": credentials, "former": former})


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

"""The officer's private register: the frozen roll with its salt, and who holds which credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from ccin_vote.canonical import Binary, Model, bound, sha256
from ccin_vote.conduct.files import read_file, write_private
from ccin_vote.errors import IntegrityFailure

if TYPE_CHECKING:
    from ccin_vote.election.folder import ElectionFolder


class Register(Model):
    """``roll`` is members.toml as it was frozen; ``credentials`` the credential of each member id.

    ``salt`` (32 bytes) keeps the roll's digest in the log from being guessed.
    """

    election: str
    salt: Binary
    roll: str
    credentials: dict[str, Binary] = Field(default_factory=dict)

    @property
    def roll_digest(self) -> bytes:
        """The salted digest of the roll that stands in the log."""
        return roll_digest(self.salt, self.roll)

    def member_of(self, credential: bytes) -> str | None:
        """Give the id of the member who holds a credential."""
        return next((who for who, key in self.credentials.items() if key == credential), None)


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

"""The officer's signing key on disk, for the officer alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccin_vote.canonical import NotCanonical, from_base64url, to_base64url
from ccin_vote.errors import BadInput, Mistake
from ccin_vote.store.files import read_file, write_private

if TYPE_CHECKING:
    from ccin_vote.election.folder import ElectionFolder


def write_officer_key(folder: ElectionFolder, key: Ed25519PrivateKey) -> None:
    """Write the officer's key, for the officer alone."""
    write_private(folder.officer_key, to_base64url(key.private_bytes_raw()).encode() + b"\n")


def read_officer_key(folder: ElectionFolder) -> Ed25519PrivateKey:
    """Read the officer's key.

    Raises:
        BadInput: it is missing or damaged; the message never repeats it.
    """
    # A small limit, and characters replaced, not refused: Python's error would carry the bytes.
    text = read_file(folder.officer_key, 1000).decode("ascii", "replace").strip()
    try:
        return Ed25519PrivateKey.from_private_bytes(from_base64url(text, 32))
    except NotCanonical as error:
        hint = "restore it from a backup of private/"
        problem = "the officer's key is damaged"
        raise BadInput([Mistake(str(folder.officer_key), problem, hint=hint)]) from error

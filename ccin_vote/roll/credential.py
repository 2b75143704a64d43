"""The credential: a voter's signing key, made from the token; the log knows its public half.

Key derivation is HKDF-SHA256 (RFC 5869) with the election id as salt, so that one token makes
unrelated credentials in two elections; the key pair is Ed25519 (RFC 8032).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from datetime import datetime

    from ccin_vote.roll.token import Token

# With 2^49 on top, every number stays below 2^53, which JSON and the browser's page write exactly.
_SEQUENCE_OFFSET = 2**48
_SEQUENCE_FLOOR = 2**49
"""Added to every number, so that all have 15 digits and all sealed ballots one length."""


def _derive(token: Token, election: str, purpose: str, length: int) -> bytes:
    # The election id as salt and the purpose as info (RFC 5869, sections 3.1 and 3.2): the
    # credential says nothing about the sequence, nor about the same token elsewhere. No slow hash
    # is needed: 110 random bits cannot be tried out.
    hkdf = HKDF(SHA256(), length, salt=election.encode(), info=purpose.encode())
    return hkdf.derive(token.symbols.encode("ascii"))


def credential_key(token: Token, election: str) -> Ed25519PrivateKey:
    """Return the signing key of a token in one election."""
    seed = _derive(token, election, "ccin-vote credential v1", 32)
    return Ed25519PrivateKey.from_private_bytes(seed)


def credential_of(token: Token, election: str) -> bytes:
    """Return the public half of a token's key, 32 bytes: the credential."""
    return credential_key(token, election).public_key().public_bytes_raw()


def sequence_at(token: Token, election: str, now: datetime) -> int:
    """Return the number of a ballot sealed now: it grows with time and tells no time.

    Device time in whole seconds, plus a secret offset of the token below 2^48, plus 2^49.
    """
    # 2^48 divides 2^64, so every offset is equally likely. Secret and fixed for the credential: two
    # of its numbers tell how far apart they were made, and one alone tells nothing.
    offset = int.from_bytes(_derive(token, election, "sequence", 8), "big") % _SEQUENCE_OFFSET
    return _SEQUENCE_FLOOR + int(now.timestamp()) + offset

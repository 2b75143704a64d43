"""Sealing: what a voter's device does with the choices before they leave it.

A fresh 32-byte content key encrypts the choices (AES-256-GCM; each key is used once, so the nonce
is twelve zero bytes). The key is shared k of n (``shamir``); share i is sealed to scrutineer i by
HPKE in base mode (RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM), written as the
encapsulated key followed by the ciphertext. Each share's SHA-256, labelled, stands beside it. The
credential signs the whole. Election, manifest, credential, sequence and, for a share, its number
are bound into every part.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from ccin_vote.canonical import bound, joined, sha256
from ccin_vote.seal.envelope import SealedBallot
from ccin_vote.seal.shamir import split

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ccin_vote.seal.keys import PublicKey

NONCE = bytes(12)
KEY_LENGTH = 32
TAG_LENGTH = 16
SEQUENCE_DIGITS = 15
SEALED_SHARE_LENGTH = 32 + KEY_LENGTH + TAG_LENGTH
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Sealing:
    """To whom the ballots of one election are sealed.

    ``manifest`` is the SHA-256 of the log's first line; ``choices_length`` the length in bytes of
    the choices of every ballot.
    """

    election: str
    manifest: bytes
    needed: int
    scrutineers: tuple[PublicKey, ...]
    choices_length: int


@dataclass(frozen=True)
class Place:
    """Which ballot something belongs to: bound into every part of it."""

    election: str
    manifest: bytes
    credential: bytes
    sequence: int

    def bound(self, label: str, *more: bytes) -> bytes:
        """Return the bytes that bind a part to this ballot."""
        return bound(label) + self._here + joined(*more)

    @cached_property
    def _here(self) -> bytes:
        sequence = self.sequence.to_bytes(8, "big")
        return joined(self.election.encode(), self.manifest, self.credential, sequence)

    def share_label(self, number: int) -> bytes:
        """Return what binds share ``number``, from 1, to this ballot."""
        return self.bound("ccin-vote share v1", number.to_bytes(1, "big"))

    def choices_label(self) -> bytes:
        """Return what binds the choices to this ballot."""
        return self.bound("ccin-vote choices v1")

    def digest(self, number: int, share: bytes) -> bytes:
        """Return the SHA-256 of labelled share ``number``."""
        return sha256(self.bound("ccin-vote share digest v1", number.to_bytes(1, "big"), share))


def place_of(ballot: SealedBallot) -> Place:
    """Return the place that a sealed ballot says it belongs to."""
    return Place(ballot.election, ballot.manifest, ballot.credential, ballot.sequence)


def seal_ballot(
    sealing: Sealing,
    choices: bytes,
    credential: Ed25519PrivateKey,
    sequence: int,
    random: Callable[[int], bytes],
) -> SealedBallot:
    """Seal encoded choices to the scrutineers and sign them with the credential.

    Args:
        sealing: to whom.
        choices: the encoded choices, of the election's one length.
        credential: the voter's signing key.
        sequence: the ballot's number; the highest of one credential counts.
        random: gives that many bytes from a cryptographic source.
    """
    public = credential.public_key().public_bytes_raw()
    place = Place(sealing.election, sealing.manifest, public, sequence)
    key = random(KEY_LENGTH)
    shares = split(key, sealing.needed, len(sealing.scrutineers), random)
    numbered = list(enumerate(shares, start=1))
    unsigned = SealedBallot(
        election=sealing.election,
        manifest=sealing.manifest,
        credential=public,
        sequence=sequence,
        ciphertext=AESGCM(key).encrypt(NONCE, choices, place.choices_label()),
        digests=tuple(place.digest(number, share) for number, share in numbered),
        shares=tuple(
            seal_to(sealing.scrutineers[number - 1].seal, share, place.share_label(number))
            for number, share in numbered
        ),
        signature=b"",
    )
    return unsigned.model_copy(update={"signature": credential.sign(unsigned.statement())})


def seal_to(recipient: bytes, secret: bytes, label: bytes) -> bytes:
    """Seal bytes to an X25519 public key by HPKE, bound to a label."""
    return SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(recipient), label)


def well_formed(ballot: SealedBallot, sealing: Sealing) -> bool:
    """Return whether every part has the one length that it has in this election."""
    return (
        len(ballot.ciphertext) == sealing.choices_length + TAG_LENGTH
        and len(str(ballot.sequence)) == SEQUENCE_DIGITS
        and batch_well_formed(ballot, sealing)
    )


def batch_well_formed(ballot: SealedBallot, sealing: Sealing) -> bool:
    """Say the same of all parts but the ciphertext, whose length is the number of papers."""
    count = len(sealing.scrutineers)
    return (
        len(ballot.ciphertext) > TAG_LENGTH
        and [len(digest) for digest in ballot.digests] == [32] * count
        and [len(share) for share in ballot.shares] == [SEALED_SHARE_LENGTH] * count
        and 0 <= ballot.sequence < 2**53
    )

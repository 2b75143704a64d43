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

# Never repeated under one key, because no key is used twice (NIST SP 800-38D, section 8): a voter
# who votes again gets a new content key.
NONCE = bytes(12)
KEY_LENGTH = 32
TAG_LENGTH = 16
# JSON writes numbers in decimal; one number of digits keeps all
# envelopes of an election the same length.
SEQUENCE_DIGITS = 15
# RFC 9180, section 7.1: X25519 encapsulates to 32 bytes; behind them stand the share and its tag.
SEALED_SHARE_LENGTH = 32 + KEY_LENGTH + TAG_LENGTH
# One fixed suite and no field for it in the envelope: nothing can be negotiated down.
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
        # The same bytes as `bound(label, election, manifest, ...)`: what all parts of a
        # ballot share is joined once, which counts when there are n labels and n
        # digests for each of a million ballots.
        return bound(label) + self._here + joined(*more)

    @cached_property
    def _here(self) -> bytes:
        # The manifest binds more than the election id: keys, candidates and every rule as frozen. A
        # ballot that was sealed for another text of the definition opens nowhere.
        sequence = self.sequence.to_bytes(8, "big")
        return joined(self.election.encode(), self.manifest, self.credential, sequence)

    def share_label(self, number: int) -> bytes:
        """Return what binds share ``number``, from 1, to this ballot."""
        # With the number, so that two scrutineers' shares cannot change places.
        return self.bound("ccin-vote share v1", number.to_bytes(1, "big"))

    def choices_label(self) -> bytes:
        """Return what binds the choices to this ballot."""
        return self.bound("ccin-vote choices v1")

    def digest(self, number: int, share: bytes) -> bytes:
        """Return the SHA-256 of labelled share ``number``."""
        # A share is 32 random-looking bytes, so its digest can be published without a
        # salt: there is nothing to guess. Place and number are in it, so that equal
        # shares would have different digests.
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
    # Made for this ballot and kept nowhere: not even the voter's
    # device can open the ballot afterwards.
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
            # The place is HPKE's `info` (RFC 9180, section 8.1), not additional data: one message a
            # context, so either would do, and the one-shot call of the library takes this one.
            seal_to(sealing.scrutineers[number - 1].seal, share, place.share_label(number))
            for number, share in numbered
        ),
        signature=b"",
    )
    # Signed last, over the ciphertexts: nobody can take a ballot apart and
    # cast its parts under another credential.
    return unsigned.model_copy(update={"signature": credential.sign(unsigned.statement())})


def seal_to(recipient: bytes, secret: bytes, label: bytes) -> bytes:
    """Seal bytes to an X25519 public key by HPKE, bound to a label."""
    # Base mode (RFC 9180, section 5.1.1, single-shot as in 6.1) does not say who sealed: for
    # ballots the credential's signature says so, for packets of shares the reply's.
    return SUITE.encrypt(secret, X25519PublicKey.from_public_bytes(recipient), label)


def well_formed(ballot: SealedBallot, sealing: Sealing) -> bool:
    """Return whether every part has the one length that it has in this election."""
    return (
        # Lengths are compared, contents cannot be: a ballot longer or shorter than the rest could
        # tell everyone who reads the log whose device sealed it, or what is in it.
        len(ballot.ciphertext) == sealing.choices_length + TAG_LENGTH
        and len(str(ballot.sequence)) == SEQUENCE_DIGITS
        and batch_well_formed(ballot, sealing)
    )


def batch_well_formed(ballot: SealedBallot, sealing: Sealing) -> bool:
    """Say the same of all parts but the ciphertext, whose length is the number of papers."""
    count = len(sealing.scrutineers)
    return (
        # The counts beside a batch say how many papers it has, so its length tells nothing new.
        len(ballot.ciphertext) > TAG_LENGTH
        and [len(digest) for digest in ballot.digests] == [32] * count
        and [len(share) for share in ballot.shares] == [SEALED_SHARE_LENGTH] * count
        and 0 <= ballot.sequence < 2**53
    )

"""Opening one sealed ballot: k shares, and the check that makes it the same for everyone.

The opener rebuilds the polynomial from k shares that match their digests, works out all n shares
and compares all n digests. Any difference makes the ballot invalid, whichever scrutineers open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ccin_vote.seal.sealing import KEY_LENGTH, NONCE, SUITE, place_of
from ccin_vote.seal.shamir import interpolate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from ccin_vote.seal.envelope import SealedBallot


@dataclass(frozen=True, slots=True)
class OpenedBallot:
    """The encoded choices of one ballot, and its content key (for the opening's salt)."""

    choices: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class InvalidSeal:
    """The ballot is not consistent; it opens for nobody, and the same for everyone."""


def unseal_share(key: X25519PrivateKey, ballot: SealedBallot, number: int) -> bytes | None:
    """Unseal the share of scrutineer ``number``, from 1; None if it is not what its digest says."""
    # The label is worked out from the envelope at hand, so a share that was copied from another
    # ballot, or sealed to another scrutineer, does not open (RFC 9180: `info` goes into the key).
    label = place_of(ballot).share_label(number)
    try:
        share = SUITE.decrypt(ballot.shares[number - 1], key, label)
    except (InvalidTag, ValueError):
        return None
    # A share that opens but is not what the digest says must not be handed on: the voter's device
    # made one of the two wrong, and only the digest is under the signature for everyone to see.
    return share if matches(ballot, number, share) else None


def matches(ballot: SealedBallot, number: int, share: bytes) -> bool:
    """Return whether a share is the one whose digest stands in the ballot."""
    return number in matching(ballot, {number: share})


def matching(ballot: SealedBallot, shares: Mapping[int, bytes]) -> dict[int, bytes]:
    """Return those of the shares, by number from 1, whose digests stand in the ballot."""
    place = place_of(ballot)
    return {
        number: share
        for number, share in shares.items()
        # Length first: interpolation needs equal ones. Not in constant time: the digests are
        # public, and the share is the caller's own.
        if len(share) == KEY_LENGTH and place.digest(number, share) == ballot.digests[number - 1]
    }


def open_ballot(
    ballot: SealedBallot, needed: int, shares: Mapping[int, bytes]
) -> OpenedBallot | InvalidSeal:
    """Open a ballot with at least ``needed`` shares, by number from 1, as ``matching`` gives them.

    Raises:
        ValueError: too few shares.
    """
    if len(shares) < needed:
        raise ValueError("opening takes enough shares that match their digests")
    place = place_of(ballot)
    # Which k are used does not matter, since all n are compared below;
    # the lowest numbers make it repeatable.
    used = dict(sorted(shares.items())[:needed])
    everyone = range(1, len(ballot.digests) + 1)
    # Shares that were given but not used are worked out too. So k shares that fit, taken from any
    # corner, either lead to the same polynomial for everyone or are refused by everyone.
    others = {number: interpolate(used, number) for number in everyone if number not in used}
    # Before decryption, for a second reason: AES-GCM does not commit to its key, and a
    # ballot could be made that opens to other choices under another. The n digests,
    # which are signed, are the commitment.
    if len(matching(ballot, others)) < len(others):
        return InvalidSeal()
    key = interpolate(used, 0)
    try:
        choices = AESGCM(key).decrypt(NONCE, ballot.ciphertext, place.choices_label())
    # Digests that agree and choices that do not open can only be the sealing device's doing: no
    # scrutineer is to blame, and no other one could help.
    except InvalidTag:
        return InvalidSeal()
    return OpenedBallot(choices, key)

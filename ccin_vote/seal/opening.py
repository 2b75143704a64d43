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
    label = place_of(ballot).share_label(number)
    try:
        share = SUITE.decrypt(ballot.shares[number - 1], key, label)
    except (InvalidTag, ValueError):
        return None
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
    used = dict(sorted(shares.items())[:needed])
    everyone = range(1, len(ballot.digests) + 1)
    others = {number: interpolate(used, number) for number in everyone if number not in used}
    if len(matching(ballot, others)) < len(others):
        return InvalidSeal()
    key = interpolate(used, 0)
    try:
        choices = AESGCM(key).decrypt(NONCE, ballot.ciphertext, place.choices_label())
    except InvalidTag:
        return InvalidSeal()
    return OpenedBallot(choices, key)

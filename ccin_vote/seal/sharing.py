"""What scrutineers hand each other: unsealed shares, sealed again to one other scrutineer.

The shares of all ballots that count, in the log's order, 33 bytes each: 1 and the share, or 0 and
zeros where the ballot's own share does not match its digest. The whole is sealed by HPKE to the
recipient, bound to election, root of the closed log, sender and recipient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ccin_vote.canonical import bound
from ccin_vote.parallel import map_chunks
from ccin_vote.seal.opening import unseal_share
from ccin_vote.seal.sealing import KEY_LENGTH, SUITE, seal_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccin_vote.seal.envelope import SealedBallot
    from ccin_vote.seal.keys import PublicKey, SecretKey

_ENTRY = 1 + KEY_LENGTH

Shares = tuple[bytes | None, ...]
"""One scrutineer's share of each ballot that counts, in the log's order; None where unusable."""


class BadShares(ValueError):
    """A packet of shares that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Handover:
    """From whom to whom (scrutineer numbers, from 1), for which closed log."""

    election: str
    closed_root: bytes
    sender: int
    recipient: int

    def label(self) -> bytes:
        """Return what binds a packet to this handover."""
        # A packet that is sent on to somebody else, or that comes from another closed log, does not
        # open: what a scrutineer gives out is good for one recipient and one set of ballots.
        numbers = bytes([self.sender, self.recipient])
        return bound("ccin-vote shares v1", self.election.encode(), self.closed_root, numbers)


def unseal_shares(key: SecretKey, number: int, ballots: Sequence[SealedBallot]) -> Shares:
    """Unseal scrutineer ``number``'s share of each ballot."""
    # The key's bytes go to processes of the same user through pipes; they are
    # in no argument, environment or file.
    return tuple(map_chunks(_unsealed, ballots, (key.unseal.private_bytes_raw(), number)))


def _unsealed(ballots: Sequence[SealedBallot], opener: tuple[bytes, int]) -> list[bytes | None]:
    """Unseal the shares of some ballots with the bytes of a scrutineer's key, and its number."""
    key, number = X25519PrivateKey.from_private_bytes(opener[0]), opener[1]
    return [unseal_share(key, ballot, number) for ballot in ballots]


def pack_shares(shares: Shares, handover: Handover, recipient: PublicKey) -> bytes:
    """Seal shares to one other scrutineer."""
    # An unusable share takes as many bytes as a usable one: the packet's length says
    # nothing about which ballots are at fault.
    plain = b"".join(bytes(_ENTRY) if share is None else b"\x01" + share for share in shares)
    # HPKE's base mode names no sender; the sender's signature is
    # over the whole reply (`checked_reply`).
    return seal_to(recipient.seal, plain, handover.label())


def unpack_shares(packet: bytes, handover: Handover, key: SecretKey, ballots: int) -> Shares:
    """Open a packet of shares sealed to this key.

    Raises:
        BadShares: damaged, for another recipient or log, or of the wrong length.
    """
    try:
        plain = SUITE.decrypt(packet, key.unseal, handover.label())
    except (InvalidTag, ValueError) as error:
        raise BadShares("the shares do not open with this key, for this closed log") from error
    # Lengths only: whether each share is the right one is asked ballot by ballot in `combine`.
    if len(plain) != ballots * _ENTRY:
        raise BadShares(f"shares of {len(plain) // _ENTRY} ballots; {ballots} ballots count")
    entries = (plain[at : at + _ENTRY] for at in range(0, len(plain), _ENTRY))
    return tuple(entry[1:] if entry[0] else None for entry in entries)

"""The sealed ballot: what leaves a voter's device and stands in the log."""

from __future__ import annotations

from ccin_vote.canonical import Binary, Model, bound
from ccin_vote.seal.keys import signed_by


class SealedBallot(Model):
    """One voter's choices in every contest, sealed to the scrutineers and signed.

    ``election`` is the election id; ``manifest`` the SHA-256 of the log's first line (32 bytes);
    ``credential`` an Ed25519 public key (32 bytes); ``ciphertext`` the choices under AES-256-GCM;
    ``digests`` the SHA-256 of each labelled share and ``shares`` each share sealed to one
    scrutineer, both in the order of the definition; ``signature`` is Ed25519 over ``statement``.
    """

    election: str
    manifest: Binary
    credential: Binary
    sequence: int
    ciphertext: Binary
    digests: tuple[Binary, ...]
    shares: tuple[Binary, ...]
    signature: Binary

    def statement(self) -> bytes:
        """Return the bytes that the credential signs: everything but the signature."""
        # Each list has its own label and length, so that no digest can pass for a share,
        # nor bytes move from one part into the next. The label comes first: what a
        # credential signs is always a ballot.
        return bound(
            "ccin-vote sealed ballot v1",
            self.election.encode(),
            self.manifest,
            self.credential,
            self.sequence.to_bytes(8, "big"),
            self.ciphertext,
            bound("digests", *self.digests),
            bound("shares", *self.shares),
        )

    def is_signed(self) -> bool:
        """Return whether the credential made the signature."""
        # `to_bytes` would raise for a number that does not fit, and this one comes from a stranger.
        # The far narrower bounds of an election's ballots are checked by `well_formed`.
        if not 0 <= self.sequence < 1 << 64:
            return False
        return signed_by(self.credential, self.signature, self.statement())

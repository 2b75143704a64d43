"""Accepting: every rule that a sealed ballot must meet before it stands in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.seal.sealing import well_formed

if TYPE_CHECKING:
    from ccin_vote.log.events import LoggedReason
    from ccin_vote.poll.state import Open
    from ccin_vote.seal.envelope import SealedBallot

REFUSALS = {
    "other-election": "it was sealed for another election",
    "malformed": "its parts do not have the lengths that this election's ballots have",
    "unknown-credential": "its credential was not issued in this election",
    "bad-signature": "its signature is not by its credential",
    "revoked": "its credential was revoked",
    "copied": "a part of it stands in another ballot",
    "older-sequence": "older than the one held; check the device's clock",
    "not-first": "a ballot of this member is held, and the first one counts",
    "late": "it came after the close",
}
"""Why a ballot is refused: the word in the log, the words for a person."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ballot meets every rule; ``supersedes`` is the line of the one that it replaces."""

    supersedes: int | None


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """The very same envelope stands in the log."""

    line: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """The ballot breaks a rule; ``logged`` only if a credential of this election signed it."""

    reason: str
    # What nobody of this election signed is kept in a side file and not logged: else any stranger
    # could fill the log, for good, by e-mail.
    logged: LoggedReason | None

    @property
    def words(self) -> str:
        """The reason in words."""
        return REFUSALS[self.reason]


Verdict = Accepted | AlreadyThere | Refusal


def parts_of(ballot: SealedBallot) -> tuple[bytes, ...]:
    """Return the parts that may stand in one ballot only."""
    # Whoever copies another's ciphertext would vote like it without knowing how, and might learn
    # that from the opened papers. The binding to the credential already keeps a copied part from
    # opening; this refuses it at the door, and in everyone's sight.
    return (ballot.ciphertext, *ballot.shares, *ballot.digests)


def judge(poll: Open, ballot: SealedBallot, *, signed: bool) -> Verdict:
    """Judge a ballot that came in; ``signed`` says whether its credential signed it."""
    if (stranger := is_stranger(poll, ballot, signed=signed)) is not None:
        return Refusal(stranger, None)
    return judge_signed(poll, ballot)


def is_stranger(poll: Open, ballot: SealedBallot, *, signed: bool) -> str | None:
    """Say why an envelope was not made by a credential of this election, if it was not.

    ``signed`` says whether the credential that it names signed it.
    """
    manifest = poll.manifest
    # The cheap questions first; the order also picks the plainest reason for an honest mistake.
    if (ballot.election, ballot.manifest) != (manifest.election, manifest.digest):
        return "other-election"
    if not well_formed(ballot, manifest.sealing):
        return "malformed"
    if ballot.credential not in poll.box.credentials:
        return "unknown-credential"
    # The signature itself was verified before, by other processes
    # (`is_signed`); only what came of it is asked here.
    return None if signed else "bad-signature"


def judge_signed(poll: Open, ballot: SealedBallot) -> Verdict:
    """Judge a ballot that a credential of this election did sign."""
    box = poll.box
    # Before every other rule: a mail that arrives twice is no offence, even after a revocation,
    # and the voter hears that it is there.
    if (line := box.line_of(ballot)) is not None:
        return AlreadyThere(line)
    if ballot.credential in box.revoked:
        return Refusal("revoked", "revoked")
    # Behind the question for the very same envelope, since a
    # ballot shares all its parts with itself.
    if not box.parts.isdisjoint(parts_of(ballot)):
        return Refusal("copied", "copied")
    held = box.ballots.get(ballot.credential, [])
    if held and poll.manifest.definition.options.revoting == "first":
        return Refusal("not-first", "not-first")
    # Equal too: two ballots with one number would leave it to their
    # order in the mailbox which one counts.
    if held and ballot.sequence <= held[-1].ballot.sequence:
        return Refusal("older-sequence", "older-sequence")
    return Accepted(held[-1].line if held else None)

"""The events: what can happen in an election, one class each. None of them can hold a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from ccin_vote.canonical import (
    Binary,
    Json,
    Model,
    NotCanonical,
    bound,
    from_base64url,
    read_json,
    write_json,
)
from ccin_vote.errors import LINE_ENDS
from ccin_vote.seal.envelope import SealedBallot

MAXIMUM_LINE = 64 << 20

FORMAT = 2
"""The format of the log that this program writes; it reads 1, whose first line has no number."""

Hash = Annotated[Binary, Field(min_length=32, max_length=32)]
Key = Annotated[Binary, Field(min_length=32, max_length=32)]
Signature = Annotated[Binary, Field(min_length=64, max_length=64)]
Count = Annotated[int, Field(ge=0)]
Line = Annotated[int, Field(ge=1)]


def _is_a_time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Time = Annotated[
    str,
    Field(pattern="^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_is_a_time),
]
"""RFC 3339 in UTC, whole seconds, of the years 2000 to 2999."""

LoggedReason = Literal["revoked", "copied", "older-sequence", "not-first", "late"]
RevocationReason = Literal[
    "lost", "wrong-address", "contact-changed", "misused", "paper", "member-left"
]

Counts = tuple[tuple[str, int, int], ...]
"""Contest, votes a paper, and how many papers."""


class ElectionOpened(Model):
    """What is frozen: the definition's text, the roll's size and salted digest, the keys.

    ``electors`` gives, per contest and votes a member, the number of members. ``officer`` is the
    officer's verifier key in the signed-note format. ``order`` gives, per contest, the ids of its
    candidates as a lot put them, where the definition wants a lot for the order on the paper.
    ``format`` is the number of the log's format, and ``verifier`` the SHA-256 of the ``verify.py``
    that belongs to it; a log of format 1 has neither.
    """

    type: Literal["election.opened"]
    election: str
    definition: str
    roll_digest: Hash
    roll_size: Count
    electors: tuple[tuple[str, int, int], ...]
    officer: str
    scrutineers: tuple[str, ...]
    needed: Count
    order: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    software: str
    time: Time
    format: Annotated[int, Field(ge=2, le=FORMAT)] | None = None
    verifier: Hash | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.format is None) != (self.verifier is None):
            raise ValueError("format and verifier belong together")
        return self


class Credential(Model):
    """A public key, the votes that its ballot carries, and its contests."""

    key: Key
    votes: Annotated[int, Field(ge=1)]
    contests: tuple[str, ...]


class CredentialsIssued(Model):
    """All credentials, sorted by key."""

    type: Literal["credentials.issued"]
    credentials: tuple[Credential, ...]


class CredentialRevoked(Model):
    """A credential that counts no more, and why, as a code."""

    type: Literal["credential.revoked"]
    credential: Key
    reason: RevocationReason


class CredentialReissued(Model):
    """A new credential in place of a revoked one; ``superseded`` if that one had a ballot."""

    type: Literal["credential.reissued"]
    revoked: Key
    credential: Credential
    superseded: bool


class PageIssued(Model):
    """The SHA-256 of an offline ballot page, and the ids of the contests that it shows."""

    type: Literal["page.issued"]
    contests: tuple[str, ...]
    digest: Hash


class BallotAccepted(Model):
    """A sealed ballot that met every rule."""

    type: Literal["ballot.accepted"]
    ballot: SealedBallot


class BallotRefused(Model):
    """A ballot that a credential of this election signed, refused, and why, as a code."""

    type: Literal["ballot.refused"]
    digest: Hash
    credential: Key
    reason: LoggedReason


class PaperEntered(Model):
    """A batch of paper ballots, sealed like a ballot under the first teller's key.

    ``counts`` are its papers per contest and votes; ``signatures`` (teller's number from 1,
    signature), of the two who keyed it, over ``statement``.
    """

    type: Literal["paper.entered"]
    batch: SealedBallot
    counts: Counts
    signatures: tuple[tuple[int, Signature], ...]

    def statement(self) -> bytes:
        """Return the bytes that both tellers sign."""
        counts = write_json([list(count) for count in self.counts])
        return bound("ccin-vote paper batch v1", self.batch.statement(), counts)


class CandidateWithdrawn(Model):
    """A candidate who withdrew while the poll was open: the ids of contest and candidate."""

    type: Literal["candidate.withdrawn"]
    contest: str
    candidate: str


class IncidentNoted(Model):
    """An incident, in the officer's words."""

    type: Literal["incident.noted"]
    text: str


class PollClosed(Model):
    """The close: when it happened, and when the definition set it."""

    type: Literal["poll.closed"]
    time: Time
    scheduled: Time


class BallotsOpened(Model):
    """The digest of the opened papers, totals per contest, and k scrutineers' signatures.

    ``totals`` are (contest, papers, votes); ``set_aside`` (log line, reason); ``signatures``
    (scrutineer's number from 1, signature).
    """

    type: Literal["ballots.opened"]
    closed_root: Hash
    digest: Hash
    totals: tuple[tuple[str, int, int], ...]
    set_aside: tuple[tuple[int, str], ...]
    signatures: tuple[tuple[int, Signature], ...]


class LotDrawn(Model):
    """A lot that people drew: for which stage and purpose, among whom, in which order."""

    type: Literal["lot.drawn"]
    contest: str
    stage: Line
    purpose: Literal["election", "surplus", "exclusion", "run-off", "order"]
    among: tuple[str, ...]
    order: tuple[str, ...]
    drawn_by: str
    witnessed_by: str


class ResultDeclared(Model):
    """The SHA-256 of every published result file, sorted by name, and the head before this."""

    type: Literal["result.declared"]
    files: tuple[tuple[str, Hash], ...]
    head: Hash
    time: Time


class LogRecovered(Model):
    """Bytes after the last whole line were set aside and cut: how many, and their SHA-256."""

    type: Literal["log.recovered"]
    length: Count
    digest: Hash


Event = (
    ElectionOpened
    | CredentialsIssued
    | CredentialRevoked
    | CredentialReissued
    | PageIssued
    | BallotAccepted
    | BallotRefused
    | PaperEntered
    | IncidentNoted
    | PollClosed
    | BallotsOpened
    | LotDrawn
    | ResultDeclared
    | LogRecovered
    | CandidateWithdrawn
)

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])

TYPES = tuple(get_args(event.model_fields["type"].annotation)[0] for event in get_args(Event))
"""The name of every event type."""


def event_to_line(event: Event) -> bytes:
    """Write an event as canonical JSON, without a newline.

    Raises:
        NotCanonical: it would be a line that nobody would read.
    """
    line = event.to_json()
    if len(line) > MAXIMUM_LINE:
        raise NotCanonical("the line is too long for any event")
    return line


def ending(kind: str) -> bytes:
    """Return how a line of an event of this type ends, if ``type`` is the last of its fields.

    It is, in canonical order, of all but ``lot.drawn`` and ``election.opened``.
    """
    return f'"type":"{kind}"}}'.encode()


_BEFORE, _AFTER = b'{"ballot":', b"," + ending("ballot.accepted")


def accepted_line(ballot: bytes) -> bytes:
    """Return the line of ``ballot.accepted`` with a sealed ballot, given as its canonical JSON."""
    return _BEFORE + ballot + _AFTER


def accepted_ballot(line: bytes) -> bytes:
    """Return the sealed ballot's canonical JSON in a line of ``ballot.accepted``."""
    return line[len(_BEFORE) : -len(_AFTER)]


def _refuse_newer(value: Json) -> None:
    """Name the verifier of an election whose format is newer than any that is known here."""
    if not isinstance(value, dict) or value.get("type") != "election.opened":
        return
    number, verifier = value.get("format"), value.get("verifier")
    if isinstance(number, int) and number > FORMAT and isinstance(verifier, str):
        digest = from_base64url(verifier).hex()
        raise NotCanonical(
            f"this election was opened with format {number}; this version of ccin-vote reads"
            f" formats up to {FORMAT}; use a newer one, or the verify.py whose SHA-256 is {digest}"
        )


def line_to_event(line: bytes) -> Event:
    """Read an event from its line, without a newline.

    Raises:
        NotCanonical: not canonical JSON, or not an event.
    """
    if len(line) > MAXIMUM_LINE:
        raise NotCanonical("the line is too long for any event")
    if line.endswith(b"\r"):
        raise NotCanonical(LINE_ENDS)
    value = read_json(line)
    _refuse_newer(value)
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in TYPES:
        raise NotCanonical("the line is not an event that this version knows")
    if isinstance(value, dict) and None in value.values():
        raise NotCanonical(f"{kind} has a field that is null")
    try:
        return _EVENT.validate_json(line)
    except ValueError as error:
        raise NotCanonical(f"the fields of {kind} are not as they should be") from error

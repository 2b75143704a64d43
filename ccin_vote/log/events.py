"""The events: what can happen in an election, one class each. None of them can hold a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, TypeAdapter

from ccin_vote.canonical import Binary, Model, NotCanonical, bound, read_json, write_json
from ccin_vote.seal.envelope import SealedBallot

# The longest line is that of the credentials, some 90 bytes a member; what is longer than
# this is refused before it is parsed.
MAXIMUM_LINE = 64 << 20

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
    # One spelling of one width, so that times can also be compared as text, as `poll.apply` does.
    Field(pattern="^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_is_a_time),
]
"""RFC 3339 in UTC, whole seconds, of the years 2000 to 2999."""

# Codes, no free text: what an officer types could name a member, and the log can never be cleaned.
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


class Credential(Model):
    """A public key, the votes that its ballot carries, and its contests."""

    key: Key
    votes: Annotated[int, Field(ge=1)]
    contests: tuple[str, ...]


class CredentialsIssued(Model):
    """All credentials, sorted by key."""

    type: Literal["credentials.issued"]
    # In one event, not one each: the order by key is random to a reader, while the order
    # of events would be that of the roll.
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
        # The counts are signed with the sealed batch: else whoever keeps the
        # log could put other counts beside it.
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

# By `type` alone, not by trying one class after another: a line cannot be read as two events.
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])

TYPES = tuple(get_args(get_arg.model_fields["type"].annotation)[0] for get_arg in get_args(Event))
"""The name of every event type."""


def event_to_line(event: Event) -> bytes:
    """Write an event as canonical JSON, without a newline.

    Raises:
        NotCanonical: it would be a line that nobody would read.
    """
    line = event.to_json()
    # The writer refuses what a reader would refuse: such a line,
    # once signed, could never be taken out.
    if len(line) > MAXIMUM_LINE:
        raise NotCanonical("the line is too long for any event")
    return line


def ending(kind: str) -> bytes:
    """Return how a line of an event of this type ends, if ``type`` is the last of its fields.

    It is, in canonical order, of all but ``lot.drawn``.
    """
    return f'"type":"{kind}"}}'.encode()


# In canonical order `ballot` comes before `type`, so these bytes around a ballot's
# canonical JSON are its line. It saves writing and parsing a ballot again, and
# gives its digest from the line's bytes.
_BEFORE, _AFTER = b'{"ballot":', b"," + ending("ballot.accepted")


def accepted_line(ballot: bytes) -> bytes:
    """Return the line of ``ballot.accepted`` with a sealed ballot, given as its canonical JSON."""
    return _BEFORE + ballot + _AFTER


def accepted_ballot(line: bytes) -> bytes:
    """Return the sealed ballot's canonical JSON in a line of ``ballot.accepted``."""
    return line[len(_BEFORE) : -len(_AFTER)]


def line_to_event(line: bytes) -> Event:
    """Read an event from its line, without a newline.

    Raises:
        NotCanonical: not canonical JSON, or not an event.
    """
    if len(line) > MAXIMUM_LINE:
        raise NotCanonical("the line is too long for any event")
    # First the bytes (is this the one spelling?), then the fields. The kind is asked before, for
    # the plainer message of an event that a newer version made.
    value = read_json(line)
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in TYPES:
        raise NotCanonical("the line is not an event that this version knows")
    # `to_json` leaves out what is None; null would be a second spelling
    # of the same event, with another hash.
    if isinstance(value, dict) and None in value.values():
        raise NotCanonical(f"{kind} has a field that is null")
    try:
        # From the bytes once more: strict models take a list for a tuple from JSON only.
        return _EVENT.validate_json(line)
    except ValueError as error:
        raise NotCanonical(f"the fields of {kind} are not as they should be") from error

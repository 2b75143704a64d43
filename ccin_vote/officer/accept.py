"""Accepting: ballots that came back; each judged, logged if it counts, and receipted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import tee
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.correspondence.letter import Attachment
from ccin_vote.correspondence.mail import receipt_reply, refused_reply
from ccin_vote.correspondence.message import ballots_in
from ccin_vote.correspondence.outbox import sender_of
from ccin_vote.election.words import plain_time
from ccin_vote.errors import Refused
from ccin_vote.log.events import BallotAccepted, BallotRefused, accepted_line
from ccin_vote.parallel import map_chunks
from ccin_vote.poll.acceptance import Accepted, AlreadyThere, Refusal, Verdict, is_stranger, judge
from ccin_vote.poll.state import Closed, Declared, Open, Unsealed, box_of, closed_of, manifest_of
from ccin_vote.seal.armour import BadBallot, ballot_code
from ccin_vote.store.files import (
    is_written,
    write_many_private,
    write_private,
)
from ccin_vote.store.register import find_holders
from ccin_vote.store.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from ccin_vote.correspondence.letter import Sender
    from ccin_vote.correspondence.mailbox import Source
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.checkpoint import Receipt
    from ccin_vote.log.reader import WholeLog
    from ccin_vote.roll.roll import Member
    from ccin_vote.seal.envelope import SealedBallot


@dataclass(frozen=True, slots=True)
class Arrival:
    """A ballot that came in, its canonical JSON, and whether its credential signed it."""

    ballot: SealedBallot
    data: bytes
    signed: bool

    @property
    def digest(self) -> bytes:
        """The envelope's digest."""
        return sha256(self.data)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ballot, by its envelope's digest, or of an input without one.

    ``credential`` is the one that signed the ballot, where it is one of this election; ``line``
    that of the ballot in the log, from 1, where it is there.
    """

    source: str
    digest: bytes | None
    verdict: Verdict | BadBallot
    receipt: Receipt | None = None
    credential: bytes | None = None
    line: int | None = None

    @property
    def code(self) -> str | None:
        """The ballot code; None where there is no ballot."""
        return None if self.digest is None else ballot_code(self.digest)

    @property
    def words(self) -> str:
        """What became of it, in words."""
        match self.verdict:
            case Accepted(supersedes=None):
                return f"{self.code} accepted"
            case Accepted():
                return f"{self.code} accepted; it replaces this member's earlier ballot"
            case AlreadyThere():
                return f"{self.code} already there"
            case Refusal():
                return f"{self.code} refused: {self.verdict.words}"
            case BadBallot():
                return f"not a ballot: {self.verdict}; kept aside"


def accept(
    folder: ElectionFolder,
    sources: Iterable[Source],
    now: datetime,
    known: WholeLog | None = None,
) -> list[Outcome]:
    """Judge every ballot found in the sources; log what counts and what must be logged.

    ``known`` is the log as this process read it before, if it did.

    Raises:
        Refused: the poll is not open yet.
        BadInput: the organisation's own templates have mistakes; nothing was accepted.
    """
    with Session.open(folder, known) as session:
        _refuse_early(session, now)
        sender = sender_of(folder, manifest_of(session.poll))
        here, ahead = tee(sources)
        arrived = map_chunks(_arrivals, (each_source.data for each_source in ahead), None, _weight)
        outcomes = [
            _accept_one(session, source, arrival)
            for source, found in zip(here, arrived, strict=True)
            for arrival in found
        ]
        session.commit()
        told = [_with_receipt(session, outcome) for outcome in outcomes]
        write_receipts(session, told, sender)
        return told


def _refuse_early(session: Session, now: datetime) -> None:
    if isinstance(session.poll, Open):
        definition = session.poll.manifest.definition
        if not session.poll.box.credentials:
            raise Refused("No letters were issued; nobody can have voted.", remedy="`issue` them.")
        if now < definition.timetable.opens:
            opens = plain_time(definition.timetable.opens)
            raise Refused(f"Ballots are accepted from {opens}.")


def arrival_of(ballot: SealedBallot) -> Arrival:
    """Return what can be said of a ballot by itself."""
    return Arrival(ballot, ballot.to_json(), ballot.is_signed())


def _arrivals(mails: Sequence[bytes], _common: None) -> list[list[Arrival | BadBallot]]:
    """Find the ballots in some mails."""
    found = map(ballots_in, mails)
    return [
        [ballot if isinstance(ballot, BadBallot) else arrival_of(ballot) for ballot in f]
        for f in found
    ]


def _weight(mail: bytes) -> int:
    """Weigh a mail: as much work as a sealed ballot, or as many of them as it is long."""
    return max(1, len(mail) >> 12)


def _accept_one(session: Session, source: Source, arrival: Arrival | BadBallot) -> Outcome:
    if isinstance(arrival, BadBallot):
        _keep_aside(session.folder, source)
        return Outcome(source.name, None, arrival)
    ballot, verdict = arrival.ballot, judge_now(session, arrival)
    line = verdict.line if isinstance(verdict, AlreadyThere) else None
    if isinstance(verdict, Accepted):
        line = session.next_line
        event = BallotAccepted(type="ballot.accepted", ballot=ballot)
        session.stage(event, accepted_line(arrival.data))
    elif isinstance(verdict, Refusal):
        _keep_aside(session.folder, source)
        _log_refusal(session, arrival, verdict)
    stranger = isinstance(verdict, Refusal) and verdict.logged is None
    credential = None if stranger else ballot.credential
    return Outcome(source.name, arrival.digest, verdict, None, credential, line)


def judge_now(session: Session, arrival: Arrival) -> Verdict:
    """Judge a ballot in the poll as it stands; after the close it is late, or already there."""
    poll, ballot = session.poll, arrival.ballot
    if isinstance(poll, Open):
        return judge(poll, ballot, signed=arrival.signed)
    if not isinstance(poll, Closed | Unsealed | Declared):
        raise Refused("The election is a draft: it is not taking ballots yet.")
    line = box_of(poll).line_of(ballot)
    if line is not None:
        return AlreadyThere(line)
    as_open = Open(closed_of(poll).manifest, box_of(poll))
    stranger = is_stranger(as_open, ballot, signed=arrival.signed)
    return Refusal(stranger, None) if stranger else Refusal("late", "late")


def _log_refusal(session: Session, arrival: Arrival, refusal: Refusal) -> None:
    digest = arrival.digest
    if refusal.logged is None or isinstance(session.poll, Declared):
        return
    refused = ((event.digest, event.reason) for _, event in box_of(session.poll).refused)
    if (digest, refusal.logged) not in refused:
        session.stage(
            BallotRefused(
                type="ballot.refused",
                digest=digest,
                credential=arrival.ballot.credential,
                reason=refusal.logged,
            )
        )


def _keep_aside(folder: ElectionFolder, source: Source) -> None:
    write_private(folder.rejected / sha256(source.data).hex()[:16], source.data)


def _with_receipt(session: Session, outcome: Outcome) -> Outcome:
    """Return the receipt of a ballot that is in the log, against the log's present head."""
    if outcome.line is None:
        return outcome
    return replace(outcome, receipt=session.writer.receipt(outcome.line - 1))


def write_receipts(session: Session, outcomes: Sequence[Outcome], sender: Sender) -> None:
    """Write the receipt of each ballot that is in the log, and a reply to its voter.

    The holder of a credential whose ballot was refused is told so, too, and why.
    """
    signed = {outcome.credential for outcome in outcomes if outcome.credential is not None}
    holders = find_holders(session.folder, signed)
    told: dict[str, tuple[str, str, Member | None]] = {}
    refused: list[tuple[str, str, Member]] = []
    for each_outcome in outcomes:
        member = holders.get(each_outcome.credential or b"")
        if isinstance(each_outcome.verdict, Refusal) and each_outcome.code and member:
            refused.append((each_outcome.code, each_outcome.verdict.words, member))
        if each_outcome.receipt is None or each_outcome.code is None:
            continue
        if not is_written(session.folder.receipts / receipt_name(each_outcome.code)):
            told[each_outcome.code] = (each_outcome.code, str(each_outcome.receipt), member)
    write_many_private(session.folder.receipts, _receipts, list(told.values()), sender)
    write_many_private(session.folder.receipts, _refusals, refused, sender)


def receipt_name(code: str) -> str:
    """Return the name of the file of a receipt."""
    return f"{code}.tlog-proof"


def _receipts(
    told: Sequence[tuple[str, str, Member | None]], sender: Sender
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of some receipts, and of the replies that carry them."""
    for code, receipt, member in told:
        data = receipt.encode()
        if member is not None:
            attached = Attachment(f"receipt-{code}.txt", data, "plain")
            yield receipt_reply(sender, member, attached, code)
        yield receipt_name(code), data  # the last one: where it is, the reply is, too


def _refusals(
    refused: Sequence[tuple[str, str, Member]], sender: Sender
) -> Iterator[tuple[str, bytes]]:
    """Yield the replies to those whose ballots were refused."""
    for code, why, member in refused:
        yield refused_reply(sender, member, code, why)

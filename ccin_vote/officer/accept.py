"""Accepting: ballots that came back; each judged, logged if it counts, and receipted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import tee
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.correspondence.message import credentials_of, read_contents
from ccin_vote.correspondence.outbox import sender_of
from ccin_vote.election.words import plain_time
from ccin_vote.errors import Refused
from ccin_vote.log.events import BallotAccepted, BallotRefused, accepted_line
from ccin_vote.officer.arrival import Arrival, arrival_of, judge_now
from ccin_vote.officer.held import hold
from ccin_vote.officer.receipts import write_receipts
from ccin_vote.officer.returned import Returned, Told
from ccin_vote.parallel import map_chunks
from ccin_vote.poll.acceptance import Accepted, AlreadyThere, Refusal, Verdict
from ccin_vote.poll.state import Declared, Open, box_of, manifest_of
from ccin_vote.seal.armour import BadBallot, ballot_code
from ccin_vote.store.files import write_private
from ccin_vote.store.register import read_holders
from ccin_vote.store.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from ccin_vote.correspondence.mailbox import Source
    from ccin_vote.correspondence.message import Contents
    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.checkpoint import Receipt
    from ccin_vote.log.reader import WholeLog
    from ccin_vote.store.register import Holders


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that came in, with the ballots that were sent and those that are held."""

    contents: Contents
    sent: tuple[Arrival | BadBallot, ...]
    held: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ballot, by its envelope's digest, or of an input without one.

    ``credential`` is the one that signed the ballot, where it is one of this election; ``line``
    that of the ballot in the log, from 1, where it is there. ``kept`` is False where the input has
    a token in it, which is written nowhere.
    """

    source: str
    digest: bytes | None
    verdict: Verdict | BadBallot | Told
    receipt: Receipt | None = None
    credential: bytes | None = None
    line: int | None = None
    kept: bool = True

    @property
    def asks(self) -> bool:
        """Whether the officer has to do something, or somebody has to send a ballot again."""
        return self.told.asks if self.told else self.receipt is None

    @property
    def told(self) -> Told | None:
        """What is said of a mail that is no ballot sent by a person."""
        return self.verdict if isinstance(self.verdict, Told) else None

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
                kept = "kept aside" if self.kept else "not kept, as a token stands in it"
                return f"not a ballot: {self.verdict}; {kept}"
            case Told():
                return str(self.verdict)


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
        desk = _Desk(session)
        here, ahead = tee(sources)
        mails = (each_source.data for each_source in ahead)
        read = map_chunks(_mails, mails, manifest_of(session.poll).election, _weight)
        outcomes = [
            outcome
            for source, mail in zip(here, read, strict=True)
            for outcome in desk.accept_mail(source, mail)
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


def _mails(mails: Sequence[bytes], election: str) -> list[Mail]:
    """Find the ballots in some mails."""
    return [_mail(read_contents(data, election)) for data in mails]


def _mail(contents: Contents) -> Mail:
    sent = tuple(
        ballot if isinstance(ballot, BadBallot) else arrival_of(ballot) for ballot in contents.found
    )
    return Mail(contents, sent, tuple(map(arrival_of, contents.held)))


def _weight(mail: bytes) -> int:
    """Weigh a mail: as much work as a sealed ballot, or as many of them as it is long."""
    return max(1, len(mail) >> 12)


class _Desk:
    """Where mails are worked on, one after the other, while the election is held."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @cached_property
    def holders(self) -> Holders:
        """The register, read once something came back."""
        return read_holders(self.session.folder, box_of(self.session.poll).credentials)

    def accept_mail(self, source: Source, mail: Mail) -> Iterator[Outcome]:
        """Yield what became of each ballot, and what there is to say of the mail itself."""
        contents = mail.contents
        if contents.sort or contents.credentials or mail.held:
            returned = Returned(self.session.folder, self.session.poll, self.holders)
            for told in returned.told(contents):
                yield Outcome(source.name, None, told)
            for held in mail.held:
                told = hold(self.session, held, self.holders)
                yield Outcome(source.name, held.digest, told)
            if not mail.sent:
                self.keep_aside(source, contents.credentials)
        for arrival in mail.sent:
            if isinstance(arrival, BadBallot):
                kept = self.keep_aside(source, contents.credentials)
                yield Outcome(source.name, None, arrival, kept=kept)
            else:
                yield self.accept_one(source, arrival)

    def accept_one(self, source: Source, arrival: Arrival) -> Outcome:
        """Return what became of a ballot; what is not accepted is kept."""
        ballot, verdict = arrival.ballot, judge_now(self.session, arrival)
        line = verdict.line if isinstance(verdict, AlreadyThere) else None
        if isinstance(verdict, Accepted):
            line = self.session.next_line
            event = BallotAccepted(type="ballot.accepted", ballot=ballot)
            self.session.stage(event, accepted_line(arrival.data))
        elif isinstance(verdict, Refusal):
            election = manifest_of(self.session.poll).election
            self.keep_aside(source, credentials_of(source.data, election))
            _log_refusal(self.session, arrival, verdict)
        stranger = isinstance(verdict, Refusal) and verdict.logged is None
        credential = None if stranger else ballot.credential
        return Outcome(source.name, arrival.digest, verdict, None, credential, line)

    def keep_aside(self, source: Source, tokens: Iterable[bytes]) -> bool:
        """Keep what came in untouched; not if a token stands in it, which is kept nowhere."""
        issued = box_of(self.session.poll).credentials
        if any(credential in issued for credential in tokens):
            return False
        path = self.session.folder.rejected / sha256(source.data).hex()[:16]
        write_private(path, source.data)
        return True


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


def _with_receipt(session: Session, outcome: Outcome) -> Outcome:
    """Return the receipt of a ballot that is in the log, against the log's present head."""
    if outcome.line is None:
        return outcome
    return replace(outcome, receipt=session.writer.receipt(outcome.line - 1))

"""The officer's desk: an election folder with its log locked, folded, ready for the next event."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ccin_vote.canonical import NotCanonical, from_base64url, to_base64url
from ccin_vote.errors import BadInput, IntegrityFailure, Mistake, Refused
from ccin_vote.log.checkpoint import origin_of, read_checkpoint
from ccin_vote.log.events import MAXIMUM_LINE, ElectionOpened, PollClosed, event_to_line
from ccin_vote.log.note import BadNote, VerifierKey
from ccin_vote.log.reader import Entry, WholeLog, read_line, read_log
from ccin_vote.log.writer import LogWriter
from ccin_vote.poll.apply import apply
from ccin_vote.poll.signed import fold_signed
from ccin_vote.poll.state import NAMES, NEXT, Draft, Poll
from ccin_vote.safe_read import open_input
from ccin_vote.store.files import private_folder, read_file, write_private
from ccin_vote.store.filesystem import refuse_network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.events import Event

P = TypeVar("P")


@dataclass(slots=True)
class Desk:
    """One election, held by this process alone until the ``with`` block ends."""

    folder: ElectionFolder
    writer: LogWriter
    poll: Poll
    staged: list[Entry] = field(default_factory=list)

    @property
    def next_line(self) -> int:
        """The number, from 1, of the line that the next event will have."""
        return len(self.writer.lines) + len(self.staged) + 1

    def stage(self, event: Event, line: bytes | None = None) -> None:
        """Apply an event that ``commit`` will log together with the others staged.

        ``line`` is the event's line, if the caller has made it.
        """
        line = line or event_to_line(event)
        root = self._root_with(line) if isinstance(event, PollClosed) else None
        entry = Entry(self.next_line, line, event, root)
        self.poll = apply(self.poll, entry)
        self.staged.append(entry)

    def _root_with(self, line: bytes) -> bytes:
        """Give the root that the log will have with what is staged and one line more."""
        tree = self.writer.log.tree.copy()
        tree.extend([*(one.line for one in self.staged), line])
        return tree.root()

    def commit(self) -> None:
        """Log what is staged in one write: on the disk and signed when this returns."""
        if self.staged:
            self.writer.append_lines([one.line for one in self.staged])
            self.staged = []

    def append(self, event: Event) -> None:
        """Log an event: on the disk and signed when this returns.

        Raises:
            IntegrityFailure: the event may not follow; nothing was logged.
        """
        self.stage(event)
        self.commit()


@contextmanager
def at_desk(folder: ElectionFolder, known: WholeLog | None = None) -> Iterator[Desk]:
    """Lock the election, read and check its log, and give the desk.

    ``known`` is the log as this process read it before: what did not change is not hashed again.

    Raises:
        BadInput: there is no election folder.
        Refused: the election is a draft, or another command holds it.
        IntegrityFailure: the log is not what was signed.
    """
    election = election_of(folder)
    if election is None:
        raise Refused(
            f"The election {folder.slug} is a draft: it has not been opened.",
            remedy=_next(Draft()),
        )
    refuse_network(folder.root)
    private_folder(folder.private)
    key = read_officer_key(folder)
    aside = folder.private / "torn"
    log = LogWriter(folder, origin_of(election), key, aside, judge=fold_signed, known=known)
    with log as writer:
        yield Desk(folder, writer, fold_signed(writer.log, writer.signed))


def election_of(folder: ElectionFolder) -> str | None:
    """Give the election id from the log's first line; None if the election is a draft.

    Raises:
        BadInput: there is no such folder, or no election in it.
        Refused: the log of an election that was opened is missing.
        IntegrityFailure: the first line is damaged.
    """
    if not folder.definition.exists() and not folder.log.exists():
        problem = "there is no election here: no election.toml and no log"
        hint = f"`ccin-vote new {folder.root}` makes one"
        raise BadInput([Mistake(str(folder.root), problem, hint=hint)])
    if not folder.log.exists() or folder.log.stat().st_size == 0:
        if folder.holders.exists() or folder.checkpoint.exists():
            raise Refused(
                "This election was opened before, and its log is missing.",
                remedy="Restore log.jsonl from a backup; nothing was changed.",
            )
        return None
    with open_input(folder.log) as stream:
        line = stream.readline(MAXIMUM_LINE + 2)
    if not line.endswith(b"\n") and len(line) <= MAXIMUM_LINE:
        return None
    event = read_line(line.removesuffix(b"\n"), 1)
    if not isinstance(event, ElectionOpened):
        raise IntegrityFailure(
            "the log does not begin with election.opened", file="log.jsonl", line=1
        )
    return event.election


def look(folder: ElectionFolder) -> Poll:
    """Read where the election stands, without holding it.

    What its checkpoint signs was folded before; if that does not fit, all is folded anew.

    Raises:
        BadInput: there is no election in the folder.
        IntegrityFailure: the log is damaged.
    """
    if election_of(folder) is None:
        return Draft()
    with open_input(folder.log) as stream:
        log = WholeLog.of(read_log(stream))
    return fold_signed(log, _signed(folder, log))


def _signed(folder: ElectionFolder, log: WholeLog) -> int:
    """Give how many lines the checkpoint signs; 0 if it is not one of this log."""
    try:
        head, _ = read_checkpoint(read_file(folder.checkpoint), _officer(log))
    except (BadInput, BadNote):
        return 0
    fits = head.size <= log.tree.size and log.tree.root(head.size) == head.root
    return head.size if fits else 0


def _officer(log: WholeLog) -> VerifierKey:
    first = read_line(log.lines[0], 1)
    return VerifierKey.parse(first.officer if isinstance(first, ElectionOpened) else "")


def in_state(poll: Poll, state: type[P], doing: str) -> P:
    """Give the poll if it is in the state that a step needs.

    Raises:
        Refused: it is not; says what state it is in and what comes next.
    """
    if not isinstance(poll, state):
        raise Refused(
            f"The election is {NAMES[type(poll)]}; it is not the time to {doing}.",
            remedy=_next(poll),
        )
    return poll


def _next(poll: Poll) -> str:
    return f"next, {NEXT[type(poll)]}."


def write_officer_key(folder: ElectionFolder, key: Ed25519PrivateKey) -> None:
    """Write the officer's key, for the officer alone."""
    write_private(folder.officer_key, to_base64url(key.private_bytes_raw()).encode() + b"\n")


def read_officer_key(folder: ElectionFolder) -> Ed25519PrivateKey:
    """Read the officer's key.

    Raises:
        BadInput: it is missing or damaged; the message never repeats it.
    """
    text = read_file(folder.officer_key, 1000).decode("ascii", "replace").strip()
    try:
        return Ed25519PrivateKey.from_private_bytes(from_base64url(text, 32))
    except NotCanonical as error:
        hint = "restore it from a backup of private/"
        problem = "the officer's key is damaged"
        raise BadInput([Mistake(str(folder.officer_key), problem, hint=hint)]) from error


def stamp(moment: datetime) -> str:
    """Give a time as the log writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

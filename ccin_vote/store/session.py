"""The only writer of an election: its log locked, judged, and ready for the next event."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Self, TypeVar

from ccin_vote.errors import Refused
from ccin_vote.log.checkpoint import origin_of
from ccin_vote.log.events import PollClosed, event_to_line
from ccin_vote.log.reader import Entry
from ccin_vote.log.writer import LogWriter
from ccin_vote.poll.apply import apply
from ccin_vote.poll.signed import fold_signed
from ccin_vote.poll.state import NAMES, NEXT, Draft, Poll
from ccin_vote.store.files import private_folder
from ccin_vote.store.filesystem import refuse_network
from ccin_vote.store.officer_key import read_officer_key
from ccin_vote.store.snapshot import Snapshot, Trust, election_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ccin_vote.election.folder import ElectionFolder
    from ccin_vote.log.checkpoint import Head
    from ccin_vote.log.events import Event
    from ccin_vote.log.reader import WholeLog

P = TypeVar("P")


@dataclass(slots=True)
class Session:
    """One election, held by this process alone until the ``with`` block ends."""

    folder: ElectionFolder
    writer: LogWriter
    poll: Poll
    staged: list[Entry] = field(default_factory=list)

    @classmethod
    @contextmanager
    def open(cls, folder: ElectionFolder, known: WholeLog | None = None) -> Iterator[Self]:
        """Lock the election, read and judge its log, and hold it.

        ``known`` is the log as this process read it before: what did not change is not hashed
        again.

        Raises:
            BadInput: there is no election folder.
            Refused: the election is a draft, or another command holds it.
            IntegrityFailure: the log is not what was signed.
        """
        # Without the lock: the first line never changes once it is whole, and the lock's own file
        # is the log, which a draft must not get.
        election = election_of(folder)
        if election is None:
            raise Refused(
                f"The election {folder.slug} is a draft: it has not been opened.",
                remedy=_next(Draft()),
            )
        # Before the lock, which could not be trusted there.
        refuse_network(folder.root)
        # Each time: an unpacked backup or a careless copy may have opened it to others.
        private_folder(folder.private)
        key = read_officer_key(folder)
        aside = folder.private / "torn"
        # The judge sees lines that a crash left past the checkpoint before the writer signs them.
        log = LogWriter(folder, origin_of(election), key, aside, judge=fold_signed, known=known)
        with log as writer:
            # Folded once more, after recovery, which may have added a line; lines past the old
            # checkpoint are judged as strangers' here too.
            yield cls(folder, writer, fold_signed(writer.log, writer.signed))

    @property
    def snapshot(self) -> Snapshot:
        """The election as this session holds it, to be read on after the session ends."""
        return Snapshot(self.folder, self.writer.log, self.poll, Trust.CHECKPOINT)

    @property
    def next_line(self) -> int:
        """The number, from 1, of the line that the next event will have."""
        return len(self.writer.lines) + len(self.staged) + 1

    def stage(self, event: Event, line: bytes | None = None) -> None:
        """Apply an event that ``commit`` will log together with the others staged.

        ``line`` is the event's line, if the caller has made it.
        """
        line = line or event_to_line(event)
        # Worked out before the line is written: `apply` needs the root that the line will have.
        root = self._root_with(line) if isinstance(event, PollClosed) else None
        entry = Entry(self.next_line, line, event, root)
        # The rules are asked before anything is written. `apply` may leave its poll half changed if
        # it refuses: then the session ends, and nothing that was staged is logged.
        self.poll = apply(self.poll, entry)
        self.staged.append(entry)

    def _root_with(self, line: bytes) -> bytes:
        """Return the root that the log will have with what is staged and one line more."""
        # A copy, since what is staged may never be committed.
        tree = self.writer.log.tree.copy()
        tree.extend([*(entry.line for entry in self.staged), line])
        return tree.root()

    def commit(self) -> None:
        """Log what is staged in one write: on the disk and signed when this returns."""
        if self.staged:
            # All or none: after a crash in this write, whole lines count and are signed by the next
            # command, and a torn one is set aside. Nobody was told anything yet.
            self.writer.append_lines([entry.line for entry in self.staged])
            self.staged = []

    def append(self, event: Event) -> None:
        """Log an event: on the disk and signed when this returns.

        Raises:
            IntegrityFailure: the event may not follow; nothing was logged.
        """
        self.stage(event)
        self.commit()


@dataclass(frozen=True, slots=True)
class Milestone:
    """The log's head at a milestone; ``again`` if it had been passed before."""

    head: Head
    again: bool = False


def nothing(_: object = None) -> None:
    """Ask nobody: what ``ask`` is where a command has no question."""


def in_state(poll: Poll, state: type[P], doing: str) -> P:
    """Return the poll if it is in the state that a step needs.

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


def stamp(moment: datetime) -> str:
    """Return a time as the log writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""The only writer of a log. What it has told anyone is on the disk and signed.

It holds an exclusive lock; appends whole lines with one write; syncs; replaces the checkpoint
atomically; and only then returns. After a crash, complete valid lines past the checkpoint are
kept and signed; bytes after the last newline are set aside, cut and recorded; a milestone's
head that is missing is made again. A log that is shorter than its checkpoint or than a head kept at
a milestone, or that had another root at that line, is refused.
"""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ccin_vote.canonical import sha256
from ccin_vote.election.folder import MILESTONES
from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.log.checkpoint import Head, Receipt, read_checkpoint
from ccin_vote.log.events import Event, LogRecovered, ending, event_to_line
from ccin_vote.log.lock import PATIENCE, open_locked
from ccin_vote.log.note import ED25519, BadNote, Note, VerifierKey, sign
from ccin_vote.log.reader import (
    LOG,
    Entry,
    WholeLog,
    entry_of,
    read_line,
    read_log,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ccin_vote.election.folder import LogFiles

    Judge = Callable[[WholeLog, int], object]

_MODE = 0o644
_CHECKPOINT = "checkpoint"
_RESTORE = "Stop here. Restore the folder from a backup."
# By the event's type as it stands in the line, so that a milestone is found without parsing.
_TURNS = dict(zip(("election.opened", "poll.closed", "result.declared"), MILESTONES, strict=True))


_TAIL = 120
"""So near its end stands the type of a line; in free text quotation marks are escaped."""


class LogWriter:
    """The log of one election, open for appending by this process alone."""

    def __init__(  # noqa: PLR0913  (each is a different thing that the writer needs)
        self,
        files: LogFiles,
        origin: str,
        key: Ed25519PrivateKey,
        aside: Path,
        patience: float = PATIENCE,
        *,
        judge: Judge | None = None,
        known: WholeLog | None = None,
    ) -> None:
        """Name the files, the log's origin, the officer's key, and where torn bytes are kept.

        The newest checkpoint signed the first ``signed`` lines when the log was opened. ``judge``
        refuses those after them that may not stand there, before anything is signed. ``known`` is
        the log as this process read it before, which saves time.
        """
        self._files = files
        self._origin = origin
        self._key = key
        self._aside = aside
        self._patience = patience
        self._judge = judge
        self._known = known
        self._log = WholeLog.of(b"")
        self._descriptor = -1
        self._length = 0
        self.signed = 0

    @property
    def log(self) -> WholeLog:
        """The log as it was when it was opened; its lines and tree grow."""
        return self._log

    @property
    def lines(self) -> list[bytes]:
        """Every line, without newlines."""
        return self._log.lines

    @property
    def verifier(self) -> VerifierKey:
        """The officer's verifier key."""
        return VerifierKey(self._origin, ED25519, self._key.public_key().public_bytes_raw())

    @property
    def head(self) -> Head:
        """The head of the log as it stands."""
        return Head(self._origin, self._log.tree.size, self._log.tree.root())

    def __enter__(self) -> Self:
        """Lock, read, compare with every head that is kept, recover.

        Raises:
            Refused: another command holds the log, or the disk does not allow it.
            IntegrityFailure: the log is not what was signed.
        """
        # From here until the end of the block nobody else can
        # append; everything below may rely on it.
        self._descriptor = open_locked(self._files.log, self._patience)
        try:
            self._load()
        except OSError as error:
            os.close(self._descriptor)
            raise Refused(f"{error.filename or self._files.root}: {error.strerror}.") from error
        # Also when a person interrupts: the lock must go, or
        # this process would refuse itself later.
        except BaseException:
            os.close(self._descriptor)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Unlock."""
        os.close(self._descriptor)

    def append(self, events: Sequence[Event]) -> list[Entry]:
        """Append events: on the disk and signed when this returns; return their entries.

        Raises:
            Refused: the disk did not take them, and the log is as it was before; or it took them
                and not the checkpoint, and the next command signs them.
        """
        # All are written as bytes before any reaches the disk: an event
        # that cannot be written stops the others.
        first, lines = len(self.lines) + 1, [event_to_line(event) for event in events]
        self.append_lines(lines)
        numbered = zip(range(first, first + len(lines)), lines, events, strict=True)
        return [entry_of(number, line, event, self._log.tree) for number, line, event in numbered]

    def append_lines(self, lines: Sequence[bytes]) -> None:
        """Append the lines of events: on the disk and signed when this returns.

        Raises:
            Refused: as for ``append``.
        """
        # The order is the promise: log on the disk, then memory, then the signature. Wherever a
        # crash falls, no head signs a line that is not there.
        self._write(b"".join(line + b"\n" for line in lines))
        self.lines.extend(lines)
        self._log.tree.extend(lines)
        self._sign()

    def keep_head(self, milestone: str) -> None:
        """Keep the newest checkpoint as that of a milestone."""
        # After the checkpoint, as a copy of it; if a crash comes between,
        # `_mend_turning_points` makes it again.
        self._keep(milestone, self._files.checkpoint.read_bytes())

    def receipt(self, index: int) -> Receipt:
        """Return the proof that line ``index``, from 0, is in the log as it stands."""
        proof = self._log.tree.inclusion_proof(index)
        # The checkpoint is read from the disk: a receipt never shows a head that was not kept.
        return Receipt(index, tuple(proof), self._files.checkpoint.read_text("utf-8"))

    def _write(self, data: bytes) -> None:
        end = self._length + len(data)
        try:
            # At a known place, not "at the end": after torn bytes the record of them has to go
            # over them. A short write is a full disk.
            if os.pwrite(self._descriptor, data, self._length) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301  (one way out)
            # Cuts what a torn line left behind the new one. If a crash comes before this, the rest
            # still has no newline and is set aside again.
            os.ftruncate(self._descriptor, end)
            # Before anything is signed. An error here may mean that nothing can be known of the
            # last bytes: they are cut off, and the caller is told that nothing was added.
            os.fsync(self._descriptor)
        except OSError as error:
            # If even that fails, the lines may be whole on the disk and unsigned: the next writer
            # judges them, and keeps or refuses them.
            with suppress(OSError):
                self._cut()
            raise Refused(
                f"{self._files.log}: {error.strerror}; nothing was added to the log.",
                remedy="Make room on the disk, or repair it, then run the command again.",
            ) from error
        self._length = end

    def _cut(self) -> None:
        os.ftruncate(self._descriptor, self._length)
        os.fsync(self._descriptor)

    def _sign(self) -> None:
        try:
            replace_file(self._files.checkpoint, self._signed(self.head))
        except OSError as error:
            raise Refused(
                f"{self._files.checkpoint}: {error.strerror}; the log has the new lines, and they"
                " are not signed yet.",
                remedy="Make room on the disk, or repair it, then run the command again:"
                " it signs them first.",
            ) from error

    def _signed(self, head: Head) -> bytes:
        text = str(head)
        return str(Note(text, (sign(text, self._origin, self._key),))).encode()

    def _load(self) -> None:
        with os.fdopen(self._descriptor, "rb", closefd=False) as stream:
            # Through the locked descriptor, not by the path: what was locked is what is read.
            data = read_log(stream)
        self._log = WholeLog.of(data, self._known)
        lines, tail = self._log.lines, self._log.tail
        self._length = len(data) - len(tail)
        heads = self._kept_heads()
        # The smallest first, so that the earliest head that does not
        # fit is named: the fault is before it.
        for file, head in sorted(heads.items(), key=lambda item: item[1].size):
            self._compare(head, file)
        newest = heads.get(_CHECKPOINT)
        # One line without a checkpoint is an `open` that crashed before signing, and nobody was
        # told of it. Anything more without one has lost it, and must not simply be signed anew.
        if newest is None and (len(lines) > 1 or heads):
            raise IntegrityFailure("the file is missing", file=_CHECKPOINT, remedy=_RESTORE)
        # Lines under the newest head were judged before it was signed, and their
        # hashes were just compared. Those after it may be anybody's who could write to
        # the file: they are read, and judged.
        self.signed = newest.size if newest else 0
        self._read(self.signed)
        # Before `_recover` and `_sign`, which sign everything that stands here.
        if self._judge and self.signed < len(lines):
            self._judge(self._log, self.signed)
        if tail:
            self._recover(tail)
        # Complete lines past the head: a crash after the write. They are kept, because the log may
        # already have been copied with them, and two logs must not differ.
        elif lines and (newest is None or newest.size < len(lines)):
            self._sign()
        self._mend_turning_points()

    def _kept_heads(self) -> dict[str, Head]:
        """Return the signed heads in the folder, by the file's name."""
        paths = [self._files.checkpoint, *map(self._files.milestone, MILESTONES)]
        heads = {}
        for path in paths:
            name = path.relative_to(self._files.root).as_posix()
            try:
                # Only heads that this officer's key signed: a forged head in
                # the folder is a fault, not evidence.
                heads[name], _ = read_checkpoint(path.read_bytes(), self.verifier)
            except FileNotFoundError:
                continue
            except BadNote as error:
                raise IntegrityFailure(str(error), file=name, remedy=_RESTORE) from error
        return heads

    def _compare(self, head: Head, file: str) -> None:
        lines = len(self.lines)
        if head.size > lines:
            raise IntegrityFailure(
                f"the log has {lines} lines and {file} signed {head.size}: its end was cut",
                file=LOG,
                line=lines + 1,
                remedy=_RESTORE,
            )
        if self._log.tree.root(head.size) != head.root:
            # A damaged line is the likeliest cause; to name that one helps
            # more than the head that does not fit.
            self._read(0)
            raise IntegrityFailure(
                f"the log up to this line is not what {file} signed",
                file=LOG,
                line=head.size,
                remedy=_RESTORE,
            )

    def _read(self, start: int) -> None:
        """Refuse a line after the first ``start`` that is no event."""
        # Whether it is an event; whether it may stand there is the judge's question.
        for number, line in enumerate(self.lines[start:], start=start + 1):
            read_line(line, number)

    def _recover(self, tail: bytes) -> None:
        """Set torn bytes aside, then write their record over them, so that neither can be lost."""
        self._aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Kept first, recorded second, and named by their own hash: if a crash comes between, the
        # next run writes the same file again.
        replace_file(self._aside / f"torn-{sha256(tail).hex()[:16]}", tail, mode=0o600)
        if self.lines:
            # This signs the complete lines before it as well. Without any line there is
            # no election yet that could record it.
            self.append([LogRecovered(type="log.recovered", length=len(tail), digest=sha256(tail))])
        else:
            self._cut()

    def _mend_turning_points(self) -> None:
        """Make a milestone's head that a crash, or a hand, took away."""
        for kind, name in _TURNS.items():
            if not self._files.milestone(name).exists():
                for number in self._numbers(kind):
                    # Ed25519 is deterministic (RFC 8032), so this is the officer's
                    # very signature of then. Cosignatures that stood beside it come
                    # again with the scrutineers' replies.
                    head = Head(self._origin, number, self._log.tree.root(number))
                    self._keep(name, self._signed(head))

    def _numbers(self, kind: str) -> Iterator[int]:
        """Return the numbers, from 1, of the lines of a milestone: one, or none."""
        # Only where no ballot stands, and by the bytes near its end: cheap in a log of millions of
        # lines. After the type stands, in the first line alone, the digest of the verifier.
        mark = ending(kind)[:-1]
        return (number for number in self._log.others if mark in self.lines[number - 1][-_TAIL:])

    def _keep(self, milestone: str, checkpoint: bytes) -> None:
        path = self._files.milestone(milestone)
        path.parent.mkdir(exist_ok=True)
        replace_file(path, checkpoint)


def replace_file(path: Path, data: bytes, mode: int = _MODE) -> None:
    """Replace a file atomically: written beside it, synced, renamed, the folder synced."""
    # In the same folder, since a rename is atomic within one file system only. The name is new and
    # the mode 0600 until the data is in. A crash may leave it behind; nothing reads a `.new-` file.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(descriptor, mode)
            # Before the rename: some file systems put the name on the disk before the data, and a
            # power cut would leave an empty file under the right name.
            os.fsync(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # The rename itself is on the disk only when its folder is.
        os.fsync(folder)
    finally:
        os.close(folder)

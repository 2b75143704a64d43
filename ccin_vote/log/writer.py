"""The only writer of a log. What it has told anyone is on the disk and signed.

It holds an exclusive lock; appends whole lines with one write; syncs; replaces the checkpoint
atomically; and only then returns. After a crash, complete valid lines past the checkpoint are
kept and signed; bytes after the last newline are set aside, cut and recorded; a turning point's
head that is missing is made again. A log that is shorter than its checkpoint or than a head kept at
a turning point, or that had another root at that line, is refused.
"""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ccin_vote.canonical import sha256
from ccin_vote.election.folder import TURNING_POINTS
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
_RESTORE = "Do not go on. Restore the folder from a backup."
_TURNS = dict(
    zip(("election.opened", "poll.closed", "result.declared"), TURNING_POINTS, strict=True)
)


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
        self._descriptor = open_locked(self._files.log, self._patience)
        try:
            self._load()
        except OSError as error:
            os.close(self._descriptor)
            raise Refused(f"{error.filename or self._files.root}: {error.strerror}.") from error
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
        """Append events: on the disk and signed when this returns; give their entries.

        Raises:
            Refused: the disk did not take them, and the log is as it was before; or it took them
                and not the checkpoint, and the next command signs them.
        """
        first, lines = len(self.lines) + 1, [event_to_line(event) for event in events]
        self.append_lines(lines)
        numbered = zip(range(first, first + len(lines)), lines, events, strict=True)
        return [entry_of(number, line, event, self._log.tree) for number, line, event in numbered]

    def append_lines(self, lines: Sequence[bytes]) -> None:
        """Append the lines of events: on the disk and signed when this returns.

        Raises:
            Refused: as for ``append``.
        """
        self._write(b"".join(line + b"\n" for line in lines))
        self.lines.extend(lines)
        self._log.tree.extend(lines)
        self._sign()

    def keep_head(self, turning_point: str) -> None:
        """Keep the newest checkpoint as that of a turning point."""
        self._keep(turning_point, self._files.checkpoint.read_bytes())

    def receipt(self, index: int) -> Receipt:
        """Give the proof that line ``index``, from 0, is in the log as it stands."""
        proof = self._log.tree.inclusion_proof(index)
        return Receipt(index, tuple(proof), self._files.checkpoint.read_text("utf-8"))

    def _write(self, data: bytes) -> None:
        end = self._length + len(data)
        try:
            if os.pwrite(self._descriptor, data, self._length) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301  (one way out)
            os.ftruncate(self._descriptor, end)
            os.fsync(self._descriptor)
        except OSError as error:
            with suppress(OSError):
                self._cut()
            raise Refused(
                f"{self._files.log}: {error.strerror}; nothing was added to the log.",
                remedy="Make room on the disk, or mend its fault, and repeat the command.",
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
                remedy="Make room on the disk, or mend its fault, and repeat the command:"
                " it signs them first.",
            ) from error

    def _signed(self, head: Head) -> bytes:
        text = str(head)
        return str(Note(text, (sign(text, self._origin, self._key),))).encode()

    def _load(self) -> None:
        with os.fdopen(self._descriptor, "rb", closefd=False) as stream:
            data = read_log(stream)
        self._log = WholeLog.of(data, self._known)
        lines, tail = self._log.lines, self._log.tail
        self._length = len(data) - len(tail)
        heads = self._kept_heads()
        for file, head in sorted(heads.items(), key=lambda one: one[1].size):
            self._compare(head, file)
        newest = heads.get(_CHECKPOINT)
        if newest is None and (len(lines) > 1 or heads):
            raise IntegrityFailure("the file is missing", file=_CHECKPOINT, remedy=_RESTORE)
        self.signed = newest.size if newest else 0
        self._read(self.signed)
        if self._judge and self.signed < len(lines):
            self._judge(self._log, self.signed)
        if tail:
            self._recover(tail)
        elif lines and (newest is None or newest.size < len(lines)):
            self._sign()
        self._mend_turning_points()

    def _kept_heads(self) -> dict[str, Head]:
        """Give the signed heads in the folder, by the file's name."""
        paths = [self._files.checkpoint, *map(self._files.turning_point, TURNING_POINTS)]
        heads = {}
        for path in paths:
            name = path.relative_to(self._files.root).as_posix()
            try:
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
            self._read(0)
            raise IntegrityFailure(
                f"the log up to this line is not what {file} signed",
                file=LOG,
                line=head.size,
                remedy=_RESTORE,
            )

    def _read(self, start: int) -> None:
        """Refuse a line after the first ``start`` that is no event."""
        for number, line in enumerate(self.lines[start:], start=start + 1):
            read_line(line, number)

    def _recover(self, tail: bytes) -> None:
        """Set torn bytes aside, then write their record over them, so that neither can be lost."""
        self._aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._aside / f"torn-{sha256(tail).hex()[:16]}", tail, mode=0o600)
        if self.lines:
            self.append([LogRecovered(type="log.recovered", length=len(tail), digest=sha256(tail))])
        else:
            self._cut()

    def _mend_turning_points(self) -> None:
        """Make a turning point's head that a crash, or a hand, took away."""
        for kind, name in _TURNS.items():
            if not self._files.turning_point(name).exists():
                for number in self._numbers(kind):
                    head = Head(self._origin, number, self._log.tree.root(number))
                    self._keep(name, self._signed(head))

    def _numbers(self, kind: str) -> Iterator[int]:
        """Give the numbers, from 1, of the lines of a turning point: one, or none."""
        mark = ending(kind)[:-1]  # after it stands, in the first line, the verifier's digest
        return (number for number in self._log.others if mark in self.lines[number - 1][-_TAIL:])

    def _keep(self, turning_point: str, checkpoint: bytes) -> None:
        path = self._files.turning_point(turning_point)
        path.parent.mkdir(exist_ok=True)
        replace_file(path, checkpoint)


def replace_file(path: Path, data: bytes, mode: int = _MODE) -> None:
    """Replace a file atomically: written beside it, synced, renamed, the folder synced."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""The only writer of a log. What it has told anyone is on the disk and signed.

It holds an exclusive lock; appends whole lines with one write; syncs; replaces the checkpoint
atomically; and only then returns. After a crash, complete valid lines past the checkpoint are
kept and signed; bytes after the last newline are set aside, cut and recorded. A log shorter than
its checkpoint, or with another root, is refused.
"""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING, Self

from ccin_vote.canonical import sha256
from ccin_vote.errors import IntegrityFailure, Refused
from ccin_vote.log.checkpoint import Head, Receipt, read_checkpoint
from ccin_vote.log.events import Event, LogRecovered, event_to_line
from ccin_vote.log.merkle import Tree, inclusion_proof, leaf_hash
from ccin_vote.log.note import ED25519, BadNote, Note, VerifierKey, sign
from ccin_vote.log.reader import LOG, Entry, next_entry, read_entries, whole_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ccin_vote.election.folder import LogFiles

_PATIENCE = 30.0
_PAUSE = 0.02
_MODE = 0o644


class LogWriter:
    """The log of one election, open for appending by this process alone."""

    def __init__(self, files: LogFiles, origin: str, key: Ed25519PrivateKey, aside: Path) -> None:
        """Name the files, the log's origin, the officer's key, and where torn bytes are kept."""
        self._files = files
        self._origin = origin
        self._key = key
        self._aside = aside
        self._tree = Tree()
        self._descriptor = -1
        self._length = 0
        self.entries: list[Entry] = []

    @property
    def verifier(self) -> VerifierKey:
        """The officer's verifier key."""
        return VerifierKey(self._origin, ED25519, self._key.public_key().public_bytes_raw())

    @property
    def head(self) -> Head:
        """The head of the log as it stands."""
        return Head(self._origin, self._tree.size, self._tree.root())

    def __enter__(self) -> Self:
        """Lock, read, compare with the checkpoint, recover.

        Raises:
            Refused: another command holds the log, or the disk does not allow it.
            IntegrityFailure: the log is not what was signed.
        """
        try:
            self._descriptor = _open_log(self._files.log)
        except OSError as error:
            raise Refused(f"{self._files.log}: {error.strerror}.") from error
        try:
            _lock(self._descriptor)
            self._load()
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
            Refused: the disk did not take them; the log is as it was before.
        """
        lines = [event_to_line(event) for event in events]
        self._write(b"".join(line + b"\n" for line in lines))
        added = [self._remember(line, event) for line, event in zip(lines, events, strict=True)]
        self._sign()
        return added

    def keep_head(self, turning_point: str) -> None:
        """Keep the newest checkpoint as that of a turning point."""
        path = self._files.turning_point(turning_point)
        path.parent.mkdir(exist_ok=True)
        replace_file(path, self._files.checkpoint.read_bytes())

    def receipt(self, index: int) -> Receipt:
        """Give the proof that line ``index``, from 0, is in the log as it stands."""
        hashes = [leaf_hash(entry.line) for entry in self.entries]
        proof = inclusion_proof(index, hashes)
        return Receipt(index, tuple(proof), self._files.checkpoint.read_text("utf-8"))

    def _remember(self, line: bytes, event: Event) -> Entry:
        entry = next_entry(line, event, self._tree)
        self.entries.append(entry)
        return entry

    def _write(self, data: bytes) -> None:
        try:
            written = os.pwrite(self._descriptor, data, self._length)
            if written != len(data):
                raise OSError(28, "no room left on the disk")  # noqa: TRY301  (one way out)
            os.fsync(self._descriptor)
        except OSError as error:
            os.ftruncate(self._descriptor, self._length)
            raise Refused(
                f"{self._files.log}: {error.strerror}; nothing was added to the log.",
                remedy="Make room on the disk, or mend its fault, and repeat the command.",
            ) from error
        self._length += len(data)

    def _sign(self) -> None:
        text = str(self.head)
        note = Note(text, (sign(text, self._origin, self._key),))
        replace_file(self._files.checkpoint, str(note).encode())

    def _load(self) -> None:
        data = self._files.log.read_bytes()
        lines, tail = whole_lines(data)
        self._length = len(data) - len(tail)
        signed = self._signed_head()
        for entry in read_entries(lines, self._tree):
            self.entries.append(entry)
            if signed and entry.number == signed.size and self._tree.root() != signed.root:
                raise IntegrityFailure(
                    "the log up to this line is not what the checkpoint signed",
                    file=LOG,
                    line=entry.number,
                    remedy="Do not go on. Restore the folder from a backup.",
                )
        self._compare_length(signed)
        if tail:
            self._recover(tail)
        elif lines and (signed is None or signed.size < len(lines)):
            self._sign()

    def _signed_head(self) -> Head | None:
        try:
            data = self._files.checkpoint.read_bytes()
        except FileNotFoundError:
            return None
        try:
            return read_checkpoint(data, self.verifier)[0]
        except BadNote as error:
            raise IntegrityFailure(str(error), file="checkpoint", line=1) from error

    def _compare_length(self, signed: Head | None) -> None:
        if signed is None and len(self.entries) > 1:
            raise IntegrityFailure(
                "the checkpoint is missing", file="checkpoint", remedy="Restore it from a backup."
            )
        if signed and signed.size > len(self.entries):
            raise IntegrityFailure(
                f"the log has {len(self.entries)} lines and the checkpoint signed {signed.size}:"
                " its end was cut",
                file=LOG,
                line=len(self.entries) + 1,
                remedy="Do not go on. Restore the folder from a backup.",
            )

    def _recover(self, tail: bytes) -> None:
        self._aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._aside / f"torn-{sha256(tail).hex()[:16]}", tail, mode=0o600)
        os.ftruncate(self._descriptor, self._length)
        os.fsync(self._descriptor)
        if self.entries:
            self.append([LogRecovered(type="log.recovered", length=len(tail), digest=sha256(tail))])


def _open_log(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)


def _lock(descriptor: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Refused(
                    "Another command is at work on this election.",
                    remedy="Wait until it has finished, and repeat.",
                ) from None
            time.sleep(_PAUSE)
        else:
            return


def replace_file(path: Path, data: bytes, mode: int = _MODE) -> None:
    """Replace a file atomically: written beside it, synced, renamed, the folder synced."""
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""A published folder, read for verification: files as bytes, the log as entries and a poll."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING

import ccin_vote
from ccin_vote.canonical import sha256
from ccin_vote.election.folder import PublishedFolder
from ccin_vote.errors import LINE_ENDS, BadInput, IntegrityFailure, Mistake
from ccin_vote.inputs import MEGABYTE, open_input, read_input
from ccin_vote.log.checkpoint import read_checkpoint
from ccin_vote.log.events import MAXIMUM_LINE, ElectionOpened
from ccin_vote.log.merkle import Tree
from ccin_vote.log.note import BadNote, VerifierKey
from ccin_vote.log.reader import NO_LINES, Entry, WholeLog, read_entries, read_line, read_log
from ccin_vote.poll.apply import Folding, fold
from ccin_vote.poll.signed import fold_signed
from ccin_vote.poll.state import Declared, Draft, Opened, manifest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import IO

    from ccin_vote.election.folder import LogFiles
    from ccin_vote.log.events import Event
    from ccin_vote.poll.state import Manifest, Poll


_NO_END = "the last line has no end"
MAXIMUM_FILE = 64 * MEGABYTE
"""No file beside the log is larger: the opened papers of a million are smaller."""

SOFTWARE = f"ccin-vote {ccin_vote.__version__}"
"""What the log's first line says of the program that opened the election."""


@dataclass(slots=True)
class Evidence:
    """All that the checks look at; ``tree`` is that of the log's lines, ``folding`` their poll.

    ``verified`` is how many lines, from the first, have ballots whose signatures were verified
    before, by the one who asks.
    """

    folder: PublishedFolder
    entries: list[Entry]
    tree: Tree
    officer: VerifierKey
    folding: Folding
    poll: Poll = field(default_factory=Draft)
    verified: int = 0

    def read(self, path: Path) -> bytes | None:
        """Give a file's bytes; None if it is not there."""
        try:
            return read_input(path, MAXIMUM_FILE)
        except BadInput as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            problem = error.mistakes[0].problem
            raise IntegrityFailure(problem, file=self.name(path)) from error

    def differs(self, data: bytes | None, digests: Iterable[bytes], words: str) -> str:
        """Say what is wrong with a file that should have one of these digests; nothing if it has.

        ``words`` are for a file that is another one; missing files and line ends have their own.
        """
        wanted = {*digests}
        if data is None:
            return "the file is missing"
        if sha256(data) in wanted:
            return ""
        return LINE_ENDS if sha256(data.replace(b"\r\n", b"\n")) in wanted else words

    def name(self, path: Path) -> str:
        """Give a file's name below the folder."""
        return path.relative_to(self.folder.root).as_posix()

    @property
    def lines(self) -> list[bytes]:
        """The log's lines."""
        return [entry.line for entry in self.entries]


def read_evidence(folder: PublishedFolder, signatures: range = NO_LINES) -> Evidence:
    """Read the log and the officer's key from its first line.

    Args:
        folder: the folder.
        signatures: the numbers of the lines whose ballots' signatures are to be checked.

    Raises:
        BadInput: there is no published folder.
        IntegrityFailure: a line that is no event, or a first line that opens no election.
    """
    tree, folding = Tree(), Folding()
    with _opened(folder) as stream:
        lines = map(_without_newline, _lines(stream))
        entries = list(folding.follow(read_entries(lines, tree, signatures=signatures)))
    officer = _officer(entries[0].event if entries else None)
    return Evidence(folder, entries, tree, officer, folding)


def _opened(files: LogFiles) -> AbstractContextManager[IO[bytes]]:
    if not files.log.exists():
        if files.checkpoint.exists():
            raise IntegrityFailure("the file is missing", file="log.jsonl")
        problem = "there is no published election here: no log.jsonl"
        raise BadInput([Mistake(str(files.root), problem)])
    return open_input(files.log)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Give the lines of a log; one that is too long, or has no end, is read no further."""
    number = 0
    while line := stream.readline(MAXIMUM_LINE + 2):
        number += 1
        if not line.endswith(b"\n"):
            words = "the line is too long for any event" if len(line) > MAXIMUM_LINE else _NO_END
            raise IntegrityFailure(words, file="log.jsonl", line=number)
        yield line


def _without_newline(line: bytes) -> bytes:
    return line[:-1]


def _officer(first: Event | None) -> VerifierKey:
    if not isinstance(first, ElectionOpened):
        raise IntegrityFailure(
            "the log does not begin with election.opened", file="log.jsonl", line=1
        )
    try:
        return VerifierKey.parse(first.officer)
    except BadNote as error:
        raise IntegrityFailure(f"officer: {error}", file="log.jsonl", line=1) from error


def read_published(folder: PublishedFolder) -> tuple[Poll, list[bytes]]:
    """Give the poll and the lines of a published folder, without further checks.

    Raises:
        BadInput: there is no published folder.
        IntegrityFailure: the log is damaged.
    """
    evidence = read_evidence(folder)
    return evidence.folding.poll(), evidence.lines


def frozen_in(folder: PublishedFolder) -> Manifest:
    """Give what was frozen, from the first line of a published folder; no other line is read.

    Raises:
        BadInput: there is no published folder.
        IntegrityFailure: the first line is damaged.
    """
    with _opened(folder) as stream:
        entries = list(read_entries(islice(map(_without_newline, _lines(stream)), 1)))
    _officer(entries[0].event if entries else None)
    return manifest_of(fold(entries))


def poll_in(files: LogFiles) -> Poll:
    """Give the poll of a folder whose checkpoint signs exactly its log.

    Raises:
        BadInput: there is no log.
        IntegrityFailure: the log or its checkpoint is damaged, or they do not fit.
    """
    return signed_evidence(files).poll


def poll_to_vote_in(files: LogFiles) -> tuple[Poll, WholeLog]:
    """Give the same in little time, and the log: ballots are read only when one is asked for.

    Whether they stand there rightly is what ``verify`` checks.

    Raises:
        BadInput: there is no log.
        IntegrityFailure: the log or its checkpoint is damaged, or they do not fit.
    """
    with _opened(files) as stream:
        log = WholeLog.of(read_log(stream))
    if log.tail:
        raise IntegrityFailure(_NO_END, file="log.jsonl", line=len(log.lines) + 1)
    officer = _officer(read_line(log.lines[0], 1) if log.lines else None)
    _require_signed(files, officer, (log.tree.size, log.tree.root()))
    return fold_signed(log, log.tree.size), log


def signed_evidence(files: LogFiles) -> Evidence:
    """Read a folder whose checkpoint signs exactly its log, and fold its poll.

    Raises:
        BadInput: there is no log.
        IntegrityFailure: the log or its checkpoint is damaged, or they do not fit.
    """
    evidence = read_evidence(PublishedFolder(files.root))
    _require_signed(files, evidence.officer, (len(evidence.entries), evidence.tree.root()))
    evidence.poll = evidence.folding.poll()
    return evidence


def _require_signed(files: LogFiles, officer: VerifierKey, log: tuple[int, bytes]) -> None:
    """Refuse a folder whose checkpoint does not sign a log of this size and root."""
    try:
        head, _ = read_checkpoint(read_input(files.checkpoint, MEGABYTE), officer)
    except (BadInput, BadNote) as error:
        raise IntegrityFailure(f"it cannot be used: {error}", file="checkpoint") from error
    if (head.size, head.root) != log:
        raise IntegrityFailure("the checkpoint does not sign this log", file="checkpoint")


def verifier() -> bytes:
    """Give the verifier for anyone: one file that shares no code with this program."""
    return (files("ccin_vote.verify") / "anyone" / "verify.py").read_bytes()


def manifest_in(evidence: Evidence) -> Manifest:
    """Give what was frozen; the checks that ask come after the events were folded."""
    return manifest_of(evidence.poll)


def opened_poll(evidence: Evidence) -> Opened | None:
    """Give the opened poll inside the evidence, if the ballots were opened."""
    poll = evidence.poll
    return poll.opened if isinstance(poll, Declared) else poll if isinstance(poll, Opened) else None

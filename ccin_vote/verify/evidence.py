"""A published folder, read for verification: files as bytes, the log as entries and a poll."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

import ccin_vote
from ccin_vote.canonical import sha256
from ccin_vote.errors import LINE_ENDS, BadInput, IntegrityFailure, Mistake
from ccin_vote.log.events import MAXIMUM_LINE, ElectionOpened
from ccin_vote.log.merkle import Tree
from ccin_vote.log.note import BadNote, VerifierKey
from ccin_vote.log.reader import NO_LINES, Entry, read_entries
from ccin_vote.poll.apply import Folding
from ccin_vote.poll.state import Draft, manifest_of
from ccin_vote.safe_read import MEGABYTE, open_input, read_input

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import IO

    from ccin_vote.election.folder import LogFiles, PublishedFolder
    from ccin_vote.log.events import Event
    from ccin_vote.poll.state import Manifest, Poll


NO_END = "the last line has no end"
MAXIMUM_FILE = 64 * MEGABYTE
"""No file beside the log is larger: the opened papers of a million are smaller."""

SOFTWARE = f"ccin-vote {ccin_vote.__version__}"
"""What the log's first line says of the program that opened the election."""


Finding = tuple[str, int | None, str]
"""What a check found: the file, the line from 1 (None: no one line), and what is wrong there."""


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
        """Return a file's bytes; None if it is not there."""
        try:
            return read_input(path, MAXIMUM_FILE)
        except BadInput as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            problem = error.mistakes[0].problem
            raise IntegrityFailure(problem, file=self.name(path)) from error

    def differs(self, data: bytes | None, digests: Iterable[bytes], words: str) -> str:
        """Return what is wrong with a file that should have one of these digests, if anything is.

        ``words`` are for a file that is another one; missing files and line ends have their own.
        """
        wanted = {*digests}
        if data is None:
            return "the file is missing"
        if sha256(data) in wanted:
            return ""
        return LINE_ENDS if sha256(data.replace(b"\r\n", b"\n")) in wanted else words

    def name(self, path: Path) -> str:
        """Return a file's name below the folder."""
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
    with open_log(folder) as stream:
        lines = log_lines(stream)
        entries = list(folding.follow(read_entries(lines, tree, signatures=signatures)))
    officer = officer_in(entries[0].event if entries else None)
    return Evidence(folder, entries, tree, officer, folding)


def open_log(files: LogFiles) -> AbstractContextManager[IO[bytes]]:
    """Open a log to be read.

    Raises:
        BadInput: there is no log, nor anything else of an election.
        IntegrityFailure: the log is missing, and its checkpoint is there.
    """
    if not files.log.exists():
        if files.checkpoint.exists():
            raise IntegrityFailure("the file is missing", file="log.jsonl")
        problem = "there is no published election here: no log.jsonl"
        raise BadInput([Mistake(str(files.root), problem)])
    return open_input(files.log)


def log_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a log without newlines; one too long, or without end, ends the reading.

    Raises:
        IntegrityFailure: naming that line.
    """
    number = 0
    while line := stream.readline(MAXIMUM_LINE + 2):
        number += 1
        if not line.endswith(b"\n"):
            words = "the line is too long for any event" if len(line) > MAXIMUM_LINE else NO_END
            raise IntegrityFailure(words, file="log.jsonl", line=number)
        yield line[:-1]


def officer_in(first: Event | None) -> VerifierKey:
    """Return the officer's key, which the first event of a log names.

    Raises:
        IntegrityFailure: it opens no election, or names no key.
    """
    if not isinstance(first, ElectionOpened):
        raise IntegrityFailure(
            "the log does not begin with election.opened", file="log.jsonl", line=1
        )
    try:
        return VerifierKey.parse(first.officer)
    except BadNote as error:
        raise IntegrityFailure(f"officer: {error}", file="log.jsonl", line=1) from error


def verifier() -> bytes:
    """Return the verifier for anyone: one file that shares no code with this program."""
    return (files("ccin_vote.verify") / "anyone" / "verify.py").read_bytes()


def manifest_in(evidence: Evidence) -> Manifest:
    """Return what was frozen; the checks that ask come after the events were folded."""
    return manifest_of(evidence.poll)

"""Where ballots come from: files, mails, mbox files, Maildir and other folders, standard input."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.correspondence.opening import MAXIMUM
from ccin_vote.errors import BadInput, Mistake, Refused, cause
from ccin_vote.safe_read import open_input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

_MAILDIR = ("new", "cur")
_FROM = b"From "
_SEPARATOR = re.compile(rb"From \S+ [^\n]*\d{4}[^\n]*\n")
"""The line before each message of an mbox file (RFC 4155): From, address, date with a year."""
# No separator is longer, and no pattern has to be tried on a line of megabytes.
_LONGEST = 1000
# A file without a line break must not come into memory as one line.
_PIECE = 1 << 16
_BLANK = {b"\n", b"\r\n"}


@dataclass(frozen=True, slots=True)
class Source:
    """Something that came in: what to call it (never logged), and its bytes.

    Of something larger than any mail there is one byte more than the largest mail may have, or,
    where its size was known before (``too_large``), nothing.
    """

    name: str
    data: bytes
    too_large: bool = False

    @property
    def is_too_large(self) -> bool:
        """Whether this is at most the beginning of something larger than any mail."""
        return self.too_large or len(self.data) > MAXIMUM


def sources_in(path: Path) -> Iterator[Source]:
    """Yield everything in a file or folder, a message at a time, in the order of the names.

    Raises:
        BadInput: there is nothing there, or it cannot be read.
        Refused: the folder is empty.
    """
    if not path.is_dir():
        with open_input(path) as stream:
            yield from messages_in(path.name, stream)
        return
    try:
        # In one order, not in the file system's: the same folder gives the same each time.
        files = sorted(each_path for each_path in path.rglob("*") if _is_mail(each_path, path))
    except OSError as error:
        raise BadInput([Mistake(str(path), cause(error))]) from error
    if not files:
        raise Refused(f"{path} has no message in it.")
    for file in files:
        with open_input(file) as stream:
            yield from messages_in(file.relative_to(path).as_posix(), stream)


def _is_mail(file: Path, folder: Path) -> bool:
    """Leave out hidden files, and those of a Maildir that are still being delivered."""
    inside = file.relative_to(folder).parts
    hidden = any(part.startswith(".") for part in inside)
    beside = file.parent.name == "tmp" and all(
        (file.parent.parent / name).is_dir() for name in _MAILDIR
    )
    return file.is_file() and not hidden and not beside


def messages_in(name: str, stream: IO[bytes]) -> Iterator[Source]:
    """Yield each message of an mbox file; anything else as it is. One is held at a time."""
    number, kept = 0, bytearray()
    for line, may_separate in _lines(stream):
        if may_separate and len(line) <= _LONGEST and _SEPARATOR.fullmatch(line):
            if number:
                yield Source(f"{name}, message {number}", bytes(kept))
            # The file began with a `From ` that was no separator: what stands there is not lost.
            elif before := bytes(kept.strip()):
                yield Source(f"{name}, before the first message", before)
            number, kept = number + 1, bytearray()
        else:
            # One byte too many shows that it is too large; the rest is read past.
            kept += line[: MAXIMUM + 1 - len(kept)]
    yield Source(f"{name}, message {number}" if number else name, bytes(kept))


def _lines(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, very long ones in pieces, and whether a message of an mbox may begin there.

    Of a file that is no mbox, no more is given than shows that it is too large.
    """
    line = stream.readline(_PIECE)
    is_box = may_separate = line.startswith(_FROM)
    given, whole = 0, True
    while line and (is_box or given <= MAXIMUM):
        yield line, may_separate
        given += len(line)
        # A sentence of a mail may begin with `From `: only after an empty line is it a separator.
        may_separate = is_box and whole and line in _BLANK
        whole = line.endswith(b"\n")
        line = stream.readline(_PIECE)

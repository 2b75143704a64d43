"""Reading what others made: files only, and never more of them than a parser can take.

A folder, a device, a socket or a pipe that somebody left where a file is expected is named as that
at once, and so is a file or a line that is larger than any good one. Pipes that this process was
started with, such as the shell's ``<(...)``, are read like files.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from ccin_vote.errors import BadInput, Mistake, cause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEGABYTE = 1 << 20

_HANDED = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""Where a process finds what it was started with."""
_HINT = "is this the right file?"


def read_input(path: Path, maximum: int) -> bytes:
    """Read a whole file of at most ``maximum`` bytes.

    Raises:
        BadInput: it is missing, no file, not readable or too large.
    """
    with open_input(path) as stream:
        # Asked of the open file, as the name may lead elsewhere by now. A pipe says 0 and a file
        # may grow, so `read_whole` counts what really comes.
        size = os.fstat(stream.fileno()).st_size
        if size > maximum:
            raise _too_large(str(path), maximum)
        # One byte more than the size: the file comes in one
        # piece, is not copied, and its end is seen.
        return read_whole(stream, str(path), maximum, at_once=max(size + 1, MEGABYTE))


@contextmanager
def open_input(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading; whatever the system says of it until it is closed is told.

    Raises:
        BadInput: it is missing, no file, or not readable.
    """
    try:
        with _opened(path) as stream:
            yield stream
    except OSError as error:
        raise BadInput([Mistake(str(path), cause(error))]) from error


def _opened(path: Path) -> IO[bytes]:
    # O_NONBLOCK: to open a pipe that nobody writes to would wait for ever.
    # No O_NOFOLLOW here, unlike for the log and the letters: people may name what they like to be
    # read, links too; only where we write must nobody lead us elsewhere.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _refuse_other_kinds(os.fstat(descriptor).st_mode, path)
        # Only opening must not wait; a pipe that was handed over is read as it fills.
        os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _refuse_other_kinds(kind: int, path: Path) -> None:
    if stat.S_ISDIR(kind):
        raise IsADirectoryError
    # A device such as /dev/zero has no end, and a stray pipe would hang the command.
    if not (stat.S_ISREG(kind) or str(path).startswith(_HANDED)):
        hint = "write what comes out of it into a file first"
        raise BadInput([Mistake(str(path), "this is a pipe or a device, no file", hint=hint)])


def read_whole(
    stream: IO[bytes], name: str, maximum: int, *, at_once: int = MEGABYTE, lines: bool = False
) -> bytes:
    """Read a stream to its end, a piece at a time; ``lines`` refuses lines of megabytes.

    Raises:
        BadInput: there is more than ``maximum`` bytes, or a line without end.
    """
    pieces: list[bytes] = []
    left, line = maximum, 1
    while piece := stream.read(at_once):
        left -= len(piece)
        # While reading, not afterwards: no more than one piece above the limit is ever in memory.
        if left < 0:
            raise _too_large(name, maximum)
        line += _line_breaks(piece, name, line) if lines else 0
        pieces.append(piece)
    return b"".join(pieces)


def refuse_long_lines(stream: IO[bytes], name: str) -> None:
    """Pass over a file before it is read line by line, and go back to its beginning.

    Raises:
        BadInput: a line has megabytes.
    """
    line = 1
    while piece := stream.read(MEGABYTE):
        line += _line_breaks(piece, name, line)
    stream.seek(0)


def _line_breaks(piece: bytes, name: str, line: int) -> int:
    """Count the line breaks in a piece; a whole one without any is part of a line too long."""
    # By pieces, so a line just under two pieces may pass; what
    # must not happen is a line of gigabytes.
    if len(piece) >= MEGABYTE and b"\n" not in piece and b"\r" not in piece:
        problem = f"the line has more than {MEGABYTE:,} bytes"
        raise BadInput([Mistake(name, problem, line=line, hint=_HINT)])
    return piece.count(b"\n")


def _too_large(name: str, maximum: int) -> BadInput:
    return BadInput([Mistake(name, f"larger than {maximum:,} bytes", hint=_HINT)])

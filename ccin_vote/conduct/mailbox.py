"""Where ballots come from: files, mails, mbox files, Maildir and other folders, standard input."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.conduct.files import read_file
from ccin_vote.errors import BadInput, Mistake, Refused, cause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAILDIR = ("new", "cur")
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From \S+ [^\n]*\d{4}[^\n]*\r?\n")
"""The line before each message of an mbox file (RFC 4155): From, address, date with a year."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that came in: what to call it (never logged), and its bytes."""

    name: str
    data: bytes


def sources_in(path: Path) -> Iterator[Source]:
    """Give everything in a file or folder, a message at a time, in the order of the names.

    Raises:
        BadInput: there is nothing there, or it cannot be read.
        Refused: the folder is empty.
    """
    if not path.is_dir():
        yield from messages_in(path.name, read_file(path))
        return
    try:
        files = sorted(one for one in path.rglob("*") if _is_mail(one, path))
    except OSError as error:
        raise BadInput([Mistake(str(path), cause(error))]) from error
    if not files:
        raise Refused(f"{path} has no message in it.")
    for file in files:
        yield from messages_in(file.relative_to(path).as_posix(), read_file(file))


def _is_mail(file: Path, folder: Path) -> bool:
    """Leave out hidden files, and those of a Maildir that are still being delivered."""
    inside = file.relative_to(folder).parts
    hidden = any(part.startswith(".") for part in inside)
    beside = file.parent.name == "tmp" and all(
        (file.parent.parent / name).is_dir() for name in _MAILDIR
    )
    return file.is_file() and not hidden and not beside


def messages_in(name: str, data: bytes) -> Iterator[Source]:
    """Give each message of an mbox file; anything else as it is."""
    marks = list(_SEPARATOR.finditer(data)) if data.startswith(b"From ") else []
    if not marks:
        yield Source(name, data)
        return
    if before := data[: marks[0].start()].strip():
        yield Source(f"{name}, before the first message", before)
    ends = [*(mark.start() for mark in marks[1:]), len(data)]
    for number, (mark, end) in enumerate(zip(marks, ends, strict=True), start=1):
        yield Source(f"{name}, message {number}", data[mark.end() : end])

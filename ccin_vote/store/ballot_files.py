"""Ballot files on disk or on the input, in whatever format they are."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from ccin_vote.ballot.blt import read_blt, write_blt
from ccin_vote.ballot.csv_files import (
    is_preference_profile,
    read_preference_profile,
    read_rctab,
    write_preference_profile,
    write_rctab,
)
from ccin_vote.ballot.preflib import write_preflib
from ccin_vote.errors import BadInput, Mistake
from ccin_vote.safe_read import MEGABYTE, open_input, read_whole, refuse_long_lines

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from ccin_vote.ballot.ballot_file import BallotFile


def write_ballot_file(ballots: BallotFile, form: str, file: str) -> str:
    """Return a ballot file as ``blt``, ``rctab``, ``scottish`` or ``preflib``.

    Raises:
        ValueError: the format cannot say what a paper says, or who withdrew.
    """
    contest, profile = ballots.contest, ballots.profile
    if contest.withdrawn and form != "blt":
        # Left out, a withdrawn candidate could be elected from the new file.
        words = f"the format {form} has no place for candidates who withdrew"
        raise ValueError(words)
    match form:
        case "rctab":
            return write_rctab(contest, profile)
        case "scottish":
            return write_preference_profile(contest, profile)
        case "preflib":
            return write_preflib(contest, profile, file)
        case _:
            return write_blt(contest, profile)


# Enough to know a preference profile by its content; between the
# others the ending of the name decides.
_SNIFFED = 1 << 12
_MAXIMUM = 1 << 30
_MAXIMUM_TABLE = 256 * MEGABYTE
"""Tables are read at once; BLT files line by line, equal ones once."""


def read_ballot_file(path: Path) -> BallotFile:
    """Read a BLT file, a Scottish preference profile, or RCTab's generic CSV; ``-`` is the input.

    Raises:
        BadInput: every mistake of the file.
    """
    name = str(path)
    if name == "-":
        return _read_pipe(sys.stdin.buffer, "standard input", "")
    with open_input(path) as stream:
        if not stream.seekable():
            return _read_pipe(stream, name, path.suffix)
        return _read(stream, name, path.suffix)


def _read_pipe(stream: IO[bytes], name: str, suffix: str) -> BallotFile:
    return _read(io.BytesIO(read_whole(stream, name, _MAXIMUM, lines=True)), name, suffix)


def _read(stream: IO[bytes], name: str, suffix: str) -> BallotFile:
    # One pass more, so that a file without line breaks is refused before a
    # reader by lines takes all of it for one.
    refuse_long_lines(stream, name)
    start = stream.read(_SNIFFED)
    stream.seek(0)
    if b"\0" in start:
        raise BadInput([Mistake(name, "this is no text", hint="is this the right file?")])
    if is_preference_profile(start):
        return read_preference_profile(read_whole(stream, name, _MAXIMUM_TABLE), name)
    if suffix.lower() == ".csv":
        return read_rctab(read_whole(stream, name, _MAXIMUM_TABLE), name)
    return read_blt(stream, name)

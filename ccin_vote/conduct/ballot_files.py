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
from ccin_vote.errors import BadInput, Mistake, cause

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from ccin_vote.ballot.ballot_file import BallotFile


def write_ballot_file(ballots: BallotFile, form: str, file: str) -> str:
    """Give a ballot file as ``blt``, ``rctab``, ``scottish`` or ``preflib``.

    Raises:
        ValueError: the format cannot say what a paper says.
    """
    contest, profile = ballots.contest, ballots.profile
    match form:
        case "rctab":
            return write_rctab(contest, profile)
        case "scottish":
            return write_preference_profile(contest, profile)
        case "preflib":
            return write_preflib(contest, profile, file)
        case _:
            return write_blt(contest, profile)


_SNIFFED = 1 << 12


def read_ballot_file(path: Path) -> BallotFile:
    """Read a BLT file, a Scottish preference profile, or RCTab's generic CSV; ``-`` is the input.

    Raises:
        BadInput: every mistake of the file.
    """
    name = str(path)
    if name == "-":
        return _read(io.BytesIO(sys.stdin.buffer.read()), "standard input", "")
    try:
        with path.open("rb") as stream:
            if not stream.seekable():
                return _read(io.BytesIO(stream.read()), name, path.suffix)
            return _read(stream, name, path.suffix)
    except OSError as error:
        raise BadInput([Mistake(name, cause(error))]) from error


def _read(stream: IO[bytes], name: str, suffix: str) -> BallotFile:
    start = stream.read(_SNIFFED)
    stream.seek(0)
    if is_preference_profile(start):
        return read_preference_profile(stream.read(), name)
    if suffix.lower() == ".csv":
        return read_rctab(stream.read(), name)
    return read_blt(stream, name)

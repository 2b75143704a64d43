"""Reading a log: lines to events, each with its number; the first fault is named by its line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import tee
from typing import TYPE_CHECKING

from ccin_vote.canonical import NotCanonical
from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import (
    MAXIMUM_LINE,
    BallotAccepted,
    Event,
    PollClosed,
    ending,
    line_to_event,
)
from ccin_vote.log.merkle import Tree
from ccin_vote.parallel import map_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO

LOG = "log.jsonl"
_AT_ONCE = 4 * MAXIMUM_LINE
"""The logs of 250,000 ballots are read in one piece, and not copied."""
_TOO_LONG = "the line is too long for any event"
_ACCEPTED = ending("ballot.accepted")
# As ranges, because whether a line is among them is asked in other processes, and a
# range is handed over as three numbers.
NO_LINES, ALL_LINES = range(0), range(1, 1 << 53)
"""Numbers of lines, from 1: of none, and of all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: its number from 1, its bytes without newline, and its event.

    ``root`` is the tree's root with this line in it; kept for ``poll.closed`` only. ``signed``
    says whether the ballot in it is signed by its credential; None if nobody asked.
    """

    number: int
    line: bytes
    event: Event
    root: bytes | None = None
    signed: bool | None = None


@dataclass(frozen=True, slots=True)
class WholeLog:
    """A log as it was read: its bytes, whole lines without newlines, what follows, and the tree.

    ``others`` are the numbers, from 1, of the lines that hold no accepted ballot.
    """

    data: bytes
    lines: list[bytes]
    tail: bytes
    tree: Tree
    others: list[int]

    @classmethod
    def of(cls, data: bytes, known: WholeLog | None = None) -> WholeLog:
        """Split a log's bytes into lines and hash them; no line is read.

        Where the bytes begin with those of a ``known`` log, its lines are not hashed again.
        """
        # Comparing bytes is far faster than hashing each line, and equal bytes have equal hashes. A
        # log that had a torn line is not reused: what looked like its tail may be a line by now.
        if known is None or known.tail or not data.startswith(known.data):
            known = cls(b"", [], b"", Tree(), [])
        new, tail = whole_lines(data[len(known.data) :])
        # A copy: whoever holds the known log still finds it as it was.
        tree = known.tree.copy()
        tree.extend(new)
        numbered = enumerate(new, len(known.lines) + 1)
        # By how the line ends, without parsing: quotation marks inside any text
        # are escaped, so nothing but the field itself looks like this. Every other
        # line is parsed when the log is folded.
        others = [number for number, line in numbered if not line.endswith(_ACCEPTED)]
        return cls(data, known.lines + new, tail, tree, known.others + others)

    def numbers_with(self, text: bytes) -> Iterator[int]:
        """Yield the numbers, from 1, of the lines in which a text stands."""
        # A search through all bytes at once; only lines with a hit are counted and cut out.
        number, start = 1, 0
        while (at := self.data.find(text, start)) >= 0:
            number += self.data.count(b"\n", start, at)
            yield number
            start = self.data.find(b"\n", at)
            if start < 0:
                return


def read_log(stream: IO[bytes]) -> bytes:
    """Read a whole log, but not one whose lines are far too long to be any event's.

    Raises:
        IntegrityFailure: naming such a line.
    """
    size = os.fstat(stream.fileno()).st_size + 1
    # In pieces no smaller than the longest line, so that a whole piece without a newline proves a
    # line too long, before gigabytes of it are in memory.
    at_once = max(MAXIMUM_LINE + 1, min(size, _AT_ONCE))
    pieces: list[bytes] = []
    while piece := stream.read(at_once):
        if len(piece) > MAXIMUM_LINE and b"\n" not in piece:
            line = sum(each_piece.count(b"\n") for each_piece in pieces) + 1
            raise IntegrityFailure(_TOO_LONG, file=LOG, line=line)
        pieces.append(piece)
    return b"".join(pieces)


def whole_lines(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the complete lines, without newlines, and what stands after the last newline."""
    # At the newline only: `splitlines` would also split at characters that JSON may hold in a text.
    *lines, tail = data.split(b"\n")
    return lines, tail


def read_entries(
    lines: Iterable[bytes],
    tree: Tree | None = None,
    file: str = LOG,
    signatures: range = NO_LINES,
) -> Iterator[Entry]:
    """Read lines one after another, adding each to ``tree``, an empty one; very many on all cores.

    The entries of the lines in ``signatures`` also say whether a ballot in them is signed.

    Raises:
        IntegrityFailure: a line that is no event in canonical form, by its number.
    """
    tree = Tree() if tree is None else tree
    # Workers are some chunks ahead of this loop; the lines between are kept once, by `tee`.
    here, ahead = tee(lines)
    read = read_lines(enumerate(ahead, 1), file, signatures)
    for line, (event, signed) in zip(here, read, strict=True):
        tree.append(line)
        yield entry_of(tree.size, line, event, tree, signed=signed)


def read_lines(
    numbered: Iterable[tuple[int, bytes]], file: str = LOG, signatures: range = NO_LINES
) -> Iterator[tuple[Event, bool | None]]:
    """Read numbered lines, very many on all cores: each event, and whether its ballot is signed.

    The last is None where the line is not in ``signatures``.

    Raises:
        IntegrityFailure: a line that is no event in canonical form, by its number.
    """
    return map_chunks(_read, numbered, (file, signatures), _weight)


def _weight(numbered: tuple[int, bytes]) -> int:
    """Weigh a line: as much work as a sealed ballot's, or as many of them as it is long."""
    # A credentials line of megabytes is work for one process;
    # counted as one, it would hold up a chunk.
    return max(1, len(numbered[1]) >> 10)


def _read(
    numbered: Sequence[tuple[int, bytes]], common: tuple[str, range]
) -> list[tuple[Event, bool | None]]:
    """Read some lines, and say of each whether the ballot in it is signed, if that is asked."""
    file, signatures = common
    # All lines are parsed before any signature is verified: a line that is no event is named first.
    events = [(number, read_line(line, number, file)) for number, line in numbered]
    return [(event, _signed(event) if number in signatures else None) for number, event in events]


def _signed(event: Event) -> bool | None:
    # Here, because it is the slowest check of all and needs nothing but the line itself; what it
    # means is judged by the fold and by `verify.log_checks`.
    return event.ballot.is_signed() if isinstance(event, BallotAccepted) else None


def entry_of(
    number: int, line: bytes, event: Event, tree: Tree, *, signed: bool | None = None
) -> Entry:
    """Return the entry of a line that is in the tree."""
    # Only the close needs its root, as shares and openings are bound to it; a root for every line
    # would cost far more hashing than the tree itself.
    root = tree.root(number) if isinstance(event, PollClosed) else None
    return Entry(number, line, event, root, signed)


def read_line(line: bytes, number: int, file: str = LOG) -> Event:
    """Read one line.

    Raises:
        IntegrityFailure: it is no event in canonical form.
    """
    if len(line) > MAXIMUM_LINE:
        raise IntegrityFailure(_TOO_LONG, file=file, line=number)
    try:
        return line_to_event(line)
    except NotCanonical as error:
        raise IntegrityFailure(str(error), file=file, line=number) from error

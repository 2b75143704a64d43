"""Reading a log: lines to events, each with its number; the first fault is named by its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccin_vote.canonical import NotCanonical
from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import MAXIMUM_LINE, Event, PollClosed, line_to_event
from ccin_vote.log.merkle import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LOG = "log.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: its number from 1, its bytes without newline, and its event.

    ``root`` is the tree's root with this line in it; kept for ``poll.closed`` only.
    """

    number: int
    line: bytes
    event: Event
    root: bytes | None = None


def whole_lines(data: bytes) -> tuple[list[bytes], bytes]:
    """Give the complete lines, without newlines, and what stands after the last newline."""
    *lines, tail = data.split(b"\n")
    return lines, tail


def read_entries(
    lines: Iterable[bytes], tree: Tree | None = None, file: str = LOG
) -> Iterator[Entry]:
    """Read lines one after another, adding each to ``tree``.

    Raises:
        IntegrityFailure: a line that is no event in canonical form, by its number.
    """
    tree = Tree() if tree is None else tree
    for line in lines:
        yield next_entry(line, read_line(line, tree.size + 1, file), tree)


def next_entry(line: bytes, event: Event, tree: Tree) -> Entry:
    """Add a line to the tree and give its entry."""
    tree.append(line)
    root = tree.root() if isinstance(event, PollClosed) else None
    return Entry(tree.size, line, event, root)


def read_line(line: bytes, number: int, file: str = LOG) -> Event:
    """Read one line.

    Raises:
        IntegrityFailure: it is no event in canonical form.
    """
    if len(line) > MAXIMUM_LINE:
        raise IntegrityFailure("the line is too long for any event", file=file, line=number)
    try:
        return line_to_event(line)
    except NotCanonical as error:
        raise IntegrityFailure(str(error), file=file, line=number) from error

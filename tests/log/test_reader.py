"""Reading lines: numbers, roots, and the first fault named by its line."""

from __future__ import annotations

import pytest

from ccin_vote.errors import IntegrityFailure
from ccin_vote.log.events import IncidentNoted, PollClosed, event_to_line
from ccin_vote.log.merkle import Tree, root_of
from ccin_vote.log.reader import WholeLog, read_entries, whole_lines

NOON = "2026-09-25T11:00:00Z"
LINES = [
    event_to_line(IncidentNoted(type="incident.noted", text="one")),
    event_to_line(PollClosed(type="poll.closed", time=NOON, scheduled=NOON)),
    event_to_line(IncidentNoted(type="incident.noted", text="three")),
]


def test_entries_carry_their_numbers_lines_and_the_root_of_the_close() -> None:
    """Lines are numbered from 1; the close knows the root with itself in it."""
    tree = Tree()
    entries = list(read_entries(LINES, tree))
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.line for entry in entries] == LINES
    assert [entry.root for entry in entries] == [None, root_of(LINES[:2]), None]
    assert tree.root() == root_of(LINES)


@pytest.mark.parametrize(
    ("data", "lines", "tail"),
    [
        pytest.param(b"", [], b"", id="nothing"),
        pytest.param(b"a\nb\n", [b"a", b"b"], b"", id="whole lines"),
        pytest.param(b"a\nb", [b"a"], b"b", id="a torn line"),
        pytest.param(b"\n\n", [b"", b""], b"", id="empty lines"),
        pytest.param(b"a\r\x0b\x85\n", [b"a\r\x0b\x85"], b"", id="only newlines end a line"),
    ],
)
def test_lines_end_in_newlines_only(data: bytes, lines: list[bytes], tail: bytes) -> None:
    """What stands after the last newline is no line."""
    assert whole_lines(data) == (lines, tail)


@pytest.mark.parametrize("bad", [b"", b"{}", b"hello", LINES[0] + b" ", b"\xff", b"[" * 9999])
def test_the_first_fault_is_named_by_file_and_line(bad: bytes) -> None:
    """A line that is no event stops the reading, and its number is told."""
    with pytest.raises(IntegrityFailure) as caught:
        list(read_entries([LINES[0], bad, b"also bad"], file="kept/log.jsonl"))
    assert (caught.value.file, caught.value.line) == ("kept/log.jsonl", 2)
    assert str(caught.value).startswith("kept/log.jsonl:2: ")


@pytest.mark.usefixtures("both")
def test_very_many_lines_are_read_as_few_are() -> None:
    """Each in its order; the first fault is named by its line, whichever process met it."""
    lines = [event_to_line(IncidentNoted(type="incident.noted", text=f"{n}")) for n in range(20)]
    entries = list(read_entries(lines))
    assert [(entry.number, event_to_line(entry.event)) for entry in entries] == [
        *enumerate(lines, 1)
    ]
    with pytest.raises(IntegrityFailure, match="not canonical") as caught:
        list(read_entries([*lines[:12], b'{"b":1,"a":2}', b"", *lines[12:]]))
    assert (caught.value.file, caught.value.line) == ("log.jsonl", 13)


LOGS = [b"", b"a\n", b"a\nb\n", b"a\nb\nc", b"a\nbb\nc\nd\n", b"x\ny\n"]


@pytest.mark.parametrize("before", LOGS)
@pytest.mark.parametrize("data", LOGS)
def test_a_log_that_was_read_before_saves_hashing_and_changes_nothing(
    before: bytes, data: bytes
) -> None:
    """Return whether it went on, was torn, or is another one."""
    known = WholeLog.of(before)
    again, fresh = WholeLog.of(data, known), WholeLog.of(data)
    assert (again.data, again.lines, again.tail) == (fresh.data, fresh.lines, fresh.tail)
    assert again.tree.root() == root_of(fresh.lines)
    again.lines.append(b"more")
    again.tree.append(b"more")
    assert known.tree.root() == root_of(known.lines) == root_of(before.split(b"\n")[:-1])


def test_the_lines_with_a_text_are_found_by_their_numbers() -> None:
    """Each line once, however often the text stands in it."""
    log = WholeLog.of(b"one\ntwo one one\n\nthree\none")
    assert list(log.numbers_with(b"one")) == [1, 2, 5]
    assert list(log.numbers_with(b"three")) == [4]
    assert list(log.numbers_with(b"four")) == []

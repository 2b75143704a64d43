"""Where each key and value of a TOML file stands: ``tomllib`` keeps no positions.

A scanner over a text that ``tomllib`` has already accepted (TOML 1.0), so that it need not judge:
it only finds key paths and places. Every path of the parsed values has a place.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Path = tuple[str | int, ...]
"""A key path: names of tables and keys, and positions in arrays, from 0."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
# The long forms first, or they would end after two marks. TOML lets one or two quotation marks
# stand directly before the three that end a text.
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
# Spaces too: a date may have one before its time.
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")


@dataclass(frozen=True, slots=True)
class Place:
    """The line of a key, item or header, from 1; where its value starts and ends in the text."""

    line: int
    start: int
    end: int


def places(text: str) -> Mapping[Path, Place]:
    """Return the place of every table, key and item of a valid TOML text."""
    # The line breaks are found once: to count them for each key would take the square of the time.
    scan = _Scan(text, [at for at, character in enumerate(text) if character == "\n"])
    table: Path = ()
    at = scan.blank(0)
    while at < len(text):
        if text[at] == "[":
            table, at = scan.header(at)
        else:
            at = scan.pair(at, table)
        at = scan.blank(at)
    return scan.found


def line_of(found: Mapping[Path, Place], path: Path) -> int:
    """Return the line of a path, or of the nearest thing around it; 1 for the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]].line
    return 1


@dataclass(frozen=True, slots=True)
class _Scan:
    """A text, its line breaks, and what was found so far; each method gives where it ended."""

    text: str
    breaks: list[int]
    found: dict[Path, Place] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)

    def blank(self, at: int) -> int:
        """Pass white space and comments."""
        passed = _BLANK.match(self.text, at)
        return passed.end() if passed else at

    def header(self, at: int) -> tuple[Path, int]:
        """Read ``[a.b]`` or ``[[a.b]]``; the tables of an array are counted from 0."""
        brackets = 2 if self.text.startswith("[[", at) else 1
        names, end = self._key(self.blank(at + brackets))
        end = self.blank(end) + brackets
        path: Path = ()
        for depth, name in enumerate(names, start=1):
            path = (*path, name)
            self._note(path, at, end)
            if brackets > 1 and depth == len(names):
                self.counts[path] = self.counts.get(path, -1) + 1
            # `[a.b]` after `[[a]]` belongs to the last of them.
            if path in self.counts:
                path = (*path, self.counts[path])
                self._note(path, at, end)
        return path, end

    def pair(self, at: int, table: Path) -> int:
        """Read ``key = value``; a dotted key is a path of tables."""
        names, start = self._key(at)
        start = self.blank(self.blank(start) + 1)
        path = (*table, *names)
        end = self._value(start, path)
        for depth in range(len(table) + 1, len(path)):
            self._note(path[:depth], at, end)
        self.found[path] = Place(self._line(at), start, end)
        return end

    def _key(self, at: int) -> tuple[Path, int]:
        names: list[str] = []
        while part := _BARE.match(self.text, at) or _STRING.match(self.text, at):
            names.append(_unquoted(part.group()))
            at = part.end()
            if not (dot := _DOT.match(self.text, at)):
                break
            at = dot.end()
        return tuple(names), at

    def _value(self, at: int, path: Path) -> int:
        if self.text[at] == "[":
            return self._items(at, path)
        if self.text[at] == "{":
            return self._pairs(at, path)
        token = _STRING.match(self.text, at) or _SCALAR.match(self.text, at)
        return at + len(token.group().rstrip()) if token else at + 1

    def _items(self, at: int, path: Path) -> int:
        at, number = self.blank(at + 1), 0
        while self.text[at] != "]":
            item = (*path, number)
            end = self._value(at, item)
            self.found[item] = Place(self._line(at), at, end)
            at, number = self._after(end), number + 1
        return at + 1

    def _pairs(self, at: int, path: Path) -> int:
        at = self.blank(at + 1)
        while self.text[at] != "}":
            at = self._after(self.pair(at, path))
        return at + 1

    def _after(self, at: int) -> int:
        at = self.blank(at)
        return self.blank(at + 1) if self.text[at] == "," else at

    def _note(self, path: Path, start: int, end: int) -> None:
        self.found.setdefault(path, Place(self._line(start), start, end))

    def _line(self, at: int) -> int:
        return bisect_left(self.breaks, at) + 1


def _unquoted(part: str) -> str:
    if part[0] not in "\"'":
        return part
    # Escapes are read by the same parser that accepted the text.
    return next(iter(tomllib.loads(f"{part} = 0")))

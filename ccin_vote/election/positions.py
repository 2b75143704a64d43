"""Where each key of a TOML file stands: ``tomllib`` keeps no positions.

A scanner over a file that ``tomllib`` has already accepted; it only finds key paths and lines.
Keys inside an inline table or array stand at the line of the value that they are part of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]
"""A key path: names of tables and keys, and positions in arrays of tables."""

_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_SKIPPED = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|"
    r"#[^\n]*|"
    r"[\[\]{}\n]|"
    r"[^\"'#\[\]{}\n]+",
    re.DOTALL,
)


def positions(text: str) -> Mapping[Path, int]:
    """Give the line, from 1, of every table and key of a valid TOML text."""
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    for line, statement in _statements(text):
        if statement.startswith("["):
            table = _header(statement, counts)
            found.setdefault(table, line)
        else:
            parts, _ = _key(statement, 0)
            for depth in range(1, len(parts) + 1):
                found.setdefault((*table, *parts[:depth]), line)
    return found


def line_of(found: Mapping[Path, int], path: Path) -> int:
    """Give the line of a path, or of the nearest thing around it; 1 for the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return 1


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Give each header or key-and-value with its line; values may run over many lines."""
    at, line = 0, 1
    while at < len(text):
        end, lines = _statement_end(text, at)
        statement = text[at:end].strip()
        if statement and not statement.startswith("#"):
            yield line, statement
        at, line = end, line + lines


def _statement_end(text: str, at: int) -> tuple[int, int]:
    depth = lines = 0
    while at < len(text):
        token = _SKIPPED.match(text, at)
        piece = token.group() if token else text[at]
        at += len(piece)
        lines += piece.count("\n")
        depth += (piece in "[{") - (piece in "]}") if len(piece) == 1 else 0
        if piece == "\n" and depth <= 0:
            break
    return at, lines


def _key(text: str, at: int) -> tuple[Path, int]:
    parts: list[str] = []
    while part := _PART.match(text, at):
        quoted, literal, bare = part.groups()
        parts.append(next(one for one in (quoted, literal, bare) if one is not None))
        at = part.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    return tuple(parts), at


def _header(statement: str, counts: dict[Path, int]) -> Path:
    """Give the path of a table; an array of tables counts its tables from 0."""
    is_array = statement.startswith("[[")
    names, _ = _key(statement, 2 if is_array else 1)
    path: Path = ()
    for depth, name in enumerate(names, start=1):
        path = (*path, name)
        if is_array and depth == len(names):
            counts[path] = counts.get(path, -1) + 1
            for inner in [one for one in counts if one[: len(path)] == path and one != path]:
                if inner[len(path)] == counts[path]:
                    del counts[inner]
        if path in counts:
            path = (*path, counts[path])
    return path

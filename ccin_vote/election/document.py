"""A TOML file that can say where each of its values stands."""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ccin_vote.election.positions import Path, Place, line_of, places
from ccin_vote.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LONGEST_LINE = 100_000
"""Longer ones are no definition of anything, and dotted keys of such lengths take very long."""

MAXIMUM_DEPTH = 12
"""How deeply tables and arrays may be nested; a definition needs four."""

MAXIMUM_MISTAKES = 100
"""How many mistakes of one kind are told; nobody reads more before mending these."""

MOST_NAMED = 20
"""As many known words as a hint may list."""


@dataclass(frozen=True)
class Document:
    """A parsed file: its name, lines, values (lists are tuples), and the place of each key.

    ``known`` are the places of a file that is no TOML; those of TOML are looked for only when
    there is a mistake to be placed.
    """

    file: str
    lines: tuple[str, ...]
    values: dict[str, Any]
    known: Mapping[Path, Place] | None = None

    @cached_property
    def index(self) -> Mapping[Path, Place]:
        """The place of each key."""
        return places("\n".join(self.lines)) if self.known is None else self.known

    def mistake(self, path: Path, problem: str, hint: str | None = None) -> Mistake:
        """Return a mistake at a key path, with its line; one of the whole file has no text."""
        line = line_of(self.index, path)
        text = self.lines[line - 1] if path and line <= len(self.lines) else None
        return Mistake(self.file, problem, line=line, text=text, hint=hint)

    def select(self, *pattern: str) -> Iterator[tuple[Path, Any]]:
        """Yield every value at a path; ``*`` stands for every item of a list."""
        found: list[tuple[Path, Any]] = [((), self.values)]
        for part in pattern:
            found = [step for path, value in found for step in _step(path, value, part)]
        yield from found

    def texts(self, *pattern: str) -> Iterator[tuple[Path, str]]:
        """Yield every text at a path that is not empty."""
        for path, value in self.select(*pattern):
            if isinstance(value, str) and value:
                yield path, value


def _step(path: Path, value: object, part: str) -> Iterator[tuple[Path, Any]]:
    if part == "*" and isinstance(value, tuple):
        yield from (((*path, at), item) for at, item in enumerate(value))
    elif isinstance(value, dict) and part in value:
        yield (*path, part), value[part]


def read_document(data: bytes, file: str) -> tuple[Document | None, list[Mistake]]:
    """Parse TOML; a file that is not UTF-8 or not TOML is one mistake with line and column."""
    text, mistakes = read_text(data, file, "save the file as UTF-8 in your editor")
    if text is None:
        return None, mistakes
    # Not `splitlines`: in TOML no line ends at U+2028 or U+0085.
    lines = tuple(text.split("\n"))
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            problem = f"the line has more than {LONGEST_LINE:,} characters"
            return None, [Mistake(file, problem, line=number, hint="is this the right file?")]
    try:
        values = tomllib.loads(text)
    # `tomllib` calls itself for each bracket: thousands of them end as a RecursionError.
    except (ValueError, RecursionError) as error:
        return None, [_not_toml(error, file, lines)]
    if not values:
        return None, [Mistake(file, "the file is empty: it has no key", line=1)]
    if _too_deep(values):
        return None, [Mistake(file, "tables or lists are nested too deeply", line=1)]
    return Document(file, lines, _tupled(values)), []


def read_text(data: bytes, file: str, hint: str) -> tuple[str | None, list[Mistake]]:
    """Decode UTF-8, with or without a byte order mark; name the first byte that is not."""
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        problem = f"the file is not UTF-8: byte 0x{body[error.start]:02x} cannot be read"
        return None, [Mistake(file, problem, line=line, column=column, hint=hint)]


def limited(found: Iterable[Mistake]) -> Iterator[Mistake]:
    """Yield the mistakes of one kind; of very many the first, and that there are more."""
    for number, mistake in enumerate(found, start=1):
        if number > MAXIMUM_MISTAKES:
            problem = "from here on there are more mistakes like those above"
            yield replace(mistake, problem=problem, hint=None)
            return
        yield mistake


def _not_toml(error: Exception, file: str, lines: tuple[str, ...]) -> Mistake:
    # Before Python 3.14 the place stands only in the message.
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(place[1]), int(place[2])) if place else (len(lines), None)
    said = _said(error)
    text = lines[line - 1] if line <= len(lines) else None
    return Mistake(file, f"this is not TOML: {said}", line=line, column=column, text=text)


def _said(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    said = str(error).partition(" (at")[0]
    return said[:1].lower() + said[1:]


def _too_deep(values: dict[str, Any]) -> bool:
    level: list[Any] = [values]
    for _ in range(MAXIMUM_DEPTH):
        level = [item for candidate in level for item in _inside(candidate)]
    return bool(level)


def _inside(value: object) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _tupled(value: Any) -> Any:  # noqa: ANN401  (whatever TOML holds)
    if isinstance(value, list):
        return tuple(_tupled(item) for item in value)
    if isinstance(value, dict):
        return {key: _tupled(item) for key, item in value.items()}
    return value


def quoted(value: str) -> str:
    """Return a text from a file in quotation marks, and no more of it than helps."""
    return repr(value) if len(value) <= 80 else f"{value[:80]!r}..."  # noqa: PLR2004


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the hint that names the nearest known spelling, or all known ones if few."""
    options = sorted(known)
    close = closest(word, options)
    if close is not None:
        return f"did you mean {close!r}?"
    return f"known here: {', '.join(options)}" if 0 < len(options) <= MOST_NAMED else None


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is spelt most like another; letter case makes no difference."""
    options = {option.casefold(): option for option in sorted(known)}
    # Cut, since the time grows faster than the length.
    close = difflib.get_close_matches(word[:80].casefold(), options, n=1, cutoff=0.6)
    return options[close[0]] if close else None

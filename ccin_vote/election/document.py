"""A TOML file that can say where each of its values stands, and check itself against a model."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ccin_vote.election.positions import Path, line_of, positions
from ccin_vote.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)

_WORDS = {
    "missing": "this is missing",
    "string_type": "a text in quotation marks is expected",
    "int_type": "a whole number is expected",
    "bool_type": "true or false is expected",
    "tuple_type": "a list is expected",
    "datetime_type": "a date and time is expected, such as 2026-12-11T12:00:00",
    "model_type": "a table is expected",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed TOML file: its name, lines, values, and the line of each key."""

    file: str
    lines: tuple[str, ...]
    values: dict[str, Any]
    index: Mapping[Path, int]

    def mistake(self, path: Path, problem: str, hint: str | None = None) -> Mistake:
        """Give a mistake at a key path, with its line."""
        line = line_of(self.index, path)
        text = self.lines[line - 1] if line <= len(self.lines) else None
        return Mistake(self.file, problem, line=line, text=text, hint=hint)

    def select(self, *pattern: str) -> Iterator[tuple[Path, Any]]:
        """Give every value at a path; ``*`` stands for every item of a list."""
        found: list[tuple[Path, Any]] = [((), self.values)]
        for part in pattern:
            found = [step for path, value in found for step in _step(path, value, part)]
        yield from found


def _step(path: Path, value: object, part: str) -> Iterator[tuple[Path, Any]]:
    if part == "*" and isinstance(value, tuple):
        yield from (((*path, at), item) for at, item in enumerate(value))
    elif isinstance(value, dict) and part in value:
        yield (*path, part), value[part]


def read_document(data: bytes, file: str) -> tuple[Document | None, list[Mistake]]:
    """Parse TOML; a file that is not UTF-8 or not TOML is one mistake with line and column."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        problem = f"the file is not UTF-8: byte 0x{data[error.start]:02x} cannot be read"
        hint = "save the file as UTF-8 in your editor"
        line = before.count(b"\n") + 1
        return None, [Mistake(file, problem, line=line, column=column, hint=hint)]
    lines = tuple(text.splitlines())
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return None, [_not_toml(error, file, lines)]
    if not values:
        return None, [Mistake(file, "the file is empty", line=1)]
    return Document(file, lines, _tupled(values), positions(text)), []


def _not_toml(error: Exception, file: str, lines: tuple[str, ...]) -> Mistake:
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(place[1]), int(place[2])) if place else (max(len(lines), 1), None)
    said = str(error).partition(" (at")[0] or "nested too deeply"
    text = lines[line - 1] if line <= len(lines) else None
    return Mistake(file, f"this is not TOML: {said}", line=line, column=column, text=text)


def _tupled(value: Any) -> Any:  # noqa: ANN401  (whatever TOML holds)
    if isinstance(value, list):
        return tuple(_tupled(item) for item in value)
    if isinstance(value, dict):
        return {key: _tupled(item) for key, item in value.items()}
    return value


def check_model(document: Document, model: type[M]) -> tuple[M | None, list[Mistake]]:
    """Make a model of a document, or say everything that does not fit it."""
    try:
        return model.model_validate(document.values), []
    except ValidationError as error:
        return None, [_explained(document, model, one) for one in error.errors()]


def _explained(document: Document, model: type[BaseModel], error: ErrorDetails) -> Mistake:
    path = error["loc"]
    name = path[-1]
    if error["type"] == "extra_forbidden":
        hint = nearest(str(name), _fields(model, path[:-1]))
        return document.mistake(path, f"unknown key {name!r}", hint)
    if error["type"] == "missing":
        return document.mistake(path[:-1], f"{name!r} is missing here")
    words = _WORDS.get(error["type"]) or error["msg"].removeprefix("Value error, ").lower()
    options = re.findall(r"'([^']+)'", words) if error["type"] == "literal_error" else []
    hint = nearest(str(error["input"]), options) if options else None
    return document.mistake(path, f"{name!r}: {words}", hint)


def _fields(model: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    for part in path:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            inner = [one for one in (annotation, *get_args(annotation)) if _is_model(one)]
            model = inner[0]
    return list(model.model_fields)


def _is_model(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the hint that names the nearest known spelling, or all known ones if few."""
    options = sorted(known)
    close = difflib.get_close_matches(word.casefold(), options, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known here: {', '.join(options)}" if options and len(options) <= 20 else None  # noqa: PLR2004

"""Fitting a document to a model: unknown and missing keys, wrong types, numbers out of range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from ccin_vote.election.document import limited, nearest, quoted

if TYPE_CHECKING:
    from ccin_vote.election.document import Document
    from ccin_vote.election.positions import Path
    from ccin_vote.errors import Mistake

    ErrorDetails = dict[str, object]

M = TypeVar("M", bound=BaseModel)

_WORDS = {
    "string_type": "a text in quotation marks is expected",
    "int_type": "a whole number is expected",
    "bool_type": "true or false is expected",
    "tuple_type": "a list is expected",
    "datetime_type": "a date and time is expected, such as 2026-12-11T12:00:00",
    "model_type": "a table is expected",
    "string_too_short": "this is empty",
    "string_too_long": "this is longer than {max_length} characters",
    "greater_than_equal": "a number from {ge} on is expected",
    "less_than_equal": "a number up to {le} is expected",
    "too_long": "more than {max_length}",
}
"""What pydantic's kinds of error mean, in words; with the values of the error's context."""

_NONE = {
    "candidates": "this contest has no mistake",
    "contests": "there is no contest",
    "scrutineers": "there is no scrutineer to open the ballots",
    "members": "there is no member",
}
"""What to say of a list that is empty or not there."""


def check_model(document: Document, model: type[M]) -> tuple[M | None, list[Mistake]]:
    """Make a model of a document, or say everything that does not fit it."""
    try:
        return model.model_validate(document.values), []
    except ValidationError as error:
        found = map(dict, error.errors(include_url=False))
        told = (_explained(document, model, mistake) for mistake in found if not _follows(mistake))
        return None, list(limited(told))


def _follows(error: ErrorDetails) -> bool:
    """Return whether a list is called too short only because its items have mistakes."""
    return error["type"] == "too_short" and bool(error["input"])


def _explained(document: Document, model: type[BaseModel], error: ErrorDetails) -> Mistake:
    path, kind = _path(error), str(error["type"])
    name = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        known = _model_at(model, path[:-1]).model_fields
        return document.mistake(path, f"unknown key {quoted(name)}", nearest(name, known))
    # What is missing has no line of its own: its table is shown.
    if kind == "missing":
        problem = _NONE.get(name, f"{name!r} is missing")
        return document.mistake(path[:-1], problem, _to_add(model, path))
    if kind == "too_short":
        return document.mistake(path, _NONE.get(name, f"{name!r} is empty"), _to_add(model, path))
    if kind == "literal_error":
        return _no_such_value(document, path, error)
    return document.mistake(path, f"{_named(path)}: {_in_words(kind, error)}")


def _path(error: ErrorDetails) -> Path:
    place = error["loc"]
    return place if isinstance(place, tuple) else ()


def _named(path: Path) -> str:
    """Name a key, or an item of a list by its number from 1."""
    if path and isinstance(path[-1], int):
        return f"item {path[-1] + 1} of {path[-2]!r}"
    return repr(path[-1]) if path else "the file"


def _in_words(kind: str, error: ErrorDetails) -> str:
    context = error.get("ctx")
    if kind in _WORDS:
        return _WORDS[kind].format_map(context if isinstance(context, dict) else {})
    return str(error["msg"]).removeprefix("Value error, ").lower()


def _no_such_value(document: Document, path: Path, error: ErrorDetails) -> Mistake:
    # pydantic gives the values as a text only. The empty one stands for a key that is not there.
    options = [found for found in re.findall(r"'([^']*)'", str(error["msg"])) if found]
    given = error["input"]
    problem = f"{_named(path)} is one of: {', '.join(options)}"
    hint = nearest(given, options) if isinstance(given, str) else None
    return document.mistake(path, problem, hint)


def _to_add(model: type[BaseModel], path: Path) -> str:
    """Say how a missing key or table is written."""
    holder = _model_at(model, path[:-1])
    dotted = ".".join(str(part) for part in path if isinstance(part, str))
    annotation = holder.model_fields[str(path[-1])].annotation
    if _is_model(annotation):
        return f"add a table [{dotted}]"
    if any(_is_model(argument) for argument in get_args(annotation)):
        return f"add a table [[{dotted}]]"
    return f"add a line {path[-1]} = ..."


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    for part in path:
        if isinstance(part, str):
            # In a list of tables the model is the argument of its tuple.
            annotation = model.model_fields[part].annotation
            model = next(
                each_part
                for each_part in (annotation, *get_args(annotation))
                if _is_model(each_part)
            )
    return model


def _is_model(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)

"""Putting a scrutineer's or a teller's key into a definition's text, and changing nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ccin_vote.election.document import Document, nearest, quoted, read_document
from ccin_vote.errors import BadInput, Refused

if TYPE_CHECKING:
    from ccin_vote.election.positions import Path

# By hand and not with `tomlkit`: that puts a new key behind all others, without the table's indent
# or line ending, and writes tables of one name together that stood apart.
_FILE = "election.toml"
_TABLES = ("scrutineers", "tellers")
_MARK = "\ufeff"
"""The byte order mark that some editors put in front."""


def with_key(text: str, name: str, key: str) -> str:
    """Put ``key`` into each table of [[scrutineers]] or [[tellers]] that is of ``name``.

    Every other character stays. A text decoded with ``surrogateescape`` keeps bytes that are not
    UTF-8, to be named here.

    Raises:
        BadInput: the text is not TOML.
        Refused: nobody has that name, or another key stands there.
    """
    mark, body = (_MARK, text[1:]) if text.startswith(_MARK) else ("", text)
    for number in range(len(_places(_document(body), name))):
        document = _document(body)
        body = _with_key(document, _places(document, name)[number], body, key)
    return mark + body


def _with_key(document: Document, path: Path, text: str, key: str) -> str:
    table = str(path[0])
    present = dict(document.select(table, "*", "key")).get((*path, "key"), "")
    if present == key:
        return text
    if present != "":
        name = dict(document.select(table, "*", "name"))[*path, "name"]
        raise Refused(
            f"{name} has another key in {_FILE} already.",
            remedy=f'If the new one is right, set key = "" for {name} and repeat.',
        )
    return _checked(document, path, text, key)


def _document(text: str) -> Document:
    document, mistakes = read_document(text.encode("utf-8", "surrogateescape"), _FILE)
    if document is None:
        raise BadInput(mistakes)
    return document


def _places(document: Document, name: str) -> list[Path]:
    names = [text for table in _TABLES for text in document.texts(table, "*", "name")]
    found = [path[:-1] for path, found_name in names if found_name == name]
    if not found:
        raise Refused(
            f"There is no scrutineer or teller {quoted(name)} in {_FILE}.",
            remedy=nearest(name, (text for _, text in names)) or "",
        )
    return found


def _checked(document: Document, path: Path, text: str, key: str) -> str:
    """Insert the key, and read the text again: nothing but the key may have changed."""
    made = _inserted(document, path, text, key)
    after, _ = read_document(made.encode("utf-8"), _FILE)
    table, number = str(path[0]), path[-1]
    wanted = tuple(
        value | {"key": key} if at == number else value
        for at, value in enumerate(document.values[table])
    )
    if after is None or after.values != document.values | {table: wanted}:
        raise Refused(
            f"The key cannot be put into {_FILE} as it is written there.",
            remedy="Put this line into that table by hand: key = " + json.dumps(key),
        )
    return made


def _inserted(document: Document, path: Path, text: str, key: str) -> str:
    value, present = json.dumps(key), document.index.get((*path, "key"))
    if present:
        return text[: present.start] + value + text[present.end :]
    at = document.index[*path, "name"].end
    if text[document.index[path].start] == "{":
        return f"{text[:at]}, key = {value}{text[at:]}"
    return _line_added(text, at, f"key = {value}")


def _line_added(text: str, at: int, line: str) -> str:
    """Add a line after the one that ends at or after ``at``, with its indent and its ending."""
    end = text.find("\n", at) + 1 or len(text)
    whole = text[text.rfind("\n", 0, at) + 1 : end]
    indent = whole[: len(whole) - len(whole.lstrip())]
    ending = "\r\n" if text[:end].endswith("\r\n") else "\n"
    start = "" if text[:end].endswith("\n") else ending
    return f"{text[:end]}{start}{indent}{line}{ending}{text[end:]}"

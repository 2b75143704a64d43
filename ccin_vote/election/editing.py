"""Putting a scrutineer's key into the text of a definition, and changing nothing else."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

from ccin_vote.election.document import nearest
from ccin_vote.election.positions import positions
from ccin_vote.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_scrutineer_key(text: str, name: str, key: str) -> str:
    """Put ``key`` into the [[scrutineers]] table of ``name``; every other byte stays.

    Raises:
        Refused: no scrutineer has that name, or another key stands there.
    """
    scrutineers = tomllib.loads(text).get("scrutineers", [])
    names = [str(one.get("name")) for one in scrutineers]
    if name not in names:
        raise Refused(
            f"There is no scrutineer {name!r} in election.toml.", remedy=nearest(name, names) or ""
        )
    number = names.index(name)
    present = scrutineers[number].get("key", "")
    if present not in ("", key):
        raise Refused(
            f"Scrutineer {name} has another key in election.toml already.",
            remedy=f'If the new one is right, set key = "" for {name} and repeat.',
        )
    return text if present == key else _inserted(text, number, key)


def _inserted(text: str, number: int, key: str) -> str:
    found = positions(text)
    lines = text.splitlines(keepends=True)
    at = found.get(("scrutineers", number, "key"))
    if at is not None:
        before, _, after = lines[at - 1].partition("=")
        comment = after[after.find("#") :] if "#" in after else "\n"
        lines[at - 1] = f"{before}= {json.dumps(key)}{' ' if comment != chr(10) else ''}{comment}"
    else:
        at = found["scrutineers", number, "name"]
        lines.insert(at, _line_like(lines, at, key))
    return "".join(lines)


def _line_like(lines: Sequence[str], at: int, key: str) -> str:
    indent = lines[at - 1][: len(lines[at - 1]) - len(lines[at - 1].lstrip())]
    return f"{indent}key = {json.dumps(key)}\n"

"""The catalogue of every text on the ballot page, one file a language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGE = "en"


@cache
def texts(language: str = LANGUAGE) -> dict[str, str]:
    """Return every text of a language by its key; what stands in braces is to be filled in."""
    path = files("ccin_vote.correspondence") / "texts" / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8"))

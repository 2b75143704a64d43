"""Tokens in what came back: a letter that was returned or quoted has one in it.

Nothing here keeps or shows a token: what is given on is the credential, its public half.
"""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from ccin_vote.roll.credential import credential_of
from ccin_vote.roll.token import BadToken, Token, read_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SYMBOL = "[0-9A-HJKMNP-TV-Za-hjkmnp-tv-zOoIiLl]"
_GAP = r"[-\u2010\u2011\u00ad\s>|]{1,6}"
_GROUPS = rf"{_SYMBOL}{{4}}(?:{_GAP}{_SYMBOL}{{4}}){{5}}"
_TOKEN = re.compile(rf"(?<![0-9A-Za-z])(?=({_GROUPS})(?![0-9A-Za-z]))")
"""Six groups of four, as every letter has it, folded or quoted; words of four may stand before."""
_NOISE = re.compile(r"[^0-9A-Za-z]+")
_MOST, _TRIED = 50, 10_000
"""A letter has one: only so many of a text are made into keys, and so many tried."""


def credentials_in(texts: Iterable[str], election: str) -> frozenset[bytes]:
    """Return the credential of each token in some texts, issued or not."""
    tokens = dict.fromkeys(token for text in texts for token in _tokens_in(text))
    return frozenset(credential_of(token, election) for token in islice(tokens, _MOST))


def _tokens_in(text: str) -> Iterator[Token]:
    for match in islice(_TOKEN.finditer(text), _TRIED):
        # Text of the same look has the wrong check symbols.
        with suppress(BadToken):
            yield read_token(_NOISE.sub("-", match[1]))

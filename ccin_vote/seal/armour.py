"""A sealed ballot as text that survives e-mail, and its ballot code.

The text is a line of dashes with ``BEGIN CCIN-VOTE SEALED BALLOT``, base64 (RFC 4648 section 4)
of the envelope's canonical JSON in lines of 64, and a line with ``END``.
"""

from __future__ import annotations

import base64
import binascii
import textwrap
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.seal.envelope import SealedBallot

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN = "-----BEGIN CCIN-VOTE SEALED BALLOT-----"
END = "-----END CCIN-VOTE SEALED BALLOT-----"
_WIDTH = 64
_MAXIMUM = 400_000
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_SYMBOLS = 16


class BadBallot(ValueError):
    """Text between the marks that is no sealed ballot; the message says why."""


def to_armour(ballot: SealedBallot) -> str:
    """Write a sealed ballot as text for an e-mail or a file."""
    body = base64.b64encode(ballot.to_json()).decode("ascii")
    return "\n".join([BEGIN, *textwrap.wrap(body, _WIDTH), END, ""])


def find_armour(text: str) -> Iterator[SealedBallot | BadBallot]:
    """Find every sealed ballot in a text; a block that is none is given as an error value."""
    begin = text.find(BEGIN)
    while begin != -1:
        end = text.find(END, begin)
        if end == -1:
            yield BadBallot("the end of the sealed ballot is missing")
            return
        start = text.rfind(BEGIN, begin, end) + len(BEGIN)
        try:
            yield _read(text[start:end])
        except BadBallot as error:
            yield error
        begin = text.find(BEGIN, end)


def _read(body: str) -> SealedBallot:
    if len(body) > _MAXIMUM:
        raise BadBallot("the text is longer than any sealed ballot")
    try:
        data = base64.b64decode("".join(body.split()), validate=True)
        return SealedBallot.from_json(data)
    except (binascii.Error, ValueError) as error:
        raise BadBallot("the text of the sealed ballot is damaged or cut") from error


def envelope_digest(ballot: SealedBallot) -> bytes:
    """Give the SHA-256 of the whole sealed ballot."""
    return sha256(ballot.to_json())


def ballot_code(digest: bytes) -> str:
    """Give the code of a sealed ballot: 80 bits of its digest as four groups of four."""
    bits = int.from_bytes(digest[:10], "big")
    symbols = [_CODE_ALPHABET[bits >> (5 * at) & 31] for at in reversed(range(_CODE_SYMBOLS))]
    return "-".join("".join(symbols[at : at + 4]) for at in range(0, _CODE_SYMBOLS, 4))

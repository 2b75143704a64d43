"""A sealed ballot as text that survives e-mail, and its ballot code.

The text is a line of dashes with ``BEGIN CCIN-VOTE SEALED BALLOT``, base64 (RFC 4648 section 4)
of the envelope's canonical JSON in lines of 64, and a line with ``END``.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import textwrap
from typing import TYPE_CHECKING

from ccin_vote.canonical import sha256
from ccin_vote.seal.envelope import SealedBallot

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "CCIN-VOTE SEALED BALLOT"
BEGIN = f"-----BEGIN {NAME}-----"
END = f"-----END {NAME}-----"
_WIDTH = 64
# Mail programs turn a hyphen into these as they "improve" typography; the marks must survive it.
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015"
_GAP = r"[\s>|\u200b\ufeff]{0,20}"
"""What a folded or quoted line puts between two letters of a mark."""


def _folded(word: str) -> str:
    return _GAP.join(word).replace("-", f"[{_DASHES}]")


_MARK = re.compile(
    f"(?P<which>{_folded('BEGIN')}|{_folded('END')}){_GAP}{_folded(NAME.replace(' ', ''))}"
)
# With the soft hyphen, the zero-width characters and the byte order mark, which
# mail programs put in and nobody sees.
_SPACES = " \t\r\n\v\f\u00a0\u00ad\u200b\u200c\u200d\u2028\u2029\u2060\ufeff"
_NOISE = str.maketrans("", "", f">|{_SPACES}{_DASHES}")
"""What mail programs put between the symbols of base64: quoting, spaces, dashes of the marks."""
# Looked at before anything is decoded: a block of any size costs no more than this. It also keeps
# every line of `ballot.accepted` far below the log's own limit.
_MAXIMUM = 400_000
# Crockford's symbols, as in the token: no I, L, O or U to be
# misread when a code is compared by eye.
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_SYMBOLS = 16


class BadBallot(ValueError):
    """Text between the marks that is no sealed ballot; the message says why."""


def to_armour(ballot: SealedBallot) -> str:
    """Write a sealed ballot as text for an e-mail or a file."""
    body = base64.b64encode(ballot.to_json()).decode("ascii")
    return "\n".join([BEGIN, *textwrap.wrap(body, _WIDTH), END, ""])


def find_armour(text: str) -> Iterator[SealedBallot | BadBallot]:
    """Find every sealed ballot in a text; a block that is none is given as an error value.

    Quoting, other line lengths and ends, and dashes that a mail program changed do not matter.
    """
    # A second beginning takes the place of the first: a reply may quote the cut
    # start of a ballot above the whole one.
    begin: re.Match[str] | None = None
    for mark in _MARK.finditer(text):
        if mark["which"].startswith("B"):
            begin = mark
        elif begin is None:
            yield BadBallot("the beginning of the sealed ballot is missing")
        else:
            yield _read(text[begin.end() : mark.start()])
            begin = None
    if begin is not None:
        yield BadBallot("the end of the sealed ballot is missing")


def _read(body: str) -> SealedBallot | BadBallot:
    if len(body) > _MAXIMUM:
        return BadBallot("the text is longer than any sealed ballot")
    # As it stands first: the base64 of a ballot has no "=" but at its end, and decoding
    # quoted-printable that is none could only do harm.
    plain = body.translate(_NOISE)
    for attempt in (plain, quopri.decodestring(body.encode()).decode("utf-8", "replace")):
        try:
            # RFC 4648, section 3.3: other characters are refused, not skipped. Other
            # spellings of the same bytes may pass here; the JSON inside may have only one
            # (`canonical`), and its bytes are what counts.
            data = base64.b64decode(attempt.translate(_NOISE), validate=True)
            return SealedBallot.from_json(data)
        except (binascii.Error, ValueError):
            continue
    return BadBallot("the text of the sealed ballot is damaged or cut")


def envelope_digest(ballot: SealedBallot) -> bytes:
    """Return the SHA-256 of the whole sealed ballot."""
    # Over the JSON, not over the text of the mail, which every mail program lays
    # out anew: voter, officer and verifier get the same code. The signature is in
    # it, so the code names this very envelope.
    return sha256(ballot.to_json())


def ballot_code(digest: bytes) -> str:
    """Return the code of a sealed ballot: 80 bits of its digest as four groups of four."""
    # 80 bits: to find a second envelope with the code of a given one takes some 2^80 hashes, each
    # of a ballot that also has to be signed.
    bits = int.from_bytes(digest[:10], "big")
    symbols = [_CODE_ALPHABET[bits >> (5 * at) & 31] for at in reversed(range(_CODE_SYMBOLS))]
    return "-".join("".join(symbols[at : at + 4]) for at in range(0, _CODE_SYMBOLS, 4))

"""One thing that came in, a mail or a text: the sealed ballots in it.

Mails are read as RFC 5322 and MIME say, with whatever damage they carry: the text and the HTML of
a message, quoted or wrapped, its attachments, and messages inside it. Of two forms of the same
text the one with more whole ballots is taken. Headers are looked at for the form only.
"""

from __future__ import annotations

import codecs
import re
from email import message_from_bytes
from email.policy import compat32
from html import unescape
from typing import TYPE_CHECKING

from ccin_vote.seal.armour import BadBallot, find_armour

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message

    from ccin_vote.seal.envelope import SealedBallot

    Found = list[SealedBallot | BadBallot]

# More than mail servers commonly let through; it bounds the memory that one input takes.
MAXIMUM = 64 << 20
_HEADER = re.compile(rb"\A\s*(?:From |[!-9;-~]{1,100}:)")
"""How a mail starts: an mbox line, or a header field (RFC 5322, section 2.2)."""
_HTML = re.compile(r"\A\s*<(?:!doctype|html|head|body|div|p|meta|table)\b", re.IGNORECASE)
# The signature of a compound file, which is what Outlook saves a message (.msg) as.
_OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Windows programs may save a text as UTF-16, with its mark in front.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BREAK = re.compile(
    r"</?(?:br|p|div|li|tr|pre|blockquote|table|h[1-6])(?:[\s/][^<>]*)?>", re.IGNORECASE
)
# No bracket within a tag: a text full of opened ones is still read in one pass.
_TAG = re.compile(r"<[^<>]*>")
_CHARSETS = re.compile(r"utf-?(?:8|16(?:[lb]e)?)|us-ascii|iso-?8859-?\d+|windows-?125\d|cp125\d")
"""Others are read as UTF-8: a sealed ballot is plain ASCII, and some decoders take very long."""


def ballots_in(data: bytes) -> Found:
    """Return every different sealed ballot in a mail or text, and every block that is none.

    There is always at least one entry: a thing without a ballot is said to have none.
    """
    if len(data) > MAXIMUM:
        return [BadBallot("it is larger than any mail")]
    if data.startswith(_OUTLOOK):
        return [
            BadBallot(
                "this is a message in Outlook's own format; save it as text or .eml, or copy the"
                " sealed ballot into a text file"
            )
        ]
    # As it stands first: a mail that lost its headers or boundaries still has the ballot's marks.
    found = _once(_in_text(data, None))
    if _HEADER.match(data):
        # Encoded parts show only here. Of equals `max` takes the first: the reading as a mail.
        found = max(_once(_in_message(data)), found, key=_worth)
    return found or [BadBallot("there is no sealed ballot in it")]


def _once(found: Iterable[SealedBallot | BadBallot]) -> Found:
    """Return each ballot once; a damaged copy beside a whole ballot is said to be that."""
    ballots: dict[SealedBallot, None] = {}
    damaged: dict[str, BadBallot] = {}
    for ballot in found:
        if isinstance(ballot, BadBallot):
            damaged[str(ballot)] = ballot
        else:
            ballots[ballot] = None
    beside = " (another one in the same mail is whole)" if ballots else ""
    return [*ballots, *(BadBallot(f"{ballot}{beside}") for ballot in damaged)]


def _in_message(data: bytes) -> Found:
    try:
        # compat32 gives headers as they stand; newer policies parse them, and may fail at it.
        return list(_in_part(message_from_bytes(data, policy=compat32)))
    except Exception:  # noqa: BLE001  (a hostile mail must not stop the others)
        return [BadBallot("the message cannot be read")]


def _in_part(part: Message) -> Iterator[SealedBallot | BadBallot]:
    if part.is_multipart():
        inside = [_each(inner) for inner in part.get_payload() if not isinstance(inner, str)]
        if part.get_content_type() == "multipart/alternative" and inside:
            # RFC 2046, section 5.1.4, prefers the last form; but a mail program may have broken the
            # ballot in just that one.
            inside = [max(inside, key=_worth)]
        for each_part in inside:
            yield from each_part
        return
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes) and payload:
        rich = part.get_content_subtype() == "html"
        found = _in_text(payload, _charset(part), html=rich)
        # A mail that was sent on as a file, under whatever type.
        if not _is_body(part) and _HEADER.match(payload):
            found = max(_in_message(payload), found, key=_worth)
        yield from found


def _each(part: Message) -> Found:
    try:
        return list(_in_part(part))
    except Exception:  # noqa: BLE001  (one damaged part must not hide a ballot in another)
        return []


def _worth(found: Found) -> tuple[int, int]:
    """Order two forms of the same text: more whole ballots, then less damage."""
    bad = sum(1 for ballot in found if isinstance(ballot, BadBallot))
    return len(found) - bad, -bad


def _is_body(part: Message) -> bool:
    return part.get_content_maintype() == "text" and part.get_filename() is None


def _charset(part: Message) -> str | None:
    charset = part.get_content_charset()
    return charset if charset and _CHARSETS.fullmatch(charset) else None


def _in_text(data: bytes, charset: str | None, *, html: bool = False) -> Found:
    text = _decoded(data, charset)
    if html or _HTML.match(text):
        text = _without_markup(text)
    return list(find_armour(text))


def _decoded(data: bytes, charset: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.removeprefix(mark).decode(encoding, "replace")
    # What cannot be decoded is replaced: beside the ballot it does no harm, and within it the
    # base64 is refused.
    try:
        return data.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _without_markup(text: str) -> str:
    """Take the tags out of HTML; blocks and line breaks become line breaks."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", text)))

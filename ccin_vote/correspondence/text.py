"""The text in the parts of a mail: whatever character set, and HTML without its markup."""

from __future__ import annotations

import codecs
import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

_HTML = re.compile(r"\A\s*<(?:!doctype|html|head|body|div|p|meta|table)\b", re.IGNORECASE)
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


def payload_of(part: Message) -> bytes:
    """Return the decoded content of a part; nothing if it has parts itself."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def text_of(data: bytes, charset: str | None = None, *, html: bool = False) -> str:
    """Return bytes as text; HTML, said or seen to be that, without its markup."""
    text = _decoded(data, charset)
    return _without_markup(text) if html or _HTML.match(text) else text


def text_in(part: Message, payload: bytes) -> str:
    """Return the text of a part, of which ``payload`` is the decoded content."""
    return text_of(payload, _charset(part), html=part.get_content_subtype() == "html")


def _charset(part: Message) -> str | None:
    charset = part.get_content_charset()
    return charset if charset and _CHARSETS.fullmatch(charset) else None


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

"""The only place where bytes that are hashed or signed are made.

Canonical JSON is RFC 8785 restricted to what the tool writes: objects with ASCII keys, arrays,
strings, integers of at most 53 bits, booleans and null; no floating-point numbers. Binary values
are unpadded base64url (RFC 4648 section 5). What is not canonical is refused: text is parsed,
written again and compared.

``bound`` joins parts so that no two lists of parts give the same bytes: each part is preceded by
its length as a big-endian 64-bit integer.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from typing import Annotated, NoReturn, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

# RFC 8785 writes numbers as IEEE 754 doubles (section 3.2.2.3); whole numbers up to here are exact
# in one, and are written alike by every language.
MAXIMUM_INTEGER = 2**53 - 1
# A bound of our own, far above any event: deeper nesting only serves to exhaust a parser's stack.
MAXIMUM_DEPTH = 32
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")
_DUBIOUS = re.compile(rb"[:,\[]-?(?:[0-9]{16}|[0-9]+[.e])")
"""Numbers of 16 digits, as ``MAXIMUM_INTEGER`` has, or with a point or exponent; or texts."""

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"


class NotCanonical(ValueError):
    """Bytes or text that this tool would not have written."""


def to_base64url(data: bytes) -> str:
    """Write bytes as unpadded base64url."""
    # The two alphabets differ in two symbols: translating bytes is faster than
    # `base64.urlsafe_b64encode`, and the result is the same.
    encoded = binascii.b2a_base64(data, newline=False)
    return encoded.translate(_TO_URL).rstrip(b"=").decode("ascii")


def from_base64url(text: str, length: int | None = None) -> bytes:
    """Read unpadded base64url; refuse any other spelling and, if given, any other length.

    Raises:
        NotCanonical: the text is not what ``to_base64url`` would write.
    """
    try:
        padded = f"{text}{'=' * (-len(text) % 4)}".encode("ascii").translate(_FROM_URL)
        # Strict: else characters outside the alphabet would be skipped without a word.
        data = binascii.a2b_base64(padded, strict_mode=True)
    except ValueError as error:
        raise NotCanonical("not unpadded base64url") from error
    # RFC 4648, section 3.5: unused last bits may not be zero and decode alike; written again, they
    # differ. A "+" or "/", which the translation lets pass, is caught too.
    if to_base64url(data) != text:
        raise NotCanonical("not unpadded base64url")
    if length is not None and len(data) != length:
        raise NotCanonical(f"expected {length} bytes, found {len(data)}")
    return data


def write_json(value: Json) -> bytes:
    """Write a value as RFC 8785 canonical JSON.

    Raises:
        NotCanonical: the value holds something canonical JSON here does not have.
    """
    # Outward everything is walked through: what is signed once stays as it is.
    _check(value, 0)
    return _write(value)


def _write(value: Json) -> bytes:
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except ValueError as error:
        raise NotCanonical("text that is not valid Unicode, or no number") from error


def read_json(data: bytes) -> Json:
    """Read canonical JSON; refuse every other spelling of the same value.

    Raises:
        NotCanonical: the bytes are not what ``write_json`` would write.
    """
    try:
        value: Json = _DECODER.decode(data.decode("utf-8"))
    except RecursionError as error:
        raise NotCanonical("nested too deeply") from error
    except ValueError as error:
        raise NotCanonical("not JSON in UTF-8") from error
    # The walk over a parsed value is the slow part. Integers were bounded by the parser, so that
    # only keys and depth are left to ask, and plain bytes answer for both.
    if not _surely_plain(data):
        _check(value, 0)
    # One comparison in bytes covers order of keys, spaces, escapes, spelling of numbers, and keys
    # that stand twice, of which the parser keeps one (RFC 8785, section 3.1, forbids them).
    if _write(value) != data:
        raise NotCanonical("not canonical JSON")
    return value


def _surely_plain(data: bytes) -> bool:
    """Return whether JSON can hold no key that is not ASCII and no deep nesting."""
    # More brackets than levels are allowed does not mean too deep; then
    # `_check` looks. Fewer means certainly not.
    return data.isascii() and data.count(b"[") + data.count(b"{") <= MAXIMUM_DEPTH


def _no_float(text: str) -> NoReturn:
    raise NotCanonical(f"a number that is not an integer: {text[:20]}")


def _integer(text: str) -> int:
    # The length first: Python takes quadratic time to read a number of megabytes.
    if len(text) > len(str(-MAXIMUM_INTEGER)) or abs(int(text)) > MAXIMUM_INTEGER:
        raise NotCanonical("a number of more than 53 bits")
    return int(text)


# RFC 8785, section 3.2: no spaces, text as it is but for the escapes that JSON demands. Keys are
# sorted by code points here and by UTF-16 units there (section 3.2.3); for ASCII keys it is one
# order, which is why others are refused.
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
)
_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_no_float, parse_constant=_no_float)


def _check(value: object, depth: int) -> None:
    # Asked on the way down, so that this function's own recursion is bounded.
    if depth > MAXIMUM_DEPTH:
        raise NotCanonical("nested too deeply")
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonical("a key that is not ASCII text")
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    # Before `int`, as a bool is an int to Python.
    elif isinstance(value, bool | str) or value is None:
        return
    elif not isinstance(value, int) or abs(value) > MAXIMUM_INTEGER:
        raise NotCanonical("a value that canonical JSON does not have")


def bound(label: str, *parts: bytes) -> bytes:
    """Join a label and parts, each preceded by its length in eight bytes, big-endian."""
    return joined(label.encode("ascii"), *parts)


def joined(*parts: bytes) -> bytes:
    """Join parts, each preceded by its length in eight bytes, big-endian."""
    # With lengths in front, ("ab", "c") and ("a", "bc") differ; a
    # separator could stand inside a part.
    return b"".join([len(part).to_bytes(8, "big") + part for part in parts])


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest, 32 bytes."""
    return hashlib.sha256(data).digest()


def _read_binary(value: object) -> object:
    # Bytes pass as they are: a model is also made from Python, where they are no text.
    return from_base64url(value) if isinstance(value, str) else value


Binary = Annotated[
    bytes, BeforeValidator(_read_binary), PlainSerializer(to_base64url, when_used="json")
]
"""Bytes in a model, unpadded base64url in JSON."""


class Model(BaseModel):
    """A frozen model that is written as, and read from, canonical JSON only."""

    # Unknown fields are refused: what a signer put there would be signed, and shown to nobody.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def to_json(self) -> bytes:
        """Return the model's canonical JSON."""
        # Without fields that are None: an optional field that came later
        # leaves older lines' bytes as they were.
        value = self.model_dump(mode="json", exclude_none=True)
        data = _write(value)
        # A pattern over the bytes instead of a walk over every value: it may take a text for a
        # number, and then the walk decides, but it misses no number that is too long or no integer.
        if _DUBIOUS.search(data) or not _surely_plain(data):
            _check(value, 0)
        return data

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read the model from canonical JSON.

        Raises:
            ValueError: the bytes are not canonical JSON, or do not hold this model.
        """
        # Twice through the bytes on purpose: first that this is their one
        # spelling, then what pydantic makes of them.
        read_json(data)
        return cls.model_validate_json(data)

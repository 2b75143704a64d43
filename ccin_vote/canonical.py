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

MAXIMUM_INTEGER = 2**53 - 1
MAXIMUM_DEPTH = 32
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")
_DUBIOUS = re.compile(rb"[:,\[]-?(?:[0-9]{16}|[0-9]+[.e])")
"""Numbers of 16 digits, as ``MAXIMUM_INTEGER`` has, or with a point or exponent; or texts."""

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"


class NotCanonical(ValueError):
    """Bytes or text that this tool would not have written."""


def to_base64url(data: bytes) -> str:
    """Write bytes as unpadded base64url."""
    encoded = binascii.b2a_base64(data, newline=False)
    return encoded.translate(_TO_URL).rstrip(b"=").decode("ascii")


def from_base64url(text: str, length: int | None = None) -> bytes:
    """Read unpadded base64url; refuse any other spelling and, if given, any other length.

    Raises:
        NotCanonical: the text is not what ``to_base64url`` would write.
    """
    try:
        padded = f"{text}{'=' * (-len(text) % 4)}".encode("ascii").translate(_FROM_URL)
        data = binascii.a2b_base64(padded, strict_mode=True)
    except ValueError as error:
        raise NotCanonical("not unpadded base64url") from error
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
    if not _surely_plain(data):
        _check(value, 0)
    if _write(value) != data:
        raise NotCanonical("not canonical JSON")
    return value


def _surely_plain(data: bytes) -> bool:
    """Return whether JSON can hold no key that is not ASCII and no deep nesting."""
    return data.isascii() and data.count(b"[") + data.count(b"{") <= MAXIMUM_DEPTH


def _no_float(text: str) -> NoReturn:
    raise NotCanonical(f"a number that is not an integer: {text[:20]}")


def _integer(text: str) -> int:
    if len(text) > len(str(-MAXIMUM_INTEGER)) or abs(int(text)) > MAXIMUM_INTEGER:
        raise NotCanonical("a number of more than 53 bits")
    return int(text)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
)
_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_no_float, parse_constant=_no_float)


def _check(value: object, depth: int) -> None:
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
    elif isinstance(value, bool | str) or value is None:
        return
    elif not isinstance(value, int) or abs(value) > MAXIMUM_INTEGER:
        raise NotCanonical("a value that canonical JSON does not have")


def bound(label: str, *parts: bytes) -> bytes:
    """Join a label and parts, each preceded by its length in eight bytes, big-endian."""
    return joined(label.encode("ascii"), *parts)


def joined(*parts: bytes) -> bytes:
    """Join parts, each preceded by its length in eight bytes, big-endian."""
    return b"".join([len(part).to_bytes(8, "big") + part for part in parts])


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 digest, 32 bytes."""
    return hashlib.sha256(data).digest()


def _read_binary(value: object) -> object:
    return from_base64url(value) if isinstance(value, str) else value


Binary = Annotated[
    bytes, BeforeValidator(_read_binary), PlainSerializer(to_base64url, when_used="json")
]
"""Bytes in a model, unpadded base64url in JSON."""


class Model(BaseModel):
    """A frozen model that is written as, and read from, canonical JSON only."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def to_json(self) -> bytes:
        """Return the model's canonical JSON."""
        value = self.model_dump(mode="json", exclude_none=True)
        data = _write(value)
        if _DUBIOUS.search(data) or not _surely_plain(data):
            _check(value, 0)
        return data

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read the model from canonical JSON.

        Raises:
            ValueError: the bytes are not canonical JSON, or do not hold this model.
        """
        read_json(data)
        return cls.model_validate_json(data)

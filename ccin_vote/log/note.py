"""Signed notes and cosignatures, byte for byte as C2SP `signed-note` and `tlog-cosignature`.

A note is a text that ends in a newline, a blank line, and one line a signature: an em dash, a
space, the key's name, a space, base64 of the 4-byte key id and the signature. A verifier key is
``name+id+base64(type || key)``. Type 0x01 signs the text; type 0x04 is a cosignature, 8 bytes of
POSIX time and a signature over ``cosignature/v1``, the time and the text.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from ccin_vote.seal.keys import signed_by

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = 0x01
COSIGNATURE = 0x04
_DASH = "\N{EM DASH}"
_KEY_ID = 4
_SIGNATURE_LENGTH = {ED25519: 64, COSIGNATURE: 72}
# signed-note asks verifiers for a limit, and to accept at least 16 signatures.
MAXIMUM_NOTE = 1_000_000
MAXIMUM_SIGNATURES = 100
# tlog-cosignature: a time must not exceed 2^63 - 1.
MAXIMUM_TIME = 2**63 - 1


class BadNote(ValueError):
    """Text that is no signed note, key or signature in its one canonical spelling."""


def from_base64(text: str) -> bytes:
    """Read padded base64 (RFC 4648 section 4), in its one canonical spelling.

    Raises:
        BadNote: any other spelling.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("not base64") from error
    # RFC 4648, section 3.5: unused bits may be anything to many decoders. One spelling, so that the
    # same note is the same bytes, also in a result file that is hashed.
    if to_base64(data) != text:
        raise BadNote("not canonical base64")
    return data


def to_base64(data: bytes) -> str:
    """Write padded base64."""
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named Ed25519 public key (32 bytes) and what it signs: 0x01 notes, 0x04 cosignatures."""

    name: str
    kind: int
    key: bytes

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256 of name, newline, type and key."""
        # An identifier, not a fingerprint: four bytes are easily met by another key. Nothing trusts
        # it; the signature is verified with the whole key, which comes from the log's first line.
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:_KEY_ID]

    def __str__(self) -> str:
        """Return the verifier key's line."""
        material = to_base64(bytes([self.kind]) + self.key)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a verifier key's line.

        Raises:
            BadNote: it is none, or its id does not fit.
        """
        # At most twice: base64 has plus signs of its own, and a name may have none.
        parts = text.split("+", 2)
        if len(parts) != 3 or not _is_name(parts[0]):  # noqa: PLR2004  (name, id, key)
            raise BadNote("a verifier key is name+id+key")
        material = from_base64(parts[2])
        key = cls(parts[0], material[0] if material else 0, material[1:])
        # Written again and compared: that checks the id, the case
        # of its digits and the base64 at once.
        if len(key.key) != 32 or key.kind not in _SIGNATURE_LENGTH or str(key) != text:  # noqa: PLR2004
            raise BadNote("the verifier key is damaged")
        return key


def _is_name(name: str) -> bool:
    # signed-note: not empty, no Unicode space, no plus. Unprintable characters too are refused,
    # because names are shown on terminals.
    return bool(name) and name.isprintable() and not any(c.isspace() or c == "+" for c in name)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature of a note: whose, by name and 4-byte key id, and its bytes."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def signer(self) -> tuple[str, bytes]:
        """The name and key id, which together name the key."""
        return self.name, self.key_id

    def __str__(self) -> str:
        """Return the line, without its newline."""
        return f"{_DASH} {self.name} {to_base64(self.key_id + self.signature)}"

    @classmethod
    def parse(cls, line: str) -> SignatureLine:
        """Read a signature line.

        Raises:
            BadNote: it is none.
        """
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != _DASH or not _is_name(parts[1]):  # noqa: PLR2004
            raise BadNote("not a signature line")
        data = from_base64(parts[2])
        if len(data) <= _KEY_ID:
            raise BadNote("a signature line without a signature")
        return cls(parts[1], data[:_KEY_ID], data[_KEY_ID:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __str__(self) -> str:
        """Return the signed note."""
        return self.text + "\n" + "".join(f"{line}\n" for line in self.signatures)

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a signed note.

        Raises:
            BadNote: it is none.
        """
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadNote("not UTF-8") from error
        # From the end: signed-note allows empty lines in the text, and the
        # last one parts it from the signatures.
        text, blank, signatures = whole.rpartition("\n\n")
        if not blank or not signatures.endswith("\n") or len(data) > MAXIMUM_NOTE:
            raise BadNote("not a signed note: a text, a blank line, signatures")
        # signed-note: no ASCII control character but the newline; a carriage return would be a
        # second spelling, or move the cursor.
        if any(character < " " and character != "\n" for character in whole):
            raise BadNote("a signed note has no control characters")
        lines = signatures.removesuffix("\n").split("\n")
        return cls(text + "\n", _distinct(lines))

    def verified_by(self, key: VerifierKey) -> bool:
        """Return whether a signature of this key is there and right."""
        # Of one key there is one line at most (`_distinct`), so "any" is that one. Lines of unknown
        # keys are ignored, as signed-note demands.
        return any(verifies(self.text, line, key) for line in self.signatures)

    def with_signature(self, line: SignatureLine) -> Note:
        """Add a cosignature behind the author's, in the order of names.

        The same key's earlier one gives way, so that adding it again changes nothing.
        """
        # The author's line stays first and the rest is sorted: whoever adds cosignatures
        # in whatever order gets the same file.
        author, *others = self.signatures
        if line.signer == author.signer:
            return Note(self.text, (line, *others))
        kept = [other for other in others if other.signer != line.signer]
        return Note(
            self.text, (author, *sorted([*kept, line], key=lambda signature: signature.signer))
        )


def _distinct(lines: list[str]) -> tuple[SignatureLine, ...]:
    if len(lines) > MAXIMUM_SIGNATURES:
        raise BadNote(f"a signed note has at most {MAXIMUM_SIGNATURES} signatures")
    # Two lines of one key, one right and one wrong, would be
    # read differently by different verifiers.
    found = {line.signer: line for line in map(SignatureLine.parse, lines)}
    if len(found) != len(lines):
        raise BadNote("a key signed the note twice")
    return tuple(found.values())


def verifies(text: str, line: SignatureLine, key: VerifierKey) -> bool:
    """Return whether a signature line is this key's and right for the text."""
    # By name and id together: signed-note ignores lines that share only one of them.
    if line.signer != (key.name, key.key_id):
        return False
    # Before the time is cut off: a shorter one would be read as a time and the rest of a signature.
    if len(line.signature) != _SIGNATURE_LENGTH[key.kind]:
        return False
    if key.kind == ED25519:
        return signed_by(key.key, line.signature, text.encode())
    time = int.from_bytes(line.signature[:8], "big")
    return time <= MAXIMUM_TIME and signed_by(key.key, line.signature[8:], _cosigned(text, time))


def _cosigned(text: str, time: int) -> bytes:
    # The first line keeps a cosignature from ever being an author's signature over the same text
    # (tlog-cosignature, Ed25519 signed message).
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def sign(text: str, name: str, key: Ed25519PrivateKey) -> SignatureLine:
    """Sign a text as its author."""
    verifier = VerifierKey(name, ED25519, key.public_key().public_bytes_raw())
    return SignatureLine(name, verifier.key_id, key.sign(text.encode()))


def cosign(text: str, name: str, key: Ed25519PrivateKey, time: int) -> SignatureLine:
    """Cosign a text at a POSIX time: a statement that it was checked."""
    verifier = VerifierKey(name, COSIGNATURE, key.public_key().public_bytes_raw())
    stamped = time.to_bytes(8, "big") + key.sign(_cosigned(text, time))
    return SignatureLine(name, verifier.key_id, stamped)

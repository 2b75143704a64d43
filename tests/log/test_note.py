"""Signed notes and verifier keys: published examples, and every mutation of a good input."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.log.note import (
    COSIGNATURE,
    ED25519,
    MAXIMUM_SIGNATURES,
    BadNote,
    Note,
    SignatureLine,
    VerifierKey,
    cosign,
    sign,
    verifies,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# The example of the documentation of Go's golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.
"""
PETERS_LINE = "— PeterNeumann \
x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCHS_LINE = "— EnochRoot \
rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

# A checkpoint of a public certificate log, with its own signatures and those of witnesses.
PUBLIC = """\
arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev \
zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon\
5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev \
ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— remora.n621.de \
2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0D\
rAWfBw==
"""
PUBLIC_KEYS = {
    "the log's own key, type 0x01": "arche2025h1.staging.ct.transparency.dev+ba2f06c0+"
    "AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f",
    "a witness's key, type 0x04": "remora.n621.de+da77ade7+"
    "BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
}


def test_the_example_of_go_is_made_again() -> None:
    """Signing Go's text with Go's keys gives Go's note."""
    peter = Ed25519PrivateKey.from_private_bytes(base64.b64decode(PETERS_SECRET)[1:])
    enoch = Ed25519PrivateKey.from_private_bytes(bytes(32))
    note = Note(TEXT, (sign(TEXT, "PeterNeumann", peter),))
    assert str(note) == TEXT + "\n" + PETERS_LINE
    both = note.with_signature(sign(TEXT, "EnochRoot", enoch))
    assert str(both) == TEXT + "\n" + PETERS_LINE + ENOCHS_LINE


def test_the_example_of_go_verifies() -> None:
    """Both keys of Go's example verify its note, and each only its own line."""
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    note = Note.parse((TEXT + "\n" + PETERS_LINE).encode())
    assert note.verified_by(peter)
    assert not note.verified_by(enoch)
    assert Note.parse((TEXT + "\n" + PETERS_LINE + ENOCHS_LINE).encode()).verified_by(enoch)


@pytest.mark.parametrize("who", PUBLIC_KEYS)
def test_a_checkpoint_of_a_public_log_verifies(who: str) -> None:
    """A checkpoint made by others verifies under their keys, and changed it does not."""
    key = VerifierKey.parse(PUBLIC_KEYS[who])
    assert str(Note.parse(PUBLIC.encode())) == PUBLIC
    assert Note.parse(PUBLIC.encode()).verified_by(key)
    assert not Note.parse(PUBLIC.replace("32\n", "33\n", 1).encode()).verified_by(key)


@pytest.mark.parametrize("text", [PETER, ENOCH, *PUBLIC_KEYS.values()])
def test_a_verifier_key_is_written_as_it_was_read(text: str) -> None:
    """Published keys of both types come out as they went in."""
    assert str(VerifierKey.parse(text)) == text


def mutations(good: bytes) -> Iterator[bytes]:
    """Yield every input that differs in one byte changed, dropped, doubled or put in."""
    for at, byte in enumerate(good):
        before, after = good[:at], good[at + 1 :]
        yield before + after
        if good[at : at + 2] != bytes([byte, byte]):
            yield before + bytes([byte, byte]) + after
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, 0, 0x0A, 0x20, 0x2B, 0x3D, 0x41}:
            if other != byte:
                yield before + bytes([other]) + after
    yield from (good + extra for extra in (b"\n", b" ", b"=", b"A", b"\x00"))


@pytest.mark.parametrize("text", [PETER, PUBLIC_KEYS["a witness's key, type 0x04"]])
def test_every_mutation_of_a_verifier_key_is_refused(text: str) -> None:
    """No key that differs in one byte is taken: the id covers all of it."""
    for changed in mutations(text.encode()):
        with pytest.raises(BadNote):
            VerifierKey.parse(changed.decode("utf-8", "replace"))


def test_every_mutation_of_a_note_is_refused() -> None:
    """No note that differs in one byte from one with a single signature verifies."""
    key = VerifierKey.parse(PETER)
    for changed in mutations((TEXT + "\n" + PETERS_LINE).encode()):
        assert not opens(changed, key), changed


def opens(data: bytes, key: VerifierKey) -> bool:
    """Return whether a note can be read and verifies."""
    try:
        return Note.parse(data).verified_by(key)
    except BadNote:
        return False


BAD_KEYS = {
    "nothing": "",
    "no id": "PeterNeumann+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "no name": PETER.removeprefix("PeterNeumann"),
    "a name with a space": PETER.replace("PeterNeumann", "Peter Neumann"),
    "a name with a space that is not ASCII": PETER.replace("PeterNeumann", "Peter\u2003Neumann"),
    "the id in capitals": PETER.replace("c74f20a3", "C74F20A3"),
    "the id of another name": PETER.replace("PeterNeumann", "PeterNeuman"),
    "a type that is not known": str(VerifierKey("PeterNeumann", 2, bytes(32))),
    "a key too short": str(VerifierKey("PeterNeumann", ED25519, bytes(31))),
    "a key too long": str(VerifierKey("PeterNeumann", ED25519, bytes(33))),
    "no key material": "PeterNeumann+c74f20a3+",
    "a newline at the end": PETER + "\n",
}


@pytest.mark.parametrize("wrong", BAD_KEYS)
def test_a_bad_verifier_key_is_refused(wrong: str) -> None:
    """A verifier key in any but its one spelling is refused."""
    with pytest.raises(BadNote):
        VerifierKey.parse(BAD_KEYS[wrong])


GOOD = TEXT + "\n" + PETERS_LINE
BAD_NOTES = {
    "nothing": b"",
    "no signature": TEXT.encode(),
    "an empty line and no signature": (TEXT + "\n").encode(),
    "no newline at the end": GOOD[:-1].encode(),
    "a carriage return": GOOD.replace("\n", "\r\n").encode(),
    "a control character": GOOD.replace("If", "I\x07f").encode(),
    "not UTF-8": GOOD.encode().replace(b"If", b"\xff"),
    "a line after the signatures": (GOOD + "more\n").encode(),
    "a hyphen for the em dash": GOOD.replace("—", "-").encode(),
    "two spaces": GOOD.replace("— ", "—  ").encode(),
    "base64 without padding": GOOD.replace("=\n", "\n").encode(),
    "base64 with bits left over": GOOD.replace("nAM=", "nAN=").encode(),
    "a signature of no bytes": (TEXT + "\n— PeterNeumann x08gow==\n").encode(),
    "the same signature twice": (GOOD + PETERS_LINE).encode(),
    "a note too long": (TEXT * 20_000 + "\n" + PETERS_LINE).encode(),
    "too many signatures": (
        TEXT + "\n" + "".join(f"{SignatureLine(f'n{i}', bytes(4), b'x')}\n" for i in range(101))
    ).encode(),
}


@pytest.mark.parametrize("wrong", BAD_NOTES)
def test_a_bad_note_is_refused(wrong: str) -> None:
    """What is no signed note in its one spelling is refused."""
    with pytest.raises(BadNote):
        Note.parse(BAD_NOTES[wrong])


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    """As many signatures as are allowed, of keys nobody knows, leave the known one valid."""
    others = [SignatureLine(f"n{i}", bytes(4), b"x") for i in range(MAXIMUM_SIGNATURES - 1)]
    note = Note.parse((GOOD + "".join(f"{line}\n" for line in others)).encode())
    assert note.verified_by(VerifierKey.parse(PETER))


def test_cosignatures_stand_in_order_and_once(
    key: Ed25519PrivateKey, scrutineer: Ed25519PrivateKey
) -> None:
    """In whatever order and how often cosignatures are added, the note comes out the same."""
    note = Note(TEXT, (sign(TEXT, "z/log", key),))
    first, second = (cosign(TEXT, f"z/log/{n}", scrutineer, 1) for n in (1, 2))
    both = note.with_signature(first).with_signature(second)
    assert [line.name for line in both.signatures] == ["z/log", "z/log/1", "z/log/2"]
    assert note.with_signature(second).with_signature(first) == both
    assert both.with_signature(first).with_signature(second) == both
    later = cosign(TEXT, "z/log/1", scrutineer, 2)
    assert both.with_signature(later).signatures[1] == later


def test_a_cosignature_holds_for_its_text_time_type_and_name(
    scrutineer: Ed25519PrivateKey,
) -> None:
    """Another text, time, key type or name, or a time beyond 63 bits, does not verify."""
    public = scrutineer.public_key().public_bytes_raw()
    known = VerifierKey("a", COSIGNATURE, public)
    line = cosign(TEXT, "a", scrutineer, 1790334000)
    assert verifies(TEXT, line, known)
    assert not verifies(TEXT + "x\n", line, known)
    moved = SignatureLine("a", line.key_id, bytes(8) + line.signature[8:])
    assert not verifies(TEXT, moved, known)
    assert not verifies(TEXT, line, VerifierKey("a", ED25519, public))
    assert not verifies(TEXT, line, VerifierKey("b", COSIGNATURE, public))
    assert not verifies(TEXT, cosign(TEXT, "a", scrutineer, 2**63), known)
    assert not verifies(TEXT, SignatureLine("a", line.key_id, line.signature[:-1]), known)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_refused(data: bytes) -> None:
    """Whatever the bytes, they are refused or written again as they were."""
    for whole in (data, TEXT.encode() + data, (TEXT + "\n— a ").encode() + data):
        try:
            note = Note.parse(whole)
        except BadNote:
            continue
        assert str(note).encode() == whole

"""Checkpoints and receipts: what is signed, what is proved, and every mutation refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.log.checkpoint import Head, Receipt, read_checkpoint
from ccin_vote.log.merkle import Tree
from ccin_vote.log.note import ED25519, BadNote, Note, VerifierKey, sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LINES = [b'{"line":1}', b'{"line":2}', b'{"line":3}']
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.fixture
def verifier(key: Ed25519PrivateKey) -> VerifierKey:
    """Return the officer's verifier key."""
    return VerifierKey("ccin-vote/x", ED25519, key.public_key().public_bytes_raw())


@pytest.fixture
def receipt(key: Ed25519PrivateKey) -> Receipt:
    """Return the receipt of the second of three lines."""
    tree = Tree()
    for line in LINES:
        tree.append(line)
    text = str(Head("ccin-vote/x", 3, tree.root()))
    note = Note(text, (sign(text, "ccin-vote/x", key),))
    return Receipt(1, tuple(tree.inclusion_proof(1)), str(note))


def test_the_text_of_the_specification_is_read_and_written() -> None:
    """The example in C2SP tlog-checkpoint is read, and written again as it is."""
    text = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"
    head = Head.parse(text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert str(head) == text


BAD_HEADS = {
    "nothing": "",
    "no newline at the end": f"a\n1\n{ROOT}",
    "no origin": f"\n1\n{ROOT}\n",
    "no size": f"a\n\n{ROOT}\n",
    "a size with a leading zero": f"a\n01\n{ROOT}\n",
    "a size with a sign": f"a\n+1\n{ROOT}\n",
    "a negative size": f"a\n-1\n{ROOT}\n",
    "a size in other digits": f"a\n\u0661\n{ROOT}\n",
    "a size with a separator": f"a\n1_0\n{ROOT}\n",
    "a size longer than any log": f"a\n{'9' * 19}\n{ROOT}\n",
    "a size of five thousand digits": f"a\n{'9' * 5000}\n{ROOT}\n",
    "a root too short": "a\n1\nAAAA\n",
    "a root without padding": f"a\n1\n{ROOT[:-1]}\n",
    "a root in base64url": f"a\n1\n{ROOT.replace('/', '_')}\n",
    "an extension line": f"a\n1\n{ROOT}\nmore\n",
    "an empty line after": f"a\n1\n{ROOT}\n\n",
}


@pytest.mark.parametrize("wrong", BAD_HEADS)
def test_a_bad_head_is_refused(wrong: str) -> None:
    """A checkpoint's text in any but its one spelling is refused."""
    with pytest.raises(BadNote):
        Head.parse(BAD_HEADS[wrong])


def test_a_checkpoint_of_another_election_is_refused(
    receipt: Receipt, key: Ed25519PrivateKey
) -> None:
    """The same officer's checkpoint of another election is refused, and so is another key's."""
    data = receipt.checkpoint.encode()
    with pytest.raises(BadNote, match="another election"):
        read_checkpoint(
            data, VerifierKey("ccin-vote/y", ED25519, key.public_key().public_bytes_raw())
        )
    with pytest.raises(BadNote, match="signature does not verify"):
        read_checkpoint(data, VerifierKey("ccin-vote/x", ED25519, bytes(32)))


def test_a_receipt_proves_its_line_and_no_other(receipt: Receipt, verifier: VerifierKey) -> None:
    """The receipt is read as it was written, and proves the one line."""
    again = Receipt.parse(str(receipt).encode())
    assert again == receipt
    assert [again.proves(line, verifier) for line in LINES] == [False, True, False]


def mutations(good: bytes) -> Iterator[bytes]:
    """Yield every input that differs in one byte changed, dropped or doubled, and some longer."""
    for at, byte in enumerate(good):
        before, after = good[:at], good[at + 1 :]
        yield before + after
        yield before + bytes([byte, byte]) + after
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, 0x0A, 0x30, 0x3D} - {byte}:
            yield before + bytes([other]) + after
    yield from (good + b"\n", b"\n" + good)


def test_every_mutation_of_a_checkpoint_is_refused(receipt: Receipt, verifier: VerifierKey) -> None:
    """No checkpoint that differs in one byte is taken."""
    good = receipt.checkpoint.encode()
    read_checkpoint(good, verifier)
    for changed in mutations(good):
        if changed != good:
            with pytest.raises(BadNote):
                read_checkpoint(changed, verifier)


def test_every_mutation_of_a_receipt_is_refused(receipt: Receipt, verifier: VerifierKey) -> None:
    """No receipt that differs in one byte proves the line."""
    good = str(receipt).encode()
    assert proves(good, verifier)
    for changed in mutations(good):
        assert changed == good or not proves(changed, verifier), changed


def proves(data: bytes, verifier: VerifierKey) -> bool:
    """Return whether a receipt can be read and proves the second line."""
    try:
        return Receipt.parse(data).proves(LINES[1], verifier)
    except BadNote:
        return False


HEADER = "c2sp.org/tlog-proof@v1\n"
BAD_RECEIPTS = {
    "nothing": "",
    "only a header": HEADER,
    "no index": f"{HEADER}\na\n",
    "an index that is not named": f"{HEADER}1\n\na\n",
    "an index with a leading zero": f"{HEADER}index 01\n\na\n",
    "an index of five thousand digits": f"{HEADER}index {'9' * 5000}\n\na\n",
    "a hash too short": f"{HEADER}index 1\nAAAA\n\na\n",
    "extra data, which this tool does not write": f"{HEADER}extra AAAA\nindex 1\n\na\n",
    "another version": f"c2sp.org/tlog-proof@v2\nindex 1\n{ROOT}\n\na\n",
    "more hashes than any proof has": f"{HEADER}index 1\n{(ROOT + chr(10)) * 64}\na\n",
}


@pytest.mark.parametrize("wrong", BAD_RECEIPTS)
def test_a_bad_receipt_is_refused(wrong: str) -> None:
    """What is no receipt in its one spelling is refused."""
    with pytest.raises(BadNote):
        Receipt.parse(BAD_RECEIPTS[wrong].encode())


@given(st.binary(max_size=100))
def test_any_bytes_are_a_receipt_or_refused(data: bytes) -> None:
    """Whatever the bytes, they are refused or written again as they were."""
    for whole in (data, f"{HEADER}index 0\n".encode() + data):
        try:
            receipt = Receipt.parse(whole)
        except BadNote:
            continue
        assert str(receipt).encode() == whole

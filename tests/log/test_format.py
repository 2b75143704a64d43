"""The package's docstring: its worked example, made again from keys and events."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import ccin_vote.log
from ccin_vote.log.checkpoint import Head, Receipt, read_checkpoint, scrutineer_name
from ccin_vote.log.events import IncidentNoted, PollClosed, event_to_line
from ccin_vote.log.merkle import Tree, leaf_hash
from ccin_vote.log.note import COSIGNATURE, ED25519, Note, VerifierKey, cosign, sign

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ELECTION = "seat-00112233445566778899aabbccddeeff"
LINES = [
    event_to_line(IncidentNoted(type="incident.noted", text="The first line.")),
    event_to_line(
        PollClosed(
            type="poll.closed", time="2026-09-25T11:00:04Z", scheduled="2026-09-25T11:00:00Z"
        )
    ),
]


def blocks() -> list[str]:
    """Return the docstring's indented blocks, each ending in a newline."""
    text = inspect.getdoc(ccin_vote.log) or ""
    found = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}—))+", text, flags=re.MULTILINE)
    return [re.sub("^ {4}", "", block, flags=re.MULTILINE) for block in found]


def tree() -> Tree:
    """Return the tree of the example."""
    made = Tree()
    for line in LINES:
        made.append(line)
    return made


def checkpoint(key: Ed25519PrivateKey, scrutineer: Ed25519PrivateKey, origin: str) -> str:
    """Return the example's cosigned checkpoint."""
    text = str(Head(origin, 2, tree().root()))
    cosignature = cosign(text, scrutineer_name(ELECTION, 1), scrutineer, 1790334000)
    return str(Note(text, (sign(text, origin, key),)).with_signature(cosignature))


def test_the_lines_and_hashes_of_the_example() -> None:
    """The two events, their leaf hashes and the root are as printed."""
    lines, leaves, root = blocks()[:3]
    assert lines.encode() == b"".join(line + b"\n" for line in LINES)
    assert leaves.split() == [leaf_hash(line).hex() for line in LINES]
    assert root.split() == [tree().root().hex()]


def test_the_keys_of_the_example(
    key: Ed25519PrivateKey, scrutineer: Ed25519PrivateKey, origin: str
) -> None:
    """The verifier keys follow from the secret keys and the names."""
    officer, other = (VerifierKey.parse(block.strip()) for block in blocks()[3:5])
    assert officer == VerifierKey(origin, ED25519, key.public_key().public_bytes_raw())
    assert other == VerifierKey(
        scrutineer_name(ELECTION, 1), COSIGNATURE, scrutineer.public_key().public_bytes_raw()
    )


def test_the_checkpoint_of_the_example(
    key: Ed25519PrivateKey, scrutineer: Ed25519PrivateKey, origin: str
) -> None:
    """The checkpoint is made again byte for byte, and both keys verify it."""
    printed = blocks()[5]
    assert printed == checkpoint(key, scrutineer, origin)
    officer, other = (VerifierKey.parse(block.strip()) for block in blocks()[3:5])
    head, note = read_checkpoint(printed.encode(), officer)
    assert head == Head(origin, 2, tree().root())
    assert note.verified_by(other)


def test_the_receipt_of_the_example(
    key: Ed25519PrivateKey, scrutineer: Ed25519PrivateKey, origin: str
) -> None:
    """The printed beginning, an empty line and the checkpoint are a receipt that verifies."""
    signed = checkpoint(key, scrutineer, origin)
    receipt = Receipt(1, tuple(tree().inclusion_proof(1)), signed)
    assert str(receipt) == blocks()[6] + "\n" + signed
    assert receipt.proves(LINES[1], VerifierKey.parse(blocks()[3].strip()))

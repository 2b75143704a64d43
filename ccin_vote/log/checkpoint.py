"""Checkpoints and receipts: C2SP `tlog-checkpoint` and `tlog-proof`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ccin_vote.log.merkle import leaf_hash, root_from_inclusion
from ccin_vote.log.note import BadNote, Note, VerifierKey, from_base64, to_base64

_PROOF = "c2sp.org/tlog-proof@v1"
_INDEX = "index "
_HASH = 32
# C2SP tlog-checkpoint: ASCII decimal without leading zeros. 18 digits are more than any log has,
# and `int` is never given megabytes of them.
_NUMBER = re.compile("0|[1-9][0-9]{0,17}")
_LONGEST_PROOF = 64


def origin_of(election: str) -> str:
    """Return the origin and key name of an election's log."""
    # Key name and origin are the same, as tlog-checkpoint advises. The election id has 128 random
    # bits, so no head of one election can be shown as that of another.
    return f"ccin-vote/{election}"


def scrutineer_name(election: str, number: int) -> str:
    """Return the key name under which scrutineer ``number``, from 1, cosigns."""
    # Its own name for each: an Ed25519 cosignature does not sign its signer's name
    # (tlog-cosignature), so name and key must not be shared.
    return f"{origin_of(election)}/scrutineer-{number}"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a log: origin, number of lines, root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """Return the checkpoint's text: three lines."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read a checkpoint's text.

        Raises:
            BadNote: it is none, or not in its one canonical spelling.
        """
        lines = text.split("\n")
        # tlog-checkpoint allows further lines but advises against them, as nobody can audit them;
        # this log never writes any, so they are refused.
        if len(lines) != 4 or lines[3] or not lines[0]:  # noqa: PLR2004  (three lines and an end)
            raise BadNote("a checkpoint has three lines: origin, size, root")
        return cls(lines[0], _number(lines[1]), _hash(lines[2]))


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise BadNote("a size or an index is no number in its one spelling")
    return int(text)


def _hash(text: str) -> bytes:
    data = from_base64(text)
    if len(data) != _HASH:
        raise BadNote("a hash is not 32 bytes")
    return data


def read_checkpoint(data: bytes, key: VerifierKey) -> tuple[Head, Note]:
    """Read a checkpoint that this key signed.

    Raises:
        BadNote: it is none, is of another log, or the signature does not verify.
    """
    note = Note.parse(data)
    head = Head.parse(note.text)
    # Before the signature: a note of another log may be signed rightly and is still the wrong
    # one (tlog-proof, verification, step 2).
    if head.origin != key.name:
        raise BadNote("the checkpoint is of another election")
    if not note.verified_by(key):
        raise BadNote("the officer's signature does not verify")
    return head, note


@dataclass(frozen=True, slots=True)
class Receipt:
    """A proof that line ``index`` (from 0) is in the log whose head ``checkpoint`` signs."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        """Return the receipt's text."""
        lines = [_PROOF, f"{_INDEX}{self.index}", *(to_base64(digest) for digest in self.proof), ""]
        return "\n".join(lines) + "\n" + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> Receipt:
        """Read a receipt.

        Raises:
            BadNote: it is none.
        """
        try:
            proof, blank, checkpoint = data.decode("utf-8").partition("\n\n")
        except UnicodeDecodeError as error:
            raise BadNote("not UTF-8") from error
        lines = proof.split("\n")
        # tlog-proof allows an `extra` line behind this one; nothing vouches
        # for it, and receipts here have none.
        if not blank or lines[0] != _PROOF:
            raise BadNote(f"a receipt starts with {_PROOF}")
        if len(lines) < 2 or not lines[1].startswith(_INDEX):  # noqa: PLR2004  (name and index)
            raise BadNote("the receipt has no index")
        # A size of 18 digits has no path of more than 60 hashes; the
        # length is looked at before any is decoded.
        if len(lines) > _LONGEST_PROOF:
            raise BadNote("the receipt is longer than any proof")
        hashes = tuple(_hash(line) for line in lines[2:])
        return cls(_number(lines[1].removeprefix(_INDEX)), hashes, checkpoint)

    def proves(self, line: bytes, key: VerifierKey) -> bool:
        """Return whether the receipt proves that ``line`` stands in the log of this key.

        Raises:
            BadNote: the checkpoint inside does not verify.
        """
        # The root comes from the signed head and the leaf from the voter's own line; the
        # receipt adds only the path between. Cosignatures are not asked for here: a
        # receipt is given before anyone cosigned.
        head, _ = read_checkpoint(self.checkpoint.encode(), key)
        found = root_from_inclusion(self.index, head.size, leaf_hash(line), self.proof)
        return found == head.root

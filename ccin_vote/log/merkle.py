"""The Merkle tree of the log: RFC 6962 section 2.1, RFC 9162 section 2.1; SHA-256.

A leaf is hashed behind a zero byte, a node behind a one, so that neither can pass for the other.
The lines of the log, each without its newline, are the leaves.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree that keeps only the roots of its full subtrees."""

    def __init__(self) -> None:
        """Start with no leaf."""
        self.size = 0
        self._full: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf, given by its data."""
        self.append_hash(leaf_hash(leaf))

    def append_hash(self, digest: bytes) -> None:
        """Add one leaf, given by its hash."""
        size = self.size
        while size & 1:
            digest = node_hash(self._full.pop(), digest)
            size >>= 1
        self._full.append(digest)
        self.size += 1

    def root(self) -> bytes:
        """Give the root of all leaves so far."""
        if not self._full:
            return EMPTY
        digest = self._full[-1]
        for left in reversed(self._full[:-1]):
            digest = node_hash(left, digest)
        return digest


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root of leaves given by their data."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _root(hashes: Sequence[bytes]) -> bytes:
    tree = Tree()
    for digest in hashes:
        tree.append_hash(digest)
    return tree.root()


def _split(size: int) -> int:
    """Give the largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Prove that leaf ``index`` is in the tree of these leaf hashes (RFC 6962, 2.1.1).

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(hashes):
        raise IndexError("no such leaf")
    if len(hashes) == 1:
        return []
    middle = _split(len(hashes))
    left, right = hashes[:middle], hashes[middle:]
    if index < middle:
        return [*inclusion_proof(index, left), _root(right)]
    return [*inclusion_proof(index - middle, right), _root(left)]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Give the root that a proof leads to (RFC 9162, 2.1.3.2); None if it has a wrong length."""
    if not 0 <= index < size:
        return None
    at, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            digest = node_hash(sibling, digest)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        at, last = at >> 1, last >> 1
    return digest if last == 0 else None

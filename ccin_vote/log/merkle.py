"""The Merkle tree of the log: RFC 6962 section 2.1, RFC 9162 section 2.1; SHA-256.

A leaf is hashed behind a zero byte, a node behind a one, so that neither can pass for the other.
The lines of the log, each without its newline, are the leaves.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# RFC 6962, section 2.1: the hash of no leaves is the hash of the empty string.
EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf."""
    # RFC 9162, section 2.1.1: without the two prefixes, a line made of two hashes could be shown as
    # a node, or a node as a line, under the same root.
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree: appending, a root and a proof each take time logarithmic in its size."""

    def __init__(self, rows: Iterable[list[bytes]] = ()) -> None:
        """Start with no leaf; row ``k`` will hold the hashes of full subtrees of 2**k leaves."""
        self._rows = [*rows] or [[]]

    def copy(self) -> Tree:
        """Return a tree of the same leaves that grows by itself."""
        return Tree(row.copy() for row in self._rows)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._rows[0])

    @property
    def leaf_hashes(self) -> Sequence[bytes]:
        """The hash of each leaf, in order."""
        return self._rows[0]

    def append(self, leaf: bytes) -> None:
        """Add one leaf, given by its data."""
        self.append_hash(leaf_hash(leaf))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add very many leaves, given by their data: row after row."""
        # The same hashes as by `append`, made row by row: a million calls from C instead of
        # Python's loop for each leaf and its path.
        row = self._rows[0]
        row.extend(map(leaf_hash, leaves))
        for level in count(1):
            pairs = len(row) // 2
            if not pairs:
                return
            if level == len(self._rows):
                self._rows.append([])
            above = self._rows[level]
            # Only full pairs that have no parent yet; a last single node waits for its sibling.
            new = slice(2 * len(above), 2 * pairs)
            above.extend(map(node_hash, row[new][::2], row[new][1::2]))
            row = above

    def append_hash(self, digest: bytes) -> None:
        """Add one leaf, given by its hash."""
        for row in self._rows:
            # Every full subtree is hashed once and kept, two hashes a leaf in all: so the root at
            # any earlier size, which recovery and verification ask for, costs a few hashes.
            row.append(digest)
            if len(row) % 2:
                return
            digest = node_hash(row[-2], row[-1])
        self._rows.append([digest])

    def root(self, size: int | None = None) -> bytes:
        """Return the root of all leaves, or of the first ``size``.

        Raises:
            IndexError: there are not so many leaves.
        """
        size = self.size if size is None else size
        if not 0 <= size <= self.size:
            raise IndexError("not so many leaves")
        return self._subtree(0, size) if size else EMPTY

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Prove that leaf ``index``, from 0, is in the tree (RFC 6962, 2.1.1).

        Raises:
            IndexError: there is no such leaf.
        """
        if not 0 <= index < self.size:
            raise IndexError("no such leaf")
        start, end, proof = 0, self.size, []
        # RFC 6962, section 2.1.1, from the root down; reversed in
        # the end, as a proof starts at the leaf.
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._subtree(middle, end))
                end = middle
            else:
                proof.append(self._subtree(start, middle))
                start = middle
        return proof[::-1]

    def consistency_proof(self, old: int) -> list[bytes]:
        """Prove that the tree of the first ``old`` leaves only grew (RFC 6962, 2.1.2).

        Raises:
            IndexError: there was no such tree, or it was empty.
        """
        if not 0 < old <= self.size:
            raise IndexError("no such tree")
        start, end, proof = 0, self.size, []
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._subtree(middle, end))
                end = middle
            else:
                proof.append(self._subtree(start, middle))
                start = middle
        # RFC 6962, section 2.1.2: a verifier knows the old root, so it is left out where
        # it is a whole subtree of the new tree.
        if start:
            proof.append(self._subtree(start, end))
        return proof[::-1]

    def _subtree(self, start: int, end: int) -> bytes:
        """Hash the leaves of a range whose start is a multiple of its size's next power of two."""
        count = end - start
        # A full subtree is in its row; only the right edge of the tree is hashed anew.
        if count & (count - 1) == 0:
            row = count.bit_length() - 1
            return self._rows[row][start >> row]
        middle = start + _split(count)
        return node_hash(self._subtree(start, middle), self._subtree(middle, end))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of leaves given by their data."""
    tree = Tree()
    tree.extend(leaves)
    return tree.root()


def _split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    # RFC 6962, section 2.1: k is the largest power of two smaller than n, not equal to it.
    return 1 << (size - 1).bit_length() - 1


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof leads to (RFC 9162, 2.1.3.2); None if it has a wrong length."""
    if not 0 <= index < size:
        return None
    at, last, digest = index, size - 1, leaf
    for sibling in proof:
        # RFC 9162, section 2.1.3.2: a proof that goes on above the root is
        # refused, or hashes could be appended to it.
        if last == 0:
            return None
        if at & 1 or at == last:
            digest = node_hash(sibling, digest)
            at, last = _up_to_right_child(at, last)
        else:
            digest = node_hash(digest, sibling)
        at, last = at >> 1, last >> 1
    # A proof that ends below the root proves nothing. The caller compares with a signed root.
    return digest if last == 0 else None


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that the old tree only grew into the new (RFC 9162, 2.1.4.2).

    A tree is given as its number of leaves and its root. Nothing is consistent with no leaves.
    """
    # RFC 9162, section 2.1.4.2, is for 0 < old < new: equal sizes need equal roots and no proof.
    # With an empty log everything is consistent, so that it would show nothing.
    if old[0] == new[0]:
        return old == new and old[0] > 0 and not proof
    if not 0 < old[0] < new[0]:
        return False
    at, last = old[0] - 1, new[0] - 1
    # A full old tree is itself the first node of the path, and was left out of the proof.
    path = [old[1], *proof] if old[0] & at == 0 else list(proof)
    while at & 1:
        at, last = at >> 1, last >> 1
    if not path:
        return False
    before = after = path[0]
    for digest in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(digest, before), node_hash(digest, after)
            at, last = _up_to_right_child(at, last)
        else:
            after = node_hash(after, digest)
        at, last = at >> 1, last >> 1
    # Both roots are rebuilt from one list of nodes: that, and not the new root alone, shows
    # that the old leaves are still there.
    return (before, after) == (old[1], new[1]) and last == 0


def _up_to_right_child(at: int, last: int) -> tuple[int, int]:
    """Climb to where the node is a right child: levels at which it has no sibling are skipped."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last

"""The tree: the published values of certificate transparency, and the laws of proofs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccin_vote.log.merkle import (
    Tree,
    is_consistent,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_of,
)

# The test data of the certificate-transparency project, in which later logs share.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def tree_of(leaves: list[bytes]) -> Tree:
    """Return the tree of some leaves."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree


def literal_root(leaves: list[bytes]) -> bytes:
    """Return a root as RFC 6962 section 2.1 defines it, word for word."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = max(1 << k for k in range(20) if 1 << k < len(leaves))
    return node_hash(literal_root(leaves[:split]), literal_root(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    """The first leaves of the published data have the published root."""
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]
    assert tree_of(LEAVES).root(size).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int) -> None:
    """The proofs are those published, and lead to the published roots."""
    proof = tree_of(LEAVES[:size]).inclusion_proof(index)
    assert [digest.hex() for digest in proof] == INCLUSION[index, size]
    root = root_from_inclusion(index, size, leaf_hash(LEAVES[index]), proof)
    assert root == bytes.fromhex(ROOTS[size])


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int) -> None:
    """The proofs are those published, and join the published roots."""
    proof = tree_of(LEAVES[:new]).consistency_proof(old)
    assert [digest.hex() for digest in proof] == CONSISTENCY[old, new]
    first, second = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert is_consistent((old, first), (new, second), proof)


@pytest.mark.parametrize("size", range(1, 40))
def test_every_leaf_of_a_small_tree_is_proved(size: int) -> None:
    """Each leaf's proof leads to the root, and at no other index or size does it."""
    leaves = [bytes([number]) for number in range(size)]
    tree, root = tree_of(leaves), literal_root(leaves)
    assert tree.root() == root
    for index, leaf in enumerate(leaves):
        proof = tree.inclusion_proof(index)
        assert root_from_inclusion(index, size, leaf_hash(leaf), proof) == root
        for wrong in range(size):
            if wrong != index:
                assert root_from_inclusion(wrong, size, leaf_hash(leaf), proof) != root
        assert root_from_inclusion(index, size, leaf_hash(leaf), [*proof, root]) is None
        if proof:
            assert root_from_inclusion(index, size, leaf_hash(leaf), proof[1:]) is None


@pytest.mark.parametrize("size", range(1, 40))
def test_every_earlier_tree_is_consistent(size: int) -> None:
    """Each earlier tree is proved to have grown into this, and no other tree is."""
    tree = tree_of([bytes([number]) for number in range(size)])
    new = (size, tree.root())
    for old in range(1, size + 1):
        proof = tree.consistency_proof(old)
        root = tree.root(old)
        assert is_consistent((old, root), new, proof)
        assert not is_consistent((old, leaf_hash(root)), new, proof)
        assert not is_consistent((old, root), (size, leaf_hash(root)), proof)
        assert not is_consistent((old, root), new, [*proof, root])
        if proof:
            assert not is_consistent((old, root), new, proof[1:])
            assert not is_consistent((old, root), new, [])


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=300), st.data())
def test_a_proof_with_one_bit_changed_proves_nothing(
    leaves: list[bytes], data: st.DataObject
) -> None:
    """Whichever bit of a proof is changed, it leads elsewhere."""
    tree, size = tree_of(leaves), len(leaves)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    inclusion, consistency = tree.inclusion_proof(index), tree.consistency_proof(old)
    leaf, root = leaf_hash(leaves[index]), tree.root()
    assert root_from_inclusion(index, size, leaf, inclusion) == root
    assert is_consistent((old, tree.root(old)), (size, root), consistency)
    if inclusion:
        assert root_from_inclusion(index, size, leaf, flipped(inclusion, data)) != root
    if consistency:
        assert not is_consistent((old, tree.root(old)), (size, root), flipped(consistency, data))


def flipped(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    """Return a proof with one bit changed."""
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    number = int.from_bytes(proof[at], "big") ^ 1 << bit
    return [*proof[:at], number.to_bytes(32, "big"), *proof[at + 1 :]]


NO_SUCH = {
    "a leaf after the last": lambda tree: tree.inclusion_proof(3),
    "a leaf before the first": lambda tree: tree.inclusion_proof(-1),
    "the growth of a larger tree": lambda tree: tree.consistency_proof(4),
    "the growth of the empty tree": lambda tree: tree.consistency_proof(0),
    "the root of a larger tree": lambda tree: tree.root(4),
}


@pytest.mark.parametrize("what", NO_SUCH)
def test_what_is_not_in_the_tree_has_no_proof(what: str) -> None:
    """Asking for a proof of what is not there is an IndexError."""
    with pytest.raises(IndexError):
        NO_SUCH[what](tree_of(LEAVES[:3]))


def test_nothing_is_consistent_with_an_empty_or_larger_tree() -> None:
    """A tree of no leaves, or of more than the new one, is refused."""
    tree = tree_of(LEAVES)
    assert not is_consistent((0, tree.root(0)), (8, tree.root()), [])
    assert not is_consistent((0, tree.root(0)), (0, tree.root(0)), [])
    assert not is_consistent((8, tree.root()), (5, tree.root(5)), tree.consistency_proof(5))

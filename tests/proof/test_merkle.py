"""RFC 6962 trees: the published vectors, and inclusion proofs that hold for one leaf at one place only."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof import merkle
from copwatch.proof.merkle import Tree, leaf_hash, root, root_from_inclusion, root_of_hashes

# The eight leaves, roots and paths of the reference implementation of RFC 6962 (certificate-transparency,
# merkletree/merkle_tree_test.cc).
LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {
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
TREES = st.lists(st.binary(max_size=40), min_size=1, max_size=40)


def plain_root(leaves):
    """The definition of RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def test_the_empty_tree_is_the_hash_of_nothing():
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of_hashes([]) == root([])


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size):
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_published_paths(index, size):
    assert [node.hex() for node in Tree(LEAVES[:size]).inclusion(index)] == PATHS[index, size]


@given(TREES)
def test_the_root_is_the_one_that_the_text_defines(leaves):
    assert root(leaves) == plain_root(leaves)
    assert root_of_hashes([leaf_hash(leaf) for leaf in leaves]) == plain_root(leaves)


@given(TREES, st.data())
def test_every_proof_verifies(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = Tree(leaves).inclusion(index)
    assert root_from_inclusion(leaves[index], index, len(leaves), path) == root(leaves)


@given(TREES, st.data())
def test_every_altered_proof_does_not(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    leaf, size, path = leaves[index], len(leaves), Tree(leaves).inclusion(index)
    altered = [
        (leaf + b"x", index, size, path),
        (leaf, index, size, [*path, b"\0" * 32]),
        (leaf, -1, size, path),
        (leaf, size, size, path),
        (leaf, index, 0, path),
    ]
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        flipped = bytes([path[at][0] ^ 1]) + path[at][1:]
        altered += [
            (leaf, index, size, path[:-1]),
            (leaf, index, size, path[1:]),
            (leaf, index, size, [*path[:at], flipped, *path[at + 1 :]]),
            (leaf, index, size, [*path[:at], path[at][:-1], *path[at + 1 :]]),
            (leaf, index, size, [*path[:at], path[at] + b"\0", *path[at + 1 :]]),
        ]
    for case in altered:
        assert root_from_inclusion(*case) != root(leaves)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=20, unique=True), st.data())
def test_a_proof_holds_at_its_own_place_only(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1).filter(lambda i: i != index))
    path = Tree(leaves).inclusion(index)
    assert root_from_inclusion(leaves[index], other, len(leaves), path) != root(leaves)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_sibling_of_another_length_is_no_proof_at_all(length):
    assert root_from_inclusion(b"a", 0, 2, [b"x" * 32]) is not None
    assert root_from_inclusion(b"a", 0, 2, [b"x" * length]) is None


def test_an_inner_node_is_no_leaf():
    inner = leaf_hash(b"a") + leaf_hash(b"b")
    assert root_from_inclusion(inner, 0, 1, []) != root([b"a", b"b"])


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index):
    with pytest.raises(IndexError):
        Tree(LEAVES[:3]).inclusion(index)


def test_the_roots_of_all_beginnings_are_found_in_one_pass():
    hashes = [merkle.leaf_hash(bytes([n])) for n in range(40)]
    roots = merkle.roots_of_beginnings(hashes, [*range(41), 41, 10**9])
    assert roots == {n: merkle.root_of_hashes(hashes[:n]) for n in range(41)}
    assert merkle.roots_of_beginnings(hashes, []) == {}

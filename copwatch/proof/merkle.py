"""RFC 6962 Merkle trees over SHA-256: roots and inclusion proofs, as raw 32-byte hashes."""

from collections.abc import Iterable, Sequence

from copwatch.proof.hashing import sha256

DIGEST_SIZE = 32


def leaf_hash(leaf: bytes) -> bytes:
    """H(0x00 ‖ leaf)."""
    return sha256(b"\x00", leaf)


def root(leaves: Sequence[bytes]) -> bytes:
    """The tree hash of raw leaves; H of nothing when there are none (RFC 6962, 2.1)."""
    return root_of_hashes([leaf_hash(leaf) for leaf in leaves])


def root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    """The tree hash of leaves that are hashed already, as entries are by their names."""
    return _subtree(hashes) if hashes else sha256(b"")


def roots_of_beginnings(hashes: Sequence[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """The tree hash of the first n leaves for each n of `sizes`, in one pass; none for what is not that long."""
    wanted, found = {size for size in sizes if size <= len(hashes)}, dict[int, bytes]()
    whole: list[bytes] = []
    for size in range(max(wanted, default=-1) + 1):
        if size:
            whole.append(hashes[size - 1])
            for _ in range((size & -size).bit_length() - 1):
                right = whole.pop()
                whole.append(sha256(b"\x01", whole.pop(), right))
        if size in wanted:
            found[size] = _joined(whole)
    return found


def _joined(whole: Sequence[bytes]) -> bytes:
    """The root over whole subtrees of falling size."""
    if not whole:
        return sha256(b"")
    result = whole[-1]
    for subtree in reversed(whole[:-1]):
        result = sha256(b"\x01", subtree, result)
    return result


class Tree:
    """The hashes of every level over raw leaves, for the audit paths of many of them.

    An odd last node moves up unchanged, which gives RFC 6962's split.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = [leaf_hash(leaf) for leaf in leaves]
        self.size = len(level)
        self._levels = [level]
        while len(level) > 1:
            level = _above(level)
            self._levels.append(level)

    def inclusion(self, index: int) -> list[bytes]:
        """The audit path of the leaf at `index` (RFC 6962, 2.1.1), nearest sibling first. Raises `IndexError`."""
        if not 0 <= index < self.size:
            raise IndexError("no such leaf")
        siblings = (level[index >> n ^ 1 : (index >> n ^ 1) + 1] for n, level in enumerate(self._levels))
        return [sibling for found in siblings for sibling in found]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that `path` gives for the raw `leaf` (RFC 9162, 2.1.3.2); None when the path cannot be one."""
    if not 0 <= index < size:
        return None
    node, last, result = index, size - 1, leaf_hash(leaf)
    for sibling in path:
        if last == 0 or len(sibling) != DIGEST_SIZE:
            return None
        if node % 2 == 1 or node == last:
            result = sha256(b"\x01", sibling, result)
            while node % 2 == 0 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            result = sha256(b"\x01", result, sibling)
        node, last = node >> 1, last >> 1
    return result if last == 0 else None


def _subtree(hashes: Sequence[bytes]) -> bytes:
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def _above(level: list[bytes]) -> list[bytes]:
    pairs = [sha256(b"\x01", level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[len(level) & ~1 :]

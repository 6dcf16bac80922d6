"""The hash of the coded picture and sound alone: the same for a file and its rendition (docs/format.md, "Essence")."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable


class EssenceHash:
    """SHA-256 over the essence of a file that is given from its beginning to its end, in blocks of any length.

    Args:
        essence: where it stands in the file, as (start, length) in bytes, in order and without overlap.
    """

    def __init__(self, essence: Iterable[tuple[int, int]]) -> None:
        self._stretches = [(start, start + length) for start, length in essence if length]
        self._ends = [end for _, end in self._stretches]
        self._state = hashlib.sha256()
        self._at = 0

    def update(self, block: bytes | memoryview) -> None:
        """Takes the next bytes of the file."""
        view, begun = memoryview(block), self._at
        self._at += len(view)
        index = bisect_right(self._ends, begun)
        while index < len(self._stretches) and self._stretches[index][0] < self._at:
            start, end = self._stretches[index]
            self._state.update(view[max(start, begun) - begun : min(end, self._at) - begun])
            index += 1

    def hexdigest(self) -> str:
        """64 lower-case hexadecimal digits. Raises `ValueError` when the file ended before its essence did."""
        if self._ends and self._at < self._ends[-1]:
            raise ValueError("the file was not given to its end")
        return self._state.hexdigest()

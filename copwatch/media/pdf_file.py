"""A PDF as qpdf reads and writes it: piece by piece, out of the source from where its magic stands."""

import io
from typing import TYPE_CHECKING

from copwatch.media.source import BLOCK, Source
from copwatch.placed import Placed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class Behind(Placed):
    """The bytes of a source from a position on, as a file."""

    def __init__(self, source: Source, start: int) -> None:
        super().__init__(source.size - start)
        self._source, self._start = source, start

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """As much as there is: qpdf asks once and takes less for the end."""
        view, at = memoryview(buffer).cast("B"), self._start + self._position
        count = min(len(view), max(0, self.size - self._position))
        for done in range(0, count, BLOCK):
            piece = min(BLOCK, count - done)
            view[done : done + piece] = self._source.read(at + done, piece)
        self._position += count
        return count

    def count(self, word: bytes) -> int:
        """How often a word stands in it."""
        found, at = 0, self._start
        while (at := self._source.find(word, at, self._source.size)) >= 0:
            found, at = found + 1, at + len(word)
        return found


class Against(io.RawIOBase):
    """Takes what is written, and says whether it is what was expected."""

    def __init__(self, expected: bytes) -> None:
        super().__init__()
        self._expected, self._position, self._alike = expected, 0, True

    def writable(self) -> bool:
        """Always true."""
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        """The next bytes."""
        view = memoryview(data).cast("B")
        end = self._position + len(view)
        self._alike = self._alike and self._expected[self._position : end] == view
        self._position = end
        return len(view)

    @property
    def same(self) -> bool:
        """Whether all that was expected was written, and nothing else."""
        return self._alike and self._position == len(self._expected)

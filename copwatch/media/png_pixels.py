"""How many bytes a picture of PNG inflates to, and whether its compressed stream does (third edition, 7, 8, 10)."""

import zlib
from typing import Final, NamedTuple

from copwatch.media.refusal import Damaged, Unsupported

MOST_BYTES: Final = 4 << 30
"""Of a picture; a thousand million points of four bytes."""
_AT_ONCE: Final = 1 << 20
_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples a point, by colour type."""
_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PASSES: Final = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""Adam7: first column, first row, distance of columns, distance of rows."""


class Picture(NamedTuple):
    """What the header says."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def needs_palette(self) -> bool:
        """Whether its points are numbers of colours in a palette."""
        return self.colour == 3

    @property
    def transparency(self) -> range:
        """The lengths that a tRNS chunk may have (11.3.1.1); none where the picture has an alpha channel."""
        return {0: range(2, 3), 2: range(6, 7), 3: range(1, 257)}.get(self.colour, range(0))

    def inflated(self, width: int, height: int) -> int:
        """Bytes of a frame of that size before compression: each row has its filter and then its points."""
        if not self.interlaced:
            return self._rows(width, height)
        return sum(
            self._rows((width - left + across - 1) // across, (height - top + down - 1) // down)
            for left, top, across, down in _PASSES
        )

    def _rows(self, width: int, height: int) -> int:
        if width <= 0 or height <= 0:
            return 0
        return height * (1 + (width * self.depth * _SAMPLES[self.colour] + 7) // 8)


def picture(header: bytes, offset: int) -> Picture:
    """The content of IHDR, 13 bytes. Raises `CannotClean` when a decoder could not read the picture."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, compression, filters, interlace = header[8:]
    if not 0 < width < 1 << 31 or not 0 < height < 1 << 31 or depth not in _DEPTHS.get(colour, ()):
        raise Damaged("the header of the picture makes no sense", offset)
    if compression or filters or interlace > 1:
        raise Unsupported("a PNG file of a kind that is not in the standard", offset)
    return Picture(width, height, depth, colour, bool(interlace))


class Stream:
    """The zlib stream of one frame, inflated as it comes and thrown away, in constant memory."""

    def __init__(self, frame: Picture, width: int, height: int, offset: int) -> None:
        self._wanted = frame.inflated(width, height)
        self._made = 0
        self._state = zlib.decompressobj()
        if self._wanted > MOST_BYTES:
            raise Unsupported("a picture that is larger than any camera takes", offset)

    @property
    def complete(self) -> bool:
        """Whether the whole frame is there. Decoders do not ask for the end of the stream after the last row."""
        return self._made == self._wanted

    def feed(self, block: bytes, offset: int) -> int:
        """How many of these bytes belong to the stream.

        Raises:
            Damaged: it is no stream, or it holds more or less than the frame.
        """
        data = block
        while not self._state.eof:
            limit = min(_AT_ONCE, self._wanted - self._made + 1)
            try:
                made = len(self._state.decompress(data, limit))
            except zlib.error:
                raise Damaged("the compressed picture is damaged", offset) from None
            self._made += made
            data = self._state.unconsumed_tail
            if self._made > self._wanted:
                raise Damaged("the compressed data hold more than the picture", offset)
            if self._state.eof:
                return self._ended(block, offset)
            if not data and made < limit:
                return len(block)
        return 0

    def _ended(self, block: bytes, offset: int) -> int:
        if self._made < self._wanted:
            raise Damaged("the compressed data hold less than the picture", offset)
        return len(block) - len(self._state.unused_data)

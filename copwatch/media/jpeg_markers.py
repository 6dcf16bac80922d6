"""The segments of one JPEG picture, found as the common decoders find them (ITU-T T.81, annex B)."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import WINDOW, Source

SOI, EOI, SOS, DQT, DHT, DAC, DNL, DRI = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xCC, 0xDC, 0xDD
APP0, APP15, COM = 0xE0, 0xEF, 0xFE
CODED: Final = 0
"""Stands for the coded data of a scan, which has no marker."""
END: Final = -1
"""Stands where the file, or the last whole segment in it, ends, when the picture's own end is missing."""
FRAMES: Final = frozenset((0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA, 0xCB))
"""Baseline, extended, progressive and lossless pictures, with Huffman and with arithmetic coding."""
PROGRESSIVE: Final = frozenset((0xC2, 0xCA))
HIERARCHICAL: Final = frozenset((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE, 0xDF))

_MOST_SEGMENTS: Final = 100_000
"""The most that are found in real files are a few thousand, of extended XMP."""
_MARKER: Final = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")
"""Outside of a scan. Restart markers and TEM have no content and mean nothing there; FF 00 is no marker."""
_SCAN_END: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""Within a scan. Codes below C0 are reserved (B.1.1.3): decoders stop there, and some go on behind."""


class Segment(NamedTuple):
    """A marker with its content. `start` is that of the marker without fill bytes, `length` that of all of it."""

    marker: int
    start: int
    length: int

    @property
    def end(self) -> int:
        """The first position behind it."""
        return self.start + self.length


def walk(source: Source, start: int) -> Iterator[Segment]:
    """The segments of the picture whose first marker stands at `start`, up to its end: EOI, a second SOI or `END`.

    What stands between two segments is in neither. `END` stands at the end of the file, or at a segment that is cut
    off there when a scan came before it.

    Raises:
        Damaged: a segment is not whole and there was no scan before it, or a marker is one of those that are reserved.
        Unsupported: more segments than in any real file.
    """
    at, scans = start, 0
    for _ in range(_MOST_SEGMENTS):
        found = source.search(_MARKER, at, 2)
        if found < 0:
            break
        marker = source.number(found + 1, 1)
        if marker in (SOI, EOI):
            yield Segment(marker, found, 2)
            return
        if marker < 0xC0:
            raise Damaged(f"a marker FF {marker:02X}, which has no meaning", found)
        length = source.number(found + 2, 2) if found + 4 <= source.size else 0xFFFF
        segment = Segment(marker, found, 2 + max(length, 2))
        if segment.end > source.size:
            if scans:
                yield Segment(END, found, 0)
                return
            raise Damaged("the file ends within a segment before the picture", found)
        yield segment
        at = segment.end
        if marker == SOS:
            scans += 1
            at = source.known_end(segment.end) or _coded_end(source, segment.end)
            yield Segment(CODED, segment.end, at - segment.end)
    else:
        raise Unsupported("it has more segments than any camera writes", at)
    yield Segment(END, source.size, 0)


def _coded_end(source: Source, start: int) -> int:
    """Where the coded data of a scan end, which fill bytes (B.1.1.2) may follow."""
    found = source.search(_SCAN_END, start, 2)
    if found >= 0 and source.number(found + 1, 1) < 0xC0:
        raise Damaged("a marker within coded data that has no meaning", found)
    end = source.size if found < 0 else found
    while end > start:
        block = source.read(max(start, end - WINDOW), min(WINDOW, end - start))
        rest = len(block.rstrip(b"\xff"))
        end -= len(block) - rest
        if rest:
            break
    return end

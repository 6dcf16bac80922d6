"""Which segments of tables the scans of a JPEG picture use (ITU-T T.81, B.2.4): the others are no picture.

A table is for the scans behind it until another of its number comes (B.2.4.1 to B.2.4.4). One that comes before any
scan used the last is all that decoders know. So of the tables between two scans each number counts once.
"""

from dataclasses import dataclass, field
from typing import Final

from copwatch.media import jpeg_markers as markers
from copwatch.media.jpeg_markers import Segment
from copwatch.media.refusal import Damaged

_ARITHMETIC: Final = frozenset((0xC9, 0xCA, 0xCB))
_QUANTISING, _INTERVAL = 0, 3
Number = tuple[int, int, int]
"""A table by its kind (DQT 0, DHT 1, DAC 2, DRI 3), its class (0 DC, 1 AC) and its number."""


@dataclass
class Held:
    """One segment: where in its content each table has its values, and which of them a scan used."""

    segment: Segment
    places: dict[Number, tuple[int, int]]
    used: set[Number] = field(default_factory=set)

    def unused(self, content: bytes) -> list[tuple[int, bytes]]:
        """Of a segment that is used in part: where in the file the other tables have values, and valid ones instead."""
        found = []
        for number, (start, end) in self.places.items():
            if number not in self.used:
                found.append((self.segment.start + 4 + start, _plain(number, content[start:end])))
        return found


@dataclass
class Tables:
    """Takes segments and scans in the order of the file."""

    held: list[Held] = field(default_factory=list)
    _current: dict[Number, Held] = field(default_factory=dict)
    _quantising: dict[int, int] = field(default_factory=dict)
    _arithmetic: bool = False

    def add(self, segment: Segment, content: bytes) -> None:
        """A segment of tables. Raises `Damaged` where decoders stop: it is not exactly filled; or names one twice."""
        tables = _tables(segment.marker, content)
        places = {number: (start, end) for number, start, end in tables or ()}
        if tables is None or len(places) < len(tables):
            raise Damaged("a table that is not whole", segment.start)
        self.held.append(Held(segment, places))
        self._current.update(dict.fromkeys(places, self.held[-1]))

    def frame(self, marker: int, content: bytes) -> None:
        """SOFn (B.2.2): which component is quantised with which table."""
        self._arithmetic = marker in _ARITHMETIC
        self._quantising = {content[at]: content[at + 2] for at in range(6, len(content) - 2, 3)}

    def scan(self, content: bytes) -> None:
        """SOS (B.2.3): its components use tables of both classes, whichever of them the coding needs."""
        kind = 2 if self._arithmetic else 1
        needed: set[Number] = {(_INTERVAL, 0, 0)}
        for at in range(1, 1 + 2 * content[0], 2):
            needed.add((_QUANTISING, 0, self._quantising.get(content[at], -1)))
            needed |= {(kind, 0, content[at + 1] >> 4), (kind, 1, content[at + 1] & 15)}
        for number in needed & self._current.keys():
            self._current[number].used.add(number)


def _tables(marker: int, content: bytes) -> list[tuple[Number, int, int]] | None:
    """The tables of a segment and their values; None where they do not fill it, or have numbers that none may have."""
    if marker == markers.DRI:
        return [((_INTERVAL, 0, 0), 0, 2)] if len(content) == 2 else None
    if marker == markers.DAC:
        whole = len(content) % 2 == 0 and all(first < 0x20 for first in content[::2])
        pairs = enumerate(content[::2])
        return [((2, one >> 4, one & 15), 2 * at + 1, 2 * at + 2) for at, one in pairs] if whole else None
    at, found = 0, []
    while at < len(content):
        upper, lower = content[at] >> 4, content[at] & 15
        if upper > 1 or lower > 3:
            return None
        start = at + 1
        if marker == markers.DQT:
            at += 65 + 64 * upper
            found.append(((_QUANTISING, 0, lower), start, at))
        else:
            count = sum(content[at + 1 : at + 17])
            at += 17 + count
            if count > 256:
                return None
            found.append(((1, upper, lower), start, at))
    return found if at == len(content) else None


def _plain(number: Number, values: bytes) -> bytes:
    """Values of the same length that say nothing: no quantising; as many codes, of the longest kind; the defaults."""
    kind, class_, _ = number
    if kind == _QUANTISING:
        return b"\0\1" * 64 if len(values) == 128 else b"\1" * 64
    if kind == 1:
        count = len(values) - 16
        return bytes(14) + bytes([max(0, count - 255), min(count, 255)]) + bytes(range(256))[:count]
    return b"\5" if class_ else b"\x10"

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
    """One segment: its tables, whether a scan used one of them, and whether one was written over before."""

    segment: Segment
    numbers: frozenset[Number]
    used: bool = False
    passed: bool = False


@dataclass
class Tables:
    """Takes segments and scans in the order of the file."""

    held: list[Held] = field(default_factory=list)
    _current: dict[Number, Held] = field(default_factory=dict)
    _fresh: set[Number] = field(default_factory=set)
    _quantising: dict[int, int] = field(default_factory=dict)
    _arithmetic: bool = False

    def add(self, segment: Segment, content: bytes) -> None:
        """A segment of tables. Raises `Damaged` where decoders stop: it is not exactly filled; or names one twice."""
        numbers = _numbers(segment.marker, content)
        if numbers is None or len(set(numbers)) < len(numbers):
            raise Damaged("a table that is not whole", segment.start)
        new = Held(segment, frozenset(numbers))
        self.held.append(new)
        for number in numbers:
            if number in self._fresh:
                self._current[number].passed = True
            self._current[number] = new
            self._fresh.add(number)

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
            self._current[number].used = True
            self._fresh.discard(number)

    def kept(self, held: Held) -> bool:
        """Whether it stays. Raises `Damaged` for a segment of which a part is used, and a part is written over."""
        if held.used and held.passed:
            raise Damaged("a table that is written twice before it is used", held.segment.start)
        return held.used


def _numbers(marker: int, content: bytes) -> list[Number] | None:
    """The tables of a segment; None where they do not fill it exactly, or have numbers that none may have."""
    if marker == markers.DRI:
        return [(_INTERVAL, 0, 0)] if len(content) == 2 else None
    if marker == markers.DAC:
        whole = len(content) % 2 == 0 and all(first < 0x20 for first in content[::2])
        return [(2, first >> 4, first & 15) for first in content[::2]] if whole else None
    at, found = 0, []
    while at < len(content):
        upper, lower = content[at] >> 4, content[at] & 15
        if upper > 1 or lower > 3:
            return None
        if marker == markers.DQT:
            found.append((_QUANTISING, 0, lower))
            at += 65 + 64 * upper
        else:
            found.append((1, upper, lower))
            at += 17 + sum(content[at + 1 : at + 17])
    return found if at == len(content) else None

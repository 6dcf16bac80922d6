"""Samples of H.264 and HEVC: NAL units behind their lengths (ISO/IEC 14496-15, 4.3.2 and 8.3.2).

Of coded slices only the headers are read. Types of NAL units: H.264 table 7-1, H.265 table 7-1.
"""

import struct
from array import array
from collections.abc import Callable
from enum import IntEnum
from typing import Final, NamedTuple

from copwatch.media.facts import Danger
from copwatch.media.iso.sei import H264, HEVC, Sei, clean_sei, filler_data, sei_of_filler
from copwatch.media.iso.stretches import Near, Stretches
from copwatch.media.refusal import Damaged

SEI_WHAT: Final = "supplemental information in the picture (SEI)"
_START: Final = b"\0\0\x01"
_UNKNOWN_WHAT: Final = "a unit of the picture's stream that decoders do not need"


class Act(IntEnum):
    """What becomes of a NAL unit, by its type."""

    KEEP = 0
    SLICE = 1
    SEI = 2
    FILLER = 3
    REMOVE = 4


class Coding(NamedTuple):
    """A NAL codec: what becomes of a unit by its first byte, and how it writes SEI."""

    acts: tuple[Act, ...]
    sei: Sei


def _acts(
    kept: set[int], slices: set[int], sei: set[int], filler: int, shift: int, mask: int
) -> tuple[Act, ...]:
    def act(kind: int) -> Act:
        if kind in slices:
            return Act.SLICE
        if kind in kept:
            return Act.KEEP
        if kind in sei:
            return Act.SEI
        return Act.FILLER if kind == filler else Act.REMOVE

    return tuple(act(byte >> shift & mask) for byte in range(256))


_H264_KEPT = {7, 8, 9, 10, 11, 13, 14, 15}
_HEVC_KEPT = {32, 33, 34, 35, 36, 37}
_DOLBY = {62, 63}
"""Dolby Vision's RPU and enhancement layer in HEVC; in H.264 they are types 28 and 30."""


def coding(family: str, *, dolby: bool) -> Coding:
    """The rules for `h264` or `hevc`; with Dolby Vision its own units stay."""
    if family == "h264":
        kept = _H264_KEPT | ({28, 30} if dolby else set())
        return Coding(_acts(kept, {1, 2, 3, 4, 5, 19, 20, 21}, {6}, 12, 0, 0x1F), H264)
    kept = _HEVC_KEPT | (_DOLBY if dolby else set())
    return Coding(_acts(kept, {*range(10), *range(16, 22)}, {39, 40}, 38, 1, 0x3F), HEVC)


def _three(data: bytes, at: int) -> tuple[int, int]:
    return int.from_bytes(data[at : at + 3], "big"), data[at + 3]


_SLICE: Final = int(Act.SLICE)
_READERS: Final[dict[int, Callable[[bytes, int], tuple[int, ...]]]] = {
    1: struct.Struct(">BB").unpack_from,
    2: struct.Struct(">HB").unpack_from,
    3: _three,
    4: struct.Struct(">IB").unpack_from,
}
"""The length of a unit and its first byte, by the length of lengths."""


class Units:
    """Walks the samples of one kind of a track."""

    def __init__(self, near: Near, found: Stretches, rules: Coding, length_size: int) -> None:
        self._near, self._found, self._rules, self._size = near, found, rules, length_size
        self._kept, self._seen = 0, False
        self._acts = tuple(map(int, rules.acts))
        self._read = _READERS[length_size]

    def samples(self, start: int, lengths: "array[int]") -> None:
        """Gives every byte of samples that follow one another its place.

        Raises:
            Damaged: a unit is longer than its sample.
        """
        near, acts, size, read = self._near, self._acts, self._size, self._read
        self._kept = start
        at = end = start
        base, data, top = 0, b"", -1
        for length in lengths:
            end += length
            self._seen = False
            last = end - size
            while at < last:
                if at > top:
                    near.at(at, min(size + 1, end - at))
                    base, data = near.start, near.data
                    top = base + len(data) - size - 1
                unit, first = read(data, at - base)
                at += size
                if unit > end - at:
                    raise Damaged("a unit of the picture's stream is longer than its sample", at - size)
                if unit:
                    if acts[first] == _SLICE:
                        self._seen = True
                    else:
                        self._look(at, near.exactly(at, unit), acts[first])
                        base, data = near.start, near.data
                        top = base + len(data) - size - 1
                    at += unit
            if at < end:
                self._found.keep(self._kept, at)
                self._found.other(at, end, "padding of a sample", Danger.OTHER, None)
                self._kept = at = end
        self._found.keep(self._kept, end)

    def _look(self, at: int, unit: bytes, act: int) -> None:
        """A unit that does not begin as a slice. Some encoders put several, behind start codes, into one."""
        if _START not in unit:
            self._place(at, unit, act)
            return
        start = 0
        while start < len(unit):
            following = unit.find(_START, start)
            end = len(unit) if following < 0 else following
            inner = unit[start:end].rstrip(b"\0")
            if inner:
                self._place(at + start, inner, self._rules.acts[inner[0]])
            start = end + len(_START)

    def _place(self, at: int, unit: bytes, act: int) -> None:
        if act == Act.SLICE:
            self._seen = True
        elif act != Act.KEEP:
            new, what = instead(unit, Act(act), self._rules.sei, seen=self._seen)
            self._found.keep(self._kept, at)
            if new == unit:
                self._found.same(at, at + len(unit))
            else:
                self._found.other(at, at + len(unit), what, Danger.SOFTWARE, new)
            self._kept = at + len(unit)


def instead(nal: bytes, act: Act, codec: Sei, *, seen: bool) -> tuple[bytes, str]:
    """What stands in the place of a unit that is no slice; `seen` says whether it follows a slice of its picture."""
    if act is Act.SEI:
        return clean_sei(nal, codec), SEI_WHAT
    if act is Act.FILLER or seen:
        return filler_data(len(nal), codec), _UNKNOWN_WHAT
    return sei_of_filler(len(nal), codec), _UNKNOWN_WHAT

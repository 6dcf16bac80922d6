"""Samples of H.264 and HEVC: NAL units behind their lengths (ISO/IEC 14496-15, 4.3.2 and 8.3.2).

Of coded slices only the headers are read. Types of NAL units: H.264 table 7-1, H.265 table 7-1.
"""

import struct
from array import array
from collections.abc import Callable
from enum import IntEnum
from typing import Final, NamedTuple

from copwatch.media.facts import Danger
from copwatch.media.iso.sei import H264, HEVC, Sei, clean_sei, filler_data, has_time, sei_of_filler
from copwatch.media.iso.sps import UNKNOWN, Layouts, end_of_set, learned
from copwatch.media.iso.stretches import Near, Stretches
from copwatch.media.refusal import Damaged

SEI_WHAT: Final = "supplemental information in the picture (SEI)"
TIME_WHAT: Final = "time of day in the picture's stream"
_BEHIND_WHAT: Final = "bytes behind the end of a unit of the picture's stream"
_START: Final = b"\0\0\x01"
_UNKNOWN_WHAT: Final = "a unit of the picture's stream that decoders do not need"


class Act(IntEnum):
    """What becomes of a NAL unit, by its type."""

    KEEP = 0
    SLICE = 1
    SEI = 2
    FILLER = 3
    REMOVE = 4
    SHORT = 5
    """It stays as far as its syntax reaches."""


class Change(NamedTuple):
    """What becomes of a unit from a byte of it on, to its end."""

    start: int
    new: bytes
    what: str
    danger: Danger = Danger.SOFTWARE


class Coding(NamedTuple):
    """A NAL codec: what becomes of a unit by its first byte, and how it writes SEI."""

    acts: tuple[Act, ...]
    sei: Sei


def _acts(
    kept: set[int], short: set[int], slices: set[int], sei: set[int], filler: int, shift: int, mask: int
) -> tuple[Act, ...]:
    def of(kind: int) -> Act:
        if kind in slices:
            return Act.SLICE
        if kind in short:
            return Act.SHORT
        if kind in kept:
            return Act.KEEP
        if kind in sei:
            return Act.SEI
        return Act.FILLER if kind == filler else Act.REMOVE

    return tuple(of(byte >> shift & mask) for byte in range(256))


_H264_SHORT = {7, 8, 9, 10, 11, 13, 14}
_HEVC_SETS = {32, 33, 34}
_LONGEST_H264: Final = {9: 2, 10: 1, 11: 1}
_LONGEST_HEVC: Final = {35: 3, 36: 2, 37: 2}
"""Delimiters and ends have one length (H.264, 7.3.2.4 to 7.3.2.6; H.265, 7.3.2.5 to 7.3.2.7)."""
_SMALL: Final = {13: 32, 14: 16}
"""The most bytes of an extension of a parameter set (H.264, 7.3.2.1.2) and of a prefix (G.7.3.2.12.1)."""
_DOLBY = {62, 63}
"""Dolby Vision's RPU and enhancement layer in HEVC; in H.264 they are types 28 and 30."""


def coding(family: str, *, dolby: bool) -> Coding:
    """The rules for `h264` or `hevc`; with Dolby Vision its own units stay."""
    if family == "h264":
        kept = {15} | ({28, 30} if dolby else set())
        return Coding(_acts(kept, _H264_SHORT, {1, 2, 3, 4, 5, 19, 20, 21}, {6}, 12, 0, 0x1F), H264)
    slices = {*range(10), *range(16, 22)}
    kept, short = (_DOLBY if dolby else set()), _HEVC_SETS | set(_LONGEST_HEVC)
    return Coding(_acts(kept, short, slices, {39, 40}, 38, 1, 0x3F), HEVC)


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

    def __init__(
        self, near: Near, found: Stretches, rules: Coding, length_size: int, layouts: Layouts = UNKNOWN
    ) -> None:
        self._near, self._found, self._rules, self._size = near, found, rules, length_size
        self._layouts = layouts
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
            return
        change = instead(unit, Act(act), self._rules.sei, self._layouts, seen=self._seen)
        self._layouts = learned(self._layouts, unit) if self._rules.sei is H264 else self._layouts
        if change is not None:
            end = at + len(unit)
            at += change.start
            self._found.keep(self._kept, at)
            if change.start == 0 and change.new == unit:
                self._found.same(at, end)
            else:
                self._found.other(at, end, change.what, change.danger, change.new)
            self._kept = end


def instead(
    nal: bytes, act: Act, codec: Sei, layouts: Layouts = UNKNOWN, *, seen: bool = False
) -> Change | None:
    """What stands in the place of a unit that is no slice, if not all of it stays.

    `layouts` are what the parameter sets of its stream say of timing, `seen` whether it follows a slice of its picture.
    """
    if act in (Act.KEEP, Act.SLICE):
        return None
    if act is Act.SEI:
        return _of_sei(nal, codec, layouts)
    end = _end(nal, codec) if act is Act.SHORT else 0
    if end:
        return Change(end, bytes(len(nal) - end), _BEHIND_WHAT, Danger.TRAILING) if end < len(nal) else None
    if act is Act.FILLER or seen:
        return Change(0, filler_data(len(nal), codec), _UNKNOWN_WHAT)
    return Change(0, sei_of_filler(len(nal), codec), _UNKNOWN_WHAT)


def _of_sei(nal: bytes, codec: Sei, layouts: Layouts) -> Change:
    new = clean_sei(nal, codec, layouts)
    if new != nal and codec is H264 and has_time(nal, layouts):
        return Change(0, new, TIME_WHAT, Danger.TIME)
    return Change(0, new, SEI_WHAT)


def _end(nal: bytes, codec: Sei) -> int:
    """Where a unit ends by its syntax; 0 for one that is longer than it can be."""
    kind = nal[0] & 31 if codec is H264 else nal[0] >> 1 & 63
    if codec is H264 and kind in _SMALL:
        return len(nal) if len(nal) <= _SMALL[kind] else 0
    longest = (_LONGEST_H264 if codec is H264 else _LONGEST_HEVC).get(kind)
    return min(longest or end_of_set(nal, hevc=codec is HEVC) or len(nal), len(nal))

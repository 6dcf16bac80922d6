"""Samples of H.264 and HEVC: NAL units behind their lengths (ISO/IEC 14496-15, 4.3.2 and 8.3.2).

Of coded slices only the headers are read. Types of NAL units: H.264 table 7-1, H.265 table 7-1.
"""

from enum import IntEnum
from typing import Final, NamedTuple

from copwatch.media.facts import Danger
from copwatch.media.iso.sei import H264, HEVC, Sei, clean_sei, filler_data, sei_of_filler
from copwatch.media.iso.stretches import Near, Stretches
from copwatch.media.refusal import Damaged

SEI_WHAT: Final = "supplemental information in the picture (SEI)"
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


class Units:
    """Walks the samples of one kind of a track."""

    def __init__(self, near: Near, found: Stretches, rules: Coding, length_size: int) -> None:
        self._near, self._found, self._rules, self._size = near, found, rules, length_size

    def sample(self, start: int, length: int) -> None:
        """Gives every byte of a sample its place. Raises `Damaged` when a unit is longer than the sample."""
        at, kept, end, size = start, start, start + length, self._size
        near, acts, seen = self._near, self._rules.acts, False
        while end - at > size:
            head = near.at(at, size + 1)
            unit = int.from_bytes(head[:size], "big")
            at += size
            if unit > end - at:
                raise Damaged("a unit of the picture's stream is longer than its sample", at - size)
            if not unit:
                continue
            act = acts[head[size]]
            if act > Act.SLICE:
                new, what = self._instead(at, unit, act, seen=seen)
                self._found.keep(kept, at)
                self._found.other(at, at + unit, what, Danger.SOFTWARE, new)
                kept = at + unit
            seen = seen or act is Act.SLICE
            at += unit
        if end > at:
            self._found.keep(kept, at)
            self._found.other(at, end, "padding of a sample", Danger.OTHER, None)
        else:
            self._found.keep(kept, end)

    def _instead(self, at: int, length: int, act: Act, *, seen: bool) -> tuple[bytes, str]:
        """What stands in the place of a unit afterwards, of the same length."""
        return instead(self._near.exactly(at, length), act, self._rules.sei, seen=seen)


def instead(nal: bytes, act: Act, codec: Sei, *, seen: bool) -> tuple[bytes, str]:
    """What stands in the place of a unit that is no slice; `seen` says whether it follows a slice of its picture."""
    if act is Act.SEI:
        return clean_sei(nal, codec), SEI_WHAT
    if act is Act.FILLER or seen:
        return filler_data(len(nal), codec), _UNKNOWN_WHAT
    return sei_of_filler(len(nal), codec), _UNKNOWN_WHAT

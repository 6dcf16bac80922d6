"""The units that coded pictures are made of, and what becomes of those that are no picture, at the same length."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Final

from copwatch.media.iso.nal import Act, Change, Coding, coding, instead
from copwatch.media.iso.sps import UNKNOWN, Layouts, learned

_START: Final = b"\0\0\1"
_SHORT: Final = 256


@cache
def rules(*, hevc: bool) -> Coding:
    """What becomes of NAL units by their first byte. Layers of Dolby Vision, which HEVC has, are picture."""
    return coding("hevc" if hevc else "h264", dolby=hevc)


@lru_cache(maxsize=4096)
def _neutral_short(unit: bytes, hevc: bool, seen: bool, layouts: Layouts) -> Change | None:
    """The same few bytes stand in most pictures of a film."""
    return _neutral(unit, hevc, seen, layouts)


def neutral_unit(unit: bytes, *, hevc: bool, seen: bool = False, layouts: Layouts = UNKNOWN) -> Change | None:
    """What becomes of a NAL unit, so that it holds nothing beside the picture; None where all of it stays.

    `seen`: a slice stands before it; `layouts`: what the parameter sets of H.264 say of timing.
    """
    return (_neutral_short if len(unit) <= _SHORT else _neutral)(unit, hevc, seen, layouts)


def _neutral(unit: bytes, hevc: bool, seen: bool, layouts: Layouts) -> Change | None:
    known = rules(hevc=hevc)
    act = known.acts[unit[0]] if unit else Act.KEEP
    return instead(unit, act, known.sei, layouts, seen=seen) if act > Act.SLICE else None


class Stream:
    """Looks through a stream with start codes (annex B), frame by frame in their order."""

    def __init__(self, *, hevc: bool, layouts: Layouts = UNKNOWN) -> None:
        self.hevc, self.layouts = hevc, layouts

    def found(self, data: bytes) -> Iterator[tuple[int, Change]]:
        """Units of a frame that do not stay as they are, and where they begin."""
        acts, seen = rules(hevc=self.hevc).acts, False
        at = data.find(_START)
        while at >= 0:
            start, at = at + 3, data.find(_START, at + 3)
            act = acts[data[start]] if start < len(data) else Act.KEEP
            seen = seen or act is Act.SLICE
            if act > Act.SLICE:
                unit = data[start : at if at >= 0 else len(data)]
                unit = unit if act is Act.SHORT else unit.rstrip(b"\0")
                change = neutral_unit(unit, hevc=self.hevc, seen=seen, layouts=self.layouts)
                if act is Act.SHORT and not self.hevc:
                    self.layouts = learned(self.layouts, unit)
                if change is not None:
                    yield start, change


def put(data: bytes, changes: Iterable[tuple[int, bytes]]) -> bytes:
    """`data` with other bytes, as many, at some places."""
    found = bytearray(data)
    for start, new in changes:
        found[start : start + len(new)] = new
    return bytes(found)

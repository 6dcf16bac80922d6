"""The units that coded pictures are made of, and what becomes of those that are no picture, at the same length."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Final

from copwatch.media.iso.nal import Act, Coding, coding, instead

_START: Final = b"\0\0\1"
_SHORT: Final = 256


@cache
def rules(*, hevc: bool) -> Coding:
    """What becomes of NAL units by their first byte. Layers of Dolby Vision, which HEVC has, are picture."""
    return coding("hevc" if hevc else "h264", dolby=hevc)


@lru_cache(maxsize=4096)
def _neutral_short(unit: bytes, hevc: bool, seen: bool) -> bytes:
    """The same few bytes stand in most pictures of a film."""
    return _neutral(unit, hevc, seen)


def neutral_unit(unit: bytes, *, hevc: bool, seen: bool = False) -> bytes:
    """A NAL unit of the same length that holds nothing beside the picture; `seen`: a slice stands before it."""
    return (_neutral_short if len(unit) <= _SHORT else _neutral)(unit, hevc, seen)


def _neutral(unit: bytes, hevc: bool, seen: bool) -> bytes:
    known = rules(hevc=hevc)
    act = known.acts[unit[0]] if unit else Act.KEEP
    return instead(unit, act, known.sei, seen=seen)[0] if act > Act.SLICE else unit


def by_start_code(data: bytes, *, hevc: bool) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, new bytes) of units that are no picture, in a stream with start codes (annex B)."""
    acts, seen = rules(hevc=hevc).acts, False
    at = data.find(_START)
    while at >= 0:
        start, at = at + 3, data.find(_START, at + 3)
        act = acts[data[start]] if start < len(data) else Act.KEEP
        seen = seen or act is Act.SLICE
        if act > Act.SLICE:
            unit = data[start : at if at >= 0 else len(data)].rstrip(b"\0")
            yield start, start + len(unit), neutral_unit(unit, hevc=hevc, seen=seen)


def put(data: bytes, changes: Iterable[tuple[int, int, bytes]]) -> bytes:
    """`data` with other bytes, as many, at some places."""
    found = bytearray(data)
    for start, end, new in changes:
        found[start:end] = new
    return bytes(found)

"""Parameter sets of H.264 (ITU-T H.264, 7.3.2.1.1, 7.3.2.2, E.1.1 and E.1.2): where timing stands, where they end."""

from functools import lru_cache
from typing import Final, NamedTuple

from copwatch.media.iso.bits import Bits
from copwatch.media.iso.hevc_sets import end_of_bits

SPS: Final = 7
_PPS: Final = 8
_LONGEST: Final = 1024
_HIGH: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_EXTENDED_SHAPE: Final = 255
_MOST_CYCLES: Final = 255
_MOST_RATES: Final = 32


class Layout(NamedTuple):
    """What a sequence parameter set says of the messages of timing.

    `initial` are the bits of a buffering period behind its number, `delays` those of a picture's delays, `clocks`
    whether a picture may have clock timestamps.
    """

    initial: int = 0
    delays: int = 0
    clocks: bool = False


Layouts = frozenset[Layout | None]
"""Of all parameter sets of a stream so far; None stands for one that cannot be read."""
UNKNOWN: Final[Layouts] = frozenset()


def learned(layouts: Layouts, unit: bytes) -> Layouts:
    """The same with what a NAL unit adds if it is a sequence parameter set."""
    if not unit or unit[0] & 31 != SPS:
        return layouts
    layout = _sequence(unit)[0]
    return layouts if layout in layouts else layouts | {layout}


def end_of_set(unit: bytes, *, hevc: bool = False) -> int | None:
    """Where a parameter set ends in its NAL unit; None where that cannot be said."""
    if hevc:
        bits = Bits(unit[2:].replace(b"\0\0\3", b"\0\0"))
        position = end_of_bits(unit)
        bits.take(position or 0)
        return None if position is None else _end(unit, bits, 2)
    if len(unit) > _LONGEST:
        return None
    if unit[0] & 31 == SPS:
        return _sequence(unit)[1]
    return _picture(unit) if unit[0] & 31 == _PPS else None


def cropped(unit: bytes) -> tuple[int, int]:
    """Columns and lines of the coded pictures that a sequence parameter set leaves out."""
    return _sequence(unit)[2]


@lru_cache(64)
def _sequence(unit: bytes) -> tuple[Layout | None, int | None, tuple[int, int]]:
    """What it says of timing, where it ends, and what it leaves out of pictures."""
    if len(unit) > _LONGEST:
        return None, None, (0, 0)
    bits = Bits(unit[1:].replace(b"\0\0\3", b"\0\0"))
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    chroma = _high(bits) if profile in _HIGH else 1
    bits.golomb()
    _order(bits)
    bits.golomb()
    bits.take(1)
    bits.golombs(2)
    fields = 1 if bits.take(1) else 2
    bits.take(2 if fields == 2 else 1)
    crop = [bits.golomb() for _ in range(4)] if bits.take(1) else [0] * 4
    layout = _usability(bits) if bits.take(1) else Layout()
    if bits.left < 0:
        return None, None, (0, 0)
    across, down = 2 if chroma in (1, 2) else 1, fields * (2 if chroma == 1 else 1)
    return layout, _end(unit, bits), (across * (crop[0] + crop[1]), down * (crop[2] + crop[3]))


def _high(bits: Bits) -> int:
    """The fields of the high profiles; how many colours have fewer values (6.2)."""
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    bits.golombs(2)
    bits.take(1)
    if bits.take(1):
        _scaling(bits, 12 if chroma == 3 else 8)
    return chroma


def _scaling(bits: Bits, lists: int) -> None:
    for index in range(lists):
        if bits.take(1):
            last = following = 8
            for _ in range(16 if index < 6 else 64):
                if following:
                    following = (last + bits.signed()) % 256
                last = following or last


def _order(bits: Bits) -> None:
    """How the order of pictures is counted."""
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take(1)
        bits.golombs(2)
        bits.golombs(min(bits.golomb(), _MOST_CYCLES))


def _usability(bits: Bits) -> Layout:
    if bits.take(1) and bits.take(8) == _EXTENDED_SHAPE:
        bits.take(32)
    if bits.take(1):
        bits.take(1)
    if bits.take(1):
        bits.take(4)
        if bits.take(1):
            bits.take(24)
    if bits.take(1):
        bits.golombs(2)
    if bits.take(1):
        bits.many(32, 32, 1)
    initial, delays, found = 0, 0, False
    for _ in range(2):
        if bits.take(1):
            more, delays = _rates(bits)
            initial, found = initial + more, True
    if found:
        bits.take(1)
    clocks = bool(bits.take(1))
    if bits.take(1):
        bits.take(1)
        bits.golombs(6)
    return Layout(initial, delays, clocks)


def _rates(bits: Bits) -> tuple[int, int]:
    """`hrd_parameters`: bits of the initial delays, and bits of a picture's delays."""
    count = bits.golomb() + 1
    bits.take(8)
    for _ in range(min(count, _MOST_RATES)):
        bits.golombs(2)
        bits.take(1)
    initial, removal, output, _ = (bits.take(5) for _ in range(4))
    return 2 * count * (initial + 1), removal + 1 + output + 1


@lru_cache(64)
def _picture(unit: bytes) -> int | None:
    bits = Bits(unit[1:].replace(b"\0\0\3", b"\0\0"))
    bits.golombs(2)
    bits.take(2)
    if bits.golomb():  # groups of slices
        return None
    bits.golombs(2)
    bits.take(3)
    bits.golombs(3)
    bits.take(3)
    if bits.left < 0:
        return None
    if not bits.ended():
        larger = bits.take(1)
        if bits.take(1):
            if larger:  # how many lists there are, the sequence parameter set says
                return None
            _scaling(bits, 6)
        bits.golomb()
    return _end(unit, bits) if bits.left >= 0 else None


def _end(unit: bytes, bits: Bits, header: int = 1) -> int | None:
    """Where the byte with the trailing bit ends in a unit with escapes; None where there is no such bit."""
    if not bits.take(1) or bits.left < 0:
        return None
    at, zeros = header, 0
    for _ in range(-(-bits.position // 8)):
        if zeros >= 2 and unit[at] == 3:
            at, zeros = at + 1, 0
        zeros = 0 if unit[at] else zeros + 1
        at += 1
    return at

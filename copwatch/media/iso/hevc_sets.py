"""Where parameter sets of HEVC end (ITU-T H.265, 7.3.2.1 to 7.3.2.3, 7.3.3, 7.3.4, 7.3.7, E.2.1 and E.2.2)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from copwatch.media.iso.bits import Bits

VPS, SPS, PPS = 32, 33, 34
_LONGEST: Final = 1024
_MOST: Final = 64
_MOST_DELAYS: Final = 32


@lru_cache(64)
def end_of_bits(unit: bytes) -> int | None:
    """How many bits the syntax of a set has behind the header of its unit, without escapes.

    None where that cannot be said: with extensions, whose data may be anything, and in further layers.
    """
    if not 2 < len(unit) <= _LONGEST:
        return None
    layer = (unit[0] & 1) << 5 | unit[1] >> 3
    rule = _RULES.get(unit[0] >> 1 & 63)
    if layer or rule is None:
        return None
    bits = Bits(unit[2:].replace(b"\0\0\3", b"\0\0"))
    rule(bits)
    extended = bits.take(1)
    return None if extended or bits.left < 0 else bits.position


def _video(bits: Bits) -> None:
    bits.take(12)
    layers = bits.take(3)
    bits.take(17)
    _profile(bits, layers)
    _ordering(bits, layers)
    highest = bits.take(6)
    bits.take((highest + 1) * min(bits.golomb(), 1023))
    if bits.take(1):
        bits.many(32, 32)
        if bits.take(1):
            bits.golomb()
        for index in range(min(bits.golomb(), _MOST)):
            bits.golomb()
            _rates(bits, layers, common=not index or bool(bits.take(1)))


def _profile(bits: Bits, layers: int) -> None:
    bits.take(96)
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    bits.take(2 * (8 - layers) if layers else 0)
    for profile, level in present:
        bits.take(88 * profile + 8 * level)


def _ordering(bits: Bits, layers: int) -> None:
    bits.golombs(3 * (layers + 1 if bits.take(1) else 1))


def _sequence(bits: Bits) -> None:
    bits.take(4)
    layers = bits.take(3)
    bits.take(1)
    _profile(bits, layers)
    bits.golomb()
    if bits.golomb() == 3:
        bits.take(1)
    bits.golombs(2)
    if bits.take(1):
        bits.golombs(4)
    bits.golombs(2)
    order = bits.golomb() + 4
    _ordering(bits, layers)
    bits.golombs(6)
    if bits.take(1) and bits.take(1):
        _scaling(bits)
    bits.take(2)
    if bits.take(1):
        bits.take(8)
        bits.golombs(2)
        bits.take(1)
    _references(bits)
    if bits.take(1):
        bits.take((min(order, 16) + 1) * min(bits.golomb(), 32))
    bits.take(2)
    if bits.take(1):
        _usability(bits, layers)


def _scaling(bits: Bits) -> None:
    for size in range(4):
        for _ in range(2 if size == 3 else 6):
            if not bits.take(1):
                bits.golomb()
            else:
                bits.golombs(min(64, 16 << 2 * size) + (size > 1))


def _references(bits: Bits) -> None:
    """Sets of pictures that are referred to, by how far away they are; a set may be told by the one before."""
    before: list[int] = []
    for index in range(min(bits.golomb(), _MOST)):
        if index and bits.take(1):
            negative = bits.take(1)
            away = (1 - 2 * negative) * (bits.golomb() + 1)
            moved = [each + away for each in before] + [away]
            used = [bits.take(1) or bits.take(1) for _ in moved]
            found = [each for each, stays in zip(moved, used, strict=True) if stays and each]
            before = sorted((each for each in found if each < 0), reverse=True) + sorted(
                each for each in found if each > 0
            )
        else:
            counts, before = (min(bits.golomb(), 16), min(bits.golomb(), 16)), []
            for sign, count in zip((-1, 1), counts, strict=True):
                at = 0
                for _ in range(count):
                    at += sign * (bits.golomb() + 1)
                    bits.take(1)
                    before.append(at)


def _usability(bits: Bits, layers: int) -> None:
    if bits.take(1) and bits.take(8) == 255:
        bits.take(32)
    if bits.take(1):
        bits.take(1)
    if bits.take(1):
        bits.take(4)
        bits.take(24 * bits.take(1))
    if bits.take(1):
        bits.golombs(2)
    bits.take(3)
    if bits.take(1):
        bits.golombs(4)
    if bits.take(1):
        bits.many(32, 32)
        if bits.take(1):
            bits.golomb()
        if bits.take(1):
            _rates(bits, layers, common=True)
    if bits.take(1):
        bits.take(3)
        bits.golombs(5)


def _rates(bits: Bits, layers: int, *, common: bool) -> None:
    """`hrd_parameters`. Where the common ones are those of the set before, nothing can be said of what follows."""
    if not common:
        bits.take(bits.left + 1)
        return
    kinds, parts = bits.take(1) + bits.take(1), 0
    if kinds:
        parts = bits.take(1)
        bits.take(19 * parts + 8 + 4 * parts + 15)
    for _ in range(layers + 1):
        fixed = bits.take(1) or bits.take(1)
        slow = 0
        if fixed:
            bits.golomb()
        else:
            slow = bits.take(1)
        count = 1 if slow else min(bits.golomb(), _MOST_DELAYS) + 1
        for _ in range(kinds * count):
            bits.golombs(4 if parts else 2)
            bits.take(1)


def _picture(bits: Bits) -> None:
    bits.golombs(2)
    bits.take(7)
    bits.golombs(3)
    bits.take(2)
    if bits.take(1):
        bits.golomb()
    bits.golombs(2)
    bits.take(4)
    tiles = bits.take(1)
    bits.take(1)
    if tiles:
        cuts = min(bits.golomb(), 1023) + min(bits.golomb(), 1023)
        if not bits.take(1):
            bits.golombs(cuts)
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        bits.take(1)
        if not bits.take(1):
            bits.golombs(2)
    if bits.take(1):
        _scaling(bits)
    bits.take(1)
    bits.golomb()
    bits.take(1)


_RULES: Final[dict[int, Callable[[Bits], None]]] = {VPS: _video, SPS: _sequence, PPS: _picture}

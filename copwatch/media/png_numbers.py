"""Which numbers about colours and points make sense: others are no use to a decoder (PNG third edition, 11.3)."""

from collections.abc import Callable
from struct import unpack
from typing import Final

_BRIGHTEST: Final = 10_000 * 10_000
"""10,000 candela a square metre, in units of 0.0001; the most that PQ can say (11.3.2.7, 11.3.2.8)."""
_DENSEST: Final = 10_000_000
"""Points a metre."""
_GAMMA: Final = range(1_000, 10_000_001)
"""From 0.01 to 100."""
_SAMPLES: Final = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_Point = tuple[int, int]


def _points(content: bytes, form: str) -> list[_Point]:
    numbers = unpack(form, content)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _colours(white: _Point, primaries: list[_Point], whole: int) -> bool:
    """Whether these are chromaticities, and what is white can be mixed of the primaries."""
    if any(x + y > whole for x, y in (white, *primaries)):
        return False
    turns = [
        (x2 - x1) * (white[1] - y1) - (y2 - y1) * (white[0] - x1)
        for (x1, y1), (x2, y2) in zip(primaries, primaries[1:] + primaries[:1], strict=True)
    ]
    return all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns)


def _background(content: bytes, depth: int, colour: int) -> bool:
    if colour == 3:
        return len(content) == 1
    samples = 3 if colour & 2 else 1
    return len(content) == 2 * samples and all(
        sample < 1 << depth for sample in unpack(f">{samples}H", content)
    )


def sensible(kind: bytes, content: bytes, depth: int, colour: int) -> bool:
    """Whether a chunk of one of these types, with one of its lengths, means something for such a picture."""
    if kind == b"sBIT":
        most = 8 if colour == 3 else depth
        return len(content) == _SAMPLES[colour] and all(1 <= bits <= most for bits in content)
    if kind == b"bKGD":
        return _background(content, depth, colour)
    return _CHECKS[kind](content)


def _chromaticities(content: bytes) -> bool:
    white, *primaries = _points(content, ">8I")
    return _colours(white, primaries, 100_000)


def _mastering(content: bytes) -> bool:
    *primaries, white = _points(content[:16], ">8H")
    most, least = _number(content[16:20]), _number(content[20:])
    return _colours(white, primaries, 50_000) and least < most <= _BRIGHTEST


def _density(content: bytes) -> bool:
    return max(_number(content[:4]), _number(content[4:8])) <= _DENSEST and content[8] <= 1


def _coding_points(content: bytes) -> bool:
    return content[0] <= 22 and content[1] <= 18 and content[2] == 0 and content[3] <= 1


_CHECKS: Final[dict[bytes, Callable[[bytes], bool]]] = {
    b"cHRM": _chromaticities,
    b"mDCV": _mastering,
    b"cLLI": lambda content: max(_number(content[:4]), _number(content[4:])) <= _BRIGHTEST,
    b"gAMA": lambda content: _number(content) in _GAMMA,
    b"pHYs": _density,
    b"cICP": _coding_points,
    b"sRGB": lambda content: content[0] <= 3,
    b"sTER": lambda content: content[0] <= 1,
}


def _number(content: bytes) -> int:
    return int.from_bytes(content, "big")

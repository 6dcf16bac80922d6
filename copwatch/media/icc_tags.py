"""Which bytes of a colour tag mean something: what stands between and behind is no colour (ICC.1:2022, clause 10)."""

from collections.abc import Callable
from math import prod
from typing import Final

_MOST_CHANNELS: Final = 16
_MOST_ELEMENTS: Final = 64
_MOST_TIMES: Final = 4
"""How often each byte of a tag is used, at most, on average: stages may share curves, but not without end."""
_PARAMETERS: Final = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
"""Of a parametricCurveType, by its function (10.18)."""
_FORMULA: Final = {0: 4, 1: 5, 2: 5}
"""Parameters of a formula curve segment (10.16)."""


class NotNeeded(Exception):
    """A tag is not whole, or of a type that is not known: nobody can compute with it."""


class _Tag:
    """A tag, and what of it was found to mean something."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._taken: dict[tuple[int, int], None] = {}
        self._room = _MOST_TIMES * len(data) + 4096

    def take(self, at: int, length: int) -> bytes:
        """These bytes mean something."""
        if at < 0 or length < 0 or at + length > len(self._data):
            raise NotNeeded
        if (at, length) not in self._taken:
            self._taken[at, length] = None
            self._room -= length
        if self._room < 0:
            raise NotNeeded
        return self._data[at : at + length] if length <= 64 else b""

    def number(self, at: int, length: int) -> int:
        """These bytes mean a number."""
        return int.from_bytes(self.take(at, length), "big")

    def channels(self, at: int, length: int) -> tuple[int, int]:
        """The numbers of inputs and outputs, one after the other, each `length` bytes."""
        found = self.number(at, length), self.number(at + length, length)
        if not all(1 <= count <= _MOST_CHANNELS for count in found):
            raise NotNeeded
        return found

    def result(self) -> bytes:
        """The tag up to the last byte that means something, with zeros between."""
        found = bytearray(max(at + length for at, length in self._taken))
        for at, length in self._taken:
            found[at : at + length] = self._data[at : at + length]
        return bytes(found)


def needed(tag: bytes, kinds: set[bytes]) -> bytes:
    """A tag of one of these types with nothing but its meaning; the same for a tag that this made.

    Raises:
        NotNeeded: it is not whole, or of another type.
    """
    reader = _TYPES.get(tag[:4])
    if reader is None or tag[:4] not in kinds:
        raise NotNeeded
    found = _Tag(tag)
    found.take(0, 4)
    reader(found)
    return found.result()


def _xyz(tag: _Tag) -> None:
    tag.take(8, 12)


def _matrix(tag: _Tag) -> None:
    tag.take(8, 36)


def _code_points(tag: _Tag) -> None:
    tag.take(8, 4)


def _chromaticity(tag: _Tag) -> None:
    count = tag.number(8, 2)
    tag.take(10, 2 + 8 * min(count, _MOST_CHANNELS))


def _curve(tag: _Tag, at: int = 0) -> int:
    """A curveType or parametricCurveType; gives the position behind it, at a multiple of four."""
    kind = tag.take(at, 4)
    if kind == b"curv":
        length = 12 + 2 * tag.number(at + 8, 4)
        tag.take(at + 12, length - 12)
    elif kind == b"para" and (function := tag.number(at + 8, 2)) in _PARAMETERS:
        length = 12 + 4 * _PARAMETERS[function]
        tag.take(at + 12, length - 12)
    else:
        raise NotNeeded
    return at + length + -length % 4


def _lone_curve(tag: _Tag) -> None:
    _curve(tag)


def _lut8(tag: _Tag) -> None:
    inputs, outputs = tag.channels(8, 1)
    grid = tag.number(10, 1)
    tag.take(12, 36 + 256 * inputs + grid**inputs * outputs + 256 * outputs)


def _lut16(tag: _Tag) -> None:
    inputs, outputs = tag.channels(8, 1)
    grid = tag.number(10, 1)
    first, last = tag.number(48, 2), tag.number(50, 2)
    tag.take(12, 40 + 2 * (first * inputs + grid**inputs * outputs + last * outputs))


def _lut_to_pcs(tag: _Tag) -> None:
    inputs, outputs = tag.channels(8, 1)
    _stages(tag, outputs, outputs, inputs)


def _lut_to_device(tag: _Tag) -> None:
    inputs, outputs = tag.channels(8, 1)
    _stages(tag, inputs, inputs, outputs)


def _stages(tag: _Tag, after: int, middle: int, before: int) -> None:
    """lutAToBType and lutBToAType (10.12, 10.13): B curves, matrix, M curves, grid and A curves, each at its offset."""
    inputs, outputs = tag.channels(8, 1)
    curves_b, matrix, curves_m, grid, curves_a = (tag.number(at, 4) for at in range(12, 32, 4))
    for at, count in ((curves_b, after), (curves_m, middle), (curves_a, before)):
        for _ in range(count if at else 0):
            at = _curve(tag, at)  # noqa: PLW2901 - curves follow one another
    if matrix:
        tag.take(matrix, 48)
    if grid:
        points = tag.take(grid, inputs)
        width = tag.number(grid + 16, 1)
        if width not in (1, 2):
            raise NotNeeded
        tag.take(grid + 20, prod(points) * outputs * width)


def _elements(tag: _Tag) -> None:
    """multiProcessElementsType (10.16)."""
    tag.channels(8, 2)
    count = tag.number(12, 4)
    if count > _MOST_ELEMENTS:
        raise NotNeeded
    for row in range(16, 16 + 8 * count, 8):
        at = tag.number(row, 4)
        tag.take(row + 4, 4)
        kind = tag.take(at, 4)
        inputs, outputs = tag.channels(at + 8, 2)
        if kind == b"matf":
            tag.take(at + 12, 4 * (inputs * outputs + outputs))
        elif kind == b"clut":
            tag.take(at + 28, 4 * prod(tag.take(at + 12, inputs)) * outputs)
        elif kind in (b"bACS", b"eACS"):
            tag.take(at + 12, 4)
        elif kind == b"cvst":
            _curve_set(tag, at, inputs)
        else:
            raise NotNeeded


def _curve_set(tag: _Tag, start: int, count: int) -> None:
    for row in range(start + 12, start + 12 + 8 * count, 8):
        at = start + tag.number(row, 4)
        tag.take(row + 4, 4)
        if tag.take(at, 4) != b"curf":
            raise NotNeeded
        segments = tag.number(at + 8, 2)
        if not 1 <= segments <= _MOST_ELEMENTS:
            raise NotNeeded
        tag.take(at + 12, 4 * (segments - 1))
        at += 12 + 4 * (segments - 1)
        for _ in range(segments):
            at = _segment(tag, at)


def _segment(tag: _Tag, at: int) -> int:
    kind = tag.take(at, 4)
    if kind == b"samp":
        length = 12 + 4 * tag.number(at + 8, 4)
    elif kind == b"parf" and (function := tag.number(at + 8, 2)) in _FORMULA:
        length = 12 + 4 * _FORMULA[function]
    else:
        raise NotNeeded
    tag.take(at + 12, length - 12)
    return at + length


_TYPES: Final[dict[bytes, Callable[[_Tag], None]]] = {
    b"XYZ ": _xyz,
    b"sf32": _matrix,
    b"cicp": _code_points,
    b"chrm": _chromaticity,
    b"curv": _lone_curve,
    b"para": _lone_curve,
    b"mft1": _lut8,
    b"mft2": _lut16,
    b"mAB ": _lut_to_pcs,
    b"mBA ": _lut_to_device,
    b"mpet": _elements,
}

"""A map without tiles: positions on plain ground, north up, with a scale (docs/adr/0163). Pure, and in integers alone.

Flat: degrees east are shortened by the cosine of the middle latitude. Every number that is drawn is a whole one, so
that the same positions give the same bytes on every machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Final

from copwatch.bundle.positions import UNIT, Position

MOST_DRAWN: Final = 200
WIDTH, HEIGHT, STRIP = 560, 400, 48
"""Of the ground, and the height of the strip below it for the scale."""

_MARGIN, _LABEL, _LINE, _REACH, _MARK = 36, 13, 16, 8, 5
_DEGREE: Final = 111_195
"""Metres in a degree of a sphere of 6,371,009 m, the mean radius of the earth."""
_LEAST: Final = 100
"""Metres across the shorter side, however near positions lie: no difference is shown that nobody can measure."""
_LONGEST_BAR: Final = 160
_FLAT: Final = 200_000
"""Metres beyond which one scale does not hold everywhere."""
_TURN: Final = 360 * UNIT


@dataclass(frozen=True, slots=True)
class Point:
    """One mark; `half_width` and `half_height` are those of the area in which a coarse position lies, else 0."""

    x: int
    y: int
    report: bool
    half_width: int = 0
    half_height: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """A code or number, with its left end at `x` and its base line at `y`."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is drawn, in pixels.

    Attributes:
        total, drawn: how many positions there are, and how many of them are drawn.
        bar, bar_text: length of the scale, and what it stands for.
        wide, high: from the first position to the last, as distances in words.
        unlabelled: how many places have neither code nor number, for want of room.
        far: whether the positions are so far apart that the scale holds in the middle only.
    """

    points: tuple[Point, ...]
    labels: tuple[Label, ...]
    total: int
    drawn: int
    bar: int
    bar_text: str
    wide: str
    high: str
    unlabelled: int
    far: bool
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT
    strip: ClassVar[int] = STRIP

    @property
    def numbered(self) -> bool:
        """Whether a place is labelled by its number alone."""
        return any(label.text.partition(" ")[0].isdigit() for label in self.labels)

    @property
    def columns(self) -> range:
        """Where lines of the grid run from north to south, as far apart as the scale is long."""
        return range(self.bar, WIDTH, self.bar)

    @property
    def lines(self) -> range:
        """Where they run from west to east."""
        return range(self.bar, HEIGHT, self.bar)


def sketch(positions: Sequence[Position]) -> Sketch | None:
    """The map of some positions, of which the first `MOST_DRAWN` are drawn; None where there is none."""
    drawn = positions[:MOST_DRAWN]
    if not drawn:
        return None
    start = _westernmost([each.east % _TURN for each in drawn])
    spots = [(each, each.north, (each.east - start) % _TURN) for each in drawn]
    south, north = min(n - p.slack for p, n, _ in spots), max(n + p.slack for p, n, _ in spots)
    west, east = min(e - p.slack for p, _, e in spots), max(e + p.slack for p, _, e in spots)
    cosine = _cosine((south + north) // 2)
    wide, high = (east - west) * cosine // _ONE, north - south
    step = max(
        -(-wide // (WIDTH - 2 * _MARGIN)), -(-high // (HEIGHT - 2 * _MARGIN)),
        _LEAST * UNIT // _DEGREE // (HEIGHT - 2 * _MARGIN),
    )  # fmt: skip
    points = tuple(
        Point(
            WIDTH // 2 + _pixels((2 * e - west - east) * cosine, 2 * _ONE * step),
            HEIGHT // 2 - _pixels(2 * n - south - north, 2 * step), each.report,
            _pixels(each.slack * cosine, _ONE * step), _pixels(each.slack, step),
        )
        for each, n, e in spots
    )  # fmt: skip
    labels, unlabelled = _labels(points, [each.links[0].code for each in drawn])
    bar, across, along = _bar(step), _metres(wide), _metres(high)
    return Sketch(
        tuple(dict.fromkeys(points)), labels, len(positions), len(drawn), _pixels(bar * UNIT, _DEGREE * step),
        _said(bar), _said(across), _said(along), unlabelled, max(across, along) > _FLAT,
    )  # fmt: skip


def _westernmost(around: list[int]) -> int:
    """The longitude with which the shortest stretch around the earth begins that holds them all."""
    ordered = sorted(set(around))
    gaps = [(ordered[0] + _TURN - ordered[-1], ordered[0])]
    gaps += [(after - before, after) for before, after in pairwise(ordered)]
    return max(gaps, key=lambda gap: gap[0])[1]


_ONE: Final = 10_000


def _cosine(latitude: int) -> int:
    """The cosine in ten-thousandths, at least 100, by Bhaskara I: wrong by 17 of them at most, and whole numbers."""
    square = (latitude // (UNIT // 1000)) ** 2
    turn = 32_400 * 1000**2
    return max(_ONE * (turn - 4 * square) // (turn + square), 100)


def _pixels(length: int, step: int) -> int:
    """Rounded to the nearest."""
    return (2 * length + step) // (2 * step)


def _metres(units: int) -> int:
    return units * _DEGREE // UNIT


def _bar(step: int) -> int:
    """The longest of 1, 2 and 5 times a power of ten metres that fits."""
    longest, power = max(_metres(_LONGEST_BAR * step), 1), 1
    while power * 10 <= longest:
        power *= 10
    return power * max(times for times in (1, 2, 5) if times * power <= longest)


def _said(metres: int) -> str:
    if metres < 1000:
        return f"{metres} m"
    tenths = f".{metres % 1000 // 100}" if metres < 10_000 and metres % 1000 >= 100 else ""
    return f"{metres // 1000:,}{tenths} km"


@dataclass(frozen=True, slots=True)
class _Box:
    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right
            and self.top < other.bottom and other.top < self.bottom
        )  # fmt: skip


def _labels(points: Sequence[Point], codes: Sequence[str]) -> tuple[tuple[Label, ...], int]:
    """One label for each place, where there is room beside it: its code, or else its number, counted from 1.

    Points nearer than their own size are one place.
    """
    places: dict[tuple[int, int], dict[str, int]] = {}
    for number, (point, code) in enumerate(zip(points, codes, strict=True), 1):
        near = (at for at in places if abs(at[0] - point.x) <= _REACH and abs(at[1] - point.y) <= _REACH)
        places.setdefault(next(near, (point.x, point.y)), {}).setdefault(code, number)
    taken = [_Box(p.x - _MARK, p.y - _MARK, p.x + _MARK, p.y + _MARK) for p in points]
    labels: dict[tuple[int, int], Label] = {}
    for numbered in (False, True):
        for (x, y), named in places.items():
            code, number = next(iter(named.items()))
            text = (str(number) if numbered else code) + (f" +{len(named) - 1}" if len(named) > 1 else "")
            free = (box for box in _beside(x, y, text) if not any(map(box.meets, taken)))
            if (x, y) not in labels and (box := next(free, None)) is not None:
                taken.append(box)
                labels[x, y] = Label(box.left, box.bottom - 3, text)
    return tuple(labels.values()), len(places) - len(labels)


def _beside(x: int, y: int, text: str) -> Iterator[_Box]:
    """Right, left, above and below, as far as that is on the map."""
    width, off = len(text) * _LABEL * 62 // 100, _REACH + 3
    for left, top in (
        (x + off, y - _LINE // 2), (x - off - width, y - _LINE // 2),
        (x - width // 2, y - off - _LINE), (x - width // 2, y + off),
    ):  # fmt: skip
        if left >= 2 and left + width <= WIDTH - 2 and top >= 2 and top + _LINE <= HEIGHT - 2:
            yield _Box(left, top, left + width, top + _LINE)

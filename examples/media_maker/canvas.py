"""A drawing surface of palette colours, and the invented scene that all pictures show.

Scene coordinates are whole numbers in a plaza 320 wide and 240 high; a canvas looks at a part of it.
Everyone in it is a disc on a rectangle: there are no faces to recognise or to cover.
"""

from dataclasses import dataclass, field

PALETTE = (
    (132, 186, 232), (164, 206, 240), (236, 236, 228), (150, 150, 158),
    (96, 160, 84), (62, 112, 58), (112, 82, 58), (40, 42, 50),
    (250, 250, 250), (214, 60, 52), (48, 88, 204), (242, 190, 70),
    (124, 92, 160), (206, 196, 176), (84, 90, 104), (228, 128, 64),
)  # fmt: skip
SKY, HAZE, STONE, PAVING, GRASS, LEAF, TRUNK, DARK, WHITE, RED, BLUE, YELLOW, PURPLE, SAND, SLATE, ORANGE = (
    range(16)
)

GLYPHS = {
    "D": "11110 10001 10001 10001 10001 10001 11110",
    "E": "11111 10000 10000 11110 10000 10000 11111",
    "M": "10001 11011 10101 10101 10001 10001 10001",
    "O": "01110 10001 10001 10001 10001 10001 01110",
}


@dataclass(slots=True)
class Canvas:
    """`rows` of palette numbers, `width` by `height` pixels; `view` is (left, top, right, bottom)."""

    width: int
    height: int
    view: tuple[int, int, int, int] = (0, 0, 320, 240)
    rows: list[bytearray] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.rows:
            self.rows = [bytearray(self.width) for _ in range(self.height)]

    def _x(self, x: int) -> int:
        return (x - self.view[0]) * self.width // (self.view[2] - self.view[0])

    def _y(self, y: int) -> int:
        return (y - self.view[1]) * self.height // (self.view[3] - self.view[1])

    def box(self, left: int, top: int, width: int, height: int, colour: int) -> None:
        """Fill a rectangle; what lies outside the view is cut off."""
        x0, x1 = (min(max(self._x(x), 0), self.width) for x in (left, left + width))
        y0, y1 = (min(max(self._y(y), 0), self.height) for y in (top, top + height))
        for row in self.rows[y0:y1]:
            row[x0:x1] = bytes([colour]) * (x1 - x0)

    def disc(self, x: int, y: int, radius: int, colour: int) -> None:
        """Fill a circle around (x, y)."""
        cx, cy, r = self._x(x), self._y(y), self._x(radius) - self._x(0)
        for py in range(max(cy - r, 0), min(cy + r + 1, self.height)):
            half = next(h for h in range(r, -1, -1) if h * h + (py - cy) ** 2 <= r * r)
            x0, x1 = (min(max(edge, 0), self.width) for edge in (cx - half, cx + half + 1))
            self.rows[py][x0:x1] = bytes([colour]) * (x1 - x0)

    def text(self, word: str, left: int, top: int, dot: int, colour: int) -> None:
        """Write the letters of GLYPHS, each five by seven dots of `dot` units."""
        for n, letter in enumerate(word):
            for y, line in enumerate(GLYPHS[letter].split()):
                for x, bit in enumerate(line):
                    if bit == "1":
                        self.box(left + (6 * n + x) * dot, top + y * dot, dot, dot, colour)

    def turned(self) -> "Canvas":
        """The same picture as a phone held upright stores it: EXIF orientation 6 turns it back."""
        stored = [bytearray(row[column] for row in self.rows) for column in reversed(range(self.width))]
        return Canvas(self.height, self.width, self.view, stored)


def figure(canvas: Canvas, x: int, ground: int, colour: int) -> None:
    """A standing person as a sign shows one."""
    canvas.box(x - 7, ground - 38, 14, 38, colour)
    canvas.disc(x, ground - 46, 7, colour)


def car(canvas: Canvas, x: int, flash: int) -> None:
    """A patrol car without a number, its light bar by `flash`."""
    canvas.box(x, 168, 92, 24, WHITE)
    canvas.box(x, 178, 92, 8, BLUE)
    canvas.box(x + 20, 152, 48, 16, SLATE)
    canvas.box(x + 30, 146, 14, 6, (RED, DARK)[flash % 2])
    canvas.box(x + 44, 146, 14, 6, (DARK, BLUE)[flash % 2])
    for wheel in (x + 18, x + 74):
        canvas.disc(wheel, 192, 9, DARK)


def plaza(canvas: Canvas, moment: int = 0) -> Canvas:
    """Draw the scene; from one `moment` to the next one figure walks and the lights change."""
    canvas.box(-40, -40, 400, 130, SKY)
    canvas.box(-40, 70, 400, 50, HAZE)
    canvas.box(-40, 118, 400, 30, GRASS)
    canvas.box(-40, 148, 400, 140, PAVING)
    canvas.box(196, 26, 92, 100, STONE)
    canvas.box(226, 4, 32, 24, SAND)
    for window in range(12):
        canvas.box(204 + window % 4 * 20, 38 + window // 4 * 28, 10, 16, SLATE)
    canvas.box(60, 84, 10, 48, TRUNK)
    for x, y, radius in ((65, 66, 30), (44, 82, 20), (88, 82, 20)):
        canvas.disc(x, y, radius, LEAF)
    car(canvas, 188, moment // 2)
    figure(canvas, 118, 204, PURPLE)
    figure(canvas, 160, 208, ORANGE)
    figure(canvas, 24 + 3 * moment, 214, YELLOW)
    canvas.text("DEMO", 146, 216, 2, DARK)
    return canvas


def screen() -> Canvas:
    """A phone screen with a chat in which every line is a bar."""
    canvas = Canvas(180, 320, (0, 0, 180, 320))
    canvas.box(0, 0, 180, 320, STONE)
    canvas.box(0, 0, 180, 34, BLUE)
    canvas.text("DEMO", 66, 10, 2, WHITE)
    for n, (left, width) in enumerate(((10, 110), (50, 120), (10, 90), (70, 100), (10, 120))):
        canvas.box(left, 48 + 52 * n, width, 40, (WHITE, GRASS)[n % 2])
        for line in range(3):
            canvas.box(left + 8, 56 + 52 * n + 10 * line, width - 16 - 14 * line, 4, SLATE)
    return canvas

"""How many values the tags of a picture have, and how long its pieces are (TIFF 6.0, sections 3, 4, 8, 15 to 24)."""

from typing import Final, NamedTuple

from copwatch.media import tiff_tags as tags
from copwatch.media.tiff_ifds import Directory, Entry, Tiff, Type

_INTEGERS: Final = frozenset((Type.BYTE, Type.SHORT, Type.LONG, Type.LONG8))
_SHORTS: Final = frozenset((Type.SHORT,))
_QUOTIENTS: Final = frozenset((Type.RATIONAL, Type.SRATIONAL, Type.FLOAT, Type.SHORT, Type.LONG))
_SINGLE: Final = frozenset(
    (
        *(254, 255, 256, 257, 259, 262, 266, 274, 277, 278, 284, 290, 292, 293, 296, 317, 322, 323),
        *(332, 334, 531, 32997, 32998),
    )
)
_QUOTIENT: Final = frozenset((282, 283, 286, 287))
_SAMPLED: Final = frozenset((258, 280, 281, 339, 340, 341))
_ONLY_FOR: Final = {
    **dict.fromkeys((290, 291), (0, 1)),
    320: (3,),
    **dict.fromkeys((332, 334, 336), (5,)),
    **dict.fromkeys((529, 530, 531, 532), (6,)),
}
"""Tags that mean something for some kinds of pixels (PhotometricInterpretation) alone."""
_TYPES: Final = {
    **dict.fromkeys((*_SINGLE, 338), _INTEGERS),
    **dict.fromkeys((*_QUOTIENT, 318, 319, 529, 532), _QUOTIENTS),
    **dict.fromkeys((291, 301, 320), _SHORTS),
}
_COUNTS: Final = {
    **dict.fromkeys((*_SINGLE, *_QUOTIENT, 37439), (1,)),
    **dict.fromkeys((297, 318, 530), (2,)),
    **dict.fromkeys((319, 532), (6,)),
    529: (3,),
    50674: (2, 3),
}
_SUBSAMPLED: Final = 6
_MOST_SAMPLES: Final = 1024
MOST_PIECES: Final = 400_000
"""Strips and tiles of all pictures together; a slide of a gigabyte has a tenth of that."""
_LERC, _LOGARITHMS = 34887, (34676, 34677)


class Shape(NamedTuple):
    """What a directory says of its pixels; 0 where it says nothing."""

    width: int
    height: int
    samples: int
    bits: tuple[int, ...]
    kind: int
    coding: int
    apart: bool
    rows: int
    tile: tuple[int, int]
    layers: bool

    def meant(self, tag: int) -> bool:
        """Whether a tag means something for such a picture."""
        if tag == 50674:
            return self.coding == _LERC
        if tag == 37439:
            return self.coding in _LOGARITHMS
        return self.kind in _ONLY_FOR.get(tag, (self.kind,))

    def fits(self, entry: Entry) -> bool:
        """Whether a tag of a picture has as many values as it may have, of a type that it may have."""
        tag, count = entry.tag, entry.count
        if tag in _TYPES and entry.type not in _TYPES[tag]:
            return False
        colours = 1 << min(self.bits[0], 16)
        counts = {
            **dict.fromkeys(_SAMPLED, (1, self.samples)),
            338: range(self.samples + 1),
            291: (colours,),
            301: (colours, 3 * colours),
            320: (3 * colours,),
            336: (2, 2 * self.samples),
        }
        return count in (counts.get(tag) or _COUNTS.get(tag, (count,)))

    def pieces(self) -> int | None:
        """How many strips or tiles there are; None where that is not known."""
        if not self.width or not self.height or self.layers:
            return None
        across, down = self.tile
        if across and down:
            count = -(-self.width // across) * -(-self.height // down)
        else:
            count = -(-self.height // min(self.rows or self.height, self.height))
        return count * (self.samples if self.apart else 1)

    def lengths(self) -> list[tuple[int, int]] | None:
        """Bytes of each piece before compression: what it has, and with full rows; None where that is not known."""
        count = self.pieces()
        if count is None or count > MOST_PIECES or self.kind == _SUBSAMPLED:
            return None
        if len(self.bits) not in (1, self.samples) or self.samples > _MOST_SAMPLES:
            return None
        bits = self.bits if len(self.bits) == self.samples else self.bits * self.samples
        points = bits if self.apart else (sum(bits),)
        found: list[tuple[int, int]] = []
        for point in points:
            found += self._plane(point, count // len(points))
        return found

    def _plane(self, point: int, count: int) -> list[tuple[int, int]]:
        across, down = self.tile
        if across and down:
            return [((across * point + 7) // 8 * down,) * 2] * count
        rows = min(self.rows or self.height, self.height)
        row = (self.width * point + 7) // 8
        last = row * (self.height - (count - 1) * rows)
        return [(row * rows, row * rows)] * (count - 1) + [(last, row * rows)]


def shape(tiff: Tiff, directory: Directory) -> Shape:
    """The shape of a picture. Raises `Damaged` where a value stands beyond the end."""

    def number(tag: int, otherwise: int = 0) -> int:
        found = tiff.one(directory.entry(tag))
        return otherwise if found is None else found

    bits = directory.entry(tags.BITS)
    samples = max(1, number(tags.SAMPLES, 1))
    return Shape(
        number(tags.WIDTH),
        number(tags.HEIGHT),
        samples,
        tuple(tiff.numbers(bits, min(samples, _MOST_SAMPLES)) if bits else ()) or (1,),
        number(tags.PHOTOMETRIC, -1),
        number(tags.COMPRESSION, 1),
        number(tags.PLANES, 1) == 2,
        number(tags.ROWS),
        (number(tags.TILE_WIDTH), number(tags.TILE_LENGTH)),
        number(tags.DEPTH_OF_IMAGE, 1) > 1,
    )

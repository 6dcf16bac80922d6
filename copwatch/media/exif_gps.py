"""Numbers of a GPS directory, exactly (CIPA DC-008, 4.6.6): for showing them, and for the record of a file.

Nothing here raises: what cannot be read is not there.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from copwatch.media.gathering import text_of
from copwatch.media.refusal import CannotClean
from copwatch.media.tiff_ifds import Directory, Entry, Tiff, Type

LATITUDE, LONGITUDE, TO_LATITUDE, TO_LONGITUDE = 0x02, 0x04, 0x14, 0x16
_BELOW, _ALTITUDE, _TIME, _DAY = 0x05, 0x06, 0x07, 0x1D
_HUGE: Final = 1 << 64
"""No number of an angle, a height or a time; as one, what is infinite or not a number."""
_LETTERS: Final = frozenset((Type.ASCII, Type.UTF8, Type.UNDEFINED))


def angle(tiff: Tiff, gps: Directory, tag: int) -> tuple[Fraction | None, str]:
    """Degrees, None without any, and the letter of the tag before: `N`, `S`, `E`, `W`, whatever it is, or empty."""
    return in_degrees(_parts(tiff, gps.entry(tag))), text(tiff, gps, tag - 1)[:1].upper()


def in_degrees(parts: Sequence[Fraction | None]) -> Fraction | None:
    """Degrees, minutes and seconds as one number; what is missing at the end, or is over zero, counts as zero."""
    if not parts or parts[0] is None:
        return None
    return sum(
        (Fraction(part or 0) / unit for part, unit in zip(parts, (1, 60, 3600), strict=False)), Fraction()
    )


def altitude(tiff: Tiff, gps: Directory) -> Fraction | None:
    """Metres above the sea or, negative, below it."""
    height = _parts(tiff, gps.entry(_ALTITUDE))[:1]
    if not height or height[0] is None:
        return None
    below = _parts(tiff, gps.entry(_BELOW))[:1] in ([1], [3])
    return -height[0] if below else height[0]


def utc(tiff: Tiff, gps: Directory) -> tuple[str, list[Fraction]]:
    """The day as it is written, and hours, minutes and seconds; empty without all three."""
    clock = [part for part in _parts(tiff, gps.entry(_TIME)) if part is not None]
    return text(tiff, gps, _DAY), clock if len(clock) == 3 else []


def text(tiff: Tiff, gps: Directory, tag: int) -> str:
    """A short text, such as the letter that says what a number means."""
    entry = gps.entry(tag)
    try:
        return text_of(tiff.raw(entry, 32)).strip() if entry else ""
    except CannotClean:
        return ""


def _parts(tiff: Tiff, entry: Entry | None) -> list[Fraction | None]:
    """At most three numbers; None for one that is over zero, or none."""
    if entry is None or entry.type in _LETTERS:
        return []
    try:
        if entry.type in (Type.RATIONAL, Type.SRATIONAL):
            numbers = tiff.numbers(entry, 6)
            pairs = zip(numbers[::2], numbers[1::2], strict=False)
            return [Fraction(above, below) if below else None for above, below in pairs]
        return [Fraction(value) if abs(value) < _HUGE else None for value in tiff.values(entry, 3)]
    except CannotClean:
        return []

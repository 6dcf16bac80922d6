"""Gathers what a file says of itself; what no record could hold is left out."""

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from typing import Final, ParamSpec

from copwatch.media.refusal import CannotClean
from copwatch.model.members import MalformedRecord
from copwatch.model.records.described import Camera, Captured, Described, Pair, Pixels, Place, Track
from copwatch.model.values.said import line, moment

P = ParamSpec("P")
MOST: Final = 16
"""Times, places and tracks of a file that are kept; a camera writes fewer."""
_PLACES: Final = 7
"""Decimals of a degree: a centimetre."""
_LARGEST: Final = 1 << 40
_CAMERA: Final = tuple(Camera.shape())


class Told:
    """What was found so far. The first of equal things counts, and of a device the first text of each kind."""

    def __init__(self) -> None:
        self._captured: dict[Captured, None] = {}
        self._places: dict[Place, None] = {}
        self._tracks: list[Track] = []
        self._camera: dict[str, str] = {}
        self._pair: Pair | None = None
        self._pixels: Pixels | None = None
        self._duration: int | None = None
        self.recompressed = False

    def time(self, at: str, zone: str, source: str) -> None:
        """One time; one that there is not is left out."""
        if moment(at) is not None and len(self._captured) < MOST:
            self._captured.setdefault(Captured(at, zone, source))

    def place(
        self, latitude: Fraction, longitude: Fraction, source: str, altitude: Fraction | None = None
    ) -> None:
        """One position in degrees, with metres above the sea; one that is not on Earth is left out."""
        if abs(latitude) > 90 or abs(longitude) > 180 or len(self._places) >= MOST:
            return
        above = None if altitude is None or abs(altitude) > _LARGEST else decimal(altitude, 3)
        place = Place(decimal(latitude, _PLACES), decimal(longitude, _PLACES), source, above)
        self._places.setdefault(place)

    def camera(self, name: str, untrusted: str) -> None:
        """A text about the device: `make`, `model`, `serial`, `owner`, `software`."""
        if text := line(untrusted):
            self._camera.setdefault(name, text)

    def pixels(self, width: int | None, height: int | None) -> None:
        """The size of a picture; of several the largest counts."""
        if not width or not height or not (0 < width < _LARGEST and 0 < height < _LARGEST):
            return
        if self._pixels is None or width * height > self._pixels.width * self._pixels.height:
            self._pixels = Pixels(width, height)

    def duration(self, units: int, scale: int | Fraction) -> None:
        """How long it takes: so many units, of which `scale` make a second; the longest counts."""
        if units > 0 and scale > 0 and (length := int(Fraction(units) * 1000 / scale)) < _LARGEST:
            self._duration = max(length, self._duration or 0)

    def track(self, kind: str, untrusted_coding: str = "") -> None:
        """One track: `picture`, `sound`, `text` or `data`, and the name of its coding."""
        if len(self._tracks) < MOST:
            self._tracks.append(Track(kind, line(untrusted_coding)))

    def pair(self, untrusted: str) -> None:
        """What links picture and film."""
        with suppress(MalformedRecord):
            self._pair = self._pair or Pair.read({"identifier": untrusted.strip(" \0")}, "pair")

    def trying(self, read: Callable[P, None], *args: P.args, **more: P.kwargs) -> None:
        """Reads a part; damage in it ends that part alone."""
        with suppress(CannotClean):
            read(*args, **more)

    def described(self, essence: str | None = None) -> Described:
        """All of it."""
        camera = Camera(**{name: self._camera.get(name) for name in _CAMERA}) if self._camera else None
        return Described(
            captured=tuple(self._captured) or None, places=tuple(self._places) or None, camera=camera,
            pixels=self._pixels, duration=self._duration, tracks=tuple(self._tracks) or None, pair=self._pair,
            essence=essence,
        )  # fmt: skip


def decimal(value: Fraction, places: int) -> str:
    """A number with at most so many decimals, rounded half to even, without zeros at the end."""
    digits = round(abs(value) * 10**places)
    whole, rest = divmod(digits, 10**places)
    fraction = f"{rest:0{places}}".rstrip("0")
    sign = "-" if value < 0 and digits else ""
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"

"""What a file says of itself, as its evidence record keeps it: each source beside the others, none preferred."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from copwatch.model.members import Members, one, rows, value
from copwatch.model.records.typed import HASH, ID, sure
from copwatch.model.redaction import Class
from copwatch.model.values import Decimal, Integer
from copwatch.model.values.exact import Listed, Pattern
from copwatch.model.values.said import Line, Moment, moment
from copwatch.model.vocabulary import (
    CAPTURED_SOURCE,
    LOOKED,
    MESSENGER,
    MESSENGER_SIGN,
    PLACE_SOURCE,
    TRACK_KIND,
    ZONE,
)

MOST_ROWS = 64
"""More than any camera writes of times, places or tracks."""
_SIGN = Pattern("|".join(MESSENGER_SIGN.terms), MESSENGER_SIGN.terms[0])
_IDENTIFIER = Pattern(r"[0-9A-Za-z-]{8,64}", "2F2A1C6E-5B0E-4E0C-9B64-3D0D6A7F2B11")


@dataclass(frozen=True, slots=True)
class Captured(Members):
    """One time that a file bears, as one of its structures gives it.

    `zone`: `stated` beside the time; `utc`: the source knows no other; `said_utc`: the format says UTC, and many
    cameras write local time; `unknown`: local time of nobody knows where, and `at` has no zone.
    """

    at: str = field(metadata=value(Moment(), Class.TIM))
    zone: str = field(metadata=sure(ZONE))
    source: str = field(metadata=sure(CAPTURED_SOURCE))


@dataclass(frozen=True, slots=True)
class Place(Members):
    """One position: degrees north and east, metres above the sea, as decimals."""

    latitude: str = field(metadata=value(Decimal("-90", "90"), Class.LOC))
    longitude: str = field(metadata=value(Decimal("-180", "180"), Class.LOC))
    source: str = field(metadata=sure(PLACE_SOURCE))
    altitude: str | None = field(default=None, metadata=value(Decimal(), Class.LOC))


@dataclass(frozen=True, slots=True)
class Camera(Members):
    """The device, its owner and its program, as the file names them."""

    make: str | None = field(default=None, metadata=value(Line(), Class.TEC))
    model: str | None = field(default=None, metadata=value(Line(), Class.TEC))
    serial: str | None = field(default=None, metadata=value(Line(), Class.TEC))
    owner: str | None = field(default=None, metadata=value(Line(), Class.TEC))
    software: str | None = field(default=None, metadata=value(Line(), Class.TEC))


@dataclass(frozen=True, slots=True)
class Pixels(Members):
    """Width and height of the picture as it is coded, before anybody turns it."""

    width: int = field(metadata=value(Integer(1), Class.CST))
    height: int = field(metadata=value(Integer(1), Class.CST))


@dataclass(frozen=True, slots=True)
class Track(Members):
    """A track of a film or recording, and the name that its format gives to its coding."""

    kind: str = field(metadata=sure(TRACK_KIND))
    coding: str | None = field(default=None, metadata=value(Line(), Class.CST))


@dataclass(frozen=True, slots=True)
class Pair(Members):
    """What links picture and film of one Live Photo; `evidence` is the other one, where that came in before."""

    identifier: str = field(metadata=value(_IDENTIFIER, Class.TEC))
    evidence: str | None = field(default=None, metadata=value(ID, Class.CST))


@dataclass(frozen=True, slots=True)
class CameThrough(Members):
    """By which signs a file looks as if it came through a messenger, and through which, where its name says so."""

    signs: tuple[str, ...] = field(metadata=value(Listed(_SIGN), Class.CST))
    program: str | None = field(default=None, metadata=sure(MESSENGER, Class.TEC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Described(Members):
    """All of it. `duration` in milliseconds; `essence`: docs/format.md; `looked`: why nobody could look at the file."""

    captured: tuple[Captured, ...] | None = field(default=None, metadata=rows(Captured, Class.TIM))
    places: tuple[Place, ...] | None = field(default=None, metadata=rows(Place, Class.LOC))
    camera: Camera | None = field(default=None, metadata=one(Camera, Class.TEC))
    pixels: Pixels | None = field(default=None, metadata=one(Pixels, Class.CST))
    duration: int | None = field(default=None, metadata=value(Integer(), Class.CST))
    tracks: tuple[Track, ...] | None = field(default=None, metadata=rows(Track, Class.CST))
    pair: Pair | None = field(default=None, metadata=one(Pair, Class.TEC))
    came_through: CameThrough | None = field(default=None, metadata=one(CameThrough, Class.TEC))
    essence: str | None = field(default=None, metadata=value(HASH, Class.CST))
    looked: str | None = field(default=None, metadata=sure(LOOKED))

    def oddities(self) -> Iterable[str]:
        """What the members say against one another."""
        for held in (self.captured, self.places, self.tracks):
            if held is not None and not 0 < len(held) <= MOST_ROWS:
                yield f"a list is empty, or longer than {MOST_ROWS}"
        if self.camera is not None and not self.camera.given():
            yield "a camera of which nothing is said"
        for time in self.captured or ():
            known = moment(time.at)
            if known is not None and (known.tzinfo is None) != (time.zone == "unknown"):
                yield "a time whose zone is not known has one, or the other way round"

    def members(self) -> dict[str, Any]:
        """Those that are there, as arguments of a record that has them too."""
        pairs = ((name, getattr(self, name)) for name in Described.shape())
        return {name: held for name, held in pairs if held is not None}

    @property
    def clean(self) -> bool:
        """Whether it holds only what a clean rendition shows anyway, and of a messenger no more than the signs."""
        told = self.captured or self.places or self.camera or self.pair
        return not told and (self.came_through is None or self.came_through.program is None)


def described_in(record: Described) -> Described:
    """Of a record what its file says of itself, alone."""
    return Described(**record.members())

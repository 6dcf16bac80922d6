"""What a file would reveal, in the order of what it may do to somebody."""

from dataclasses import dataclass
from enum import IntEnum


class Danger(IntEnum):
    """The kinds of things that a file reveals, the most dangerous first."""

    PLACE = 1
    """Where: coordinates, names of places, tracks of positions."""
    IDENTITY = 2
    """Who and with what: names, accounts, serial numbers, makers and models, identifiers that link files."""
    TIME = 3
    """When."""
    SOFTWARE = 4
    """What wrote or edited it."""
    PICTURES = 5
    """Other pictures and sound: thumbnails, previews, earlier versions, second pictures."""
    TRACKS = 6
    """Tracks beside picture and sound: motion, text, timed metadata, attachments."""
    TRAILING = 7
    """What stands behind the end, or where nothing refers to it."""
    OTHER = 8
    """Whatever is not known to be needed."""

    __hash__ = int.__hash__
    """As for every other number; that of `Enum` is written in Python, and a film asks for millions."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a file reveals.

    `name` is ours, in lower case; `value` is text from the file, hostile until cleaned. `offset` is where it stands in
    the file, where that is known; `source` names the structure (`EXIF`, `XMP`, `mvhd`).
    """

    danger: Danger
    name: str
    value: str
    source: str = ""
    offset: int | None = None

"""One module a format: `recognises(head)` by the first bytes, and `scan(source)`, which gives every byte its place."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Final, Protocol, cast

from copwatch.media.parts import Scan
from copwatch.media.source import Source


class Format(Protocol):
    """What a module of a format has."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with `head` (up to 4,096 bytes) is of this format."""

    def scan(self, source: Source) -> Scan:
        """Every part of the file. Raises `CannotClean`."""


NAMES: Final[tuple[str, ...]] = (
    "jpeg",
    "png",
    "heif",
    "bmff",
    "matroska",
    "flac",
    "aac",
    "ogg",
    "bmp",
    "gif",
    "jxl",
    "webp",
    "wav",
    "pdf",
    "tiff",
    "aiff",
    "avi",
    "mp3",
)
"""The modules, in the order in which they are loaded and asked: what phones make comes first. That of MP3 looks beyond
the first bytes, so it comes last."""


_LAST_OF_PHONES: Final = "bmff"


def format_of(head: bytes) -> Format | None:
    """The format of a file that begins with `head`; None when it is none of ours."""
    return next((module for module in map(_module, NAMES) if module.recognises(head)), None)


def load_while(idle: Callable[[], bool]) -> None:
    """Loads the modules for what phones make, as long as there is nothing else to do."""
    for name in NAMES[: NAMES.index(_LAST_OF_PHONES) + 1]:
        if not idle():
            return
        _module(name)


@cache
def _module(name: str) -> Format:
    return cast("Format", import_module(f"{__name__}.{name}"))

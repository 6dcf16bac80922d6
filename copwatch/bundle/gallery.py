"""The gallery of the page: for each picture, film or sound what a browser shows of it, and what it is.

A browser shows the viewing rendition where there is one, and else the file itself where browsers know its kind.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from copwatch.bundle.viewing import Viewing, ViewingFile
from copwatch.text import clean

PICTURE, FILM, SOUND = "picture", "film", "sound"
_KINDS: Final = {"image": PICTURE, "video": FILM, "audio": SOUND}
_SHOWN: Final = {
    PICTURE: frozenset({"jpg", "jpeg", "png", "gif", "webp", "avif", "bmp"}),
    FILM: frozenset({"mp4", "m4v", "webm"}),
    SOUND: frozenset({"mp3", "m4a", "wav", "ogg", "oga", "opus", "flac", "aac"}),
}
"""What browsers show, by ending."""
_OTHERS: Final = {
    PICTURE: frozenset({"heic", "heif", "tif", "tiff", "jxl", "jp2", "dng"}),
    FILM: frozenset({"mov", "3gp", "3g2", "mkv", "avi"}),
    SOUND: frozenset({"aif", "aiff", "mka"}),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One item of the gallery. `shown`, `thumbnail` and `file` are links, and empty where there is nothing to link to.

    `shown` is what the browser shows or plays, and `made` says that this is a viewing rendition; `why_not` says why
    there is none although one is needed.
    """

    code: str
    name: str
    kind: str
    shown: str
    thumbnail: str
    file: str
    made: bool
    why_not: str


def frame(
    code: str, name: str, href: str, file: str, media_type: str, viewing: Viewing | None
) -> Frame | None:
    """The frame of an item; None for what is no picture, film or sound.

    Args:
        code: what the bundle calls it.
        name: cleaned; empty where it stays.
        href: how the page links to its file; empty where it does not.
        file: the name of its file.
        media_type: empty where nobody says it: then the ending does.
        viewing: what was made of it.
    """
    ending = file.rpartition(".")[2].lower()
    by_ending = (kind for kind in _SHOWN if ending in _SHOWN[kind] | _OTHERS[kind])
    kind = _KINDS.get(media_type.partition("/")[0]) if media_type else next(by_ending, None)
    if kind is None:
        return None
    made = viewing.rendition if viewing else None
    shown = _link(made) or (href if ending in _SHOWN[kind] else "")
    small = _link(viewing.thumbnail if viewing else None)
    why_not = clean(viewing.why_not) if viewing else ""
    return Frame(code, name, kind, shown, small, href, made is not None, why_not)


def link(path: str) -> str:
    """A path below the bag as the page links to it."""
    return quote(path.removeprefix("data/"))


def _link(one: ViewingFile | None) -> str:
    return link(one.file) if one is not None else ""

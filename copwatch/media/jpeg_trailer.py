"""What stands behind the end of a JPEG picture: phones put whole videos and second pictures there."""

from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import text_of
from copwatch.media.source import Source

_LOOK: Final = 16 << 20
"""How much is searched; a video or picture begins near to the end of the first picture, or near to that of a second."""
_TAIL: Final = 64 << 10
_MOST_NOTES: Final = 64

_ENDS: Final = (
    (b"SEFT", "notes of a phone (Samsung)", Danger.TIME),
    (b"AXS!", "captions (AFCP)", Danger.IDENTITY),
    (b"AXS*", "captions (AFCP)", Danger.IDENTITY),
    (b"cbipcbbl", "captions (Photo Mechanic)", Danger.IDENTITY),
    (b"\xa1\xb2\xc3\xd4", "captions (FotoStation)", Danger.IDENTITY),
    (b"8db42d694ccc418790edff439fe026bf", "movement of the camera (Insta360)", Danger.TRACKS),
    (b"CANON OPTIONAL DATA\0", "edits (Canon)", Danger.SOFTWARE),
    (b"vivo{", "notes of a phone (vivo)", Danger.IDENTITY),
    (b"~\0\4\0zmie~\0\0\6", "notes (MIE)", Danger.IDENTITY),
)
"""By bytes near to the end of the file."""


def behind(source: Source, start: int) -> tuple[str, Danger, list[Fact]]:
    """A name for all that stands from `start` on, the worst that it may reveal, and what it does."""
    length = source.size - start
    end = min(source.size, start + _LOOK)
    size = f"{length:,} bytes"
    found: list[Fact] = []
    picture = source.find(b"\xff\xd8\xff", start, end)
    if picture >= 0:
        count = _count(source, picture, end)
        found.append(Fact(Danger.PICTURES, "further pictures", f"{count}, within {size}", "trailer", picture))
    video = source.find(b"ftyp", start, end)
    if video >= start + 4:
        found.append(
            Fact(Danger.PICTURES, "video", f"{source.size - video + 4:,} bytes", "trailer", video - 4)
        )
    tail = source.read(max(start, source.size - _TAIL), min(length, _TAIL))
    for mark, name, danger in _ENDS:
        if mark in tail[-256:]:
            found.append(Fact(danger, name, size, "trailer", start))
    found += _samsung(tail, source.size - len(tail))
    blank = length <= len(tail) and not tail.strip(b"\0\xff")
    what = "padding behind the picture" if blank else "what stands behind the picture"
    if not found and not blank:
        found.append(Fact(Danger.TRAILING, "data behind the picture", size, "trailer", start))
    return what, min((fact.danger for fact in found), default=Danger.TRAILING), found


def _count(source: Source, at: int, end: int) -> int:
    """How many JPEG pictures begin, thumbnails and the like among them; 64 are many."""
    count = 0
    while at >= 0 and count < 64:
        count, at = count + 1, source.find(b"\xff\xd8\xff", at + 3, end)
    return count


def _samsung(tail: bytes, offset: int) -> list[Fact]:
    """The list at the end of Samsung's trailer: names of what a phone notes, and short texts such as the time.

    From the end: `SEFT`, the length of the list, the list: `SEFH`, version, count, and for each note 12 bytes with how
    far before the list it stands, and its length. A note has 4 bytes, the length of its name, its name, and its value.
    """
    if tail[-4:] != b"SEFT":
        return []
    start = len(tail) - 8 - int.from_bytes(tail[-8:-4], "little")
    if start < 0 or tail[start : start + 4] != b"SEFH":
        return []
    found = []
    count = min(int.from_bytes(tail[start + 8 : start + 12], "little"), _MOST_NOTES)
    for row in range(start + 12, start + 12 + 12 * count, 12):
        back, size = (int.from_bytes(tail[at : at + 4], "little") for at in (row + 4, row + 8))
        at = start - back
        if at < 0:
            continue
        name_end = at + 8 + min(int.from_bytes(tail[at + 4 : at + 8], "little"), 64)
        name, value = tail[at + 8 : name_end], tail[name_end : at + size]
        told = text_of(value)[:200] if value[:64].isascii() and len(value) <= 256 else f"{len(value):,} bytes"
        danger = Danger.TIME if b"UTC" in name or b"Time" in name else Danger.IDENTITY
        found.append(Fact(danger, text_of(name).lower().replace("_", " "), told, "SEF", offset + at))
    return found

"""Tags that stand before and behind coded sound: ID3v2, ID3v1, APE, Lyrics3; and comments as Xiph's formats write them.

Sources: id3.org (ID3v1, 2.2 to 2.4, Lyrics3), the APEv2 specification, the Vorbis I specification (5).
"""

from typing import Final, NamedTuple

from copwatch.media.facts import Danger
from copwatch.media.gathering import LONGEST_VALUE, Gathering, text_of
from copwatch.media.source import Source

_MOST: Final = 64
_MOST_COMMENTS: Final = 1000
_LYRICS1: Final = 5100 + 11 + 9
_PLACES: Final = ("LOCATION", "GPS", "GEO", "LATITUDE", "LONGITUDE", "COUNTRY", "CITY")
_TIMES: Final = ("DATE", "TIME", "YEAR", "TDRC", "TDRL", "TDEN", "TDTG", "TYER", "TDAT", "TYE")
_PROGRAMS: Final = ("ENCO", "VENDOR", "TSSE", "TSS", "TENC", "TEN", "SOFTWARE", "TOOL")
_PICTURES: Final = ("PICTURE", "COVER", "APIC", "PIC")


class Tag(NamedTuple):
    """Where a tag stands."""

    start: int
    end: int
    name: str


def before(source: Source, at: int = 0) -> list[Tag]:
    """The ID3v2 tags that stand at a position, one behind the other."""
    found: list[Tag] = []
    while len(found) < _MOST and (size := _id3v2(source, at)):
        end = min(at + size, source.size)
        found.append(Tag(at, end, "ID3v2"))
        at = end
    return found


def behind(source: Source, start: int) -> list[Tag]:
    """The tags at the end of a file, the last first, as far as they stand behind `start`."""
    found: list[Tag] = []
    end = source.size
    while len(found) < _MOST:
        tag = _id3v1(source, end) or _ape(source, end) or _lyrics(source, end) or _footed(source, end)
        if tag is None or tag.start < start:
            break
        found.append(tag)
        end = tag.start
    return found


def _id3v2(source: Source, at: int) -> int:
    if source.size - at < 10:
        return 0
    head = source.read(at, 10)
    if head[:3] != b"ID3" or head[3] == 0xFF or head[4] == 0xFF or max(head[6:10]) > 127:
        return 0
    return 10 + _safe(head[6:10]) + (10 if head[5] & 0x10 else 0)


def _safe(data: bytes) -> int:
    return data[0] << 21 | data[1] << 14 | data[2] << 7 | data[3]


def _ending(source: Source, end: int, length: int) -> bytes:
    return source.read(end - length, length) if end >= length else b""


def _id3v1(source: Source, end: int) -> Tag | None:
    if _ending(source, end, 128)[:3] != b"TAG":
        return None
    longer = _ending(source, end - 128, 227)[:4] == b"TAG+"
    return Tag(end - (355 if longer else 128), end, "ID3v1")


def _ape(source: Source, end: int) -> Tag | None:
    foot = _ending(source, end, 32)
    if foot[:8] != b"APETAGEX":
        return None
    size = int.from_bytes(foot[12:16], "little")
    header = 32 if foot[23] & 0x80 else 0
    return Tag(end - size - header, end, "APE") if 32 <= size <= end - header else None


def _lyrics(source: Source, end: int) -> Tag | None:
    mark = _ending(source, end, 9)
    if mark == b"LYRICS200":
        digits = _ending(source, end - 9, 6)
        start = end - 15 - int(digits) if digits.isdigit() else -1
        return Tag(start, end, "Lyrics3") if start >= 0 else None
    if mark == b"LYRICSEND":
        whole = _ending(source, end, min(end, _LYRICS1))
        at = whole.rfind(b"LYRICSBEGIN")
        return Tag(end - len(whole) + at, end, "Lyrics3") if at >= 0 else None
    return None


def _footed(source: Source, end: int) -> Tag | None:
    """ID3v2.4 at the end of a file is found by its footer."""
    foot = _ending(source, end, 10)
    if foot[:3] != b"3DI" or max(foot[6:10]) > 127:
        return None
    start = end - 20 - _safe(foot[6:10])
    return Tag(start, end, "ID3v2") if start >= 0 else None


def tag_facts(source: Source, tag: Tag, found: Gathering) -> None:
    """What a tag reveals, as far as it can be read."""
    data = source.read(tag.start, min(tag.end - tag.start, 256 << 10))
    if tag.name == "ID3v1":
        data = data[-128:]
        for name, low, high in (("title", 3, 33), ("artist", 33, 63), ("album", 63, 93), ("year", 93, 97)):
            add(found, name, text_of(data[low:high]), tag.start)
        add(found, "comment", text_of(data[97:127]), tag.start)
    elif tag.name == "ID3v2":
        _id3v2_facts(data, tag.start, found)
    elif tag.name == "APE":
        _ape_facts(data, tag.start, found)
    else:
        found.add(Danger.IDENTITY, "lyrics", text_of(data[11 : 11 + LONGEST_VALUE]), tag.start)


def _id3v2_facts(data: bytes, offset: int, found: Gathering) -> None:
    old = data[3] == 2
    width, head = (3, 6) if old else (4, 10)
    at = 10
    for _ in range(_MOST_COMMENTS):
        name = data[at : at + width]
        if len(data) - at < head or not name.strip(b"\0"):
            return
        raw = data[at + width : at + 2 * width]
        size = _safe(raw) if data[3] >= 4 else int.from_bytes(raw, "big")
        body = data[at + head : at + head + size]
        label = name.decode("latin-1")
        if label.startswith(("T", "COM", "USLT", "W", "UFID", "PRIV", "IPLS")):
            add(found, label, _id3_text(body), offset + at)
        else:
            add(found, label, f"{size:,} bytes", offset + at)
        at += head + size


def _id3_text(body: bytes) -> str:
    coding = {1: "utf-16", 2: "utf-16-be", 3: "utf-8"}.get(body[0] if body else 0, "latin-1")
    return body[1 : 1 + 2 * LONGEST_VALUE].decode(coding, "replace").replace("\0", " ")


def _ape_facts(data: bytes, offset: int, found: Gathering) -> None:
    at = 32 if data[:8] == b"APETAGEX" and len(data) > 32 and data[23] & 0x20 else 0
    for _ in range(_MOST_COMMENTS):
        size, zero = int.from_bytes(data[at : at + 4], "little"), data.find(b"\0", at + 8)
        if zero < 0 or data[at : at + 8] == b"APETAGEX":
            return
        value = data[zero + 1 : zero + 1 + size]
        add(found, text_of(data[at + 8 : zero]), text_of(value[: 4 * LONGEST_VALUE]), offset + at)
        at = zero + 1 + size


def comment_facts(data: bytes, offset: int, found: Gathering) -> None:
    """A writer's name and comments as `NAME=value`, each behind its length in four bytes (Vorbis I, 5.2.1)."""
    size = int.from_bytes(data[:4], "little")
    found.add(Danger.SOFTWARE, "program", text_of(data[4 : 4 + min(size, 4 * LONGEST_VALUE)]), offset)
    at = 8 + size
    for _ in range(min(int.from_bytes(data[4 + size : at], "little"), _MOST_COMMENTS)):
        size = int.from_bytes(data[at : at + 4], "little")
        name, _, value = data[at + 4 : at + 4 + min(size, 4 * LONGEST_VALUE)].partition(b"=")
        add(found, text_of(name), text_of(value), offset + at)
        at += 4 + size
        if at > len(data):
            return


def are_whole(data: bytes) -> bool:
    """Whether such comments do not say that they are longer than they are."""
    at = 4 + int.from_bytes(data[:4], "little")
    count, at = int.from_bytes(data[at : at + 4], "little"), at + 4
    while count and at <= len(data):
        at, count = at + 4 + int.from_bytes(data[at : at + 4], "little"), count - 1
    return at <= len(data)


def add(found: Gathering, name: str, value: str, offset: int) -> None:
    """A fact, with the danger that its name tells."""
    upper = name.upper()
    kinds = (
        (_PLACES, Danger.PLACE),
        (_PROGRAMS, Danger.SOFTWARE),
        (_TIMES, Danger.TIME),
        (_PICTURES, Danger.PICTURES),
    )
    danger = next((kind for words, kind in kinds if any(word in upper for word in words)), Danger.IDENTITY)
    found.add(danger, f"tag {name.lower()[:40]}", value, offset)

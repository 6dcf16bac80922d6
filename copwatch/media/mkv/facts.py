"""What Matroska reveals in words: title, times, programs, tags, chapters, attached files, names of tracks."""

import datetime
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from copwatch.media.ebml import Element, children
from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import Gathering, text_of
from copwatch.media.mkv import tables
from copwatch.media.mkv.tables import named
from copwatch.media.refusal import CannotClean
from copwatch.media.source import Source

_MOST: Final = 2000
_DEEPEST: Final = 6
_LEAST_LINES: Final = 32
_LONGEST: Final = 800
_DATE: Final = 0x4461
_SIMPLE_TAG, _TAG_NAME, _TAG_TEXT = 0x67C8, 0x45A3, 0x4487
_MASTERS: Final = frozenset(
    {0x7373, _SIMPLE_TAG, 0x61A7, 0x45B9, 0xB6, 0x80, tables.TRACK_ENTRY, tables.VIDEO}
)
_TEXTS: Final = {
    0x7BA9: ("title", Danger.IDENTITY), tables.MUXING_APP: ("muxing program", Danger.SOFTWARE),
    tables.WRITING_APP: ("writing program", Danger.SOFTWARE), 0x7384: ("file name", Danger.IDENTITY),
    0x3C83AB: ("name of the file before", Danger.IDENTITY), 0x3E83BB: ("name of the file behind", Danger.IDENTITY),
    0x536E: ("name of a track", Danger.IDENTITY), 0x258688: ("name of a codec", Danger.SOFTWARE),
    0x85: ("chapter", Danger.IDENTITY), 0x466E: ("attached file", Danger.TRACKS),
    0x467E: ("description of an attached file", Danger.IDENTITY),
}  # fmt: skip
_NUMBERS: Final = {
    0x73A4: "identifier of the file", 0x4444: "identifier of a family of files",
    0x3CB923: "identifier of the file before", 0x3EB923: "identifier of the file behind",
    tables.TRACK_UID: "identifier of a track",
}  # fmt: skip
_PLACES, _TIMES, _PROGRAMS = (
    ("LOCATION", "GPS", "LATITUDE", "LONGITUDE", "COUNTRY"),
    ("DATE", "TIME"),
    ("ENCO",),
)
_KINDS: Final = {
    0x11: "subtitles",
    0x12: "buttons",
    0x20: "control",
    0x21: "metadata",
    0x10: "a logo",
    3: "complex",
}


def facts_of(source: Source, tops: list[Element]) -> list[Fact]:
    """The facts of these elements of a segment; what cannot be read says nothing."""
    found = Gathering("Matroska")
    for top in tops:
        with suppress(CannotClean):
            for element, depth in _leaves(source, top, 0):
                _fact(source, element, depth, found)
    return found.facts()


def _leaves(source: Source, master: Element, depth: int) -> Iterator[tuple[Element, int]]:
    for count, (child, _) in enumerate(children(source, master.content, master.end or master.content)):
        if count >= _MOST:
            return
        yield child, depth
        if child.id in _MASTERS and depth < _DEEPEST:
            yield from _leaves(source, child, depth + 1)


def _fact(source: Source, element: Element, depth: int, found: Gathering) -> None:
    data = source.read(element.content, min(_LONGEST, (element.end or element.content) - element.content))
    if element.id in _TEXTS:
        name, danger = _TEXTS[element.id]
        found.add(danger, name, text_of(data), element.start)
    elif element.id in _NUMBERS:
        found.add(Danger.IDENTITY, _NUMBERS[element.id], data[:16].hex(), element.start)
    elif element.id == _DATE:
        found.add(Danger.TIME, "time of recording", _date(data), element.start)
    elif element.id == _SIMPLE_TAG:
        _tag(source, element, found)
    elif element.id == tables.TRACK_TYPE and int.from_bytes(data[:8], "big") in _KINDS:
        found.add(Danger.TRACKS, "track", _KINDS[int.from_bytes(data[:8], "big")], element.start)
    elif element.id in tables.CROPS and int.from_bytes(data[:8], "big") >= _LEAST_LINES:
        value = f"{int.from_bytes(data[:8], 'big'):,} columns or lines of the coded picture"
        found.add(Danger.PICTURES, "not shown, and it stays", value, element.start)
    elif element.id not in _MASTERS and depth == 0 and element.id not in tables.INFO_KEPT:
        what, danger = named(element.id)
        if data.strip(b"\0"):
            found.add(danger, "element", what, element.start)


def _tag(source: Source, tag: Element, found: Gathering) -> None:
    name = value = ""
    for child, end in children(source, tag.content, tag.end or tag.content):
        data = source.read(child.content, min(_LONGEST, end - child.content))
        if child.id == _TAG_NAME:
            name = text_of(data)
        elif child.id == _TAG_TEXT:
            value = text_of(data)
    if value:
        found.add(_danger(name.upper()), f"tag {name.lower()[:40]}", value, tag.start)


def _danger(name: str) -> Danger:
    for words, danger in ((_PLACES, Danger.PLACE), (_PROGRAMS, Danger.SOFTWARE), (_TIMES, Danger.TIME)):
        if any(word in name for word in words):
            return danger
    return Danger.IDENTITY


def _date(data: bytes) -> str:
    """Nanoseconds since the beginning of 2001 (RFC 8794, 7.6)."""
    seconds = int.from_bytes(data[:8], "big", signed=True) // 1_000_000_000
    try:
        moment = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return "a time out of range"
    return moment.isoformat()

"""What films of the ISO base media file format and QuickTime say in their header; no sample is looked at.

Sources: ISO/IEC 14496-12 (8.2.2, 8.3.2, 8.5.2), QuickTime File Format (user data, metadata keys), 3GPP TS 26.244 (8.2),
ISO 6709; Canon's boxes of EXIF in CR3, as LibRaw and ExifTool read them.
"""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Final

from copwatch.media.boxes import Box, boxes
from copwatch.media.describing.exif import tell_block, tell_gps
from copwatch.media.describing.told import Told
from copwatch.media.iso.claims import only, shown
from copwatch.media.iso.compressed import opened
from copwatch.media.source import Source
from copwatch.media.tiff_ifds import of_bytes

_EPOCH: Final = datetime(1904, 1, 1, tzinfo=UTC)
_KINDS: Final = {b"vide": "picture", b"soun": "sound", b"text": "text", b"sbtl": "text", b"subt": "text"}
_TEXTS: Final = {
    b"\xa9mak": "make", b"\xa9mod": "model", b"\xa9swr": "software", b"\xa9xyz": "place", b"\xa9day": "date",
    b"manu": "make", b"modl": "model",
}  # fmt: skip
_KEYS: Final = {
    "com.apple.quicktime.make": "make", "com.apple.quicktime.model": "model",
    "com.apple.quicktime.software": "software", "com.apple.quicktime.creationdate": "date",
    "com.apple.quicktime.location.ISO6709": "place", "com.apple.quicktime.content.identifier": "pair",
    "com.android.manufacturer": "make", "com.android.model": "model",
}  # fmt: skip
_POSITION: Final = re.compile(
    r"([+-]\d{2}(?:\.\d{1,12})?)([+-]\d{3}(?:\.\d{1,12})?)([+-]\d{1,6}(?:\.\d{1,12})?)?(?:CRS.{0,40})?/?",
    re.ASCII,
)
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)([+-]\d\d):?(\d\d)|\S+Z", re.ASCII)
_CANON: Final = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_LONGEST: Final = 64 << 10
_MOST_KEYS: Final = 200


def movie(told: Told, source: Source) -> None:
    """The header of a film, wherever in the file it stands."""
    for box in boxes(source, 0, source.size):
        if box.type == b"moov":
            told.trying(_header, told, source, box)
        elif box.type in (b"udta", b"meta"):
            told.trying(_Words(told, source).box, box)


def _header(told: Told, source: Source, moov: Box) -> None:
    source, moov = opened(source, moov)
    for box in boxes(source, moov.content, moov.end):
        if box.type == b"mvhd":
            told.trying(_movie_header, told, source, box)
        elif box.type == b"trak":
            told.trying(_track, told, source, box)
        elif box.type in (b"udta", b"meta"):
            told.trying(_Words(told, source).box, box)
        elif box.type == b"uuid" and source.read(box.content - 16, 16) == _CANON:
            told.trying(_canon, told, source, box)


def _movie_header(told: Told, source: Source, box: Box) -> None:
    wide = source.number(box.content, 1) == 1
    width, at = (8, box.content + 4) if wide else (4, box.content + 4)
    created, scale = source.number(at, width), source.number(at + 2 * width, 4)
    length = source.number(at + 2 * width + 4, width)
    if created:
        told.time(_since(created), "said_utc", "quicktime")
    if length != (1 << 8 * width) - 1:  # all ones: not known
        told.duration(length, scale)


def _since(seconds: int) -> str:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return ""


def _track(told: Told, source: Source, trak: Box) -> None:
    mdia = only(boxes(source, trak.content, trak.end), b"mdia")
    if mdia is None:
        return
    parts = list(boxes(source, mdia.content, mdia.end))
    handler, inner = only(parts, b"hdlr"), only(parts, b"minf")
    kind = source.read(handler.content + 8, 4) if handler else b""
    stbl = only(boxes(source, inner.content, inner.end), b"stbl") if inner else None
    stsd = only(boxes(source, stbl.content, stbl.end), b"stsd") if stbl else None
    coding = b""
    if stsd is not None and stsd.length >= 16:
        coding = source.read(stsd.content + 12, 4)
        if kind == b"vide" and stsd.length >= 44:
            told.pixels(source.number(stsd.content + 40, 2), source.number(stsd.content + 42, 2))
    told.track(_KINDS.get(kind, "data"), shown(coding).strip())


def _canon(told: Told, source: Source, box: Box) -> None:
    """CMT1 is the directory of the picture, CMT2 that of EXIF, CMT4 that of GPS, each a TIFF structure of its own."""
    for child in boxes(source, box.content, box.end):
        if child.type in (b"CMT1", b"CMT2"):
            data = source.read(child.content, min(child.length, 1 << 20))
            tell_block(told, data)
        elif child.type == b"CMT4":
            tiff = of_bytes(source.read(child.content, min(child.length, 1 << 20)))
            tell_gps(told, tiff, tiff.directory(tiff.first))


class _Words:
    """User data and metadata: values that go by their number in a list of keys, or by their own four letters."""

    def __init__(self, told: Told, source: Source) -> None:
        self._told, self._source = told, source
        self._keys: list[str] = []

    def box(self, box: Box, depth: int = 0) -> None:
        """One box and those in it. Raises `CannotClean`."""
        if box.type in (b"udta", b"ilst", b"meta") and depth < 4:
            # `meta` begins with version and flags in MP4, but not in QuickTime
            full = box.type == b"meta" and box.length >= 8 and self._source.number(box.content, 4) == 0
            for child in boxes(self._source, box.content + (4 if full else 0), box.end):
                self._told.trying(self._child, box, child, depth)
        elif box.type == b"keys" and box.length >= 8:
            for child in boxes(self._source, box.content + 8, box.end):
                if len(self._keys) < _MOST_KEYS:
                    text = self._source.read(child.content, min(child.length, 200))
                    self._keys.append(text.decode("utf-8", "replace"))
        elif box.type == b"loci":
            self._location(box)

    def _child(self, box: Box, child: Box, depth: int) -> None:
        number = int.from_bytes(child.type, "big")
        if box.type == b"ilst" and 0 < number <= len(self._keys):
            self._say(_KEYS.get(self._keys[number - 1], ""), child)
        elif child.type in _TEXTS:
            self._say(_TEXTS[child.type], child)
        else:
            self.box(child, depth + 1)

    def _say(self, what: str, box: Box) -> None:
        if not what:
            return
        text, told = self._text(box), self._told
        if what == "place" and (found := _POSITION.fullmatch(text)):
            altitude = Fraction(found[3]) if found[3] else None
            told.place(Fraction(found[1]), Fraction(found[2]), "quicktime", altitude)
        elif what == "date" and (date := _DATE.fullmatch(text)):
            told.time(f"{date[1]}{date[2]}:{date[3]}" if date[1] else text, "stated", "quicktime_date")
        elif what == "pair":
            told.pair(text)
        elif what in ("make", "model", "software"):
            told.camera(what, text)

    def _text(self, box: Box) -> str:
        """In `data` boxes behind 8 bytes, in QuickTime's texts behind 4; else as it stands."""
        data = self._source.read(box.content, min(box.length, _LONGEST))
        if data[4:8] == b"data":
            data = data[16 : int.from_bytes(data[:4], "big")]
        elif box.type[:1] == b"\xa9" and int.from_bytes(data[:2], "big") in (len(data) - 4, len(data)):
            data = data[4:]
        return data.decode("utf-8", "replace").strip(" \0")

    def _location(self, box: Box) -> None:
        data = self._source.read(box.content, min(box.length, _LONGEST))[6:]
        rest = data.partition(b"\0")[2]
        if len(rest) >= 13:
            east, north, up = (int.from_bytes(rest[at : at + 4], "big", signed=True) for at in (1, 5, 9))
            self._told.place(
                Fraction(north, 1 << 16), Fraction(east, 1 << 16), "three_gpp", Fraction(up, 1 << 16)
            )

"""JPEG (ITU-T T.81; JFIF: ITU-T T.871): tables, frame and scans of the first picture, and what their colours need.

Beside them stay: a JFIF header without its thumbnail (T.871, 10.1), the marker of Adobe that names the transform of
colours (T.872, 6.5.3), the colour profile (ICC.1:2022, B.4), made neutral, and an EXIF block with nothing but an
orientation, where that is not 1. All other segments go, and all that stands behind the first picture: second pictures,
videos, thumbnails, notes of makers, and what an editor left there.

Essence: the segments DQT, DHT, DAC, DRI, SOFn, SOS and DNL, from their marker to their end, without fill bytes before
them, and the coded data of each scan with restart markers and stuffed zeros, without fill bytes behind them; in the
order of the file. Tables that no scan uses are none of it, nor are SOI and EOI; among others they are written over.

Coded data that end with the file are shown by decoders as far as they go. They stay, and an EOI is put behind them.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copwatch.media import jpeg_facts as facts
from copwatch.media import jpeg_markers as markers
from copwatch.media.exif import only_orientation, orientation
from copwatch.media.facts import Danger
from copwatch.media.icc import neutral_profile
from copwatch.media.jpeg_markers import Segment
from copwatch.media.jpeg_trailer import behind
from copwatch.media.jpeg_used import Held, Tables
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_ICC: Final = b"ICC_PROFILE\0"
_ICC_ROOM: Final = 0xFFFF - 2 - len(_ICC) - 2
_EXIF: Final = b"Exif\0"
_ADOBE_FLAGS: Final = 0xC000
"""The two bits of flags0 that mean something (T.872, 6.5.3: blended subsampling)."""


def recognises(head: bytes) -> bool:
    """SOI, and the beginning of another marker."""
    return head[:3] == b"\xff\xd8\xff"


def scan(source: Source) -> Scan:
    """The first picture of a file. Raises `CannotClean`."""
    picture = _Picture(source)
    picture.parts.keep(0, 2, "beginning of the picture")
    at = 2
    for segment in markers.walk(source, 2):
        if segment.marker == markers.END or (segment.marker == markers.SOI and picture.scans):
            # a segment that is cut off, or the next picture, begins where this one stopped being whole
            picture.break_off(at, segment.start)
            break
        picture.between(at, segment.start)
        at = segment.end
        if segment.marker == markers.EOI:
            picture.close(segment.start, at)
            break
        picture.take(segment)
    return Scan("image/jpeg", picture.parts.whole(), picture.told.facts())


@dataclass
class _Picture:
    source: Source

    def __post_init__(self) -> None:
        self.parts = Parts(self.source.size, Treatment.DROP)
        self.told = facts.Told()
        self.frame = 0
        self.missing: set[int] = set()
        self.scans = self.coded = 0
        self.tables = Tables()
        self.lines: bytes | None = None
        self.headers: dict[str, list[Segment]] = {"jfif": [], "exif": [], "adobe": [], "icc": []}

    def between(self, start: int, end: int) -> None:
        """Fill bytes, padding, and what is left of damage: decoders pass over it."""
        self.parts.drop(start, end - start, "bytes between segments", Danger.TRAILING)

    def take(self, segment: Segment) -> None:
        """One segment, in the order of the file."""
        marker = segment.marker
        if marker in (markers.DQT, markers.DHT, markers.DAC, markers.DRI):
            self.table(segment)
        elif marker in markers.FRAMES:
            self.begin_frame(segment)
        elif marker == markers.SOS:
            self.begin_scan(segment)
        elif marker == markers.CODED:
            self.coded += segment.length
            self.keep(segment, "coded picture")
        elif marker == markers.DNL:
            self.number_of_lines(segment)
        elif markers.APP0 <= marker <= markers.APP15 or marker == markers.COM:
            self.application(segment)
        elif marker == markers.SOI:
            raise Damaged("a second picture begins before the first", segment.start)
        elif marker in markers.HIERARCHICAL:
            raise Unsupported("a hierarchical JPEG picture", segment.start)
        else:
            raise Unsupported(f"a JPEG picture of another kind (marker FF {marker:02X})", segment.start)

    def keep(self, segment: Segment, what: str) -> None:
        """Needed by every decoder."""
        self.parts.keep(segment.start, segment.length, what, essence=True)

    def keep_used(self, table: Held) -> None:
        """A segment of tables; those in it that no scan uses are written over."""
        at, content = table.segment.start, self.content(table.segment)
        for start, plain in table.unused(content):
            self.parts.keep(at, start - at, "tables", essence=True)
            at = start + len(plain)
            if self.source.read(start, len(plain)) == plain:
                self.parts.keep(start, len(plain), "a table that nothing uses")
            else:
                self.parts.blank(start, len(plain), "a table that nothing uses", Danger.OTHER, plain)
        self.parts.keep(at, table.segment.end - at, "tables", essence=True)

    def drop(self, segment: Segment, what: str, danger: Danger) -> None:
        """Needed by none."""
        self.parts.drop(segment.start, segment.length, what, danger)

    def content(self, segment: Segment) -> bytes:
        """What stands behind a marker and its length."""
        start = min(segment.start + 4, segment.end)
        return self.source.read(start, segment.end - start)

    def table(self, segment: Segment) -> None:
        """Tables (B.2.4) wait for a scan that uses them. One that is not exactly filled is damaged: decoders stop."""
        self.tables.add(segment, self.content(segment))

    def begin_frame(self, segment: Segment) -> None:
        """SOFn (B.2.2)."""
        content = self.content(segment)
        if self.frame:
            raise Damaged("a second frame in one picture", segment.start)
        if len(content) < 9 or len(content) != 6 + 3 * content[5] or content[3:5] == b"\0\0":
            raise Damaged("a frame whose header is not whole", segment.start)
        self.frame = segment.marker
        self.missing = set(content[6::3])
        self.lines = content[1:3]
        self.tables.frame(segment.marker, content)
        self.keep(segment, "frame")

    def number_of_lines(self, segment: Segment) -> None:
        """DNL (B.2.5), once, behind the first scan: that of the frame, or in its place."""
        content = self.content(segment)
        if self.scans == 1 and len(content) == 2 and self.lines in (content, b"\0\0"):
            self.keep(segment, "number of lines")
            self.lines = None
        else:
            self.drop(segment, "a number of lines that is none", Danger.OTHER)

    def begin_scan(self, segment: Segment) -> None:
        """SOS (B.2.3)."""
        content = self.content(segment)
        if not self.frame:
            raise Damaged("a scan before the frame", segment.start)
        if not content or not 1 <= content[0] <= 4 or len(content) != 4 + 2 * content[0]:
            raise Damaged("a scan whose header is not whole", segment.start)
        self.tables.scan(content)
        self.missing -= set(content[1:-3:2])
        self.scans += 1
        self.keep(segment, "scan")

    def application(self, segment: Segment) -> None:
        """APPn and COM. Decoders heed only those before the first scan."""
        content = self.content(segment)
        self.told.segment(segment, content)
        kind = None if self.scans else _kind(segment.marker, content)
        if kind is None:
            self.drop(segment, *facts.named(segment.marker, content))
        else:
            self.headers[kind].append(segment)

    def break_off(self, at: int, where: int) -> None:
        """The picture has no EOI. Where something other than coded data is cut off, decoders only show the same as
        without it when each component had its scan.
        """
        if where < self.source.size and (self.missing or self.frame in markers.PROGRESSIVE):
            raise Damaged("a picture of several scans stops between them", where)
        if self.scans and not self.coded:
            raise Damaged("the file ends before the picture", where)
        self.close(at, at)

    def close(self, start: int, end: int) -> None:
        """The picture is over: its EOI stands from `start` to `end`, or has to be put there."""
        if not self.scans:
            raise Damaged("there is no picture before the end", start)
        if end > start:
            self.parts.keep(start, end - start, "end of the picture")
        else:
            self.parts.replace(start, 0, b"\xff\xd9", "end of the picture, which was missing")
        for table in self.tables.held:
            if table.used:
                self.keep_used(table)
            else:
                self.drop(table.segment, "tables that nothing uses", Danger.OTHER)
        self.jfif()
        self.exif()
        self.adobe()
        self.profile()
        if end < self.source.size:
            what, danger, found = behind(self.source, end)
            self.parts.drop(end, self.source.size - end, what, danger)
            self.told.add(found)

    def instead(self, segment: Segment, data: bytes, name: str, what: str, danger: Danger) -> None:
        """`data` as the content of a segment called `name`; `what` goes, where it is not that already."""
        if self.content(segment) == data:
            self.parts.keep(segment.start, segment.length, name)
            return
        whole = bytes([0xFF, segment.marker]) + (2 + len(data)).to_bytes(2, "big") + data
        self.parts.replace(segment.start, segment.length, whole, what, danger)

    def jfif(self) -> None:
        """The first counts; its thumbnail goes."""
        for segment in self.headers["jfif"][:1]:
            core = self.content(segment)[:12]
            what = "thumbnail in the JFIF header"
            self.instead(segment, core + bytes(2), "JFIF header", what, Danger.PICTURES)
        for segment in self.headers["jfif"][1:]:
            self.drop(segment, "another JFIF header", Danger.PICTURES)

    def exif(self) -> None:
        """The first counts."""
        value = None
        for segment in self.headers["exif"][:1]:
            value = orientation(self.content(segment)[6:])
            if value is not None and value != 1:
                data = _EXIF + b"\0" + only_orientation(value)
                self.instead(segment, data, "orientation", "EXIF", Danger.PLACE)
            else:
                self.drop(segment, "EXIF", Danger.PLACE)
        for segment in self.headers["exif"][1:]:
            self.drop(segment, "EXIF", Danger.PLACE)

    def adobe(self) -> None:
        """The last counts for decoders."""
        for segment in self.headers["adobe"][:-1]:
            self.drop(segment, "another marker of Adobe", Danger.OTHER)
        for segment in self.headers["adobe"][-1:]:
            content = self.content(segment)
            version = content[5:7] if content[5:7] in (b"\0\x64", b"\0\x65") else b"\0\x64"
            flags = int.from_bytes(content[7:9], "big") & _ADOBE_FLAGS
            data = b"Adobe" + version + flags.to_bytes(2, "big") + bytes(2) + content[11:12]
            self.instead(segment, data, "transform of colours", "notes in the marker of Adobe", Danger.OTHER)

    def profile(self) -> None:
        """All chunks are one profile; where they do not fit together, decoders use none."""
        chunks = self.headers["icc"]
        if not chunks:
            return
        joined = _joined([self.content(chunk) for chunk in chunks]) if len(chunks) < 256 else None
        self.told.profile(joined, chunks[0].start)
        neutral = None if joined is None else neutral_profile(joined)
        if neutral is None:
            for chunk in chunks:
                self.drop(chunk, "a colour profile that is not valid", Danger.IDENTITY)
            return
        data = _chunks(neutral)
        touching = all(first.end == second.start for first, second in pairwise(chunks))
        length = chunks[-1].end - chunks[0].start
        if touching and length == len(data) and self.source.read(chunks[0].start, length) == data:
            self.parts.keep(chunks[0].start, length, "colour profile")
            return
        what = "texts in the colour profile"
        self.parts.replace(chunks[0].start, chunks[0].length, data, what, Danger.IDENTITY)
        for chunk in chunks[1:]:
            self.drop(chunk, what, Danger.IDENTITY)


def _kind(marker: int, content: bytes) -> str | None:
    """Which of the four needed kinds an application segment is, as decoders tell them."""
    if marker == markers.APP0 and content[:5] == b"JFIF\0" and len(content) >= 14:
        return "jfif"
    if marker == markers.APP0 + 1 and content[:5] == _EXIF:
        return "exif"
    if marker == markers.APP0 + 2 and content[:12] == _ICC and len(content) >= 14:
        return "icc"
    if marker == markers.APP0 + 14 and content[:5] == b"Adobe" and len(content) >= 12:
        return "adobe"
    return None


def _joined(chunks: list[bytes]) -> bytes | None:
    """A profile out of its chunks, each with its number from 1 on, and how many there are."""
    ordered = sorted(chunks, key=lambda chunk: chunk[12])
    count = len(ordered)
    if any(chunk[12] != number or chunk[13] != count for number, chunk in enumerate(ordered, 1)):
        return None
    return b"".join(chunk[14:] for chunk in ordered)


def _chunks(profile: bytes) -> bytes:
    """A profile as segments, each as long as possible."""
    pieces = [profile[at : at + _ICC_ROOM] for at in range(0, len(profile), _ICC_ROOM)]
    found = bytearray()
    for number, piece in enumerate(pieces, 1):
        content = _ICC + bytes([number, len(pieces)]) + piece
        found += b"\xff\xe2" + (2 + len(content)).to_bytes(2, "big") + content
    return bytes(found)

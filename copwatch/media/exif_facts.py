"""What an EXIF block or a whole TIFF file reveals, as text, within bounds (CIPA DC-008, TIFF 6.0)."""

from collections.abc import Callable
from dataclasses import dataclass

from copwatch.media import exif_gps
from copwatch.media import exif_tags as tags
from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import LONGEST_VALUE, Gathering, bounded, text_of
from copwatch.media.iptc_facts import iptc_facts, photoshop_facts
from copwatch.media.refusal import CannotClean
from copwatch.media.tiff_ifds import Directory, Entry, Tiff, Type, of_bytes
from copwatch.media.xmp_facts import xmp_facts as _xmp_facts

MOST_DIRECTORIES = 64
_LONGEST_BLOCK = 1 << 20
_LONGEST_TEXT = 4 * LONGEST_VALUE
_POSITIONS = (
    (exif_gps.LATITUDE, exif_gps.LONGITUDE, "position"),
    (exif_gps.TO_LATITUDE, exif_gps.TO_LONGITUDE, "position of the destination"),
)


def exif_facts(tiff: bytes, offset: int) -> list[Fact]:
    """What a block reveals that begins with the TIFF header and stands at `offset` of the file.

    At most 200 facts, values of at most 200 characters, the most dangerous first. A damaged block gives what can be
    read of it; this never fails.
    """
    try:
        return tiff_facts(of_bytes(tiff), offset)
    except CannotClean:
        return []


def xmp_facts(data: bytes, offset: int) -> list[Fact]:
    """What an XMP packet reveals that stands at `offset` of the file; bounded as `exif_facts`."""
    return _xmp_facts(data, offset)


def tiff_facts(tiff: Tiff, offset: int = 0) -> list[Fact]:
    """What a TIFF structure reveals that stands at `offset` of a file. `tiff` cannot be walked again afterwards."""
    walk = _Walk(tiff, offset, Gathering("EXIF"))
    walk.chain(tiff.first, 0)
    return bounded([*walk.gathering.facts(), *walk.more])


@dataclass
class _Walk:
    tiff: Tiff
    offset: int
    gathering: Gathering

    def __post_init__(self) -> None:
        self.more: list[Fact] = []
        self.left = MOST_DIRECTORIES

    def chain(self, first: int, depth: int) -> None:
        """All directories from `first` on; damage ends it."""
        while first and self.left and depth <= 4:
            self.left -= 1
            try:
                directory = self.tiff.directory(first)
            except CannotClean:
                return
            self.picture(directory, depth)
            self.thumbnail(directory)
            first = directory.next

    def picture(self, directory: Directory, depth: int) -> None:
        """The tags of a directory of a picture, or of EXIF, and what hangs below it."""
        for entry in directory.entries:
            try:
                self.entry(entry, depth)
            except CannotClean:
                continue
        self.place_on_map(directory)

    def entry(self, entry: Entry, depth: int) -> None:
        """One tag. Raises `CannotClean` where it stands beyond the end."""
        if entry.tag == tags.GPS:
            self.gps(self.tiff.one(entry) or 0)
        elif entry.tag in (tags.EXIF, tags.INTEROP, tags.SUB):
            for at in self.tiff.numbers(entry, 16):
                self.chain(at, depth + 1)
        elif entry.tag == tags.USER_COMMENT:
            self.add(Danger.OTHER, "comment", self.coded(entry), entry)
        elif entry.tag in tags.WINDOWS_TAGS:
            danger, name = tags.WINDOWS_TAGS[entry.tag]
            self.add(danger, name, self.tiff.raw(entry, _LONGEST_TEXT).decode("utf-16-le", "replace"), entry)
        elif entry.tag in tags.BLOBS:
            self.blob(entry)
        elif entry.tag in tags.PICTURE_TAGS or entry.type in (Type.ASCII, Type.UTF8):
            danger, name = tags.PICTURE_TAGS.get(entry.tag, (Danger.OTHER, f"tag 0x{entry.tag:04x}"))
            self.add(danger, name, self.words(entry), entry)

    def words(self, entry: Entry) -> str:
        """Text as it stands, or numbers with blanks between; an identifier in bytes as hexadecimal digits."""
        if entry.type in (Type.BYTE, Type.UNDEFINED) and entry.tag == 0xC65D:
            return self.tiff.raw(entry, 32).hex()
        if entry.type in (Type.ASCII, Type.UTF8, Type.UNDEFINED, Type.BYTE):
            return text_of(self.tiff.raw(entry, _LONGEST_TEXT))
        return " ".join(f"{value:g}" for value in self.tiff.values(entry, 16))

    def coded(self, entry: Entry) -> str:
        """Text behind the 8 bytes that name its code (CIPA DC-008, 4.6.5, UserComment)."""
        data = self.tiff.raw(entry, _LONGEST_TEXT)
        code, text = data[:8], data[8:]
        if code.startswith(b"UNICODE"):
            little = self.tiff.little
            if text[:1] == b"\0" and text[1:2] != b"\0":
                little = False
            elif text[1:2] == b"\0":
                little = True
            return text.decode("utf-16-le" if little else "utf-16-be", "replace")
        if code.startswith(b"JIS"):
            return text.decode("iso2022_jp", "replace")
        known = code.startswith(b"ASCII") or not code.strip(b"\0")
        return text_of(text if known else data)

    def blob(self, entry: Entry) -> None:
        """A block of its own: what it says, where that can be read, and its size."""
        danger, name = tags.BLOBS[entry.tag]
        self.add(danger, name, f"{entry.size:,} bytes", entry)
        read: dict[int, Callable[[bytes, int], list[Fact]]] = {
            tags.XMP: _xmp_facts,
            tags.IPTC: iptc_facts,
            tags.PHOTOSHOP: photoshop_facts,
        }
        if entry.tag in read:
            data = self.tiff.raw(entry, _LONGEST_BLOCK)
            self.more += read[entry.tag](data, self.offset + entry.at)

    def thumbnail(self, directory: Directory) -> None:
        """A second picture: a JPEG file (CIPA DC-008, 4.6.7) or a reduced picture of its own."""
        at, length = directory.entry(tags.JPEG_AT), directory.entry(tags.JPEG_LENGTH)
        width, height = directory.entry(0x0100), directory.entry(0x0101)
        try:
            if at and length and (size := self.tiff.one(length)):
                where = self.offset + (self.tiff.one(at) or 0)
                self.gathering.add(Danger.PICTURES, "thumbnail", f"JPEG, {size:,} bytes", where)
            elif width and height and (self.tiff.one(directory.entry(0x00FE)) or 0) & 1:
                size_in_words = f"{self.tiff.one(width)} x {self.tiff.one(height)}"
                self.gathering.add(
                    Danger.PICTURES, "reduced picture", size_in_words, self.offset + directory.at
                )
        except CannotClean:
            return

    def place_on_map(self, directory: Directory) -> None:
        """Where a map's picture lies, in the coordinates of the map (GeoTIFF 1.1, 7.1.1)."""
        for tag, first in ((tags.MODEL_TIEPOINT, 3), (tags.MODEL_TRANSFORM, 3)):
            entry = directory.entry(tag)
            try:
                values = self.tiff.values(entry, 16) if entry else []
            except CannotClean:
                continue
            step = 1 if tag == tags.MODEL_TIEPOINT else 4
            if entry and len(values) > first + step:
                where = f"{values[first]:.7g}, {values[first + step]:.7g}"
                self.add(Danger.PLACE, "position on a map", where, entry)

    def gps(self, at: int) -> None:
        """The directory of GPS tags (CIPA DC-008, 4.6.6)."""
        if not self.left:
            return
        self.left -= 1
        try:
            directory = self.tiff.directory(at)
        except CannotClean:
            return
        for latitude, longitude, name in _POSITIONS:
            self.position(directory, latitude, longitude, name)
        self.altitude(directory)
        self.gps_time(directory)
        for entry in directory.entries:
            try:
                if entry.tag in tags.GPS_TEXT:
                    danger, name = tags.GPS_TEXT[entry.tag]
                    coded = entry.tag in (0x1B, 0x1C) and entry.type != Type.ASCII
                    self.add(danger, name, self.coded(entry) if coded else self.words(entry), entry)
                elif entry.tag in tags.GPS_NUMBERS:
                    name, reference = tags.GPS_NUMBERS[entry.tag]
                    text = f"{self.words(entry)} {exif_gps.text(self.tiff, directory, reference)}"
                    self.add(Danger.PLACE, name, text, entry)
            except CannotClean:
                continue

    def position(self, gps: Directory, latitude: int, longitude: int, name: str) -> None:
        """Degrees with their sign, as on a map: latitude, then longitude."""
        angles = [exif_gps.angle(self.tiff, gps, tag) for tag in (latitude, longitude)]
        words = [
            "unknown" if degrees is None else f"{float(-degrees if letter in ('S', 'W') else degrees):.7f}"
            for degrees, letter in angles
        ]
        entry = gps.entry(latitude) or gps.entry(longitude)
        if entry is None or words == ["unknown", "unknown"]:
            return
        shown = ", ".join(word.rstrip("0").rstrip(".") if "." in word else word for word in words)
        unnamed = not all(letter for _, letter in angles)
        self.add(Danger.PLACE, name, shown + " (north or south, east or west not named)" * unnamed, entry)

    def altitude(self, gps: Directory) -> None:
        """Metres above the sea or, with a sign, below it."""
        height, entry = exif_gps.altitude(self.tiff, gps), gps.entry(6)
        if entry and height is not None:
            self.add(Danger.PLACE, "altitude in metres", f"{float(height):.7g}", entry)

    def gps_time(self, gps: Directory) -> None:
        """Date and time by the satellites, which is UTC."""
        day, parts = exif_gps.utc(self.tiff, gps)
        if parts:
            seconds = f"{float(parts[2]):06.3f}".removesuffix(".000")
            day = f"{day} {int(parts[0]):02}:{int(parts[1]):02}:{seconds} UTC"
        if found := gps.entry(7) or gps.entry(0x1D):
            self.add(Danger.TIME, "GPS time", day, found)

    def add(self, danger: Danger, name: str, untrusted_value: str, entry: Entry) -> None:
        """A fact from an entry."""
        self.gathering.add(danger, name, untrusted_value, self.offset + entry.at)

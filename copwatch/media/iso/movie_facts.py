"""What a movie reveals: places, makers and names in its boxes of user data and metadata, and its tracks."""

import re
from typing import Final

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.iso.claims import LONGEST_VALUE, MOST_FACTS, Claims, shown
from copwatch.media.iso.hidden import hidden
from copwatch.media.iso.tracks import Track
from copwatch.media.refusal import CannotClean

_DEEPEST: Final = 5
_READ: Final = 64 << 10
_UUID_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_NAMES: Final = {
    b"\xa9xyz": ("place", Danger.PLACE), b"\xa9mak": ("make", Danger.IDENTITY),
    b"\xa9mod": ("model", Danger.IDENTITY), b"\xa9swr": ("software", Danger.SOFTWARE),
    b"\xa9too": ("software", Danger.SOFTWARE), b"\xa9enc": ("software", Danger.SOFTWARE),
    b"\xa9day": ("date", Danger.TIME), b"\xa9TIM": ("time code", Danger.TIME), b"\xa9nam": ("title", Danger.IDENTITY),
    b"\xa9ART": ("artist", Danger.IDENTITY), b"\xa9aut": ("author", Danger.IDENTITY),
    b"\xa9cmt": ("comment", Danger.IDENTITY), b"\xa9inf": ("information", Danger.IDENTITY),
    b"auth": ("author", Danger.IDENTITY), b"titl": ("title", Danger.IDENTITY),
    b"dscp": ("description", Danger.IDENTITY),
    b"cprt": ("copyright", Danger.IDENTITY), b"FIRM": ("firmware", Danger.SOFTWARE),
    b"CAME": ("camera's serial number", Danger.IDENTITY), b"LENS": ("lens's serial number", Danger.IDENTITY),
    b"MUID": ("identifier of the medium", Danger.IDENTITY), b"smta": ("Samsung's metadata", Danger.IDENTITY),
}  # fmt: skip
_KEYS: Final = (
    ("location", "place", Danger.PLACE), ("content.identifier", "identifier of the Live Photo", Danger.IDENTITY),
    ("make", "make", Danger.IDENTITY), ("model", "model", Danger.IDENTITY), ("software", "software", Danger.SOFTWARE),
    ("version", "software", Danger.SOFTWARE), ("creationdate", "date", Danger.TIME),
)  # fmt: skip
_BINARY: Final = re.compile(rb"[^\x20-\x7e\x80-\xff]{1,}")


def removed_box(claims: Claims, box: Box) -> None:
    """Facts about a box that goes, as far as it can be read."""
    try:
        _Told(claims).box(box, 0)
    except CannotClean:
        claims.fact(Danger.OTHER, "unreadable box", shown(box.type), shown(box.type), box.start)


def told_by_track(claims: Claims, track: Track, movie: int, *, stays: bool) -> None:
    """What kind of track there is, and what it has that is not shown, by the time scale of the movie."""
    count = track.tables.count if track.tables else 0
    kind = {b"vide": "picture", b"soun": "sound"}.get(track.kind, shown(track.kind))
    coding = shown(track.coding) if track.coding else "unknown coding"
    off = "" if track.flags & 1 else ", switched off"
    gone = "" if stays else "; it is removed"
    danger = Danger.TRACKS if stays else track.danger
    value = f"{kind}, {coding}, {count:,} samples{off}{gone}"
    claims.fact(danger, f"track {track.number}", value, "trak", track.box.start)
    for what in hidden(claims, track.box, movie) if stays else ():
        claims.fact(
            Danger.PICTURES, f"track {track.number}, not shown, and it stays", what, "trak", track.box.start
        )


class _Told:
    """Walks boxes of user data and metadata for what is written in them."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._keys: list[str] = []

    def box(self, box: Box, depth: int) -> None:
        """One box and what is in it."""
        claims = self._claims
        if depth > _DEEPEST or len(claims.facts) >= MOST_FACTS or box.type in (b"free", b"skip", b"wide"):
            return
        if box.type in (b"udta", b"ilst") or (box.type == b"meta" and depth < _DEEPEST):
            for child in claims.children(box, self._skip(box)):
                self._child(box, child, depth)
        elif box.type == b"keys":
            self._read_keys(box)
        elif box.type == b"uuid":
            self._extension(box)
        elif box.type == b"XMP_":
            self._xmp(box)
        elif box.type == b"loci":
            claims.fact(Danger.PLACE, "place", self._place(box), "loci", box.start)
        elif box.type in _NAMES:
            name, danger = _NAMES[box.type]
            claims.fact(danger, name, self._text(box), shown(box.type), box.start)
        elif box.type not in (b"hdlr", b"iods", b"data"):
            danger = (
                Danger.PICTURES if box.type in (b"covr", b"thmb", b"PICT", b"tnal", b"snal") else Danger.OTHER
            )
            claims.fact(danger, f"box {shown(box.type)}", f"{box.length:,} bytes", shown(box.type), box.start)

    def _child(self, box: Box, child: Box, depth: int) -> None:
        index = int.from_bytes(child.type, "big")
        if box.type == b"ilst" and 0 < index <= len(self._keys):
            key = self._keys[index - 1]
            short = key.removeprefix("com.apple.quicktime.").removeprefix("com.android.")
            name, danger = next(
                ((name, danger) for part, name, danger in _KEYS if part in short.lower()),
                (short, Danger.IDENTITY),
            )
            self._claims.fact(danger, name, self._text(child), key[:60], child.start)
        else:
            self.box(child, depth + 1)

    def _skip(self, box: Box) -> int:
        """`meta` begins with version and flags in MP4, but not in QuickTime."""
        if box.type != b"meta" or box.length < 8:
            return 0
        return 4 if self._claims.source.number(box.content, 4) == 0 else 0

    def _read_keys(self, box: Box) -> None:
        for child in self._claims.children(box, 8):
            if len(self._keys) >= MOST_FACTS:
                return
            text = self._claims.source.read(child.content, min(child.length, LONGEST_VALUE))
            self._keys.append(text.decode("utf-8", "replace"))

    def _extension(self, box: Box) -> None:
        claims = self._claims
        kind = claims.source.read(box.content - 16, 16)
        if kind == _UUID_XMP:
            self._xmp(box)
        else:
            claims.fact(Danger.OTHER, f"box uuid {kind.hex()}", f"{box.length:,} bytes", "uuid", box.start)

    def _xmp(self, box: Box) -> None:
        from copwatch.media.xmp_facts import xmp_facts

        claims = self._claims
        data = claims.source.read(box.content, min(box.length, 1 << 20))
        claims.facts.extend(xmp_facts(data, box.content)[: max(0, MOST_FACTS - len(claims.facts))])

    def _place(self, box: Box) -> str:
        """3GPP's location (TS 26.244, 8.2): a name, then longitude and latitude as fixed point numbers."""
        data = self._claims.source.read(box.content, min(box.length, _READ))[6:]
        name, _, rest = data.partition(b"\0")
        if len(rest) < 9:
            return name.decode("utf-8", "replace")
        longitude, latitude = (int.from_bytes(rest[at : at + 4], "big", signed=True) / 65536 for at in (1, 5))
        return f"{latitude:+.5f} {longitude:+.5f} {name.decode('utf-8', 'replace')}".strip()

    def _text(self, box: Box) -> str:
        """What can be read of a value: in `data` boxes behind 8 bytes, in QuickTime's texts behind 4.

        What is no text, such as a number of a device, is given in hexadecimal digits.
        """
        data = self._claims.source.read(box.content, min(box.length, _READ))
        if data[4:8] == b"data":
            data = data[16:]
        elif box.type[:1] == b"\xa9" and int.from_bytes(data[:2], "big") in (len(data) - 4, len(data)):
            data = data[4:]
        pieces = [piece.decode("utf-8", "replace") for piece in _BINARY.split(data) if len(piece) > 1]
        text = " ".join(pieces)[:LONGEST_VALUE]
        if "\ufffd" in text and len(data) <= LONGEST_VALUE // 2:
            return data.hex()
        return text or f"{len(data):,} bytes"

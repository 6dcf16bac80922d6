"""Tracks (ISO/IEC 14496-12, 8.3 to 8.7): picture and sound stay, with what places their samples; other tracks go."""

from dataclasses import dataclass, field
from typing import Final

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.iso.claims import Claims, only, shown
from copwatch.media.iso.entries import Description, descriptions
from copwatch.media.iso.grouping import groups
from copwatch.media.iso.headers import handler, media_header, track_header
from copwatch.media.iso.tables import Tables, counted, numbers, plain_end, read_tables, sizes_end
from copwatch.media.refusal import CannotClean, Damaged, Unsupported

KEPT_HANDLERS: Final = frozenset({b"vide", b"soun"})
_STILLS: Final = frozenset({b"jpeg", b"png ", b"mjpa", b"MJPG", b"mjpg", b"tiff", b"gif "})
_REFERENCES: Final = frozenset({b"vdep", b"sbas", b"scal", b"tbas", b"sabt", b"fall", b"auxl", b"prem"})
"""References that decoders need: layers of one picture (14496-15), Dolby Vision's, alpha, and sound to fall back to."""
_ENTRIES: Final = {
    b"stts": 8,
    b"ctts": 8,
    b"stss": 4,
    b"stps": 4,
    b"stsh": 8,
    b"stsc": 12,
    b"stco": 4,
    b"co64": 8,
}
_PLAIN: Final = frozenset({b"sdtp", b"padb", b"stdp", b"cslg"})
_ONCE: Final = frozenset({b"stsd", b"stsz", b"stz2", *_ENTRIES, *_PLAIN})
_PLACES: Final = frozenset({b"gpmd", b"camm", b"mebx", b"rtmd", b"mett", b"djmd", b"dbgi", b"priv"})


@dataclass
class Track:
    """What has to be known of a track before it is decided whether it stays, and for its samples."""

    box: Box
    number: int
    flags: int
    kind: bytes
    coding: bytes
    name: str
    chapters: set[int] = field(default_factory=set)
    descriptions: list[Description] = field(default_factory=list)
    tables: Tables | None = None
    single_values: bool = False
    """Whether its time counts single values of sound, as in QuickTime."""

    @property
    def danger(self) -> Danger:
        """What its samples may reveal."""
        return Danger.PLACE if self.coding in _PLACES else Danger.TRACKS

    @property
    def label(self) -> str:
        """How it is called when it goes."""
        return f"samples of a track beside picture and sound ({shown(self.coding or self.kind)})"


def look(claims: Claims, box: Box) -> Track:
    """Reads what decides about a track, and claims nothing. Damage in it shows later, if the track stays."""
    track = Track(box, 0, 0, b"", b"", "")
    for child in claims.children(box):
        if child.type == b"tkhd" and child.length >= 20:
            head = claims.source.read(child.content, 24 if child.length >= 24 else 20)
            track.flags = int.from_bytes(head[1:4], "big")
            track.number = int.from_bytes(head[20:24] if head[0] == 1 else head[12:16], "big")
        elif child.type == b"tref":
            for reference in claims.children(child):
                if reference.type == b"chap":
                    track.chapters.update(_numbers(claims, reference))
        elif child.type == b"mdia":
            _look_at_media(claims, child, track)
    return track


def _look_at_media(claims: Claims, media: Box, track: Track) -> None:
    for child in claims.children(media):
        if child.type == b"hdlr" and child.length >= 12:
            track.kind = claims.source.read(child.content + 8, 4)
            text = claims.source.read(child.content, min(child.length, 280))[24:]
            track.name = text.strip(b"\0").decode("utf-8", "replace").strip()
        elif child.type == b"minf" and (stbl := only(claims.children(child), b"stbl")):
            stsd = only(claims.children(stbl), b"stsd")
            if stsd is not None and stsd.length >= 16:
                track.coding = claims.source.read(stsd.content + 12, 4)


def _numbers(claims: Claims, box: Box) -> list[int]:
    data = claims.source.read(box.content, min(box.length, 4096) & ~3)
    return [int.from_bytes(data[at : at + 4], "big") for at in range(0, len(data), 4)]


def staying(tracks: list[Track]) -> list[Track]:
    """The tracks that stay: picture and sound, but no chapters' pictures and no preview that is switched off."""
    chapters = set[int]().union(*(track.chapters for track in tracks))
    moving = any(
        track.kind == b"vide" and track.flags & 1 and track.coding not in _STILLS for track in tracks
    )

    def stays(track: Track) -> bool:
        preview = track.kind == b"vide" and track.coding in _STILLS and not track.flags & 1 and moving
        return track.kind in KEPT_HANDLERS and track.number not in chapters and not preview

    return [track for track in tracks if stays(track)]


def remove(claims: Claims, track: Track, *, claim: bool) -> None:
    """A track that goes; where its samples stand is remembered as far as its tables can be read."""
    try:
        media = only(claims.children(track.box), b"mdia")
        inner = only(claims.children(media), b"minf") if media else None
        stbl = only(claims.children(inner), b"stbl") if inner else None
        if stbl is not None:
            found = list(claims.children(stbl))
            track.tables = read_tables(claims.source, lambda kind: only(found, kind))
    except CannotClean:
        track.tables = None
    if claim:
        what = f"a track beside picture and sound ({shown(track.coding or track.kind)})"
        claims.free(track.box, what, track.danger)


def keep(claims: Claims, track: Track, numbers: set[int]) -> None:
    """The content of a track that stays. `numbers` are those of all that stay. Raises `CannotClean`."""
    for box in claims.children(track.box):
        if box.type == b"tkhd":
            track_header(claims, box)
        elif box.type == b"mdia":
            _media(claims, box, track)
        elif box.type == b"edts":
            _edits(claims, box)
        elif box.type == b"tref":
            _references(claims, box, numbers)
        elif box.type == b"tapt":
            _apertures(claims, box)
        else:
            other(claims, box, "a track")


def other(claims: Claims, box: Box, where: str) -> None:
    """A box that is not needed."""
    if box.type in (b"free", b"skip", b"wide"):
        claims.empty(box)
    else:
        danger = Danger.IDENTITY if box.type in (b"udta", b"meta", b"uuid") else Danger.OTHER
        claims.free(box, f"a box that is not needed ({shown(box.type)}) in {where}", danger)


def _edits(claims: Claims, box: Box) -> None:
    claims.head(box)
    for child in claims.children(box):
        if child.type == b"elst" and child.length >= 8:
            width = 20 if claims.source.number(child.content, 1) == 1 else 12
            _, end = counted(claims.source, child, 4, width)
            claims.record(child, end, "edit list")
        else:
            other(claims, child, "an edit list")


def _references(claims: Claims, box: Box, numbers: set[int]) -> None:
    claims.head(box)
    for child in claims.children(box):
        meant = _numbers(claims, child)
        if child.type in _REFERENCES and meant and numbers.issuperset(meant):
            claims.record(child, 4 * len(meant), "reference between tracks")
        else:
            claims.free(child, f"a reference between tracks ({shown(child.type)})", Danger.TRACKS)


def _apertures(claims: Claims, box: Box) -> None:
    claims.head(box)
    for child in claims.children(box):
        if child.type in (b"clef", b"prof", b"enof"):
            claims.record(child, 12, "size of the picture")
        else:
            other(claims, child, "a track")


def _media(claims: Claims, box: Box, track: Track) -> None:
    claims.head(box)
    for child in claims.children(box):
        if child.type == b"mdhd":
            media_header(claims, child)
        elif child.type == b"hdlr":
            handler(claims, child)
        elif child.type == b"minf":
            _information(claims, child, track)
        else:
            other(claims, child, "a track")


def _information(claims: Claims, box: Box, track: Track) -> None:
    claims.head(box)
    for child in claims.children(box):
        if child.type in (b"vmhd", b"smhd"):
            claims.record(child, {b"vmhd": 12, b"smhd": 8}[child.type], "header of the media")
        elif child.type == b"hdlr":
            handler(claims, child)
        elif child.type == b"dinf":
            _data(claims, child)
        elif child.type == b"stbl":
            _samples(claims, child, track)
        else:
            other(claims, child, "a track")


def _data(claims: Claims, box: Box) -> None:
    """Data references (8.7.2): all have to mean this very file."""
    claims.head(box)
    for child in claims.children(box):
        if child.type != b"dref":
            other(claims, child, "a track")
            continue
        claims.head(child)
        claims.content(child.content, min(8, child.length), "data references")
        for entry in claims.children(child, 8):
            if entry.length < 4:
                raise Damaged("a data reference is cut short", entry.start)
            if not claims.source.number(entry.content + 3, 1) & 1 and not _names_nothing(claims, entry):
                raise Unsupported("media that another file holds", entry.start)
            _own_data(claims, entry)


def _names_nothing(claims: Claims, entry: Box) -> bool:
    """Whether a reference has no name; some writers forget the flag for this very file and leave an empty address."""
    named = entry.type != b"url " or entry.length > 16
    return entry.length == 4 or not (named or any(claims.source.read(entry.content + 4, entry.length - 4)))


def _own_data(claims: Claims, entry: Box) -> None:
    """A reference to this very file. Aliases of QuickTime may hold names of folders and disks; `url ` is empty."""
    claims.parts.keep(entry.start, 4, "data references")
    claims.parts.blank(entry.start + 4, 4, "kind of a data reference", Danger.OTHER, b"url ")
    claims.parts.keep(entry.start + 8, entry.header - 8, "data references")
    claims.parts.blank(entry.content, 4, "flags of a data reference", Danger.OTHER, b"\0\0\0\x01")


def _count(claims: Claims, found: list[Box]) -> int:
    """How many samples the tables of a track place; those of fragments are counted there."""
    sizes = only(found, b"stsz") or only(found, b"stz2")
    return claims.source.number(sizes.content + 8, 4) if sizes is not None and sizes.length >= 12 else 0


def _last_description(claims: Claims, found: list[Box]) -> int:
    """The last description that a sample of the tables has; 0 where fragments may use any."""
    box = only(found, b"stsc")
    if box is None:
        return 0
    count, _ = counted(claims.source, box, 4, 12)
    return max(numbers(claims.source, box.content + 8, 3 * count, 4)[2::3], default=0)


def _samples(claims: Claims, box: Box, track: Track) -> None:
    claims.head(box)
    found = list(claims.children(box))
    samples = _count(claims, found)
    for child in found:
        if child.type in _ONCE and only(found, child.type) != child:
            raise Damaged("a table of samples that comes twice", child.start)
        if child.type == b"stsd":
            track.descriptions = descriptions(claims, child, track.kind, _last_description(claims, found))
        elif child.type in _ENTRIES:
            _, end = counted(claims.source, child, 4, _ENTRIES[child.type])
            claims.record(child, end, "table of samples")
        elif child.type in (b"stsz", b"stz2"):
            claims.record(child, sizes_end(claims.source, child), "table of samples")
        elif child.type in _PLAIN:
            claims.record(child, plain_end(claims.source, child, samples), "table of samples")
        elif child.type in (b"sbgp", b"sgpd"):
            groups(claims, child)
        elif child.type == b"senc":
            raise Unsupported("its picture or sound is encrypted", child.start)
        else:
            other(claims, child, "a table of samples")
    track.tables = read_tables(claims.source, lambda kind: only(found, kind))
    times = only(found, b"stts")
    if times is not None and times.length >= 16:
        start = times.content + 4
        track.single_values = claims.source.number(start, 4) == 1 and claims.source.number(start + 8, 4) == 1

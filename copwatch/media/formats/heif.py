"""HEIC, HEIF and AVIF (ISO/IEC 23008-12, ISO/IEC 14496-12, AVIF 1.1), cleaned in place: no offset moves.

What stays is the primary picture with its tiles, its alpha, and its properties; see `copwatch.media.heif.choice`.
Of an image sequence its tracks of pictures stay too (`copwatch.media.heif.sequence`).
Which way up it is stands in `irot` and `imir`. Readers go by these and not by EXIF (23008-12, 6.5.10), so that no EXIF
has to stay.
"""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from copwatch.media.boxes import Box, boxes
from copwatch.media.facts import Danger, Fact
from copwatch.media.heif.choice import needed
from copwatch.media.heif.coded import Gathering
from copwatch.media.heif.items import Meta, read_meta
from copwatch.media.heif.sequence import keep_sequence
from copwatch.media.heif.telling import MOST_FACTS, facts_of, gather_removed
from copwatch.media.heif.writing import write_meta
from copwatch.media.iso.claims import Claims
from copwatch.media.iso.stretches import Stretch, Stretches
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_TYPES: Final = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"hevc": "image/heic-sequence", b"hevx": "image/heic-sequence", b"hevm": "image/heic-sequence",
    b"hevs": "image/heic-sequence", b"avif": "image/avif", b"avis": "image/avif", b"avio": "image/avif",
    b"mif1": "image/heif", b"mif2": "image/heif", b"mif3": "image/heif", b"msf1": "image/heif-sequence",
    b"miaf": "image/heif", b"1pic": "image/heif", b"avci": "image/avci", b"avcs": "image/avcs",
}  # fmt: skip
_SEQUENCES: Final = (b"hevc", b"hevx", b"hevm", b"hevs", b"avis", b"msf1", b"avcs")
_OTHER_BRANDS: Final = frozenset((
    b"MiHB", b"MiHA", b"MiHE", b"MiPr", b"MiAB", b"MiAC", b"MiAn", b"MiBu", b"MiCm", b"MA1A", b"MA1B",
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"isoa", b"isob", b"isoc",
    b"mp41", b"mp42", b"pred", b"geo1", b"unif", b"jpeg", b"jpgs", b"j2ki", b"j2is", b"vvic", b"vvis",
))  # fmt: skip
_VIDEO: Final = (
    b"isom", b"iso2", b"mp41", b"mp42", b"qt  ", b"M4V ", b"avc1", b"3gp4", b"3gp5", b"3gp6", b"crx ",
)  # fmt: skip
_LONGEST_FTYP = 4096
_EMPTY: Final = (b"free", b"skip", b"wide")
_MEDIA: Final = {b"mdat": 0, b"imda": 4}
_UNKNOWN: Final = ("a box that no picture needs", Danger.OTHER)
_NAMES: Final = {
    b"mpvd": ("the motion picture that was taken with the photograph", Danger.PICTURES),
    b"moov": ("a film that stands in the file beside the photograph", Danger.PICTURES),
    b"sefd": ("the maker's data behind the photograph", Danger.IDENTITY),
    b"uuid": ("a box of some maker or of a content claim", Danger.IDENTITY),
}


def recognises(head: bytes) -> bool:
    """Whether a file begins with `ftyp` and a brand of pictures, and is not first of all a film."""
    if head[4:8] != b"ftyp":
        return False
    brands = _brands(head[8 : min(len(head), int.from_bytes(head[:4], "big"))])
    return bool(brands) and brands[0] not in _VIDEO and any(brand in _TYPES for brand in brands)


def scan(source: Source) -> Scan:
    """The parts of a picture file. Raises `CannotClean`."""
    found, damage = _top(source)
    brands = _brands(source.read(found[0].content, found[0].length))
    parts = Parts(source.size, Treatment.BLANK)
    claims, data = Claims(source, parts), Stretches()
    moov = _sequence(found, brands)
    meta = _meta(source, found, needed=moov is None, damage=damage)
    if moov and meta and meta.handler != b"pict":
        meta = None  # it describes the film, as in MP4
    kept = needed(meta) if meta else []
    _write_ftyp(found[0], brands, parts)
    if moov:
        keep_sequence(claims, moov, data)
    if meta:
        gathering = Gathering(source, meta, data)
        for item in kept:
            gathering.item(item)
    staying = _staying(found, data, {box.start for box in (moov, meta and meta.box) if box})
    if meta:
        write_meta(meta, kept, parts)
        gather_removed(meta, kept, data)
    try:
        data.claim(parts, _rooms(meta, staying))
    except Damaged as error:
        raise damage or error from None
    for box in staying[1:]:
        _box(box, parts, done=box is moov or bool(meta and box == meta.box))
    _behind(found[len(staying) :], staying[-1].end, parts)
    facts = chain(facts_of(source, meta, kept) if meta else (), claims.facts, _facts_of_boxes(found, moov))
    kind = next(_TYPES[brand] for brand in brands if brand in _TYPES)
    return Scan(kind, parts.whole(), tuple(islice(dict.fromkeys(islice(facts, 4 * MOST_FACTS)), MOST_FACTS)))


def _sequence(found: list[Box], brands: list[bytes]) -> Box | None:
    """The header of an image sequence; a film beside a still picture is none."""
    movies = [box for box in found if box.type == b"moov"]
    if not movies or not any(brand in _SEQUENCES for brand in brands):
        return None
    if len(movies) > 1 or any(box.type == b"moof" for box in found):
        raise Unsupported("an image sequence in fragments", movies[0].start)
    return movies[0]


def _meta(source: Source, found: list[Box], *, needed: bool, damage: Damaged | None) -> Meta | None:
    """The description of pictures. A sequence need not have one."""
    boxes_of_meta = [box for box in found if box.type == b"meta"]
    if len(boxes_of_meta) > 1 or (needed and not boxes_of_meta):
        raise damage or Damaged(f"it describes its pictures {len(boxes_of_meta)} times", 0)
    return read_meta(source, boxes_of_meta[0]) if boxes_of_meta else None


def _brands(content: bytes) -> list[bytes]:
    """The major brand and the compatible ones; the version between them is no brand."""
    return [content[at : at + 4] for at in (0, *range(8, len(content) - 3, 4)) if len(content) >= at + 4]


def _top(source: Source) -> tuple[list[Box], Damaged | None]:
    """The boxes of the file up to a second beginning, behind which stands another file, or up to damage."""
    found: list[Box] = []
    damage = None
    try:
        for box in boxes(source, 0, source.size):
            if box.type == b"ftyp" and found:
                break
            found.append(box)
    except Damaged as error:
        if not found:
            raise
        damage = error
    if not 8 <= found[0].length <= _LONGEST_FTYP:
        raise Damaged("the first box of the file is of no usual length", 0)
    return found, damage


def _write_ftyp(box: Box, brands: list[bytes], parts: Parts) -> None:
    """Brands that readers know stay; a reader passes over any other, and so `mif1` can stand for it.

    It does for `tmap` too, which promises a gain map (ISO 21496-1): libavif refuses a file without the promised one.
    """
    known = [brand if brand in _TYPES or brand in _OTHER_BRANDS else b"mif1" for brand in brands]
    if known[0] == b"mif1" and brands[0] != b"mif1":
        known[0] = next(brand for brand in brands if brand in _TYPES)
    content = known[0] + bytes(4) + b"".join(known[1:])
    parts.keep(box.start, box.header, "the header of a box")
    parts.blank(
        box.content, box.length, "the kinds of the file", Danger.SOFTWARE, content.ljust(box.length, b"\0")
    )


def _staying(found: list[Box], data: Stretches, headers: set[int]) -> list[Box]:
    """The boxes up to the last that a picture needs."""
    end = max((end for _, end in (*data.essence, *data.others)), default=0)
    last = max(index for index, box in enumerate(found) if box.start in headers or box.start < end)
    return found[: last + 1]


def _rooms(meta: Meta | None, staying: list[Box]) -> Iterator[Stretch]:
    """Where the data of pictures may stand."""
    for box in staying:
        if box.type in _MEDIA:
            yield box.content + _MEDIA[box.type], box.end
    if meta and meta.idat:
        yield meta.idat.content, meta.idat.end


def _box(box: Box, parts: Parts, *, done: bool) -> None:
    """The header of a box that holds pictures stays; what no picture needs becomes an empty box."""
    if box.type in _MEDIA:
        parts.keep(box.start, box.header + _MEDIA[box.type], "the header of a box")
    elif not done:
        what, danger = _NAMES.get(box.type, _UNKNOWN)
        kind = box.type if box.type in _EMPTY else b"free"
        parts.keep(box.start, 4, "the header of a box")
        parts.blank(box.start + 4, 4, what, danger, kind)
        header = box.header - 16 if box.type == b"uuid" else box.header
        parts.keep(box.start + 8, header - 8, "the header of a box")
        parts.blank(box.start + header, box.size - header, what, danger)


def _behind(rest: list[Box], end: int, parts: Parts) -> None:
    """What follows the last box that is needed goes: no offset leads past it."""
    for box in rest:
        what, danger = _NAMES.get(box.type, ("what stands behind the picture", Danger.TRAILING))
        parts.drop(box.start, box.size, what, danger)
        end = box.end
    parts.drop(end, parts.size - end, "what stands behind the end", Danger.TRAILING)


def _facts_of_boxes(found: list[Box], moov: Box | None) -> Iterator[Fact]:
    for box in found:
        if box.type in _NAMES and box is not moov:
            what, danger = _NAMES[box.type]
            yield Fact(danger, what, f"{box.size:,} bytes", box.type.decode(), box.start)

"""Sample descriptions (ISO/IEC 14496-12, 8.5.2 and 12; QuickTime File Format, "Sample description atoms")."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from copwatch.media.boxes import Box, boxes
from copwatch.media.facts import Danger
from copwatch.media.iso import codings
from copwatch.media.iso.claims import Claims, Hole, shown
from copwatch.media.iso.configs import CONFIGURATION, av1c, avcc, colr, dfla, esds, hvcc
from copwatch.media.iso.parameters import is_container, length_of
from copwatch.media.iso.sps import UNKNOWN, Layouts
from copwatch.media.iso.tables import Fixed, counted
from copwatch.media.refusal import CannotClean, Damaged, Unsupported

_WHAT: Final = "description of samples"
_VISUAL, _SOUND = 78, 28
_MOST_DESCRIPTIONS = 4096
_LONGEST_OWN: Final = 64
_DOLBY: Final = (b"dvcC", b"dvvC", b"dvwC")
_VENDORS: Final = (b"d263", b"damr")
_CONFIGURATIONS: Final = frozenset({b"avcC", b"hvcC", b"lhvC", b"esds", b"av1C", b"dfLa"})
_NAMES_IN_USE: Final = (b"Planar Y'CbCr 8-bit 4:2:0", b"Sorenson H263")
"""Names of compressors by which decoders tell codings apart that share their four letters."""


class Description(NamedTuple):
    """One way in which samples of a track are coded. `unit` is the length of NAL units' lengths, 0 for others."""

    coding: bytes
    unit: int = 0
    dolby: bool = False
    object_type: int = 0
    fixed: Fixed | None = None
    layouts: Layouts = UNKNOWN


class _Seen:
    """What the boxes of an entry say about its samples."""

    def __init__(self, coding: bytes) -> None:
        self.coding = coding
        self.unit, self.dolby, self.object_type = 0, False, 0
        self.layouts = UNKNOWN


def descriptions(claims: Claims, box: Box, handler: bytes, used: int = 0) -> list[Description]:
    """Claims the sample description box of a track that stays; behind the last one that is used, where known, they go.

    Raises:
        Unsupported: encrypted, or of an unknown coding.
    """
    if box.length < 8:
        raise Damaged("the description of samples is cut short", box.start)
    count, _ = counted(claims.source, box, 4, 8)
    used = used if 0 < used < count else count
    claims.head(box)
    claims.content(box.content, 8, _WHAT, [Hole(4, 4, _WHAT, Danger.OTHER, used.to_bytes(4, "big"))])
    found: list[Description] = []
    for entry in claims.children(box, 8):
        if len(found) >= used:
            claims.free(entry, "a description of samples that are not there", Danger.OTHER)
            continue
        if len(found) >= _MOST_DESCRIPTIONS:
            raise Unsupported("it has more descriptions of samples than any camera writes", entry.start)
        found.append(_entry(claims, entry, handler))
    return found


def _entry(claims: Claims, entry: Box, handler: bytes) -> Description:
    if entry.type in codings.ENCRYPTED:
        raise Unsupported("its picture or sound is encrypted", entry.start)
    if entry.header != 8 or entry.length < 8:
        raise Damaged("a description of samples is cut short", entry.start)
    if handler == b"vide" and entry.type in codings.PICTURE:
        return _visual(claims, entry)
    if handler == b"soun" and entry.type in codings.SOUND:
        return _sound(claims, entry)
    raise Unsupported(f"picture or sound in a coding that is not known ({shown(entry.type)})", entry.start)


def _visual(claims: Claims, entry: Box) -> Description:
    if entry.length < _VISUAL:
        raise Damaged("a description of pictures is cut short", entry.start)
    data = claims.source.read(entry.content, _VISUAL)
    name = data[43 : 43 + min(data[42], 31)]
    stays = next((known for known in _NAMES_IN_USE if name.startswith(known)), b"")
    new_name = (bytes([len(stays)]) + stays).ljust(32, b"\0") if stays else bytes(32)
    if name.strip(b"\0 ") and not stays:
        claims.fact(Danger.SOFTWARE, "compressor", name.decode("latin-1"), "stsd", entry.content + 42)
    _vendor(claims, data[12:16], entry.content + 12)
    holes = [
        Hole(0, 6, "reserved bytes", Danger.OTHER),
        Hole(10, 14, "vendor and quality of the compressor", Danger.SOFTWARE),
        Hole(42, 32, "name of the compressor", Danger.SOFTWARE, new_name),
    ]
    colours = _colour_table(claims, entry, data)
    claims.record(entry, _VISUAL, _WHAT, holes)
    claims.parts.keep(entry.content + _VISUAL, colours, "colour table", essence=True)
    seen = _extensions(claims, entry.type, entry.content + _VISUAL + colours, entry.end)
    if entry.type in codings.NAL_H264 | codings.NAL_HEVC and not seen.unit:
        raise Unsupported("a stream of pictures without the configuration of its decoder", entry.start)
    return Description(entry.type, seen.unit, seen.dolby, seen.object_type, None, seen.layouts)


def _colour_table(claims: Claims, entry: Box, data: bytes) -> int:
    """How long a colour table is that stands in an entry of few colours (QTFF, "Video sample description")."""
    depth, table = int.from_bytes(data[74:76], "big"), int.from_bytes(data[76:78], "big")
    at = entry.content + _VISUAL
    if table or depth not in (1, 2, 4, 8, 33, 34, 36, 40) or entry.end - at < 16:
        return 0
    length = 8 + 8 * (claims.source.number(at + 6, 2) + 1)
    return length if at + length <= entry.end else 0


def _vendor(claims: Claims, vendor: bytes, offset: int) -> None:
    if vendor.strip(b"\0"):
        claims.fact(Danger.SOFTWARE, "vendor of the compressor", shown(vendor), "stsd", offset)


def _sound(claims: Claims, entry: Box) -> Description:
    if entry.length < _SOUND:
        raise Damaged("a description of sound is cut short", entry.start)
    data = claims.source.read(entry.content, min(entry.length, 64))
    _vendor(claims, data[12:16], entry.content + 12)
    version = int.from_bytes(data[8:10], "big")
    length = _sound_length(claims, entry, version)
    holes = [
        Hole(0, 6, "reserved bytes", Danger.OTHER),
        Hole(10, 6, "vendor of the compressor", Danger.SOFTWARE),
    ]
    claims.record(entry, length, _WHAT, holes)
    seen = _extensions(claims, entry.type, entry.content + length, entry.end)
    fixed = _fixed(data, entry.type, version if length > _SOUND else 0)
    return Description(entry.type, 0, False, seen.object_type, fixed)


def _sound_length(claims: Claims, entry: Box, version: int) -> int:
    """How long the fields of a sound description are: QuickTime's versions 1 and 2 have more of them."""
    longer = {1: _SOUND + 16, 2: _SOUND + 36}.get(version, _SOUND)
    if longer > entry.length:
        return _SOUND
    if version == 1 and not _whole_boxes(claims, entry.content + longer, entry.end):
        return _SOUND if _whole_boxes(claims, entry.content + _SOUND, entry.end) else longer
    return longer


def _whole_boxes(claims: Claims, start: int, end: int) -> bool:
    try:
        return all(box.size >= 8 for box in boxes(claims.source, start, end))
    except CannotClean:
        return False


def _fixed(data: bytes, coding: bytes, version: int) -> Fixed | None:
    """How many bytes QuickTime's samples of sound take, where its sample tables count single values (QTFF, "Sound")."""
    channels, bits = int.from_bytes(data[16:18], "big"), int.from_bytes(data[18:20], "big")
    if version == 1:
        frames, size = int.from_bytes(data[28:32], "big"), int.from_bytes(data[36:40], "big")
        return Fixed(frames, size) if frames and size else None
    if version == 2 and len(data) >= 64:
        size, frames = int.from_bytes(data[56:60], "big"), int.from_bytes(data[60:64], "big")
        return Fixed(frames, size) if frames and size else None
    if coding in codings.PCM and channels:
        width = codings.PCM[coding]
        if coding in (b"raw ", b"NONE", b"twos", b"sowt"):
            width = {8: 1, 16: 2, 24: 3, 32: 4}.get(bits, width)
        return Fixed(1, width * channels)
    return None


def _extensions(claims: Claims, coding: bytes, start: int, end: int) -> _Seen:
    """Boxes behind the fields of an entry; what does not look like a box goes."""
    seen = _Seen(coding)
    _children(claims, start, end, seen, b"")
    return seen


def _children(claims: Claims, start: int, end: int, seen: _Seen, parent: bytes) -> None:
    """Boxes in an entry, or in a box of it. Raises `Damaged` for two configurations: readers differ in which counts."""
    kinds: set[bytes] = set()
    for box in _as_far_as_whole(claims, start, end):
        twice = box.type in kinds and box.type != b"colr"
        kinds.add(box.type)
        if twice and box.type in _CONFIGURATIONS:
            raise Damaged("the configuration of a decoder that comes twice", box.start)
        if twice and box.type not in (b"free", b"skip") and box.length:
            claims.free(
                box, f"a box that comes twice ({shown(box.type)}) in a description of samples", Danger.OTHER
            )
        else:
            _extension(claims, box, seen, parent)


def _as_far_as_whole(claims: Claims, start: int, end: int) -> Iterator[Box]:
    try:
        yield from boxes(claims.source, start, end)
    except Damaged:
        return


def _extension(claims: Claims, box: Box, seen: _Seen, parent: bytes) -> None:
    kind = box.type
    if kind in (b"sinf", b"rinf"):
        raise Unsupported("its picture or sound is encrypted", box.start)
    if kind == b"avcC":
        seen.unit, seen.layouts = avcc(claims, box)
    elif kind in (b"hvcC", b"lhvC"):
        seen.unit = hvcc(claims, box)
    elif kind == b"esds":
        seen.object_type = esds(claims, box)
    elif kind == b"av1C":
        av1c(claims, box)
    elif kind == b"dfLa":
        dfla(claims, box)
    elif kind == b"colr":
        colr(claims, box)
    elif is_container(kind, parent, seen.coding):
        claims.head(box)
        _children(claims, box.content, box.end, seen, kind)
    elif (longest := length_of(claims.source, box, seen.coding, parent)) is not None:
        seen.dolby = seen.dolby or kind in _DOLBY
        length = min(box.length, longest)
        holes = (
            [Hole(0, min(4, length), "vendor of the compressor", Danger.SOFTWARE)] if kind in _VENDORS else []
        )
        claims.record(box, length, CONFIGURATION, holes, essence=not holes)
    else:
        _other(claims, box, seen.coding, parent)


def _of_sequence(claims: Claims, box: Box) -> int | None:
    """How much stays of a box that only image sequences have: bounds of their coding, and the name of alpha."""
    if box.type == b"ccst" and box.length >= 8:
        return 8
    return box.length if box.type == b"auxi" and is_alpha(claims, box) else None


def is_alpha(claims: Claims, box: Box) -> bool:
    """Whether `auxi` names alpha (23008-12, 7.5.3.2), and says nothing else."""
    content = claims.source.read(box.content, min(box.length, 256))
    return content[:4] == bytes(4) and content[4:].rstrip(b"\0") in codings.ALPHA and box.length <= 256


def _other(claims: Claims, box: Box, coding: bytes, parent: bytes) -> None:
    """QuickTime's `wave` ends with a box of eight zeros, and may hold an empty box named like the coding."""
    if (length := _of_sequence(claims, box)) is not None:
        claims.record(box, length, CONFIGURATION)
    elif parent and not box.length:
        claims.record(box, 0, CONFIGURATION)
    elif parent == b"wave" and box.type == coding and box.length <= _LONGEST_OWN:
        length = min(box.length, 4) if coding == b"mp4a" else box.length
        claims.record(box, length, CONFIGURATION, essence=True)
    elif box.type in (b"free", b"skip"):
        claims.empty(box)
    else:
        claims.free(box, f"an unknown box ({shown(box.type)}) in a description of samples", Danger.OTHER)

"""Decoder configurations in sample entries: what stays of them, and what the samples need to know from them."""

from collections.abc import Iterator
from typing import Final

from copwatch.media.boxes import Box
from copwatch.media.facts import Danger
from copwatch.media.icc import neutral_profile
from copwatch.media.iso.aac_config import needless
from copwatch.media.iso.claims import Claims, Hole
from copwatch.media.iso.codings import AAC_OBJECTS, MPEG2_OBJECTS, MPEG4_OBJECT
from copwatch.media.iso.nal import Coding, coding, instead
from copwatch.media.iso.obu import blanked_obus
from copwatch.media.iso.sps import UNKNOWN, Layouts, learned
from copwatch.media.iso.startcodes import StartCodes
from copwatch.media.refusal import Damaged, Unsupported

CONFIGURATION: Final = "configuration of a decoder"
_ES, _DECODER, _SPECIFIC, _SYNC = 3, 4, 5, 6
_PROFILES = 0x14
_UNUSED_TAG = b"\xc0"
"""The first of the tags that are free for private use (14496-1, table 1)."""


def avcc(claims: Claims, box: Box) -> tuple[int, Layouts]:
    """AVCDecoderConfigurationRecord (14496-15, 5.3.3.1). Returns the length of NAL units' lengths, and of timing."""
    data = claims.source.read(box.content, box.length)
    if len(data) < 7:
        raise Damaged("the configuration of H.264 is cut short", box.start)
    rules, holes, layouts = coding("h264", dolby=False), list[Hole](), UNKNOWN
    at = _sets(data, 6, data[5] & 31, rules, holes, box)
    for unit in _units(data, 6, data[5] & 31):
        layouts = learned(layouts, unit)
    if at < len(data):
        at = _sets(data, at + 1, data[at], rules, holes, box)
    if data[1] not in (66, 77, 88) and at + 4 <= len(data):
        at = _sets(data, at + 4, data[at + 3], rules, holes, box)
    claims.record(box, at, CONFIGURATION, holes, essence=True)
    return (data[4] & 3) + 1, layouts


def hvcc(claims: Claims, box: Box) -> int:
    """HEVCDecoderConfigurationRecord (14496-15, 8.3.3.1) and `lhvC`, which lacks fields. Returns `avcc`'s first."""
    data = claims.source.read(box.content, box.length)
    start = 22 if box.type == b"hvcC" else 5
    if len(data) <= start:
        raise Damaged("the configuration of HEVC is cut short", box.start)
    rules, holes = coding("hevc", dolby=False), list[Hole]()
    at = start + 1
    for _ in range(data[start]):
        if at + 3 > len(data):
            raise Damaged("the configuration of HEVC is cut short", box.start)
        at = _sets(data, at + 3, int.from_bytes(data[at + 1 : at + 3], "big"), rules, holes, box)
    claims.record(box, at, CONFIGURATION, holes, essence=True)
    return (data[21 if start == 22 else 4] & 3) + 1


def av1c(claims: Claims, box: Box) -> None:
    """AV1CodecConfigurationRecord, with the OBUs in it (AV1 in ISOBMFF, 2.3.3)."""
    data = claims.source.read(box.content, box.length)
    holes = [
        Hole(start, end - start, "metadata in the picture's stream", Danger.SOFTWARE, new)
        for start, end, new in blanked_obus(data, 4, len(data), box.content)
    ]
    claims.record(box, len(data), CONFIGURATION, holes, essence=True)


def esds(claims: Claims, box: Box) -> int:
    """ES_Descriptor (14496-1, 7.2.6.5). Returns the object type, which names the coding."""
    data = claims.source.read(box.content, box.length)
    holes: list[Hole] = []
    kinds: list[int] = []
    _descriptors(data, 4, len(data), holes, kinds, box, 0)
    claims.record(box, len(data), CONFIGURATION, holes, essence=True)
    return kinds[0] if kinds else 0


def dfla(claims: Claims, box: Box) -> None:
    """FLAC's metadata blocks: only the first, STREAMINFO, is needed (FLAC in ISOBMFF, 3.3.2); others become padding."""
    data = claims.source.read(box.content, box.length)
    at, holes = 4, list[Hole]()
    while at + 4 <= len(data):
        length, last = int.from_bytes(data[at + 1 : at + 4], "big"), data[at] & 0x80
        if at + 4 + length > len(data):
            raise Damaged("the configuration of FLAC is cut short", box.start)
        if data[at] & 0x7F:
            padding = bytes([last | 1]) + data[at + 1 : at + 4] + bytes(length)
            holes.append(Hole(at, 4 + length, "tags and pictures of FLAC", Danger.IDENTITY, padding))
        at += 4 + length
        if last:
            break
    claims.record(box, at, CONFIGURATION, holes, essence=True)


def colr(claims: Claims, box: Box) -> None:
    """Colour: numbers stay (`nclx`, `nclc`); a profile stays without its texts (14496-12, 12.1.5)."""
    kind = claims.source.read(box.content, min(4, box.length))
    lengths = {b"nclx": 11, b"nclc": 10}
    if kind in lengths:
        claims.record(box, min(box.length, lengths[kind]), "colour")
        return
    if kind in (b"prof", b"rICC"):
        data = claims.source.read(box.content + 4, box.length - 4)
        new = neutral_profile(data, len(data))
        if new is not None and len(new) == len(data):
            claims.record(box, 4, "colour")
            claims.parts.blank(
                box.content + 4, len(data), "texts of the colour profile", Danger.SOFTWARE, new
            )
            return
    claims.free(box, "colour in an unknown form", Danger.OTHER)


def _units(data: bytes, at: int, count: int) -> Iterator[bytes]:
    for _ in range(count):
        length = int.from_bytes(data[at : at + 2], "big")
        yield data[at + 2 : at + 2 + length]
        at += 2 + length


def _sets(data: bytes, at: int, count: int, rules: Coding, holes: list[Hole], box: Box) -> int:
    """Parameter sets, each behind its length; where they end."""
    for _ in range(count):
        length = int.from_bytes(data[at : at + 2], "big")
        at += 2
        if at + length > len(data):
            raise Damaged("a parameter set is longer than its configuration", box.start)
        nal = data[at : at + length]
        change = instead(nal, rules.acts[nal[0]], rules.sei) if nal else None
        if change is not None:
            start = at + change.start
            holes.append(Hole(start, len(change.new), change.what, change.danger, change.new))
        at += length
    return at


def _descriptors(
    data: bytes, at: int, end: int, holes: list[Hole], kinds: list[int], box: Box, depth: int
) -> None:
    """Descriptors (14496-1, 8.3.3): those of the allow-list stay, others lose their content."""
    while at < end and depth < 4:
        start, tag, length = at, data[at], 0
        at += 1
        for _ in range(4):
            if at >= end:
                break
            length, more = length << 7 | data[at] & 0x7F, data[at] & 0x80
            at += 1
            if not more:
                break
        stop = min(at + length, end)
        if tag == _ES:
            _descriptors(data, _after_es(data, at, stop, box), stop, holes, kinds, box, depth + 1)
        elif tag == _DECODER and stop - at >= 13:
            kinds.append(data[at])
            _descriptors(data, at + 13, stop, holes, kinds, box, depth + 1)
        elif tag == _SPECIFIC:
            holes.extend(_specific(data[at:stop], at, kinds[-1] if kinds else 0))
        elif tag not in (_SYNC, _PROFILES) and data[start:stop].strip(b"\0"):
            new = _UNUSED_TAG + data[start + 1 : at] + bytes(stop - at)
            holes.append(Hole(start, stop - start, "an unknown descriptor", Danger.OTHER, new))
        at = stop


def _specific(data: bytes, at: int, kind: int) -> list[Hole]:
    """What goes of a DecoderSpecificInfo that stands at `at`, by the object type of its coding."""
    if kind in AAC_OBJECTS:
        what = "texts in the configuration of the sound"
        return [Hole(at + low, length, what, Danger.SOFTWARE) for low, length in needless(data)]
    if kind == MPEG4_OBJECT or kind in MPEG2_OBJECTS:
        found = StartCodes(mpeg4=kind == MPEG4_OBJECT).found(data)
        return [Hole(at + low, high - low, what, danger, new) for low, high, new, what, danger in found]
    return []


def _after_es(data: bytes, at: int, stop: int, box: Box) -> int:
    """Where the descriptors in an ES_Descriptor begin."""
    flags = data[at + 2] if at + 3 <= stop else 0
    if flags & 0x40:
        raise Unsupported("media that another file holds", box.start)
    return at + 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)

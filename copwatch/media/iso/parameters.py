"""Boxes of numbers in sample descriptions, by which samples are decoded and shown: whose they are, and how long.

Sources: ISO/IEC 14496-12 (12.1.4 to 12.2.7), -15, ETSI TS 102 366 (F) and 103 190 (E), TS 102 114 (E), the mappings of
Opus, VP9, AV1, MPEG-H 3D (23008-3, 20.5) and Dolby Vision, QTFF, Apple's core audio format, Spherical Video V2.
"""

from collections.abc import Callable
from typing import Final

from copwatch.media.boxes import Box
from copwatch.media.iso import codings
from copwatch.media.iso.bits import Bits
from copwatch.media.source import Source

_LONGEST: Final = 512
_PICTURES: Final = {
    b"pasp": 8, b"clap": 32, b"fiel": 2, b"gama": 4, b"mdcv": 24, b"clli": 4, b"SmDm": 28, b"CoLL": 8, b"amve": 8,
    b"cclv": 37, b"hfov": 4, b"st3d": 5,
}  # fmt: skip
_SOUNDS: Final = {b"enda": 2, b"srat": 8, b"frma": 4}
_DOLBY: Final = codings.NAL_H264 | codings.NAL_HEVC | codings.AV1
_DTS: Final = frozenset({b"dtsc", b"dtse", b"dtsh", b"dtsl"})
_MPEG_H: Final = frozenset({b"mha1", b"mha2", b"mhm1", b"mhm2"})
_OF_CODINGS: Final = {
    b"dvcC": (5, _DOLBY), b"dvvC": (5, _DOLBY), b"dvwC": (5, _DOLBY), b"vpcC": (12, {b"vp08", b"vp09"}),
    b"dac3": (3, {b"ac-3"}), b"dac4": (256, {b"ac-4"}), b"dmlp": (10, {b"mlpa"}), b"ddts": (20, _DTS),
    b"udts": (64, {b"dtsx", b"dts+"}), b"pcmC": (6, {b"ipcm", b"fpcm"}), b"alac": (52, {b"alac"}),
    b"SMI ": (512, {b"SVQ3"}), b"damr": (9, {b"samr", b"sawb", b"sawp"}), b"d263": (23, {b"s263", b"h263", b"H263"}),
}  # fmt: skip
"""Of Dolby Vision, what stands behind five bytes is reserved."""
_IN: Final = {
    b"sv3d": {b"svhd": 4},  # the name of a program follows; without this box readers pass over the projection
    b"proj": {b"prhd": 16, b"equi": 20, b"cbmp": 12, b"prji": 8},
    b"eyes": {b"stri": 5, b"hero": 5}, b"cams": {b"blin": 8}, b"cmfy": {b"dadj": 8}, b"pack": {b"pkin": 8},
}  # fmt: skip
_REQUIRED: Final = frozenset(
    {b"eyes", b"stri", b"hero", b"cams", b"blin", b"cmfy", b"dadj", b"proj", b"prji", b"pack", b"pkin"}
)
_PARENTS: Final = {
    b"wave": b"", b"vexu": b"", b"sv3d": b"", b"proj": b"vexu sv3d", b"eyes": b"vexu", b"pack": b"vexu",
    b"cams": b"eyes", b"cmfy": b"eyes",
}  # fmt: skip


def is_container(kind: bytes, parent: bytes, coding: bytes) -> bool:
    """Whether it is a box of such boxes, where it stands, in the description of samples of a coding."""
    if kind not in _PARENTS or (coding in codings.SOUND) is not (kind == b"wave"):
        return False
    return parent in _PARENTS[kind].split() if _PARENTS[kind] else not parent


def length_of(source: Source, box: Box, coding: bytes, parent: bytes) -> int | None:
    """How many bytes of such a box stay; None for one that this coding does not have there."""
    kind = box.type
    if parent in _IN:
        return _IN[parent].get(kind, _required(source, box))
    if parent == b"vexu":
        return _required(source, box)
    if kind == b"btrt":
        return 12
    if kind in _OF_CODINGS:
        size, owners = _OF_CODINGS[kind]
        return size if coding in owners else None
    if coding in codings.PICTURE and kind in _PICTURES:
        return _PICTURES[kind]
    return _of_sound(source, box, coding) if coding in codings.SOUND else None


def _of_sound(source: Source, box: Box, coding: bytes) -> int | None:
    least, owners, measure = _MEASURED.get(box.type, (0, None, None))
    if measure is None:
        return _SOUNDS.get(box.type)
    if box.length < least or (owners is not None and coding not in owners):
        return None
    return measure(source.read(box.content, min(box.length, _LONGEST)))


def _layout(data: bytes) -> int | None:
    """`chnl` (14496-12, 12.2.4): the lengths of its first version; of the second what they may be."""
    if data[0] > 1:
        return None
    if data[0]:
        return 64
    if not data[4] & 1:
        return 6
    return 14 + (1 if data[4] & 2 else 0) if data[5] else 64


def _enhanced(data: bytes) -> int:
    """`dec3` (TS 102 366, F.6), with the two bytes that joint object coding puts behind it."""
    bits = Bits(data)
    bits.take(13)
    for _ in range(bits.take(3) + 1):
        bits.many(2, 5, 1, 1, 3, 3, 1, 3)
        bits.take(9 if bits.take(4) else 1)
    return -(-bits.position // 8) + 2


_MEASURED: Final[dict[bytes, tuple[int, frozenset[bytes] | None, Callable[[bytes], int | None]]]] = {
    b"chan": (16, None, lambda data: min(16 + 20 * int.from_bytes(data[12:16], "big"), _LONGEST)),
    b"chnl": (6, None, _layout),
    b"SA3D": (12, None, lambda data: 12 + 4 * min(int.from_bytes(data[8:12], "big"), 64)),
    b"dOps": (11, frozenset({b"Opus"}), lambda data: 13 + data[1] if data[10] else 11),
    b"dec3": (2, frozenset({b"ec-3"}), _enhanced),
    b"mhaC": (5, _MPEG_H, lambda data: min(5 + int.from_bytes(data[3:5], "big"), _LONGEST)),
}
"""How long such a box has to be at least, whose it is (None: of any sound), and how long it is by what it says."""


def _required(source: Source, box: Box) -> int | None:
    """A list of boxes that a reader has to know (Apple, "Stereo Video ISOBMFF Extensions")."""
    if box.type != b"must" or not 8 <= box.length <= 64 or box.length % 4:
        return None
    data = source.read(box.content + 4, box.length - 4)
    known = all(data[at : at + 4] in _REQUIRED for at in range(0, len(data), 4))
    return box.length if known else None

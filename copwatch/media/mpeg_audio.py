"""Frames of MPEG audio (ISO/IEC 11172-3, 2.4.1.3, and 13818-3): their headers, and the first frame that only informs.

That frame (Xing, Info, VBRI) is decoded as silence by what does not know it, and holds counts that players need. Its
fields are those of the description of the LAME tag (gabriel.mp3-tech.org/mp3infotag.html).
"""

from functools import cache
from itertools import pairwise
from typing import Final

_V1_L1: Final = (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
_V1_L2: Final = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_V1_L3: Final = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_V2_L1: Final = (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
_V2_L23: Final = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_GAPLESS: Final = (b"LAME", b"Lavf", b"Lavc")
"""Only behind these letters do players believe the delay and the padding that follow."""
_MARKS: Final = (b"Xing", b"Info")
_TAG: Final = 36
_EVEN: Final = bytes(256 * place // 100 for place in range(100))
"""A table for seeking as players have one of their own where there is none."""


@cache
def frame_size(second: int, third: int) -> int:
    """How long a frame is by the second and third byte of its header; 0 without a valid header, -1 for free format."""
    version, layer, rate = second >> 3 & 3, second >> 1 & 3, third >> 2 & 3
    if second < 0xE0 or version == 1 or layer == 0 or rate == 3 or third >> 4 == 15:
        return 0
    if third >> 4 == 0:
        return -1
    row = third >> 4
    if version == 3:
        kilobits = (_V1_L3, _V1_L2, _V1_L1)[layer - 1][row - 1]
    else:
        kilobits = (_V2_L1 if layer == 3 else _V2_L23)[row - 1]
    hertz, padding = _RATES[version][rate], third >> 1 & 1
    if layer == 3:
        return (12_000 * kilobits // hertz + padding) * 4
    return (72_000 if layer == 1 and version != 3 else 144_000) * kilobits // hertz + padding


def kind(header: bytes) -> tuple[int, int]:
    """What all frames of a stream have in common: version, layer and sample rate."""
    return header[1] & 0xFE, header[2] & 0x0C


def informs(head: bytes) -> int:
    """Where the mark of Xing's fields stands in a frame of layer 3 that begins so; 0 without one."""
    if head[1] >> 1 & 3 != 1:
        return 0
    single, first = head[3] >> 6 == 3, head[1] >> 3 & 3 == 3
    at = 4 + ((17 if single else 32) if first else (9 if single else 17))
    # a checksum of two bytes may stand before the side information
    for place in (at, at + 2):
        if head[place : place + 4] in _MARKS:
            return place
    return 0


def neutral_info(frame: bytes, total: int | None) -> bytes | None:
    """A frame that only informs, of the same length, without a writer's name and settings; None for any other frame.

    The numbers of frames, the table for seeking, and delay and padding stay; `total` is the length of all frames, where
    it is known.
    """
    if at := informs(frame):
        return _xing(frame, at, total)
    if frame[1] >> 1 & 3 != 1:
        return None
    if frame[36:40] == b"VBRI":
        size = 26 + int.from_bytes(frame[54:56], "big") * int.from_bytes(frame[58:60], "big")
        return (frame[:4] + bytes(32) + frame[36 : 36 + size]).ljust(len(frame), b"\0")[: len(frame)]
    return None


def _xing(frame: bytes, at: int, total: int | None) -> bytes:
    flags = frame[at + 7] & 15
    if total is not None and flags & 2 and not _describes(frame, at + 8 + 4 * (flags & 1), total):
        total = None
    fields = bytearray(frame[at : at + 8])
    fields[4:8] = bytes((0, 0, 0, flags))
    place = at + 8
    for bit, size in ((1, 4), (2, 4), (4, 100), (8, 4)):
        if flags & bit:
            value = frame[place : place + size]
            if bit == 4 and any(one > other for one, other in pairwise(value)):
                value = _EVEN
            fields += total.to_bytes(4, "big") if bit == 2 and total and total >> 32 == 0 else value
            place += size
    found = bytearray(len(frame))
    found[:4] = frame[:4]
    if not frame[1] & 1:
        found[4:6] = frame[4:6]
    found[at : at + len(fields)] = fields
    tag = frame[place : place + _TAG]
    if len(tag) == _TAG and tag[:4] in _GAPLESS:
        found[place : place + _TAG] = _lame(bytes(found[:place]), tag, total)
    return bytes(found[: len(frame)])


def _describes(frame: bytes, place: int, total: int) -> bool:
    """Whether the length at `place` is that of the file. Where files were put together it is that of the first.

    Players see that and play to the end; with the right length they would end where the first file ended.
    """
    said = int.from_bytes(frame[place : place + 4], "big")
    return abs(said - total) <= min(said, total) >> 4


def _lame(before: bytes, tag: bytes, total: int | None) -> bytes:
    """The writer's name as four letters, the method of its bit rate, delay and padding, length, and two checksums."""
    kept = bytearray(_TAG)
    kept[:4], kept[9], kept[21:24], kept[32:34] = b"LAME", tag[9] & 15, tag[21:24], tag[32:34]
    if any(tag[28:32]):
        kept[28:32] = tag[28:32] if total is None else (total & 0xFFFFFFFF).to_bytes(4, "big")
    kept[34:36] = _crc(before + bytes(kept[:34])).to_bytes(2, "big") if any(tag[34:36]) else bytes(2)
    return bytes(kept)


def _crc(data: bytes) -> int:
    """CRC-16 with the reflected polynomial 0xA001, from 0."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value

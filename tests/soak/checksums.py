"""Checksums made good in mutated files, so that readers that check them get as far as the mutation."""

import io
import re
import zlib
from itertools import pairwise

from copwatch.media.flac_frames import crc8, crc16
from copwatch.media.ogg_pages import checksum

_MOST = 300
_LONGEST = 20_000


def png(data: bytes) -> bytes:
    """The CRC-32 of each chunk."""
    out, at = bytearray(data), 8
    for _ in range(_MOST):
        end = at + 8 + int.from_bytes(out[at : at + 4], "big")
        if end + 4 > len(out):
            break
        out[end : end + 4] = zlib.crc32(out[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(out)


def ogg(data: bytes) -> bytes:
    """The checksum of each page."""
    out, done = bytearray(data), 0
    for found in re.finditer(rb"OggS", data):
        at = found.start()
        if at + 27 > len(data) or done > _LONGEST:
            break
        end = at + 27 + data[at + 26] + sum(data[at + 27 : at + 27 + data[at + 26]])
        out[at + 22 : at + 26] = bytes(4)
        out[at + 22 : at + 26] = checksum(bytes(out[at:end])).to_bytes(4, "little")
        done += end - at
    return bytes(out)


def flac(data: bytes) -> bytes:
    """Of the frames of a small file: that of the header where it is of the shortest kind, and that of the frame."""
    starts = [found.start() for found in re.finditer(rb"\xff[\xf8\xf9]", data)][-8:]
    if not starts or len(data) - starts[0] > _LONGEST:
        return data
    out = bytearray(data)
    for start, end in pairwise([*starts, len(data)]):
        if end - start > 8 and data[start + 4] < 0x80 and data[start + 2] >> 4 not in (6, 7):
            out[start + 5] = crc8(bytes(out[start : start + 5]))
            out[end - 2 : end] = crc16(bytes(out[start : end - 2])).to_bytes(2, "big")
    return bytes(out)


def pdf(data: bytes) -> bytes:
    """The table of objects, as qpdf finds them again; a file in which it finds none stays as it is."""
    import pikepdf

    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as found:
            found.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    except Exception:
        return data
    return out.getvalue()

"""JPEG pictures for tests: from Pillow, with planted segments put in or behind, and what makers of cameras do."""

import io
import random
import struct

from PIL import Image

from copwatch.media.exif import only_orientation
from tests.media import making_icc

SECRET = b"SECRET-PLANTED"
GPS = b"GPS-PLANTED-52.5200N"
SECRETS = (SECRET, GPS, b"S\0E\0C\0R\0E\0T", b"SERIAL42", b"Canon")


def picture(mode: str = "RGB", size: tuple[int, int] = (48, 32), **how: object) -> bytes:
    """Coloured noise, so that every part of it counts."""
    channels = len(mode) if mode != "L" else 1
    small = Image.frombytes(mode, (8, 6), random.Random(3).randbytes(48 * channels))
    made = io.BytesIO()
    small.resize(size, Image.Resampling.BICUBIC).save(made, "JPEG", **{"quality": 80, **how})
    return made.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", 2 + len(content)) + content


def tiff(value: int | None) -> bytes:
    """Orientation, maker and a thumbnail in the second directory."""
    rows = [struct.pack(">HHII", 0x010F, 2, len(SECRET), 90)]
    if value is not None:
        rows.append(struct.pack(">HHIHH", 0x0112, 3, 1, value, 0))
    first = struct.pack(">H", len(rows)) + b"".join(rows) + bytes(4)
    return (b"MM\0*\0\0\0\x08" + first).ljust(90, b"\0") + SECRET + GPS + picture(size=(8, 8))


def exif(value: int | None) -> bytes:
    return segment(0xE1, b"Exif\0\0" + tiff(value))


def clean_exif(value: int) -> bytes:
    return segment(0xE1, b"Exif\0\0" + only_orientation(value))


def icc(profile: bytes, room: int = 65519) -> bytes:
    pieces = [profile[at : at + room] for at in range(0, len(profile), room)]
    return b"".join(
        segment(0xE2, b"ICC_PROFILE\0" + bytes([number, len(pieces)]) + piece)
        for number, piece in enumerate(pieces, 1)
    )


def put_in(data: bytes, what: bytes, before: int = 0xDB) -> bytes:
    """`what` before the first segment of a kind that begins after the header."""
    at = data.index(bytes([0xFF, before]))
    return data[:at] + what + data[at:]


def before_scan(data: bytes, number: int, what: bytes) -> bytes:
    """`what` before the scan of that number, from 0 on."""
    at = -1
    for _ in range(number + 1):
        at = data.index(b"\xff\xda", at + 1)
    return data[:at] + what + data[at:]


SEGMENTS = {
    "exif": exif(None),
    "exif twice": exif(1) + exif(6)[:0] + exif(None),
    "xmp": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"),
    "more xmp": segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 40 + SECRET),
    "photoshop": segment(
        0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x13\x1c\x02\x50\0\x0e" + SECRET + b"\0"
    ),
    "list of pictures": segment(0xE2, b"MPF\0MM\0*\0\0\0\x08" + SECRET),
    "flashpix": segment(0xE2, b"FPXR\0" + SECRET),
    "gain map": segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + SECRET),
    "credentials": segment(0xEB, b"JP\0\1\0\0\0\1jumdc2pa urn:uuid:" + b"0" * 36 + SECRET),
    "extension with a thumbnail": segment(0xE0, b"JFXX\0\x10" + SECRET + picture(size=(8, 8))),
    "comment": segment(0xFE, SECRET),
    "unknown": b"".join(segment(0xE0 + number, SECRET) for number in (3, 4, 5, 6, 7, 8, 9, 10, 12, 15)),
    "empty": segment(0xE7, b"") + segment(0xFE, b"") + segment(0xE1, b"") + segment(0xE2, b"ICC_PROFILE\0"),
    "adobe too short": segment(0xEE, b"Adobe" + SECRET[:5]),
    "length below two": b"\xff\xe9\0\0",
    "fill bytes": b"\xff" * 700,
    "zeros": bytes(30),
    "text": SECRET,
    "restart markers": b"\xff\xd0\xff\xd7\xff\x01",
    "stuffing": b"\xff\0\xff\0",
}

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + struct.pack(">I", 30) + b"mdat" + SECRET + GPS[:8]


def samsung() -> bytes:
    note = b"\0\0\x01\x0a" + struct.pack("<I", 14) + b"Image_UTC_Data" + b"1738064711169" + SECRET
    row = struct.pack("<HHII", 0, 0x0A01, len(note), len(note))
    listed = b"SEFH" + struct.pack("<II", 106, 1) + row
    return note + listed + struct.pack("<I", len(listed)) + b"SEFT"


TRAILERS = {
    "picture": exif(6)[:0] + picture()[:20] + segment(0xFE, SECRET) + picture()[20:],
    "video": MP4,
    "samsung": samsung(),
    "captions": SECRET + b"AXS!" + bytes(8),
    "screenshot": SECRET * 5000,
    "zeros": bytes(5000),
    "line end": b"\r\n",
}

ICC_MATRIX = making_icc.matrix()

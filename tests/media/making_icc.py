"""Colour profiles for tests: made by hand, with names and numbers planted where devices and people leave them."""

import io
import struct

from PIL import ImageCms

SECRETS = (b"SECRET", b"S\0E\0C\0R\0E\0T", b"Canon", b"SERIAL42")


def srgb() -> bytes:
    """The one that Little CMS makes, version 2.1 or 4."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def profile(
    tags: dict[bytes, bytes], *, version: int = 2, kind: bytes = b"mntr", space: bytes = b"RGB "
) -> bytes:
    """A profile with every field of its header filled in, and no two tags at one place."""
    body, rows = b"", b""
    at = 132 + 12 * len(tags)
    for signature, tag in tags.items():
        rows += signature + struct.pack(">II", at + len(body), len(tag))
        body += tag + b"SECRET"[: -len(tag) % 4]
    date = struct.pack(">6H", 2024, 5, 17, 13, 37, 42)
    header = (
        struct.pack(">I", at + len(body))
        + b"SECR"
        + bytes([version, 0x10, 0, 0])
        + kind
        + space
        + b"XYZ "
        + date
    )
    header += b"acspAPPL" + struct.pack(">I", 0xBEEF0001) + b"CanoEOS5SECRETXX"
    header += struct.pack(">I", 1) + bytes.fromhex("0000f6d6000100000000d32d") + b"SECR" + b"SECRETSECRETSECR"
    return header.ljust(128, b"Z") + struct.pack(">I", len(tags)) + rows + body


def xyz(*values: float) -> bytes:
    return b"XYZ SECR" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def curve(*values: int) -> bytes:
    return (
        b"curv" + bytes(4) + struct.pack(">I", len(values)) + b"".join(struct.pack(">H", v) for v in values)
    )


def described(text: bytes) -> bytes:
    return (
        b"desc"
        + bytes(4)
        + struct.pack(">I", len(text) + 1)
        + text
        + bytes(1 + 8)
        + b"SECRET".ljust(70, b"\0")
    )


def localised(text: str) -> bytes:
    wide = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(wide), 28) + wide


PRIMARIES = {
    b"rXYZ": xyz(0.6097, 0.3111, 0.0195) + b"SECRET",
    b"gXYZ": xyz(0.2053, 0.6257, 0.0609),
    b"bXYZ": xyz(0.1492, 0.0632, 0.7446),
    b"wtpt": xyz(0.9642, 1.0, 0.8249),
}
TEXTS = {
    b"desc": described(b"SECRET display of Canon"),
    b"cprt": b"text" + bytes(4) + b"SECRET owner\0",
    b"dmnd": described(b"Canon"),
    b"mmod": b"mmod" + bytes(4) + b"SERIAL42",
    b"MSxx": b"data" + bytes(8) + b"SECRET",
}


def matrix() -> bytes:
    """Version 2, three primaries and one curve for each colour."""
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve(0x0233) + b"SECRET")
    return profile({**TEXTS, **PRIMARIES, **curves})


def lut8() -> bytes:
    """CMYK to Lab by tables of 8 bits."""
    ramp = bytes(range(256))
    grid = bytes((i * 37 + j * 11) % 256 for i in range(16) for j in range(3))
    head = b"mft1SECR" + bytes([4, 3, 2, 0]) + struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    tag = head + ramp * 4 + grid + ramp * 3 + b"SECRET"
    made = profile({**TEXTS, b"wtpt": PRIMARIES[b"wtpt"], b"A2B0": tag}, kind=b"prtr", space=b"CMYK")
    return made[:20] + b"Lab " + made[24:]


def staged() -> bytes:
    """Version 4, RGB to XYZ by curves, a grid, a matrix and curves, with gaps between them."""
    line = b"para" + bytes(8) + struct.pack(">i", 65536)
    grid = bytes([2, 2, 2]).ljust(16, b"\0") + b"\1SEC" + bytes(10 * i for i in range(24))
    parts = {
        "b": line * 3,
        "matrix": struct.pack(">12i", *([40000, 0, 0, 0, 40000, 0, 0, 0, 40000] + [100] * 3)),
    }
    parts |= {"m": line * 3, "grid": grid, "a": curve(0x0233) + bytes(2) + curve(0) + bytes(2) + line}
    body, offsets = b"SECRET!!", []
    for part in parts.values():
        offsets.append(32 + len(body))
        body += part + b"SECRET!!"
    tag = b"mAB SECR" + bytes([3, 3, 0, 0]) + struct.pack(">5I", *offsets) + body
    texts = {b"desc": localised("SECRET"), b"cprt": localised("SECRET"), b"wtpt": PRIMARIES[b"wtpt"]}
    return profile({**texts, b"A2B0": tag}, version=4)


def floating() -> bytes:
    """Version 4, the same by multi-process elements: a set of curves and a matrix."""
    formula = b"parf" + bytes(8) + struct.pack(">4f", 2.2, 1, 0, 0)
    segments = b"curf" + bytes(4) + struct.pack(">HHf", 2, 0, 0.0) + formula + formula
    curves = b"cvst" + bytes(4) + struct.pack(">HH", 3, 3) + struct.pack(">II", 40, len(segments)) * 3
    curves = curves.ljust(40, b"S") + segments
    table = (
        b"matf"
        + bytes(4)
        + struct.pack(">HH", 3, 3)
        + struct.pack(">12f", *([0.4, 0, 0, 0, 0.4, 0, 0, 0, 0.4] + [0] * 3))
    )
    at = 16 + 16 + 8
    tag = b"mpetSECR" + struct.pack(">HHI", 3, 3, 2)
    tag += struct.pack(">IIII", at, len(curves), at + len(curves) + 8, len(table))
    tag += b"SECRET!!" + curves + b"SECRET!!" + table
    texts = {b"desc": localised("SECRET"), b"cprt": localised("SECRET")}
    whole = {**texts, **PRIMARIES, **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve(0x0233)), b"D2B0": tag}
    return profile(whole, version=4)


def opened(data: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(data))

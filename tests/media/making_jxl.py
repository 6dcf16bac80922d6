"""Makes JPEG XL files: coded pictures by cjxl, and by hand headers of pictures and boxes around them."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from copwatch.media import jxl_icc

SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"


class BitsOut:
    """Bits, the lowest of each byte first."""

    def __init__(self) -> None:
        self.value, self.count = 0, 0

    def put(self, value: int, count: int) -> "BitsOut":
        self.value |= value << self.count
        self.count += count
        return self

    def name(self, text: bytes) -> "BitsOut":
        self.put(2, 2).put(len(text) - 16, 5)
        return self.put(int.from_bytes(text, "little"), 8 * len(text))

    def bytes(self) -> bytes:
        return self.value.to_bytes((self.count + 7) // 8, "little")


def codestream(
    name: bytes = b"",
    channel: bytes = b"",
    extension: bool = False,
    data: bytes = b"d" * 40,
    profile: bytes = b"",
) -> bytes:
    """A picture of 8 by 8 with one frame: its headers are right, its data is of no meaning.

    `name` is the frame's, `channel` that of an alpha channel; both of 16 to 47 bytes.
    """
    bits = BitsOut().put(0x0AFF, 16)
    bits.put(1, 1).put(0, 5).put(1, 3)  # small, 8 high, square
    bits.put(0, 1).put(0, 1)  # not all default, no more fields
    bits.put(0, 1).put(0, 2).put(1, 1)  # 8 bits a sample
    bits.put(1 if channel else 0, 2)
    if channel:
        bits.put(0, 1).put(0, 2).put(0, 1).put(0, 2).put(0, 2).name(channel).put(0, 1)
    bits.put(1, 1)  # XYB
    bits.put(2, 4) if profile else bits.put(1, 1)  # RGB by a profile, or default colours
    bits.put(1 if extension else 0, 2)
    if extension:
        bits.put(0, 4)
    bits.put(1, 1)  # default transform
    if profile:
        bits.put(*jxl_icc.coded(profile))
    bits.count += -bits.count % 8
    if name:
        bits.put(0, 1).put(0, 2).put(0, 1).put(0, 2)  # a regular frame, VarDCT, no flags
        bits.put(0, 2).put(0, 2 if channel else 0).put(0, 6).put(0, 2).put(
            0, 1
        )  # no upsampling, 1 pass, no crop
        bits.put(0, 4 if channel else 2).put(1, 1).name(name)  # blending, last
        bits.put(1, 1).put(0, 2)  # default filter, no extensions
    else:
        bits.put(1, 1)
    bits.put(0, 1)  # groups in order
    bits.count += -bits.count % 8
    bits.put(0, 2).put(len(data), 10)
    return bits.bytes() + data


def box(kind: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def container(*boxes: bytes, brands: bytes = b"jxl ") -> bytes:
    return SIGNATURE + box(b"ftyp", b"jxl " + bytes(4) + brands) + b"".join(boxes)


def partial(number: int, data: bytes, last: bool = False) -> bytes:
    return box(b"jxlp", (number | last << 31).to_bytes(4, "big") + data)


def joined(file: bytes) -> bytes:
    """The codestream of a file whose boxes behind the first two are pieces of it."""
    found, at = b"", len(SIGNATURE)
    while at < len(file):
        size, start = int.from_bytes(file[at : at + 4], "big"), at + 8
        if size == 1:
            size, start = int.from_bytes(file[at + 8 : at + 16], "big"), at + 16
        if file[at + 4 : at + 8] == b"jxlp":
            found += file[start + 4 : at + size]
        at += size
    return found


def encoded(png: bytes, *options: str) -> bytes | None:
    """A picture by cjxl; None where that is not installed."""
    if shutil.which("cjxl") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "a.png"), Path(folder, "a.jxl")
        before.write_bytes(png)
        subprocess.run(["cjxl", before, after, *options], capture_output=True, check=True, timeout=60)
        return after.read_bytes()


def shown(data: bytes) -> bytes | None:
    """What djxl makes of it; None where that is not installed."""
    if shutil.which("djxl") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "a.jxl"), Path(folder, "a.ppm")
        before.write_bytes(data)
        subprocess.run(["djxl", before, after], capture_output=True, check=True, timeout=60)
        return after.read_bytes()

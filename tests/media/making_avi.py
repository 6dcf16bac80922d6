"""AVI files, made chunk by chunk: one stream of pictures and one of sound, or as a test wants them."""

import struct

from tests.media.making_riff import chunk, listed
from tests.media.making_wav import fmt as wave_format

SOUND = chunk(b"01wb", bytes(range(64)))


def avih() -> bytes:
    return chunk(b"avih", struct.pack("<10I", 40000, 0, 0, 0x10, 2, 0, 2, 0, 16, 16) + bytes(16))


def strh(kind: bytes, code: bytes = bytes(4), language: int = 0) -> bytes:
    numbers = struct.pack("<IHHIIIIIIII", 0, 0, language, 0, 1, 25, 0, 2, 0, 0xFFFFFFFF, 0)
    return chunk(b"strh", kind + code + numbers + bytes(8))


def bitmap(code: bytes, extra: bytes = b"", bits: int = 24) -> bytes:
    content = struct.pack("<IiiHH4sIIIII", 40 + len(extra), 16, 16, 1, bits, code, 768, 0, 0, 0, 0)
    return chunk(b"strf", content + extra)


def fmt(tag: int = 1, extra: bytes = b"") -> bytes:
    return b"strf" + wave_format(tag, extra)[4:]


def pictures(code: bytes = b"DIB ", *more: bytes, extra: bytes = b"") -> bytes:
    return listed(b"strl", strh(b"vids", code), bitmap(code, extra), *more)


def sound(*more: bytes) -> bytes:
    return listed(b"strl", strh(b"auds"), fmt(), *more)


def hdrl(*streams: bytes) -> bytes:
    return listed(b"hdrl", avih(), *streams)


def movi(*samples: bytes) -> bytes:
    return listed(b"movi", *samples)


def index(*entries: tuple[bytes, int, int]) -> bytes:
    return chunk(b"idx1", b"".join(struct.pack("<4sIII", name, 16, at, size) for name, at, size in entries))


def avi(*chunks: bytes, kind: bytes = b"AVI ", size: int | None = None) -> bytes:
    content = kind + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content) if size is None else size) + content


def simple(code: bytes, picture: bytes, *, extra: bytes = b"") -> bytes:
    """A file with a sample of pictures and one of sound."""
    return avi(hdrl(pictures(code, extra=extra), sound()), movi(chunk(b"00dc", picture), SOUND))

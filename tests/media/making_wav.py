"""WAV files of every signature, made chunk by chunk."""

import struct

from tests.media.making_riff import chunk, riff

SOUND = struct.pack("<200h", *((number * 331) % 8000 - 4000 for number in range(200)))


def fmt(tag: int = 1, extra: bytes = b"", bits: int = 16) -> bytes:
    content = struct.pack("<HHIIHH", tag, 1, 8000, 1000 * bits, bits // 8, bits)
    return chunk(b"fmt ", content + extra)


def wav(*before: bytes, after: bytes = b"", form: bytes | None = None, sound: bytes = SOUND) -> bytes:
    return riff(b"WAVE", form or fmt(), *before, chunk(b"data", sound), after)


def large(
    *between: bytes, sound: bytes = SOUND, after: bytes = b"", said: int | None = None, bits: int = 16
) -> bytes:
    """RF64 with the lengths of a large file."""
    length = len(sound) if said is None else said
    body = b"WAVE" + chunk(b"ds64", struct.pack("<QQQI", 0, length, len(sound) // 2, 0)) + b"".join(between)
    body += fmt(bits=bits) + b"data\xff\xff\xff\xff" + sound + b"\0" * (len(sound) & 1) + after
    at = body.index(b"ds64") + 8
    body = body[:at] + struct.pack("<Q", len(body)) + body[at + 8 :]
    return b"RF64\xff\xff\xff\xff" + body

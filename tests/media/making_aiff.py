"""AIFF and AIFF-C files, made chunk by chunk."""

import struct

from tests.media.making_riff import chunk

SOUND = struct.pack(">200h", *((number * 331) % 8000 - 4000 for number in range(200)))
RATE = b"\x40\x0b\xfa" + bytes(7)
"""8,000 as an extended number of 80 bits."""


def part(kind: bytes, content: bytes) -> bytes:
    return chunk(kind, content, ">")


def common(extra: bytes = b"") -> bytes:
    return part(b"COMM", struct.pack(">HIH", 1, len(SOUND) // 2, 16) + RATE + extra)


def sound(data: bytes = SOUND, unused: bytes = b"") -> bytes:
    return part(b"SSND", struct.pack(">II", len(unused), 0) + unused + data)


def aiff(*chunks: bytes, kind: bytes = b"AIFF") -> bytes:
    content = kind + b"".join(chunks)
    return b"FORM" + struct.pack(">I", len(content)) + content

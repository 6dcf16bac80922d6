"""RIFF and IFF files, made chunk by chunk."""

import struct


def chunk(kind: bytes, content: bytes = b"", order: str = "<", pad: bytes = b"\0") -> bytes:
    return kind + struct.pack(order + "I", len(content)) + content + pad[: len(content) & 1]


def riff(kind: bytes, *chunks: bytes, size: int | None = None) -> bytes:
    content = kind + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content) if size is None else size) + content


def listed(kind: bytes, *chunks: bytes) -> bytes:
    return chunk(b"LIST", kind + b"".join(chunks))


def info(secret: bytes) -> bytes:
    return listed(b"INFO", chunk(b"IART", secret + b"\0"), chunk(b"ISFT", b"Writer 1.0\0"))


def parts(data: bytes, order: str = "<") -> list[tuple[bytes, bytes]]:
    """The chunks of a file, which have to fill it."""
    assert struct.unpack(order + "I", data[4:8])[0] == len(data) - 8
    found, at = [], 12
    while at < len(data):
        length = struct.unpack(order + "I", data[at + 4 : at + 8])[0]
        found.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        assert len(data) >= at + 8 + length + (length & 1)
        assert data[at + 8 + length : at + 8 + length + (length & 1)] in (b"", b"\0")
        at += 8 + length + (length & 1)
    return found

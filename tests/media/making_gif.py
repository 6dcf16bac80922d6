"""GIF files, made block by block. The compressed data never use the table, so that they can be written by hand."""

import struct

LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
CONTROL = b"\x21\xf9\x04\x05\x0a\0\0\0"
PALETTE = bytes(range(24))


def codes(values: list[int], bits: int = 3) -> bytes:
    """LZW data in which the table is emptied before each value; then the end."""
    clear, width = 1 << bits, bits + 1
    number, at = 0, 0
    for code in [*(code for value in values for code in (clear, value)), clear + 1]:
        number |= code << at
        at += width
    return number.to_bytes((at + 7) // 8, "little")


def blocks(data: bytes, size: int = 255) -> bytes:
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def extension(label: int, *content: bytes) -> bytes:
    return bytes([0x21, label]) + b"".join(bytes([len(piece)]) + piece for piece in content) + b"\0"


def application(name: bytes, data: bytes) -> bytes:
    return b"\x21\xff\x0b" + name + blocks(data)


def picture(extra: bytes = b"", width: int = 4, height: int = 4, size: int = 255) -> bytes:
    values = [number % 8 for number in range(width * height)]
    return b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\3" + blocks(codes(values) + extra, size)


def gif(*content: bytes, width: int = 4, height: int = 4, end: bytes = b";") -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF2, 0, 0) + PALETTE + b"".join(content) + end

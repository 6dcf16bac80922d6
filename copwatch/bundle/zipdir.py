"""The directory of a zip, read strictly (PKWARE APPNOTE 6.3.10): a zip with two readings is no evidence.

Programs disagree about zips whose local headers and directory differ, that have bytes between files, or whose
files overlap: one shows the evidence and the next something else. Here every byte belongs to exactly one thing,
both descriptions of a file agree, and only ordinary files, stored or deflated, are let in.
"""

import contextlib
import struct
from dataclasses import dataclass
from typing import BinaryIO

LARGEST_DIRECTORY = 64 << 20
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STREAM_END = b"PK\x07\x08"
_STREAMED, _UTF8 = 0x0008, 0x0800
# Bits 1 and 2 say how hard a deflated file was compressed and change nothing for a reader.
_HARMLESS_FLAGS = _STREAMED | _UTF8 | 0x0006
STORED, DEFLATED = 0, 8
_NOT_HERE, _NOT_HERE_16 = 0xFFFFFFFF, 0xFFFF


class BadZip(Exception):
    """Not a zip that has one reading."""


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the directory; `start` is where its data begins, found by its local header."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    start: int = 0

    @property
    def is_folder(self) -> bool:
        """Whether it only names a folder."""
        return self.name.endswith("/")


def read_directory(file: BinaryIO, most: int) -> list[Member]:
    """Every member in the order of the file. Raises `BadZip`; more than `most` members are refused unread."""
    length = file.seek(0, 2)
    start, size, count = _end(file, length)
    if count > most or size > LARGEST_DIRECTORY:
        raise BadZip("it lists more files than a bundle can have")
    members = _central(_at(file, start, size), count)
    members.sort(key=lambda member: member.offset)
    placed, position = [], 0
    for member in members:
        if member.offset != position:
            raise BadZip("its files overlap, or bytes lie between them")
        found, position = _local(file, member)
        placed.append(found)
    if position != start:
        raise BadZip("bytes lie between its files and its directory")
    return placed


def _at(file: BinaryIO, position: int, size: int) -> bytes:
    """Exactly `size` bytes; readers may give fewer at a time, and positions come from the zip itself."""
    data = bytearray()
    try:
        file.seek(position)
        while len(data) < size and (piece := file.read(size - len(data))):
            data += piece
    except (OSError, OverflowError, ValueError) as error:
        raise BadZip("it points to where nothing is") from error
    if len(data) != size:
        raise BadZip("it is cut short")
    return bytes(data)


def _end(file: BinaryIO, length: int) -> tuple[int, int, int]:
    """Start, size and number of entries of the directory. No comment may follow: it could hide another end."""
    position = length - _END.size
    magic, disk, first, here, count, size, start, comment = _END.unpack(_at(file, position, _END.size))
    if magic != b"PK\x05\x06" or comment or disk or first or here != count:
        raise BadZip("it does not end as a zip in one part without a comment")
    if position >= _LOCATOR.size:
        found = _LOCATOR.unpack(_at(file, position - _LOCATOR.size, _LOCATOR.size))
        if found[0] == b"PK\x06\x07":
            return _end64(file, found, (start, size, count), position - _LOCATOR.size)
    if start + size != position:
        raise BadZip("its directory is not where its end says")
    return start, size, count


def _end64(
    file: BinaryIO, locator: tuple[bytes, int, int, int], short: tuple[int, int, int], end: int
) -> tuple[int, int, int]:
    record = _END64.unpack(_at(file, locator[2], _END64.size))
    magic, length, _, _, disk, first, here, count, size, start = record
    whole = locator[2] + _END64.size == end and start + size == locator[2] and length == _END64.size - 12
    limits = (_NOT_HERE, _NOT_HERE, _NOT_HERE_16)
    agree = all(a in (b, limit) for a, b, limit in zip(short, (start, size, count), limits, strict=True))
    if magic != b"PK\x06\x06" or not whole or not agree or disk or first or here != count or locator[1]:
        raise BadZip("its directory is not where its end says")
    return start, size, count


def _central(data: bytes, count: int) -> list[Member]:
    members, position = [], 0
    for _ in range(count):
        if position + _CENTRAL.size > len(data):
            raise BadZip("its directory is cut short")
        fields = _CENTRAL.unpack_from(data, position)
        (
            magic,
            made,
            _,
            flags,
            method,
            _,
            _,
            crc,
            packed,
            size,
            named,
            extra,
            comment,
            disk,
            _,
            attributes,
            offset,
        ) = fields
        position += _CENTRAL.size
        tail = data[position : position + named + extra]
        if magic != b"PK\x01\x02" or comment or disk or len(tail) != named + extra:
            raise BadZip("its directory is malformed")
        size, packed, offset = _wide(tail[named:], (size, packed, offset))
        mode = attributes >> 16 if made >> 8 == 3 else 0
        members.append(Member(_name(tail[:named], flags), flags, method, crc, packed, size, offset, mode))
        position += named + extra
    if position != len(data):
        raise BadZip("its directory holds more than it counts")
    return members


def _local(file: BinaryIO, member: Member) -> tuple[Member, int]:
    """The member with its start, and where the next thing begins."""
    header = _LOCAL.unpack(_at(file, member.offset, _LOCAL.size))
    magic, _, flags, method, _, _, crc, packed, size, named, extra = header
    tail = _at(file, member.offset + _LOCAL.size, named + extra)
    size, packed = _wide(tail[named:], (size, packed))
    streamed = flags & _STREAMED
    same = (flags, method, _name(tail[:named], flags)) == (member.flags, member.method, member.name)
    sizes = (crc, packed, size) == (member.crc, member.packed, member.size)
    if magic != b"PK\x03\x04" or not same or not (sizes or (streamed and not any((crc, packed, size)))):
        raise BadZip("a file is described in two ways")
    if flags & ~_HARMLESS_FLAGS or method not in (STORED, DEFLATED):
        raise BadZip("a file is encrypted, or compressed in a way that bundles do not use")
    start = member.offset + _LOCAL.size + named + extra
    end = start + member.packed + (_descriptor(file, member, start + member.packed) if streamed else 0)
    found = Member(
        member.name, flags, method, member.crc, member.packed, member.size, member.offset, member.mode, start
    )
    return found, end


def _descriptor(file: BinaryIO, member: Member, position: int) -> int:
    """The length of what follows a streamed file: its checksum and sizes, once more."""
    wide = struct.pack("<LQQ", member.crc, member.packed, member.size)
    forms = [_STREAM_END + wide, wide]
    if max(member.packed, member.size) < _NOT_HERE:
        short = struct.pack("<LLL", member.crc, member.packed, member.size)
        forms = [_STREAM_END + short, short, *forms]
    for form in forms:
        with contextlib.suppress(BadZip):
            if _at(file, position, len(form)) == form:
                return len(form)
    raise BadZip("a file is described in two ways")


def _wide(extra: bytes, values: tuple[int, ...]) -> tuple[int, ...]:
    """The values, those that did not fit in 32 bits taken from the zip64 extra field, in their order."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1:
            numbers = [
                struct.unpack_from("<Q", extra, 4 + i)[0]
                for i in range(0, length & ~7, 8)
                if 12 + i <= len(extra)
            ]
            return _filled(values, numbers)
        extra = extra[4 + length :]
    return values


def _filled(values: tuple[int, ...], numbers: list[int]) -> tuple[int, ...]:
    rest = iter(numbers)
    try:
        return tuple(next(rest) if value == _NOT_HERE else value for value in values)
    except (StopIteration, RuntimeError) as error:
        raise BadZip("a size is missing") from error


def _name(raw: bytes, flags: int) -> str:
    """Without the UTF-8 flag names are in code page 437, which only agrees with UTF-8 for ASCII."""
    try:
        return raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError as error:
        raise BadZip("a name is not UTF-8, or not marked as UTF-8") from error

"""Where the frames of FLAC end (RFC 9639, 9): found from the back, by the checksums of the last frame."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_WINDOW: Final = 1 << 20
_MOST_TRIES: Final = 12
_LONGEST_HEADER: Final = 16
_RATES: Final = {12: 1, 13: 2, 14: 2}


class _Frame(NamedTuple):
    start: int
    number: int
    size: int
    counts_samples: bool


def _table(polynomial: int, bits: int) -> tuple[int, ...]:
    top, mask = 1 << bits - 1, (1 << bits) - 1
    found = []
    for byte in range(256):
        value = byte << bits - 8
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
        found.append(value)
    return tuple(found)


_CRC8: Final = _table(0x07, 8)
_CRC16: Final = _table(0x8005, 16)


def crc8(data: bytes) -> int:
    """The checksum of a frame's header; 0 over a header with its own."""
    value = 0
    for byte in data:
        value = _CRC8[value ^ byte]
    return value


def crc16(data: bytes) -> int:
    """The checksum of a frame; 0 over a frame with its own."""
    value = 0
    for byte in data:
        value = (value << 8 & 0xFF00) ^ _CRC16[value >> 8 ^ byte]
    return value


def end_of_frames(source: Source, first: int, limit: int, info: bytes) -> int:
    """The first position behind the last whole frame, between the first frame and `limit`.

    Raises:
        Damaged: there is no frame where the first one has to be.
        Unsupported: it is not certain where the last one ends.
    """
    if limit == first and not int.from_bytes(info[13:18], "big") & 0xFFFFFFFFF:
        return first
    if limit - first < 8 or source.read(first, 2) not in (b"\xff\xf8", b"\xff\xf9"):
        raise Damaged("no frame stands behind the metadata", first)
    start = max(first, limit - _WINDOW)
    data = source.read(start, limit - start)
    frames = list(_frames(data, source.read(first, 2)))
    for number, frame in enumerate(frames):
        if crc16(data[frame.start :]) == 0:
            return start + _with_zeros(data, len(data.rstrip(b"\0")))
        ends = _ends(data, frame.start) if _is_last(frame, info) else []
        if len(ends) == 1:
            return start + _with_zeros(data, ends[0])
        if ends:
            break
        for earlier in frames[number + 1 : number + 4]:
            if crc16(data[earlier.start : frame.start]) == 0:
                return start + frame.start  # what follows this whole frame is one that was cut short
    raise Unsupported("it is not certain where the sound ends", limit)


def _frames(data: bytes, sync: bytes) -> Iterator[_Frame]:
    """What could be the beginning of a frame, the last first."""
    at, tries = len(data), 0
    while (at := data.rfind(sync, 0, at + 1)) >= 0 and tries < _MOST_TRIES:
        if frame := _frame(data, at):
            tries += 1
            yield frame
        at -= 1
        if at < 0:
            return


def _frame(data: bytes, at: int) -> _Frame | None:
    """A header whose fields are allowed and whose checksum is right (9.1)."""
    head = data[at : at + _LONGEST_HEADER]
    if len(head) < 6 or not head[2] >> 4 or head[2] & 15 == 15 or head[3] >> 4 > 10 or head[3] & 1:
        return None
    number, length = _coded(head, 4)
    if not length:
        return None
    place, size = 4 + length, head[2] >> 4
    wide = {6: 1, 7: 2}.get(size, 0)
    block = int.from_bytes(head[place : place + wide], "big") + 1 if wide else _block_size(size)
    end = place + wide + _RATES.get(head[2] & 15, 0)
    if len(head) <= end or crc8(head[: end + 1]):
        return None
    return _Frame(at, number, block, bool(head[1] & 1))


def _block_size(code: int) -> int:
    if code == 1:
        return 192
    return 576 << code - 2 if code < 6 else 256 << code - 8


def _coded(head: bytes, at: int) -> tuple[int, int]:
    """A number as UTF-8 would write it, of up to seven bytes, and their count; 0 bytes where it is none."""
    first = head[at]
    count = 8 - (first ^ 0xFF).bit_length()
    if count == 0:
        return first, 1
    if count == 1 or count > 7 or any(byte >> 6 != 2 for byte in head[at + 1 : at + count]):
        return 0, 0
    value = first & (0x7F >> count)
    for byte in head[at + 1 : at + count]:
        value = value << 6 | byte & 0x3F
    return value, count


def _is_last(frame: _Frame, info: bytes) -> bool:
    """Whether this frame ends with the last sample that STREAMINFO counts."""
    total = int.from_bytes(info[13:18], "big") & 0xFFFFFFFFF
    longest = int.from_bytes(info[2:4], "big")
    first = frame.number if frame.counts_samples else frame.number * longest
    return total > 0 and first + frame.size == total


def _ends(data: bytes, at: int) -> list[int]:
    """Where the checksum of the last frame is right; over zeros behind such a place it stays right."""
    value, ends = 0, []
    for place in range(at, len(data)):
        before, value = value, (value << 8 & 0xFF00) ^ _CRC16[value >> 8 ^ data[place]]
        if not value and before and place - at > 6:
            ends.append(place + 1)
    return ends


def _with_zeros(data: bytes, end: int) -> int:
    """With up to two zeros behind that place: they may be the frame's own checksum, and say nothing if they are not."""
    return end + len(data[end : end + 2]) - len(data[end : end + 2].lstrip(b"\0"))

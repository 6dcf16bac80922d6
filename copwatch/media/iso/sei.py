"""Supplemental enhancement information of H.264 and HEVC, with what decoders do not need turned into filler.

A message that goes becomes a filler payload (payload type 3, bytes 0xFF; ITU-T H.264 D.1.4, H.265 D.2.4), so that
the NAL unit keeps its length and its place: a filler data NAL unit there would break the order that both standards
prescribe (H.264 7.4.1.2.3, H.265 7.4.2.4.4).
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from copwatch.media.iso.messages import TIMING, lasting, tells_time
from copwatch.media.iso.sps import UNKNOWN, Layouts

_FILLER: Final = 3
_STOP: Final = b"\x80"
_TO_ESCAPE = re.compile(rb"\x00\x00(?=[\x00-\x03])")

KEPT_H264: Final = frozenset({0, 1, 2, 6, 7, 19, 45, 47, 137, 144, 147, 148, 149, 150, 151, 154, 155})
"""Timing, pan-scan, recovery points, reference marking, film grain, packing, orientation, colour and projection."""
KEPT_HEVC: Final = frozenset(
    {
        0,
        1,
        2,
        6,
        19,
        45,
        47,
        128,
        129,
        130,
        131,
        132,
        137,
        144,
        147,
        148,
        149,
        150,
        151,
        154,
        155,
        156,
        165,
        176,
    }
)
"""As for H.264, with the order of pictures, active parameter sets, picture hashes, alpha and stereo displays."""


class Sei(NamedTuple):
    """How a codec writes SEI: length of a NAL unit's header, payload types to keep, headers of what is put in."""

    header: int
    kept: frozenset[int]
    sei: bytes
    filler: bytes


H264: Final = Sei(1, KEPT_H264, b"\x06", b"\x0c")
HEVC: Final = Sei(2, KEPT_HEVC, b"\x4e\x01", b"\x4c\x01")


def clean_sei(nal: bytes, codec: Sei, layouts: Layouts = UNKNOWN) -> bytes:
    """A SEI NAL unit of the same length, in which only messages of the allow-list stay. Unreadable ones are filler.

    `layouts` are what the parameter sets of a stream of H.264 say of timing.
    """
    head, content = nal[: codec.header], _unescaped(nal[codec.header :])
    found = _messages(content)
    if found is None:
        return _filled(head, len(nal), codec)
    messages, tail = found
    kept: list[bytes] = []
    same = tail[:1] == _STOP and not tail[1:].strip(b"\0")
    for kind, start, at, end in messages:
        payload = content[at:end]
        stays = lasting(kind, payload, layouts, hevc=codec is HEVC) if kind in codec.kept else None
        if stays is not None:
            kept.append(content[start:at] + stays if stays == payload else _message(kind, stays))
        same = same and (_is_filler(content[start:end]) if stays is None else stays == payload)
    if same:
        return nal
    return _fitted(head, kept, len(nal), codec) if kept else _filled(head, len(nal), codec)


def has_time(nal: bytes, layouts: Layouts) -> bool:
    """Whether a SEI NAL unit of H.264 has a time of day."""
    content = _unescaped(nal[H264.header :])
    messages = (_messages(content) or ([], b""))[0]
    return any(kind == TIMING and tells_time(content[at:end], layouts) for kind, _, at, end in messages)


def sei_of_filler(length: int, codec: Sei) -> bytes:
    """A SEI NAL unit of this length that says nothing."""
    return _filled(codec.sei, length, codec)


def filler_data(length: int, codec: Sei) -> bytes:
    """A filler data NAL unit of this length (H.264 7.3.2.7, H.265 7.3.2.8), for places behind a coded picture."""
    return (codec.filler + b"\xff" * (length - len(codec.filler) - 1) + _STOP)[:length]


def _unescaped(data: bytes) -> bytes:
    return data.replace(b"\0\0\x03", b"\0\0")


def _escaped(data: bytes) -> bytes:
    return _TO_ESCAPE.sub(b"\0\0\x03", data)


def _messages(content: bytes) -> tuple[list[tuple[int, int, int, int]], bytes] | None:
    """(type, start, start of the payload, end) of each message, and what stands behind; None for an unreadable one."""
    whole = content.rstrip(b"\0")
    stop = len(whole) - 1 if whole.endswith(_STOP) else len(whole)
    found, at = [], 0
    while at < stop:
        kind, after = _sum(content, at, stop)
        size, after = _sum(content, after, stop)
        if after + size > stop:
            return None
        found.append((kind, at, after, after + size))
        at = after + size
    return found, content[at:]


def _sum(content: bytes, at: int, stop: int) -> tuple[int, int]:
    """A number written as bytes of 255 and a last one (H.264 7.3.2.3.1), and where it ends."""
    last = at
    while last < stop and content[last] == 0xFF:
        last += 1
    if last >= stop:
        return 0, stop + 1
    return 255 * (last - at) + content[last], last + 1


def _message(kind: int, payload: bytes) -> bytes:
    def number(value: int) -> bytes:
        return b"\xff" * (value // 255) + bytes([value % 255])

    return number(kind) + number(len(payload)) + payload


def _is_filler(message: bytes) -> bool:
    if message[0] != _FILLER:
        return False
    size, start = _sum(message, 1, len(message))
    return message[start:].count(0xFF) == size


@lru_cache(256)
def _filled(head: bytes, length: int, codec: Sei) -> bytes:
    """Nothing but filler. Most films have a few lengths of it, each of them many thousand times."""
    return _fitted(head, [], length, codec)


def _fitted(head: bytes, kept: list[bytes], length: int, codec: Sei) -> bytes:
    """These messages and as much filler as makes a NAL unit of this length; without them where they cannot stay."""
    for messages in (kept, []):
        for before, after in ((b"".join(messages), b""), (b"", b"".join(messages))):
            fixed = len(_escaped(head + before + after + _STOP))
            for room in range(length - fixed, max(length - fixed - 3, -1), -1):
                if room == 1:
                    continue
                nal = _escaped(head + before + _filler_message(room) + after + _STOP)
                if len(nal) == length:
                    return nal
    return filler_data(length, codec)


def _filler_message(length: int) -> bytes:
    """Filler payload messages of this length in all, which is not 1."""
    if length == 0:
        return b""
    size = length - 2 - (length - 2) // 256
    coded = b"\xff" * (size // 255) + bytes([size % 255])
    if 1 + len(coded) + size == length:
        return bytes([_FILLER]) + coded + b"\xff" * size
    return _filler_message(2) + _filler_message(length - 2)

"""Messages of supplemental information that stay: as far as their syntax reaches, where they tell no time of day.

Sources: ITU-T H.264, D.1; H.265, D.2. What follows the syntax of a message no decoder reads, so it goes.
A picture's timing in H.264 may hold clock timestamps (D.1.3), which is the time of day; in HEVC it has none.
"""

from collections.abc import Callable
from typing import Final

from copwatch.media.iso.bits import Bits
from copwatch.media.iso.sps import Layout, Layouts

_BUFFERING, TIMING = 0, 1
_LONGEST: Final = 4096
_CLOCKS: Final = (1, 1, 1, 2, 2, 3, 3, 2, 3)
"""How many timestamps a picture may have, by its structure (H.264, table D-1)."""
_H264_LONGEST: Final = {7: 32, 137: 24, 144: 4, 147: 1, 148: 8, 151: 1, 154: 13}
_HEVC_LONGEST: Final = {
    0: 64, 1: 64, 129: 24, 130: 16, 131: 2, 132: 49, 137: 24, 144: 4, 147: 1, 148: 8, 151: 1, 154: 13, 165: 6,
}  # fmt: skip
"""Bytes of messages of one length, and of those whose length other parameters decide."""


def lasting(kind: int, payload: bytes, layouts: Layouts, *, hevc: bool) -> bytes | None:
    """What stays of a message of a kind that may stay; None where nothing does.

    `layouts` are what the stream's parameter sets say of timing. Messages of timing that one of them does not explain
    go; no picture depends on them.
    """
    if len(payload) > _LONGEST:
        return None
    longest = (_HEVC_LONGEST if hevc else _H264_LONGEST).get(kind)
    if longest is not None:
        return payload[:longest] if payload[longest:].strip(b"\0") else payload
    if hevc or kind not in (_BUFFERING, TIMING):
        bits = Bits(payload)
        _SYNTAX[kind](bits, hevc)
        return _cut(payload, bits)
    rule = _buffering if kind == _BUFFERING else _timing
    explained = {rule(payload, layout) if layout else None for layout in layouts}
    return explained.pop() if len(explained) == 1 else None


def _cut(payload: bytes, bits: Bits) -> bytes:
    """A payload up to where reading has come, and the bits that fill up its last byte (H.264, 7.3.2.3.1)."""
    if bits.ended():
        return payload
    end, more = -(-bits.position // 8), -bits.position % 8
    kept = bytearray(payload[:end])
    if more:
        kept[-1] = kept[-1] >> more << more | 1 << more - 1
    return bytes(kept)


def _buffering(payload: bytes, layout: Layout) -> bytes | None:
    bits = Bits(payload)
    bits.golomb()
    bits.take(layout.initial)
    return _cut(payload, bits) if bits.left >= 0 else None


def _timing(payload: bytes, layout: Layout) -> bytes | None:
    """None where it cannot be read, or one of its timestamps is there."""
    bits = Bits(payload)
    bits.take(layout.delays)
    if layout.clocks:
        structure = bits.take(4)
        if structure >= len(_CLOCKS) or any(bits.take(1) for _ in range(_CLOCKS[structure])):
            return None
    return _cut(payload, bits) if bits.left >= 0 else None


def tells_time(payload: bytes, layouts: Layouts) -> bool:
    """Whether a picture's timing has a clock timestamp, as far as it can be read."""
    for layout in layouts:
        bits = Bits(payload)
        bits.take(layout.delays if layout else 0)
        structure = bits.take(4) if layout and layout.clocks else len(_CLOCKS)
        if structure < len(_CLOCKS) and any(bits.take(1) for _ in range(_CLOCKS[structure])):
            return bits.left >= 0
    return False


def _repeated(bits: Bits, hevc: bool) -> None:
    """How long a message holds."""
    if hevc:
        bits.take(1)
    else:
        bits.golomb()


def _pan_scan(bits: Bits, hevc: bool) -> None:
    bits.golomb()
    if not bits.take(1):
        bits.golombs(4 * (min(bits.golomb(), 3) + 1))
        _repeated(bits, hevc)


def _recovery(bits: Bits, hevc: bool) -> None:
    bits.golomb()
    bits.many(*((1, 1) if hevc else (1, 1, 2)))


def _grain(bits: Bits, hevc: bool) -> None:
    if bits.take(1):
        return
    bits.take(2)
    if bits.take(1):
        bits.many(3, 3, 1, 8, 8, 8)
    bits.many(2, 4)
    for present in [bits.take(1) for _ in range(3)]:
        if present:
            intervals, values = bits.take(8) + 1, bits.take(3) + 1
            for _ in range(intervals):
                bits.many(8, 8)
                bits.golombs(values)
    _repeated(bits, hevc)


def _packing(bits: Bits, hevc: bool) -> None:
    """Two pictures in one frame, for both eyes."""
    bits.golomb()
    if not bits.take(1):
        kind, quincunx = bits.take(7), bits.take(1)
        bits.many(6, 6)
        if not quincunx and kind != 5:
            bits.take(16)
        bits.take(8)
        _repeated(bits, hevc)
    bits.take(1)


def _orientation(bits: Bits, hevc: bool) -> None:
    if not bits.take(1):
        bits.many(1, 1, 16)
        _repeated(bits, hevc)
        bits.take(0 if hevc else 1)


def _colour_volume(bits: Bits, hevc: bool) -> None:
    if not bits.take(1):
        bits.take(1)
        primaries, *others = (bits.take(1) for _ in range(4))
        bits.many(2, 192 * primaries, 32 * sum(others))


def _equirectangular(bits: Bits, hevc: bool) -> None:
    if not bits.take(1):
        bits.take(1)
        padded = bits.take(1)
        bits.many(2, 19 * padded)


def _regions(bits: Bits, hevc: bool) -> None:
    if not bits.take(1):
        bits.many(1, 1, 5)
        count = bits.take(8)
        bits.many(32, 32, 16, 16)
        for _ in range(count):
            bits.take(7)
            bits.many(0 if not bits.take(1) else 48, 4 * 32, 4 * 16)


def _structure(bits: Bits, hevc: bool) -> None:
    """The order of pictures; 19 and 20 are those with which decoding begins (H.265, D.2.19)."""
    bits.golomb()
    for index in range(min(bits.golomb(), 1023) + 1):
        kind = bits.take(6)
        bits.take(3)
        bits.golombs((kind not in (19, 20)) + (index > 0))


def _viewports(bits: Bits, hevc: bool) -> None:
    bits.take(10)
    if not bits.take(1):
        bits.take(1)
        for _ in range(bits.take(4) + 1):
            bits.many(*[32] * 5)


def _displays(bits: Bits, hevc: bool) -> None:
    """Sizes of displays for both eyes, as numbers with an exponent (H.265, G.14.2.4)."""
    width, distance = min(bits.golomb(), 31), None
    if bits.take(1):
        distance = min(bits.golomb(), 31)
    for _ in range(min(bits.golomb(), 31) + 1):
        bits.golombs(2)
        for precision in (width, *([] if distance is None else [distance])):
            exponent = bits.take(6)
            bits.take(max(0, precision + exponent - 31) if exponent else max(0, precision - 30))
        if bits.take(1):
            bits.take(10)
    bits.take(1)


_SYNTAX: Final[dict[int, Callable[[Bits, bool], None]]] = {
    2: _pan_scan, 6: _recovery, 19: _grain, 45: _packing, 47: _orientation, 128: _structure, 149: _colour_volume,
    150: _equirectangular, 155: _regions, 156: _viewports, 176: _displays,
}  # fmt: skip

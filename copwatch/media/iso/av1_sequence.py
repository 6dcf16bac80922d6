"""Where the sequence header of AV1 ends (AV1 bitstream specification, 5.5)."""

from typing import NamedTuple

from copwatch.media.iso.bits import Bits


class _Model(NamedTuple):
    """Whether a model of decoders is described, and how many bits its delays have."""

    present: bool = False
    delay: int = 0


def end_of_sequence_header(payload: bytes) -> int | None:
    """The bytes up to the first trailing bit; None where it cannot be read."""
    bits = Bits(payload[:1024])
    profile = bits.take(3)
    bits.take(1)
    reduced = bits.take(1)
    if reduced:
        bits.take(5)
    else:
        _operating_points(bits)
    width, height = bits.take(4) + 1, bits.take(4) + 1
    bits.many(width, height)
    if not reduced and bits.take(1):
        bits.take(7)
    bits.take(3)
    if not reduced:
        _tools(bits)
    bits.take(3)
    _colour(bits, profile)
    bits.take(1)
    return -(-(bits.position + 1) // 8) if bits.left > 0 else None


def _operating_points(bits: Bits) -> None:
    model = _timing(bits) if bits.take(1) else _Model()
    delayed = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if model.present and bits.take(1):
            bits.take(2 * model.delay + 1)
        if delayed and bits.take(1):
            bits.take(4)


def _timing(bits: Bits) -> _Model:
    bits.many(32, 32)
    if bits.take(1):
        bits.golomb()
    if not bits.take(1):
        return _Model()
    delay = bits.take(5) + 1
    bits.many(32, 5, 5)
    return _Model(True, delay)


def _tools(bits: Bits) -> None:
    bits.take(4)
    ordered = bits.take(1)
    bits.take(2 * ordered)
    screens = 2 if bits.take(1) else bits.take(1)
    if screens and not bits.take(1):
        bits.take(1)
    bits.take(3 * ordered)


def _colour(bits: Bits, profile: int) -> None:
    high = bits.take(1)
    twelve = bits.take(1) if profile == 2 and high else 0
    grey = 0 if profile == 1 else bits.take(1)
    described = (bits.take(8), bits.take(8), bits.take(8)) if bits.take(1) else (2, 2, 2)
    if grey:
        bits.take(1)
        return
    if described != (1, 13, 0):  # sRGB, whose range and sampling are fixed
        bits.take(1)
        across, down = (profile != 1), profile == 0
        if profile == 2 and twelve:
            across = bool(bits.take(1))
            down = bool(across and bits.take(1))
        if across and down:
            bits.take(2)
    bits.take(1)

"""The headers of a JPEG XL codestream (ISO/IEC 18181-1, annexes D to F): how long the coded picture is.

No picture is decoded here: each frame has a table of the lengths of its groups, and from these follows where it ends.
"""

from dataclasses import dataclass, field
from typing import Final

from copwatch.media.jxl_bits import Bits, choices
from copwatch.media.jxl_entropy import Entropy
from copwatch.media.jxl_icc import profile
from copwatch.media.refusal import Damaged, Unsupported

MOST_FRAMES = 20_000
MOST_GROUPS = 500_000
_SIZE: Final = choices((9, 1), (13, 1), (18, 1), (30, 1))
_RATIOS: Final = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_DEPTH, _FLOAT_DEPTH = choices(8, 10, 12, (6, 1)), choices(32, 16, 24, (6, 1))
_XY: Final = choices((19, 0), (19, 1 << 19), (20, 1 << 20), (21, 1 << 21))
_CROP: Final = choices((8, 0), (11, 256), (14, 2304), (30, 18688))
_TOC: Final = choices((10, 0), (14, 1024), (22, 17408), (30, 4211712))
_POWERS: Final = choices(1, 2, 4, 8)
_FOUR: Final = choices(0, 1, 2, 3)
_GREY, _XYB, _CUSTOM = 1, 2, 2
_REGULAR, _LOW, _REFERENCE, _SKIP = range(4)
_USES_LOW_FRAME = 32
_REPLACE, _BLEND, _WEIGHTED, _MULTIPLY = 0, 2, 3, 4


@dataclass
class Image:
    """What frames need to know of their picture."""

    width: int = 0
    height: int = 0
    xyb: bool = True
    icc: bool = False
    extra: int = 0
    animated: bool = False
    timecodes: bool = False


@dataclass
class Frame:
    """What says how many groups a frame has."""

    kind: int = _REGULAR
    modular: bool = False
    flags: int = 0
    ycbcr: bool = False
    upsampling: int = 1
    group: int = 256
    passes: int = 1
    level: int = 0
    size: tuple[int, int] = (0, 0)
    partial: bool = False
    modes: list[int] = field(default_factory=list)
    duration: int = 0
    last: bool = True


def end_of(bits: Bits) -> int:
    """How many bytes the codestream takes; what is found on the way says `bits`.

    Raises:
        Damaged: it ends too early, or its profile or the order of its groups is not coded as it should be.
        Unsupported: an extension, or a second picture for previews.
    """
    bits.skip(16)
    image = _image(bits)
    if image.icc:
        start = bits.at
        found = profile(bits)
        bits.profile = start, bits.at, found
    bits.align()
    for _ in range(MOST_FRAMES):
        frame = _frame(bits, image)
        _groups(bits, image, frame)
        if frame.last:
            return bits.at >> 3
    raise Unsupported("it has more frames than any camera writes")


def _image(bits: Bits) -> Image:
    image = Image()
    image.width, image.height = _size(bits)
    if not bits.flag():
        _metadata(bits, image)
    if not bits.flag():
        if image.xyb and not bits.flag():
            bits.skip(16 * 16)
        mask = bits.bits(3)
        bits.skip(16 * sum(count for bit, count in ((1, 15), (2, 55), (4, 210)) if mask & bit))
    return image


def _size(bits: Bits) -> tuple[int, int]:
    small = bits.flag()
    height = 8 * (bits.bits(5) + 1) if small else bits.number(_SIZE)
    ratio = bits.bits(3)
    if ratio:
        above, below = _RATIOS[ratio - 1]
        return height * above // below, height
    return (8 * (bits.bits(5) + 1) if small else bits.number(_SIZE)), height


def _metadata(bits: Bits, image: Image) -> None:
    more = bits.flag()
    if more:
        bits.skip(3)  # which way up
        if bits.flag():
            _size(bits)
        if bits.flag():
            raise Unsupported("a second picture, for previews, within the coded picture")
        image.animated = bits.flag()
        if image.animated:
            bits.number(choices(100, 1000, (10, 1), (30, 1)))
            bits.number(choices(1, 1001, (8, 1), (10, 1)))
            bits.number(choices(0, (3, 0), (16, 0), (32, 0)))
            image.timecodes = bits.flag()
    _depth(bits)
    bits.skip(1)
    image.extra = bits.number(choices(0, 1, (4, 2), (12, 1)))
    for _ in range(image.extra):
        _channel(bits)
    image.xyb = bits.flag()
    image.icc = _colours(bits)
    if more and not bits.flag():
        bits.skip(16 + 16 + 1 + 16)
    bits.extensions()


def _depth(bits: Bits) -> None:
    if bits.flag():
        bits.number(_FLOAT_DEPTH)
        bits.skip(4)
    else:
        bits.number(_DEPTH)


def _channel(bits: Bits) -> None:
    if bits.flag():
        return
    kind = bits.enum()
    _depth(bits)
    bits.number(choices(0, 3, 4, (3, 1)))
    bits.name()
    if kind == 0:
        bits.skip(1)
    elif kind == 2:
        bits.skip(4 * 16)
    elif kind == 5:
        bits.number(choices(1, (2, 0), (4, 3), (8, 19)))


def _colours(bits: Bits) -> bool:
    """Passes over the encoding of colours; true when an ICC profile follows."""
    if bits.flag():
        return False
    if bits.flag():
        bits.enum()
        return True
    space = bits.enum()
    if space != _XYB and bits.enum() == _CUSTOM:
        _points(bits, 1)
    if space not in (_XYB, _GREY) and bits.enum() == _CUSTOM:
        _points(bits, 3)
    if space != _XYB:
        if bits.flag():
            bits.skip(24)
        else:
            bits.enum()
    bits.enum()
    return False


def _points(bits: Bits, count: int) -> None:
    for _ in range(2 * count):
        bits.number(_XY)


def _frame(bits: Bits, image: Image) -> Frame:
    frame = Frame(size=(image.width, image.height))
    if bits.flag():
        return frame
    frame.kind = bits.bits(2)
    frame.modular = bits.flag()
    frame.flags = bits.long()
    frame.ycbcr = not image.xyb and bits.flag()
    if not frame.flags & _USES_LOW_FRAME:
        bits.skip(6 if frame.ycbcr else 0)
        frame.upsampling = bits.number(_POWERS)
        for _ in range(image.extra):
            bits.number(_POWERS)
    if frame.modular:
        frame.group = 128 << bits.bits(2)
    elif image.xyb:
        bits.skip(6)
    if frame.kind != _REFERENCE:
        _passes(bits, frame)
    if frame.kind == _LOW:
        frame.level = bits.number(choices(1, 2, 3, 4))
    else:
        _crop(bits, image, frame)
    _order(bits, image, frame)
    bits.name()
    _filter(bits, modular=frame.modular)
    bits.extensions()
    return frame


def _passes(bits: Bits, frame: Frame) -> None:
    frame.passes = bits.number(choices(1, 2, 3, (3, 4)))
    if frame.passes == 1:
        return
    fewer = bits.number(choices(0, 1, 2, (1, 3)))
    bits.skip(2 * (frame.passes - 1))
    for forms in (_POWERS, choices(0, 1, 2, (3, 0))):
        for _ in range(fewer):
            bits.number(forms)


def _crop(bits: Bits, image: Image, frame: Frame) -> None:
    if not bits.flag():
        return
    origin = (0, 0)
    shown = frame.kind in (_REGULAR, _SKIP)
    if shown:
        origin = (_signed(bits.number(_CROP)), _signed(bits.number(_CROP)))
    frame.size = (bits.number(_CROP), bits.number(_CROP))
    whole = (image.width, image.height)
    frame.partial = shown and any(
        start > 0 or start + size < full for start, size, full in zip(origin, frame.size, whole, strict=True)
    )


def _signed(packed: int) -> int:
    return packed >> 1 ^ -(packed & 1)


def _order(bits: Bits, image: Image, frame: Frame) -> None:
    """How a frame is laid over others, how long it is shown, and whether it is the last."""
    if frame.kind in (_REGULAR, _SKIP):
        frame.modes = [_blending(bits, image, frame) for _ in range(1 + image.extra)]
        if image.animated:
            frame.duration = bits.number(choices(0, 1, (8, 0), (32, 0)))
            bits.skip(32 if image.timecodes else 0)
        frame.last = bits.flag()
    else:
        frame.last = False
    saved = bits.number(_FOUR) if frame.kind != _LOW and not frame.last else 0
    if frame.kind == _REFERENCE:
        bits.skip(1)
    elif frame.modes and not frame.last and (frame.duration == 0 or saved):
        bits.skip(1 if frame.modes[0] == _REPLACE and not frame.partial else 0)


def _blending(bits: Bits, image: Image, frame: Frame) -> int:
    mode = bits.number(choices(0, 1, 2, (2, 3)))
    alpha = image.extra > 0 and mode in (_BLEND, _WEIGHTED)
    if alpha:
        bits.number(choices(0, 1, 2, (3, 3)))
    if alpha or mode == _MULTIPLY:
        bits.skip(1)
    if mode != _REPLACE or frame.partial:
        bits.number(_FOUR)
    return mode


def _filter(bits: Bits, *, modular: bool) -> None:
    if bits.flag():
        return
    if bits.flag() and bits.flag():
        bits.skip(6 * 16)
    if bits.bits(2):
        if not modular and bits.flag():
            bits.skip(8 * 16)
        if bits.flag():
            bits.skip(5 * 16)
        if bits.flag():
            bits.skip((3 if modular else 4) * 16)
        if modular:
            bits.skip(16)
    bits.extensions()


def _groups(bits: Bits, image: Image, frame: Frame) -> None:
    """Passes over the table of a frame's groups, and over these (F.3)."""
    width, height = (_up(size, frame.upsampling << 3 * frame.level) for size in frame.size)
    groups = _up(width, frame.group) * _up(height, frame.group)
    low = _up(width, 8 * frame.group) * _up(height, 8 * frame.group)
    count = 1 if groups == frame.passes == 1 else 2 + low + groups * frame.passes
    if count > MOST_GROUPS:
        raise Unsupported("it has more groups than any camera writes")
    if bits.flag():
        _permutation(bits, count)
    bits.align()
    length = sum(bits.number(_TOC) for _ in range(count))
    bits.align()
    bits.skip(8 * length)


def _permutation(bits: Bits, count: int) -> None:
    """Passes over the order of a frame's groups, a Lehmer code (F.3.2); it does not say how long they are."""
    numbers = Entropy(bits, 8)
    given = numbers.read(min(count.bit_length(), 7))
    last = 0
    for place in range(given):
        last = numbers.read(min(last.bit_length(), 7))
        if place + last >= count:
            raise Damaged("the order of the groups is not valid")
    numbers.end()


def _up(number: int, by: int) -> int:
    return -(-number // by)

"""A profile out of the commands and data that a JPEG XL codestream has of it (ISO/IEC 18181-1, E.4.3 to E.4.5)."""

from typing import Final

from copwatch.media.refusal import Damaged, Unsupported

_LONGEST: Final = 4 << 20
_HEADER: Final = 128
_INITIAL: Final = bytes(8) + b"\4\0\0\0mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28) + (
    bytes.fromhex("0000f6d6000100000000d32d") + bytes(48)
)  # fmt: skip
_SOFTWARE: Final = {b"A": b"APPL", b"M": b"MSFT", b"SG": b"SGI ", b"SU": b"SUNW"}
_TAGS: Final = (
    *(b"cprt", b"wtpt", b"bkpt", b"rXYZ", b"gXYZ", b"bXYZ", b"kXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC"),
    *(b"chad", b"desc", b"chrm", b"dmnd", b"dmdd", b"lumi"),
)
_OF_20: Final = {b"rXYZ", b"gXYZ", b"bXYZ", b"kXYZ", b"wtpt", b"bkpt", b"lumi"}
_TYPES: Final = (b"XYZ ", b"desc", b"text", b"mluc", b"para", b"curv", b"sf32", b"gbd ")
_UNKNOWN, _CURVES, _POINTS, _FIRST_TAG = 1, 2, 3, 4
_INSERT, _PAIRS, _FOURS, _PREDICT, _XYZ, _FIRST_TYPE = 1, 2, 3, 4, 10, 16
_OFFSET, _SIZE = 64, 128
_WRONG: Final = "its colour profile is not coded as it should be"


def header_guess(profile: bytes) -> bytes:
    """What the first 128 bytes of a profile are expected to be, given those before each (E.4.3)."""
    found = bytearray(len(profile).to_bytes(4, "big") + _INITIAL[4:])
    found[80:84] = profile[4:8]
    for known, name in _SOFTWARE.items():
        if profile[40 : 40 + len(known)] == known:
            found[40 + len(known) : 44] = name[len(known) :]
    return bytes(found)


class _Stream:
    """Bytes that are taken from the front."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        """The next bytes. Raises `Damaged` when there are fewer."""
        if count > len(self.data) - self.at:
            raise Damaged(_WRONG)
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        """A number in bytes of seven bits, the lowest first."""
        value = 0
        for place in range(5):
            byte = self.take(1)[0]
            value |= (byte & 127) << 7 * place
            if byte < 128:
                break
        if value >> 32:
            raise Damaged(_WRONG)
        return value

    @property
    def over(self) -> bool:
        """Whether all was taken."""
        return self.at == len(self.data)


def unpredicted(coded: bytes) -> bytes:
    """The profile. Raises `Damaged`, and `Unsupported` for one that is longer than any."""
    data = _Stream(coded)
    size = data.number()
    if size > _LONGEST:
        raise Unsupported("a colour profile that is longer than any")
    commands = _Stream(data.take(data.number()))
    found = _header(data, size)
    if size > _HEADER:
        _tags(commands, data, found)
    while not commands.over and len(found) <= size:
        _command(commands, data, found)
    if len(found) != size or not commands.over or not data.over:
        raise Damaged(_WRONG)
    return bytes(found)


def _header(data: _Stream, size: int) -> bytearray:
    found = bytearray(size.to_bytes(4, "big"))
    given = data.take(min(size, _HEADER))
    for place, byte in enumerate(given):
        guess = header_guess(bytes(found[:place]).ljust(_HEADER, b"\0"))
        guess = size.to_bytes(4, "big") + guess[4:]
        found[place : place + 1] = bytes([byte + guess[place] & 0xFF])
    return found[: len(given)]


def _tags(commands: _Stream, data: _Stream, found: bytearray) -> None:
    """The list of tags (E.4.4)."""
    count = commands.number() - 1
    if count < 0:
        return
    found += count.to_bytes(4, "big")
    start, size = _HEADER + 12 * count, 0
    while not commands.over:
        command = commands.take(1)[0]
        code = command & 63
        if code == 0:
            return
        name = _name(code, data)
        start, size = start + size, 20 if name in _OF_20 else size
        start = commands.number() if command & _OFFSET else start
        size = commands.number() if command & _SIZE else size
        if start + 2 * size >> 32:
            raise Damaged(_WRONG)
        rows = {_CURVES: ((b"rTRC", 0), (b"gTRC", 0), (b"bTRC", 0))}
        rows[_POINTS] = ((b"rXYZ", 0), (b"gXYZ", size), (b"bXYZ", 2 * size))
        for tag, behind in rows.get(code, ((name, 0),)):
            found += tag + (start + behind).to_bytes(4, "big") + size.to_bytes(4, "big")


def _name(code: int, data: _Stream) -> bytes:
    if code == _UNKNOWN:
        return data.take(4)
    if code in (_CURVES, _POINTS):
        return b"rTRC" if code == _CURVES else b"rXYZ"
    if code - _FIRST_TAG >= len(_TAGS):
        raise Damaged(_WRONG)
    return _TAGS[code - _FIRST_TAG]


def _command(commands: _Stream, data: _Stream, found: bytearray) -> None:
    """One piece of the profile behind its list of tags (E.4.5)."""
    command = commands.take(1)[0]
    if command == _INSERT:
        found += data.take(commands.number())
    elif command in (_PAIRS, _FOURS):
        found += _interleaved(data.take(commands.number()), 2 if command == _PAIRS else 4)
    elif command == _PREDICT:
        _predict(commands, data, found)
    elif command == _XYZ:
        found += b"XYZ " + bytes(4) + data.take(12)
    elif 0 <= command - _FIRST_TYPE < len(_TYPES):
        found += _TYPES[command - _FIRST_TYPE] + bytes(4)
    else:
        raise Damaged(_WRONG)


def _interleaved(data: bytes, width: int) -> bytes:
    """The first bytes of all numbers, then the second ones, as numbers of `width` bytes."""
    rows = -(-len(data) // width)
    found = bytearray()
    for row in range(rows):
        found += data[row::rows]
    return bytes(found)


def _predict(commands: _Stream, data: _Stream, found: bytearray) -> None:
    """Numbers as differences from what those before them let expect."""
    flags = commands.take(1)[0]
    width, order = (flags & 3) + 1, flags >> 2 & 3
    stride = commands.number() if flags & 16 else width
    if width == 3 or order == 3 or stride < width or 4 * stride >= len(found):
        raise Damaged(_WRONG)
    given = _interleaved(data.take(commands.number()), width)
    factors = ((1,), (2, -1), (3, -3, 1))[order]
    for at in range(0, len(given), width):
        here = len(found)
        guess = 0
        for far, factor in enumerate(factors, 1):
            before = found[here - far * stride : here - far * stride + width]
            guess += factor * int.from_bytes(before, "big")
        expected = (guess % (1 << 8 * width)).to_bytes(width, "big")
        found += bytes(
            byte + other & 0xFF for byte, other in zip(given[at : at + width], expected, strict=False)
        )

"""Codes for tokens in a JPEG XL codestream: prefix codes and tables of a range coder (ISO/IEC 18181-1, annex C)."""

from typing import Final

from copwatch.media.jxl_bits import Bits
from copwatch.media.refusal import Damaged

_ORDER: Final = (1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15)
_INVALID: Final = "a code of it is not valid"
_SUM: Final = 4096
_RUN: Final = 13
_LOGARITHMS: Final = {10: 3, 6: 3, 7: 3, 8: 3, 9: 3, 1: 4, 2: 4, 3: 4, 4: 4, 5: 4, 0: 5, 11: 6, 12: 7, 13: 7}
_CODES: Final = {
    10: 0b000, 7: 0b010, 6: 0b100, 8: 0b101, 9: 0b110, 3: 0b0011, 5: 0b0111, 4: 0b1001, 1: 0b1011, 2: 0b1111,
    0: 0b10001, 11: 0b100001, 12: 0b0000001, 13: 0b1000001,
}  # fmt: skip


def varying(bits: Bits, width: int) -> int:
    """A number of up to 2 to the power of `width` bits, which come behind their count (C.2.5)."""
    if not bits.flag():
        return 0
    count = bits.bits(width)
    return 1 << count | bits.bits(count)


class Prefix:
    """A prefix code as a table of what each `width` bits begin with."""

    def __init__(self, lengths: dict[int, int]) -> None:
        """Symbols with the lengths of their codes (RFC 7932, 3.2), of which a single one takes no bits."""
        if len(lengths) == 1:
            lengths = dict.fromkeys(lengths, 0)
        self._width = max(lengths.values())
        self._table: list[tuple[int, int]] = [(0, 0)] * (1 << self._width)
        code = last = 0
        for symbol, length in sorted(lengths.items(), key=lambda pair: (pair[1], pair[0])):
            code <<= length - last
            first, last = int(f"{code:0{length}b}"[::-1], 2) if length else 0, length
            if code >> length:
                raise Damaged(_INVALID)
            self._table[first :: 1 << length] = [(length, symbol)] * (1 << self._width - length)
            code += 1
        if code != 1 << last:
            raise Damaged(_INVALID)

    def read(self, bits: Bits) -> int:
        """The next token."""
        length, symbol = self._table[bits.peek(self._width)]
        bits.skip(length)
        return symbol


def _table_of(codes: dict[int, int], lengths: dict[int, int], width: int) -> list[tuple[int, int]]:
    table = [(0, 0)] * (1 << width)
    for symbol, code in codes.items():
        length = lengths[symbol]
        table[code :: 1 << length] = [(length, symbol)] * (1 << width - length)
    return table


_LOGARITHM: Final = _table_of(_CODES, _LOGARITHMS, 7)
_STATIC: Final = _table_of({0: 0, 4: 1, 3: 2, 2: 3, 1: 7, 5: 15}, {0: 2, 4: 2, 3: 2, 2: 3, 1: 4, 5: 4}, 4)


def _static(bits: Bits, table: list[tuple[int, int]], width: int) -> int:
    length, symbol = table[bits.peek(width)]
    bits.skip(length)
    return symbol


def prefix_code(bits: Bits, size: int) -> Prefix:
    """Reads a code for `size` symbols (C.2.5; RFC 7932, 3.4 and 3.5). Raises `Damaged`."""
    if size == 1:
        return Prefix({0: 0})
    skipped = bits.bits(2)
    if skipped == 1:
        return _simple(bits, size)
    lengths: dict[int, int] = {}
    space = 32
    for symbol in _ORDER[skipped:]:
        if space <= 0:
            break
        length = _static(bits, _STATIC, 4)
        if length:
            lengths[symbol] = length
            space -= 32 >> length
    if space and len(lengths) != 1:
        raise Damaged(_INVALID)
    return Prefix(_lengths(bits, Prefix(lengths), size))


def _simple(bits: Bits, size: int) -> Prefix:
    count = 1 + bits.bits(2)
    symbols = [bits.bits((size - 1).bit_length()) for _ in range(count)]
    if len(set(symbols)) < count or max(symbols) >= size:
        raise Damaged(_INVALID)
    forms = ((0,), (1, 1), (1, 2, 2), (2, 2, 2, 2), (1, 2, 3, 3))
    form = forms[count - 1 + (count == 4 and bits.bits(1))]
    return Prefix(dict(zip(symbols, form, strict=True)))


def _lengths(bits: Bits, code: Prefix, size: int) -> dict[int, int]:
    """Lengths of codes, with 16 repeating the last and 17 zeros (RFC 7932, 3.5)."""
    found: dict[int, int] = {}
    at, space, previous, repeated, repeats = 0, 1 << 15, 8, 0, 0
    while at < size and space > 0:
        bits.count(1)
        length = code.read(bits)
        count = 1
        if length < 16:
            repeats = 0
            previous = length or previous
        else:
            new = previous if length == 16 else 0
            before = repeats if new == repeated else 0
            repeated, width = new, length - 14
            repeats = (before - 2 << width if before else 0) + bits.bits(width) + 3
            count, length = repeats - before, new
        if at + count > size:
            raise Damaged(_INVALID)
        if length:
            found.update(dict.fromkeys(range(at, at + count), length))
            space -= count << 15 - length
        at += count
    if space:
        raise Damaged(_INVALID)
    return found


class Alias:
    """How a range coder finds a token from its state: two tokens share each of the equal parts (C.2.6)."""

    def __init__(self, counts: list[int], log_alphabet: int) -> None:
        parts = 1 << log_alphabet
        if len(counts) > parts:
            raise Damaged(_INVALID)
        self._counts = counts + [0] * (parts - len(counts))
        self._log = 12 - log_alphabet
        whole = 1 << self._log
        self._left = list(self._counts)
        self._other, self._offset = list(range(parts)), [0] * parts
        if _SUM in counts:
            only = counts.index(_SUM)
            self._left, self._other = [0] * parts, [only] * parts
            self._offset = [whole * part for part in range(parts)]
            return
        over = [part for part, count in enumerate(self._left) if count > whole]
        under = [part for part, count in enumerate(self._left) if count < whole]
        while over:
            rich, poor = over.pop(), under.pop()
            self._left[rich] -= whole - self._left[poor]
            self._other[poor], self._offset[poor] = rich, self._left[rich]
            if self._left[rich] != whole:
                (under if self._left[rich] < whole else over).append(rich)
        for part, left in enumerate(self._left):
            self._offset[part] -= left if left != whole else 0

    def read(self, state: int) -> tuple[int, int]:
        """The next token, and the state behind it, to which 16 bits are to be added when it is below 65,536."""
        low = state & _SUM - 1
        part, place = low >> self._log, low & (1 << self._log) - 1
        if place >= self._left[part]:
            place += self._offset[part]
            part = self._other[part]
        return part, self._counts[part] * (state >> 12) + place


def frequencies(bits: Bits) -> list[int]:
    """How often each token is expected, of 4096 (C.2.6). Raises `Damaged`."""
    if bits.flag():
        return _one_or_two(bits)
    if bits.flag():
        size = 1 + varying(bits, 3)
        return [_SUM // size + (number < _SUM % size) for number in range(size)]
    log = next((count for count in range(3) if not bits.flag()), 3)
    shift = (1 << log | bits.bits(log)) - 1
    size = 3 + varying(bits, 3)
    if shift > _RUN:
        raise Damaged(_INVALID)
    return _counted(bits, _logarithms(bits, size), shift)


def _one_or_two(bits: Bits) -> list[int]:
    tokens = [varying(bits, 3) for _ in range(1 + bits.bits(1))]
    if len(set(tokens)) < len(tokens):
        raise Damaged(_INVALID)
    counts = [0] * (max(tokens) + 1)
    counts[tokens[-1]] = _SUM
    if len(tokens) == 2:
        counts[tokens[0]] = bits.bits(12)
        counts[tokens[1]] -= counts[tokens[0]]
    return counts


def _logarithms(bits: Bits, size: int) -> list[int]:
    """Of each count how many bits it has, or -1 for one that is like the one before."""
    found: list[int] = []
    while len(found) < size:
        log = _static(bits, _LOGARITHM, 7)
        found += [-1] * (varying(bits, 3) + 4) if log == _RUN else [log]
    if len(found) > size or max(found) < 0:
        raise Damaged(_INVALID)
    return found


def _counted(bits: Bits, logarithms: list[int], shift: int) -> list[int]:
    """The counts; the first of the largest follows from the others."""
    largest = logarithms.index(max(logarithms))
    counts: list[int] = []
    for place, log in enumerate(logarithms):
        if log < 0:
            counts.append(counts[-1] if counts else 0)
        elif place == largest or log == 0:
            counts.append(0)
        else:
            width = min(max(0, shift - (12 - log + 1 >> 1)), log - 1)
            counts.append((1 << log - 1) + (bits.bits(width) << log - 1 - width))
    counts[largest] = _SUM - sum(counts)
    if counts[largest] <= 0:
        raise Damaged(_INVALID)
    return counts

"""Numbers in a JPEG XL codestream that are entropy coded (ISO/IEC 18181-1, annex C): profiles and orders of groups."""

from itertools import pairwise
from typing import Final

from copwatch.media.jxl_bits import Bits, choices
from copwatch.media.jxl_codes import Alias, Prefix, frequencies, prefix_code, varying
from copwatch.media.refusal import Damaged

_SMALLEST_COPY: Final = choices(224, 512, 4096, (15, 8))
_SHORTEST_COPY: Final = choices(3, 4, (2, 5), (8, 9))
_COST: Final = 2
"""What one number costs, in fields of a header."""
_COST_OF_CODE: Final = 128
_WIDEST: Final = 29
_FINAL: Final = 0x130000
"""The state of the range coder behind the last number (C.2.3.2)."""


class Integer:
    """How a number of any size is made of a token and the bits that follow it (C.2.3.1)."""

    def __init__(self, bits: Bits, log_alphabet: int) -> None:
        self._split = bits.bits(log_alphabet.bit_length())
        self._high = self._low = 0
        if self._split != log_alphabet:
            self._high = bits.bits(self._split.bit_length())
            if self._high > self._split:
                raise Damaged("the coding of its numbers is not valid")
            self._low = bits.bits((self._split - self._high).bit_length())
        if self._high + self._low > self._split:
            raise Damaged("the coding of its numbers is not valid")

    def read(self, bits: Bits, token: int) -> int:
        """The number that a token begins. Raises `Damaged` for one of more than 32 bits."""
        if token < 1 << self._split:
            return token
        known = self._high + self._low
        more = self._split - known + ((token - (1 << self._split)) >> known)
        if more > _WIDEST:
            raise Damaged("a number of it is too large")
        high = 1 << self._high | token >> self._low & ((1 << self._high) - 1)
        return (high << more | bits.bits(more)) << self._low | token & ((1 << self._low) - 1)


class Entropy:
    """Reads numbers of several contexts: first how each is coded, then one after the other."""

    def __init__(self, bits: Bits, contexts: int, *, copies: bool = True) -> None:
        """Reads the codes (C.2.1). Raises `Damaged`, also for copies (C.2.4) where there may be none."""
        self._bits = bits
        self._smallest, self._shortest, self._length = 1 << 32, 0, None
        if bits.flag():
            if not copies:
                raise Damaged("it copies where there is nothing to copy")
            self._smallest, self._shortest = bits.number(_SMALLEST_COPY), bits.number(_SHORTEST_COPY)
            self._length = Integer(bits, 8)
            contexts += 1
        self._clusters = _clusters(bits, contexts) if contexts > 1 else [0]
        count = max(self._clusters) + 1
        self._codes: list[Prefix] | list[Alias]
        bits.count(_COST_OF_CODE * count)
        prefixes = bits.flag()
        log_alphabet = 15 if prefixes else 5 + bits.bits(2)
        self._integers = [Integer(bits, log_alphabet) for _ in range(count)]
        if prefixes:
            sizes = [1 + varying(bits, 4) for _ in range(count)]
            self._codes = [prefix_code(bits, size) for size in sizes]
        else:
            self._codes = [Alias(frequencies(bits), log_alphabet) for _ in range(count)]
        self._state = _FINAL if prefixes else bits.bits(32)
        self._found: list[int] = []
        self._copying = self._from = 0

    def read(self, context: int) -> int:
        """The next number. Raises `Damaged` and, after very many, `Unsupported`."""
        self._bits.count(_COST)
        if not self._copying:
            cluster = self._clusters[context]
            token = self._token(cluster)
            if token < self._smallest or self._length is None:
                self._found.append(self._integers[cluster].read(self._bits, token))
                return self._found[-1]
            self._copy(self._length.read(self._bits, token - self._smallest))
        self._copying -= 1
        self._found.append(self._found[self._from])
        self._from += 1
        return self._found[-1]

    def end(self) -> None:
        """There are no more. Raises `Damaged` where the coding says otherwise."""
        if self._state != _FINAL or self._copying:
            raise Damaged("coded numbers do not end where they should")

    def _token(self, cluster: int) -> int:
        code = self._codes[cluster]
        if isinstance(code, Prefix):
            return code.read(self._bits)
        token, self._state = code.read(self._state)
        if self._state < 1 << 16:
            self._state = self._state << 16 | self._bits.bits(16)
        return token

    def _copy(self, length: int) -> None:
        cluster = self._clusters[-1]
        distance = 1 + self._integers[cluster].read(self._bits, self._token(cluster))
        if distance > len(self._found):
            raise Damaged("it copies numbers from before the first")
        self._copying, self._from = length + self._shortest, len(self._found) - distance


def _clusters(bits: Bits, contexts: int) -> list[int]:
    """Which code each context has (C.2.2)."""
    if bits.flag():
        width = bits.bits(2)
        found = [bits.bits(width) if width else 0 for _ in range(contexts)]
    else:
        to_front = bits.flag()
        inner = Entropy(bits, 1, copies=contexts > 2)
        found = [inner.read(0) for _ in range(contexts)]
        inner.end()
        if max(found) > 255:
            raise Damaged("it has more codes than it may")
        if to_front:
            found = _from_front(found)
    if any(after - before > 1 for before, after in pairwise([-1, *sorted(set(found))])):
        raise Damaged("it has codes that nothing uses")
    return found


def _from_front(numbers: list[int]) -> list[int]:
    """Undoes a move-to-front transform (C.2.2)."""
    order, found = list(range(256)), []
    for number in numbers:
        value = order.pop(number)
        order.insert(0, value)
        found.append(value)
    return found

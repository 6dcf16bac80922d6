"""Where packed data of a PDF end (ISO 32000-1, 7.4), so that nothing stays behind them that no reader shows."""

import zlib
from typing import Any, Final

from copwatch.media.refusal import Unsupported

_MOST: Final = 1 << 30
"""Bytes of a whole document that are unpacked for this."""
_READ, _MADE = 64 << 10, 1 << 20
_HEAD, _CHECKSUM = 2, 4
_FLATE: Final = "/FlateDecode"
_MARKS: Final = {"/ASCII85Decode": b"~>", "/ASCIIHexDecode": b">"}


class Ends:
    """Cuts the streams of one document where their data end."""

    def __init__(self) -> None:
        self._left = _MOST

    def cut(self, found: Any, filters: list[str]) -> None:
        """Of a stream of pikepdf with these filters, the outermost first.

        Raises `Unsupported`: its data are damaged, or those of the document are too much.
        """
        if not filters or filters[0] not in (_FLATE, *_MARKS):
            return
        data = found.read_raw_bytes()
        mark = _MARKS.get(filters[0])
        end = self._end(data) if mark is None else data.find(mark) + len(mark) if mark in data else len(data)
        if end < len(data):
            found.write(data[:end], filter=found.Filter, decode_parms=found.get("/DecodeParms"))

    def _end(self, data: bytes) -> int:
        """RFC 1950: a head, RFC 1951, a checksum. One that was cut off before its end has nothing behind it."""
        if not data:
            return 0
        head = int.from_bytes(data[:_HEAD], "big")
        if len(data) < _HEAD or head % 31 or head >> 8 & 15 != zlib.DEFLATED or head & 32:
            raise Unsupported("packed data in it are damaged")
        packed = zlib.decompressobj(-zlib.MAX_WBITS)
        for at in range(_HEAD, len(data), _READ):
            rest = data[at : at + _READ]
            while rest:
                self._left -= self._unpack(packed, rest)
                rest = packed.unconsumed_tail
                if packed.eof:
                    used = min(at + _READ, len(data)) - len(packed.unused_data)
                    return min(used + _CHECKSUM, len(data))
                if self._left < 0:
                    raise Unsupported("it holds more than can be looked through")
        return len(data)

    def _unpack(self, packed: Any, data: bytes) -> int:
        try:
            return len(packed.decompress(data, _MADE))
        except zlib.error as error:
            raise Unsupported("packed data in it are damaged") from error

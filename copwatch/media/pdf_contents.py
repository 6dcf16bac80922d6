"""The contents that draw pages, forms, patterns and glyphs of a PDF (ISO 32000-2, 7.8): unpacked piece by piece."""

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from copwatch.media.pdf_pictures import filters_of

_BLOCK: Final = 256 << 10
_NAME: Final = re.compile(rb"/[^\0\t\n\f\r ()<>\[\]{}/%]+")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_LONGEST_NAME: Final = 3 * 127
"""With each of its bytes escaped (7.3.5, annex C)."""


def streams_of(contents: Any) -> list[Any]:
    """Contents as the streams that they are of: none, one, or several that count as one."""
    if contents is None:
        return []
    return list(contents) if contents._type_name == "array" else [contents]


def decoded(part: Any) -> Iterator[bytes]:
    """The data of a stream; those of one that is packed otherwise, or damaged, as qpdf gives them."""
    filters = filters_of(part)
    if any(name != "/FlateDecode" for name in filters) or "/DecodeParms" in part:
        yield part.read_bytes()
        return
    blocks: Iterable[bytes] = [part.read_raw_bytes()]
    for _ in filters:
        blocks = _inflated(blocks)
    try:
        yield from blocks
    except zlib.error:
        yield part.read_bytes()


def _inflated(blocks: Iterable[bytes]) -> Iterator[bytes]:
    packed = zlib.decompressobj()
    for block in blocks:
        rest = block
        while rest and not packed.eof:
            yield packed.decompress(rest, _BLOCK)
            rest = packed.unconsumed_tail


class Names:
    """Every name that stands in contents, wherever it stands in them: rather too many than too few."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._last = b""

    def take(self, block: bytes) -> None:
        """The next piece of the contents."""
        for name in set(_NAME.findall(self._last + block)):
            plain = _ESCAPED.sub(lambda digits: bytes.fromhex(digits[1].decode()), name)
            self.found.add(plain.decode("utf-8", "surrogateescape"))
        self._last = block[-_LONGEST_NAME:]

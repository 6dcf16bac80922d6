"""What the pages of a PDF draw, so that two files can be compared: decoded piece by piece, for it may be much."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from copwatch.media.pdf_graph import filters_of
from copwatch.media.refusal import Unsupported

_MOST: Final = 256 << 20
"""Bytes that draw all pages; plans and maps of cities have some tens of millions."""
_BLOCK: Final = 256 << 10
_NAMED: Final = ("/XObject", "/Font", "/ColorSpace")


def drawn(pdf: Any) -> list[tuple[object, ...]]:
    """Of each page: its size, how it is turned, what is drawn, and how many pictures, fonts and notes there are."""
    found: list[tuple[object, ...]] = []
    left = _MOST
    for page in pdf.pages:
        resources = page.obj.get("/Resources", {})
        there = resources.keys()
        names = [sorted(resources[key].keys()) if key in there else [] for key in _NAMED]
        contents = page.obj.get("/Contents")
        is_array = getattr(contents, "_type_name", "") == "array"
        streams = list(contents) if is_array else [contents] if contents is not None else []
        state = hashlib.sha256()
        for part in streams:
            for block in _decoded(part):
                left -= len(block)
                if left < 0:
                    raise Unsupported("its pages draw more than any program writes")
                state.update(block)
        boxes = [[str(value) for value in box] for box in (page.mediabox, page.cropbox)]
        found.append((boxes, str(page.obj.get("/Rotate")), state.digest(), names))
    return found


def _decoded(part: Any) -> Iterator[bytes]:
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

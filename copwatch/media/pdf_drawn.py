"""What the pages of a PDF draw, so that two files can be compared: decoded piece by piece, for it may be much."""

import hashlib
from typing import Any, Final

from copwatch.media.pdf_contents import Names, decoded, streams_of
from copwatch.media.refusal import Unsupported

_MOST: Final = 256 << 20
"""Bytes that draw all pages; plans and maps of cities have some tens of millions."""
_NAMED: Final = ("/XObject", "/Font", "/ColorSpace", "/ExtGState", "/Shading")
_DRAWN: Final = ("/Image", "/Form")


def drawn(pdf: Any) -> list[tuple[object, ...]]:
    """Of each page: its size, how it is turned, what is drawn, and which pictures, fonts and colours it draws with."""
    found: list[tuple[object, ...]] = []
    left = _MOST
    for page in pdf.pages:
        state, names = hashlib.sha256(), Names()
        for part in streams_of(page.obj.get("/Contents")):
            for block in decoded(part):
                left -= len(block)
                if left < 0:
                    raise Unsupported("its pages draw more than any program writes")
                state.update(block)
                names.take(block)
        boxes = [[str(value) for value in box] for box in (page.mediabox, page.cropbox)]
        used = _used(page.obj.get("/Resources"), names.found)
        found.append((boxes, str(page.obj.get("/Rotate")), state.digest(), used))
    return found


def _used(resources: Any, names: set[str]) -> list[list[str]]:
    """What of the resources of a page its contents name, and any reader draws (8.8)."""
    if resources is None:
        return []
    return [
        sorted(
            name
            for name in _keys(resources.get(kind)) & names
            if kind != "/XObject" or _is_drawn(resources[kind][name])
        )
        for kind in _NAMED
    ]


def _keys(named: Any) -> set[str]:
    return set() if named is None else set(named.keys())


def _is_drawn(found: Any) -> bool:
    return getattr(found, "_type_name", "") == "stream" and found.get("/Subtype") in _DRAWN

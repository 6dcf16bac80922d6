"""TIFF files from a stranger: refused with a documented error, or cleaned of what was planted in them."""

import io
import time

from copwatch.media.cleaning import make_cleaning
from copwatch.media.exif_facts import exif_facts, xmp_facts
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.fuzz import loop
from tests.media import making_tiff as making

SEEDS = (
    making.full(),
    making.full(">"),
    making.full("<", big=True),
    making.dng(),
    making.dng(">"),
    making.Maker().file(making.Ifd(making.jpeg_page(making.jpeg(comment=b"SECRET-COMMENT")))),
)
LONGEST = 5.0
"""Seconds for one file of a few kilobytes."""


def target(data: bytes) -> None:
    """Cleans one file; the rendition has to be clean by its own scan, which `make_cleaning` holds."""
    began = time.monotonic()
    assert len(exif_facts(data, 0)) <= 200
    assert len(xmp_facts(data, 0)) <= 200
    try:
        cleaning = make_cleaning(io.BytesIO(data))
    except CannotClean as refused:
        assert refused.reason
    else:
        result = b"".join(stream(io.BytesIO(data), cleaning.plan))
        assert len(result) == len(data)
        kept = bytearray(result)
        for start, length in cleaning.essence:  # a mutation may make coded picture of anything
            kept[start : start + length] = bytes(length)
        for part in cleaning.scan.removed():
            removed = data[part.start : part.start + part.length]
            for secret in making.SECRETS:
                # where the mutation left it as it was, and as often as it stands there
                assert secret not in removed or kept.count(secret) < data.count(secret)
    assert time.monotonic() - began < LONGEST


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

"""JPEG files from a stranger: cleaned, with nothing left to clean and nothing of what was planted, or refused."""

import io
import time

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.fuzz import loop
from tests.media import making_icc
from tests.media import making_jpeg as making

_ALL = making.exif(6) + making.icc(making_icc.matrix()) + b"".join(making.SEGMENTS.values())
SEEDS = tuple(
    making.put_in(making.picture(**how), _ALL) + b"".join(making.TRAILERS.values())
    for how in ({}, {"progressive": True}, {"mode": "CMYK"}, {"restart_marker_blocks": 1})
)


def target(data: bytes) -> None:
    """Cleans; what comes out is clean, and what was planted behind the picture is not in it."""
    began = time.monotonic()
    file = io.BytesIO(data)
    try:
        made = make_cleaning(file)
    except CannotClean:
        made = None
    if made is not None:
        found = b"".join(stream(file, made.plan))
        assert len(found) == made.size
        assert not make_cleaning(io.BytesIO(found)).changes
        assert b"Photoshop 3.0" not in found
        assert b"SEFT" not in found
    assert time.monotonic() - began < 5


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

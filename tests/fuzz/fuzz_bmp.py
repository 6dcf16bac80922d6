"""Bitmaps from a stranger: cleaned, with nothing left to clean, or refused."""

import io
import time

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.fuzz import loop
from tests.media import making_bmp as making

SEEDS = tuple(data + making.SECRET for data in making.ALL.values())


def target(data: bytes) -> None:
    """Cleans; what comes out is clean."""
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
    assert time.monotonic() - began < 5


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

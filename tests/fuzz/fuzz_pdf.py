"""Mutated PDFs: refused, or written anew without the file that was attached to them."""

import io
import time

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.fuzz import loop
from tests.media.making_pdf import everything

SEEDS = [everything(), everything(updated=False)]
MOST_SECONDS = 5


def target(data: bytes) -> None:
    """Cleans one file."""
    began = time.monotonic()
    file = io.BytesIO(data)
    try:
        clean = b"".join(stream(file, make_cleaning(file).plan))
    except CannotClean:
        clean = b""
    assert b"secret attachment" not in clean
    assert b"note of a witness" not in clean
    assert time.monotonic() - began < MOST_SECONDS


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

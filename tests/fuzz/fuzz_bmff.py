"""MP4 and MOV files from a stranger: cleaned, with nothing left to clean and nothing planted left, or refused."""

import io
import time

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.fuzz import loop
from tests.media import making_bmff as making

SEEDS = (
    making.movie(),
    making.movie(before=True, version=1),
    making.movie(making.tone()),
    making.fragmented(),
)


def target(data: bytes) -> None:
    """Cleans; what comes out is clean and as long as before, and what was planted is only in samples."""
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
        beside = bytearray(found)
        for start, length in made.essence:  # a mutation may have copied a secret into a sample
            beside[start : start + length] = bytes(length)
        assert making.SECRET not in beside
    assert time.monotonic() - began < 5


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

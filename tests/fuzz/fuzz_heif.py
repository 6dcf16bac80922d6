"""Picture files in boxes from a stranger: cleaned, with nothing of what was planted beside the picture, or refused."""

import io
import time

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.fuzz import loop
from tests.media import making_heif as making

SECRET = b"Maria Lopez 40.7128 N"
_BEHIND = making.box(b"mpvd", SECRET * 9) + making.box(b"uuid", bytes(16) + SECRET)
SEEDS = (
    making.photograph(SECRET, between=SECRET, behind=_BEHIND).bytes(),
    making.photograph(SECRET, version=2, wide=True, extra=making.box(b"uuid", SECRET)).bytes(),
    making.sequence(SECRET),
)


def target(data: bytes) -> None:
    """Cleans; what comes out is clean, and names what was planted nowhere but in coded pictures that damage made."""
    began = time.monotonic()
    file = io.BytesIO(data)
    try:
        made = make_cleaning(file)
    except CannotClean:
        made = None
    if made is not None:
        found = bytearray(b"".join(stream(file, made.plan)))
        assert len(found) == made.size
        assert not make_cleaning(io.BytesIO(found)).changes
        for start, length in made.essence:
            found[start : start + length] = bytes(length)
        assert SECRET not in found
    assert time.monotonic() - began < 5


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

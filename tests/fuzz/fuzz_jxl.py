"""JPEG XL files from a stranger: cleaned, with nothing of what was planted beside the picture, or refused."""

import io
import time

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.fuzz import loop
from tests.media import making_jxl as making
from tests.media.making_heif import exif

SECRET = b"Maria Lopez, 40.7128"
_NAMED = making.codestream(b"frame of " + SECRET, b"alpha of " + SECRET)
_METADATA = making.box(b"Exif", exif(SECRET)) + making.box(b"xml ", SECRET) + making.box(b"brob", SECRET)
SEEDS = (
    _NAMED + SECRET,
    making.container(_METADATA, making.box(b"jxlc", _NAMED + SECRET), brands=SECRET),
    making.container(making.partial(0, _NAMED[:20]), _METADATA, making.partial(1, _NAMED[20:], last=True))
    + SECRET,
)


def target(data: bytes) -> None:
    """Cleans; what comes out is clean, and names what was planted nowhere but in a picture that damage made."""
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

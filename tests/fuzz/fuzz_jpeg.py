"""JPEG files from a stranger: cleaned, with nothing left to clean and nothing of what was planted, or refused."""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import making_icc
from tests.media import making_jpeg as making

_ALL = making.exif(6) + making.icc(making_icc.matrix()) + b"".join(making.SEGMENTS.values())
SEEDS = tuple(
    making.put_in(making.picture(**how), _ALL) + b"".join(making.TRAILERS.values())
    for how in ({}, {"progressive": True}, {"mode": "CMYK"}, {"restart_marker_blocks": 1})
)

target = cleaner(b"Photoshop 3.0", b"SEFT")


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

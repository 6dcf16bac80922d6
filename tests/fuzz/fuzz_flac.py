"""FLAC from a stranger: cleaned, or refused.

A mutation may put what was planted between two frames, where it is not looked for: so no secret is.
"""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import test_flac as making

_BLOCKS = [making.block(kind, making.SECRET) for kind in (2, 4, 5, 6)]
SEEDS = tuple(
    making.sound(9, *_BLOCKS, making.block(3, making.POINTS), tail=tail)
    for tail in (b"", making.APE + making.ID3V1)
)
target = cleaner()

if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

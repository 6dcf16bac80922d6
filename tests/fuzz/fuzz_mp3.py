"""MPEG audio from a stranger: cleaned, or refused.

A tag may be damaged so that it is one no more, and begin with what looks like a frame: so no secret is looked for.
"""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import test_mp3 as making

SEEDS = (
    making.id3() + making.FRAME * 4 + making.LYRICS2 + making.APE + making.ID3V1,
    making.FRAME * 3 + making.SECRET * 20 + making.FRAME * 3,
)
target = cleaner()

if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

"""Ogg from a stranger: cleaned, or refused.

A mutation may move what was planted into a page of sound, of which the checksum is not held against it: so no secret
is looked for.
"""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import test_ogg as making

SEEDS = (making.opus(size=30), making.opus(size=400) + making.opus(8))
target = cleaner()

if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

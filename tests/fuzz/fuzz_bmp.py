"""Bitmaps from a stranger: cleaned, with nothing left to clean, or refused."""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import making_bmp as making

SEEDS = tuple(data + making.SECRET for data in making.ALL.values())

target = cleaner()


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

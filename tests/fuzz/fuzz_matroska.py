"""Matroska from a stranger: cleaned, with none of the tags that were planted, or refused."""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import making_matroska as making

SEEDS = (making.film(), making.film(kind=b"webm"))
LIVE = (making.film(unknown=True),)
target = cleaner(making.SECRET)
live = cleaner()
"""In a live stream a block whose length is wrong may take in what follows, as it would in a player."""

if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

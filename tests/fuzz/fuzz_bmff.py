"""MP4 and MOV files from a stranger: cleaned, with nothing left to clean and nothing planted left, or refused."""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import making_bmff as making

SEEDS = (
    making.movie(),
    making.movie(before=True, version=1),
    making.movie(making.tone()),
    making.fragmented(),
)

target = cleaner(making.SECRET, beside=True)


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

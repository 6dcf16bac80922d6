"""AAC from a stranger: cleaned, or refused. A damaged tag may be one no more: so no secret is looked for."""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import test_aac as making

SEEDS = (
    making.id3() + making.SOME * 2 + making.APE + making.ID3V1,
    making.SOME + making.id3() + making.frame(private=1, owner=2) + making.frame()[:9],
)
target = cleaner()

if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

"""JPEG XL files from a stranger: cleaned, with nothing of what was planted beside the picture, or refused."""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
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

target = cleaner(SECRET, beside=True)


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

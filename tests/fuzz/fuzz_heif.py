"""Picture files in boxes from a stranger: cleaned, with nothing of what was planted beside the picture, or refused."""

from tests.fuzz import loop
from tests.fuzz.strangers import cleaner
from tests.media import making_heif as making

SECRET = b"Maria Lopez 40.7128 N"
_BEHIND = making.box(b"mpvd", SECRET * 9) + making.box(b"uuid", bytes(16) + SECRET)
SEEDS = (
    making.photograph(SECRET, between=SECRET, behind=_BEHIND).bytes(),
    making.photograph(SECRET, version=2, wide=True, extra=making.box(b"uuid", SECRET)).bytes(),
    making.sequence(SECRET),
)

target = cleaner(SECRET, beside=True)


if __name__ == "__main__":
    loop.main(target, SEEDS, loop.BINARY)

"""Whether a passphrase that a person chose is worth having. Whoever seizes a copy may guess for years."""

import re
from itertools import pairwise

from copwatch.errors import CopwatchError, Refused
from copwatch.store.archive import Archive
from copwatch.store.keys import open_with_passphrase

SHORTEST = 12
_FEWEST_LETTERS = 6
_WORN = re.compile(
    r"password|passwort|passphrase|copwatch|letmein|iloveyou|qwerty|qwertz|asdf|zxcv|1q2w3e|welcome|secret"
    r"|acab|monkey|dragon|abc123|changeme|correct ?horse ?battery ?staple"
)


def check_passphrase(chosen: str) -> None:
    """Raises `Refused` with the reason when a passphrase is weak, or could not be typed again elsewhere."""
    reason = _weakness(chosen)
    if reason:
        raise Refused(
            f"this passphrase {reason}",
            hint="take the seven words that are offered, or several words of your own",
        )


def _weakness(chosen: str) -> str | None:
    plain = chosen.lower()
    reasons = {
        f"is shorter than {SHORTEST} characters": len(chosen) < SHORTEST,
        "begins or ends with a space, which nobody sees": chosen != chosen.strip(),
        "has characters that cannot be typed": not chosen.isprintable(),
        "has only digits": plain.isdigit(),
        "repeats itself": len(set(plain)) < _FEWEST_LETTERS or plain in (plain + plain)[1:-1],
        "follows the order of the alphabet or of numbers": _is_a_run(plain),
        "is one of those that are guessed first": _is_worn(plain),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _is_worn(text: str) -> bool:
    return len(re.sub(r"[\W\d_]", "", _WORN.sub("", text))) < _FEWEST_LETTERS


def _is_a_run(text: str) -> bool:
    """Whether most characters are the neighbours, in the alphabet, of those before them."""
    near = sum(abs(ord(a) - ord(b)) <= 1 for a, b in pairwise(text))
    return near * 4 >= len(text) * 3


def opens_archive(archive: Archive, passphrase: str) -> bool:
    """Whether this is the passphrase of a member of the archive."""
    try:
        open_with_passphrase(archive, passphrase)
    except CopwatchError:
        return False
    return True

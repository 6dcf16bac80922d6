"""Whether a file looks as if it came through a messenger, which leaves nothing of the camera's own data in it.

The shapes of names are those that the programs give to what they save (seen in 2024); a name is a hint, no proof.
"""

import re
from collections.abc import Iterable

from copwatch.media.facts import Danger, Fact

_NAMES = (
    (
        "WhatsApp",
        re.compile(r"(IMG|VID|AUD|PTT|STK)-\d{8}-WA\d+|WhatsApp (Image|Video|Audio) \d{4}-\d\d-\d\d"),
    ),
    ("Signal", re.compile(r"signal-\d{4}-\d\d-\d\d", re.IGNORECASE)),
    (
        "Telegram",
        re.compile(r"(photo|video|audio|file)_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d|photo_\d+@\d\d-\d\d-\d{4}"),
    ),
    ("Facebook", re.compile(r"FB_(IMG|VID)_\d+|received_\d{8,}")),
)
_OF_A_CAMERA = frozenset({Danger.PLACE, Danger.IDENTITY, Danger.TIME})


def messenger(untrusted_name: str, media_type: str, facts: Iterable[Fact]) -> str | None:
    """Which messenger a file looks to have come through; "" where only the lack of any camera data says so, else None.

    Args:
        untrusted_name: the file's own, without folders.
        media_type: what it is.
        facts: all that were found in it.
    """
    if any(fact.danger in _OF_A_CAMERA for fact in facts):
        return None
    for program, pattern in _NAMES:
        if pattern.match(untrusted_name):
            return program
    return "" if media_type == "image/jpeg" else None

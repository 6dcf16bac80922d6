"""Whether a file looks as if it came through a messenger, which leaves nothing of the camera's own data in it.

The shapes of names are those that the programs give to what they save (seen in 2024); a name is a hint, no proof.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from copwatch.media.facts import Danger, Fact
from copwatch.model.records.described import CameThrough, Described

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
    return _program(untrusted_name) or ("" if media_type == "image/jpeg" else None)


def looks_made_anew(described: Described, *, recompressed: bool) -> Described:
    """Notes the signs in the content: a picture coded as programs do it, without anything that a camera writes."""
    if not recompressed or _of_a_camera(described):
        return described
    return replace(described, came_through=CameThrough(("no_camera_data", "recompressed")))


def came_through(untrusted_name: str, described: Described) -> CameThrough | None:
    """By which signs a file looks to have come through a messenger, its name and what it says of itself taken together.

    None where a camera's own data speak against it: messengers leave nothing of them.
    """
    if _of_a_camera(described):
        return None
    signs = described.came_through.signs if described.came_through else ()
    program = _program(untrusted_name)
    if program is None:
        return described.came_through
    return CameThrough(("name", *(signs or ("no_camera_data",))), program.lower())


def _of_a_camera(described: Described) -> bool:
    """Whether a file bears what only a camera or its owner's program writes; the time of a film's header is no such."""
    times = any(
        time.source not in ("quicktime", "exif_changed", "matroska") for time in described.captured or ()
    )
    device = described.camera and (described.camera.make or described.camera.model or described.camera.serial)
    return bool(times or device or described.places or described.pair)


def _program(untrusted_name: str) -> str | None:
    return next((program for program, pattern in _NAMES if pattern.match(untrusted_name)), None)

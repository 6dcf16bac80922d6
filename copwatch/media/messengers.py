"""Whether a file may have come through a messenger, which leaves nothing of the camera's own data in it: one rule.

Either its name has the shape that such a program gives to what it saves (seen in 2024), or a picture is as long as they
make it (seen in 2024) and coded as programs do it. Both are hints, no proof; many pictures from the web have no camera
data and the tables of the common library, which alone says nothing of a messenger.
"""

import re
from dataclasses import replace
from typing import Final

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
_SIDES: Final = frozenset({1280, 1600, 2048, 2560, 4096})
"""Pixels of the longer side, to which messengers make larger pictures smaller."""


def looks_made_anew(described: Described, *, recompressed: bool) -> Described:
    """Notes the signs in the content: a picture as messengers make it, without anything that a camera writes."""
    sides = (described.pixels.width, described.pixels.height) if described.pixels else (0,)
    if not recompressed or max(sides) not in _SIDES or _of_a_camera(described):
        return described
    return replace(described, came_through=CameThrough(("no_camera_data", "recompressed")))


def came_through(untrusted_name: str, described: Described) -> CameThrough | None:
    """By which signs a file may have come through a messenger, its name and what it says of itself taken together.

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

"""The dates of files in load files: days as they are shown, nothing computed."""

import re
from typing import Final

from copwatch.bundle.shown import Shown

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SOURCES: Final = (
    "exif_original", "exif_digitized", "quicktime_date", "broadcast_wave", "riff", "quicktime", "matroska", "gps",
)  # fmt: skip
"""What says when a recording was made, local days first: UTC can be another day."""


def day_of(text: str) -> str:
    """The day at the beginning of a time, or of what is stated in place of one; else empty."""
    day = _DAY.match(text)
    return day[0] if day else ""


def captured_day(evidence: Shown) -> str:
    """The day on which a file was recorded, as the file itself says; empty where it does not, or that stays."""
    stated = {told.path: told.text for told in evidence.told}
    times = evidence.record.get("captured")
    found: dict[str, str] = {}
    for number, time in enumerate(times if isinstance(times, list) else []):
        if isinstance(time, dict):
            at = time.get("at")
            text = stated.get(f"/captured/{number}/at") or (at if isinstance(at, str) else "")
            found.setdefault(str(time.get("source")), day_of(text))
    return next((found[source] for source in _SOURCES if found.get(source)), "")

"""Durations as people type and read them: `90s`, `15m`, `2h`."""

import re

from copwatch.errors import BadInput

_UNITS = {"s": 1, "m": 60, "h": 3600}
_NAMES = ((3600, "hour"), (60, "minute"), (1, "second"))


def seconds_of(text: str, *, longest: int = 24 * 3600) -> int:
    """The seconds that `90s`, `15m` or `2h` stand for. Raises `BadInput` for anything else, none, or too long."""
    match = re.fullmatch(r"([0-9]{1,6})([smh])", text.strip().lower(), re.ASCII)
    if match is None:
        raise BadInput(f"not a duration: {text}", hint="for example 90s, 15m or 2h")
    seconds = int(match[1]) * _UNITS[match[2]]
    if not 0 < seconds <= longest:
        raise BadInput(f"a duration from 1s to {longest // 3600}h is needed", hint="for example 15m")
    return seconds


def in_words(seconds: int) -> str:
    """E.g. `15 minutes`, in the largest unit that fits."""
    for size, name in _NAMES:
        if seconds % size == 0 and seconds >= size:
            return f"{seconds // size} {name}{'s' if seconds != size else ''}"
    return f"{seconds} seconds"

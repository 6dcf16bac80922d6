"""Cleaning bytes in tests, and looking at what came of it."""

import io

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream


def clean(data: bytes) -> bytes:
    """The rendition of a file."""
    file = io.BytesIO(data)
    return b"".join(stream(file, make_cleaning(file).plan))


def facts(data: bytes) -> dict[str, str]:
    """What it reveals."""
    return {fact.name: fact.value for fact in make_cleaning(io.BytesIO(data)).scan.facts}


def essence(data: bytes) -> bytes:
    """The coded picture and sound of its rendition."""
    made, out = make_cleaning(io.BytesIO(data)), clean(data)
    return b"".join(out[start : start + length] for start, length in made.essence)

"""Texts made alike, so that case, accents, spaces and signs between digits hide nothing."""

import re
import unicodedata

_QUOTES = str.maketrans({"′": "'", "’": "'", "‘": "'", "ʹ": "'", "″": '"', "”": '"', "“": '"', "º": "°"})
_SPACES = re.compile(r"\s+")
_ROUND_DEGREES = re.compile(r"\s*([°'\"])\s*")
_BETWEEN = re.compile(r"(?<=[0-9])[^0-9a-z\n]{1,3}(?=[0-9a-z])|(?<=[0-9a-z])[^0-9a-z\n]{1,3}(?=[0-9])")
_HEX = frozenset("0123456789abcdef")
SHORTEST_DIGEST = 32
"""Hex digits in a row from which on they are a digest."""


def folded(text: str) -> str:
    """Without accents and case, every run of white space one blank, degrees written tight."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_QUOTES))
        text = "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})
    text = _SPACES.sub(" ", text.casefold())
    return _ROUND_DEGREES.sub(r"\1", text) if "°" in text else text


def joined(text: str) -> str:
    """Folded text without what stands between a digit and a digit or letter: `(555) 010-4477` is `5550104477`."""
    return _BETWEEN.sub("", text)


def in_digest(text: str, start: int, end: int) -> bool:
    """Whether what stands there is part of a run of hex digits that is longer than it by far: a hash, not a word."""
    if end - start >= SHORTEST_DIGEST or not set(text[start:end]) <= _HEX:
        return False
    first, last = start, end
    while first and text[first - 1] in _HEX and end - first < SHORTEST_DIGEST:
        first -= 1
    while last < len(text) and text[last] in _HEX and last - first < SHORTEST_DIGEST:
        last += 1
    return last - first >= SHORTEST_DIGEST


def is_word(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit stands right before or behind."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())

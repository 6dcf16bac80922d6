"""Free text as pieces, cut at sentence and line ends: a passage can be withheld and the rest verifies."""

import re
from collections.abc import Iterable
from itertools import pairwise

_BLANK = r"[^\S\r\n]"
_LINE_END = r"(?:\r\n|\r|\n)"
_CLOSERS = r"[\"')\]”’»]*"
_END = re.compile(
    rf"[.!?…]{_CLOSERS}(?:{_BLANK}*{_LINE_END}+|{_BLANK}+)|[。！？]{_BLANK}*{_LINE_END}*|{_LINE_END}+"
)


def cut_text(text: str) -> list[str]:
    """Cut after each sentence and line end; what stands between belongs to the piece before it.

    Nothing is changed, not even Unicode normalisation: `join_text(cut_text(text)) == text` for every text. An
    abbreviation ("Ofc. Smith") makes one cut more than needed, which harms nothing.
    """
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(ends) if a < b]


def join_text(pieces: Iterable[str]) -> str:
    """The exact text that was cut."""
    return "".join(pieces)

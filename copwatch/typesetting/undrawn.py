"""Characters that no font at hand can draw: named by typst, and spelled out in their place.

PDF/A forbids a glyph that stands for no character, so that typst refuses a text with one and names it. What is spelled
out reads `[U+1F46E]`; nothing is dropped, and no empty box is drawn in silence.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping

from copwatch.model.values import Json

_NAMED = re.compile(
    r'^error: PDF/[^:]+ error: the (?:text|PDF) (?:contains the (?:disallowed )?codepoint )?`"(.+?)"`',
    re.MULTILINE,
)
"""How typst 0.15 names such a text, quoted as Rust's `Debug` writes it."""

_ESCAPE = re.compile(r"\\u\{([0-9a-f]{1,6})\}|\\(.)")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def named_in(diagnostic: str) -> frozenset[str]:
    """The characters of the texts that a diagnostic of typst says it could not draw."""
    return frozenset(char for quoted in _NAMED.findall(diagnostic) for char in _unquoted(quoted))


def at_fault(together: frozenset[str]) -> frozenset[str]:
    """Of characters that are drawn alone and not together, those to spell out: the marks, where there are some."""
    return frozenset(char for char in together if unicodedata.category(char).startswith("M")) or together


def texts_of(value: Json | Mapping[str, Json]) -> str:
    """Every text in the data, one behind the other."""
    if isinstance(value, str):
        return value
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return "".join(map(texts_of, parts))


def spelled(value: Json, undrawn: Collection[str]) -> Json:
    """The same data with every such character spelled out in its texts; names of members stay."""
    return _spelled(value, {ord(char): f"[U+{ord(char):04X}]" for char in undrawn})


def _spelled(value: Json, table: Mapping[int, str]) -> Json:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, list):
        return [_spelled(part, table) for part in value]
    return {n: _spelled(part, table) for n, part in value.items()} if isinstance(value, dict) else value


def _unquoted(quoted: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _CONTROLS.get(m[2], m[2]), quoted)

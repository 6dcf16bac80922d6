"""What a person typed, as strings of the full-text index, which hold no syntax. Pure.

https://sqlite.org/fts5.html#fts5_strings
"""

import unicodedata
from typing import Final

_MOST_WORDS: Final = 32
_BEGINS: Final = 3
"""Characters from which on a word is looked for as the beginning of longer ones; too many begin with fewer."""


def every_word(untrusted: str) -> str:
    """All of the words, those of three characters also as the beginning of longer ones; what is quoted as a phrase."""
    terms = []
    # NUL would end the query; no text can be found by it.
    for number, part in enumerate(untrusted.replace("\0", " ").split('"')):
        terms += [part] if number % 2 else part.split()
    said = [term.strip() for term in terms[:_MOST_WORDS] if any(map(str.isalnum, term))]
    return " ".join(f'"{term}" *' if len(term) >= _BEGINS else f'"{term}"' for term in said)


def phrase(untrusted: str) -> str:
    """The words as one phrase, whole; empty where there are none."""
    words = untrusted.replace("\0", " ").replace('"', " ").split()[:_MOST_WORDS]
    return f'"{" ".join(words)}"' if any(map(str.isalnum, "".join(words))) else ""


def says(cell: str | None, wanted: str) -> int:
    """Whether a cell holds words, one after the other, whatever their capitals and accents; for SQL."""
    return int(cell is not None and f" {wanted} " in f" {folded(cell)} ")


def folded(text: str) -> str:
    """Only letters and digits, lower-case and without accents, with single blanks between."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())

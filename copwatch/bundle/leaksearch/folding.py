"""Texts made alike, so that case, accents, spaces and signs between digits hide nothing."""

import re
import unicodedata

_SIGNS = str.maketrans(
    dict.fromkeys("′’‘ʹʻʼ", "'")
    | dict.fromkeys("″”“", '"')
    | dict.fromkeys("‐‑‒–—−", "-")
    | {"º": "°", "\ufffe": None}
)
"""PDFium writes U+FFFE or U+0002 for a hyphen at the end of a line, and leaves out the break."""
_LETTERS = str.maketrans(
    dict(zip("łøđðħŧıĸɓɗƙ", "loddhtikbdk", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th", "ŋ": "ng"}
    | dict(zip("авекмнорстухіјѕһӏԁԛԝ", "abekmhopctyxijshldqw", strict=True))
    | dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True))
)
"""Letters that Unicode does not take apart, and the Cyrillic and Greek ones that look like Latin letters.

The latter are pairs of single letters of Unicode's confusables (UTS #39, confusables.txt), large or small, by the large
one where the two look like different letters.
"""
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_SOFT_BREAK = re.compile("\u00ad\\s+")
_AT_LINE_END = re.compile(r"(?<=[^\W\d_])- (?=[^\W\d_])")
_ROUND_DEGREES = re.compile(r"\s*([°'\"])\s*")
# Each begins with what it takes away and then looks back: what begins by looking back is tried at every letter.
_GAP = r"[^0-9a-z\n]{0,2}"
_BETWEEN = re.compile(rf"[^0-9a-z\n](?:(?<=[0-9].){_GAP}(?=[0-9a-z])|(?<=[a-z].){_GAP}(?=[0-9]))")
_BETWEEN_LETTERS = re.compile(r"[-_.](?<=[^\W\d_].)(?=[^\W\d_])")
_MIDDLE_INITIAL = re.compile(r" (?<=[^\W\d_] )(?:[^\W\d_]\.|[b-df-hj-np-tv-xz])(?= [^\W\d_])")
"""A vowel or y is a word by itself in English, Spanish or Portuguese, unless a full stop stands behind it."""
_SMALL = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?", re.ASCII)
_SECONDS = re.compile(r":[0-9]{2}", re.ASCII)
_HEX = frozenset("0123456789abcdef")
SHORTEST_DIGEST = 32
"""Hex digits in a row from which on they are a digest."""


def folded(text: str) -> str:
    """Without accents and case, in Latin letters, every run of white space one blank, degrees written tight."""
    if not text.isascii():
        text = _FOREIGN.sub(_latin, _SOFT_BREAK.sub("", text))
    text = _one_blank_each(text.replace("\x02", "").casefold())
    return _ROUND_DEGREES.sub(r"\1", text) if "°" in text else text


def _one_blank_each(text: str) -> str:
    """With one blank for every run of white space, at the ends too."""
    first, last = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    words = text.split()
    return f"{first}{' '.join(words)}{last}" if words else first


def _latin(found: re.Match[str]) -> str:
    """What is not ASCII, as far as it can be told in it."""
    text = unicodedata.normalize("NFKD", found[0].translate(_SIGNS))
    text = "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})
    return text.casefold().translate(_LETTERS)


def unbroken(text: str) -> str:
    """Folded text whose words, broken by a hyphen at the end of a line, are whole again."""
    return _AT_LINE_END.sub("", text) if "- " in text else text


def spaced(text: str) -> str:
    """Folded text with a blank for a sign between letters: `maria_gonzalez` and `maria.gonzalez` are two words."""
    return _BETWEEN_LETTERS.sub(" ", text)


def without_initials(text: str) -> str:
    """Folded text without single letters between words: `maria e. gonzalez` is `maria gonzalez`."""
    return _MIDDLE_INITIAL.sub("", text)


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


def is_piece(text: str, start: int, end: int) -> bool:
    """Whether it is a small number within a longer one, a date or a coordinate, or the minute of a time with seconds.

    A time to the second is looked for whole: that another thing happened in the same minute says little.
    """
    if _SMALL.fullmatch(text, start, end):
        before, behind = text[max(start - 2, 0) : start], text[end : end + 2]
        return any(
            len(near) == 2 and near[1] in "-:./," and near[0].isdigit() for near in (before, behind[::-1])
        )
    return text[start:end][-3:-2] == ":" and _SECONDS.match(text, end) is not None

"""Untrusted text made safe to look at, to write in a cell, or to name a file with.

File names, metadata, notes and form fields come from strangers' devices. A terminal obeys ESC sequences,
bidi controls swap what a reader sees (`exe.gpj` for `jpg.exe`), invisible characters make two names look
alike, and a tall stack of accents covers the lines around it. What could act or hide is shown as an escape
such as `\\x1b`, so that a reader sees that it is there; nothing is dropped and nothing is interpreted. The
escapes are for the eye only: a backslash that was in the text is left alone, so they cannot be turned back.

The categories are those of Unicode (https://www.unicode.org/reports/tr44/#General_Category_Values), as the
running Python knows them; a character that is newer than this Python counts as unassigned and is escaped.
"""

import re
import unicodedata
from collections.abc import Iterator

HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, formats, surrogates, private use, unassigned, and the two line separators."""

MAX_MARKS = 6
"""Combining marks kept on one letter: more than living scripts stack, too few to cover the next line."""

MAX_NAME_BYTES = 120
"""Longest file name in UTF-8: well below the 255 bytes of common file systems, for what a bundle adds."""

_MAX_SUFFIX_BYTES = 16
_TAB = "    "

# Letters and marks that draw nothing: Default_Ignorable_Code_Point of DerivedCoreProperties.txt, as far as
# the categories above do not already hold them, and the blank braille cell.
_BLANK = frozenset(
    chr(point)
    for low, high in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for point in range(low, high + 1)
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# The last four are full-width forms that some locales accept.
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_FORMULA_SPACE = ("\t", "\r", "\n")

# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
_FORBIDDEN_IN_NAMES = frozenset('/\\:*?"<>|')
_DEVICE = re.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE
)


def counted(count: int, one: str, many: str = "") -> str:
    """A number with what it counts: `1 device`, `2,000 entries`. `many` is needed where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def clean(untrusted: str, *, limit: int | None = None) -> str:
    """One line that is safe on a terminal and on a page.

    Args:
        untrusted: any text, line ends and lone surrogates included.
        limit: longest answer in characters, at least 1; what is over is cut and marked by a final `…`. The
            work is bounded by it too. None keeps everything.

    Returns:
        Text without any character of `HIDDEN_CATEGORIES`. Cleaning it again changes nothing.
    """
    text = untrusted if limit is None else untrusted[: limit + 1]
    shown = text if text.isascii() and text.isprintable() else "".join(_shown(text))
    if limit is None or len(shown) <= limit:
        return shown
    return shown[: max(limit - 1, 0)] + "…"


def clean_block(untrusted: str) -> str:
    """Several lines that are safe on a terminal and on a page.

    Line ends (`\\n`, `\\r\\n`) stay as `\\n` and tabs become spaces; a lone `\\r`, which would write over its
    line, and everything else that `clean` escapes is escaped.
    """
    lines = untrusted.replace("\r\n", "\n").split("\n")
    return "\n".join(clean(line.replace("\t", _TAB)) for line in lines)


def show_bytes_name(name: bytes) -> str:
    """A file name as the file system gave it, for showing: bytes that are not UTF-8 appear as `\\xff`."""
    return clean(name.decode("utf-8", "backslashreplace"))


def csv_cell(value: str | int | float | None) -> str:
    """The text of one CSV cell that no spreadsheet program takes for a formula.

    Numbers stay as they are; None is empty. Text that begins like a formula (`= + - @`, also after white
    space, or a tab or line end) gets a `'` before it. Control characters, surrogates and bidi controls are
    escaped; joiners that some scripts need to spell a name are kept, for this is data. Quote every cell
    (`csv.QUOTE_ALL`), or a program that splits at `;` finds a formula in the middle of one.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = "".join(_escape(c) if _breaks_cells(c) else c for c in value.replace("\r\n", "\n"))
    first = text.lstrip()[:1]
    inert = first in _FORMULA or text.startswith(_FORMULA_SPACE) if text else False
    return f"'{text}" if inert else text


def file_name(untrusted: str, fallback: str) -> str:
    """A name for a new file that Linux, macOS and Windows all take literally.

    Separators, wildcards, controls and invisible characters become `_`; device names (`CON`, `com1.txt`),
    leading dots (hidden files) and leading dashes (options) get a `_`; no dot or space ends it; NFC; at most
    `MAX_NAME_BYTES` bytes of UTF-8 with the extension kept. Two names can become one, also by letter case on
    macOS and Windows: the caller numbers them.

    Args:
        untrusted: the name as received, never a path: its separators are taken for part of the name.
        fallback: what to call it when nothing is left.
    """
    return _safe_name(untrusted) or _safe_name(fallback) or "unnamed"


def _shown(text: str) -> Iterator[str]:
    """The characters of one line, each as it is or as its escape.

    A mark with nothing before it is escaped as well: it would settle on whatever the program printed last.
    """
    marks = 0
    for at, char in enumerate(text):
        category = unicodedata.category(char)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category in HIDDEN_CATEGORIES or char in _BLANK or marks > MAX_MARKS or (marks and at == 0):
            yield _escape(char)
        else:
            yield char


def _escape(char: str) -> str:
    point = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def _breaks_cells(char: str) -> bool:
    return char not in "\n\t" and (char in _BIDI or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"})


def _safe_name(untrusted: str) -> str:
    # Nothing beyond this survives the cut, and normalising is not linear in hostile text.
    bounded = untrusted if len(untrusted) <= 4096 else untrusted[:2048] + untrusted[-2048:]
    replaced = "".join(_in_name(char) for char in unicodedata.normalize("NFC", bounded))
    name = unicodedata.normalize("NFC", replaced).strip(" ").rstrip(". ")
    if name.startswith((".", "-")):
        name = f"_{name[1:]}" if name.startswith(".") else f"_{name}"
    if _DEVICE.fullmatch(name.partition(".")[0].rstrip(" ")):
        name = f"_{name}"
    return _cut_name(name)


def _in_name(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if char in _FORBIDDEN_IN_NAMES or char in _BLANK or category in HIDDEN_CATEGORIES:
        return "_"
    return char


def _cut_name(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, suffix = name.rpartition(".")
    ending = dot + suffix
    if not stem or len(ending.encode()) > _MAX_SUFFIX_BYTES:
        stem, ending = name, ""
    kept = _first_bytes(stem, MAX_NAME_BYTES - len(ending.encode()))
    return kept.rstrip(". ") + ending


def _first_bytes(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore")

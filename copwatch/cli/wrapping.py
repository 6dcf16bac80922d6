"""Text in lines and columns of a width that is counted in terminal cells, not in characters."""

import re
import shutil
from collections.abc import Iterator, Sequence

from copwatch.text import clean_block

NARROW, WIDE = 40, 100

_WORDS = re.compile(r"\s*\S+|\s+$")
_PIECES = re.compile(r"\s*[(]?`[^`]*`\S*|(?:(?<=:)|^)\s*copwatch [a-z-]+(?: .*)?$|\s*\S+|\s+$")
_MARK = re.compile(r"\s*(?:\d+\. |- |[A-Z](?:-[0-9A-Z]{4})+-[0-9A-Z]+  )?")
"""What a line begins with that the lines under it stay clear of: an indent, a number, a dash, a code."""


def width() -> int:
    """Cells of a line: those of the terminal, within what people read well; 80 where there is none."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, NARROW), WIDE)


def wrapped(untrusted: str, cells: int) -> list[str]:
    """Lines no wider than `cells`, cleaned. Line ends of the text stay; words that are too wide are cut."""
    return [part for line in clean_block(untrusted).split("\n") for part in _parts(line, cells)]


def in_lines(cleaned: str, first: int, rest: int) -> list[str]:
    """A line of talk broken between words: the first line as wide as `first`, the others as `rest`. What stands in
    backticks, or behind the colon that ends a sentence with a command, is not torn apart unless it is too wide itself.
    """
    from rich.cells import cell_len

    lines, now = list[str](), ""
    for piece in _PIECES.findall(cleaned):
        if cell_len((now + piece).rstrip()) <= (rest if lines else first) or not now.strip():
            now += piece
            continue
        lines.append(now.rstrip())
        now = piece.lstrip()
    return [*lines, now.rstrip()]


def under_mark(cleaned: str, cells: int) -> list[str]:
    """A line broken between words as `in_lines` does; what follows stands under its text, not under its mark."""
    found = _MARK.match(cleaned)
    column = min(found.end(), cells // 2) if found else 0
    first, *rest = in_lines(cleaned, cells, cells - column)
    return [first, *(" " * column + line for line in rest)]


def hanging(label: str, untrusted: str, *, indent: int, column: int, cells: int) -> list[str]:
    """A label, and beside it the text from `column` on; below it where the label reaches too far."""
    from rich.cells import cell_len

    head = " " * indent + label
    lines = wrapped(untrusted, max(cells - column, NARROW // 2))
    if cell_len(head) >= column:
        return [head, *(" " * column + line for line in lines)]
    first = head + " " * (column - cell_len(head)) + lines[0]
    return [first.rstrip(), *(" " * column + line for line in lines[1:])]


def in_columns(entries: Sequence[str], cells: int) -> list[str]:
    """Numbered entries in as many columns as fit, to be read downwards."""
    numbered = [f"{number:>3} {entry}" for number, entry in enumerate(entries, 1)]
    wide = max(map(len, numbered)) + 2
    columns = max(1, cells // wide)
    rows = -(-len(numbered) // columns)
    return ["".join(entry.ljust(wide) for entry in numbered[row::rows]).rstrip() for row in range(rows)]


def _parts(line: str, cells: int) -> Iterator[str]:
    from rich.cells import cell_len

    now = ""
    for word in _WORDS.findall(line):
        if cell_len(now + word) <= cells:
            now += word
            continue
        if now:
            yield now.rstrip()
        now = word.lstrip() if now else word
        while cell_len(now) > cells:
            cut = _first_cells(now, cells)
            yield cut
            now = now[len(cut) :]
    yield now.rstrip()


def _first_cells(word: str, cells: int) -> str:
    from rich.cells import cell_len

    used = 0
    for at, char in enumerate(word):
        used += cell_len(char)
        if used > cells and at:
            return word[:at]
    return word

"""Rows for people. A terminal gets a table that fits it, a pipe gets whole lines that can be searched."""

import re
import shutil
import sys
from collections.abc import Iterable, Sequence

from copwatch.cli import voice
from copwatch.text import clean

_WHOLE = 20
"""Columns no wider than this (dates, sizes, names of cameras) are broken over lines only where codes need the room."""

_WORDS = (24, 16, 12)
"""Letters of a word, such as a file name, that a column keeps whole: the most of these for which there is room."""

_CODE = re.compile(r"[A-Z]+(?:-[0-9A-Z]{4})+-[0-9A-Z](?:@[0-9a-f.]+)?,?")
"""A code with its check symbol, and the device behind it. Cut, it is no code; broken, nobody copies it whole."""

_JOINS = re.compile(r"[^_./,;:@+-]*[_./,;:@+-]*")
"""A part of a word, with what joins it to the next: where names of files and paths are broken, if they have to be."""

_EDGE, _GAP = 2, 3
_CELL_LIMIT = 2000


def render(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headers on standard output.

    Args:
        headers: one word or two for each column.
        rows: as many cells as headers; a cell is shown as `str` makes it, None as nothing. Cells may hold
            untrusted text: they are cleaned, and markup in them (`[bold]`) stays text.
    """
    heads = [clean(head) for head in headers]
    cells = [[_cell(value) for value in row] for row in rows]
    if voice.is_terminal(sys.stdout):
        voice.out(_drawn(heads, cells))
    else:
        voice.out(_plain(heads, cells))


def _cell(value: object) -> str:
    return "" if value is None else clean(str(value), limit=_CELL_LIMIT)


def _plain(heads: list[str], cells: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        for row in [heads, *cells]
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _drawn(heads: list[str], cells: list[list[str]]) -> str:
    columns = [list(column) for column in zip(heads, *cells, strict=True)]
    room = shutil.get_terminal_size().columns - _EDGE - _GAP * (len(heads) - 1)
    widths = _widths(columns, room)
    return _listed(heads, cells) if widths is None else _table(heads, cells, widths)


def _widths(columns: list[list[str]], room: int) -> list[int] | None:
    """The cells of each column: the widest give way first; None where codes, heads and ordinary words have no room."""
    from rich.cells import cell_len

    longest = [max(map(cell_len, column)) for column in columns]
    codes = [
        max((len(code) for cell in column for code in _CODE.findall(cell)), default=0) for column in columns
    ]
    words = [
        max((cell_len(word) for cell in column for word in cell.split()), default=0) for column in columns
    ]
    heads = [max((cell_len(word) for word in column[0].split()), default=0) for column in columns]
    kept = [
        [max(code, head, min(word, most)) for code, head, word in zip(codes, heads, words, strict=True)]
        for most in _WORDS
    ]
    for least in kept:
        whole = [long if long <= _WHOLE else low for long, low in zip(longest, least, strict=True)]
        if sum(whole) <= room:
            return _narrowed(longest, whole, room)
    for least in kept:
        if sum(least) <= room:
            return _narrowed(longest, least, room)
    return None


def _narrowed(widths: list[int], least: list[int], room: int) -> list[int]:
    """The widest of those above what they keep is made narrower, until all fit or none can."""
    widths = list(widths)
    while (over := sum(widths) - room) > 0:
        free = [at for at, width in enumerate(widths) if width > least[at]]
        if not free:
            break
        widest = max(free, key=lambda at: widths[at])
        second = max((widths[at] for at in free if at != widest), default=0)
        wanted = min(widths[widest] - 1, max(second, widths[widest] - over))
        widths[widest] = max(least[widest], wanted)
    return widths


def _broken(cell: str, width: int) -> str:
    """The cell, with line breaks in words that are too long for a line, where they are joined."""
    return " ".join(_broken_word(word, width) for word in cell.split(" "))


def _broken_word(word: str, width: int) -> str:
    from rich.cells import cell_len

    if cell_len(word) <= width or _CODE.fullmatch(word):
        return word
    lines = [""]
    for part in _JOINS.findall(word):
        if lines[-1] and cell_len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _listed(heads: list[str], cells: list[list[str]]) -> str:
    """Rows as lines of their own, for a terminal that is too narrow for a table; it breaks long ones itself."""
    rows = (
        "".join(f"{head}: {cell}\n" for head, cell in zip(heads, row, strict=True) if cell) for row in cells
    )
    return "\n".join(rows)


def _table(heads: list[str], cells: list[list[str]], widths: list[int]) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head, width in zip(heads, widths, strict=True):
        table.add_column(Text(head), width=width, overflow="fold")
    for row in cells:
        # Text, not str: a str is read as markup. It does let ESC and bidi through, hence the cleaning above.
        table.add_row(*(Text(_broken(cell, width)) for cell, width in zip(row, widths, strict=True)))
    console = Console(
        width=shutil.get_terminal_size().columns,
        force_terminal=True,
        no_color=not voice.coloured(sys.stdout),
        highlight=False,
        emoji=False,
    )
    with console.capture() as drawn:
        console.print(table)
    return drawn.get()

"""Rows for people. A terminal gets a table that fits it, a pipe gets whole lines that can be searched."""

import shutil
import sys
from collections.abc import Iterable, Sequence

from copwatch.cli import voice
from copwatch.text import clean

_WHOLE = 20
"""Columns no wider than this (codes, dates, sizes) are never broken over lines."""

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
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head, column in zip(heads, zip(*cells, strict=True) if cells else [()] * len(heads), strict=True):
        longest = max(map(cell_len, (head, *column)))
        whole = longest if longest <= _WHOLE else None
        table.add_column(Text(head), min_width=whole, overflow="fold")
    for row in cells:
        # Text, not str: a str is read as markup. It does let ESC and bidi through, hence the cleaning above.
        table.add_row(*map(Text, row))
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

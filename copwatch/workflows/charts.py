"""Counts as a picture: bars with their numbers, as SVG of our own or as PNG drawn from the same lines."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from copwatch.catalogue.counting import Counted
from copwatch.errors import UsageError
from copwatch.store.archive import Archive
from copwatch.text import clean
from copwatch.workflows.writing_out import check_new, create_new

ENDINGS: Final = (".svg", ".png")
_WIDTH, _LINE, _LABEL, _BAR, _EDGE = 800, 22, 300, 380, 20
_MOST: Final = 40
_LONGEST: Final = 40


def check_chart_name(out: Path) -> None:
    """Raises `UsageError` for a file of another kind."""
    if out.suffix.lower() not in ENDINGS:
        raise UsageError(
            "a chart is written to a file whose name ends in .svg or .png", hint="such as --out stats.svg"
        )


def write_chart(tables: Sequence[Counted], out: Path, archive: Archive) -> None:
    """Write a new file. Raises `Refused`, `NotFound`: it cannot stand there; `UsageError`: of no kind that is known."""
    check_chart_name(out)
    check_new(out, archive)
    svg = chart_svg(tables).encode()
    drawn = svg if out.suffix.lower() == ".svg" else _png(svg)
    with create_new(out) as file:
        file.write(drawn)


def chart_svg(tables: Sequence[Counted]) -> str:
    """One SVG 1.1 document without scripts, links or fonts of its own; all texts are cleaned and escaped."""
    lines = [line for table in tables for line in _lines(table)]
    height = _LINE * len(lines) + 2 * _EDGE
    body = "".join(_drawn(line, _EDGE + _LINE * number) for number, line in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
        f' viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="13">'
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>{body}</svg>\n'
    )


_Line = tuple[str, int | None, float]
"""A text, a count (None in a heading), and how much of the longest bar it is."""


def _lines(table: Counted) -> Iterator[_Line]:
    more = "" if table.values <= _MOST else f", the first {_MOST} of {table.values:,}"
    yield f"incidents by {table.by}{', in more than one' if table.repeated else ''}{more}", None, 0
    most = max((row.incidents for row in table.rows), default=1)
    yield from ((row.value, row.incidents, row.incidents / most) for row in table.rows[:_MOST])
    yield "", None, 0


def _drawn(line: _Line, top: int) -> str:
    text, count, part = line
    said, base = escape(clean(text, limit=_LONGEST if count is not None else 200)), top + _LINE - 7
    if count is None:
        return f'<text x="{_EDGE}" y="{base}" font-weight="bold">{said}</text>' if said else ""
    width = max(1, round(_BAR * part))
    return (
        f'<text x="{_LABEL}" y="{base}" text-anchor="end">{said}</text>'
        f'<rect x="{_LABEL + 10}" y="{top + 4}" width="{width}" height="{_LINE - 8}" fill="#356"/>'
        f'<text x="{_LABEL + 16 + width}" y="{base}">{count:,}</text>'
    )


def _png(svg: bytes) -> bytes:
    from copwatch.typesetting.picture import png_of_svg

    return png_of_svg(svg)

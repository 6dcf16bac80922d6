"""`copwatch export-table`: what the catalogue holds, whole and unredacted, as CSV, JSON or NDJSON.

JSON has every field as records hold it. In CSV each value has a cell that `copwatch report import` reads back the same,
and cells that a spreadsheet could take for a formula are guarded.
"""

import csv
import io
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from copwatch.catalogue.flat_rows import Cell, FlatRow, flat_tables
from copwatch.errors import BadInput
from copwatch.model.csv_cells import flat, guard
from copwatch.model.import_map import OWN
from copwatch.model.schema import Schema
from copwatch.store.durable import flush, flush_folder
from copwatch.workflows.import_rows import GUARD
from copwatch.workflows.session import Session
from copwatch.workflows.writing_out import check_new, create_new, take_name

FORMATS: Final = ("csv", "json", "ndjson")


@dataclass(frozen=True, slots=True)
class TableWish:
    """Which table, and how. `columns` are fields, or the beginnings of their names up to a point; all where empty."""

    table: str = "incidents"
    format: str = "csv"
    columns: tuple[str, ...] = ()


@dataclass
class Written:
    """How much was written. `not_understood` counts values that this program cannot read; only JSON has them."""

    rows: int = 0
    not_understood: int = 0


def check_wish(wish: TableWish, schema: Schema) -> None:
    """Raises `BadInput` for a table or a format that there is not; all that there are stand in the hint."""
    tables = flat_tables(schema)
    if wish.table not in tables:
        raise BadInput(f"there is no table {wish.table!r}", hint=f"one of: {', '.join(tables)}")
    if wish.format not in FORMATS:
        raise BadInput(f"there is no format {wish.format!r}", hint=f"one of: {', '.join(FORMATS)}")


def write_table(session: Session, wish: TableWish, out: Path) -> Written:
    """Writes a table to a new file for this user alone.

    Raises:
        BadInput: as `check_wish`, or for a column that is not there.
        Refused, NotFound: it cannot stand there.
    """
    check_wish(wish, session.catalogue.schema)
    check_new(out, session.archive)
    written = Written()
    beside = out.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with create_new(beside) as file:
            # A spreadsheet takes a CSV file for UTF-8 by its byte order mark.
            file.write(b"\xef\xbb\xbf" if wish.format == "csv" else b"")
            for text in table_text(session, wish, written):
                file.write(text.encode())
            file.flush()
            flush(file.fileno())
        take_name(beside, out)
        flush_folder(out.absolute().parent)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    return written


def table_text(session: Session, wish: TableWish, written: Written) -> Iterator[str]:
    """The text of a table, piece by piece; `written` counts along. Raises `BadInput` as `write_table`."""
    check_wish(wish, session.catalogue.schema)
    catalogue = session.catalogue

    def rows() -> Iterator[FlatRow]:
        return flat_tables(catalogue.schema)[wish.table](catalogue)

    _check_columns(next(rows(), None), wish, catalogue.schema)
    if wish.format == "csv":
        return _csv(rows, wish, catalogue.schema, written)
    return _json(rows(), wish, written)


def _check_columns(row: FlatRow | None, wish: TableWish, schema: Schema) -> None:
    """Raises `BadInput` for columns that this table cannot have, told by its first row."""
    if row is None:
        return
    known = [field.name for field in schema.fields(row.entity)] if row.entity else [*row.about]
    wrong = [name for name in wish.columns if name.partition(".")[0] not in known]
    if wrong:
        hint = f"columns of {wish.table}: {', '.join(known)}"
        raise BadInput(f"there is no column {', '.join(wrong)}", hint=hint)


def _json(rows: Iterable[FlatRow], wish: TableWish, written: Written) -> Iterator[str]:
    lines = wish.format == "ndjson"
    yield "" if lines else f'{{"table": {json.dumps(wish.table)}, "rows": [\n'
    gap = ""
    for row in rows:
        written.rows += 1
        written.not_understood += len(row.not_understood)
        yield gap + json.dumps(_object(row, wish.columns), ensure_ascii=False) + ("\n" if lines else "")
        gap = "" if lines else ",\n"
    yield "" if lines else "\n]}\n"


def _object(row: FlatRow, columns: Sequence[str]) -> dict[str, Any]:
    if not row.entity:
        return {name: value for name, value in row.about.items() if _wanted(name, columns)}
    fields = {name: value for name, value in row.fields.items() if _wanted(name, columns)}
    odd = {"not_understood": row.not_understood} if row.not_understood else {}
    return {**row.about, "fields": fields, **odd}


def _csv(
    rows: Callable[[], Iterator[FlatRow]], wish: TableWish, schema: Schema, written: Written
) -> Iterator[str]:
    """Read twice: which columns there are is known when all rows were seen."""
    keys: dict[str, tuple[Any, ...]] = {}
    own = dict[str, None]()
    for row in rows():
        own |= dict.fromkeys(row.about)
        if row.entity:
            keys |= {name: key for key, name, _ in flat(row.fields, schema, row.entity)}
        written.rows += 1
        written.not_understood += len(row.not_understood)
    fields = [name for name in sorted(keys, key=lambda name: keys[name]) if _wanted(name, wish.columns)]
    about = [name for name in own if keys or _wanted(name, wish.columns)]
    header = [f"{OWN}{name}" for name in about] + [GUARD] if keys else about
    if header or fields:
        yield _line([*header, *fields])
    for row in rows():
        cells = {name: cell for _, name, cell in flat(row.fields, schema, row.entity)} if row.entity else {}
        mark = ["yes"] if keys else []
        yield _line(
            [*(_text(row.about.get(name)) for name in about), *mark, *(cells.get(n, "") for n in fields)]
        )


def _line(cells: Sequence[str]) -> str:
    """Every cell in quotes: where a program takes another sign for the delimiter, none begins inside of a text."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([guard(cell) for cell in cells])
    return line.getvalue()


def _text(value: Cell) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else " ".join(value) if isinstance(value, list) else str(value)


def _wanted(name: str, columns: Sequence[str]) -> bool:
    return not columns or any(name == wish or name.startswith((f"{wish}.", f"{wish}:")) for wish in columns)

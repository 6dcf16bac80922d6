"""Rows of a table as reports: read, checked, and each with what it is recognised by when it comes again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copwatch.errors import BadInput
from copwatch.model.csv_cells import unguard
from copwatch.model.csv_form import read_row
from copwatch.model.fields import Problem
from copwatch.model.forms import check_report
from copwatch.model.import_map import OWN, ImportMap, Plan, plan
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.templates import TEMPLATES
from copwatch.model.values import Context, Json, Wrong
from copwatch.model.values.coded import find_term
from copwatch.proof.canonical import encode
from copwatch.proof.hashing import sha256_hex
from copwatch.workflows.given_files import open_given, read_given
from copwatch.workflows.table_files import LONGEST_ROW, RawRow, Table

VERSION, GUARD = f"{OWN}version", f"{OWN}guard"
"""Columns of an exported table: the code of the version, and that cells are guarded against formulas."""

LARGEST_JSON: Final = 64 << 20
_JSON_FILES = {".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row. `column` is how the table calls it, `field` how reports do; either may be empty."""

    row: int
    line: int
    column: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row. `template` is empty where the table says none; `key` is what the table itself tells rows apart by."""

    number: int
    line: int
    fields: Mapping[str, Json]
    template: str
    key: str
    faults: tuple[Fault, ...] = ()
    open: tuple[str, ...] = ()
    size: int = 0

    def tag(self, nth: int) -> str:
        """What a row is recognised by, 64 hexadecimal digits: its key or, without one, what it says.

        Args:
            nth: of the rows that say the same and have no key, the how manieth this is.
        """
        if self.key:
            return sha256_hex(b"copwatch/v1/import-key\n", encode([self.key]))
        return self.content_tag(nth)

    def content_tag(self, nth: int = 1) -> str:
        """What the row says, with its key: another one when somebody changed the row."""
        return sha256_hex(b"copwatch/v1/import-row\n", encode([self.key, nth, dict(self.fields)]))


class Rows(Protocol):
    """A table whose rows can be read as often as one likes, each time the same; `constants` are what every row says."""

    constants: Mapping[str, Json]

    @property
    def size(self) -> int:
        """About how much there is to read, in characters."""

    def __iter__(self) -> Iterator[ReadRow]:
        """Every row that says something. Raises `BadInput` where the file cannot be read on."""


@dataclass
class CsvRows:
    """Rows of a CSV file, by what its columns mean. `constants` are what every row says."""

    table: Table
    mapping: ImportMap
    context: Context
    schema: Schema = SCHEMA
    plan: Plan = field(init=False)
    constants: Mapping[str, Json] = field(init=False)

    def __post_init__(self) -> None:
        self.plan = plan(self.table.header, self.mapping, self.context, zone_named, self.schema)
        columns = [column for column, _ in self.plan.constants]
        said, problems = read_row(columns, [text for _, text in self.plan.constants], self.schema)
        if problems:
            wrong = "; ".join(f"{problem.path}: {problem.reason}" for problem in problems)
            raise BadInput(f"constants of the mapping: {wrong}", hint="mend the mapping; nothing was read")
        self.constants = said
        self._columns = [column for *_, column in self.plan.columns]
        self._header = {column.target.name: column.header for column in self._columns}

    @property
    def size(self) -> int:
        """About how much there is to read, in characters."""
        return self.table.path.stat().st_size

    def __iter__(self) -> Iterator[ReadRow]:
        for raw in self.table.rows():
            yield self._read(raw)

    def _read(self, raw: RawRow) -> ReadRow:
        cells = [*map(unguard, raw.cells)] if GUARD in self.plan.places else raw.cells
        joined = [_joined(cells, place, beside) for place, beside, _ in self.plan.columns]
        fields, problems = read_row(self._columns, joined, self.schema)
        problems = problems or check_report({**self.constants, **fields}, self.schema)
        template, wrong = _template(self._cell(cells, self.plan.template))
        faults = [self._fault(raw, problem) for problem in problems if not problem.open]
        faults += [Fault(raw.number, raw.line, self.plan.template, "", wrong)] if wrong else []
        faults += self._stray(raw)
        if not fields and not faults:
            faults.append(Fault(raw.number, raw.line, "", "", "says nothing in any column that is taken"))
        open_ = tuple(problem.path for problem in problems if problem.open)
        key = self._cell(cells, self.mapping.key or VERSION)
        size = sum(map(len, raw.cells)) + len(raw.cells)
        return ReadRow(raw.number, raw.line, fields, template, key, tuple(faults), open_, size)

    def _cell(self, cells: list[str], header: str) -> str:
        place = self.plan.places.get(header, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    def _fault(self, raw: RawRow, problem: Problem) -> Fault:
        name = problem.path
        near = [
            known for known in self._header if known == name or name.startswith((f"{known}.", f"{known}:"))
        ]
        inner = [known for known in self._header if known.startswith((f"{name}.", f"{name}:"))]
        header = self._header[(near or inner)[0]] if near or inner else ""
        return Fault(raw.number, raw.line, header, name, problem.reason)

    def _stray(self, raw: RawRow) -> Iterator[Fault]:
        width = len(self.table.header)
        if any(cell.strip() for cell in raw.cells[width:]):
            yield Fault(raw.number, raw.line, "", "", f"has {len(raw.cells)} cells, and the header {width}")
        for place in self.plan.unnamed:
            if place < len(raw.cells) and raw.cells[place].strip():
                yield Fault(
                    raw.number, raw.line, f"number {place + 1}", "", "stands in a column without a name"
                )


@dataclass
class JsonRows:
    """Rows of an exported table in JSON (one object with `rows`) or NDJSON (a row a line)."""

    path: Path
    lines: bool
    context: Context
    schema: Schema = SCHEMA
    constants: Mapping[str, Json] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """About how much there is to read, in characters."""
        return self.path.stat().st_size

    def __iter__(self) -> Iterator[ReadRow]:
        if not self.lines:
            yield from (self._read(number, 0, row) for number, row in enumerate(self._whole(), 1))
            return
        with open_given(self.path) as file:
            number = 0
            while line := file.readline(4 * LONGEST_ROW):
                number += 1
                if line.strip():
                    yield self._read(number, number, self._loaded(line, f"line {number}"), len(line))

    def _whole(self) -> list[object]:
        data = self._loaded(read_given(self.path, LARGEST_JSON), "")
        rows = data.get("rows") if isinstance(data, dict) else None
        if not isinstance(rows, list):
            raise BadInput(
                f"{self.path} has no rows", hint="`copwatch export-table --format json` writes such a file"
            )
        return rows

    def _loaded(self, data: bytes, where: str) -> object:
        try:
            return json.loads(data.decode("utf-8-sig"), parse_float=str)
        except (ValueError, RecursionError) as error:
            place = f"{self.path}, {where}" if where else str(self.path)
            raise BadInput(f"{place}: not readable as JSON", hint="nothing was taken from it") from error

    def _read(self, number: int, line: int, row: object, size: int = 0) -> ReadRow:
        said = row.get("fields") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(said, dict):
            return ReadRow(number, line, {}, "", "", (Fault(number, line, "", "", "has no fields"),))
        fields, problems = self.schema.read("report", said, self.context)
        problems = problems or check_report(fields, self.schema)
        template, wrong = _template(str(row.get("template") or ""))
        faults = [Fault(number, line, "", p.path, p.reason) for p in problems if not p.open]
        faults += [Fault(number, line, "", "template", wrong)] if wrong else []
        if not fields and not faults:
            faults.append(Fault(number, line, "", "", "says nothing"))
        open_ = tuple(problem.path for problem in problems if problem.open)
        return ReadRow(
            number, line, fields, template, str(row.get("version") or ""), tuple(faults), open_, size
        )


def kind_of(path: Path) -> str:
    """What a table is by the end of its name: json, ndjson, or csv for all others."""
    return _JSON_FILES.get(path.suffix.lower(), "csv")


def zone_named(name: str) -> tzinfo:
    """The time zone of that name. Raises `Wrong`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Wrong(f"{name} is no time zone; write a name such as America/Los_Angeles") from error


def _joined(cells: list[str], place: int, beside: int | None) -> str:
    parts = [cells[at] if at < len(cells) else "" for at in (place, beside) if at is not None]
    return parts[0] if len(parts) == 1 else " ".join(part.strip() for part in parts if part.strip())


def _template(named: str) -> tuple[str, str]:
    """The template of a row, and what is wrong with it."""
    if not named:
        return "", ""
    try:
        return find_term(named, tuple(TEMPLATES)), ""
    except Wrong as wrong:
        return "", f"no such template: {wrong}"

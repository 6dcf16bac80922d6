"""What `copwatch report import` says and asks: what is wrong in a table, what will be done, and what was done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from copwatch.cli import jsonout, prompts, voice
from copwatch.cli.forms import context
from copwatch.cli.progress import progress
from copwatch.errors import BadInput
from copwatch.model.ids import code
from copwatch.model.import_draft import draft_map
from copwatch.model.import_map import ImportMap, parse_map
from copwatch.model.schema import Schema
from copwatch.model.templates import template_named
from copwatch.store.archive import Archive
from copwatch.workflows.given_files import read_given
from copwatch.workflows.import_rows import CsvRows, Fault, JsonRows, Rows, kind_of
from copwatch.workflows.importing import BadRows, Imported, Looked, Wish, look, take
from copwatch.workflows.own_schema import schema_of
from copwatch.workflows.stamping import local_now
from copwatch.workflows.table_files import open_table

MOST_SHOWN = 200
"""Problems that are printed; `--json` has more."""

_LARGEST_MAP = 1_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    path: Path
    mapping: Path | None = None
    template: str = ""
    entered_by: str | None = None
    delimiter: str = ""
    check: bool = False
    yes: bool = False
    json: bool = False


def print_map(path: Path, delimiter: str, schema: Schema) -> None:
    """A draft of a mapping of the columns of a table. Raises `BadInput`."""
    if kind_of(path) != "csv":
        raise BadInput(f"{path} needs no mapping", hint="a mapping is for CSV files")
    with open_table(path, delimiter) as table:
        voice.say_block(draft_map(path.name, table.header, schema))


def import_table(archive: Archive, request: Request) -> None:
    """Looks through a table, says what will be done, asks, and does it.

    Raises:
        BadRows: rows that cannot be taken; all were named.
        BadInput: no table, or columns that mean nothing.
    """
    mapping = _mapping(request.mapping)
    named = request.template or mapping.template
    wish = Wish(template_named(named or "general").name, bool(named), request.entered_by)
    with _rows(request, mapping, schema_of(archive)) as rows:
        try:
            looked = look(archive, rows, wish, local_now, progress())
        except BadRows as bad:
            _say_faults(request, bad)
            raise
        if not request.json or not (request.check or request.yes):
            voice.tell("\n".join(_plan(request, looked, rows)))
        done = None
        if looked.new and not request.check:
            if not request.yes and not prompts.confirm(f"Keep {_reports(looked.new)}?"):
                voice.note("nothing was saved")
                return
            done = take(archive, rows, looked, wish, local_now, progress())
    _say(request, looked, done)


@contextmanager
def _rows(request: Request, mapping: ImportMap, schema: Schema) -> Iterator[Rows]:
    kind = kind_of(request.path)
    if kind != "csv":
        yield JsonRows(request.path, kind == "ndjson", context(), schema)
        return
    with open_table(request.path, request.delimiter) as table:
        yield CsvRows(table, mapping, context(), schema)


def _mapping(path: Path | None) -> ImportMap:
    if path is None:
        return ImportMap()
    try:
        return parse_map(read_given(path, _LARGEST_MAP).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not text in UTF-8", hint="save it as UTF-8 text") from error


def _plan(request: Request, looked: Looked, rows: Rows) -> Iterator[str]:
    """What will be done, in lines."""
    yield f"{request.path.name}: {looked.rows:,} rows, nothing wrong in them."
    if looked.new:
        templates = ", ".join(f"{name} {count:,}" for name, count in sorted(looked.templates.items()))
        yield f"  {_reports(looked.new)}, each of a new incident (templates of all rows: {templates})"
    if looked.already:
        yield f"  {looked.already:,} came in lately, and are not taken again"
    for number, incident in looked.changed[:MOST_SHOWN]:
        yield f"  row {number} came in before as {code('I', incident)} with other words: not taken, amend that"
    for number, first in looked.twins[:5]:
        yield f"  row {number} says exactly what row {first} says; both are taken"
    if looked.twin_count > 5:
        yield f"  and {looked.twin_count - 5:,} more rows that repeat an earlier one"
    if looked.open:
        yield f"  still open: {', '.join(f'{_words(name)} in {count:,}' for name, count in looked.open.items())}"
    if looked.ahead:
        count = "1 row is" if looked.ahead == 1 else f"{looked.ahead:,} rows are"
        yield f"  {count} of an incident that is still to come, the first row {looked.first_ahead}: is the year right?"
    if isinstance(rows, CsvRows):
        yield f"  times without a zone are taken as {_zone(rows)}"
    if looked.new:
        yield "What is kept can be amended; withdrawing it (copwatch withdraw) leaves a trace."


def _zone(rows: CsvRows) -> str:
    now = rows.context.now or datetime.now().astimezone()
    return (
        rows.mapping.zone
        or f"{getattr(now.tzinfo, 'key', '') or now.strftime('%z')}, the zone of this computer"
    )


def _say_faults(request: Request, bad: BadRows) -> None:
    if request.json:
        jsonout.print_json(
            {**_nothing(request), "problem_count": bad.count, "problems": [*map(asdict, bad.faults)]}
        )
        return
    for fault in bad.faults[:MOST_SHOWN]:
        voice.say(_fault(fault))
    if bad.count > MOST_SHOWN:
        voice.say(f"and {bad.count - MOST_SHOWN:,} more (--json names up to {len(bad.faults):,})")


def _fault(fault: Fault) -> str:
    column = f", column {fault.column}" if fault.column else ""
    field = f" ({fault.field})" if fault.field and fault.field != fault.column else ""
    return f"row {fault.row}{column}{field}: {fault.reason}"


def _say(request: Request, looked: Looked, done: Imported | None) -> None:
    if request.json:
        jsonout.print_json({**_nothing(request), **_found(looked), **_done(looked, done)})
    elif done is not None:
        for incident in done.incidents:
            voice.say(code("I", incident))
        voice.note(f"{_reports(len(done.incidents))} kept")
    elif not looked.new:
        voice.note("nothing new: every row is in already, or is not taken")
    if done is not None and done.stopped is not None:
        raise done.stopped


def _nothing(request: Request) -> dict[str, Any]:
    return {
        "file": str(request.path), "rows": None, "new": None, "already": None, "changed": [], "twins": [],
        "ahead": None, "open": {}, "problem_count": 0, "problems": [], "incidents": [], "entries": 0, "complete": False,
    }  # fmt: skip


def _found(looked: Looked) -> dict[str, Any]:
    return {
        "rows": looked.rows, "new": looked.new, "already": looked.already, "ahead": looked.ahead,
        "open": dict(looked.open),
        "changed": [{"row": number, "incident": code("I", id_)} for number, id_ in looked.changed],
        "twins": [{"row": number, "same_as": first} for number, first in looked.twins],
    }  # fmt: skip


def _done(looked: Looked, done: Imported | None) -> dict[str, Any]:
    if done is None:
        return {"complete": looked.new == 0}
    incidents = [code("I", incident) for incident in done.incidents]
    return {"incidents": incidents, "entries": len(done.entries), "complete": done.stopped is None}


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count:,} reports"


def _words(name: str) -> str:
    return name.replace("_", " ")

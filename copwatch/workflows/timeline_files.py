"""A timeline as CSV or JSON, for the group alone: nothing in it is redacted but what `report_rows` leaves out."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from copwatch.errors import UsageError
from copwatch.model.csv_cells import guard
from copwatch.model.timeline.entries import Entry, covering, together
from copwatch.model.timeline.moments import Moment
from copwatch.store.archive import Archive
from copwatch.workflows.timeline import Timeline
from copwatch.workflows.writing_out import check_new, create_new

_MARK: Final = "\ufeff"
"""A spreadsheet takes a CSV file for UTF-8 by its byte order mark."""


def timeline_json(found: Timeline, at: tuple[datetime, datetime] | None = None) -> dict[str, Any]:
    """The whole timeline, for programs; with `at` also the films that show that time."""
    rows = [_row(line.entry, line.moment, found.zone, unsure=line.unsure) for line in found.lines]
    covers = [
        {"evidence": cover.film.code, "second": round(cover.second, 3), "surely": cover.surely}
        for cover in (covering(found.lines, *at) if at else ())
    ]
    pairs = [
        {"evidence": [one.code, other.code], "from": _said(first, found.zone), "to": _said(last, found.zone)}
        for one, other, first, last in together(found.lines)
    ]
    return {
        "incident": found.code, "zone": f"{found.zone}", "day": found.day, "lines": rows,
        "undated": [_row(entry, None, found.zone, unsure=False) for entry in found.undated],
        "not_checked": found.unchecked, "together": pairs, "at": [_said(at[0], found.zone), _said(at[1], found.zone)]
        if at else None, "covering": covers,
    }  # fmt: skip


def write_timeline(found: Timeline, out: Path, archive: Archive) -> None:
    """Writes it to a new file, CSV or JSON as the name of the file ends.

    Raises:
        UsageError: the name ends otherwise.
        Refused, NotFound: it cannot stand there.
    """
    check_name(out)
    check_new(out, archive)
    text = json.dumps(timeline_json(found), ensure_ascii=False, indent=1) + "\n"
    with create_new(out) as file:
        file.write((_csv(found) if out.suffix.lower() == ".csv" else text).encode())


def check_name(out: Path) -> None:
    """Raises `UsageError` for a file that is neither CSV nor JSON."""
    if out.suffix.lower() not in (".csv", ".json"):
        raise UsageError(
            f"a timeline is written as .csv or .json, not as {out.name}", hint="--out timeline.csv"
        )


def _csv(found: Timeline) -> str:
    """Lines in order, then those without a time; cells that a spreadsheet could take for a formula are guarded."""
    text = io.StringIO()
    rows = list(_flat(found))
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(rows[0] if rows else ["at"])
    writer.writerows([guard(cell) for cell in row.values()] for row in rows)
    return _MARK + text.getvalue()


def _flat(found: Timeline) -> Iterator[dict[str, str]]:
    dated = (_row(line.entry, line.moment, found.zone, unsure=line.unsure) for line in found.lines)
    undated = (_row(entry, None, found.zone, unsure=False) for entry in found.undated)
    for row in (*dated, *undated):
        yield {name: _cell(value) for name, value in row.items()}


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " | ".join(each if isinstance(each, str) else json.dumps(each) for each in value)
    return "" if value is None else str(value)


def _row(entry: Entry, moment: Moment | None, zone: tzinfo, *, unsure: bool) -> dict[str, Any]:
    fix = moment.correction if moment else None
    ends = moment.at + entry.lasts if moment and entry.lasts else None
    return {
        "at": _said(moment.at, zone) if moment else None, "until": _said(ends, zone) if ends else None,
        "first": _said(moment.first, zone) if moment else None, "end": _said(moment.end, zone) if moment else None,
        "precision": moment.precision if moment else None, "order_unsure": unsure,
        "raw": moment.raw if moment else None, "zone": moment.zone if moment else None,
        "source": moment.source if moment else None, "clock": moment.clock if moment else None,
        "correction_s": fix.seconds if fix else None, "correction_slack_s": fix.slack if fix else None,
        "clock_record": fix.source if fix else None, "clock_records_that_differ": list(fix.others) if fix else [],
        "kind": entry.kind, "what": entry.what, "text": entry.text, "known": list(entry.known),
        "who": list(entry.who), "code": entry.code, "field": entry.field, "media": entry.media or None,
        "media_from": entry.media_from or None, "media_to": entry.media_to or None,
        "also": [_also(each, zone) for each in entry.also],
    }  # fmt: skip


def _also(moment: Moment, zone: tzinfo) -> dict[str, Any]:
    return {
        "at": _said(moment.at, zone), "raw": moment.raw, "zone": moment.zone, "source": moment.source,
        "clock": moment.clock,
    }  # fmt: skip


def _said(moment: datetime, zone: tzinfo) -> str:
    whole = moment.astimezone(zone)
    return whole.isoformat(timespec="milliseconds" if whole.microsecond else "seconds")

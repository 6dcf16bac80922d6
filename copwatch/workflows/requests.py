"""The log of records requests: what was asked of whom, when an answer is due, and what came of it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import spoken
from copwatch.catalogue.entities import entities, mentioning
from copwatch.model.csv_cells import guard
from copwatch.model.vocabulary import NOT_KNOWN
from copwatch.store.archive import Archive
from copwatch.workflows.timeline import fields_of
from copwatch.workflows.writing_out import check_new, create_new

_MARK: Final = "\ufeff"
_WAITS: Final = frozenset({"none_yet", "extended", "fee_asked", *NOT_KNOWN})


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One version of a request that is current. Days are as they were written down; `due` is the latest that holds.

    `stands`: `draft`, `waiting`, `overdue`, `no date` (sent, and nobody wrote down when an answer is due), `answered`.
    """

    code: str
    agency: str
    law: str
    items: tuple[str, ...]
    incidents: tuple[str, ...]
    ref_no: str
    sent: date | None
    due: date | None
    response: str
    denied: date | None
    appeal: date | None
    received: tuple[str, ...]
    stands: str
    conflict: bool


def requests(catalogue: Catalogue, today: date, about: str | None = None) -> list[RequestRow]:
    """All requests, or those about an incident: those that wait first, by the day on which an answer is due."""
    found = entities(catalogue, "request") if about is None else mentioning(catalogue, "request", about)
    rows = [
        _row(catalogue, entity.code, fields_of(head), today, conflict=entity.conflict)
        for entity in found
        for head in entity.heads
    ]
    return sorted(
        rows, key=lambda row: (row.stands == "answered", row.due or date.max, row.sent or date.max, row.code)
    )


def _row(
    catalogue: Catalogue, code: str, fields: dict[str, Any], today: date, *, conflict: bool
) -> RequestRow:
    sent, response = _day(fields.get("sent_at")), _text(fields.get("response"))
    due = _day(fields.get("extended_to")) or _day(fields.get("due_at"))
    return RequestRow(
        code, _text(fields.get("agency")), _text(fields.get("law")), _texts(fields.get("items")),
        tuple(spoken(catalogue, id) for id in _texts(fields.get("incidents"))), _text(fields.get("ref_no")), sent, due,
        response, _day(fields.get("denied_at")), _day(fields.get("appeal_due_at")),
        tuple(spoken(catalogue, id) for id in _texts(fields.get("received_evidence"))),
        _stands(sent, due, response, today), conflict,
    )  # fmt: skip


def _stands(sent: date | None, due: date | None, response: str, today: date) -> str:
    if response and response not in _WAITS:
        return "answered"
    if sent is None:
        return "draft"
    if due is None:
        return "no date"
    return "overdue" if due < today else "waiting"


def request_json(row: RequestRow) -> dict[str, Any]:
    """A request, for programs."""
    return {
        "code": row.code, "stands": row.stands, "agency": row.agency or None, "law": row.law or None,
        "items": list(row.items), "incidents": list(row.incidents), "ref_no": row.ref_no or None,
        "sent": _iso(row.sent), "due": _iso(row.due), "response": row.response or None, "denied": _iso(row.denied),
        "appeal": _iso(row.appeal), "received": list(row.received), "conflict": row.conflict,
    }  # fmt: skip


def write_requests(rows: list[RequestRow], out: Path, archive: Archive) -> None:
    """Writes the log as CSV to a new file, for this user alone; no spreadsheet takes a cell for a formula.

    Raises:
        Refused, NotFound: it cannot stand there.
    """
    check_new(out, archive)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows(_cells(rows))
    with create_new(out) as file:
        file.write((_MARK + text.getvalue()).encode())


def _cells(rows: list[RequestRow]) -> Iterator[list[str]]:
    told = [request_json(row) for row in rows]
    yield list(_COLUMNS)
    for each in told:
        yield [guard(_cell(each[name])) for name in _COLUMNS]


_COLUMNS: Final = (
    "code", "stands", "agency", "law", "items", "incidents", "ref_no", "sent", "due", "response", "denied", "appeal",
    "received", "conflict",
)  # fmt: skip


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " | ".join(value) if isinstance(value, list) else str(value or "")


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value not in NOT_KNOWN else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

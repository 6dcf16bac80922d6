"""What has to be done and when: every date that the table of fields marks as due, and calendars of them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.entities import entities
from copwatch.catalogue.shown import Entity
from copwatch.model.fields import Field
from copwatch.model.kinds import KINDS

NOT_ADVICE = (
    "Planning aid, not legal advice. Only dates that somebody wrote down are shown: others may run. Ask a lawyer now;"
    " do not wait for a date shown here."
)
"""Stands on everything that names a date."""


@dataclass(frozen=True, slots=True)
class DueItem:
    """One date. `day` is the day where it is due; `at` the moment with its zone, where a time is known.

    `title` is neutral, for calendars; `code` names the entity that says so, and `field` where.
    """

    day: date
    at: datetime | None
    title: str
    code: str
    kind: str
    field: str


def due_items(catalogue: Catalogue, until: date | None = None) -> list[DueItem]:
    """Every date that is not settled, the earliest first, up to and with `until`; what is past stays until settled."""
    found = [
        item
        for kind in KINDS
        if any(field.due for field in catalogue.schema.fields(kind))
        for entity in entities(catalogue, kind)
        for item in _of_entity(entity, catalogue.schema.fields(kind))
        if until is None or item.day <= until
    ]
    return sorted(
        set(found), key=lambda item: (item.day, item.at is not None, str(item.at), item.code, item.field)
    )


def calendar(items: Iterable[DueItem], made: datetime) -> str:
    """An iCalendar file (RFC 5545) of all-day events and hours. Titles name nobody: `copwatch: hearing (D-…)`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//copwatch//due//EN", "CALSCALE:GREGORIAN"]
    stamp = _utc(made)
    for item in items:
        uid = hashlib.sha256(f"{item.code} {item.field} {item.day} {item.at}".encode()).hexdigest()[:32]
        lines += ["BEGIN:VEVENT", f"UID:{uid}@copwatch.invalid", f"DTSTAMP:{stamp}"]
        if item.at is None:
            lines += [
                f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}",
                f"DTEND;VALUE=DATE:{item.day + timedelta(1):%Y%m%d}",
            ]
        else:
            lines += [f"DTSTART:{_utc(item.at)}"]
        lines += [f"SUMMARY:copwatch: {item.title} ({item.code})", f"DESCRIPTION:{_escaped(NOT_ADVICE)}"]
        lines += ["CLASS:PRIVATE", "END:VEVENT"]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _of_entity(entity: Entity, fields: tuple[Field, ...]) -> Iterator[DueItem]:
    """Of versions that stand side by side each date counts: one too many is looked at, one too few is missed."""
    for version in entity.heads:
        row = version.record
        for field in fields:
            if field.due is None or any(name in row for name in field.due.settled_by):
                continue
            day, at = _when(row.get(field.name))
            if day is not None:
                yield DueItem(day, at, field.due.title, entity.code, entity.kind, field.name)


def _when(value: Any) -> tuple[date | None, datetime | None]:
    """The day of a date or timestamp, and its moment when that is known to the hour or better."""
    if isinstance(value, str):
        return date.fromisoformat(value), None
    if not isinstance(value, dict) or "at" not in value:
        return None, None
    moment = datetime.fromisoformat(str(value["at"]))
    return moment.date(), None if value.get("precision") in {"day", "month"} else moment


def _utc(moment: datetime) -> str:
    shift = moment.utcoffset() or timedelta()
    return f"{(moment - shift).replace(tzinfo=None):%Y%m%dT%H%M%S}Z"


def _escaped(text: str) -> str:
    """RFC 5545, 3.3.11."""
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return text


def _folded(line: str) -> Iterator[str]:
    """RFC 5545, 3.1: no line is longer than 75 octets; all of ours is ASCII."""
    yield line[:75]
    for start in range(75, len(line), 74):
        yield f" {line[start : start + 74]}"

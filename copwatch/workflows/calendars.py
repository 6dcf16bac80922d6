"""iCalendar files (RFC 5545) of what is due. Titles name nobody: calendars are copied to other services."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from copwatch.workflows.due import NOT_ADVICE, DueItem


def calendar(items: Iterable[DueItem], made: datetime) -> str:
    """All-day events and hours, each with the line that it is no advice: `copwatch: hearing (D-…)`.

    A rule that says how many days before to warn gives its events an alarm for each.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//copwatch//due//EN", "CALSCALE:GREGORIAN"]
    lines += [f"X-WR-CALDESC:{_escaped(NOT_ADVICE)}"]
    for item in items:
        lines += _event(item, _utc(made))
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(item: DueItem, stamp: str) -> Iterator[str]:
    named = f"{item.code} {item.field} {item.day} {item.at}"
    if item.why is not None:
        named += item.why.counted
    summary = f"copwatch: {item.title} ({item.code})"
    yield from ("BEGIN:VEVENT", f"UID:{hashlib.sha256(named.encode()).hexdigest()[:32]}@copwatch.invalid")
    yield f"DTSTAMP:{stamp}"
    if item.at is None:
        yield f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{item.day + timedelta(1):%Y%m%d}"
    else:
        yield f"DTSTART:{_utc(item.at)}"
    yield from (f"SUMMARY:{summary}", f"DESCRIPTION:{_escaped(NOT_ADVICE)}", "CLASS:PRIVATE")
    for days in sorted(set(item.why.rule.warn_before_days), reverse=True) if item.why else ():
        yield from (
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"TRIGGER:-P{days}D",
            f"DESCRIPTION:{summary}",
            "END:VALARM",
        )
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    shift = moment.utcoffset() or timedelta()
    return f"{(moment - shift).replace(tzinfo=None):%Y%m%dT%H%M%SZ}"


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

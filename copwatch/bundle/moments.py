"""The times that a bundle shows, each with where it comes from (docs/adr/0163).

Only what is shown decides where a row stands: a time that is withheld has no row, and one that was made coarse stands
where the coarse text puts it. Nothing is corrected but by an offset that stands beside the time itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final

from copwatch.bundle.anchors import Link
from copwatch.bundle.rows import STAYS, Row, why
from copwatch.bundle.shown import Shown, Told
from copwatch.model.timeline.moments import of_timestamp
from copwatch.model.values import Decimal as Seconds
from copwatch.model.values import Timestamp, to_datetime
from copwatch.model.values.said import moment
from copwatch.model.values.time import Instant
from copwatch.model.vocabulary import label, time_source
from copwatch.proof.canonical import Json
from copwatch.text import clean

EARLIER: Final = "in an earlier version, not in the current one"


@dataclass(frozen=True, slots=True)
class Happening:
    """One row. All texts are cleaned.

    Attributes:
        time: as its record says it, or what is stated in place of it.
        what: the field, in the words of the schema.
        links: the records that say so.
        sources: where the time comes from.
        notes: how well it is known.
        place: where it stands in the order; None where that is not known.
        coarse: known to the day at best.
        exact: known to the second, as far as its source goes.
    """

    time: str
    what: str
    links: tuple[Link, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()
    place: datetime | None = None
    coarse: bool = False
    exact: bool = True


def order(row: Happening) -> tuple[float, bool, str]:
    """By moment, what is known to the day before what is known better; then by the time as it is written."""
    return row.place.timestamp() if row.place else 0.0, not row.coarse, row.time


def of_row(shown: Shown, row: Row, link: Link, source: str) -> Iterator[Happening]:
    """A field of a record, where it is a time."""
    if not isinstance(row.type, Timestamp | Instant) or row.value == STAYS:
        return
    value: Any = shown.record
    for step in row.path.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    if row.parts[0][1]:
        yield stated(row.value, row.label, link, source, row.mark)
    elif isinstance(value, str) and to_datetime(value):
        yield _instant(value, row.label, link, source)
    elif isinstance(value, dict) and "at" in value and not row.type.check(value):
        yield _timestamp(value, row.label, link, source)


def _timestamp(value: dict[str, Json], what: str, link: Link, source: str) -> Happening:
    precision, by = str(value["precision"]), str(value["source"])
    known = of_timestamp(value)
    notes = [_PRECISIONS[precision]] if precision in _PRECISIONS else []
    if known and known.correction:
        notes.append(f"it stands where its clock puts it with {known.correction.said}")
    return Happening(
        clean(Timestamp().show(value)), what, (link,), (f"{source}: {time_source(clean(by))}",), tuple(notes),
        _start(known.at, precision) if known else None, precision in ("day", "month"),
        precision == "second",
    )  # fmt: skip


def _instant(text: str, what: str, link: Link, source: str, *notes: str) -> Happening:
    return Happening(clean(text), what, (link,), (source,), notes, to_datetime(text))


def stated(text: str, what: str, link: Link, source: str, mark: str) -> Happening:
    """A time in place of one that stays: it stands where its own words put it."""
    place = to_datetime(text)
    if found := _IN_HOUR.fullmatch(text):
        day, hour, zone, minutes = found.groups()
        place = to_datetime(f"{day}T{hour:0>2}:00:00{zone}:{minutes or '00'}")
    return Happening(clean(text), what, (link,), (source,), (mark,), place, exact=False)


def recorded(shown: Shown, link: Link, what: str) -> Iterator[Happening]:
    """When a record was made."""
    notes = ("the clock of the device was behind",) if shown.text("clock") == "behind" else ()
    yield from _member(shown, "/recorded_at", shown.record.get("recorded_at"), what, link, _DEVICE, *notes)


def of_file(shown: Shown, link: Link, zone: tzinfo | None) -> Iterator[Happening]:
    """The times of an item of evidence: those that it bears, that of its file, and that of its receipt."""
    yield from _captured(shown, link, zone)
    yield from _member(
        shown, "/file_time", shown.record.get("file_time"), "file last changed, at its source", link,
        "time of the file on its card or disk",
    )  # fmt: skip
    yield from recorded(shown, link, "received")


def _member(
    shown: Shown, path: str, value: Json, what: str, link: Link, source: str, *notes: str
) -> Iterator[Happening]:
    told = _told(shown, path)
    if told is not None and told.text:
        yield stated(told.text, what, link, source, why(told))
    elif isinstance(value, str) and to_datetime(value):
        yield _instant(value, what, link, source, *notes)


def _captured(shown: Shown, link: Link, zone: tzinfo | None) -> Iterator[Happening]:
    """The times that a file bears, each as its own structure gives it."""
    times = shown.record.get("captured")
    for number, time in enumerate(times if isinstance(times, list) else []):
        if not isinstance(time, dict):
            continue
        at, source = time.get("at"), _name(time.get("source"))
        what = "last changed, as the file says" if time.get("source") == "exif_changed" else _CAPTURED
        told = _told(shown, f"/captured/{number}/at")
        if told is not None and told.text:
            yield stated(told.text, what, link, source, why(told))
        elif isinstance(at, str) and (written := moment(at)):
            place = written if written.tzinfo or zone is None else written.replace(tzinfo=zone)
            notes = _zone_notes(str(time.get("zone")), written, zone)
            yield Happening(clean(at), what, (link,), (source,), notes, place if place.tzinfo else None)


def _zone_notes(said: str, written: datetime, zone: tzinfo | None) -> tuple[str, ...]:
    if written.tzinfo is None:
        as_if = f"; it stands as if in that of the report, {zone}" if zone else ""
        return (f"the file does not say in which zone{as_if}",)
    return ("UTC, as the format says; many cameras write local time there",) if said == "said_utc" else ()


def in_film(
    shown: Shown, link: Link, films: Mapping[str, list[tuple[Shown, Link]]], zone: tzinfo | None
) -> Iterator[Happening]:
    """A place in a film stands so many seconds behind the best time that the film bears, where that is fine enough."""
    media, start = _IN_FILM.get(shown.text("type"), ("", ""))
    second, named = shown.text(start), films.get(shown.text(media), [])
    if not second or _SECONDS.check(second) or len(named) != 1:
        return
    film, code = named[0]
    # Where its own time stays, that of the film does not stand in for it.
    stays = any(path == "/at" or path.startswith("/at/") for path in shown.withheld)
    times = (each for each in _captured(film, code, zone) if each.what == _CAPTURED and not stays)
    best = min((each for each in times if each.place and each.exact), key=_rank, default=None)
    later = timedelta(milliseconds=int(Decimal(second) * 1000))
    notes = (f"counted from {best.time} of the file, {best.sources[0]}", *best.notes) if best else ()
    yield Happening(
        f"{clean(second)} s into {code.code}", label(start), (link,), ("place in the file",), notes,
        best.place + later if best and best.place else None,
    )  # fmt: skip


def _rank(row: Happening) -> tuple[Any, ...]:
    """Satellites first, then times with a zone of their own, then those with a doubt about it."""
    return row.sources[0] != _SOURCES["gps"], bool(row.notes), *order(row)


def _start(at: datetime, precision: str) -> datetime:
    """The beginning of what is shown: what the text holds beyond its precision decides nothing."""
    parts = {"hour": 1, "day": 2, "month": 3}.get(precision, 0)
    clear = {"minute": 0, "second": 0, "microsecond": 0} if parts else {}
    clear |= {"hour": 0} if parts > 1 else {}
    clear |= {"day": 1} if parts > 2 else {}
    return at.replace(**clear) if clear else at  # type: ignore[arg-type]


def _told(shown: Shown, path: str) -> Told | None:
    return next((told for told in shown.told if told.path == path), None)


def _name(source: Json) -> str:
    text = source if isinstance(source, str) else ""
    return _SOURCES.get(text, label(clean(text)) or "not said")


_IN_HOUR: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}), in the hour from ([0-9]{1,2}) \(UTC([+-][0-9]{2})([0-9]{2})?\)"
)
"""As `copwatch.model.treatments` states the hour of a time."""
_IN_FILM: Final = {"mark": ("evidence", "t_start"), "event": ("media", "media_tc_start")}
_SECONDS: Final = Seconds("0", "1000000")
_CAPTURED: Final = "captured, as the file says"
_DEVICE: Final = "clock of the device that recorded it"
_PRECISIONS: Final = {
    "quarter_hour": "known to about a quarter of an hour", "hour": "known to the hour only",
    "day": "known to the day only", "month": "known to the month only",
}  # fmt: skip
_SOURCES: Final = {
    "exif_original": "EXIF (original)", "exif_digitized": "EXIF (digitized)", "exif_changed": "EXIF (changed)",
    "gps": "GPS", "quicktime": "container (QuickTime)", "quicktime_date": "container (QuickTime, date with zone)",
    "matroska": "container (Matroska)", "broadcast_wave": "container (Broadcast Wave)",
    "riff": "container (RIFF)",
}  # fmt: skip

"""The timeline of an incident: reports, events, evidence and marks of all observers in one order: `copwatch timeline`.

Nothing is settled here that the sources leave open. Each entry keeps what was recorded, what was added to it, and how
far it may be wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes, spoken
from copwatch.catalogue.described import described_item
from copwatch.catalogue.entities import entities, mentioning
from copwatch.catalogue.queries import batches, incident
from copwatch.catalogue.shown import EntityVersion, EvidenceRow, Incident, ReportVersion
from copwatch.errors import BadInput, CopwatchError
from copwatch.model.records import ENVELOPE, RECORDS
from copwatch.model.records.described import Captured
from copwatch.model.timeline.clocks import Correction, correction, nearest
from copwatch.model.timeline.entries import Entry, Line, in_order
from copwatch.model.timeline.moments import UNCHECKED, Moment, best, of_claim, of_timestamp
from copwatch.model.values import NOTHING, Context, RowReference, Timestamp, Wrong, span
from copwatch.model.values.said import moment as said_moment
from copwatch.workflows.report_rows import LEFT_OUT, report_entries, row_text


@dataclass(frozen=True, slots=True)
class Timeline:
    """One incident. `zone` is the one of its report, in which times are shown, and in which local times are read.

    `day` is the day on which the report says that it began. `undated` are entries without a time.
    """

    code: str
    zone: tzinfo
    day: str
    lines: tuple[Line, ...]
    undated: tuple[Entry, ...]

    @property
    def unchecked(self) -> int:
        """How many entries hang on a clock that nobody compared."""
        return sum(line.moment.clock == UNCHECKED for line in self.lines)


def timeline(catalogue: Catalogue, id: str) -> Timeline:
    """The timeline of an incident. Raises `NotFound`."""
    found = incident(catalogue, id)
    start = _start(found)
    zone = (start and start.at.tzinfo) or UTC
    fixes = clock_corrections(catalogue)
    entries = [*_of_reports(catalogue, found)]
    by = {row.id: row.by for row in batches(catalogue) if row.by}
    shown = [_of_item(catalogue, item, fixes, zone, by.get(item.batch)) for item in found.evidence]
    films = {entry.code: entry for entry in shown}
    entries += shown
    entries += _of_events(catalogue, found.row.id, films)
    entries += _of_marks(catalogue, found.evidence, films)
    lines, undated = in_order(entries)
    day = start.at.astimezone(zone).date().isoformat() if start else ""
    return Timeline(found.row.code, zone, day, tuple(lines), tuple(undated))


def clock_corrections(catalogue: Catalogue) -> dict[str, list[Correction]]:
    """What `clock` records say, by the id of the evidence or the batch of which they say it."""
    found: dict[str, list[Correction]] = defaultdict(list)
    for entity in entities(catalogue, "clock"):
        for version in entity.heads:
            fields = fields_of(version)
            fix, named = correction(fields, entity.code), fields.get("evidence")
            if fix is not None and isinstance(named, list):
                for id in named:
                    found[id].append(fix)
    return found


def fields_of(version: ReportVersion | EntityVersion) -> dict[str, Any]:
    """The fields of a version that this program understands."""
    own = {*ENVELOPE, *RECORDS[str(version.record["type"])].shape(), *version.not_understood}
    return {name: value for name, value in version.record.items() if name not in own}


def _start(found: Incident) -> Moment | None:
    starts = (of_timestamp(fields_of(head).get("occurred_start")) for head in found.heads)
    return next((start for start in starts if start is not None), None)


def _of_reports(catalogue: Catalogue, found: Incident) -> Iterator[Entry]:
    """Of versions that stand side by side both speak; what they say alike stands once, with both codes."""
    same: dict[Entry, list[str]] = {}
    for head in found.heads:
        for entry in report_entries(catalogue.schema, head.code, fields_of(head)):
            same.setdefault(replace(entry, code=""), []).append(head.code)
    for entry, said_by in same.items():
        yield replace(entry, code=" ".join(said_by))


def _of_item(
    catalogue: Catalogue, item: EvidenceRow, fixes: dict[str, list[Correction]], zone: tzinfo, by: str | None
) -> Entry:
    what = f"{_sort(item.media_type)} {item.name}"
    try:
        said = described_item(catalogue, item.leaf).described
    except CopwatchError:
        return Entry("evidence", item.code, "captured", what, "what it says of itself cannot be read")
    known = [*fixes.get(item.id, ()), *fixes.get(item.batch, ())]
    claims = [claim for time in said.captured or () if (claim := _claim(time, known, zone)) is not None]
    chosen = best(claims)
    lasts = timedelta(milliseconds=said.duration) if said.duration else None
    also = tuple(each for each in claims if each is not chosen)
    return Entry(
        "evidence", item.code, "captured", what, "", chosen, lasts, also,
        known=(f"file: {chosen.source}",) if chosen else (), who=(by,) if by else (), media=item.code,
    )  # fmt: skip


def _claim(time: Captured, known: list[Correction], zone: tzinfo) -> Moment | None:
    written = said_moment(time.at)
    if written is None:
        return None
    aware = written if written.tzinfo else written.replace(tzinfo=zone)
    return of_claim(time.at, time.zone, time.source, zone, nearest(known, aware))


def _of_events(catalogue: Catalogue, id: str, films: dict[str, Entry]) -> Iterator[Entry]:
    for entity in mentioning(catalogue, "event", id):
        for version in entity.heads:
            fields = fields_of(version)
            stated = of_timestamp(fields.get("at"))
            media, start, end = _in_media(catalogue, fields, "media", "media_tc_start", "media_tc_end")
            seen = _in_film(films.get(media), start)
            moment = stated or seen
            yield Entry(
                "event", entity.code, "at", str(fields.get("kind", "event")).replace("_", " "),
                _text(catalogue, version, fields, ("actor", "target", "text")), moment, None,
                (seen,) if stated and seen else (), step=_step(fields),
                known=_known(fields) or (("on_media",) if moment is seen and seen else ()), who=_told(fields),
                media=media, media_from=start, media_to=end,
            )  # fmt: skip


def _of_marks(catalogue: Catalogue, items: Iterable[EvidenceRow], films: dict[str, Entry]) -> Iterator[Entry]:
    for item in items:
        for entity in mentioning(catalogue, "mark", item.id):
            for version in entity.heads:
                fields = fields_of(version)
                media, start, end = _in_media(catalogue, fields, "evidence", "t_start", "t_end")
                if not start:
                    continue
                moment, stops = _in_film(films.get(media), start), _seconds(end)
                lasts = None if stops is None else stops - (_seconds(start) or timedelta())
                yield Entry(
                    "mark", entity.code, "t_start", f"mark: {str(fields.get('kind', '')).replace('_', ' ')}",
                    _text(catalogue, version, fields, ("subject", "note")), moment, lasts, known=("on_media",),
                    media=media, media_from=start, media_to=end,
                )  # fmt: skip


def _in_media(
    catalogue: Catalogue, fields: dict[str, Any], name: str, start: str, end: str
) -> tuple[str, str, str]:
    """The code of the evidence, and from which second to which; empty where it is not said."""
    id = fields.get(name)
    code = codes(catalogue, "E", [id]).get(id, id) if isinstance(id, str) else ""
    places = (fields.get(each) for each in (start, end))
    first, last = (place if isinstance(place, str) else "" for place in places)
    return code, first, last


def _in_film(film: Entry | None, start: str) -> Moment | None:
    """The moment at a second of a film, as sure as the beginning of the film is."""
    seconds = _seconds(start)
    if film is None or film.moment is None or seconds is None:
        return None
    return film.moment.after(seconds)


def _seconds(text: str) -> timedelta | None:
    return timedelta(milliseconds=int(Decimal(text) * 1000)) if text else None


def _text(
    catalogue: Catalogue, version: EntityVersion, fields: dict[str, Any], names: tuple[str, ...]
) -> str:
    rows = [field for field in catalogue.schema.fields(version.kind) if field.name in names]
    rows = [field for field in rows if field.class_ not in LEFT_OUT]
    said = row_text([field for field in rows if not isinstance(field.type, RowReference)], fields)
    points = [
        f"{field.label}: {spoken(catalogue, fields[field.name])}"
        for field in rows
        if isinstance(field.type, RowReference) and field.name in fields
    ]
    return "; ".join(filter(None, [*points, said]))


def _step(fields: dict[str, Any]) -> int:
    return fields["step"] if isinstance(fields.get("step"), int) else 0


def _known(fields: dict[str, Any]) -> tuple[str, ...]:
    return (str(fields["text_basis"]),) if isinstance(fields.get("text_basis"), str) else ()


def _told(fields: dict[str, Any]) -> tuple[str, ...]:
    return (str(fields["text_told_by"]),) if isinstance(fields.get("text_told_by"), str) else ()


def _sort(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    return {"image": "picture", "video": "film", "audio": "sound"}.get(kind, "file")


def time_of(found: Timeline, text: str) -> tuple[datetime, datetime]:
    """First moment and end of a time as people type it: `18:05` is in the zone and on the day of the incident.

    Raises:
        BadInput: it is no time.
    """
    day = datetime.fromisoformat(found.day) if found.day else None
    known = Context(datetime.combine(day, time.max, found.zone)) if day else NOTHING
    try:
        stretch = span(Timestamp().read(text, known))
    except Wrong as wrong:
        said, how = str(wrong), Timestamp().hint()
        raise BadInput(
            said, hint=f"the zone is that of the incident: {found.zone}" if how in said else how
        ) from wrong
    if stretch is None:
        raise BadInput("that is no time", hint=Timestamp().hint())
    return stretch

"""The timeline of the page: every time that is shown, in one order (docs/adr/0163)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timezone, tzinfo

from copwatch.bundle.anchors import Link
from copwatch.bundle.facts import Facts
from copwatch.bundle.moments import EARLIER, Happening, in_film, of_file, of_row, order, recorded
from copwatch.bundle.rows import Row
from copwatch.bundle.shown import Shown
from copwatch.bundle.versions import Version
from copwatch.model.timeline.moments import of_timestamp
from copwatch.model.values import Timestamp
from copwatch.model.vocabulary import label
from copwatch.text import clean


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows in their order, and those of which it is not known where they belong, by what they say."""

    placed: tuple[Happening, ...]
    others: tuple[Happening, ...]


def timeline(
    facts: Facts,
    shown: Mapping[str, Shown],
    links: Mapping[str, Link],
    versions: Sequence[tuple[Version, Sequence[Row]]],
    others: Sequence[tuple[Shown, Sequence[Row]]],
) -> Timeline:
    """The timeline of a bundle, from its records and their rows as the page shows them."""
    zone = _zone([version.shown for version, _ in versions if version.current])
    found = [*_of_reports(versions, links)]
    films: dict[str, list[tuple[Shown, Link]]] = {}
    for named in facts.evidence:
        record, link = shown[named.leaf], links[named.leaf]
        films.setdefault(record.text("id"), []).append((record, link))
        found += of_file(record, link, zone)
    for record, rows in others:
        link = links[record.leaf]
        of_it = [
            each for row in rows for each in of_row(record, row, link, label(clean(record.text("type"))))
        ]
        of_it += in_film(record, link, films, zone)
        found += [replace(each, what=f"{_kind(record)}: {each.what}") for each in of_it]
    return in_order(_in_zone(each, zone) for each in found)


def in_order(found: Iterable[Happening]) -> Timeline:
    """These rows by their time, each once; what stands at one moment stays in the order of the records."""
    ordered = _merged(sorted(found, key=order))
    return Timeline(
        tuple(each for each in ordered if each.place), tuple(each for each in ordered if not each.place)
    )


def _kind(record: Shown) -> str:
    """What it is, and which kind of that, as far as it is shown."""
    kind, which = (label(clean(record.text(name))) for name in ("type", "kind"))
    return f"{kind} ({which})" if which else kind


def _in_zone(row: Happening, zone: tzinfo | None) -> Happening:
    """With what the clocks of the incident showed, where the time was said in another zone."""
    if row.place is None or zone is None or not row.exact or row.place.utcoffset() == zone.utcoffset(None):
        return row
    here = row.place.astimezone(zone).isoformat(" ", "seconds")
    return replace(row, notes=(f"{here[:-6]} in the zone of the report", *row.notes))


def _merged(rows: Iterable[Happening]) -> list[Happening]:
    """What one record says alike by several sources, and several records say alike, stands once."""
    by_record: dict[Happening, dict[str, None]] = {}
    for row in rows:
        by_record.setdefault(replace(row, sources=()), {}).update(dict.fromkeys(row.sources))
    by_time: dict[Happening, dict[Link, None]] = {}
    for row, sources in by_record.items():
        same = replace(row, sources=tuple(sources), links=())
        by_time.setdefault(same, {}).update(dict.fromkeys(row.links))
    return [replace(row, links=tuple(links)) for row, links in by_time.items()]


def _of_reports(
    versions: Sequence[tuple[Version, Sequence[Row]]], links: Mapping[str, Link]
) -> Iterator[Happening]:
    current = {(row.path, row.value) for version, rows in versions if version.current for row in rows}
    for version, rows in versions:
        link = links[version.shown.leaf]
        for row in rows:
            past = () if (row.path, row.value) in current else (EARLIER,)
            for each in of_row(version.shown, row, link, "report"):
                yield replace(each, notes=(*each.notes, *past))
        yield from recorded(version.shown, link, "report version recorded")


def _zone(current: Sequence[Shown]) -> tzinfo | None:
    """The one zone in which the current reports say when it began; None where they say none, or several."""
    values = (shown.record.get("occurred_start") for shown in current)
    starts = [of_timestamp(value) for value in values if not Timestamp().check(value)]
    offsets = {start.at.utcoffset() for start in starts if start}
    return timezone(offset) if len(offsets) == 1 and (offset := offsets.pop()) is not None else None

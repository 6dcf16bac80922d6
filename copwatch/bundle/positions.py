"""The positions that a bundle shows: of reports and of evidence, each as its record says it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from copwatch.bundle.anchors import Link
from copwatch.bundle.facts import Facts
from copwatch.bundle.moments import EARLIER
from copwatch.bundle.rows import why
from copwatch.bundle.shown import Shown
from copwatch.bundle.versions import Version
from copwatch.model.values import Decimal as Degrees
from copwatch.model.values import Integer
from copwatch.model.vocabulary import label
from copwatch.proof.canonical import Json
from copwatch.text import clean

UNIT: Final = 10**7
"""Parts of a degree in which positions are counted: about a centimetre each."""

_LATITUDE, _LONGITUDE = Degrees("-90", "90"), Degrees("-180", "180")
_SOURCES: Final = {"exif": "EXIF", "quicktime": "container (QuickTime)", "three_gpp": "container (3GPP)"}


@dataclass(frozen=True, slots=True)
class Position:
    """One position. Texts are as shown, and cleaned.

    `north` and `east` in ten-millionths of a degree; `slack` too: by how much a position that was made coarse may lie
    to either side, and 0 for one that is shown as recorded.
    """

    latitude: str
    longitude: str
    source: str
    note: str
    links: tuple[Link, ...]
    north: int
    east: int
    slack: int = 0
    report: bool = False


def positions(
    facts: Facts, shown: Mapping[str, Shown], links: Mapping[str, Link], versions: Sequence[Version]
) -> tuple[Position, ...]:
    """Every position of which latitude and longitude are shown, reports first; what several say alike stands once."""
    found = [each for version in versions for each in _of_report(version.shown, links[version.shown.leaf])]
    for named in facts.evidence:
        found += _of_evidence(shown[named.leaf], links[named.leaf])
    current = {links[version.shown.leaf] for version in versions if version.current}
    return tuple(_marked(each, current) for each in each_once(found))


def each_once(found: Iterable[Position]) -> Iterator[Position]:
    """What several records say alike stands once, with all of them."""
    same: dict[Position, dict[Link, None]] = {}
    for each in found:
        same.setdefault(replace(each, links=()), {}).update(dict.fromkeys(each.links))
    for bare, said_by in same.items():
        yield replace(bare, links=tuple(said_by))


def position(
    latitude: Json, longitude: Json, source: str, note: str, link: Link, coarse: Iterable[str] = (), *,
    report: bool = False,
) -> Position | None:  # fmt: skip
    """A position in decimal degrees, as texts; None where they are none. `coarse` are those that were made coarse."""
    if not isinstance(latitude, str) or not isinstance(longitude, str):
        return None
    if _LATITUDE.check(latitude) or _LONGITUDE.check(longitude):
        return None
    slack = max(map(_half_of_last, coarse), default=0)
    return Position(
        clean(latitude), clean(longitude), source, note, (link,), _units(latitude), _units(longitude), slack, report
    )  # fmt: skip


def _marked(position: Position, current: set[Link]) -> Position:
    past = EARLIER if position.report and current.isdisjoint(position.links) else ""
    return replace(position, note="; ".join(filter(None, (position.note, past))))


def _of_report(shown: Shown, link: Link) -> Iterator[Position]:
    by, metres = shown.text("geo_source"), shown.record.get("accuracy_m")
    source = f"report: {label(clean(by))}" if by else "report"
    note = "" if Integer().check(metres) else f"to {metres} m, as the report says"
    yield from _position(shown, "/lat", "/lon", shown.record, source, note, link)


def _of_evidence(shown: Shown, link: Link) -> Iterator[Position]:
    places = shown.record.get("places")
    for number, place in enumerate(places if isinstance(places, list) else []):
        if isinstance(place, dict):
            said = place.get("source")
            source = _SOURCES.get(said, label(clean(said))) if isinstance(said, str) else "not said"
            at = f"/places/{number}"
            yield from _position(shown, f"{at}/latitude", f"{at}/longitude", place, source, "", link)


def _position(
    shown: Shown, north: str, east: str, row: Mapping[str, Json], source: str, note: str, link: Link
) -> Iterator[Position]:
    told = {each.path: each for each in shown.told if each.text and each.path in (north, east)}
    texts = [told[path].text if path in told else row.get(path.rpartition("/")[2]) for path in (north, east)]
    marks = [*dict.fromkeys(why(each) for each in told.values()), *([note] if note else [])]
    coarse = [each.text for each in told.values()]
    latitude, longitude = texts
    report = shown.text("type") == "report"
    made = position(latitude, longitude, source, "; ".join(marks), link, coarse, report=report)
    yield from [made] if made else []


def _units(degrees: str) -> int:
    return int((Decimal(degrees) * UNIT).to_integral_value())


def _half_of_last(degrees: str) -> int:
    """Half of what the last digit counts."""
    decimals = min(len(degrees.partition(".")[2]), 7)
    return UNIT // (2 * int(10**decimals))

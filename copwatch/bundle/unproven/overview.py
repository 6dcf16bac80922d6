"""When and where, as far as a bundle without proofs says it: the timeline and the map of its page (docs/adr/0163).

Both follow from report.json alone, from its texts: nothing finer stands anywhere.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from copwatch.bundle.anchors import Link
from copwatch.bundle.moments import Happening, stated
from copwatch.bundle.positions import Position, each_once, position
from copwatch.bundle.rows import changed, type_at
from copwatch.bundle.timeline import Timeline, in_order
from copwatch.bundle.unproven.facts import Line, OpenFacts, Part
from copwatch.model.redaction import Treatment
from copwatch.model.values import Timestamp, to_datetime
from copwatch.model.values.time import Instant
from copwatch.model.vocabulary import label
from copwatch.text import clean

_COARSE: Final = frozenset({Treatment.COARSE_HOUR, Treatment.COARSE_DAY})
_EAST_OF: Final = {"lat": "lon", "latitude": "longitude"}
_WRITTEN: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}(?::[0-9]{2})?) (Z|[+-][0-9]{2}:[0-9]{2})( \(.*\))?"
)
"""As `Timestamp` shows a time that has a zone."""


def links(facts: OpenFacts) -> list[Link]:
    """The place of each record in the page; those of one kind are counted where there are several."""
    several, seen, found = Counter(part.type for part in facts.parts), Counter[str](), []
    for number, part in enumerate(facts.parts, 1):
        seen[part.type] += 1
        which = f" {seen[part.type]}" if several[part.type] > 1 else ""
        found.append(Link(f"{label(clean(part.type))}{which}", f"part-{number}"))
    return found


def timeline(facts: OpenFacts) -> Timeline:
    """Every time that is shown, in order; what stands at one moment as the page has it."""
    pairs = zip(facts.parts, links(facts), strict=True)
    rows = (each for part, link in pairs for each in _times(part, link))
    return in_order(rows)


def positions(facts: OpenFacts) -> tuple[Position, ...]:
    """Every position of which latitude and longitude are shown, in the order of the records."""
    pairs = zip(facts.parts, links(facts), strict=True)
    return tuple(each_once(each for part, link in pairs for each in _places(part, link)))


def _times(part: Part, link: Link) -> Iterator[Happening]:
    for line in part.lines:
        coarse = line.treatment in _COARSE
        if coarse or (not line.treatment and isinstance(type_at(part.type, line.path), Timestamp | Instant)):
            what = clean(line.label) if part.type == "report" else f"{link.code}: {clean(line.label)}"
            text, mark = (line.text, changed(line.treatment)) if coarse else (_moment(line.text), "")
            yield _row(line, stated(text, what, link, link.code, mark))


def _row(line: Line, row: Happening) -> Happening:
    """With the text that is shown, and without a mark where there is none."""
    return Happening(
        clean(line.text), row.what, row.links, row.sources, tuple(filter(None, row.notes)), row.place,
        row.coarse, row.exact,
    )  # fmt: skip


def _moment(text: str) -> str:
    """ISO 8601, where a text holds a moment; else the text."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return text
    day, time, zone, _ = found.groups()
    moment = f"{day}T{time if len(time) > 5 else f'{time}:00'}{zone}"
    return moment if to_datetime(moment) else text


def _places(part: Part, link: Link) -> Iterator[Position]:
    by_path = {line.path: line for line in part.lines}
    for path, north in by_path.items():
        above, _, name = path.rpartition("/")
        east = by_path.get(f"{above}/{_EAST_OF.get(name, '')}")
        made = _place(part, north, east, link) if east is not None else None
        yield from [made] if made else []


def _place(part: Part, north: Line, east: Line, link: Link) -> Position | None:
    treated = [line for line in (north, east) if line.treatment]
    note = "; ".join(dict.fromkeys(changed(line.treatment) for line in treated))
    coarse = [line.text for line in treated]
    return position(north.text, east.text, link.code, note, link, coarse, report=part.type == "report")

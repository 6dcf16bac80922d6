"""What happened in an incident, as many sources say it, in one order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from copwatch.model.timeline.moments import Moment


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline.

    Attributes:
        kind: `report`, `event`, `evidence` or `mark`.
        code: of the report version, record or item that says so.
        field: where in it.
        what: what it is, in a few words.
        text: what is said of it.
        moment: when; None where that is not written down.
        lasts: how long it goes on, as far as it is known: films, marks.
        also: other times that the same source gives.
        step: place among events of the same time, as somebody gave it.
        known: how it is known (`saw`, `told_by` …).
        who: handles of those who say so.
        media: code of the evidence that shows it; from `media_from` to `media_to`, in seconds of it.
    """

    kind: str
    code: str
    field: str
    what: str
    text: str = ""
    moment: Moment | None = None
    lasts: timedelta | None = None
    also: tuple[Moment, ...] = ()
    step: int = 0
    known: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    media: str = ""
    media_from: str = ""
    media_to: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in the order. `unsure` where it may as well have been before one that stands above it."""

    entry: Entry
    moment: Moment
    unsure: bool


def in_order(entries: Iterable[Entry]) -> tuple[list[Line], list[Entry]]:
    """The entries whose time is known, ordered, and the others, ordered by where they stand.

    The order is total: it does not depend on the order in which entries are given. By the time at which each is put,
    what is known to the day before what is known better, then by the given step.
    """
    dated = [(entry.moment, entry) for entry in entries if entry.moment is not None]
    rest = sorted((entry for entry in entries if entry.moment is None), key=_identity)
    dated.sort(key=lambda pair: _key(*pair))
    lines, latest = list[Line](), _Latest()
    for moment, entry in dated:
        clock = _clock(moment, entry)
        lines.append(Line(entry, moment, not moment.coarse and latest.beside(clock, moment.first)))
        if not moment.coarse:
            latest.add(clock, moment.end)
    return lines, rest


class _Latest:
    """The two latest ends of different clocks so far: one of them is the latest of all clocks but any given one."""

    def __init__(self) -> None:
        self._two: list[tuple[datetime, tuple[str, ...]]] = []

    def add(self, clock: tuple[str, ...], end: datetime) -> None:
        ends = {key: held for held, key in self._two}
        ends[clock] = max(end, ends.get(clock, end))
        self._two = sorted(((held, key) for key, held in ends.items()), reverse=True)[:2]

    def beside(self, clock: tuple[str, ...], first: datetime) -> bool:
        """Whether an end of another clock lies behind a moment."""
        return any(first < end for end, key in self._two if key != clock)


@dataclass(frozen=True, slots=True)
class Cover:
    """That a film shows a time, at which second of it. `surely` where no doubt about either time changes that."""

    film: Entry
    second: float
    surely: bool


def covering(lines: Sequence[Line], first: datetime, end: datetime) -> list[Cover]:
    """The films that show, or may show, the time from `first` on and before `end`; in the order of the lines."""
    found = []
    for line in lines:
        lasts, start = line.entry.lasts, line.moment
        if line.entry.kind != "evidence" or lasts is None or start.coarse:
            continue
        if first < start.end + lasts and start.first < end:
            surely = start.end <= first and end <= start.first + lasts
            found.append(Cover(line.entry, (first - start.at).total_seconds(), surely))
    return found


def together(lines: Sequence[Line]) -> list[tuple[Entry, Entry, datetime, datetime]]:
    """Pairs of films that run at the same time where each is put, and from when to when."""
    films = [
        (line.entry, line.moment.at, line.moment.at + line.entry.lasts)
        for line in lines
        if line.entry.kind == "evidence" and line.entry.lasts and not line.moment.coarse
    ]
    return [
        (one, other, max(a, c), min(b, d))
        for place, (one, a, b) in enumerate(films)
        for other, c, d in films[place + 1 :]
        if max(a, c) < min(b, d)
    ]


def _key(moment: Moment, entry: Entry) -> tuple[Any, ...]:
    return moment.at, not moment.coarse, entry.step, moment.first, moment.end, _identity(entry)


def _clock(moment: Moment, entry: Entry) -> tuple[str, ...]:
    """Places in one film hang on one time: however wrong that is, what comes first in the film came first."""
    return (moment.source, moment.raw, entry.media) if entry.media else _identity(entry)


def _identity(entry: Entry) -> tuple[str, ...]:
    """By source and place in it; what says the same there is the same, down to its last part."""
    return entry.kind, entry.code, entry.field, entry.what, repr(entry)

"""A timeline as people read it. Everything in it is untrusted, and cleaned on the way out."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from copwatch.cli.wrapping import hanging, width
from copwatch.model.timeline.entries import Cover, Entry, Line
from copwatch.model.timeline.moments import ASSUMED, CORRECTED, UNCHECKED, Moment
from copwatch.workflows.timeline import Timeline

_COLUMN = 21
_SAID_UTC = "said_utc"
_MARK = {True: "~ ", False: "  "}


def lines(found: Timeline) -> Iterator[str]:
    """Day by day, an entry after the other: when; what; how that is known, and where it stands.

    `~` stands before what may as well have been before something above it.
    """
    yield f"{found.code}  times in {found.zone}"
    day = ""
    for line in found.lines:
        local = f"{line.moment.at.astimezone(found.zone):%Y-%m-%d}"
        month = line.moment.precision == "month"
        heading = f"some day of {local[:7]}" if month else local
        if heading != day:
            yield from ("", heading)
            day = heading
        yield from _entry(_MARK[line.unsure] + _when(line, found), line.entry, _notes(line.moment, found))
    if found.undated:
        yield from ("", "no time written")
    for entry in found.undated:
        yield from _entry("", entry, [])


def legend(found: Timeline) -> list[str]:
    """What has to be said under it, where it applies."""
    moments = [line.moment for line in found.lines]
    said = []
    if any(line.unsure for line in found.lines):
        said.append("~ may have been before what stands above it: the times are not exact enough to tell")
    if found.unchecked:
        said.append(
            "clock not checked: nobody wrote down how far that clock was off (copwatch record new clock)"
        )
    if any(moment.zone == ASSUMED for moment in moments):
        said.append("no zone: the file names none; it is read in the zone of the report")
    if any(moment.zone == _SAID_UTC for moment in moments):
        said.append("said UTC: the format of the file says so, and many cameras write local time there")
    if any(line.entry.lasts and line.entry.kind == "evidence" for line in found.lines):
        said.append("a film is taken to begin at the time in its file; some cameras write when it ended")
    return said


def cover_rows(covers: list[Cover]) -> list[list[str]]:
    """The films that show a time, and where in them."""
    sure = {True: "", False: "may show it"}
    return [
        [cover.film.code, cover.film.what, _place(max(cover.second, 0)), sure[cover.surely]]
        for cover in covers
    ]


def _entry(label: str, entry: Entry, notes: list[str]) -> Iterator[str]:
    known = ", ".join(
        [*(each.replace("_", " ") for each in entry.known), *(f"by {who}" for who in entry.who)]
    )
    told = [": ".join(filter(None, [entry.what, entry.text])), *notes]
    if entry.media_from:
        until = f"–{_place(float(entry.media_to))}" if entry.media_to else ""
        told.append(f"{entry.media} at {_place(float(entry.media_from))}{until}")
    told.append(", ".join(filter(None, [known, entry.code])))
    for text in told:
        yield from hanging(label, text, indent=0, column=_COLUMN, cells=width())
        label = ""


def _when(line: Line, found: Timeline) -> str:
    moment = line.moment
    if moment.coarse:
        return "that day" if moment.precision == "day" else "some day"
    start = _clock_time(moment.at, found, seconds=moment.precision == "second")
    if moment.precision in ("quarter_hour", "hour"):
        return f"about {start}"
    if line.entry.lasts is None:
        return start
    return f"{start}–{_clock_time(moment.at + line.entry.lasts, found, seconds=True)}"


def _clock_time(moment: datetime, found: Timeline, *, seconds: bool = False) -> str:
    local = moment.astimezone(found.zone)
    return f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"


def _notes(moment: Moment, found: Timeline) -> list[str]:
    """What was added to the time, whether nobody checked the clock, and what else it may mean."""
    notes = []
    if moment.precision in ("quarter_hour", "hour"):
        notes.append(f"between {_clock_time(moment.first, found)} and {_clock_time(moment.end, found)}")
    fix = moment.correction
    if moment.clock == UNCHECKED:
        notes.append("clock not checked")
    elif moment.clock == CORRECTED and fix is not None:
        showed = _clock_time(fix.undo(moment.at), found, seconds=True)
        notes.append(f"clock showed {showed}, {fix.said}" + (f" by {fix.source}" if fix.source else ""))
        notes += [f"{other} says otherwise" for other in fix.others]
    if moment.zone in (ASSUMED, _SAID_UTC):
        notes.append("no zone" if moment.zone == ASSUMED else "said UTC")
    return ["; ".join(notes)] if notes else []


def _place(second: float) -> str:
    """A place in a film: `1:07.5`."""
    whole = timedelta(milliseconds=round(second * 1000))
    minutes, rest = divmod(whole, timedelta(minutes=1))
    return f"{minutes}:{int(rest.total_seconds()):02}" + f"{rest.microseconds / 1e6:.3f}"[1:].rstrip(
        "0"
    ).rstrip(".")

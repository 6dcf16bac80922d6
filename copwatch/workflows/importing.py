"""`copwatch report import`: the rows of a table as reports, all of them or none.

The table is read twice. The first time everything is checked and nothing written; the second time each row has to say
what it said before, and rows become reports in entries of bounded size. A row that came in lately is recognised as a
file is (`store/recent.py`), so that what was interrupted can be run again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from copwatch.errors import BadInput, CopwatchError, Interrupted, Unfinished
from copwatch.model.forms import still_to_come
from copwatch.model.labels import labelled
from copwatch.model.records import Report, Stamp
from copwatch.model.templates import TEMPLATES
from copwatch.model.values import Json
from copwatch.progress import Progress
from copwatch.proof.canonical import encode
from copwatch.store.archive import Archive, remember
from copwatch.store.known_ids import remember_ids
from copwatch.store.objects import Staging
from copwatch.store.recent import RecentFiles, open_recent
from copwatch.store.writer import Committed, Draft, Writer, open_writer
from copwatch.workflows.import_rows import Fault, ReadRow, Rows
from copwatch.workflows.stamping import Now, fresh_id, make_stamp
from copwatch.workflows.undisturbed import undisturbed

MOST_ROWS: Final = 250
"""Reports of one entry; an interruption loses no more than these, and they come in when it is run again."""
MOST_BYTES: Final = 8 << 20
"""Of records in one entry: a body holds 16 MiB."""
MOST_FAULTS: Final = 1000
"""Faults that are kept with their words; all are counted."""
MOST_NAMED: Final = 1000
"""Twins that are kept by their numbers; all are counted."""

_TAG_BYTES = 16


class BadRows(BadInput):
    """Rows that cannot be taken (exit 2). `faults` are the first, `count` is how many there are; nothing was taken."""

    def __init__(self, faults: list[Fault], count: int, rows: int) -> None:
        self.faults, self.count = tuple(faults), count
        said = "1 problem" if count == 1 else f"{count:,} problems"
        super().__init__(
            f"{said} in {rows:,} rows", hint="mend the table or the mapping; nothing was taken from it"
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """How rows become reports.

    `template` is for rows that name none. `states` says that a person chose it for all, which states what choosing it
    states. `entered_by` is who typed, by handle; who saw stands in the rows.
    """

    template: str = "general"
    states: bool = False
    entered_by: str | None = None


@dataclass
class Looked:
    """What the first reading found. `rows` counts all; `already` those that came in lately.

    `changed` are rows whose key came in lately with something else in the row, by number, with the incident; they are
    not taken. `twins` are the first rows that say exactly what an earlier one says; both are taken. `ahead` counts
    rows of incidents that are still to come, by this computer's clock, and `first_ahead` is the number of the first.
    """

    rows: int = 0
    already: int = 0
    changed: list[tuple[int, str]] = field(default_factory=list)
    twins: list[tuple[int, int]] = field(default_factory=list)
    twin_count: int = 0
    ahead: int = 0
    first_ahead: int = 0
    open: Counter[str] = field(default_factory=Counter)
    templates: Counter[str] = field(default_factory=Counter)
    tags: bytearray = field(default_factory=bytearray)

    @property
    def new(self) -> int:
        """How many reports there will be, each of a new incident."""
        return self.rows - self.already - len(self.changed)


@dataclass(frozen=True)
class Imported:
    """What became of it. `stopped` says why it ended before its time: what is in `incidents` is in all the same."""

    incidents: tuple[str, ...]
    already: int
    entries: tuple[Committed, ...]
    stopped: CopwatchError | None = None


def look(archive: Archive, rows: Rows, wish: Wish, now: Now, progress: Progress) -> Looked:
    """Reads and checks every row, and writes nothing into the archive.

    Raises:
        BadRows: some rows cannot be taken.
        BadInput: the table cannot be read on.
        Busy, NotThisDevice: as `open_writer`.
    """
    with open_writer(archive) as writer:
        recent = open_recent(archive.state, writer.ledger, now().date())
    found, faults, count, started = Looked(), list[Fault](), 0, now()
    for row, nth, first in _each(rows, progress, "checking"):
        wrong = row.faults if not (row.key and nth > 1) else (*row.faults, _same_key(row, first))
        count += len(wrong)
        faults += wrong[: MOST_FAULTS - len(faults)]
        _note(found, row, nth, first, recent, wish)
        if still_to_come({**rows.constants, **row.fields}, started):
            found.ahead, found.first_ahead = found.ahead + 1, found.first_ahead or row.number
    if count:
        raise BadRows(faults, count, found.rows)
    return found


def _same_key(row: ReadRow, first: int) -> Fault:
    return Fault(row.number, row.line, "", "", f"has the key of row {first}; a key stands in one row")


def _note(found: Looked, row: ReadRow, nth: int, first: int, recent: RecentFiles, wish: Wish) -> None:
    found.rows += 1
    found.open.update(row.open)
    found.templates[row.template or wish.template] += 1
    found.tags += _short(row, nth)
    incident = recent.find(row.tag(nth))
    if incident is None:
        if nth > 1:
            found.twin_count += 1
            found.twins += [(row.number, first)] if len(found.twins) < MOST_NAMED else []
    elif row.key and recent.find(row.content_tag()) is None:
        found.changed.append((row.number, incident))
    else:
        found.already += 1


def _each(rows: Rows, progress: Progress, what: str) -> Iterator[tuple[ReadRow, int, int]]:
    """Each row, the how manieth it is of those that are recognised by the same, and the number of the first of them."""
    first: dict[bytes, int] = {}
    again: Counter[bytes] = Counter()
    progress.start(rows.size, what)
    try:
        for row in rows:
            same = bytes.fromhex(row.tag(1))[:_TAG_BYTES]
            if first.setdefault(same, row.number) != row.number:
                again[same] += 1
            yield row, 1 + again.get(same, 0), first[same]
            progress.advance(row.size)
    finally:
        progress.finish()


def _short(row: ReadRow, nth: int) -> bytes:
    return bytes.fromhex(row.content_tag(nth))[:_TAG_BYTES]


def take(archive: Archive, rows: Rows, looked: Looked, wish: Wish, now: Now, progress: Progress) -> Imported:
    """Keeps the rows that `look` found new as reports, each of an incident of its own.

    Raises:
        BadInput: the table is not the one that was looked at; nothing more is taken from there on.
        Busy, NotThisDevice: as `open_writer`.
        OSError, KeyboardInterrupt: before anything was in.
    """
    remember(archive)
    with open_writer(archive) as writer, writer.staging() as staging:
        recent = open_recent(archive.state, writer.ledger, now().date())
        run = _Run(archive, writer, staging, recent, rows.constants, wish, now)
        stopped = None
        try:
            _take_all(run, rows, looked, progress)
        except (OSError, KeyboardInterrupt, BadInput) as error:
            if not run.incidents:
                raise
            stopped = _stopped(error, len(run.incidents))
    return Imported(tuple(run.incidents), run.already, tuple(run.entries), stopped)


def _take_all(run: "_Run", rows: Rows, looked: Looked, progress: Progress) -> None:
    tags, place = looked.tags, 0
    for row, nth, _ in _each(rows, progress, "keeping"):
        if row.faults or tags[place : place + _TAG_BYTES] != _short(row, nth):
            raise BadInput(
                f"row {row.number} changed while the table was read", hint="run the same command again"
            )
        place += _TAG_BYTES
        run.keep(row, nth)
    if place != len(tags):
        raise BadInput("rows went away while the table was read", hint="run the same command again")
    run.close()


def _stopped(error: BaseException, count: int) -> CopwatchError:
    said = "1 report was kept" if count == 1 else f"{count:,} reports were kept"
    again = "run the same command again: rows that are in are not taken twice"
    if isinstance(error, KeyboardInterrupt):
        return Interrupted(f"interrupted; {said}, the others were not", hint=again)
    reason = (
        error.message
        if isinstance(error, CopwatchError)
        else f"the archive's disk failed: {getattr(error, 'strerror', '')}"
    )
    return Unfinished(f"{reason}; {said}, the others were not", hint=again)


@dataclass
class _Run:
    """One second reading: the entry that is open, and what is in."""

    archive: Archive
    writer: Writer
    staging: Staging
    recent: RecentFiles
    constants: Mapping[str, Json]
    wish: Wish
    now: Now
    incidents: list[str] = field(default_factory=list)
    already: int = 0
    entries: list[Committed] = field(default_factory=list)
    _draft: Draft | None = None
    _stamp: Stamp | None = None
    _open: list[str] = field(default_factory=list)
    _tags: dict[str, str] = field(default_factory=dict)
    _bytes: int = 0

    def keep(self, row: ReadRow, nth: int) -> None:
        """Puts a row into the open entry, unless it is in the archive already."""
        tag = row.tag(nth)
        if self.recent.find(tag) is not None:
            self.already += 1
            return
        incident = fresh_id()
        record = self._report(row, incident).to_json()
        size = len(encode(record))
        if len(self._open) >= MOST_ROWS or (self._open and self._bytes + size > MOST_BYTES):
            self.close()
        if self._draft is None:
            self._draft = self.writer.draft(self.staging)
        self._draft.add(record)
        self._open.append(incident)
        self._tags |= {tag: incident, row.content_tag(nth): incident}
        self._bytes += size

    def close(self) -> None:
        """Commits the entry that is open, if there is one."""
        if self._draft is None:
            return
        draft, opened, tags = self._draft, self._open, self._tags
        self._draft, self._stamp, self._open, self._tags, self._bytes = None, None, [], {}, 0
        seq = self.writer.ledger.size
        with undisturbed():
            self.entries.append(
                draft.commit(lambda entry: self.recent.add(seq, entry, self.now().date(), tags))
            )
            self.incidents += opened
            with suppress(OSError):
                remember_ids(self.archive.state, [("I", incident) for incident in opened])

    def _report(self, row: ReadRow, incident: str) -> Report:
        fields: dict[str, Any] = {**self.constants, **row.fields}
        stated = TEMPLATES[self.wish.template].incident_type
        if self.wish.states and not row.template and stated:
            fields.setdefault("incident_types", [stated])
        if self.wish.entered_by:
            fields.setdefault("entered_by", self.wish.entered_by)
        # Of one entry, all were recorded at one time: the clock's file is flushed to the disk whenever it is read.
        if self._stamp is None:
            self._stamp = make_stamp(self.archive, self.writer.device, self.now)
        template = row.template or self.wish.template
        return Report(fresh_id(), self._stamp, incident, template, (), labelled(fields))

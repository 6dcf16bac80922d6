"""`copwatch add`: a shift's files into the archive, without any secret."""

import errno
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from copwatch.errors import BadInput, CopwatchError, Interrupted, NoSpace, Refused, Unfinished
from copwatch.model.ids import code
from copwatch.model.labels import labelled
from copwatch.model.longtext import cut_text
from copwatch.model.records import Batch, Link, Report, Stamp
from copwatch.model.values import Handle, Term
from copwatch.model.vocabulary import TRANSFER_METHOD
from copwatch.progress import Progress
from copwatch.proof.canonical import Json
from copwatch.proof.padding import padme
from copwatch.store import unfinished
from copwatch.store.archive import Archive, remember
from copwatch.store.durable import check_space
from copwatch.store.known_ids import remember_ids
from copwatch.store.places import verified_places
from copwatch.store.recent import RecentFiles, open_recent
from copwatch.store.writer import Committed, Draft, Writer, open_writer
from copwatch.workflows.collecting import Found, Skipped, collect
from copwatch.workflows.holds_noted import refuse_stripping
from copwatch.workflows.intake import MOST_FILES, Intake, Received, Strip, Twin, each_found
from copwatch.workflows.stamping import Now, check_text, fresh_id, make_stamp

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SEALED_MINIMUM = 4096
"""What sealing adds at most to a small file: header, tags, and the rounding of the file system."""


@dataclass(frozen=True)
class Request:
    """What to add and what is said about it."""

    paths: tuple[Path, ...]
    by: str | None = None
    how: str | None = None
    note: str | None = None
    incident: str | None = None
    report: Mapping[str, Any] | None = None
    template: str = "general"
    into_demo: bool = False
    strip: bool = False
    compartment: str | None = None


@dataclass(frozen=True)
class Added:
    """What became of it. `batch` stands for nothing when no file came in, and so does `entries` without any record.

    `other_places` is how many verified copies of the archive hold all of it, besides the archive itself. `stopped`
    says why it ended before its time: what is in `received` is in all the same.
    """

    batch: str
    incident: str | None
    received: tuple[Received, ...]
    twins: tuple[Twin, ...]
    skipped: tuple[Skipped, ...]
    entries: tuple[Committed, ...]
    other_places: int
    stopped: CopwatchError | None = None

    @property
    def complete(self) -> bool:
        """Whether everything that should have come in did."""
        return self.stopped is None and not any(item.failed for item in self.skipped)

    def whole(self, paths: Iterable[Path]) -> list[Path]:
        """Those of the sources from which everything came in that should have."""
        failed = [item.path for item in self.skipped if item.failed]
        return [
            path for path in paths
            if self.stopped is None and not any(path == one or path in one.parents for one in failed)
        ]  # fmt: skip


def check_request(by: str | None, how: str | None, note: str | None = None) -> None:
    """Raises `BadInput` for a handle, a way of receiving or a note that no record could hold, before all else."""
    for name, given, type_ in (("--by", by, Handle()), ("--received-how", how, Term(TRANSFER_METHOD))):
        reasons = type_.check(given) if given is not None else []
        if reasons:
            raise BadInput(f"{name} {given}: {reasons[0]}", hint=f"{name}: {type_.hint()}")
    check_text("--note", note or "")


def add_files(archive: Archive, request: Request, now: Now, progress: Progress) -> Added:
    """Takes in everything below the paths of the request, as one batch.

    Raises:
        Refused: the archive is the demo's; or stripped files would go where a hold forbids it.
        NotFound: a path is not there; nothing was added.
        NoSpace: it would not fit; nothing was added.
        OSError, KeyboardInterrupt: the archive's disk failed, or a person stopped it, before anything was in.
    """
    if archive.state.read("demo.json") and not request.into_demo:
        raise Refused("this is the demo archive", hint="make one of your own: `copwatch init DIR`")
    if request.strip:
        refuse_stripping(archive, request.incident)
    skipped: list[Skipped] = []
    files = list(each_found(collect(request.paths, archive.layout.folder), skipped))
    remember(archive)
    with open_writer(archive) as writer, writer.staging() as staging:
        run = _Run(archive, request, now, writer, open_recent(archive.state, writer.ledger, now().date()))
        _check_space(archive, files, run.recent, progress)
        # What goes into an incident goes where the incident stands.
        recipient = writer.seal_to(request.compartment or writer.home_of(request.incident))
        unfinished.begin(archive.state, request.paths)
        with ExitStack() as stack:
            intake = Intake(
                writer, staging, (recipient,), run.batch, run.stamp, run.recent.find, run.before_entry, progress,
                run.first_records, _stripping(stack, progress) if request.strip else None, skipped=skipped,
            )  # fmt: skip
            stopped = _take_all(intake, files, run, progress)
        if stopped is None:
            run.link_twins(intake)
        result = _result(archive, run, intake, stopped)
        unfinished.finish(archive.state, result.whole(request.paths))
    return result


def _stripping(stack: ExitStack, progress: Progress) -> Strip:
    """Loaded only for this: most adding preserves."""
    from copwatch.media.isolated import MediaProcess
    from copwatch.workflows.stripping import seal_stripped

    process = stack.enter_context(MediaProcess(waiting=lambda: progress.advance(0)))
    return partial(seal_stripped, process)


def _check_space(archive: Archive, files: list[Found], recent: RecentFiles, progress: Progress) -> None:
    """Raises `NoSpace`. What came in lately needs no space again, so that then only a try can show whether it fits."""
    try:
        check_space(archive.layout.folder, sum(padme(f.size) + SEALED_MINIMUM for f in files))
    except NoSpace as error:
        if recent.empty:
            raise
        progress.note(f"{error.message}; it goes on, for some of it may be in already")


def _take_all(intake: Intake, files: list[Found], run: "_Run", progress: Progress) -> CopwatchError | None:
    """Takes files in as long as that goes; gives why it stopped early, when something is in."""
    progress.start(sum(f.size for f in files), "sealing")
    try:
        with intake:
            intake.take(files)
            intake.close()
    except (OSError, KeyboardInterrupt) as error:
        if not intake.received:
            raise
        return _stopped(error, len(intake.received), how_to_go_on(run.request, run.incident))
    finally:
        progress.finish()
    return None


def _stopped(error: OSError | KeyboardInterrupt, received: int, again: str) -> CopwatchError:
    """Why it stopped, and what is safe."""
    count = "1 file was received" if received == 1 else f"{received} files were received"
    if isinstance(error, KeyboardInterrupt):
        return Interrupted(f"interrupted; {count}, the others were not", hint=f"keep the card; {again}")
    if error.errno in _FULL:
        return NoSpace(f"no space left; {count}, the others were not", hint=f"free some space, then {again}")
    return Unfinished(
        f"the archive's disk failed: {error.strerror}; {count}, the others were not",
        hint=f"keep the card; mend that, then {again}",
    )


def how_to_go_on(request: Request, incident: str | None) -> str:
    """What to run for the files that did not come in. A report makes a new incident each time, so it is named now."""
    report = request.report is not None and incident is not None
    other = f", with --incident {code('I', incident)} in place of --report" if report and incident else ""
    return f"run the same command again{other}: what is in is not taken twice"


@dataclass
class _Run:
    """What all entries of one batch share."""

    archive: Archive
    request: Request
    now: Now
    writer: Writer
    recent: RecentFiles
    batch: str = field(default_factory=fresh_id)
    incident: str | None = None
    _started: bool = False

    def __post_init__(self) -> None:
        self.incident = self.request.incident or (fresh_id() if self.request.report is not None else None)

    def stamp(self) -> Stamp:
        return make_stamp(self.archive, self.writer.device, self.now)

    def before_entry(
        self, seq: int, entry: str, files: dict[str, str], objects: dict[str, tuple[str, ...]]
    ) -> None:
        self.recent.add(seq, entry, self.now().date(), files, objects)
        met = [("E", evidence) for evidence in dict.fromkeys(files.values())] + [("B", self.batch)]
        remember_ids(self.archive.state, met + ([("I", self.incident)] if self.incident else []))

    def first_records(self, draft: Draft) -> None:
        """What is said once, in the first entry: the batch, its link, the report."""
        if self._started:
            return
        self._started = True
        request, stamp = self.request, self.stamp()
        note = tuple(cut_text(request.note)) if request.note else None
        draft.add(Batch(self.batch, stamp, by=request.by, how=request.how, note=note).to_json())
        if self.incident is not None:
            draft.add(Link(fresh_id(), stamp, self.incident, batch=self.batch).to_json())
        if request.report is not None and self.incident is not None:
            draft.add(self._report(stamp, self.incident, request.report))

    def _report(self, stamp: Stamp, incident: str, fields: Mapping[str, Any]) -> Json:
        return Report(fresh_id(), stamp, incident, self.request.template, (), labelled(fields)).to_json()

    def link_twins(self, intake: Intake) -> None:
        """Files that came in before are filed too, when an incident was named; a report is kept in any case."""
        own = {item.evidence for item in intake.received}
        earlier = [twin.evidence for twin in intake.twins if twin.evidence not in own]
        if self.incident is None or (self._started and not earlier) or not (earlier or self.request.report):
            return
        stamp, records = self.stamp(), list[Json]()
        if not self._started and self.request.report is not None:
            records.append(self._report(stamp, self.incident, self.request.report))
        for evidence in dict.fromkeys(earlier):
            records.append(Link(fresh_id(), stamp, self.incident, evidence=evidence).to_json())
        for start in range(0, len(records), MOST_FILES):
            draft = self.writer.draft(intake.staging)
            for record in records[start : start + MOST_FILES]:
                draft.add(record)
            intake.entries.append(draft.commit())
        remember_ids(self.archive.state, [("I", self.incident)])


def _result(archive: Archive, run: _Run, intake: Intake, stopped: CopwatchError | None) -> Added:
    last = intake.entries[-1] if intake.entries else None
    places = verified_places(archive.state, last.device, last.seq) if last else []
    return Added(
        run.batch, run.incident if last else None, tuple(intake.received), tuple(intake.twins), tuple(intake.skipped),
        tuple(intake.entries), len(places), stopped,
    )  # fmt: skip

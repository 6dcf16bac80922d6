"""`copwatch add`: a shift's files into the archive, without any secret."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copwatch.crypto.age import parse_recipient
from copwatch.errors import BadInput, Refused, Unfinished
from copwatch.model.longtext import cut_text
from copwatch.model.records import Batch, Link, Report, Stamp
from copwatch.model.values import Handle, Term
from copwatch.model.vocabulary import TRANSFER_METHOD
from copwatch.progress import Progress
from copwatch.proof.padding import padme
from copwatch.store.archive import Archive, remember
from copwatch.store.durable import check_space
from copwatch.store.known_ids import remember_ids
from copwatch.store.places import verified_places
from copwatch.store.recent import RecentFiles, open_recent
from copwatch.store.writer import Committed, Draft, Writer, open_writer
from copwatch.workflows.collecting import Found, Skipped, collect
from copwatch.workflows.intake import Intake, Received, Twin, each_found
from copwatch.workflows.stamping import Now, fresh_id, make_stamp

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


@dataclass(frozen=True)
class Added:
    """What became of it. `entries` is empty, and `batch` stands for nothing, when nothing came in.

    `other_places` is how many verified copies of the archive hold all of it, besides the archive itself.
    """

    batch: str
    incident: str | None
    received: tuple[Received, ...]
    twins: tuple[Twin, ...]
    skipped: tuple[Skipped, ...]
    entries: tuple[Committed, ...]
    other_places: int

    @property
    def complete(self) -> bool:
        """Whether everything that should have come in did."""
        return not any(item.failed for item in self.skipped)


def check_request(by: str | None, how: str | None) -> None:
    """Raises `BadInput` for a handle or a way of receiving that no record could hold, before anything is done."""
    for name, given, type_ in (("--by", by, Handle()), ("--received-how", how, Term(TRANSFER_METHOD))):
        reasons = type_.check(given) if given is not None else []
        if reasons:
            raise BadInput(f"{name} {given}: {reasons[0]}", hint=f"{name}: {type_.hint()}")


def add_files(archive: Archive, request: Request, now: Now, progress: Progress) -> Added:
    """Takes in everything below the paths of the request, as one batch.

    Raises:
        Refused: the archive is the demo's.
        NotFound: a path is not there; nothing was added.
        NoSpace: it would not fit; nothing was added.
        Unfinished: the archive's disk failed on the way; the message says how many files are in.
    """
    if archive.state.read("demo.json") and not request.into_demo:
        raise Refused("this is the demo archive", hint="make one of your own: `copwatch init DIR`")
    skipped: list[Skipped] = []
    files = list(each_found(collect(request.paths, archive.layout.folder), skipped))
    check_space(archive.layout.folder, sum(padme(f.size) + SEALED_MINIMUM for f in files))
    remember(archive)
    with open_writer(archive) as writer, writer.staging() as staging:
        run = _Run(archive, request, now, writer, open_recent(archive.state, writer.ledger, now().date()))
        recipient = parse_recipient(archive.charter.compartments[0].epochs[-1])
        intake = Intake(
            writer, staging, [recipient], run.batch, run.stamp, run.recent.find, run.before_entry, progress,
            run.first_records, skipped=skipped,
        )  # fmt: skip
        _take_all(intake, files, progress)
        run.link_twins(intake)
    return _result(archive, run, intake)


def _take_all(intake: Intake, files: list[Found], progress: Progress) -> None:
    progress.start(sum(f.size for f in files), "sealing")
    try:
        with intake:
            intake.take(files)
            intake.close()
    except OSError as error:
        raise _stopped(error, len(intake.received)) from error
    finally:
        progress.finish()


def _stopped(error: OSError, received: int) -> Exception:
    """The archive's disk failed: say what is safe. Full disks and missing rights keep their own words."""
    error.add_note(f"{received} files were received")
    if not received:
        return error
    return Unfinished(
        f"the archive's disk failed: {error.strerror}; {received} files were received, the others were not",
        hint="mend that, then run the same command again: what is in is not taken twice",
    )


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

    def before_entry(self, seq: int, entry: str, files: dict[str, str]) -> None:
        self.recent.add(seq, entry, self.now().date(), files)
        met = [("E", evidence) for evidence in files.values()] + [("B", self.batch)]
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
            report = Report(fresh_id(), stamp, self.incident, request.template, (), request.report)
            draft.add(report.to_json())

    def link_twins(self, intake: Intake) -> None:
        """Files that came in before are filed too, when an incident was named; a report is kept in any case."""
        own = {item.evidence for item in intake.received}
        earlier = [twin.evidence for twin in intake.twins if twin.evidence not in own]
        if self.incident is None or (self._started and not earlier) or not (earlier or self.request.report):
            return
        draft = self.writer.draft(intake.staging)
        if not self._started and self.request.report is not None:
            stamp = self.stamp()
            draft.add(
                Report(
                    fresh_id(), stamp, self.incident, self.request.template, (), self.request.report
                ).to_json()
            )
        for evidence in dict.fromkeys(earlier):
            draft.add(Link(fresh_id(), self.stamp(), self.incident, evidence=evidence).to_json())
        intake.entries.append(draft.commit())
        remember_ids(self.archive.state, [("I", self.incident)])


def _result(archive: Archive, run: _Run, intake: Intake) -> Added:
    last = intake.entries[-1] if intake.entries else None
    places = verified_places(archive.state, last.device, last.seq) if last else []
    return Added(
        run.batch, run.incident, tuple(intake.received), tuple(intake.twins), tuple(intake.skipped),
        tuple(intake.entries), len(places),
    )  # fmt: skip


def receipt_lines(added: Added, code: Callable[[str, str], str], name: Callable[[str], str]) -> Iterable[str]:
    """The lines of a receipt: what came in, so that any file can be compared later.

    `code(kind, id)` gives codes, `name` cleans a file name.
    """
    yield "# copwatch receipt 1"
    yield f"# batch {code('B', added.batch)}: SHA-256, size, evidence code, name"
    for item in added.received:
        yield f"{item.sha256}  {item.size}  {code('E', item.evidence)}  {name(item.name)}"

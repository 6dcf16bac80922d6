"""Reading evidence out of the archive, and recording that somebody did."""

import errno
import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from copwatch.catalogue.pieces import pieces_now
from copwatch.catalogue.queries import record
from copwatch.catalogue.shown import EvidenceRow
from copwatch.errors import Busy, CopwatchError, IntegrityFailure, NotFound
from copwatch.model.longtext import cut_text
from copwatch.model.records import Custody, Evidence, Rendition, Stamp, from_json
from copwatch.model.vocabulary import PREMIS
from copwatch.progress import Progress
from copwatch.store.durable import flush, flush_folder
from copwatch.store.evidence import open_evidence
from copwatch.store.sealing import Piece
from copwatch.store.writer import append_records
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now, check_text, fresh_id, make_stamp, rfc3339
from copwatch.workflows.writing_out import check_new, create_new, take_name

_BLOCK = 1 << 20
_PATIENCE = 5
"""Seconds for another program that records, too; who takes in a card is not waited for."""
_MOST_IN_ENTRY = 1000
"""Renditions; a ledger line has room for ten times as many."""


@dataclass(frozen=True)
class Recorded:
    """Whether a custody event was written; if not, why. `busy` says that it could be in a moment."""

    written: bool
    why_not: str = ""
    busy: bool = False


def evidence_record(session: Session, leaf: str) -> Evidence:
    """The evidence record of a leaf. Raises `NotFound` when it is none."""
    found = from_json(record(session.catalogue, leaf).record)
    if not isinstance(found, Evidence):
        raise NotFound("there is no such evidence here")
    return found


def read_evidence(session: Session, item: EvidenceRow) -> BinaryIO:
    """A seekable reader of exactly the bytes received. Raises `IntegrityFailure`, `NotFound`."""
    if item.withdrawn:
        raise NotFound(f"{item.code} was withdrawn: its bytes are gone")
    evidence = evidence_record(session, item.leaf)
    named = [(piece.object, piece.size) for piece in evidence.pieces]
    pieces = [Piece(name, size) for name, size in pieces_now(session.catalogue, named)]
    return open_evidence(session.archive.layout, pieces, list(session.keys.compartments.values()))


def write_original(
    session: Session,
    item: EvidenceRow,
    out: Path,
    progress: Progress,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Writes the bytes received to a new file, checked against their recorded hash before it has its name.

    `before` is called when they are known to hold, just before the name is given.

    Raises:
        Refused, NotFound: it cannot stand there; `check_new` says why. Or the bytes were withdrawn.
        IntegrityFailure: they are not what was received; nothing was written.
    """
    check_new(out, session.archive)
    beside = out.with_name(f".{secrets.token_hex(8)}.part")
    state = hashlib.sha256()
    progress.start(item.size, "opening")
    try:
        with naming(item), read_evidence(session, item) as source, create_new(beside) as target:
            while block := source.read(_BLOCK):
                state.update(block)
                target.write(block)
                progress.advance(len(block))
            target.flush()
            flush(target.fileno())
        if state.hexdigest() != item.sha256:
            raise not_received(item)
        before()
        take_name(beside, out)
        flush_folder(out.absolute().parent)
    finally:
        progress.finish()
        beside.unlink(missing_ok=True)


def check_evidence(session: Session, item: EvidenceRow, progress: Progress) -> None:
    """Reads every byte out of the sealed pieces. Raises `IntegrityFailure` unless they are those received."""
    state = hashlib.sha256()
    progress.start(item.size, "checking")
    try:
        with naming(item), read_evidence(session, item) as source:
            while block := source.read(_BLOCK):
                state.update(block)
                progress.advance(len(block))
    finally:
        progress.finish()
    if state.hexdigest() != item.sha256:
        raise not_received(item)


@contextmanager
def naming(item: EvidenceRow) -> Iterator[None]:
    """Of damaged bytes, says whose they are and what may help."""
    try:
        yield
    except CopwatchError as error:
        if error.exit_code != IntegrityFailure.exit_code or error.message.startswith(item.code):
            raise
        raise IntegrityFailure(
            f"{item.code} cannot be given out: {error.message}",
            hint=error.hint or "another copy of the archive may have it whole: `copwatch doctor --from DIR`",
        ) from error


def not_received(item: EvidenceRow) -> IntegrityFailure:
    """What is sealed does not give the hash that was recorded when it was received."""
    return IntegrityFailure(f"{item.code} is not what was received", hint="run `copwatch verify --deep`")


def record_access(
    session: Session,
    now: Now,
    event: str,
    evidence: Sequence[str],
    *,
    purpose: str = "",
    incident: str | None = None,
    outcome: str = "pass",
    made: Callable[[Stamp], Sequence[Rendition]] = lambda _: (),
    detail: Mapping[str, str | int] | None = None,
) -> Recorded:
    """One custody event for everything that a command read, and with it the records of what was made of that.

    Says why when it cannot be written.

    Raises `BadInput` for a purpose that is no text. Everything else that fails is no reason not to read: evidence
    can be got out of an archive that is write-protected, full or damaged.
    """
    check_text("--purpose", purpose)
    archive = session.archive
    device = archive.state.device()
    if device is None:
        return Recorded(False, "this computer is not a device of the archive")
    try:
        when = rfc3339(now())
        custody = Custody(
            fresh_id(), make_stamp(archive, device.public_hex, now), event, PREMIS[event], when, "evidence", outcome,
            evidence=tuple(sorted(set(evidence))) or None, incident=incident,
            purpose=tuple(cut_text(purpose)) if purpose else None, detail=detail,
        )  # fmt: skip
        renditions = made(custody.stamp)
        first = [custody.to_json(), *(one.to_json() for one in renditions[:_MOST_IN_ENTRY])]
        append_records(archive, first, patience=_PATIENCE)
        for start in range(_MOST_IN_ENTRY, len(renditions), _MOST_IN_ENTRY):
            more = [one.to_json() for one in renditions[start : start + _MOST_IN_ENTRY]]
            append_records(archive, more, patience=_PATIENCE)
    except CopwatchError as error:
        return Recorded(False, error.message, isinstance(error, Busy))
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return Recorded(False, "the archive is write-protected")
        return Recorded(False, f"the archive cannot be written to: {error.strerror}")
    return Recorded(True)

"""`copwatch verify --deep`: an archive with keys, to the last byte."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from copwatch.bundle.renditions import Look
from copwatch.errors import CopwatchError, NewerFormat
from copwatch.media.isolated import MediaProcess
from copwatch.model.records import Evidence, Report, from_json
from copwatch.progress import Progress
from copwatch.proof.body import OpenedSet
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.withdrawn import surviving
from copwatch.store.all_ledgers import Named, read_all
from copwatch.store.archive import Archive
from copwatch.store.bodies import ReadLine
from copwatch.store.check import Check
from copwatch.store.evidence import EvidenceReader
from copwatch.store.found import Collected
from copwatch.store.keys import Keys
from copwatch.store.ledgers import devices_with_ledgers, read_apart, read_counting
from copwatch.store.moved import open_all
from copwatch.store.sealing import Piece
from copwatch.text import counted
from copwatch.workflows.essences import look_with

_BLOCK = 1 << 20


@dataclass
class _Deep:
    sets: int = 0
    closed: int = 0
    items: int = 0
    size: int = 0
    essences: int = 0


def verify_deep(archive: Archive, keys: Keys, progress: Progress) -> Check:
    """Opens everything that the keys open: every record against its leaf, every file against its hash."""
    findings: list[Finding] = list(keys.findings)
    named, done, claimed = read_all(archive, Collected()), _Deep(), dict[tuple[str, str], tuple[str, str]]()
    progress.start(None, "opening everything")
    try:
        with MediaProcess(waiting=lambda: progress.advance(0)) as process:
            for opened in _opened(archive, keys, named, findings, done):
                findings += _claims(opened, claimed)
                for record in opened.records:
                    look = look_with(process)
                    findings += _check_record(archive, keys, record.record, named, done, progress, look)
    finally:
        progress.finish()
    text = f"{counted(done.sets, 'set')} and {counted(done.items, 'file')} opened"
    text += f", {counted(done.size, 'byte')} compared with their hashes"
    if done.essences:
        text += f"; {counted(done.essences, 'hash')} of picture and sound computed again"
    if done.closed:
        text += f"; {counted(done.closed, 'set')} of compartments that these keys do not open"
    return Check(7, "everything opened", text, tuple(findings))


def _opened(
    archive: Archive, keys: Keys, named: Named, findings: list[Finding], done: _Deep
) -> Iterator[OpenedSet]:
    for read in _lines(archive):
        for part in read.line.lists.sets:
            opens = keys.opens(archive.history, read.line.entry.charter, part) is not None
            done.sets += opens
            done.closed += not opens
        yield from open_all(archive, keys, read, named.withdrawn, findings)


_CLAIMED = {Evidence.TYPE: "evidence", Report.TYPE: "report version"}


def _claims(opened: OpenedSet, claimed: dict[tuple[str, str], tuple[str, str]]) -> Iterator[Finding]:
    """The id of an item or of a report version stands in one record.

    Args:
        opened: the records to look at.
        claimed: by type and id, the leaf and device that were met first with it.
    """
    for one in opened.records:
        type_, id, device = (str(one.record.get(name)) for name in ("type", "id", "device"))
        if opened.apart or type_ not in _CLAIMED or device != opened.device:
            continue
        leaf, other = claimed.setdefault((type_, id), (one.leaf, opened.device))
        if leaf != one.leaf:
            detail = f"records of the devices {other[:8]} and {opened.device[:8]} bear this id"
            yield Finding(Kind.UNEXPECTED, f"{_CLAIMED[type_]} {id[:8]}", detail)


def _lines(archive: Archive) -> Iterator[ReadLine]:
    """Every line of every branch once. What does not hold in them is among the keyless findings."""
    ignored: list[Finding] = []
    for device in devices_with_ledgers(archive):
        yield from read_counting(archive, device, None, ignored)
    yield from read_apart(archive, ignored)


def _check_record(
    archive: Archive,
    keys: Keys,
    data: dict[str, object],
    named: Named,
    done: _Deep,
    progress: Progress,
    look: Look,
) -> list[Finding]:
    try:
        record = from_json(data)
    except CopwatchError as error:
        kind = Kind.NEWER if isinstance(error, NewerFormat) else Kind.MALFORMED
        return [Finding(kind, f"record {str(data.get('id'))[:8]}", error.message)]
    if not isinstance(record, Evidence):
        return []
    now = [surviving(piece.object, named.withdrawn) for piece in record.pieces]
    pieces = [Piece(name, piece.size) for name, piece in zip(now, record.pieces, strict=True) if name]
    if len(pieces) < len(record.pieces):
        return []
    done.items += 1
    done.size += record.size
    return _check_file(archive, keys, record, pieces, progress, done, look)


def _check_file(
    archive: Archive,
    keys: Keys,
    record: Evidence,
    pieces: Sequence[Piece],
    progress: Progress,
    done: _Deep,
    look: Look,
) -> list[Finding]:
    where = f"evidence {record.id[:8]}"
    state = hashlib.sha256()
    try:
        with EvidenceReader(archive.layout, pieces, list(keys.compartments.values())) as reader:
            reader.check_padding()
            reader.seek(0)
            while block := reader.read(_BLOCK):
                state.update(block)
                progress.advance(len(block))
            if state.hexdigest() != record.sha256:
                return [Finding(Kind.ALTERED, where, "its bytes are not those that were received")]
            essence = record.essence
            return (
                []
                if essence is None
                else _check_essence(cast("BinaryIO", reader), essence, where, done, look)
            )
    except CopwatchError as error:
        return [Finding(Kind.UNREADABLE, where, error.message)]
    except OSError as error:
        return [Finding(Kind.UNREADABLE, where, error.strerror or "cannot be read")]


def _check_essence(reader: BinaryIO, essence: str, where: str, done: _Deep, look: Look) -> list[Finding]:
    """Whether the picture and sound of a file have the hash that its record gives them."""
    looked = look(reader)
    if looked.essence is None:
        return [Finding(Kind.NOT_CHECKED, where, f"the hash of its picture and sound: {looked.why_not}")]
    done.essences += 1
    if looked.essence != essence:
        return [Finding(Kind.ALTERED, where, "its picture and sound are not those that its record names")]
    return []

"""`copwatch verify`: an archive without any key, or with keys to the last byte."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from copwatch.errors import BadInput, CopwatchError, NewerFormat
from copwatch.model.records import Evidence, from_json
from copwatch.progress import Progress
from copwatch.proof.body import OpenedSet
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.words import from_words, to_words
from copwatch.store.all_ledgers import Named, read_all
from copwatch.store.archive import Archive
from copwatch.store.bodies import ReadLine, open_sets
from copwatch.store.check import Check, Verification, total_bytes, verify_archive
from copwatch.store.evidence import EvidenceReader
from copwatch.store.found import Collected
from copwatch.store.keys import Keys
from copwatch.store.ledgers import devices_with_ledgers, read_apart, read_counting
from copwatch.store.sealing import Piece

_BLOCK = 1 << 20
RECEIPT_LINE = "# copwatch receipt 1"


def paper_head(text: str) -> bytes:
    """The head that somebody wrote down: twelve words, or at least 32 hexadecimal digits."""
    compact = text.strip().lower()
    if len(compact) >= 32 and not set(compact) - set("0123456789abcdef"):
        return bytes.fromhex(compact[:32])
    data = from_words(text)
    if len(data) != 16:
        raise BadInput("a head has twelve words", hint="these may be recovery words: keep them to yourself")
    return data


def head_words(head: str) -> str:
    """The words of a head, for paper."""
    return to_words(bytes.fromhex(head)[:16])


def verify_folder(folder: Path, heads: Sequence[bytes], progress: Progress) -> Verification:
    """Every keyless check. Never writes anything, anywhere."""
    progress.start(total_bytes(folder), "verifying")
    try:
        return verify_archive(folder, heads, progress.advance)
    finally:
        progress.finish()


@dataclass
class _Deep:
    sets: int = 0
    closed: int = 0
    items: int = 0
    size: int = 0


def verify_deep(archive: Archive, keys: Keys, progress: Progress) -> Check:
    """Opens everything that the keys open: every record against its leaf, every file against its hash."""
    findings: list[Finding] = list(keys.findings)
    named, done = read_all(archive, Collected()), _Deep()
    progress.start(None, "opening everything")
    try:
        for opened in _opened(archive, keys, named, findings, done):
            for record in opened.records:
                findings += _check_record(archive, keys, record.record, named, done, progress)
    finally:
        progress.finish()
    text = f"{done.sets} sets and {done.items} files opened, {done.size:,} bytes compared with their hashes"
    if done.closed:
        text += f"; {done.closed} sets belong to compartments that these keys do not open"
    return Check(7, "everything opened", text, tuple(findings))


def _opened(
    archive: Archive, keys: Keys, named: Named, findings: list[Finding], done: _Deep
) -> Iterator[OpenedSet]:
    for read in _lines(archive):
        for part in read.line.lists.sets:
            opens = keys.opens(archive.history, read.line.entry.charter, part) is not None
            done.sets += opens
            done.closed += not opens
        yield from open_sets(archive, keys, read, named.withdrawn, findings)


def _lines(archive: Archive) -> Iterator[ReadLine]:
    """Every line of every branch once. What does not hold in them is among the keyless findings."""
    ignored: list[Finding] = []
    for device in devices_with_ledgers(archive):
        yield from read_counting(archive, device, None, ignored)
    yield from read_apart(archive, ignored)


def _check_record(
    archive: Archive, keys: Keys, data: dict[str, object], named: Named, done: _Deep, progress: Progress
) -> list[Finding]:
    try:
        record = from_json(data)
    except CopwatchError as error:
        kind = Kind.NEWER if isinstance(error, NewerFormat) else Kind.MALFORMED
        return [Finding(kind, f"record {str(data.get('id'))[:8]}", error.message)]
    if not isinstance(record, Evidence) or any(piece.object in named.withdrawn for piece in record.pieces):
        return []
    done.items += 1
    done.size += record.size
    return _check_file(archive, keys, record, progress)


def _check_file(archive: Archive, keys: Keys, record: Evidence, progress: Progress) -> list[Finding]:
    where = f"evidence {record.id[:8]}"
    pieces = [Piece(piece.object, piece.size) for piece in record.pieces]
    state = hashlib.sha256()
    try:
        with EvidenceReader(archive.layout, pieces, list(keys.compartments.values())) as reader:
            reader.check_padding()
            reader.seek(0)
            while block := reader.read(_BLOCK):
                state.update(block)
                progress.advance(len(block))
    except CopwatchError as error:
        return [Finding(Kind.UNREADABLE, where, error.message)]
    except OSError as error:
        return [Finding(Kind.UNREADABLE, where, error.strerror or "cannot be read")]
    if state.hexdigest() != record.sha256:
        return [Finding(Kind.ALTERED, where, "its bytes are not those that were received")]
    return []


@dataclass(frozen=True)
class Match:
    """Whether a file is one that was received: its hash, and the codes of the evidence that it equals."""

    sha256: str
    size: int
    codes: tuple[str, ...]


def hash_open_file(file: BinaryIO, progress: Progress) -> tuple[str, int]:
    """SHA-256 and size of any file, read once."""
    state, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        state.update(block)
        size += len(block)
        progress.advance(len(block))
    return state.hexdigest(), size


def match_receipt(receipt: str, sha256: str, size: int) -> Match:
    """Looks a file up in a receipt. Raises `BadInput` when the text is none."""
    lines = receipt.splitlines()
    if not lines or lines[0] != RECEIPT_LINE:
        raise BadInput(
            "this is not a receipt of copwatch", hint="a receipt is what `copwatch add --receipt` wrote"
        )
    codes = []
    for line in lines[1:]:
        if line.startswith("#") or not line:
            continue
        parts = line.split("  ", 3)
        if len(parts) != 4 or not parts[1].isdecimal():
            raise BadInput("a line of the receipt cannot be read", hint="take the receipt as it was written")
        if (parts[0], int(parts[1])) == (sha256, size):
            codes.append(parts[2])
    return Match(sha256, size, tuple(codes))


def reader_of(path: Path) -> BinaryIO:
    """Opens a file for reading."""
    return cast("BinaryIO", path.open("rb", buffering=0))

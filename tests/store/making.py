"""Ledgers, objects and charters written as they stand on the disk, also such as copwatch would never write."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from copwatch.crypto.signing import SigningKey
from copwatch.proof.entry import (
    Line,
    Lists,
    SealedSet,
    Seen,
    Signature,
    Withdrawn,
    encode_line,
    entry_hash,
    entry_message,
    make_entry,
    withdraw_message,
)
from copwatch.proof.forks import fork_names
from copwatch.store.archive import Archive, load_archive
from copwatch.store.check import verify_archive
from copwatch.store.founding import sign_charter, write_charter
from copwatch.store.layout import SEGMENT_LINES, Layout, segment_name


def an_object(folder: Path, data: bytes = b"") -> str:
    """A file that looks sealed, under its right name."""
    data = data or b"age-encryption.org/v1\n" + secrets.token_bytes(40)
    name = hashlib.sha256(data).hexdigest()
    path = Layout(folder).object(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return name


def bringing(archive: Archive, *objects: str, seen: Sequence[Seen] = ()) -> Lists:
    """Lists of one set; the first object is its body."""
    compartment = archive.charter.compartments[0].id
    part = SealedSet(compartment, 0, objects[0], (secrets.token_hex(32),), tuple(objects[1:]))
    return Lists((part,), tuple(seen))


def saying(archive: Archive, folder: Path) -> Lists:
    """Lists of one set whose body is in the folder."""
    return bringing(archive, an_object(folder))


def withdrawing(archive: Archive, key: SigningKey, *items: Withdrawn) -> Lists:
    items = tuple(sorted(items, key=lambda item: item.object))
    sig = key.sign(withdraw_message(archive.id, items))
    return Lists((), (), items, Signature(key.public_hex, sig))


def chain(
    archive: Archive,
    key: SigningKey,
    all_lists: Sequence[Lists],
    after: Sequence[Line] = (),
    charter: str = "",
) -> list[Line]:
    """The lines `after` and further ones."""
    lines = list(after)
    for lists in all_lists:
        prev = entry_hash(lines[-1].entry) if lines else None
        entry = make_entry(
            archive.id, key.public_hex, len(lines), prev, charter or archive.history.ruling, lists
        )
        lines.append(Line(entry, lists, key.sign(entry_message(entry))))
    return lines


def heads(lines: Sequence[Line]) -> list[str]:
    return [entry_hash(line.entry) for line in lines]


def write_ledger(folder: Path, lines: Sequence[Line], branch: str | None = None) -> Path:
    """Writes a ledger whole; gives its folder."""
    device = lines[0].entry.device
    place = Layout(folder).ledger(device) if branch is None else Layout(folder).fork(device, branch)
    place.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(lines), SEGMENT_LINES):
        data = b"".join(encode_line(line) + b"\n" for line in lines[first : first + SEGMENT_LINES])
        (place / segment_name(first)).write_bytes(data)
    return place


def write_branches(folder: Path, *branches: Sequence[Line]) -> list[str | None]:
    """Writes ledgers of one device that parted, each at its right place; gives their names."""
    names = fork_names([heads(lines) for lines in branches])
    for name, lines in zip(names, branches, strict=True):
        write_ledger(folder, lines, name)
    return names


def new_charter(folder: Path, root: SigningKey, prev: str | None = None, **changes) -> str:
    """Adds a version that follows `prev`, or the one that rules; gives its hash."""
    archive, _ = load_archive(folder)
    assert archive is not None
    prev = prev or archive.history.ruling
    before = archive.history.charters[prev]
    charter = replace(before, **{"version": before.version + 1, "prev": (prev,), **changes})
    write_charter(archive.layout, sign_charter(charter, root))
    from copwatch.proof.charter import charter_hash

    return charter_hash(charter)


def found(folder: Path, *paper: bytes) -> list[tuple[str, str]]:
    """Kind and place of everything that a verification finds, and of notes with a question mark behind the kind."""
    result = verify_archive(folder, paper)
    assert result.holds == (not any(f.fails for f in result.findings))
    return [(f.kind.value + ("" if f.fails else "?"), f.where) for f in result.findings]

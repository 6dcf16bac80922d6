"""Which files came in lately: a keyed index, so that the same card read twice is taken once.

Each line of the index names an entry and, for each file in it, HMAC(key, SHA-256) and the evidence id. It forgets
after 30 days, or at once. Whoever seizes this computer can test with it whether a file that they hold came in
during that time (docs/threat-model.md); they learn nothing of files that they do not hold.

The line is written before the entry it belongs to, so that a crash between the two loses no file and takes none
twice: when the index is next opened, a line whose very entry is not in the ledger is dropped. Another entry may stand
at its place by then, so that the number alone would say that files came in which nobody has. And a file counts as
received only where its entry is in the archive at hand, with its bodies and every byte of the objects that hold the
file: an older copy of the archive, or one in which an object was damaged or emptied, takes it in again.
"""

import hmac
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from copwatch.errors import IntegrityFailure
from copwatch.store.archive import Archive
from copwatch.store.bodies import ReadLine
from copwatch.store.durable import flush, write_beside
from copwatch.store.ledgers import read_at
from copwatch.store.object_hashes import holds
from copwatch.store.own_ledger import OwnLedger
from copwatch.store.state import LocalState

KEPT_DAYS = 30
_INDEX, _KEY = "recent.jsonl", "recent.key"


@dataclass(frozen=True, slots=True)
class _Place:
    device: str
    seq: int
    entry: str


@dataclass
class RecentFiles:
    """The index, opened under the writer's lock. Made by `open_recent`."""

    path: Path
    key: bytes
    ledger: OwnLedger
    _found: dict[str, tuple[str, _Place, Sequence[str] | None]] = field(default_factory=dict)
    _looked: dict[_Place, ReadLine | None] = field(default_factory=dict)
    _hold: dict[str, bool] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing came in lately."""
        return not self._found

    def find(self, sha256: str) -> str | None:
        """The evidence id under which these bytes came in lately, and still are in the archive."""
        found = self._found.get(self._tag(sha256))
        if found is None:
            return None
        evidence, place, objects = found
        return evidence if self._is_whole(place, objects) else None

    def add(
        self, seq: int, entry: str, today: date, files: Mapping[str, str],
        objects: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Notes, durably, the files (SHA-256 → evidence id) of the entry that is about to be written.

        `objects` are those that hold each file, as far as files have any of their own.
        """
        tags = {self._tag(sha256): evidence for sha256, evidence in files.items()}
        named = {self._tag(sha256): list(names) for sha256, names in objects.items()}
        line = {
            "device": self.ledger.key.public_hex, "seq": seq, "entry": entry, "day": today.isoformat(),
            "tags": tags, "objects": named,
        }  # fmt: skip
        descriptor = os.open(
            self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600
        )
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            flush(descriptor)
        self._note(line)

    def _note(self, line: Mapping[str, Any]) -> None:
        place, objects = _Place(line["device"], line["seq"], line["entry"]), line.get("objects")
        for tag, evidence in line["tags"].items():
            self._found[tag] = evidence, place, None if objects is None else objects.get(tag, ())

    def _is_whole(self, place: _Place, objects: Sequence[str] | None) -> bool:
        """Whether the entry is in the archive, with its bodies and these objects (None: all) as they were written."""
        if place not in self._looked:
            self._looked[place] = _read(self.ledger.archive, place)
        read = self._looked[place]
        if read is None:
            return False
        sets = read.line.lists.sets
        brought = [name for part in sets for name in part.objects] if objects is None else objects
        return all(self._holds(name) for name in (*(part.body for part in sets), *brought))

    def _holds(self, name: str) -> bool:
        if name not in self._hold:
            self._hold[name] = holds(self.ledger.archive.layout.folder, name)
        return self._hold[name]

    def _tag(self, sha256: str) -> str:
        return hmac.new(self.key, bytes.fromhex(sha256), "sha256").hexdigest()[:32]


def open_recent(state: LocalState, ledger: OwnLedger, today: date) -> RecentFiles:
    """Reads the index; drops what is older than 30 days and what belongs to entries that never came to be."""
    path, oldest = state.folder / _INDEX, (today - timedelta(days=KEPT_DAYS)).isoformat()
    before = path.read_bytes() if path.exists() else b""
    kept = [line for line in map(_parse, before.split(b"\n")) if line and _stays(line, ledger, oldest)]
    after = b"".join(json.dumps({**line, "held": True}).encode() + b"\n" for line in kept)
    if after != before:
        write_beside(path, after)
    index = RecentFiles(path, index_key(state), ledger)
    for line in kept:
        index._note(line)
    return index


def forget_recent(state: LocalState) -> None:
    """Forgets all files and the key at once."""
    for name in (_INDEX, _KEY):
        (state.folder / name).unlink(missing_ok=True)


def index_key(state: LocalState) -> bytes:
    """The key of the index, made when it is first needed."""
    path = state.folder / _KEY
    if not path.exists():
        write_beside(path, secrets.token_bytes(32))
    return path.read_bytes()


def _parse(raw: bytes) -> dict[str, Any] | None:
    """One line; None for a torn one, whose files are simply taken in again."""
    try:
        line = json.loads(raw)
        return line if line.keys() >= {"device", "seq", "entry", "day", "tags"} else None
    except (ValueError, AttributeError):
        return None


def _stays(line: dict[str, Any], ledger: OwnLedger, oldest: str) -> bool:
    """Whether a line is young enough, and its entry in the ledger. That is looked up once, and then noted as held."""
    if line["day"] < oldest:
        return False
    if line.get("held") or line["device"] != ledger.key.public_hex:
        return True
    return _read(ledger.archive, _Place(line["device"], line["seq"], line["entry"])) is not None


def _read(archive: Archive, place: _Place) -> ReadLine | None:
    try:
        read = read_at(archive, place.device, place.seq)
    except IntegrityFailure:
        return None
    return read if read.hash == place.entry else None

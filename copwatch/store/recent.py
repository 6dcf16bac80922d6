"""Which files came in lately: a keyed index, so that the same card read twice is taken once.

Each line of the index names an entry and, for each file in it, HMAC(key, SHA-256) and the evidence id. It forgets
after 30 days, or at once. Whoever seizes this computer can test with it whether a file that they hold came in
during that time (docs/threat-model.md); they learn nothing of files that they do not hold.

The line is written before the entry it belongs to, so that a crash between the two loses no file and takes none
twice: a line whose entry never came to be is dropped when the index is next opened.
"""

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from copwatch.store.durable import flush, write_beside
from copwatch.store.own_ledger import OwnLedger
from copwatch.store.state import LocalState

KEPT_DAYS = 30
_INDEX, _KEY = "recent.jsonl", "recent.key"


@dataclass
class RecentFiles:
    """The index, opened under the writer's lock. Made by `open_recent`."""

    path: Path
    key: bytes
    device: str
    found: dict[str, str] = field(default_factory=dict)

    def find(self, sha256: str) -> str | None:
        """The evidence id under which these bytes came in lately."""
        return self.found.get(self._tag(sha256))

    def add(self, seq: int, entry: str, today: date, files: Mapping[str, str]) -> None:
        """Notes, durably, the files (SHA-256 → evidence id) of the entry that is about to be written."""
        tags = {self._tag(sha256): evidence for sha256, evidence in files.items()}
        line = {"device": self.device, "seq": seq, "entry": entry, "day": today.isoformat(), "tags": tags}
        descriptor = os.open(
            self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600
        )
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            flush(descriptor)
        self.found.update(tags)

    def _tag(self, sha256: str) -> str:
        return hmac.new(self.key, bytes.fromhex(sha256), "sha256").hexdigest()[:32]


def open_recent(state: LocalState, ledger: OwnLedger, today: date) -> RecentFiles:
    """Reads the index; drops what is older than 30 days and what belongs to entries that never came to be."""
    device = ledger.key.public_hex
    path, oldest = state.folder / _INDEX, (today - timedelta(days=KEPT_DAYS)).isoformat()
    lines = [json.loads(raw) for raw in _whole_lines(path)]
    kept = [
        line for line in lines
        if oldest <= line["day"] and (line["device"] != device or line["seq"] < ledger.size)
    ]  # fmt: skip
    if len(kept) != len(lines):
        write_beside(path, b"".join(json.dumps(line).encode() + b"\n" for line in kept))
    index = RecentFiles(path, _key(state), device)
    for line in kept:
        index.found.update(line["tags"])
    return index


def forget_recent(state: LocalState) -> None:
    """Forgets all files and the key at once."""
    for name in (_INDEX, _KEY):
        (state.folder / name).unlink(missing_ok=True)


def _key(state: LocalState) -> bytes:
    path = state.folder / _KEY
    if not path.exists():
        write_beside(path, secrets.token_bytes(32))
    return path.read_bytes()


def _whole_lines(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().split(b"\n")[:-1] if line] if path.exists() else []

"""An archive, its founder's identity and a card, for tests of taking in and giving out within one process."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from copwatch.catalogue.queries import evidence_item
from copwatch.crypto.age import HybridIdentity
from copwatch.progress import Progress
from copwatch.store.archive import Archive
from copwatch.store.check import verify_archive
from copwatch.store.keys import open_with_identity
from copwatch.workflows.adding import Added, Request, add_files
from copwatch.workflows.founding import make_archive
from copwatch.workflows.opening import read_evidence
from copwatch.workflows.session import Session

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


class House:
    """Made while COPWATCH_STATE names a folder of the test's own."""

    def __init__(self, top: Path) -> None:
        self.identity = HybridIdentity.generate()
        self.now, self.card = NOW, top / "card"
        self.archive = make_archive(
            top / "archive", lambda: NOW, passphrase=None, identity=self.identity
        ).archive
        self.card.mkdir()

    def file(self, name: str | bytes, data: bytes = b"x") -> Path:
        path = Path(os.fsdecode(os.fsencode(self.card) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def add(self, *paths: Path, archive: Archive | None = None, progress=None, **more) -> Added:
        request = Request(paths or (self.card,), **more)
        return add_files(archive or self.archive, request, lambda: self.now, progress or Progress())

    def session(self) -> Session:
        return Session(self.archive, open_with_identity(self.archive, self.identity))

    def of(self, type_: str) -> list[dict]:
        """All records of a type, as they were written."""
        with self.session() as session:
            assert session.findings == []
            sql = "SELECT json FROM records WHERE type = ?"
            return [json.loads(row["json"]) for row in session.catalogue.read(sql, [type_])]

    def bytes_of(self, evidence: str) -> bytes:
        with self.session() as session:
            item = evidence_item(session.catalogue, evidence)[0]
            with read_evidence(session, item) as source:
                return source.read()

    def entries(self) -> int:
        files = (self.archive.layout.folder / "ledger").rglob("*.jsonl")
        return sum(path.read_bytes().count(b"\n") for path in files)

    def staged(self) -> list[Path]:
        return list(self.archive.layout.staging.iterdir())

    def holds(self) -> None:
        assert list(verify_archive(self.archive.layout.folder).findings) == []


def names(added: Added) -> list[str]:
    return [item.name for item in added.received]

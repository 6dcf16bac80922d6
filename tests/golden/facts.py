"""What a golden archive says: `python -m tests.golden.facts FOLDER > expected.json`, once, after it was built."""

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

from copwatch.crypto.age import parse_identity
from copwatch.store.archive import open_archive
from copwatch.store.check import verify_archive
from copwatch.store.keys import open_with_identity
from copwatch.workflows.session import Session

FACTS = {
    "sets": "body, device, seq, entry, compartment, epoch, apart",
    "records": "leaf, body, place, id, type, recorded_at, json",
    "positions": "device, next_seq, head",
    "withdrawn": "object, by",
    "evidence": "id, name, size, sha256, media_type",
}
"""Columns that say what the archive holds; how the catalogue arranges it further is its own matter."""


def listed(findings) -> list[list[str]]:
    return sorted([f.kind.value, f.where, f.detail, "fails" if f.fails else "note"] for f in findings)


def verification(folder: Path) -> dict:
    result = verify_archive(folder)
    return {
        "archive": result.archive, "root": result.root, "findings": listed(result.findings),
        "heads": {device: [head.size, head.hash] for device, head in sorted(result.heads.items())},
    }  # fmt: skip


def rows(catalogue) -> dict:
    """How many rows each table of facts has, and the SHA-256 of them all, in order."""
    found = {}
    for table, columns in FACTS.items():
        lines = sorted(json.dumps(list(row.values())) for row in catalogue.read(f"SELECT {columns} FROM {table}"))
        found[table] = {"rows": len(lines), "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest()}
    return found


def opened(folder: Path, identity: str) -> dict:
    archive = open_archive(folder)
    with Session(archive, open_with_identity(archive, parse_identity(identity))) as session:
        types = [row["type"] for row in session.catalogue.read("SELECT type FROM records ORDER BY type")]
        return {"findings": listed(session.findings), "types": types, "tables": rows(session.catalogue)}


def facts(folder: Path) -> dict:
    keys = json.loads(folder.with_name(f"{folder.name}.keys.json").read_text("ascii"))
    return {"verification": verification(folder), "opened": opened(folder, keys["founder"])}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as state:
        os.environ["COPWATCH_STATE"] = state
        print(json.dumps(facts(Path(sys.argv[1])), indent=1, sort_keys=True))

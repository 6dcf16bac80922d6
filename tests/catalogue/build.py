"""Builds opened sets as a store would hand them over: real leaves, ids and hashes from numbers, no chance."""

import hashlib
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from copwatch.catalogue.catalogue import Catalogue
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.vocabulary import PREMIS
from copwatch.proof.body import OpenedRecord, OpenedSet
from copwatch.proof.commitment import leaf

ARCHIVE = "a" * 64
CASE, IDENTITY = "ca" * 16, "1d" * 16
KEY = bytes(range(32))


def h(*parts: object) -> str:
    """64 digits that follow from the parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def an_id(*parts: object) -> str:
    return h("id", *parts)[:32]


def at(minute: int) -> str:
    return f"2026-03-0{1 + minute // 1440}T{minute // 60 % 24:02d}:{minute % 60:02d}:00-08:00"


class Device:
    """One device and its ledger. `clock` counts minutes and moves on with every record."""

    def __init__(self, name: str, clock: int = 0) -> None:
        self.key = h("device", name)
        self.clock = clock
        self.seq = 0

    def record(self, type: str, **members: Any) -> OpenedRecord:
        """A record of this device; `minute` sets its time, `id` its id."""
        self.clock += 1
        minute = members.pop("minute", self.clock)
        base = {
            "id": members.pop("id", an_id(self.key, self.clock, type)), "type": type, "schema": 1,
            "archive": ARCHIVE, "device": self.key, "recorded_at": at(minute), "clock": "system",
        }  # fmt: skip
        record = {**base, **members}
        seed = bytes.fromhex(h("seed", record, self.clock))
        return OpenedRecord(record, seed, leaf(record, seed))

    def entry(self, *records: OpenedRecord, compartment: str = CASE, apart: str | None = None) -> OpenedSet:
        seq, self.seq = self.seq, self.seq + 1
        names = [r.leaf for r in records]
        return OpenedSet(self.key, seq, h("entry", self.key, seq), compartment, 0, h("body", self.key, seq, names),
                         records, apart)  # fmt: skip

    def evidence(self, number: int, batch: str, **members: Any) -> OpenedRecord:
        piece = h("object", self.key, number)
        about = {"name": f"IMG_{number}.JPG", "size": 100 + number, "sha256": h("file", number), "batch": batch,
                 "pieces": [{"object": piece, "size": 100 + number}], "media_type": "image/jpeg",
                 "metadata": "preserve", "id": an_id("evidence", number)}  # fmt: skip
        return self.record("evidence", **{**about, **members})

    def report(self, incident: str, *parents: OpenedRecord, **fields: Any) -> OpenedRecord:
        named = [parent.leaf for parent in parents]
        return self.record("report", incident=incident, template="stop", parents=named, **fields)

    def custody(self, event: str, **members: Any) -> OpenedRecord:
        known = {
            "event": event,
            "premis": PREMIS[event],
            "at": at(self.clock + 1),
            "scope": "evidence",
            "outcome": "pass",
        }
        return self.record("custody", **{**known, **members})


def positions(sets: Iterable[OpenedSet]) -> dict[str, tuple[int, str]]:
    """How far the ledgers go that these sets are all of."""
    found: dict[str, tuple[int, str]] = {}
    for one in sets:
        if one.seq + 1 > found.get(one.device, (0, ""))[0]:
            found[one.device] = (one.seq + 1, one.entry)
    return found


def survivors(opened: OpenedSet, *kept: OpenedRecord) -> OpenedSet:
    """The body in which `kept` records of a withdrawn one are sealed again, same seeds, same leaves."""
    body = h("again", opened.body, [r.leaf for r in kept])
    return OpenedSet(opened.device, opened.seq, opened.entry, opened.compartment, 0, body, kept, opened.apart)


@contextmanager
def filled(
    folder: Path, *sets: OpenedSet, withdrawn: dict[str, str | None] | None = None, schema: Schema = SCHEMA
):
    """A catalogue that absorbed these sets."""
    with Catalogue.open(folder / "catalogue.db", KEY, schema) as catalogue:
        catalogue.absorb(sets, positions(sets), withdrawn or {})
        yield catalogue


def dump(catalogue: Catalogue) -> dict[str, list[str]]:
    """All rows of all tables, as sorted text; without row numbers, and without when the tables were made."""
    names = catalogue.read(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_texts_fts%'"
        " AND name NOT IN ('_sqlite_migrations') ORDER BY name"
    )
    return {row["name"]: sorted(map(_cells, catalogue.read(f"SELECT * FROM {row['name']}"))) for row in names}


def _cells(row: dict[str, Any]) -> str:
    return repr({name: value for name, value in row.items() if name != "number"})

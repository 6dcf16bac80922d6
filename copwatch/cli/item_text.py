"""Evidence and batches as people read them, one fact a line. Everything is cleaned on the way out."""

from contextlib import suppress
from typing import Any

from copwatch.catalogue import queries
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.custody import custody
from copwatch.catalogue.described import described_item
from copwatch.catalogue.pieces import pieces_now
from copwatch.catalogue.shown import BatchRow, EvidenceRow, Names
from copwatch.cli.described import described_facts
from copwatch.cli.wrapping import hanging, width
from copwatch.errors import NotFound
from copwatch.model.vocabulary import LOSSY_TRANSFERS, label
from copwatch.sizes import size
from copwatch.text import show_bytes_name

_COLUMN = 16
"""A SHA-256 beside its label fits 80 columns uncut, and can be copied."""


def evidence_lines(catalogue: Catalogue, row: EvidenceRow) -> list[str]:
    """One item: what its record says, its batch, its custody in short, where it is filed, its pieces."""
    names = queries.names(catalogue)
    withdrawn = "  WITHDRAWN: its bytes are gone" if row.withdrawn else ""
    lines = [f"{row.code}  evidence{withdrawn}"]
    for head, text in [*_facts(row, names), *described_facts(described_item(catalogue, row.leaf))]:
        lines += hanging(head, text, indent=2, column=_COLUMN, cells=width())
    lines += _pair("filed under", ", ".join(_incidents(catalogue, row)) or "nothing yet")
    lines += _custody(catalogue, row)
    lines += ["", *_batch_of(catalogue, row), "", "  pieces (sealed objects)"]
    return lines + [f"    {piece['object']}  {size(piece['size'])}" for piece in pieces_of(catalogue, row)]


def batch_lines(catalogue: Catalogue, row: BatchRow) -> list[str]:
    """One batch: who filmed, how it came, when, how much."""
    names = queries.names(catalogue)
    lines = [f"{row.code}  batch"]
    for head, text in _batch_facts(row, names):
        lines += _pair(head, text)
    return lines


def pieces_of(catalogue: Catalogue, row: EvidenceRow) -> list[dict[str, Any]]:
    """The sealed objects of an item in order, with the bytes that each holds: as they are now, or as they were."""
    pieces = [
        (piece["object"], piece["size"])
        for piece in queries.record(catalogue, row.leaf).record.get("pieces", [])
    ]
    with suppress(NotFound):
        pieces = pieces_now(catalogue, pieces)
    return [{"object": object, "size": size} for object, size in pieces]


def _facts(row: EvidenceRow, names: Names) -> list[tuple[str, str]]:
    facts = [("name", row.name)]
    if row.name_bytes:
        facts.append(("name as bytes", show_bytes_name(bytes.fromhex(row.name_bytes))))
    return [
        *facts,
        ("folder", row.folder or "none"),
        ("type", row.media_type),
        ("size", f"{row.size:,} bytes ({size(row.size)})"),
        ("SHA-256", row.sha256),
        ("file time", f"{row.file_time}, as the source showed it" if row.file_time else "not known"),
        ("metadata", label(row.metadata)),
        ("received", f"{row.recorded_at} on {_device(row.device, names)}"),
    ]


def _custody(catalogue: Catalogue, row: EvidenceRow) -> list[str]:
    events = custody(catalogue, row.id, row.leaf)
    last = events[-1]
    count = "1 event" if len(events) == 1 else f"{len(events)} events"
    failed = sum(event.outcome != "pass" for event in events)
    text = f"{count}; last: {label(last.event)}, {last.at or 'time not known'}"
    return _pair("custody", f"{text}; {failed} FAILED" if failed else text)


def _incidents(catalogue: Catalogue, row: EvidenceRow) -> list[str]:
    code = codes(catalogue, "I", row.incidents)
    return [code[id] for id in row.incidents]


def _batch_of(catalogue: Catalogue, row: EvidenceRow) -> list[str]:
    try:
        found = queries.batch(catalogue, row.batch)
    except NotFound:
        return ["  batch: not here"]
    return [f"  {line}" for line in batch_lines(catalogue, found)]


def _batch_facts(row: BatchRow, names: Names) -> list[tuple[str, str]]:
    how = "not said" if row.how is None else label(row.how)
    lossy = " (this way may compress pictures and drop metadata)" if row.how in LOSSY_TRANSFERS else ""
    facts = [("filmed by", row.by or "not said"), ("received how", how + lossy)]
    if row.note:
        facts.append(("note", row.note))
    if row.device is not None:
        facts.append(("received", f"{row.recorded_at or 'time not known'} on {_device(row.device, names)}"))
    return [*facts, ("items", f"{row.evidence}, {size(row.size)}")]


def _device(key: str, names: Names) -> str:
    return names.devices.get(key, f"device {key[:8]}")


def _pair(head: str, text: str) -> list[str]:
    return hanging(head, text, indent=2, column=_COLUMN, cells=width() - 2)

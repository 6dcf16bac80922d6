"""How rows of the catalogue look in tables and in JSON; several commands show the same rows."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from copwatch.catalogue.shown import CustodyEvent, EvidenceRow
from copwatch.model.ids import code
from copwatch.model.vocabulary import label
from copwatch.sizes import size


def evidence_of(incident: str, rows: Sequence[EvidenceRow]) -> tuple[list[str], list[list[Any]]]:
    """Heads and cells of the evidence of one incident: what else it is filed under, if any of it is."""
    heads = [*EVIDENCE_HEADS[:-1], "also under"]
    cells = [evidence_cells(row, without=incident) for row in rows]
    return (heads, cells) if any(row[-1] for row in cells) else (heads[:-1], [row[:-1] for row in cells])


def evidence_cells(row: EvidenceRow, without: str = "") -> list[Any]:
    """Code, name, size, when it was received, and what it is filed under; the folder is in `copwatch show`.

    With a code in the last column 80 columns leave 16 for the name: what cameras and phones call a file.
    """
    filed = ", ".join(code("I", incident) for incident in row.incidents if incident != without)
    return [
        row.code,
        row.name,
        "withdrawn" if row.withdrawn else size(row.size),
        minute(row.recorded_at),
        filed,
    ]


def minute(recorded: str | None) -> str:
    """A time as people read it in a list: the day and the minute in this computer's zone; `--json` has all of it."""
    if recorded is None:
        return ""
    try:
        return datetime.fromisoformat(recorded).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return recorded


def path_text(path: Path) -> str:
    """A path as JSON can hold it; bytes that are not UTF-8 become `\\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def evidence_json(row: EvidenceRow) -> dict[str, Any]:
    """Everything that the catalogue has of one item."""
    return {**asdict(row), "incident_codes": [code("I", incident) for incident in row.incidents]}


def custody_cells(event: CustodyEvent) -> list[Any]:
    """When, what, by whom or on whose device, how it came out, and details."""
    # The hash stands above the table already, and would fill it; so would what the purpose says.
    purpose = event.purpose or ""
    told = {"sha256", *(name for name in ("bundle", "profile") if str(event.detail.get(name)) in purpose)}
    detail = ", ".join(f"{name} {value}" for name, value in event.detail.items() if name not in told)
    said = "; ".join(part for part in (purpose.rstrip("."), detail) if part)
    by = event.by or f"device {event.device[:8]}"
    return [minute(event.at), label(event.event), by, event.outcome, said]


def custody_json(event: CustodyEvent) -> dict[str, Any]:
    """Everything that the catalogue has of one event."""
    detail: Mapping[str, Any] = event.detail
    return {
        "at": event.at, "event": event.event, "premis": event.premis, "scope": event.scope,
        "outcome": event.outcome, "by": event.by, "purpose": event.purpose, "detail": dict(detail),
        "device": event.device, "leaf": event.leaf, "derived": event.derived,
    }  # fmt: skip


EVIDENCE_HEADS = ["evidence", "name", "size", "received", "filed under"]
CUSTODY_HEADS = ["when (local)", "event", "by", "outcome", "details"]

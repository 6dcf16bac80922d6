"""How rows of the catalogue look in tables and in JSON; several commands show the same rows."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from copwatch.catalogue.shown import CustodyEvent, EvidenceRow
from copwatch.cli.sizes import size
from copwatch.model.ids import code


def evidence_cells(row: EvidenceRow) -> list[Any]:
    """Code, name, type, size, when it was received, and what it is filed under."""
    name = f"{row.folder}/{row.name}" if row.folder else row.name
    filed = ", ".join(code("I", incident) for incident in row.incidents)
    kind = f"{row.media_type} (withdrawn)" if row.withdrawn else row.media_type
    return [row.code, name, kind, size(row.size), row.recorded_at, filed]


def evidence_json(row: EvidenceRow) -> dict[str, Any]:
    """Everything that the catalogue has of one item."""
    return {**asdict(row), "incident_codes": [code("I", incident) for incident in row.incidents]}


def custody_cells(event: CustodyEvent) -> list[Any]:
    """When, what, its PREMIS code, whose device, and details."""
    detail = ", ".join(f"{name} {value}" for name, value in event.detail.items())
    said = "; ".join(part for part in (event.purpose, detail) if part)
    return [event.at, event.event, event.premis, event.by or event.device[:8], event.outcome, said]


def custody_json(event: CustodyEvent) -> dict[str, Any]:
    """Everything that the catalogue has of one event."""
    detail: Mapping[str, Any] = event.detail
    return {
        "at": event.at, "event": event.event, "premis": event.premis, "scope": event.scope,
        "outcome": event.outcome, "by": event.by, "purpose": event.purpose, "detail": dict(detail),
        "device": event.device, "leaf": event.leaf, "derived": event.derived,
    }  # fmt: skip


EVIDENCE_HEADS = ["evidence", "name", "type", "size", "received", "filed under"]
CUSTODY_HEADS = ["when", "event", "PREMIS", "by", "outcome", "details"]

"""The custody of one evidence, in the order of time: from its own record, then from custody records."""

import json
from collections.abc import Iterable
from typing import Any, Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.queries import evidence_item
from copwatch.catalogue.shown import CustodyEvent, EvidenceRow
from copwatch.model.vocabulary import PREMIS

_BEGINNING: Final = ("received", "hashed", "encrypted")
"""What taking a file in does, in this order and in one pass over its bytes."""

_EVENTS: Final = """
    FROM custody AS c, (SELECT device, recorded_utc, leaf FROM evidence WHERE leaf = :leaf) AS e
    JOIN records AS r ON r.leaf = e.leaf AND r.counts JOIN sets AS s ON s.body = r.body
    WHERE c.leaf IN (SELECT leaf FROM custody_evidence WHERE evidence = :id)
        OR (c.scope = 'archive' AND CASE WHEN c.device = e.device THEN c.seq >= s.seq
            ELSE c.at_utc >= e.recorded_utc END)
"""
_IN_ORDER: Final = f"SELECT c.* {_EVENTS} ORDER BY c.at_utc, c.recorded_utc, c.device, c.seq, c.leaf"

_MADE: Final = "SELECT * FROM renditions WHERE evidence_leaf = ?"


def custody(catalogue: Catalogue, id: str, leaf: str | None = None) -> list[CustodyEvent]:
    """Everything that happened to the evidence `id` as far as the keys at hand show it, oldest first.

    Events about the whole archive belong to the custody of what was in it then: of the same device, what stands
    no later in its ledger; of others, what was recorded before. The first events are read out of the evidence
    record itself, and come first whatever the clocks of other devices said.

    Where several records bear the id, `leaf` says which of them is meant; events name only the id, so that they
    stand with each.

    Raises:
        NotFound: there is no such evidence here.
    """
    items = evidence_item(catalogue, id)
    item = next((item for item in items if item.leaf == leaf), items[0])
    found = catalogue.read(_IN_ORDER, {"leaf": item.leaf, "id": id})
    made = catalogue.read(_MADE, [item.leaf])
    later = [(row["at_utc"], row["recorded_utc"], _event(row)) for row in found]
    later += [(row["recorded_utc"], row["recorded_utc"], _made(row)) for row in made]
    later.sort(key=lambda each: (each[0], each[1], each[2].device))
    return [*(_beginning(item, event) for event in _BEGINNING), *(event for _, _, event in later)]


def custody_leaves(catalogue: Catalogue, items: Iterable[EvidenceRow]) -> set[str]:
    """The leaves of the custody records that `custody` tells of for any of these items."""
    wanted = f"SELECT c.leaf {_EVENTS}"
    return {
        row["leaf"] for item in items for row in catalogue.read(wanted, {"leaf": item.leaf, "id": item.id})
    }


def _beginning(item: EvidenceRow, event: str) -> CustodyEvent:
    detail: dict[str, Any] = {"sha256": item.sha256, "size": item.size} if event == "hashed" else {}
    return CustodyEvent(
        item.recorded_at,
        event,
        PREMIS[event],
        "evidence",
        "pass",
        None,
        None,
        detail,
        item.device,
        item.leaf,
        True,
    )


def _made(row: dict[str, Any]) -> CustodyEvent:
    """A rendition that went out: read out of its own record, like what the evidence record says of its beginning."""
    detail = {
        name: row[name] for name in ("made", "tool", "sha256", "size", "essence") if row[name] is not None
    }
    return CustodyEvent(
        row["recorded_at"], "metadata_stripped", PREMIS["metadata_stripped"], "evidence", "pass", None, None, detail,
        row["device"], row["leaf"], True,
    )  # fmt: skip


def _event(row: dict[str, Any]) -> CustodyEvent:
    detail = json.loads(row["detail"] or "{}")
    return CustodyEvent(
        row["at"], row["event"], row["premis"] or "", row["scope"], row["outcome"], row["by"], row["purpose"],
        detail if isinstance(detail, dict) else {"": detail}, row["device"], row["leaf"], False,
    )  # fmt: skip

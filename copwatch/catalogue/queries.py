"""What people ask the catalogue. Records that are held apart, or cannot be read, are in none of the lists."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.claims import marks
from copwatch.catalogue.codes import codes
from copwatch.catalogue.order import succeeding
from copwatch.catalogue.shown import (
    BatchRow,
    Counts,
    EvidenceRow,
    Incident,
    IncidentRow,
    Names,
    ReportVersion,
    StoredRecord,
)
from copwatch.errors import NotFound

_LEAF_BEGINS: Final = re.compile(r"[0-9a-f]{8,64}")
_NOT_HERE: Final = "it may be of a compartment that your keys do not open, or withdrawn"

# The only places outside the table of fields that name fields of a report: what a list of incidents shows.
_BEGINS: Final = 120
_INCIDENTS: Final = f"""
    SELECT i.*, r.occurred_start AS at, r.occurred_start_precision AS precision, r.location_text AS place, r.city,
        substr(r.narrative_observed, 1, {_BEGINS}) AS begins, r.agencies,
        (SELECT count(*) FROM evidence_incidents AS l WHERE l.incident = i.id) AS evidence
    FROM incidents AS i LEFT JOIN reports AS r ON r.leaf = i.leaf
"""  # noqa: S608
_EVIDENCE: Final = """
    SELECT e.*, (SELECT group_concat(incident, ' ') FROM
        (SELECT incident FROM evidence_incidents WHERE evidence = e.id ORDER BY incident)) AS incidents
    FROM evidence AS e
"""
_UNFILED: Final = "id NOT IN (SELECT evidence FROM evidence_incidents)"
_BATCHES: Final = """
    SELECT n.id, b.by, b.how, b.note, b.device, b.recorded_at, count(e.leaf) AS evidence,
        coalesce(sum(e.size), 0) AS size
    FROM (SELECT id FROM batches UNION SELECT batch FROM evidence) AS n
    LEFT JOIN batches AS b ON b.leaf = (SELECT leaf FROM batches WHERE id = n.id ORDER BY recorded_utc, leaf LIMIT 1)
    LEFT JOIN evidence AS e ON e.batch = n.id
"""
_COUNTS: Final = f"""
    SELECT (SELECT count(*) FROM incidents) AS incidents, (SELECT sum(conflict) FROM incidents) AS conflicts,
        (SELECT count(*) FROM evidence) AS evidence, (SELECT sum(size) FROM evidence) AS size,
        (SELECT count(*) FROM (SELECT id FROM batches UNION SELECT batch FROM evidence)) AS batches,
        (SELECT count(*) FROM evidence WHERE {_UNFILED}) AS unfiled,
        (SELECT count(*) FROM evidence WHERE withdrawn) AS withdrawn,
        (SELECT count(DISTINCT leaf) FROM records AS r WHERE NOT EXISTS
            (SELECT 1 FROM records AS o WHERE o.leaf = r.leaf AND o.counts)) AS apart,
        (SELECT count(*) FROM problems) AS problems
"""  # noqa: S608
_STORED: Final = """
    SELECT r.leaf, r.json, r.own, s.*, p.reason AS problem FROM records AS r JOIN sets AS s ON s.body = r.body
    LEFT JOIN problems AS p ON p.leaf = r.leaf AND r.counts
"""


def incidents(catalogue: Catalogue) -> list[IncidentRow]:
    """All incidents, the last changed first."""
    return _incident_rows(catalogue, "", ())


def incidents_of(catalogue: Catalogue, ids: Sequence[str]) -> list[IncidentRow]:
    """The incidents with these ids, in that order; one that is not here is left out."""
    found = _incident_rows(catalogue, "WHERE i.id IN (SELECT value FROM json_each(?))", (json.dumps([*ids]),))
    rows = {row.id: row for row in found}
    return [rows[id] for id in ids if id in rows]


def incident(catalogue: Catalogue, id: str) -> Incident:
    """One incident with its current report and its evidence. Raises `NotFound`."""
    found = _incident_rows(catalogue, "WHERE i.id = ?", (id,))
    if not found:
        raise NotFound("there is no such incident here", hint=_NOT_HERE)
    heads = [version for version in report_versions(catalogue, id) if version.head]
    heads.sort(key=lambda version: not version.partial)
    return Incident(found[0], tuple(reversed(heads)), tuple(evidence(catalogue, incident=id)))


def evidence(
    catalogue: Catalogue, *, batch: str | None = None, incident: str | None = None, unfiled: bool = False
) -> list[EvidenceRow]:
    """Evidence as it was received, oldest first; each argument that is given narrows the list."""
    where, values = ["1"], []
    if batch is not None:
        where.append("batch = ?")
        values.append(batch)
    if incident is not None:
        where.append("id IN (SELECT evidence FROM evidence_incidents WHERE incident = ?)")
        values.append(incident)
    if unfiled:
        where.append(_UNFILED)
    return _evidence_rows(catalogue, " AND ".join(where), values)


def unfiled(catalogue: Catalogue) -> list[EvidenceRow]:
    """Evidence that is linked to no incident."""
    return evidence(catalogue, unfiled=True)


def unfiled_count(catalogue: Catalogue) -> int:
    """How many items of evidence are linked to no incident."""
    found = catalogue.read(f"SELECT count(*) AS number FROM evidence WHERE {_UNFILED}")  # noqa: S608 (our own)
    return int(found[0]["number"])


def evidence_item(catalogue: Catalogue, id: str) -> list[EvidenceRow]:
    """The evidence of that id: one, or every record that claims the id, oldest first. Raises `NotFound`."""
    found = _evidence_rows(catalogue, "id = ?", [id])
    if not found:
        raise NotFound("there is no such evidence here", hint=_NOT_HERE)
    return found


def evidence_by_sha256(catalogue: Catalogue, sha256: str) -> list[EvidenceRow]:
    """Evidence whose bytes, as received, have this hash; several where a file was added more than once."""
    return _evidence_rows(catalogue, "sha256 = ?", [sha256])


def evidence_by_essence(catalogue: Catalogue, essence: str) -> list[EvidenceRow]:
    """Evidence with this coded picture and sound, as its own record or that of a rendition of it says."""
    made = "SELECT evidence_leaf FROM renditions WHERE essence = ?"
    return _evidence_rows(catalogue, f"essence = ? OR leaf IN ({made})", [essence, essence])


def evidence_by_rendition(catalogue: Catalogue, sha256: str, size: int) -> list[EvidenceRow]:
    """Evidence of which a rendition with this hash and size was made."""
    made = "SELECT evidence_leaf FROM renditions WHERE sha256 = ? AND size = ?"
    return _evidence_rows(catalogue, f"leaf IN ({made})", [sha256, size])


def rendition_leaves(catalogue: Catalogue, ids: Iterable[str]) -> dict[str, str]:
    """The leaf of the record of each of these renditions, by its id. One that is not here is left out."""
    found = (catalogue.read("SELECT id, leaf FROM renditions WHERE id = ?", [id]) for id in ids)
    return {row["id"]: row["leaf"] for rows in found for row in rows}


def batches(catalogue: Catalogue) -> list[BatchRow]:
    """All batches, the newest first."""
    return _batch_rows(catalogue, "", ())


def batch(catalogue: Catalogue, id: str) -> BatchRow:
    """One batch. Raises `NotFound`."""
    found = _batch_rows(catalogue, "WHERE n.id = ?", (id,))
    if not found:
        raise NotFound("there is no such batch here", hint=_NOT_HERE)
    return found[0]


def report_versions(catalogue: Catalogue, incident: str) -> list[ReportVersion]:
    """Every version of the report of an incident, oldest first."""
    sql = (
        "SELECT p.*, r.json FROM reports AS p JOIN records AS r ON r.leaf = p.leaf AND r.counts"
        " WHERE p.incident = ?"
    )
    return succeeding(_versions(catalogue, catalogue.read(sql, (incident,))))


def report_version(catalogue: Catalogue, id: str) -> list[ReportVersion]:
    """The report version of that id: one, or every record that claims the id, oldest first. Raises `NotFound`."""
    sql = (
        "SELECT p.*, r.json FROM reports AS p JOIN records AS r ON r.leaf = p.leaf AND r.counts"
        " WHERE p.id = ? ORDER BY p.recorded_utc, p.leaf"
    )
    found = _versions(catalogue, catalogue.read(sql, (id,)))
    if not found:
        raise NotFound("there is no such report version here", hint=_NOT_HERE)
    return found


def record(catalogue: Catalogue, leaf: str) -> StoredRecord:
    """The record of a leaf, whether it counts or not. Raises `NotFound`."""
    found = _stored(catalogue, "WHERE r.leaf = ? ORDER BY r.counts DESC, s.seq, s.body LIMIT 1", (leaf,))
    if not found:
        raise NotFound("there is no such record here", hint=_NOT_HERE)
    return found[0]


def leaf_beginning(catalogue: Catalogue, digits: str) -> str | None:
    """The one leaf that begins with these hex digits, eight or more; None where there is none, or are several."""
    if not _LEAF_BEGINS.fullmatch(digits):
        return None
    sql = "SELECT DISTINCT leaf FROM records WHERE leaf >= ? AND leaf < ? LIMIT 2"
    rows = list(catalogue.read(sql, (digits, f"{digits}g")))
    return str(rows[0]["leaf"]) if len(rows) == 1 else None


def records_of(catalogue: Catalogue, type: str) -> list[StoredRecord]:
    """All records of a type that count, also of a type that this program does not know, in the order of time."""
    order = "ORDER BY r.recorded_utc, s.device, s.seq, r.place, r.leaf"
    return _stored(catalogue, f"WHERE r.type = ? AND r.counts {order}", (type,))


def held_apart(catalogue: Catalogue) -> list[StoredRecord]:
    """Records that do not count: of unknown or revoked devices, or copied from another device's ledger."""
    counts = "SELECT 1 FROM records AS o WHERE o.leaf = r.leaf AND o.counts"
    return _stored(catalogue, f"WHERE NOT EXISTS ({counts}) ORDER BY s.device, s.seq, r.place, r.leaf", ())


def problems(catalogue: Catalogue) -> list[StoredRecord]:
    """Records that count but that this program cannot read: unknown types, newer schemas, malformed ones."""
    return _stored(catalogue, "WHERE p.reason IS NOT NULL ORDER BY s.device, s.seq, r.place, r.leaf", ())


def names(catalogue: Catalogue) -> Names:
    """Names of members, devices and compartments, the latest roster first."""
    kinds: dict[str, dict[str, str]] = defaultdict(dict)
    for row in catalogue.read("SELECT kind, id, name FROM roster_names"):
        kinds[row["kind"]][row["id"]] = row["name"]
    return Names(kinds["group"].get(""), kinds["member"], kinds["device"], kinds["compartment"])


def counts(catalogue: Catalogue) -> Counts:
    """How much of everything there is."""
    row = catalogue.read(_COUNTS)[0]
    return Counts(**{name: value or 0 for name, value in row.items()})


def _incident_rows(catalogue: Catalogue, where: str, values: Sequence[Any]) -> list[IncidentRow]:
    found = catalogue.read(f"{_INCIDENTS} {where} ORDER BY i.changed_utc DESC, i.id", values)
    code = codes(catalogue, "I", (row["id"] for row in found))
    return [
        IncidentRow(
            row["id"], code[row["id"]], row["at"], row["precision"], row["place"], row["city"],
            row["begins"], tuple(json.loads(row["agencies"] or "[]")), row["evidence"], row["versions"],
            bool(row["conflict"]), row["changed_at"],
        )
        for row in found
    ]  # fmt: skip


def _evidence_rows(catalogue: Catalogue, where: str, values: Sequence[Any]) -> list[EvidenceRow]:
    order = "ORDER BY e.recorded_utc, e.device, e.folder, e.name, e.leaf"
    found = catalogue.read(f"{_EVIDENCE} WHERE {where} {order}", values)
    code = codes(catalogue, "E", (row["id"] for row in found))
    mark = marks(catalogue, "evidence", code)
    return [_evidence_row(row, code[row["id"]] + mark.get(row["leaf"], "")) for row in found]


def _evidence_row(row: Mapping[str, Any], code: str) -> EvidenceRow:
    cells = {name: value for name, value in row.items() if name != "recorded_utc"}
    incidents = tuple(row["incidents"].split()) if row["incidents"] else ()
    return EvidenceRow(**{**cells, "code": code, "withdrawn": bool(row["withdrawn"]), "incidents": incidents})


def _batch_rows(catalogue: Catalogue, where: str, values: Sequence[Any]) -> list[BatchRow]:
    newest = "ORDER BY max(coalesce(b.recorded_utc, e.recorded_utc, '')) DESC, n.id"
    found = catalogue.read(f"{_BATCHES} {where} GROUP BY n.id {newest}", values)
    code = codes(catalogue, "B", (row["id"] for row in found))
    return [BatchRow(**row, code=code[row["id"]]) for row in found]


def _versions(catalogue: Catalogue, found: list[dict[str, Any]]) -> list[ReportVersion]:
    code = codes(catalogue, "R", (row["id"] for row in found))
    mark = marks(catalogue, "reports", code)
    return [
        ReportVersion(
            row["leaf"], row["id"], code[row["id"]] + mark.get(row["leaf"], ""), row["incident"], row["template"],
            row["reason"],
            _parents(catalogue, row["leaf"]), bool(row["head"]), row["device"], row["seq"], row["recorded_at"],
            json.loads(row["json"]), json.loads(row["not_understood"] or "{}"),
        )
        for row in found
    ]  # fmt: skip


def _parents(catalogue: Catalogue, leaf: str) -> tuple[str, ...]:
    rows = catalogue.read("SELECT parent FROM version_parents WHERE leaf = ? ORDER BY parent", (leaf,))
    return tuple(row["parent"] for row in rows)


def _stored(catalogue: Catalogue, where: str, values: Sequence[Any]) -> list[StoredRecord]:
    return [
        StoredRecord(
            row["leaf"], json.loads(row["json"]), row["device"], row["seq"], row["entry"], row["compartment"],
            row["epoch"], row["body"], row["apart"] or (None if row["own"] else "copied from another device"),
            row["problem"],
        )
        for row in catalogue.read(f"{_STORED} {where}", values)
    ]  # fmt: skip

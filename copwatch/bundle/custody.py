"""Custody from receipt to export, as rows that follow from proven records and from nothing else."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from copwatch.bundle.shown import WITHHELD, Shown
from copwatch.model.values import to_datetime
from copwatch.model.vocabulary import PREMIS
from copwatch.proof.canonical import Json
from copwatch.text import csv_cell

COLUMNS = ("at", "event", "premis", "who", "what", "device", "outcome", "detail", "record")


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """One event. `what` holds codes; `record` is the leaf that proves the row, empty for the export itself.

    All values but `premis`, `device` and `record` are untrusted text.
    """

    at: str
    event: str
    premis: str
    who: str
    what: str
    device: str
    outcome: str
    detail: str
    record: str

    def to_json(self) -> Json:
        """The row as it stands in custody.json."""
        return {name: getattr(self, name) for name in COLUMNS}


def custody_rows(
    records: Iterable[Shown], codes: dict[str, str], export: CustodyRow
) -> tuple[CustodyRow, ...]:
    """The rows of all records that are part of custody, in the order of their times and ledgers, and the export.

    The export has a row of its own where no record tells of it (`export.what` at the start of its purpose).

    Args:
        records: every record of the bundle.
        codes: spoken codes of what is in the bundle: by id for evidence and incidents, by leaf for evidence and what
            was made of it.
        export: the row of the export itself, which the signature of the bundle proves; it comes last.
    """
    known = list(records)
    batches = {shown.text("id"): shown for shown in known if shown.text("type") == "batch"}
    found = [(_order(row, shown), row) for shown in known if (row := _row(shown, batches, codes))]
    told = any(_tells_of(shown, export.what) for shown in known)
    return (*(row for _, row in sorted(found, key=lambda pair: pair[0])), *(() if told else (export,)))


def export_row(at: str, device: str, code: str, detail: str) -> CustodyRow:
    """The last row: this bundle was written."""
    return CustodyRow(at, "exported", PREMIS["exported"], "", code, device, "pass", detail, "")


def to_csv(rows: Iterable[CustodyRow]) -> bytes:
    """The rows for a spreadsheet program: UTF-8, CRLF, every cell quoted and inert."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([csv_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
    return text.getvalue().encode()


def _row(shown: Shown, batches: dict[str, Shown], codes: dict[str, str]) -> CustodyRow | None:
    """The row of a record that is part of custody."""
    match shown.text("type"):
        case "evidence":
            return _received(shown, batches, codes)
        case "rendition":
            return _made(shown, codes)
        case "custody":
            return _event(shown, codes)
    return None


def _received(shown: Shown, batches: dict[str, Shown], codes: dict[str, str]) -> CustodyRow:
    batch = batches.get(shown.text("batch"))
    who, how = (batch.said("by"), batch.said("how")) if batch else ("", "")
    facts = [f"sha256 {shown.text('sha256')}", f"{shown.number('size')} bytes"]
    facts += [f"by {how}"] if how else []
    what = codes.get(shown.leaf, shown.text("id"))
    detail = "; ".join(facts)
    return CustodyRow(
        shown.text("recorded_at"),
        "received",
        PREMIS["received"],
        who,
        what,
        shown.device,
        "pass",
        detail,
        shown.leaf,
    )


def _made(shown: Shown, codes: dict[str, str]) -> CustodyRow:
    facts = [f"rendition {shown.text('made')} by {shown.text('tool')}", f"sha256 {shown.text('sha256')}"]
    facts += [f"{shown.number('size')} bytes"]
    facts += [f"essence {shown.text('essence')}"] if shown.text("essence") else []
    return CustodyRow(
        shown.text("recorded_at"), "metadata_stripped", PREMIS["metadata_stripped"], "",
        codes.get(shown.leaf, shown.text("evidence")), shown.device, "pass", "; ".join(facts), shown.leaf,
    )  # fmt: skip


def _event(shown: Shown, codes: dict[str, str]) -> CustodyRow:
    named = [*_strings(shown.record.get("evidence")), *_strings([shown.text("incident")])]
    what = " ".join(codes.get(id, id) for id in named if id) or shown.text("scope")
    purpose = "".join(_strings(shown.record.get("purpose")))
    detail = shown.record.get("detail")
    facts = (
        [f"{name} {value}" for name, value in sorted(detail.items()) if value != WITHHELD]
        if isinstance(detail, dict)
        else []
    )
    return CustodyRow(
        shown.text("at"), shown.text("event"), shown.text("premis"), shown.said("by"), what, shown.device,
        shown.text("outcome"), "; ".join([*([purpose] if purpose else []), *facts]), shown.leaf,
    )  # fmt: skip


def _tells_of(shown: Shown, bundle: str) -> bool:
    purpose = "".join(_strings(shown.record.get("purpose")))
    exported = (shown.text("type"), shown.text("event"), shown.text("outcome")) == (
        "custody",
        "exported",
        "pass",
    )
    detail = shown.record.get("detail")
    named = isinstance(detail, dict) and detail.get("bundle") == bundle
    return exported and (named or purpose.startswith(f"{bundle} "))


def _strings(value: Json) -> list[str]:
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


_FIRST = ("received", "metadata_stripped")
"""In one line of a ledger: what is there has come before what is done with it."""


def _order(row: CustodyRow, shown: Shown) -> tuple[bool, float, str, int, int, str]:
    """By moment; what is not a time comes after. What one device wrote in one second stands as in its ledger."""
    moment = to_datetime(row.at)
    place = _FIRST.index(row.event) if row.event in _FIRST else len(_FIRST)
    at = moment.timestamp() if moment else 0.0
    return (moment is None, at, shown.device, shown.seq, place, row.record)

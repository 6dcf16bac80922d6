"""The current versions of all reports, one after the other: for what looks at every incident at once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.model.records import ENVELOPE, RECORDS

_HEADS: Final = """
    SELECT p.incident, p.not_understood, r.json FROM reports AS p JOIN records AS r ON r.leaf = p.leaf AND r.counts
    WHERE p.head AND instr(r.json, ?) ORDER BY p.incident, p.leaf
"""


@dataclass(frozen=True, slots=True)
class ReportHead:
    """One current version: of which incident, and the fields of it that this program understands."""

    incident: str
    fields: dict[str, Any]


def report_heads(catalogue: Catalogue, saying: str = "") -> Iterator[ReportHead]:
    """Every current version of every report; several of one incident where versions stand side by side.

    Args:
        saying: only those in whose record this stands somewhere, such as the name of a field.
    """
    own = {*ENVELOPE, *RECORDS["report"].shape()}
    for row in catalogue.read(_HEADS, (saying,)):
        odd = json.loads(row["not_understood"] or "{}")
        record = json.loads(row["json"])
        yield ReportHead(
            row["incident"], {name: v for name, v in record.items() if name not in own and name not in odd}
        )

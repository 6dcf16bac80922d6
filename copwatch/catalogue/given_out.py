"""What was given out, as custody events say: bundles, single files, and whoever they were for."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from copwatch.catalogue.catalogue import Catalogue

_EVENTS: Final = """
    SELECT c.* FROM custody AS c WHERE c.event IN ('exported', 'disclosed')
    ORDER BY c.at_utc, c.recorded_utc, c.device, c.seq, c.leaf
"""

_BESIDE: Final = """
    SELECT detail FROM custody WHERE event IN ('packed', 'renamed') AND outcome = 'pass' ORDER BY leaf
"""
"""What was packed into a bundle, and which Bates numbers it took."""


@dataclass(frozen=True, slots=True)
class GivenOut:
    """One time that something was given out. `evidence` are ids;

    `finished` is false where the export failed, and None where it was begun and nobody wrote down how it ended: the
    program was killed, or the archive could not be written to. Then something may have gone out.
    `detail` as `workflows/registering.py` writes it; of exports of an older copwatch it is empty.
    """

    leaf: str
    at: str | None
    event: str
    by: str | None
    purpose: str | None
    incident: str | None
    evidence: tuple[str, ...]
    finished: bool | None
    detail: Mapping[str, Any]
    device: str


def given_out(catalogue: Catalogue) -> list[GivenOut]:
    """Everything that was given out, oldest first. An export and that it failed are one, which is not finished."""
    items: dict[str, list[str]] = {}
    for row in catalogue.read("SELECT leaf, evidence FROM custody_evidence ORDER BY evidence"):
        items.setdefault(row["leaf"], []).append(row["evidence"])
    packed: dict[Any, dict[str, Any]] = {}
    for row in catalogue.read(_BESIDE):
        detail = _detail(row)
        packed.setdefault(detail.get("bundle"), {}).update(detail)
    rows = [*catalogue.read(_EVENTS)]
    failed = {_bundle(row) for row in rows if row["outcome"] != "pass"}
    begun = {_bundle(row) for row in rows if row["outcome"] == "pass"}
    return [
        _given_out(row, tuple(items.get(row["leaf"], ())), packed, failed)
        for row in rows
        if row["outcome"] == "pass" or _bundle(row) not in begun
    ]


def holding(catalogue: Catalogue, evidence: Collection[str], incidents: Collection[str]) -> list[GivenOut]:
    """What was given out of this evidence, or about these incidents."""
    return [
        one
        for one in given_out(catalogue)
        if one.incident in incidents or not set(one.evidence).isdisjoint(evidence)
    ]


def incidents_of(catalogue: Catalogue, given: Collection[GivenOut]) -> dict[str, set[str]]:
    """The ids of the incidents that each was of, by its leaf: the one that was asked for, or those of its items."""
    filed: dict[str, set[str]] = {}
    for row in catalogue.read("SELECT evidence, incident FROM evidence_incidents"):
        filed.setdefault(row["evidence"], set()).add(row["incident"])
    return {
        one.leaf: {one.incident}
        if one.incident
        else {id for item in one.evidence for id in filed.get(item, ())}
        for one in given
    }


def _given_out(
    row: Mapping[str, Any], evidence: tuple[str, ...], packed: Mapping[Any, Mapping[str, Any]],
    failed: Collection[tuple[str, str]],
) -> GivenOut:  # fmt: skip
    detail = _detail(row)
    begun = row["outcome"] == "pass" and _bundle(row) not in failed
    known = "bundle" not in detail or "manifest" in packed.get(detail["bundle"], {})
    finished = None if begun and not known else begun
    return GivenOut(
        row["leaf"], row["at"], row["event"], row["by"], row["purpose"], row["incident"], evidence,
        finished, {**packed.get(detail.get("bundle"), {}), **detail}, row["device"],
    )  # fmt: skip


def _bundle(row: Mapping[str, Any]) -> tuple[str, str]:
    """The device and the bundle of an event; that an export failed begins with the code, and has no detail."""
    return row["device"], str(_detail(row).get("bundle") or (row["purpose"] or row["leaf"]).partition(" ")[0])


def _detail(row: Mapping[str, Any]) -> dict[str, Any]:
    detail = json.loads(row["detail"] or "{}")
    return detail if isinstance(detail, dict) else {}

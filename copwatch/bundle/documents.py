"""The documents of a bundle as a pure function of its facts and its proven records.

The writer writes what comes out of here, and the verifier compares it with what it found: no line of a report,
custody list or page can say anything else than the records do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from copwatch.bundle.custody import CustodyRow, custody_rows, export_row, to_csv
from copwatch.bundle.facts import Facts, Named
from copwatch.bundle.how_to_verify import how_to_verify
from copwatch.bundle.page import render
from copwatch.bundle.production import numbering
from copwatch.bundle.shown import Shown, Told
from copwatch.bundle.standalone.script import verify_script
from copwatch.bundle.versions import Version, in_order
from copwatch.bundle.viewing import VIEWING
from copwatch.proof.canonical import Json, encode

REPORT = "data/report.json"
CUSTODY = "data/custody.json"
CUSTODY_CSV = "data/custody.csv"
PAGE = "data/index.html"
HOW_TO = "data/HOW-TO-VERIFY.txt"
SCRIPT = "data/verify.py"
EVIDENCE = "data/evidence/"
PROOFS = "data/proofs/"
CHARTERS = "data/proofs/charter/"


def is_evidence(path: str) -> bool:
    """Whether a file of a bundle is evidence, or a rendition of it, and not something that is said about it."""
    return path.startswith(EVIDENCE) or numbering.is_evidence(path)


def is_media(path: str) -> bool:
    """Whether a file is evidence, or was made of it to be looked at."""
    return is_evidence(path) or path.startswith(VIEWING)


@dataclass(frozen=True, slots=True)
class Documents:
    """Everything that is derived, by path. `exact` has one valid form; of `page` see docs/bundle.md, "Page"."""

    exact: Mapping[str, bytes]
    page: bytes

    def all(self) -> dict[str, bytes]:
        """All of them, in the order in which they are written."""
        return {PAGE: self.page, **self.exact}


def documents(facts: Facts, shown: Mapping[str, Shown]) -> Documents:
    """Derives all documents. `shown` has a proven record for every leaf that `facts` names (KeyError if not)."""
    shown = facts.telling(shown)
    versions = in_order(facts.versions, shown)
    rows = custody(facts, shown)
    return Documents(
        {
            REPORT: _line(_report(facts, shown, versions)),
            CUSTODY: _line({"custody": [row.to_json() for row in rows]}),
            CUSTODY_CSV: to_csv(rows),
            HOW_TO: how_to_verify(facts),
            SCRIPT: verify_script(),
        },
        render(facts, shown, versions, rows),
    )


def custody(facts: Facts, shown: Mapping[str, Shown]) -> tuple[CustodyRow, ...]:
    """The custody rows of a bundle."""
    codes: dict[str, str] = {}
    for named in facts.evidence:
        codes[named.leaf] = named.code
        id = shown[named.leaf].text("id")
        # An event names an id. Where two records bear it, nobody can say which of them the event was about.
        codes[id] = f"{codes[id]} or {named.code}" if id in codes else named.code
        codes |= {named.rendition: named.code} if named.rendition else {}
    if facts.incident is not None:
        codes[facts.incident[0]] = facts.incident[1]
    detail = f"profile {facts.profile}; {facts.purpose}" if facts.purpose else f"profile {facts.profile}"
    export = export_row(facts.created_at, facts.device, facts.code, detail)
    return custody_rows([shown[leaf] for leaf in facts.leaves()], codes, export)


def _report(facts: Facts, shown: Mapping[str, Shown], versions: tuple[Version, ...]) -> Json:
    incident = {"incident": {"id": facts.incident[0], "code": facts.incident[1]}} if facts.incident else {}
    left: dict[str, Json] = {"not_cleaned": list(facts.not_cleaned)} if facts.not_cleaned else {}
    left |= {"not_cleared": list(facts.not_cleared)} if facts.not_cleared else {}
    left |= {"production": facts.production.to_json()} if facts.production else {}
    return {
        "bundle": facts.bundle_json(),
        **incident,
        **left,
        "versions": [
            {"code": v.code, "first": v.first, "current": v.current, **_body(v.shown)} for v in versions
        ],
        "evidence": [_evidence(named, shown[named.leaf]) for named in facts.evidence],
        "records": [_body(shown[leaf]) for leaf in facts.records],
        "fields": [{"path": look.path, "label": look.label, "kind": look.kind} for look in facts.looks],
    }


def _evidence(named: Named, shown: Shown) -> Json:
    rendition: dict[str, Json] = {"rendition": named.rendition} if named.rendition else {}
    viewing: dict[str, Json] = {"viewing": named.viewing.to_json()} if named.viewing else {}
    return {"code": named.code, "file": named.file, **rendition, **viewing, **_body(shown)}


def _body(shown: Shown) -> Json:
    told = [_redaction(each) for each in shown.told]
    redactions: dict[str, Json] = {"redactions": told} if told else {}
    return {"leaf": shown.leaf, "record": shown.record, "withheld": list(shown.withheld), **redactions}


def _redaction(told: Told) -> Json:
    text: dict[str, Json] = {"text": told.text} if told.text else {}
    by: dict[str, Json] = {"by": told.by} if told.by else {}
    return {"path": told.path, "treatment": told.treatment, "reason": told.reason, **text, **by}


def _line(value: Json) -> bytes:
    return encode(value) + b"\n"

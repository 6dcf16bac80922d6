"""Papers beside the report: logs of what is withheld, drafts for whoever has to swear, CASE/UCO where asked for.

They follow from the same facts as the page, so a verifier of the same version compares them too.
"""

from collections.abc import Collection, Mapping
from typing import Final

from copwatch.bundle.custody import CustodyRow
from copwatch.bundle.documents import custody
from copwatch.bundle.facts import Facts, Named
from copwatch.bundle.how_to_verify import NOT_SHOWN
from copwatch.bundle.interop.case import CaseEvent, CaseFile, case_graph
from copwatch.bundle.production.drafts import DraftItem, certification, declaration
from copwatch.bundle.production.logs import privilege_log, redaction_log
from copwatch.bundle.production.volume import numbers
from copwatch.bundle.shown import Shown
from copwatch.model.vocabulary import label

CERTIFICATION = "data/drafts/certification-902-14.txt"
DECLARATION = "data/drafts/observer-declaration.txt"
CASE = "data/case.jsonld"
REDACTION_LOG = "data/redaction-log.csv"
PRIVILEGE_LOG = "data/privilege-log.csv"
ALWAYS: Final = (CERTIFICATION, DECLARATION, REDACTION_LOG)
WANTED: Final = {"case": CASE}
"""What can be asked for, by the name that people use."""


def extras(facts: Facts, shown: Mapping[str, Shown], wanted: Collection[str] = ()) -> dict[str, bytes]:
    """The papers by path; of `WANTED` those that are named."""
    shown = facts.telling(shown)
    rows = custody(facts, shown)
    known = numbers(facts)
    items = [_item(named, shown, rows, known.get(named.code, named.code)) for named in facts.evidence]
    date = facts.created_at[:10]
    found = {
        CERTIFICATION: certification(
            facts.code, facts.tool, date, facts.root, items, [*NOT_SHOWN, *_seen(facts)]
        ),
        DECLARATION: declaration(items),
        REDACTION_LOG: redaction_log(facts, shown),
    }
    if privileges := privilege_log(facts, shown):
        found[PRIVILEGE_LOG] = privileges
    if "case" in wanted:
        files = [_file(named, shown, known.get(named.code, named.code)) for named in facts.evidence]
        events = [CaseEvent(row.at, row.event, row.premis, tuple(row.what.split(" or "))) for row in rows]
        found[CASE] = case_graph(facts.code, facts.tool, files, events)
    return found


def _seen(facts: Facts) -> list[str]:
    """What is not offered: it was made of what is."""
    count = sum(len(named.viewing.files) for named in facts.evidence if named.viewing)
    said = (
        f"What was made at export to be looked at is not offered: {count} thumbnails and viewing renditions in"
        " data/viewing, decoded and coded anew. report.json has the hash of each and of what it was made of."
    )
    return [said] if count else []


def _file_of(named: Named, shown: Mapping[str, Shown]) -> Shown:
    """The record whose size and hash are those of the file."""
    return shown[named.rendition or named.leaf]


def _item(named: Named, shown: Mapping[str, Shown], rows: Collection[CustodyRow], exhibit: str) -> DraftItem:
    received, delivered = shown[named.leaf], _file_of(named, shown)
    row = next((row for row in rows if row.event == "received" and row.record == named.leaf), None)
    details = row.detail.split("; ") if row else []
    how = next((part.removeprefix("by ") for part in details if part.startswith("by ")), "")
    return DraftItem(
        exhibit=exhibit,
        file=named.file.rpartition("/")[2],
        size=delivered.number("size") or 0,
        kind=delivered.text("media_type"),
        device=received.device,
        recorded=delivered.text("sha256"),
        offered=delivered.text("sha256"),
        received=row.at if row else "",
        source=row.who if row else "",
        how=label(how),
        of=received.text("sha256") if named.rendition else "",
        made="Its metadata were removed." if named.rendition else "",
    )


def _file(named: Named, shown: Mapping[str, Shown], exhibit: str) -> CaseFile:
    delivered = _file_of(named, shown)
    original = shown[named.leaf].text("sha256") if named.rendition else ""
    return CaseFile(
        named.code, named.file, exhibit, delivered.number("size") or 0, delivered.text("sha256"), original
    )  # fmt: skip

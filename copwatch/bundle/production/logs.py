"""The redaction log and the privilege log: that something is withheld, where and why, never what it is.

Columns are those that law offices know. A privilege log is due where something is withheld as privileged (Federal Rules
of Civil Procedure 26(b)(5)(A)); what only counsel can say of it (author, recipients, the ground) is blank.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from copwatch.bundle.facts import Facts
from copwatch.bundle.production.volume import numbers, report_numbers
from copwatch.bundle.rows import NO_PATHS, instead, number_of
from copwatch.bundle.shown import Shown, Told
from copwatch.text import csv_cell

REDACTIONS = (
    "redaction_id", "export_id", "bates", "evidence", "target", "t_start", "t_end", "box", "class", "treatment",
    "reason", "authority", "subject_token", "method", "applied_by", "applied_at", "reviewed_by", "tool_version",
    "output_sha256",
)  # fmt: skip
PRIVILEGES = (
    "log_id", "bates_or_placeholder", "family_id", "doc_type", "doc_date", "author", "recipients_to", "recipients_cc",
    "custodian", "description", "privilege_type", "withheld_or_redacted", "reason",
)  # fmt: skip
PRIVILEGE = "privilege"


def redaction_log(facts: Facts, shown: Mapping[str, Shown]) -> bytes:
    """One row for each withheld field, each record with hidden paths, and each file that was cleaned or stays."""
    rows = [_field(facts, shown, leaf, told) for leaf, told in _told(facts)]
    rows += [_hidden(facts, shown[leaf]) for leaf in facts.leaves() if shown[leaf].hidden]
    for named in facts.evidence:
        if named.rendition:
            rows.append(_file(facts, named.code, "metadata removed", shown[named.rendition].text("sha256")))
    rows += [
        _file(facts, code, "withheld: it cannot be cleaned with certainty") for code in facts.not_cleaned
    ]
    rows += [
        _file(facts, code, "withheld: nobody cleared who is to be seen in it") for code in facts.not_cleared
    ]
    known, report = numbers(facts), report_numbers(facts)
    numbered = [
        {"redaction_id": f"R{number:05d}", "bates": known.get(row["evidence"], report), **row}
        for number, row in enumerate(rows, 1)
    ]
    return table(REDACTIONS, numbered)


def privilege_log(facts: Facts, shown: Mapping[str, Shown]) -> bytes:
    """One row for each record of which something is withheld as privileged; empty bytes where there is none."""
    known, report = numbers(facts), report_numbers(facts)
    leaves = dict.fromkeys(leaf for leaf, told in _told(facts) if told.reason == PRIVILEGE)
    rows = [
        {
            "log_id": f"P{number:04d}", "family_id": code_of(facts, leaf),
            "bates_or_placeholder": known.get(code_of(facts, leaf), report or code_of(facts, leaf)),
            "doc_type": shown[leaf].text("type"), "doc_date": shown[leaf].text("recorded_at")[:10],
            "description": ", ".join(t.path.strip("/").replace("_", " ") for f, t in _told(facts) if f == leaf
                                     and t.reason == PRIVILEGE),
            "withheld_or_redacted": "redacted", "reason": PRIVILEGE,
        }
        for number, leaf in enumerate(leaves, 1)
    ]  # fmt: skip
    return table(PRIVILEGES, rows) if rows else b""


def code_of(facts: Facts, leaf: str) -> str:
    """The code under which a bundle names a record; of one without a code the beginning of its leaf."""
    codes = {named.leaf: named.code for named in (*facts.versions, *facts.evidence)}
    return codes.get(leaf, leaf[:16])


def table(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """UTF-8, CRLF, every cell quoted and inert."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([csv_cell(row.get(column, "")) for column in columns] for row in rows)
    return out.getvalue().encode()


def _told(facts: Facts) -> list[tuple[str, Told]]:
    """In the order in which the bundle names its records."""
    return [(leaf, told) for leaf in facts.leaves() for told in facts.told.get(leaf, ())]


def _field(facts: Facts, shown: Mapping[str, Shown], leaf: str, told: Told) -> dict[str, str]:
    evidence = code_of(facts, leaf)
    target = f"field {told.path} of {shown[leaf].text('type')} {evidence}"
    return {
        **_applied(facts), "evidence": evidence, "target": target,
        "treatment": told.treatment, "reason": told.reason,
        "method": _method(told), "reviewed_by": told.by,
    }  # fmt: skip


def _hidden(facts: Facts, shown: Shown) -> dict[str, str]:
    evidence = code_of(facts, shown.leaf)
    return {
        **_applied(facts), "evidence": evidence,
        "target": f"{number_of(shown.hidden)} of {shown.text('type')} {evidence}",
        "treatment": "withheld", "reason": "profile", "method": f"left out, with digests; {NO_PATHS}",
    }  # fmt: skip


def _method(told: Told) -> str:
    if told.text:
        return "stated in another form"
    return "; ".join(filter(None, ("left out, with its digest", instead(told.treatment))))


def _file(facts: Facts, code: str, method: str, sha256: str = "") -> dict[str, str]:
    treatment = "mask" if not sha256 else "strip"
    said = {"evidence": code, "target": "file", "treatment": treatment, "reason": "profile", "method": method}
    return {**_applied(facts), **said, "output_sha256": sha256}


def _applied(facts: Facts) -> dict[str, str]:
    return {
        "export_id": facts.code, "applied_by": f"device {facts.device[:16]}", "applied_at": facts.created_at,
        "tool_version": facts.tool,
    }  # fmt: skip

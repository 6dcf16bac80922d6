"""The printed report of a bundle as data: what the page shows, cleaned, for whoever sets it (docs/adr/0082).

It is made from the same facts and proven records as the page and report.json, by the same functions. Nobody derives the
PDF again when a bundle is verified: it is signed with the rest, an aid for reading and no proof.
"""

from collections.abc import Mapping
from dataclasses import asdict

from copwatch.bundle.anchors import links
from copwatch.bundle.custody import CustodyRow
from copwatch.bundle.documents import custody
from copwatch.bundle.facts import Facts, Look, Named
from copwatch.bundle.heading import designation, notice
from copwatch.bundle.how_to_verify import NOT_SHOWN
from copwatch.bundle.rows import STAYS, fields, joined, withheld
from copwatch.bundle.shown import Shown
from copwatch.bundle.versions import Version, in_order
from copwatch.bundle.viewing import Viewing
from copwatch.model.vocabulary import label
from copwatch.proof.canonical import Json
from copwatch.proof.words import short_words
from copwatch.text import clean

PDF = "data/report.pdf"
"""Where the printed report stands in a bundle."""

LONGEST, MOST_LINES = 20_000, 400
"""Characters and lines of one value in print: about ten pages. A text that fills memory as a PDF prints no better."""

_KINDS = {"image": "picture", "video": "film", "audio": "sound"}
_NOT_SHOWN_ALONE = ("custody", "roster")


def sheet(
    facts: Facts, shown: Mapping[str, Shown], numbers: Mapping[str, str] | None = None
) -> dict[str, Json]:
    """What the printed report shows. `numbers` are Bates numbers or ranges by the code of evidence."""
    shown = facts.telling(shown)
    looks = {look.path: look for look in facts.looks}
    versions = in_order(facts.versions, shown)
    places = links(facts, shown)
    others = [shown[leaf] for leaf in facts.records if shown[leaf].text("type") not in _NOT_SHOWN_ALONE]
    return {
        "code": clean(facts.code),
        "mark": designation(facts),
        "notice": notice(facts),
        "about": _about(facts),
        "side-by-side": sum(version.current for version in versions) > 1,
        "versions": [_version(version, looks) for version in sorted(versions, key=_reading_order)],
        "amendments": [_amendment(version) for version in versions],
        "evidence": [*file_rows(facts, shown, numbers or {})],
        "left": left_behind(facts),
        "custody": [_event(row) for row in custody(facts, shown)],
        "others": [_record(places[other.leaf].title, other, {}) for other in others],
        "withheld": [[*row] for row in withheld(facts, shown)],
        "not-shown": [*NOT_SHOWN],
    }


def file_rows(facts: Facts, shown: Mapping[str, Shown], numbers: Mapping[str, str]) -> list[dict[str, Json]]:
    """Each file of the bundle as the printed report has it; `shown` with what is said of fields (`Facts.telling`)."""
    return [_evidence(named, shown, numbers.get(named.code, "")) for named in facts.evidence]


def left_behind(facts: Facts) -> list[Json]:
    """What was asked for and is not in the bundle, a sentence a reason."""
    why = {
        "they cannot be cleaned with certainty": facts.not_cleaned,
        "nobody cleared for it who is to be seen or heard in them": facts.not_cleared,
    }
    return [
        f"These belong to what was asked for and are not in this bundle, because {reason}: {clean(', '.join(codes))}."
        for reason, codes in why.items()
        if codes
    ]


def _about(facts: Facts) -> list[Json]:
    stripped = (
        "stripped: every file is a clean rendition; names, folders and times of the originals are withheld"
    )
    said = {
        "Incident": clean(facts.incident[1]) if facts.incident else "none: evidence alone",
        "Profile": clean(facts.profile),
        "Metadata of files": stripped if facts.strips else "",
        "Purpose, as stated at export": clean(facts.purpose) or "not stated",
        "Written": f"{clean(facts.created_at)} by {clean(facts.tool)}",
        "Exporting device": facts.device,
        "Archive": facts.archive,
        "Root key in words": short_words(facts.root),
    }
    return [{"label": name, "value": value, "mark": ""} for name, value in said.items() if value]


def _version(version: Version, looks: Mapping[str, Look]) -> Json:
    kind = "Current version" if version.current else "First version" if version.first else "Version"
    first = ", which is also the first" if version.current and version.first else ""
    return _record(f"{kind} {version.code}{first}", version.shown, looks)


def _reading_order(version: Version) -> tuple[bool, bool]:
    """What holds now, then what was written first, then what lies between; `sorted` keeps the rest as it was."""
    return not version.current, not version.first


def _record(heading: str, shown: Shown, looks: Mapping[str, Look]) -> dict[str, Json]:
    behind = " (the clock of the device was behind)" if shown.text("clock") == "behind" else ""
    return {
        "heading": heading,
        "provenance": f"recorded {clean(shown.text('recorded_at'))}{behind} on device {shown.device[:16]}, "
        f"entry {shown.seq}, record {shown.leaf}",
        "rows": [
            {"label": row.label, "value": _cut(row.value), "mark": row.mark} for row in fields(shown, looks)
        ],
    }


def _cut(text: str) -> str:
    """A value that is no book; what is over is said, and stands in the page and report.json."""
    lines = text.split("\n", MOST_LINES)
    shown = "\n".join(lines[:MOST_LINES])[:LONGEST]
    return (
        text
        if shown == text
        else f"{shown} [cut here: the whole text of {len(text):,} characters is in report.json]"
    )


def _amendment(version: Version) -> Json:
    marks = [name for name, holds in (("first", version.first), ("current", version.current)) if holds]
    parts = version.shown.record.get("reason")
    told = {each.path: each for each in version.shown.told}
    absent = " (amends a version that is not in this bundle)" if version.absent else ""
    return {
        "code": version.code,
        "marks": ", ".join(marks),
        "recorded": clean(version.shown.text("recorded_at")),
        "changed": ", ".join(map(label, version.changed)) + absent,
        "reason": _cut("".join(text for text, _ in joined(parts, "/reason", told)))
        if isinstance(parts, list)
        else "",
    }


def _evidence(named: Named, known: Mapping[str, Shown], number: str) -> dict[str, Json]:
    evidence = known[named.leaf]
    file = known[named.rendition] if named.rendition else evidence
    kind, viewing = clean(file.text("media_type")), named.viewing
    folder = clean(evidence.said("folder"))
    digests = [["SHA-256 when received", evidence.text("sha256")]]
    digests += [["SHA-256 of this rendition", file.text("sha256")]] if file is not evidence else []
    return {
        "code": named.code,
        "bates": number,
        "name": clean(evidence.said("name")) or STAYS,
        "file": clean(named.file.removeprefix("data/")),
        "size": f"{file.number('size') or 0:,} bytes",
        "type": kind,
        "recording": kind.partition("/")[0] in ("video", "audio"),
        "kind": _KINDS.get(kind.partition("/")[0], "document"),
        "thumbnail": viewing.thumbnail.file if viewing and viewing.thumbnail else "",
        "notes": [
            *([f"folder {folder}"] if folder else []),
            *_how_made(named, evidence),
            *_how_seen(viewing),
        ],
        "received": clean(evidence.said("recorded_at")),
        "device": evidence.device[:16],
        "file-time": clean(evidence.said("file_time")),
        "digests": [[name, clean(digest)] for name, digest in digests if digest],
    }


def _how_made(named: Named, evidence: Shown) -> list[str]:
    stripped = evidence.text("metadata") == "strip"
    if named.rendition:
        original = "no original was kept" if stripped else "the original is sealed in the archive"
        return [f"clean rendition; {original}"]
    return ["clean rendition; no original was kept"] if stripped else []


def _how_seen(viewing: Viewing | None) -> list[str]:
    made = viewing.rendition if viewing else None
    if made is not None:
        name = made.file.removeprefix("data/")
        return [f"to look at it: {name}, a viewing rendition made at export, not evidence"]
    return [f"no viewing rendition: {clean(viewing.why_not)}"] if viewing and viewing.why_not else []


def _event(row: CustodyRow) -> Json:
    texts = {name: clean(str(value)) for name, value in asdict(row).items()}
    return {**texts, "event": label(texts["event"]), "device": texts["device"][:16]}

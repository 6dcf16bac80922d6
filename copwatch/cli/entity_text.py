"""An entity as people read it, and as programs do. Everything in it is untrusted, and cleaned on the way out."""

from collections.abc import Sequence
from typing import Any

from copwatch.catalogue.matched import Sighting
from copwatch.catalogue.shown import Entity, EntityVersion, Names
from copwatch.cli.report_text import Spoken, field_lines, fields_of, of_version, said
from copwatch.cli.wrapping import hanging, width, wrapped
from copwatch.model.forms import check_report
from copwatch.model.kinds import KINDS
from copwatch.model.schema import SCHEMA
from copwatch.model.timeline.clocks import correction
from copwatch.model.vocabulary import label

_FIRST = 3
"""Fields that a list shows of each."""


def entity_lines(found: Entity, versions: Sequence[EntityVersion], names: Names, spoken: Spoken) -> list[str]:
    """One line about it, what is in conflict, then the versions that are asked for."""
    count = "1 version" if found.versions == 1 else f"{found.versions} versions"
    lines = [f"{found.code}  {KINDS[found.kind].label}, {count}"]
    if found.conflict:
        codes = " and ".join(head.code for head in found.heads)
        lines += wrapped(f"CONFLICT: {codes} stand side by side; none amends another.", width())
    for version in versions:
        lines += ["", *_version_lines(version, names, spoken)]
    return lines


def entity_json(found: Entity, versions: Sequence[EntityVersion]) -> dict[str, Any]:
    """The entity and the versions asked for, for programs; `fields` are exactly those of the records."""
    return {
        "code": found.code, "id": found.id, "kind": found.kind, "version_count": found.versions,
        "conflict": found.conflict, "current": [head.code for head in found.heads],
        "versions": [_version_json(version) for version in versions],
    }  # fmt: skip


def sighting_lines(seen: Sequence[Sighting], spoken: Spoken) -> list[str]:
    """In which reports an officer was seen, by what matches say."""
    lines = ["", "Seen, by what matches say:"] if seen else []
    for each in seen:
        sure = " or ".join(map(label, each.status)) or "nobody said how sure"
        doubt = ", which stands in several versions" if each.conflict else ""
        text = f"{sure}, by {each.match}{doubt}"
        lines += hanging(spoken(each.row), text, indent=2, column=26, cells=width())
    return lines


def in_brief(found: Entity, spoken: Spoken) -> str:
    """What a list says of it: its first stated fields."""
    if not found.heads:
        return ""
    fields = fields_of(found.heads[0].record)
    stated = [field for field in SCHEMA.fields(found.kind) if field.name in fields]
    texts = [said(field.type, fields[field.name], spoken) for field in stated[:_FIRST]]
    off = correction(fields) if found.kind == "clock" else None
    return ", ".join(" ".join(text.split()) for text in ([off.said, *texts] if off else texts) if text)


def _version_lines(version: EntityVersion, names: Names, spoken: Spoken) -> list[str]:
    fields = fields_of(version.record)
    current = "current" if version.head else "amended since"
    lines = [f"{version.code}  {current}", *of_version(version, names)]
    lines += field_lines(version.kind, fields, 2, spoken)
    open_ = [
        problem.path.replace("_", " ")
        for problem in check_report(fields, entity=version.kind)
        if problem.open
    ]
    if open_ and not version.partial:
        lines += wrapped(f"  STILL OPEN: {', '.join(open_)}", width())
    return lines


def _version_json(version: EntityVersion) -> dict[str, Any]:
    return {
        "version": version.code, "id": version.id, "leaf": version.leaf, "current": version.head,
        "without_key": version.partial, "reason": version.reason, "parents": list(version.parents),
        "device": version.device, "recorded_at": version.recorded_at, "fields": fields_of(version.record),
    }  # fmt: skip

"""A report as people read it, and as programs do. Everything in it is untrusted, and cleaned on the way out."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from copwatch.catalogue.shown import EntityVersion, Incident, Names, ReportVersion
from copwatch.cli.wrapping import hanging, width, wrapped
from copwatch.model.forms import check_report
from copwatch.model.records import ENVELOPE, RECORDS
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Group, LongText, Many, Reference, RowReference, Section, ValueType

Spoken = Callable[[str], str]
"""The code of an id to which something refers."""


def as_it_is(id: str) -> str:
    """The id itself, where there is nothing to look its code up in."""
    return id


_COLUMN = 26
_STEP = 2


def report_lines(
    found: Incident, versions: Sequence[ReportVersion], names: Names, spoken: Spoken = as_it_is
) -> list[str]:
    """An incident: one line about it, what is in conflict, then the versions that are asked for."""
    row = found.row
    count = "1 version" if row.versions == 1 else f"{row.versions} versions"
    items = "1 item" if row.evidence == 1 else f"{row.evidence} items"
    lines = [f"{row.code}  {count}, {items} of evidence"]
    if len(found.heads) > 1:
        codes = " and ".join(head.code for head in found.heads)
        lines += _wrapped(f"CONFLICT: {codes} stand side by side; none amends another.")
    if not versions:
        lines += ["", "There is no report of it that your keys open."]
    for version in versions:
        lines += ["", *version_lines(version, names, spoken)]
    return lines


def version_lines(version: ReportVersion, names: Names, spoken: Spoken = as_it_is) -> list[str]:
    """One version: who recorded it when, why, every field, and what is still open."""
    fields = fields_of(version.record)
    current = "current" if version.head else "amended since"
    lines = [f"{version.code}  {version.template or 'no template'}, {current}"]
    lines += of_version(version, names)
    lines += field_lines("report", fields, _STEP, spoken)
    open_ = [problem.path.replace("_", " ") for problem in check_report(fields) if problem.open]
    if open_ and not version.partial:
        lines += _pair("STILL OPEN", ", ".join(open_))
    return lines


def of_version(version: ReportVersion | EntityVersion, names: Names) -> list[str]:
    """Who recorded a version, when and why."""
    device = names.devices.get(version.device, f"device {version.device[:8]}")
    lines = _pair("recorded", f"{version.recorded_at or 'not known'} on {device}")
    if version.reason is not None:
        lines += _pair("reason to amend", version.reason)
    if version.partial:
        lines += _wrapped("  Written without a key: it states only what it changes.")
    return lines


def field_lines(entity: str, fields: Mapping[str, Any], indent: int, spoken: Spoken = as_it_is) -> list[str]:
    """The fields that are stated, in the order of the table; what this program does not know comes last."""
    known = [field.name for field in SCHEMA.fields(entity) if field.name in fields]
    lines: list[str] = []
    for name in [*known, *(name for name in fields if name not in known)]:
        lines += _field(entity, name, fields[name], indent, spoken)
    return lines


def first_version(versions: Sequence[ReportVersion]) -> list[ReportVersion]:
    """The version that was written first: the oldest whole one without parents, else the oldest there is."""
    whole = [version for version in versions if not version.parents and not version.partial]
    return list((whole or versions)[:1])


def fields_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the record of a report or of another entity: all members that are not the record's own."""
    own = {*ENVELOPE, *RECORDS[str(record["type"])].shape()}
    return {name: value for name, value in record.items() if name not in own}


def report_json(found: Incident, versions: Sequence[ReportVersion]) -> dict[str, Any]:
    """The incident and the versions asked for, for programs."""
    row = found.row
    about = {"incident": row.code, "id": row.id, "evidence": row.evidence, "version_count": row.versions}
    heads = [head.code for head in found.heads]
    shown = [version_json(version) for version in versions]
    return {**about, "conflict": row.conflict, "current": heads, "versions": shown}


def version_json(version: ReportVersion) -> dict[str, Any]:
    """One version, for programs; `fields` are exactly those of the record."""
    fields = fields_of(version.record)
    return {
        "version": version.code, "id": version.id, "leaf": version.leaf, "incident_id": version.incident,
        "template": version.template, "current": version.head, "without_key": version.partial,
        "reason": version.reason, "parents": list(version.parents), "device": version.device,
        "recorded_at": version.recorded_at, "fields": fields,
        "open": [problem.path for problem in check_report(fields) if problem.open],
    }  # fmt: skip


def _field(entity: str, name: str, value: Any, indent: int, spoken: Spoken) -> Iterator[str]:
    field = SCHEMA.field(entity, name)
    label = name.replace("_", " ")
    if field is None or field.type.check(value):
        shown = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
        suffix = "" if entity == "x" else " (not understood by this copwatch)"
        yield from _pair(label, f"{shown}{suffix}", indent)
    elif isinstance(field.type, Group) and isinstance(value, list):
        yield from _rows(field.type.entity, label, value, indent, spoken)
    elif isinstance(field.type, Section) and not field.type.is_not_known(value):
        yield from _wrapped(f"{' ' * indent}{label}")
        yield from field_lines(field.type.entity, value, indent + _STEP, spoken)
    elif isinstance(field.type, LongText) and not field.type.is_not_known(value):
        yield f"{' ' * indent}{label}"
        yield from hanging("", field.type.show(value), indent=0, column=indent + _STEP, cells=width())
    else:
        yield from _pair(label, said(field.type, value, spoken), indent)


def said(type_: ValueType, value: Any, spoken: Spoken) -> str:
    """A checked value as people read it: what refers to something by its code."""
    item = type_.item if isinstance(type_, Many) else type_
    if not isinstance(item, Reference | RowReference) or type_.is_not_known(value):
        return type_.show(value)
    return ", ".join(spoken(id) for id in (value if isinstance(value, list) else [value]))


def _rows(entity: str, label: str, rows: Sequence[Any], indent: int, spoken: Spoken) -> Iterator[str]:
    yield f"{' ' * indent}{label}"
    for number, row in enumerate(rows, 1):
        inner = field_lines(entity, row, indent + 2 * _STEP, spoken)
        mark = f"{number:>{indent + _STEP}} "
        yield from (mark + line[len(mark) :] if at == 0 else line for at, line in enumerate(inner))


def _pair(label: str, text: str, indent: int = _STEP) -> list[str]:
    return hanging(label, text, indent=indent, column=_COLUMN, cells=width())


def _wrapped(text: str) -> list[str]:
    return wrapped(text, width())

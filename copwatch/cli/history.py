"""The versions of a report or of another entity, one after the other: who wrote each, why, and what it changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from copwatch.catalogue.shown import EntityVersion, Names, ReportVersion
from copwatch.cli.given import in_words
from copwatch.cli.report_text import Spoken, field_lines, fields_of, of_version
from copwatch.cli.wrapping import hanging, width
from copwatch.workflows.amending import changed

Version = ReportVersion | EntityVersion


def history_lines(versions: Sequence[Version], names: Names, spoken: Spoken) -> list[str]:
    """Every version, oldest first, with what differs from the versions that it amends."""
    known = {version.leaf: version for version in versions}
    lines: list[str] = []
    for version in versions:
        state = "current" if version.head else "amended since"
        lines += [f"{version.code}  {state}", *of_version(version, names)]
        before = [known[leaf] for leaf in version.parents if leaf in known]
        for parent in before:
            lines += [f"  against {parent.code}", *change_lines(parent, version, spoken, indent=4)]
        if not before:
            lines += _stated(version, spoken)
        lines += [""]
    return lines[:-1]


def change_lines(before: Version, after: Version, spoken: Spoken, indent: int = 2) -> list[str]:
    """One line or more for each field that is not the same in both; one that says so where all are."""
    entity = str(after.record["type"])
    old, new = fields_of(before.record), fields_of(after.record)
    lines: list[str] = []
    for name in _differing(before, after):
        was, now = (in_words(name, fields.get(name), entity, spoken) for fields in (old, new))
        text = f"{was} → {now}"
        lines += hanging(name.replace("_", " "), text, indent=indent, column=26 + indent, cells=width())
    return lines or [f"{' ' * indent}nothing differs"]


def change_json(before: Version, after: Version) -> dict[str, Any]:
    """The same for programs: each field with what both versions say; null where one says nothing."""
    old, new = fields_of(before.record), fields_of(after.record)
    return {
        "from": before.code, "to": after.code,
        "changed": [
            {"field": name, "before": old.get(name), "after": new.get(name)} for name in _differing(before, after)
        ],
    }  # fmt: skip


def _differing(before: Version, after: Version) -> list[str]:
    """The fields in which two versions differ. One that was written without a key says nothing of what it leaves out,
    so that no change is read from its silence. Fields that this program does not know are compared too."""
    old, new = fields_of(before.record), fields_of(after.record)
    for version, said in ((before, old), (after, new)):
        if version.partial:
            old, new = (_only(fields, said) for fields in (old, new))
    names = changed(old, new, entity=str(after.record["type"]))
    return names + sorted(n for n in {*old, *new} if n not in names and old.get(n) != new.get(n))


def _only(fields: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in names}


def _stated(version: Version, spoken: Spoken) -> list[str]:
    """A whole version by the number of its fields; one without a key by what it states, for that is the change."""
    fields = fields_of(version.record)
    if version.partial:
        return ["  states", *field_lines(str(version.record["type"]), fields, 4, spoken)]
    return ["  states 1 field" if len(fields) == 1 else f"  states {len(fields)} fields"]

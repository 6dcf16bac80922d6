"""The versions of a report or of another entity, one after the other: who wrote each, why, and what it changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from copwatch.catalogue.shown import EntityVersion, Names, ReportVersion
from copwatch.cli.given import in_words
from copwatch.cli.report_text import fields_of, of_version
from copwatch.cli.wrapping import hanging, width
from copwatch.workflows.amending import changed

Version = ReportVersion | EntityVersion


def history_lines(versions: Sequence[Version], names: Names) -> list[str]:
    """Every version, oldest first, with what differs from the versions that it amends."""
    known = {version.leaf: version for version in versions}
    lines: list[str] = []
    for version in versions:
        state = "current" if version.head else "amended since"
        lines += [f"{version.code}  {state}", *of_version(version, names)]
        before = [known[leaf] for leaf in version.parents if leaf in known]
        for parent in before:
            lines += [f"  against {parent.code}", *change_lines(parent, version, indent=4)]
        if not before:
            lines += [f"  states {_count(fields_of(version.record))}"]
        lines += [""]
    return lines[:-1]


def change_lines(before: Version, after: Version, indent: int = 2) -> list[str]:
    """One line or more for each field that is not the same in both; one that says so where all are."""
    entity = str(after.record["type"])
    old, new = fields_of(before.record), fields_of(after.record)
    names = changed(old, new, entity=entity)
    # Fields that this program does not know are compared too.
    names += sorted(n for n in {*old, *new} if n not in names and old.get(n) != new.get(n))
    lines: list[str] = []
    for name in names:
        text = f"{in_words(name, old.get(name), entity)} → {in_words(name, new.get(name), entity)}"
        lines += hanging(name.replace("_", " "), text, indent=indent, column=26 + indent, cells=width())
    return lines or [f"{' ' * indent}nothing differs"]


def change_json(before: Version, after: Version) -> dict[str, Any]:
    """The same for programs: each field with what both versions say; null where one says nothing."""
    old, new = fields_of(before.record), fields_of(after.record)
    names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    return {
        "from": before.code, "to": after.code,
        "changed": [{"field": name, "before": old.get(name), "after": new.get(name)} for name in names],
    }  # fmt: skip


def _count(fields: Mapping[str, Any]) -> str:
    return "1 field" if len(fields) == 1 else f"{len(fields)} fields"

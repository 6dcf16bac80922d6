"""What has to be done and when: dates that somebody wrote down, reminders, and dates from counsel's rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.entities import entities
from copwatch.catalogue.report_heads import report_heads
from copwatch.catalogue.shown import Entity
from copwatch.model.fields import Field
from copwatch.model.kinds import KINDS
from copwatch.model.values import Group
from copwatch.model.vocabulary import NOT_KNOWN
from copwatch.store.archive import Archive
from copwatch.workflows.computed import Computed, Waiting, Why, computed
from copwatch.workflows.rule_files import all_rules
from copwatch.workflows.timeline import fields_of
from copwatch.workflows.triggers import triggers

NOT_ADVICE = (
    "Planning aid, not legal advice. Rules change and exceptions exist. Ask a lawyer now; do not wait for a date"
    " shown here."
)
"""Stands on everything that names a date."""

FORGOTTEN_AFTER = timedelta(days=30)
"""So long after it is past, a reminder of footage is only counted."""


@dataclass(frozen=True, slots=True)
class DueItem:
    """One date. `day` is the day where it is due; `at` the moment with its zone, where a time is known.

    `title` is neutral, for calendars; `code` names the entity that says so, and `field` where, or the rule. `why` is
    the rule that a date was computed from; None where somebody wrote the date down.
    """

    day: date
    at: datetime | None
    title: str
    code: str
    kind: str
    field: str
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What is due, the earliest first; what could not be computed, and why; and how many reminders are long past."""

    items: tuple[DueItem, ...]
    waiting: tuple[Waiting, ...]
    problems: tuple[str, ...]
    older: int


def due(
    catalogue: Catalogue, archive: Archive, today: date, until: date | None = None, *, every: bool = False
) -> Due:
    """Everything with a date up to and with `until`; what is past stays until it is settled.

    Reminders of footage that are past by more than `FORGOTTEN_AFTER` are only counted, unless `every` is asked for.
    """
    rules = all_rules(archive, catalogue, today)
    dates, waiting = computed(rules, triggers(catalogue), today)
    items = [_of_rule(each) for each in dates if until is None or each.day <= until]
    old = [
        item for item in items if item.why and item.why.rule.evidence and item.day < today - FORGOTTEN_AFTER
    ]
    hidden = set() if every else set(old)
    shown = [*due_items(catalogue, until), *(item for item in items if item not in hidden)]
    return Due(tuple(sorted(shown, key=_key)), tuple(waiting), rules.problems, len(hidden))


def due_items(catalogue: Catalogue, until: date | None = None) -> list[DueItem]:
    """Every date that was written down and is not settled, the earliest first, up to and with `until`."""
    found = [
        item
        for kind in KINDS
        if any(field.due for field in catalogue.schema.fields(kind))
        for entity in entities(catalogue, kind)
        for item in _of_entity(entity, catalogue.schema.fields(kind))
    ]
    found += _of_reports(catalogue)
    return sorted({item for item in found if until is None or item.day <= until}, key=_key)


def _key(item: DueItem) -> tuple[Any, ...]:
    return (
        item.day,
        item.at is not None,
        str(item.at),
        item.code,
        item.field,
        item.why.counted if item.why else "",
    )


def _of_rule(found: Computed) -> DueItem:
    return DueItem(found.day, found.at, found.title, found.code, "rule", found.why.rule.id, found.why)


def _of_entity(entity: Entity, fields: tuple[Field, ...]) -> Iterator[DueItem]:
    """Of versions that stand side by side each date counts: one too many is looked at, one too few is missed."""
    for version in entity.heads:
        row = fields_of(version)
        for field in fields:
            yield from _of_row(row, field, entity.code, entity.kind, field.name)


def _of_reports(catalogue: Catalogue) -> Iterator[DueItem]:
    """Dates in rows of reports, such as when to be in touch with a survivor again."""
    for group in catalogue.schema.fields("report"):
        inner = catalogue.schema.fields(group.type.entity) if isinstance(group.type, Group) else ()
        for field in inner:
            if field.due:
                yield from _of_group(catalogue, group, field)


def _of_group(catalogue: Catalogue, group: Field, field: Field) -> Iterator[DueItem]:
    heads = [*report_heads(catalogue, f'"{field.name}"')]
    named = codes(catalogue, "I", {head.incident for head in heads})
    for head in heads:
        for row in head.fields.get(group.name, ()):
            where = f"{group.name}.{field.name}"
            yield from _of_row(row, field, named[head.incident], "report", where)


def _of_row(row: Mapping[str, Any], field: Field, code: str, kind: str, where: str) -> Iterator[DueItem]:
    if field.due is None or any(_says(row.get(name)) for name in field.due.settled_by):
        return
    day, at = _when(row.get(field.name))
    if day is not None:
        yield DueItem(day, at, field.due.title, code, kind, where)


def _says(value: Any) -> bool:
    """Whether a field says something by which a date is settled: what nobody knows, and that nothing came, is none."""
    return value is not None and not isinstance(value, dict) and value not in _NOTHING_YET


_NOTHING_YET = frozenset({"none_yet", *NOT_KNOWN})


def _when(value: Any) -> tuple[date | None, datetime | None]:
    """The day of a date or timestamp, and its moment when that is known to the hour or better."""
    if isinstance(value, str):
        return date.fromisoformat(value), None
    if not isinstance(value, dict) or "at" not in value:
        return None, None
    moment = datetime.fromisoformat(str(value["at"]))
    return moment.date(), None if value.get("precision") in {"day", "month"} else moment

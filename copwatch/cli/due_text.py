"""Dates and rules as people read them, and as programs do."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from copwatch.cli.wrapping import hanging, width
from copwatch.model.rules.rule import EVIDENCE, Rule
from copwatch.text import counted
from copwatch.workflows.computed import Waiting, Why
from copwatch.workflows.due import DueItem

_INDENT = 4


def lines(items: Sequence[DueItem], today: date) -> Iterator[str]:
    """A line a date: how far off it is, where it stands, what it is. Below a computed one, which rule that is."""
    rows = [(when(item), left((item.day - today).days), item.code, _title(item)) for item in items]
    wide = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    for item, row in zip(items, rows, strict=True):
        label = "".join(f"{cell.ljust(width)}  " for cell, width in zip(row, wide, strict=False))
        yield from hanging(label.rstrip(), row[3], indent=0, column=len(label), cells=width())
        for text in _from_rule(item.why) if item.why else ():
            yield from hanging("", text, indent=0, column=_INDENT, cells=width())


def when(item: DueItem) -> str:
    """The day, with the time where one is known."""
    return f"{item.at:%Y-%m-%d %H:%M}" if item.at else item.day.isoformat()


def left(days: int) -> str:
    """How far off a day is."""
    if days == 0:
        return "TODAY"
    return f"in {counted(days, 'day')}" if days > 0 else f"PAST by {counted(-days, 'day')}"


def _title(item: DueItem) -> str:
    rule = item.why.rule if item.why else None
    if rule is None:
        return item.title
    if rule.evidence:
        return f"{EVIDENCE[rule.evidence][0]} may be written over"
    return f"{rule.kind.replace('_', ' ') or 'time limit'} (computed)"


def _from_rule(why: Why) -> Iterator[str]:
    """What to do; how the day was counted; the authority, how much the rule is worth, and its name."""
    rule = why.rule
    levels = ", ".join(each.replace("_", " ") for each in rule.agency_levels)
    meant = [f"against {levels}" if levels else "", f"for {', '.join(rule.claims)}" if rule.claims else ""]
    yield from filter(None, [rule.action, "; ".join(filter(None, [*meant, why.counted]))])
    yield "; ".join([rule.authority, *standing(rule, why), f"rule {rule.id}"])


def standing(rule: Rule, why: Why) -> list[str]:
    """How much the rule is worth: who confirmed it, when it was checked, and whether that is too long ago."""
    if why.age_days is None:
        return []
    hard = [rule.hardness.replace("_", " ")] if rule.hardness else []
    return [*hard, *checked(rule, why.age_days, stale=why.stale)]


def checked(rule: Rule, age: int, *, stale: bool) -> list[str]:
    """Who confirmed a rule, and how old the check is."""
    on = f" on {rule.verified_on.isoformat()}" if rule.verified_on else ""
    by = f"verified by {rule.verified_by}{on}" if rule.verified else "NOT VERIFIED by an attorney"
    # A rule may have been checked in a zone where it is tomorrow already.
    old = f"checked {rule.checked_on.isoformat()}, {counted(max(age, 0), 'day')} ago"
    return [by, old, "STALE: check it again"] if stale else [by, old]


def waits(waiting: Waiting) -> str:
    """A rule that could not be computed, and for want of what."""
    kind = waiting.rule.kind.replace("_", " ") or "time limit"
    return f"{waiting.code}: {kind} by rule {waiting.rule.id} runs from {waiting.lacks}, which is not written down"


def item_json(item: DueItem) -> dict[str, Any]:
    """A date, for programs; `rule` is null where somebody wrote it down."""
    return {
        "day": item.day.isoformat(), "at": item.at.isoformat() if item.at else None, "title": item.title,
        "code": item.code, "kind": item.kind, "field": item.field,
        "rule": {**rule_json(item.why.rule), "counted": item.why.counted, "stale": item.why.stale,
                 "age_days": item.why.age_days} if item.why else None,
    }  # fmt: skip


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule, for programs."""
    known = rule.checked_on > date.min
    return {
        "id": rule.id, "shipped": rule.shipped, "jurisdiction": rule.jurisdiction or None,
        "agency_levels": list(rule.agency_levels), "agency": rule.agency or None, "claims": list(rule.claims),
        "trigger": rule.trigger, "offset_n": rule.n, "offset_unit": rule.unit, "roll": rule.roll,
        "rule_kind": rule.kind or None, "hardness": rule.hardness or None,
        "warn_before_days": list(rule.warn_before_days), "action": rule.action or None, "authority": rule.authority,
        "source_url": rule.source_url or None, "checked_on": rule.checked_on.isoformat() if known else None,
        "verified_by": rule.verified_by if rule.verified else None,
        "verified_on": rule.verified_on.isoformat() if rule.verified and rule.verified_on else None,
        "stale_after_days": rule.stale_after_days, "evidence": rule.evidence or None,
    }  # fmt: skip

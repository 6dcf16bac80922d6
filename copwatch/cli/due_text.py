"""Dates and rules as people read them, and as programs do."""

from datetime import date
from typing import Any

from copwatch.model.rules.rule import EVIDENCE, Rule
from copwatch.workflows.computed import Waiting, Why
from copwatch.workflows.due import DueItem

HEADS = ["When", "", "What", "Code"]


def row(item: DueItem, today: date) -> list[str]:
    """A date, how far off it is, what it is, and where it stands. A computed one says from which rule and how old."""
    return [when(item), left((item.day - today).days), what(item), item.code]


def when(item: DueItem) -> str:
    """The day, with the time where one is known."""
    return f"{item.at:%Y-%m-%d %H:%M}" if item.at else item.day.isoformat()


def left(days: int) -> str:
    """How far off a day is."""
    if days == 0:
        return "TODAY"
    count = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"in {count}" if days > 0 else f"PAST by {count}"


def what(item: DueItem) -> str:
    """What it is; of a computed date also its rule, the authority, the age of the check, and how it was counted."""
    why = item.why
    if why is None:
        return item.title
    rule = why.rule
    title = (
        f"{EVIDENCE[rule.evidence][0]} may be written over" if rule.evidence else rule.kind.replace("_", " ")
    )
    head = ": ".join(filter(None, [title or "time limit", rule.action]))
    against = (
        f"against {', '.join(each.replace('_', ' ') for each in rule.agency_levels)}"
        if rule.agency_levels
        else ""
    )
    claims = f"for {', '.join(rule.claims)}" if rule.claims else ""
    parts = [head, against, claims, why.counted, rule.authority, *standing(rule, why), f"rule {rule.id}"]
    return "; ".join(filter(None, parts))


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
    old = f"checked {rule.checked_on.isoformat()}, {age} {'day' if age == 1 else 'days'} ago"
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

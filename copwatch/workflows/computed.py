"""Dates computed from rules, each with the rule, its authority and its age; nothing is called free of time limits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from copwatch.model.rules.counting import Deadline, Since, deadline
from copwatch.model.rules.rule import EVIDENCE, Rule
from copwatch.workflows.rule_files import Rules
from copwatch.workflows.triggers import Trigger

CLAIMS = frozenset({"claim", "complaint"})
"""Kinds of rules that a filed claim or complaint settles."""
_EXACT = Rule(
    id="report", jurisdiction="", trigger="incident_occurred_end", n=0, unit="calendar_days",
    authority="what the report says of a camera", checked_on=date.min, evidence="business_cctv",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Why:
    """From which rule a date comes, and what to think of it."""

    rule: Rule
    counted: str
    stale: bool
    age_days: int | None


@dataclass(frozen=True, slots=True)
class Computed:
    """A date. `title` is neutral, for calendars."""

    day: date
    at: datetime | None
    title: str
    code: str
    why: Why


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rule that runs from something whose time is not written down."""

    code: str
    rule: Rule
    lacks: str


def computed(rules: Rules, found: Iterable[Trigger], today: date) -> tuple[list[Computed], list[Waiting]]:
    """Every date that the rules give, the earliest first, and what could not be computed for want of a time.

    Reminders of what gets written over are given once for each incident and kind of evidence: the earliest. They are
    settled by a letter or request that was sent.
    """
    dates, waiting = set[Computed](), set[Waiting]()
    for trigger in found:
        meant = [
            rule for rule in rules.rules
            if rule.trigger == trigger.name and rule.meant_for(trigger.state, trigger.agencies)
        ]  # fmt: skip
        if not _asked_for(_EXACT.evidence, trigger):
            dates |= {_kept(day, trigger) for day in trigger.kept_until}
        dates |= set(_reminders([rule for rule in meant if rule.evidence], trigger, rules, today))
        for rule in meant:
            if rule.evidence or _settled(rule, trigger):
                continue
            if trigger.since is None:
                waiting.add(Waiting(trigger.code, rule, trigger.what))
            else:
                dates.add(_date(rule, trigger, trigger.since, rules, today))
    ordered = sorted(dates, key=lambda each: (each.day, each.code, each.why.rule.id, each.why.counted))
    return ordered, sorted(waiting, key=lambda each: (each.code, each.rule.id, each.lacks))


def _settled(rule: Rule, trigger: Trigger) -> bool:
    return trigger.over or (trigger.complained and rule.kind in CLAIMS)


def _reminders(meant: list[Rule], trigger: Trigger, rules: Rules, today: date) -> Iterator[Computed]:
    if not trigger.grave or trigger.since is None:
        return
    by_evidence: dict[str, list[Computed]] = {}
    for rule in meant:
        by_evidence.setdefault(rule.evidence, []).append(_date(rule, trigger, trigger.since, rules, today))
    for evidence, dates in by_evidence.items():
        if not _asked_for(evidence, trigger):
            yield min(dates, key=lambda each: (each.day, each.why.rule.n, each.why.rule.id))


def _asked_for(evidence: str, trigger: Trigger) -> bool:
    _, letters, items = EVIDENCE[evidence]
    return bool(letters & trigger.letters or items & trigger.requested)


def _date(rule: Rule, trigger: Trigger, since: Since, rules: Rules, today: date) -> Computed:
    ends = deadline(rule, since, rules.holidays)
    title = (
        "footage may be written over" if rule.evidence else f"date of a rule ({rule.kind or 'time limit'})"
    )
    why = Why(rule, _counted(rule, trigger, since, ends), rule.stale(today), (today - rule.checked_on).days)
    return Computed(ends.day, ends.at, title, trigger.code, why)


def _kept(day: date, trigger: Trigger) -> Computed:
    counted = "the report says when that camera is written over"
    return Computed(day, None, "footage may be written over", trigger.code, Why(_EXACT, counted, False, None))


def _counted(rule: Rule, trigger: Trigger, since: Since, ends: Deadline) -> str:
    """How the date came about, in words."""
    start = (
        f"{since.moment:%Y-%m-%d %H:%M %z}"
        if rule.unit == "hours" and since.moment
        else since.day.isoformat()
    )
    after = f"{rule.n} {rule.unit.replace('_', ' ')} from" if rule.n else "from"
    parts = [f"{after} {trigger.what}, {start}"]
    if ends.rolled_from:
        parts.append(f"{ends.rolled_from.isoformat()} is no business day")
    if ends.no_holidays_in:
        parts.append(f"no holidays are listed for {ends.no_holidays_in}")
    return "; ".join(filter(None, [*parts, trigger.note]))

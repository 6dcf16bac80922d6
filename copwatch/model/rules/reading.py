"""A file of rules (docs/rules.md): everything wrong is named with its place, and nothing used until it is right."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from copwatch.errors import BadInput
from copwatch.model.fields import Problem
from copwatch.model.rules.rule import EVIDENCE, FARTHEST, Rule, rule_of
from copwatch.model.schema import SCHEMA
from copwatch.model.toml_limits import check_toml
from copwatch.model.values import NOTHING
from copwatch.model.values.base import quote
from copwatch.model.values.exact import Pattern
from copwatch.model.values.text import Text

LONGEST: Final = 500_000
"""Characters of such a file."""
MOST: Final = 1_000
"""Rules, and holidays, in a file."""

_ID = Pattern(r"[a-z0-9][a-z0-9._-]{0,63}", "us-xx-claim")
_INSIDE: Final = {
    "applies": {"agency_level": "agency_levels", "claim": "claims", "agency": "agency"},
    "offset": {"n": "offset_n", "unit": "offset_unit"},
}
"""Tables inside a rule, and what their members are called in the table of fields."""
_OWN: Final = ("id", "attorney_verified", "evidence")
_PLAIN: Final = (
    "jurisdiction", "trigger", "roll", "kind", "hardness", "warn_before_days", "action", "authority", "source_url",
    "checked_on", "checked_by", "stale_after_days", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of a file, in its order, and the holidays that it lists."""

    rules: tuple[Rule, ...] = ()
    holidays: frozenset[date] = frozenset()


class BadRules(BadInput):
    """What is wrong in a file of rules, all of it (exit 2); no rule of it is used."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        said = "; ".join(f"{problem.path}: {problem.reason}" for problem in problems)
        super().__init__(
            f"the rules: {said}", hint="mend these; until then no date is computed from this file"
        )


def read_rules(text: str, today: date, *, shipped: bool = False) -> RuleBook:
    """The rules of a text.

    Raises:
        BadRules: something is wrong; all of it is named.
        BadInput: it is no TOML, or far too long.
    """
    data = _toml(text)
    problems = [
        Problem(name[:64], "write [[rule]] or holidays") for name in data if name not in ("rule", "holidays")
    ]
    given = data.get("rule", [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given) or len(given) > MOST:
        problems.append(Problem("rule", f"write [[rule]] for each, at most {MOST}"))
        given = []
    holidays = _holidays(data.get("holidays", []), problems)
    rules = [_rule(place, each, today, problems, shipped=shipped) for place, each in _placed(given)]
    seen: set[str] = set()
    for place, rule in zip(_placed(given), rules, strict=True):
        if rule is not None and rule.id in seen:
            problems.append(Problem(f"{place[0]}.id", f"{rule.id} is there twice"))
        seen |= {rule.id} if rule else set()
    if problems:
        raise BadRules(problems)
    return RuleBook(tuple(rule for rule in rules if rule is not None), frozenset(holidays))


def _toml(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise BadInput(f"longer than {LONGEST:,} characters", hint="check that it is the file that you mean")
    check_toml(text)
    try:
        return tomllib.loads(text, parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadInput(f"not readable as TOML: {error}", hint="put texts in quotes, lists in [ ]") from error


def _placed(given: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"rule[{number}]", each) for number, each in enumerate(given, 1)]


def _holidays(given: Any, problems: list[Problem]) -> list[date]:
    if not isinstance(given, list) or len(given) > MOST:
        problems.append(Problem("holidays", f"write a list of days, at most {MOST}"))
        return []
    found = []
    for number, each in enumerate(given, 1):
        day = _day(each)
        if day is None:
            problems.append(Problem(f"holidays[{number}]", "not a day such as 2026-07-04"))
        else:
            found.append(day)
    return found


def _rule(
    place: str, given: Mapping[str, Any], today: date, problems: list[Problem], *, shipped: bool
) -> Rule | None:
    wrong = list[Problem]()
    flat = _flat(given, wrong)
    fields, misread = SCHEMA.read("rule", flat, NOTHING)
    wrong += [Problem(_said(problem.path), problem.reason) for problem in misread]
    named = {problem.path.partition(".")[0] for problem in misread}
    for field in SCHEMA.fields("rule"):
        if field.required and field.name not in fields and field.name not in named:
            wrong.append(Problem(_said(field.name), "is missing"))
        elif field.required and field.type.is_not_known(fields.get(field.name)):
            wrong.append(Problem(_said(field.name), "has to be known: nothing can be computed without it"))
    wrong += [Problem(at, reason) for at, reason in _reasons(given, fields, today, shipped=shipped)]
    problems += [Problem(f"{place}.{problem.path}", problem.reason) for problem in wrong]
    if wrong:
        return None
    by, on = _verified(given.get("attorney_verified", False))
    return rule_of(
        given["id"],
        fields,
        verified_by=by,
        verified_on=on,
        evidence=given.get("evidence", ""),
        shipped=shipped,
    )


def _flat(given: Mapping[str, Any], wrong: list[Problem]) -> dict[str, Any]:
    """What is given, under the names of the table of fields."""
    flat: dict[str, Any] = {}
    for name, value in given.items():
        if name in _INSIDE:
            if not isinstance(value, dict):
                wrong.append(Problem(name, f"write {name} = {{ {' = …, '.join(_INSIDE[name])} = … }}"))
                continue
            for inner, each in value.items():
                if inner not in _INSIDE[name]:
                    wrong.append(Problem(f"{name}.{inner[:64]}", f"none of {', '.join(_INSIDE[name])}"))
                else:
                    flat[_INSIDE[name][inner]] = each
        elif name in _PLAIN:
            flat[name] = value
        elif name not in _OWN:
            wrong.append(Problem(name[:64], f"none of {', '.join(sorted((*_PLAIN, *_INSIDE, *_OWN)))}"))
    trigger = flat.get("trigger")
    if isinstance(trigger, str):
        flat["trigger"] = trigger.replace(".", "_")
    return flat


def _said(name: str) -> str:
    """The name of a field as the file has it."""
    for table, members in _INSIDE.items():
        for inner, field in members.items():
            if field == name:
                return f"{table}.{inner}"
    return name


def _reasons(
    given: Mapping[str, Any], fields: Mapping[str, Any], today: date, *, shipped: bool
) -> Iterator[tuple[str, str]]:
    """(place, reason) of what the table of fields cannot say."""
    if "id" not in given:
        yield "id", "is missing"
    elif _ID.check(given["id"]):
        yield "id", f"not {_ID.hint()}"
    unit, n = fields.get("offset_unit"), fields.get("offset_n")
    if isinstance(unit, str) and isinstance(n, int) and n > FARTHEST.get(unit, n):
        yield "offset.n", f"more than {FARTHEST[unit]:,} {unit.replace('_', ' ')}"
    if unit == "hours" and fields.get("roll") == "next_business_day":
        yield "roll", "hours do not roll to another day"
    checked = fields.get("checked_on")
    if isinstance(checked, str) and date.fromisoformat(checked) > today:
        yield "checked_on", "is still to come"
    evidence = given.get("evidence", "")
    if evidence and (not isinstance(evidence, str) or evidence not in EVIDENCE):
        yield "evidence", f"none of {', '.join(EVIDENCE)}"
    yield from _reasons_verified(given.get("attorney_verified", False), today, shipped=shipped)


def _reasons_verified(given: Any, today: date, *, shipped: bool) -> Iterator[tuple[str, str]]:
    if given is False:
        return
    if shipped:
        yield "attorney_verified", "no rule that is shipped was verified by an attorney"
    elif not isinstance(given, dict) or set(given) != {"name", "date"}:
        yield "attorney_verified", "write false, or { name = …, date = … }: who confirmed it, and when"
    else:
        if Text(200).check(given["name"]) or not str(given["name"]).strip():
            yield "attorney_verified.name", "write the name of the attorney"
        day = _day(given["date"])
        if day is None:
            yield "attorney_verified.date", f"{quote(str(given['date']))} is not a day such as 2026-05-01"
        elif day > today:
            yield "attorney_verified.date", "is still to come"


def _verified(given: Any) -> tuple[str, date | None]:
    return (str(given["name"]).strip(), _day(given["date"])) if isinstance(given, dict) else ("", None)


def _day(given: Any) -> date | None:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else None
    except ValueError:
        return None

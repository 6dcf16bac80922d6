"""One rule, and whether it can be meant for an incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from copwatch.model.vocabularies.legal import RULE_ROLL, RULE_TRIGGER, RULE_UNIT

STALE_AFTER: Final = 365
"""Days after which a rule has to be checked again, where it says nothing else."""

EVERYWHERE: Final = frozenset({"US", "US-FED"})
"""Jurisdictions that hold in every state."""

EVIDENCE: Final[Mapping[str, tuple[str, frozenset[str], frozenset[str]]]] = {
    "body_camera": ("body-camera footage", frozenset({"agency"}), frozenset({"bwc"})),
    "agency_video": ("video of an agency's buildings", frozenset({"agency"}), frozenset({"cctv", "jail_video"})),
    "business_cctv": ("video of cameras nearby", frozenset({"business_cctv"}), frozenset({"cctv"})),
    "transit_video": ("video of transit", frozenset({"transit"}), frozenset[str]()),
    "dispatch_audio": ("911 and dispatch audio", frozenset({"dispatch"}), frozenset({"call_911", "cad"})),
}  # fmt: skip
"""What gets written over: its name, and which sent letters (`letter_kind`) and requests (`records_item`) settle it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule; the members are those of the entity `rule` in the table of fields, as a person can rely on them.

    `id` names it where it stands. `verified_by` is empty where no attorney confirmed it. `evidence` is a key of
    `EVIDENCE` where the rule is a reminder of what gets written over, else empty. `shipped` rules came with copwatch.
    """

    id: str
    jurisdiction: str
    trigger: str
    n: int
    unit: str
    authority: str
    checked_on: date
    agency_levels: tuple[str, ...] = ()
    agency: str = ""
    claims: tuple[str, ...] = ()
    roll: str = "none"
    kind: str = ""
    hardness: str = ""
    warn_before_days: tuple[int, ...] = ()
    action: str = ""
    source_url: str = ""
    checked_by: str = ""
    verified_by: str = ""
    verified_on: date | None = None
    stale_after_days: int = STALE_AFTER
    evidence: str = ""
    shipped: bool = False

    @property
    def verified(self) -> bool:
        """Whether an attorney confirmed it; what is shipped never is."""
        return bool(self.verified_by) and not self.shipped

    def stale(self, today: date) -> bool:
        """Whether it has to be checked again."""
        return self.checked_on + timedelta(self.stale_after_days) < today

    def meant_for(self, state: str | None, agencies: tuple[str, ...]) -> bool:
        """Whether it can apply where an incident was, to the agencies that were there.

        Only what is known to be otherwise rules it out: a state of two letters that differs, or agencies none of which
        is the one that the rule names. A date too many is looked at, one too few is missed. A shipped reminder is no
        date that anybody misses: one for a state or an agency is meant only where that is known.
        """
        where = self.jurisdiction.upper()
        here = (state or "").strip().upper()
        known = self.shipped or len(here) == 2
        if where not in EVERYWHERE and known and where.partition("-")[2][:2] not in ("", here):
            return False
        names = {each.strip().casefold() for each in agencies}
        return not self.agency or not (names or self.shipped) or self.agency.strip().casefold() in names


def rule_of(id: str, fields: Mapping[str, Any], **more: Any) -> Rule:
    """A rule from checked fields of the entity `rule`; what they do not say, or call unknown, is left out.

    Raises:
        ValueError: nothing can be computed from it; the text says why.
    """
    known = {name: value for name, value in fields.items() if not _unknown(value)}
    lacking = [name for name in _NEEDED if name not in known]
    if lacking:
        raise ValueError(f"it does not say {', '.join(lacking)}")
    for name, terms in _TERMS.items():
        if known.get(name, terms[0]) not in terms:
            raise ValueError(f"{name} is none of {', '.join(terms)}")
    unit, n = known["offset_unit"], known["offset_n"]
    if n > FARTHEST[unit]:
        raise ValueError(f"more than {FARTHEST[unit]:,} {unit.replace('_', ' ')}")
    lists: dict[str, Any] = {name: tuple(known[name]) for name in _LISTS if name in known}
    return Rule(
        id=id, jurisdiction=known["jurisdiction"], trigger=known["trigger"], n=n, unit=unit,
        authority=known["authority"], checked_on=date.fromisoformat(known["checked_on"]),
        **{name: known[name] for name in _PLAIN if name in known}, **lists, **more,
    )  # fmt: skip


FARTHEST: Final[Mapping[str, int]] = {
    "calendar_days": 36_500, "business_days": 25_000, "months": 1_200, "years": 100, "hours": 100_000,
}  # fmt: skip
"""How far each unit is counted: farther than anybody's case, and never out of the calendar."""
_NEEDED = ("jurisdiction", "trigger", "offset_n", "offset_unit", "authority", "checked_on")
_TERMS = {"trigger": RULE_TRIGGER.terms, "offset_unit": RULE_UNIT.terms, "roll": RULE_ROLL.terms}
_LISTS = ("agency_levels", "claims", "warn_before_days")
_PLAIN = (
    "agency", "roll", "kind", "hardness", "action", "source_url", "checked_by", "stale_after_days",
)  # fmt: skip
_NOT_TERMS = frozenset({"unknown", "unsure", "not_observed", "declined", "not_applicable"})


def _unknown(value: Any) -> bool:
    if isinstance(value, list):
        return not value or value[0] in _NOT_TERMS
    return isinstance(value, dict) or value in _NOT_TERMS

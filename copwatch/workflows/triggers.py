"""From what time limits run: ends of incidents, arrests and releases, charges, requests and matters, as recorded."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.entities import entities
from copwatch.catalogue.report_heads import report_heads
from copwatch.model.rules.counting import Since
from copwatch.model.timeline.moments import of_timestamp
from copwatch.workflows.timeline import fields_of

_ANSWERED = frozenset({"granted", "granted_in_part", "denied", "no_records"})
_OVER = frozenset({"settled", "closed"})


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something from which time limits run.

    Attributes:
        name: a term of the vocabulary `rule_trigger`.
        code: of the incident, charge, request or matter.
        what: what it is, for people: `arrest A1`.
        since: from when; None where that is not written down.
        note: what was taken instead, where something was.
        row: the label of the arrest.
        state, agencies: where an incident was and who was there; only rules for these are meant.
        over: whether nothing more has to be done about it.
        grave: whether the incident is one after which evidence has to be kept: force, arrest, injury, follow-up.
        letters, requested: kinds of preservation letters that were sent about it, and what was requested of an agency.
        kept_until: when the report says that cameras nearby are written over.
        complained: whether a claim or complaint about it was filed.
    """

    name: str
    code: str
    what: str
    since: Since | None
    note: str = ""
    row: str = ""
    state: str | None = None
    agencies: tuple[str, ...] = ()
    over: bool = False
    grave: bool = False
    letters: frozenset[str] = frozenset()
    requested: frozenset[str] = frozenset()
    kept_until: tuple[date, ...] = ()
    complained: bool = False


def triggers(catalogue: Catalogue) -> Iterator[Trigger]:
    """Everything recorded from which some time limit may run."""
    heads = list(report_heads(catalogue))
    named = codes(catalogue, "I", {head.incident for head in heads})
    done = _Done.of(catalogue)
    for head in heads:
        yield from _of_report(head.fields, named[head.incident], done.about(head.incident))
    yield from _of_kind(catalogue, "charge", "charge_disposed_at", "disposed_at", "disposal of the charge")
    yield from _of_kind(catalogue, "request", "request_sent_at", "sent_at", "sending of the request")
    yield from _of_kind(catalogue, "request", "request_denied_at", "denied_at", "denial of the request")
    yield from _of_kind(catalogue, "matter", "matter_rejected_at", "rejected_at", "rejection of the claim")


@dataclass(frozen=True, slots=True)
class _Done:
    """What was sent and filed, by the id of the incident."""

    letters: Mapping[str, set[str]]
    requested: Mapping[str, set[str]]
    complained: set[str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "_Done":
        """As the current versions in the catalogue say."""
        complained = {
            id
            for entity in entities(catalogue, "matter")
            for fields in map(fields_of, entity.heads)
            if isinstance(fields.get("complaint_filed_at"), str)
            for id in _incidents(fields)
        }
        return cls(_sent(catalogue, "letter", "kind"), _sent(catalogue, "request", "items"), complained)

    def about(self, id: str) -> dict[str, Any]:
        return {
            "letters": frozenset(self.letters.get(id, ())), "requested": frozenset(self.requested.get(id, ())),
            "complained": id in self.complained,
        }  # fmt: skip


def _of_report(fields: Mapping[str, Any], code: str, done: Mapping[str, Any]) -> Iterator[Trigger]:
    state, agencies = fields.get("state"), fields.get("agencies")
    about: dict[str, Any] = {
        "state": state if isinstance(state, str) else None,
        "agencies": tuple(agencies) if isinstance(agencies, list) else (), **done,
    }  # fmt: skip
    start, end = _since(fields.get("occurred_start")), _since(fields.get("occurred_end"))
    note = "" if end else "its end is not written down: counted from its beginning"
    yield Trigger(
        "incident_occurred_end", code, "end of the incident", end or start, note, grave=is_grave(fields),
        kept_until=tuple(_kept_until(fields)), **about,
    )  # fmt: skip
    rows = fields.get("arrests")
    for number, arrest in enumerate(rows if isinstance(rows, list) else (), 1):
        label = str(arrest.get("label", number)) if isinstance(arrest, dict) else str(number)
        for name, member, what in _ARREST:
            since = _since(arrest.get(member)) if isinstance(arrest, dict) else None
            yield Trigger(name, code, f"{what} {label}", since, row=label, **about)


_ARREST = (("arrest_at", "at", "arrest"), ("arrest_released_at", "released_at", "release after arrest"))


def _of_kind(catalogue: Catalogue, kind: str, name: str, member: str, what: str) -> Iterator[Trigger]:
    for entity in entities(catalogue, kind):
        for head in entity.heads:
            fields = fields_of(head)
            since = _since(fields.get(member))
            if since is not None:
                agency = fields.get("agency")
                agencies = (agency,) if isinstance(agency, str) else ()
                yield Trigger(
                    name, entity.code, what, since, agencies=agencies, over=_over(kind, name, fields)
                )


def is_grave(fields: Mapping[str, Any]) -> bool:
    """Whether a report states force, an arrest or an injury, or that somebody has to follow up."""
    force = fields.get("force")
    forced = isinstance(force, list) and any(each not in _NO_FORCE for each in force)
    count = fields.get("n_arrested")
    arrested = isinstance(count, int) and count > 0
    rows = any(
        isinstance(fields.get(name), list) and fields[name]
        for name in ("force_used", "arrests", "injuries_care")
    )
    said = "yes" in (fields.get("anyone_injured"), fields.get("followup_required"))
    return forced or arrested or rows or said


_NO_FORCE = frozenset({"none_seen", "unknown", "unsure", "not_observed", "declined", "not_applicable"})


def _sent(catalogue: Catalogue, kind: str, member: str) -> dict[str, set[str]]:
    """Kinds of preservation letters, or items of records requests, that were sent, by the incidents they are about."""
    found: dict[str, set[str]] = defaultdict(set)
    for entity in entities(catalogue, kind):
        for fields in map(fields_of, entity.heads):
            held = fields.get(member)
            if isinstance(fields.get("sent_at"), str) and held is not None:
                for id in _incidents(fields):
                    found[id].update([held] if isinstance(held, str) else map(str, held))
    return found


def _incidents(fields: Mapping[str, Any]) -> list[str]:
    named = fields.get("incidents")
    return [each for each in named if isinstance(each, str)] if isinstance(named, list) else []


def _kept_until(fields: Mapping[str, Any]) -> Iterator[date]:
    rows = fields.get("cctv")
    for row in rows if isinstance(rows, list) else ():
        day = row.get("kept_until") if isinstance(row, dict) else None
        if isinstance(day, str):
            yield date.fromisoformat(day)


def _over(kind: str, name: str, fields: Mapping[str, Any]) -> bool:
    if name == "request_sent_at":
        return fields.get("response") in _ANSWERED
    return kind == "matter" and fields.get("status") in _OVER


def _since(value: Any) -> Since | None:
    """The earliest moment that a timestamp allows, or the day of a date."""
    if isinstance(value, str):
        return Since(date.fromisoformat(value))
    moment = of_timestamp(value)
    if moment is None:
        return None
    first = moment.first.astimezone(moment.at.tzinfo)
    return Since(first.date(), None if moment.coarse else first)

"""Writing reports: `copwatch report new`, `amend`. Needs no key."""

from collections.abc import Mapping, Sequence
from typing import Any

from copwatch.model.longtext import cut_text
from copwatch.model.records import Report
from copwatch.store.archive import Archive
from copwatch.store.known_ids import remember_ids
from copwatch.store.writer import append_records
from copwatch.workflows.stamping import Now, fresh_id, make_stamp


def new_report(archive: Archive, now: Now, template: str, fields: Mapping[str, Any]) -> str:
    """Keeps the first version of a report; gives the id of the incident that it creates."""
    incident = fresh_id()
    _append(archive, now, incident, template, (), fields, None)
    return incident


def amend_report(
    archive: Archive,
    now: Now,
    incident: str,
    template: str,
    fields: Mapping[str, Any],
    *,
    parents: Sequence[str] = (),
    reason: str | None = None,
) -> None:
    """Appends a version. `parents` are the leaves it follows; none when it is written without a key."""
    _append(archive, now, incident, template, tuple(sorted(parents)), fields, reason)


def _append(
    archive: Archive, now: Now, incident: str, template: str, parents: tuple[str, ...],
    fields: Mapping[str, Any], reason: str | None,
) -> None:  # fmt: skip
    device = archive.state.device()
    stamp = make_stamp(archive, device.public_hex if device else "", now)
    why = tuple(cut_text(reason)) if reason else None
    report = Report(fresh_id(), stamp, incident, template, parents, fields, why)
    append_records(archive, [report.to_json()])
    remember_ids(archive.state, [("I", incident)])

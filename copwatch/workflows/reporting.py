"""Writing reports: `copwatch report new`, `amend`. Writing needs no key; starting from what was reported does.

A version is never overwritten. One that is written without a key cannot name what it amends: it has no parents,
states only what it changes, and stands beside the report until a version over both says what holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from copwatch.errors import BadInput, Busy
from copwatch.model.ids import Code
from copwatch.model.labels import labelled
from copwatch.model.longtext import cut_text
from copwatch.model.records import Link, Report
from copwatch.store.archive import Archive
from copwatch.store.known_ids import remember_ids
from copwatch.store.writer import append_records, open_writer
from copwatch.workflows.demo import refuse_demo
from copwatch.workflows.filing import resolve_locked
from copwatch.workflows.stamping import Now, fresh_id, make_stamp


def resolve_filed(archive: Archive, codes: Iterable[Code]) -> list[tuple[str, str]]:
    """The (kind letter, id) of what a new report shall have filed under it. Raises as `resolve_locked`."""
    return [(code.prefix, resolve_locked(archive, code)) for code in codes]


def check_may_write(archive: Archive) -> None:
    """Raises `NotThisDevice`, or `Refused` for a demo, before a person has typed anything.

    Another copwatch that writes now is no obstacle.
    """
    refuse_demo(archive)
    with suppress(Busy), open_writer(archive):
        pass


def new_report(
    archive: Archive,
    now: Now,
    template: str,
    fields: Mapping[str, Any],
    filed: Iterable[tuple[str, str]] = (),
) -> str:
    """Keeps the first version of a report, and files what is named, in one entry.

    Args:
        filed: (kind letter, id) of batches (B) and evidence (E).

    Returns:
        The id of the incident that it creates.
    """
    incident = fresh_id()
    _append(archive, now, incident, template, (), fields, None, filed)
    return incident


def amend_report(
    archive: Archive,
    now: Now,
    incident: str,
    template: str,
    fields: Mapping[str, Any],
    *,
    parents: Sequence[str] = (),
    reason: str,
) -> str:
    """Appends a version. `parents` are the leaves it follows; none when it is written without a key.

    Returns:
        The id of the version.

    Raises:
        BadInput: there is no reason: a version without parents and reason would be taken for the first.
    """
    if not reason.strip():
        raise BadInput(
            "an amendment needs a reason", hint='for example: --reason "badge read from the video"'
        )
    return _append(archive, now, incident, template, tuple(sorted(parents)), fields, reason, ())


def _append(
    archive: Archive, now: Now, incident: str, template: str, parents: tuple[str, ...],
    fields: Mapping[str, Any], reason: str | None, filed: Iterable[tuple[str, str]],
) -> str:  # fmt: skip
    device = archive.state.device()
    stamp = make_stamp(archive, device.public_hex if device else "", now)
    why = tuple(cut_text(reason)) if reason else None
    report = Report(fresh_id(), stamp, incident, template, parents, labelled(fields), why)
    ties = [
        Link(fresh_id(), stamp, incident, **{"batch" if kind == "B" else "evidence": id})
        for kind, id in filed
    ]
    append_records(archive, [report.to_json(), *(tie.to_json() for tie in ties)])
    remember_ids(archive.state, [("I", incident)])
    return report.id

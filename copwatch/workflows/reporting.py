"""Writing reports: `copwatch report new`, `amend`. Writing needs no key; starting from what was reported does."""

from collections.abc import Iterable, Iterator, Sequence

from copwatch.model.ids import Code
from copwatch.model.labels import labelled
from copwatch.model.records import Link, Report, Stamp
from copwatch.store.archive import Archive
from copwatch.workflows.filing import resolve_locked
from copwatch.workflows.stamping import Now, fresh_id
from copwatch.workflows.versions import (
    Fields,
    Writable,
    append_version,
    check_may_write,
    check_reason,
    pieces,
)

__all__ = ["amend_report", "check_may_write", "new_report", "resolve_filed"]


def resolve_filed(archive: Archive, codes: Iterable[Code]) -> list[tuple[str, str]]:
    """The (kind letter, id) of what a new report shall have filed under it. Raises as `resolve_locked`."""
    return [(code.prefix, resolve_locked(archive, code)) for code in codes]


def new_report(
    archive: Archive, now: Now, template: str, fields: Fields, filed: Iterable[tuple[str, str]] = ()
) -> str:
    """Keeps the first version of a report, and files what is named, in one entry.

    Args:
        filed: (kind letter, id) of batches (B) and evidence (E).

    Returns:
        The id of the incident that it creates.
    """
    incident = fresh_id()

    def make(version: str, stamp: Stamp) -> Iterator[Writable]:
        yield Report(version, stamp, incident, template, (), labelled(fields))
        for kind, id in filed:
            yield Link(fresh_id(), stamp, incident, **{"batch" if kind == "B" else "evidence": id})

    append_version(archive, now, ("I", incident), make)
    return incident


def amend_report(
    archive: Archive,
    now: Now,
    incident: str,
    template: str,
    fields: Fields,
    *,
    parents: Sequence[str] = (),
    reason: str,
) -> str:
    """Appends a version. `parents` are the leaves it follows; none when it is written without a key.

    Returns:
        The id of the version.

    Raises:
        BadInput: there is no reason.
    """
    check_reason(reason, "badge read from the video")

    def make(version: str, stamp: Stamp) -> Iterator[Writable]:
        follows = tuple(sorted(parents))
        yield Report(version, stamp, incident, template, follows, labelled(fields), pieces(reason))

    return append_version(archive, now, ("I", incident), make)

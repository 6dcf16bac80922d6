"""Whether the rows are there to which a new record points; without a key nobody can tell, and that is said."""

from collections.abc import Mapping
from typing import Any

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import spoken
from copwatch.catalogue.queries import report_versions
from copwatch.model.forms import BadForm
from copwatch.model.ids import code
from copwatch.model.row_references import labels_in, missing, row_references
from copwatch.store.archive import Archive
from copwatch.store.keys import Keys
from copwatch.workflows.session import Session
from copwatch.workflows.unlocking import open_unlocked


def check_rows(
    archive: Archive, entity: str, fields: Mapping[str, Any], keys: Keys | None = None
) -> tuple[str, ...]:
    """Looks, while the archive is unlocked, whether each row is there in some version of its report: rows never vanish.

    Returns:
        The rows (`I-7Q2K-D3MX-R/O1`) that could not be looked up: the archive is locked, or the report cannot be read.

    Raises:
        BadForm: a row that no report has; each is named, with the rows that there are.
    """
    pointed = list(row_references(entity, fields))
    if not pointed:
        return ()
    keys = keys or open_unlocked(archive)
    if keys is None:
        return tuple(dict.fromkeys(f"{code('I', incident)}/{label}" for _, incident, label in pointed))
    with Session(archive, keys) as session:
        known = {id: _labels(session.catalogue, id) for id in {incident for _, incident, _ in pointed}}
        names = {id: spoken(session.catalogue, id) for id in known}
        whole = not session.missing
    lacking = [each for each in pointed if each[2] not in (known[each[1]] or {})]
    wrong = [each for each in lacking if whole and known[each[1]] is not None]
    if wrong:
        raise BadForm([missing(path, names[id], label, known[id] or ()) for path, id, label in wrong])
    return tuple(dict.fromkeys(f"{names[id]}/{label}" for _, id, label in lacking))


def _labels(catalogue: Catalogue, incident: str) -> set[str] | None:
    """The labels of all versions of a report; None where none can be read."""
    versions = report_versions(catalogue, incident)
    return {label for version in versions for label in labels_in(version.record)} if versions else None

"""Writing persons, officers, consents, holds and all other kinds of entities: `copwatch record`."""

from collections.abc import Iterator, Sequence
from typing import cast

from copwatch.model.forms import BadForm, check_report
from copwatch.model.ids import parse_code
from copwatch.model.kinds import KINDS, Kind
from copwatch.model.records import RECORDS, EntityVersion, Stamp
from copwatch.model.row_references import row_references
from copwatch.model.values import Context
from copwatch.store.archive import Archive
from copwatch.store.keys import Keys
from copwatch.workflows.filing import resolve
from copwatch.workflows.holds_noted import note_new_hold
from copwatch.workflows.stamping import Now, form_context, fresh_id
from copwatch.workflows.versions import Fields, Writable, append_version, check_reason, pieces

_LETTERS = {
    "incident": "I",
    "evidence": "E",
    "batch": "B",
    **{kind.name: kind.letter for kind in KINDS.values()},
}


def reading_context(archive: Archive) -> Context:
    """What reading a form may need: the present time, and the ids behind the codes that stand in it."""

    def look_up(text: str, kinds: Sequence[str]) -> str:
        letters = [_LETTERS[kind] for kind in kinds] or [*_LETTERS.values()]
        return resolve(archive, parse_code(text, letters))

    return Context(form_context().now, look_up)


def new_entity(
    archive: Archive,
    now: Now,
    kind: Kind,
    fields: Fields,
    *,
    keys: Keys | None = None,
    unchecked: list[str] | None = None,
) -> str:
    """Keeps the first version. Returns the id of the entity.

    Rows of reports to which it points (`I-7Q2K-D3MX-R/O1`) are looked up with `keys`, or with those that are unlocked;
    where there are none, they are added to `unchecked`.

    Raises:
        BadForm: something is wrong, or missing without which it would say nothing; all of it is named.
    """
    problems = check_report(fields, entity=kind.name)
    if problems:
        raise BadForm(problems)
    _look_up_rows(archive, kind, fields, keys, unchecked)
    entity = fresh_id()
    _append(archive, now, kind, entity, (), fields, None)
    return entity


def amend_entity(
    archive: Archive,
    now: Now,
    kind: Kind,
    entity: str,
    fields: Fields,
    *,
    parents: Sequence[str] = (),
    reason: str,
    keys: Keys | None = None,
    unchecked: list[str] | None = None,
) -> str:
    """Appends a version. `parents` are the leaves it follows; none when it is written without a key.

    Rows to which it points are looked up as for a first version.

    Returns:
        The id of the version.

    Raises:
        BadInput: there is no reason.
        BadForm: something is wrong; all of it is named.
    """
    check_reason(reason, "asked again in May")
    problems = [problem for problem in check_report(fields, entity=kind.name) if parents or not problem.open]
    if problems:
        raise BadForm(problems)
    _look_up_rows(archive, kind, fields, keys, unchecked)
    return _append(archive, now, kind, entity, tuple(sorted(parents)), fields, reason)


def _look_up_rows(
    archive: Archive, kind: Kind, fields: Fields, keys: Keys | None, unchecked: list[str] | None
) -> None:
    if any(row_references(kind.name, fields)):
        # Imported here: what points at no row needs no catalogue.
        from copwatch.workflows.row_checks import check_rows

        found = check_rows(archive, kind.name, fields, keys)
        if unchecked is not None:
            unchecked += found


def _append(
    archive: Archive,
    now: Now,
    kind: Kind,
    entity: str,
    parents: tuple[str, ...],
    fields: Fields,
    reason: str | None,
) -> str:
    type_ = cast(type[EntityVersion], RECORDS[kind.name])

    def make(version: str, stamp: Stamp) -> Iterator[Writable]:
        yield type_(version, stamp, entity, parents, fields, pieces(reason))

    version = append_version(archive, now, (kind.letter, entity), make, kind.compartment)
    if kind.name == "hold":
        note_new_hold(archive, fields)
    return version

"""Writing persons, officers, consents, holds and all other kinds of entities: `copwatch record`.

As with reports, writing needs no key, a version is never overwritten, and one that is written without a key states only
what it changes.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from copwatch.errors import BadInput
from copwatch.model.forms import BadForm, check_report
from copwatch.model.ids import parse_code
from copwatch.model.kinds import KINDS, Kind
from copwatch.model.longtext import cut_text
from copwatch.model.records import RECORDS, EntityVersion
from copwatch.model.values import Context, Json
from copwatch.store.archive import Archive
from copwatch.store.known_ids import remember_ids
from copwatch.store.writer import open_writer
from copwatch.workflows.filing import resolve
from copwatch.workflows.stamping import Now, form_context, fresh_id, make_stamp

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


def new_entity(archive: Archive, now: Now, kind: Kind, fields: Mapping[str, Json]) -> str:
    """Keeps the first version. Returns the id of the entity.

    Raises:
        BadForm: something is wrong, or missing without which it would say nothing; all of it is named.
    """
    problems = check_report(fields, entity=kind.name)
    if problems:
        raise BadForm(problems)
    entity = fresh_id()
    _append(archive, now, kind, entity, (), fields, None)
    return entity


def amend_entity(
    archive: Archive,
    now: Now,
    kind: Kind,
    entity: str,
    fields: Mapping[str, Json],
    *,
    parents: Sequence[str] = (),
    reason: str,
) -> str:
    """Appends a version. `parents` are the leaves it follows; none when it is written without a key.

    Returns:
        The id of the version.

    Raises:
        BadInput: there is no reason: a version without parents and reason would be taken for the first.
        BadForm: something is wrong; all of it is named.
    """
    if not reason.strip():
        raise BadInput("an amendment needs a reason", hint='for example: --reason "asked again in May"')
    problems = [problem for problem in check_report(fields, entity=kind.name) if parents or not problem.open]
    if problems:
        raise BadForm(problems)
    return _append(archive, now, kind, entity, tuple(sorted(parents)), fields, reason)


def _append(
    archive: Archive, now: Now, kind: Kind, entity: str, parents: tuple[str, ...],
    fields: Mapping[str, Json], reason: str | None,
) -> str:  # fmt: skip
    type_ = cast(type[EntityVersion], RECORDS[kind.name])
    why = tuple(cut_text(reason)) if reason else None
    with open_writer(archive) as writer, writer.staging() as staging:
        record = type_(fresh_id(), make_stamp(archive, writer.device, now), entity, parents, fields, why)
        draft = writer.draft(staging)
        draft.add(record.to_json(), compartment=archive.charter.compartments[kind.compartment].id)
        draft.commit()
    remember_ids(archive.state, [(kind.letter, entity)])
    return record.id

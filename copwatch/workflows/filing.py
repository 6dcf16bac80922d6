"""Filing evidence under incidents, before or after: `copwatch link`, `unlink`. Needs no key."""

from collections.abc import Callable

from copwatch.errors import BadInput, Locked
from copwatch.model.ids import Code, matches
from copwatch.model.records import Link, Stamp, Unlink
from copwatch.store.archive import Archive
from copwatch.store.known_ids import known_ids
from copwatch.store.writer import Committed, open_writer
from copwatch.workflows.stamping import Now, fresh_id, make_stamp


def resolve_locked(archive: Archive, code: Code) -> str:
    """The id behind a code, from the ids that this computer has met.

    Raises:
        Locked: this computer has not met it; an unlocked archive may know it.
        BadInput: several begin alike.
    """
    found = [id_ for id_ in known_ids(archive.state, code.prefix, code.hex) if matches(code, id_)]
    if not found:
        raise Locked(
            f"this computer has not met {code}",
            hint="`copwatch unlock` first, so that it can be looked up, or check the code",
        )
    if len(found) > 1:
        raise BadInput(f"several begin with {code}", hint="use the longer code that `copwatch list` shows")
    return found[0]


def resolve(archive: Archive, code: Code) -> str:
    """The id behind a code: from the ids that this computer has met or, while it is unlocked, from the catalogue.

    Raises:
        Locked: this computer has not met it, and is not unlocked.
        NotFound: there is no such thing that the keys open.
        BadInput: several begin alike.
    """
    try:
        return resolve_locked(archive, code)
    except (Locked, BadInput):
        # Imported here: filing without a key needs no catalogue.
        from copwatch.workflows.session import Session
        from copwatch.workflows.unlocking import open_unlocked

        keys = open_unlocked(archive)
        if keys is None:
            raise
        with Session(archive, keys) as session:
            return session.find(code)


def link(archive: Archive, now: Now, incident: str, *, batch: str | None, evidence: str | None) -> Committed:
    """Files a batch or one item under an incident. Raises `Busy` or `NotThisDevice`."""
    return _append(archive, now, lambda stamp: Link(fresh_id(), stamp, incident, batch, evidence))


def unlink(
    archive: Archive, now: Now, incident: str, *, batch: str | None, evidence: str | None
) -> Committed:
    """Takes it out again; both records stay. Raises `Busy` or `NotThisDevice`."""
    return _append(archive, now, lambda stamp: Unlink(fresh_id(), stamp, incident, batch, evidence))


def _append(archive: Archive, now: Now, record: Callable[[Stamp], Link | Unlink]) -> Committed:
    with open_writer(archive) as writer, writer.staging() as staging:
        draft = writer.draft(staging)
        draft.add(record(make_stamp(archive, writer.device, now)).to_json())
        return draft.commit()

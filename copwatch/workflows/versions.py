"""What writing reports and writing every other kind of entity share: one entry, one version, and why.

Writing needs no key, and a version is never overwritten. One that is written without a key cannot name what it amends:
it has no parents, states only what it changes, and stands beside the others until a version over all says what holds.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Protocol, TypeAlias

from copwatch.errors import BadInput, Busy
from copwatch.model.kinds import CASE
from copwatch.model.longtext import cut_text
from copwatch.model.records import Stamp
from copwatch.model.values import Json
from copwatch.store.archive import Archive
from copwatch.store.known_ids import remember_ids
from copwatch.store.writer import open_writer
from copwatch.workflows.demo import refuse_demo
from copwatch.workflows.stamping import Now, check_text, fresh_id, make_stamp


class Writable(Protocol):
    """A record, as far as writing needs it."""

    def to_json(self) -> dict[str, Json]:
        """Its members."""


Fields: TypeAlias = Mapping[str, Json]
Made: TypeAlias = Callable[[str, Stamp], Iterable[Writable]]
"""Makes the records of an entry from the id of the version and the stamp that all of them bear."""


def check_may_write(archive: Archive) -> None:
    """Raises `NotThisDevice`, or `Refused` for a demo, before a person has typed anything.

    Another copwatch that writes now is no obstacle.
    """
    refuse_demo(archive)
    with suppress(Busy), open_writer(archive):
        pass


def check_reason(reason: str, example: str) -> None:
    """Raises `BadInput` for one that is no text, or none: a version without parents and reason would be a first one."""
    if not reason.strip():
        raise BadInput("an amendment needs a reason", hint=f'for example: --reason "{example}"')
    check_text("the reason", reason)


def pieces(reason: str | None) -> tuple[str, ...] | None:
    """The reason as records hold it."""
    return tuple(cut_text(reason)) if reason else None


def append_version(
    archive: Archive, now: Now, about: tuple[str, str], make: Made, compartment: int = CASE
) -> str:
    """Appends one entry, and notes what it is about among the ids that this computer has met.

    Args:
        about: letter and id of the incident or entity.
        compartment: place of the compartment in the charter; what goes to `case` goes where what it is about stands.

    Returns:
        The id of the version.
    """
    version = fresh_id()
    with open_writer(archive) as writer, writer.staging() as staging:
        draft = writer.draft(staging)
        place = None if compartment == CASE else archive.charter.compartments[compartment].id
        for record in make(version, make_stamp(archive, writer.device, now)):
            draft.add(record.to_json(), compartment=place)
        draft.commit()
    remember_ids(archive.state, [about])
    return version

"""`copwatch status`: what waits for somebody, and which command answers it.

It works without a key, and says what it then cannot know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from copwatch.catalogue.came_back import came_back
from copwatch.catalogue.codes import codes
from copwatch.catalogue.homes import left_behind
from copwatch.catalogue.listing import incident_page
from copwatch.catalogue.queries import counts, report_versions
from copwatch.errors import Unfinished
from copwatch.model.forms import check_report
from copwatch.model.records import ENVELOPE, RECORDS
from copwatch.store.archive import Archive
from copwatch.store.begun_exports import left_behind as left_behind_by_exports
from copwatch.store.elsewhere import ledger_size
from copwatch.store.keys import Keys
from copwatch.store.layout import DEVICE_NAME, LEDGER, is_archive
from copwatch.store.ledgers import read_apart
from copwatch.store.own_key import is_stopped, own_head
from copwatch.store.places import Place, read_places
from copwatch.store.plain import plain_names
from copwatch.store.unfinished import unfinished
from copwatch.store.young import is_young
from copwatch.text import counted
from copwatch.workflows.chartering import leaders
from copwatch.workflows.devices import KnownDevice, State, entries_here, list_devices, nowhere_else
from copwatch.workflows.due import due_items
from copwatch.workflows.recovery import last_rehearsal
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now

SOON = 14
"""Days ahead in which something that is due is shown."""
LOOKED_AT = 200
"""Incidents, the last changed first, whose reports are looked through for open questions."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits: of what kind, what it is, how many, and what to run."""

    kind: str
    text: str
    count: int = 1
    run: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What waits, the most pressing first. `unknown` says what nobody can know while the archive is locked."""

    device: str
    entries: int
    places: int
    items: tuple[Item, ...]
    unknown: str = ""


LOCKED = "locked: which reports are open, what is not filed, in conflict or due is not known"


def read_status(archive: Archive, keys: Keys | None, now: Now) -> Status:
    """Everything that waits for somebody, as far as the keys at hand show it."""
    own = archive.state.device()
    head = own_head(archive.state)
    items = [*_stopped(archive), *_copies(archive), *_charter(archive), *_devices(archive)]
    if keys is not None:
        with Session(archive, keys) as session:
            items += _content(session, now().date())
    items += _recovery(archive, now)
    places = [place for place in read_places(archive.state) if place.lasting]
    return Status(
        own.public_hex if own else "",
        head.size if head else 0,
        len(places),
        tuple(items),
        "" if keys else LOCKED,
    )


def _stopped(archive: Archive) -> Iterator[Item]:
    """Why nothing can be added here, but for a revocation."""
    own = archive.state.device()
    head = own_head(archive.state)
    if own is None:
        return
    if is_stopped(archive.state):
        yield Item(
            "stopped",
            "two computers wrote with this computer's key, so nothing is added here any more: it needs a new one",
            1,
            "copwatch device join FILE",
        )
    elif head is not None and entries_here(archive, own.public_hex) < head.size:
        yield Item(
            "unmerged",
            "this archive is older than what this computer wrote last, so nothing can be added until it is merged",
            1,
            "copwatch merge DIR",
        )


def _copies(archive: Archive) -> Iterator[Item]:
    """What may be lost, and what other copies have."""
    left = unfinished(archive.state)
    if left:
        yield Item(
            "unfinished", f"{counted(left, 'source')} did not come in whole", left, "copwatch add PATH"
        )
    for part in left_behind_by_exports(archive.state):
        yield Item(
            "left over",
            f"{part} is left of an export that was killed, and may hold evidence: the next export here removes it",
            1,
            "copwatch exports",
        )
    if nowhere_else(archive):
        yield Item(
            "one place only",
            "no verified copy holds all that this computer added: keep the cards",
            1,
            "copwatch copy DIR",
        )
    if is_young(archive):
        yield Item("unmerged", "this replica has met no full copy yet", 1, "copwatch merge DIR")
    for place in read_places(archive.state):
        try:
            yield from _copy(archive, place) if is_archive(place.path) else ()
        except OSError as error:
            text = f"{place.path} cannot be read: {error.strerror or 'the disk does not answer'}"
            yield Item("unreadable", text, 1, f"copwatch verify {place.path}")


def _copy(archive: Archive, place: Place) -> Iterator[Item]:
    more = [device for device in _ledgers(place.path) if _longer(place.path, archive.layout.folder, device)]
    known = [device for device in more if archive.history.names_device(device)]
    if known:
        text = f"{place.path} has entries of {counted(len(known), 'device')} that are not here"
        yield Item("unmerged", text, len(known), f"copwatch merge {place.path}")
    if _behind(archive, place):
        yield Item("uncopied", f"{place.path} lacks entries that are here", 1, f"copwatch copy {place.path}")


def _charter(archive: Archive) -> Iterator[Item]:
    heads = len(archive.history.heads)
    if heads > 1:
        yield Item(
            "fork", f"{heads} versions of the charter stand side by side; the founder's next change joins them", heads,
            "copwatch device list",
        )  # fmt: skip
    forks = archive.forks()
    if forks:
        devices = ", ".join(sorted({device[:8] for device, _ in forks}))
        apart = sum(1 for _ in read_apart(archive, []))
        lost = (
            f"; {counted(apart, 'entry', 'entries')} of other branches are in no list: add their files again"
        )
        text = f"the ledger of device {devices} has parted in two{lost if apart else ''}"
        yield Item("fork", text, len(forks), "copwatch verify")


def _devices(archive: Archive) -> Iterator[Item]:
    """What is held apart, and who waits."""
    for device in _known_devices(archive):
        said = f"device {device.key[:8]}"
        if device.state is State.WAITING and device.here:
            text = "this computer waits for approval, and what it adds counts afterwards; its words, to be read aloud:"
            yield Item("held apart", text, device.entries, "copwatch device join FILE")
        elif device.state is State.WAITING:
            text = f"{said} waits for approval with {counted(device.entries, 'entry', 'entries')}"
            yield Item("held apart", text, device.entries, f"copwatch device approve {device.key[:8]}")
        elif device.last is not None and device.entries > device.last + 1:
            apart = device.entries - device.last - 1
            text = f"{counted(apart, 'entry', 'entries')} of {said} came after it was cut off, and count for nothing"
            yield Item("held apart", text, apart)
        if device.here and device.state in (State.CUT_OFF, State.REMOVED):
            yield Item(
                "revoked",
                "this computer was cut off: nothing can be added here",
                1,
                "copwatch device join FILE",
            )


def _known_devices(archive: Archive) -> list[KnownDevice]:
    """The devices here and in the copies at hand, if those can be read."""
    others = [place.path for place in read_places(archive.state) if is_archive(place.path)]
    try:
        return list_devices(archive, others)
    except (OSError, Unfinished):
        return list_devices(archive)


def _content(session: Session, today: date) -> Iterator[Item]:
    if session.missing:
        yield Item("damaged", f"{session.missing}", 1, "copwatch doctor --from DIR")
    due = due_items(session.catalogue, today + timedelta(SOON))
    if due:
        first = min(item.day for item in due).isoformat()
        yield Item(
            "due",
            f"{counted(len(due), 'date')} within {SOON} days or past, the first {first}",
            len(due),
            "copwatch due",
        )
    found = counts(session.catalogue)
    if found.unfiled:
        yield Item(
            "unfiled",
            f"{counted(found.unfiled, 'item')} of evidence not filed",
            found.unfiled,
            "copwatch list unfiled",
        )
    if found.conflicts:
        text = f"{counted(found.conflicts, 'report')} with two versions side by side"
        yield Item("conflict", text, found.conflicts, "copwatch list")
    yield from _withdrawn(session)
    yield from _open(session)
    if found.apart:
        text = f"{counted(found.apart, 'record')} held apart"
        yield Item("held apart", text, found.apart, "copwatch device list")
    if found.problems:
        text = f"{counted(found.problems, 'record')} that this version cannot read"
        yield Item("not understood", text, found.problems, "copwatch verify --deep")


def _withdrawn(session: Session) -> Iterator[Item]:
    """What withdrawals and moves did not reach."""
    again = came_back(session.catalogue)
    if again:
        text = f"withdrawn, and readable again, for another withdrawal did not know of it: {_some(again)}"
        yield Item("came back", text, len(again), f"copwatch withdraw {again[0]} --reason TEXT")
    order = [compartment.id for compartment in session.archive.charter.compartments]
    behind = left_behind(session.catalogue, order)
    named = codes(session.catalogue, "I", behind)
    for id, place in sorted(behind.items()):
        text = f"something of {named[id]} stands where more people read it than the incident"
        yield Item("left behind", text, 1, f"copwatch compartment move {named[id]} {place[:8]}")


def _open(session: Session) -> Iterator[Item]:
    """Reports with open questions, among those that changed last: to look at all of a large archive takes long."""
    page = incident_page(session.catalogue, limit=LOOKED_AT)
    found = [row.code for row in page.rows if _is_open(session, row.id)]
    if found:
        among = f" among the {LOOKED_AT} that changed last" if page.total > LOOKED_AT else ""
        text = f"{counted(len(found), 'report')} with open questions{among}: {_some(found)}"
        yield Item("open", text, len(found), f"copwatch report amend {found[0]}")


def _some(named: Sequence[str]) -> str:
    return ", ".join(named[:3]) + (" …" if len(named) > 3 else "")


def _recovery(archive: Archive, now: Now) -> Iterator[Item]:
    """Only where the founder works: an observer's laptop, or that of a lawyer, has no paper."""
    founder = any(archive.state.read(f"absorbed-{member.id}.json") for member in leaders(archive.charter))
    if not founder and archive.state.read("rehearsed.json") is None:
        return
    last = last_rehearsal(archive, now)
    if last.due:
        when = f"last proven on {last.at[:10]}" if last.at else "never proven on this computer"
        yield Item("recovery", f"the recovery words were {when}", 1, "copwatch recovery rehearse")


def _is_open(session: Session, id: str) -> bool:
    heads = [version for version in report_versions(session.catalogue, id) if version.head]
    own = {*ENVELOPE, *RECORDS["report"].shape()}
    fields: list[dict[str, Any]] = [
        {name: value for name, value in head.record.items() if name not in own}
        for head in heads
        if not head.partial
    ]
    return any(problem.open for said in fields for problem in check_report(said, session.schema))


def _ledgers(folder: Path) -> list[str]:
    return plain_names(folder / LEDGER, DEVICE_NAME)


def _longer(there: Path, here: Path, device: str) -> bool:
    """Whether a ledger looks longer there; by size, so that a stick is not read for it."""
    return ledger_size(there, device) > ledger_size(here, device)


def _behind(archive: Archive, place: Place) -> bool:
    return any(_longer(archive.layout.folder, place.path, device) for device in archive.devices())

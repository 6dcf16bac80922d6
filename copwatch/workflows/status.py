"""`copwatch status`: what waits for somebody, and which command answers it.

It works without a key, and says what it then cannot know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from copwatch.catalogue.came_back import came_back
from copwatch.catalogue.codes import codes
from copwatch.catalogue.homes import parted, spread
from copwatch.catalogue.listing import incident_page
from copwatch.catalogue.queries import counts, report_versions
from copwatch.model.forms import check_report
from copwatch.model.records import ENVELOPE, RECORDS
from copwatch.store.archive import Archive
from copwatch.store.homes import noted_homes
from copwatch.store.keys import Keys
from copwatch.store.own_key import own_head
from copwatch.store.places import read_places
from copwatch.text import counted
from copwatch.workflows.chartering import leaders
from copwatch.workflows.due import due
from copwatch.workflows.membership import readers
from copwatch.workflows.recovery import last_rehearsal
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now
from copwatch.workflows.waiting import Item, what_waits

SOON = 14
"""Days ahead in which something that is due is shown."""
LOOKED_AT = 200
"""Incidents, the last changed first, whose reports are looked through for open questions."""


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
    items = [*what_waits(archive)]
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


def _content(session: Session, today: date) -> Iterator[Item]:
    if session.missing:
        yield Item("damaged", f"{session.missing}", 1, "copwatch doctor --from DIR")
    found_due = due(session.catalogue, session.archive, today, today + timedelta(SOON)).items
    if found_due:
        past = sum(item.day < today for item in found_due)
        first = f"{past} of them past, " if past else ""
        text = f"{counted(len(found_due), 'date')} within {SOON} days or past, {first}the first {found_due[0].day}"
        yield Item("due", text, len(found_due), f"copwatch due --days {SOON}")
    found = counts(session.catalogue)
    if found.unfiled:
        yield Item(
            "unfiled",
            f"{counted(found.unfiled, 'item')} of evidence not filed",
            found.unfiled,
            "copwatch list unfiled",
        )
    if found.conflicts:
        text = f"{counted(found.conflicts, 'report')} with several versions side by side"
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
    charter = session.archive.charter
    order = [compartment.id for compartment in charter.compartments]
    reads = {place: {member.id for member in readers(charter, place)} for place in order}
    several = parted(session.catalogue, order)
    apart = spread(session.catalogue, order, noted_homes(session.archive.state))
    named = codes(session.catalogue, "I", apart)
    for id, (place, others) in sorted(apart.items()):
        text, meant = (
            f"something of {named[id]} stands where more people read it than the incident",
            place[:8],
        )
        if id in several:
            text = f"{named[id]} stands in several compartments, and is read in all of them: move it to the one meant"
            meant = "NAME"
        # What stands where nobody else reads it may stay there.
        elif not any(other == order[0] or not reads.get(other, set()) <= reads[place] for other in others):
            continue
        yield Item("left behind", text, 1, f"copwatch compartment move {named[id]} {meant}")


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

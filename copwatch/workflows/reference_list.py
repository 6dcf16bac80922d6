"""The reference list of an export: which pseudonym stands for whom. It goes out sealed, by a command of its own.

One row an item that was redacted, as a court takes under seal (FRCP 5.2(g)): what is shown, and what was recorded.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from copwatch.catalogue.entities import entities
from copwatch.catalogue.queries import record
from copwatch.errors import NotFound, UsageError
from copwatch.model.redaction import Treatment
from copwatch.model.spots import Spot, spots
from copwatch.model.values import PersonName
from copwatch.proof.commitment import flatten
from copwatch.store.sealed_file import sealed_file
from copwatch.text import csv_cell
from copwatch.workflows.bundle_plans import Request, leaves_beside
from copwatch.workflows.opening import Recorded, record_access
from copwatch.workflows.selecting import select
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now
from copwatch.workflows.writing_out import check_new

COLUMNS = ("shown", "recorded", "record", "type", "field", "treatment")
_LISTED = (Treatment.PSEUDONYM, Treatment.PSEUDONYM_SEALED, Treatment.SEALED, Treatment.INITIALS)


@dataclass(frozen=True)
class Listed:
    """A list that was written. `rows` is how many items it has."""

    rows: int
    recorded: Recorded


def write_list(session: Session, request: Request, now: Now) -> Listed:
    """Writes the list of one export into one sealed file.

    Raises:
        UsageError: it would not be sealed.
        NotFound: nothing in it bears a pseudonym.
        Refused: as `select`; or something stands there.
    """
    if not request.recipients:
        raise UsageError(
            "this list names people, and only goes out sealed", hint="use --to RECIPIENT or --passphrase"
        )
    check_new(request.out, session.archive)
    rows = list(dict.fromkeys(_rows(session, request, now)))
    if not rows:
        raise NotFound("nothing in this export bears a pseudonym", hint="see: copwatch export … --explain")
    purpose = " ".join(part for part in (f"Reference list for {request.profile}.", request.purpose) if part)
    recorded = record_access(session, now, "disclosed", [], purpose=purpose, incident=request.incident)
    with sealed_file(request.out, request.recipients) as stream:
        stream.write(_csv(rows))
    return Listed(len(rows), recorded)


def _rows(session: Session, request: Request, now: Now) -> Iterator[tuple[str, ...]]:
    going = select(session, request, now).going
    names = _names(session)
    beside = leaves_beside(session, request.incident, going.rows)
    for leaf in dict.fromkeys((*going.codes, *going.others, *beside)):
        held = record(session.catalogue, leaf).record
        if going.rules.leaves_out(held):
            continue
        decided = {each.path: each for each in going.rules.of(held, leaf)}
        for spot in spots(held):
            each = decided[spot.path]
            if (
                each.treatment not in _LISTED
                or not each.withheld
                or not (each.text or each.treatment == "sealed")
            ):
                continue
            recorded = "; ".join(_recorded(spot, names))
            code = going.codes.get(leaf, leaf[:16])
            yield each.text, recorded, code, str(held["type"]), spot.path, str(each.treatment)


def _recorded(spot: Spot, names: dict[str, str]) -> Iterator[str]:
    """The values of a field; of an id of a person the name, where the keys at hand open it."""
    for value in flatten(spot.value).values():
        text = str(value)
        yield names.get(text, text)


def _names(session: Session) -> dict[str, str]:
    """Names by id of the person, as the current versions have them; where two stand side by side, of both."""
    found: dict[str, dict[str, None]] = {}
    for version in (head for one in entities(session.catalogue, "identity") for head in one.heads):
        named = found.setdefault(str(version.record.get("person")), {})
        named |= {
            str(spot.value): None
            for spot in spots(version.record)
            if isinstance(spot.type, PersonName) and "/" not in spot.path[1:]
        }
    return {person: " / ".join(named) for person, named in found.items() if named}


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([csv_cell(cell) for cell in row] for row in sorted(rows))
    return text.getvalue().encode()

"""What is said at once of a consent that was written down: what it counts for, and who is to be told that it allows
less."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from copwatch.cli.withdrawal_text import MOST, given
from copwatch.errors import NotFound
from copwatch.model.consents import (
    Guard,
    Row,
    allows,
    is_withdrawn,
    lacks_for_guard,
    lowers,
    names_no_purpose,
)
from copwatch.workflows.consenting import Standing, standing_of, why_not
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import local_now

if TYPE_CHECKING:
    from copwatch.store.archive import Archive
    from copwatch.store.keys import Keys

TELL = "Who has received something, and may have to be told: copwatch consent P-…"


def standing_after(archive: "Archive", keys: "Keys | None", fields: Mapping[str, Any]) -> Standing | None:
    """What counts of a person now that a consent with these fields is kept; None where no key shows who they are."""
    if keys is None:
        return None
    try:
        with Session(archive, keys) as session:
            return standing_of(session, str(fields.get("person")), local_now().date())
    except NotFound:
        return None


def lacking(found: Standing | None, consent: str, code: str, fields: Row) -> Iterator[str]:
    """Why less counts of a consent than it says. Without a key nobody knows here whether it is of a survivor.

    Args:
        consent: its id; `code` how it is spoken.
    """
    if is_withdrawn(fields) or not allows(fields):
        return
    amend = f"copwatch record amend {code} --edit"
    if names_no_purpose(fields):
        yield (
            "it names no purpose, and an export takes what was not asked for its purpose as not agreed to;"
            f" add them: {amend}"
        )
    if found is not None:
        reasons = [why_not(one, found.guard) for one in found.consents if one.id == consent]
        yield from (f"it counts as level 0: {why}; amend it: {amend}" for why in filter(None, reasons))
    elif why := lacks_for_guard([fields], Guard(survivor=True)):
        yield f"if they are a survivor, it counts as level 0: {why}; amend it: {amend}"


def to_be_told(found: Standing, consent: str, before: Sequence[Row]) -> Iterator[str]:
    """Who holds something, where a consent allows less than its versions `before`, of which there may be none."""
    rest = [head.record for one in found.consents if one.id != consent for head in one.heads]
    now = [head.record for one in found.consents for head in one.heads]
    if not lowers(found.id, [*rest, *before], now, on=local_now().date(), guard=found.guard):
        return
    if found.given_out:
        yield "Less is allowed now than before. Who has received something is to be told:"
        yield from (f"  {given(one)}" for one in found.given_out[:MOST])
        yield f"All of it, and the copies of the archive: copwatch consent {found.code}"
    elif before:
        yield "Less is allowed now than before. Nothing that is recorded went out: there is nobody to tell."

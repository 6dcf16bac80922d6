"""What holds stop: stripping, withdrawing and purging (docs/adr/0086)."""

from collections.abc import Iterable

from copwatch.catalogue.belonging import belongs_to, named_by
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.entities import entities
from copwatch.errors import Refused
from copwatch.model.holds import Hold, in_force
from copwatch.store.state import LocalState
from copwatch.workflows.holds_noted import FILE


def holds_in_force(catalogue: Catalogue) -> list[Hold]:
    """All of them, as far as the keys at hand show them."""
    return in_force(version.record for one in entities(catalogue, "hold") for version in one.heads)


def holds_on(catalogue: Catalogue, ids: Iterable[str]) -> list[Hold]:
    """Those that cover one of these things, or something that it belongs to."""
    holds = holds_in_force(catalogue)
    if not holds:
        return []
    wanted = belongs_to(catalogue, ids)
    return [hold for hold in holds if hold.covers_any(wanted)]


def hold_codes(catalogue: Catalogue, holds: Iterable[Hold]) -> list[str]:
    """The codes of holds."""
    return sorted(codes(catalogue, "H", (hold.id for hold in holds)).values())


def refuse_held(catalogue: Catalogue, ids: Iterable[str], what: str) -> None:
    """Raises `Refused` where a hold that is in force covers one of these things."""
    found = holds_on(catalogue, ids)
    if found:
        named = ", ".join(hold_codes(catalogue, found))
        raise Refused(
            f"{what} is under a hold: {named}",
            hint="nothing was changed; who imposed the hold releases it: copwatch record amend H-… --unlock"
            " --set released_at=now --reason …",
        )


def note_holds(state: LocalState, catalogue: Catalogue) -> None:
    """Writes down, for when no key is at hand, what the holds that are in force cover: ids, and nothing of why."""
    holds = holds_in_force(catalogue)
    covers = {id for hold in holds for id in hold.covers}
    # People and matters that are covered, and the incidents that they name.
    covers |= named_by(catalogue, covers)
    covers |= named_by(catalogue, covers)
    noted = {"read": True, "everything": any(hold.everything for hold in holds), "covers": sorted(covers)}
    if state.read(FILE) != noted:
        state.write(FILE, noted)

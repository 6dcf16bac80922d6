"""The holds that are in force on what is shown: what they cover is not deleted, stripped or purged."""

from typing import TYPE_CHECKING

from copwatch.cli import voice
from copwatch.workflows.holding import hold_codes, holds_on

if TYPE_CHECKING:
    from copwatch.workflows.session import Session


def held_by(session: "Session", id: str) -> list[str]:
    """The codes of the holds on something, or on what it belongs to."""
    return hold_codes(session.catalogue, holds_on(session.catalogue, [id]))


def say_held(holds: list[str]) -> None:
    """Names them, where there are any."""
    if holds:
        voice.say(f"Under a hold: {', '.join(holds)}")

"""What a search cannot say by itself: how much lies where the keys at hand do not reach."""

from copwatch.catalogue.queries import names
from copwatch.workflows.session import Session


def not_opened(session: Session) -> list[str]:
    """The names of the compartments of which the keys do not open every epoch, hence not everything in them."""
    called = names(session.catalogue).compartments
    return [
        called.get(compartment.id, compartment.id[:8])
        for compartment in session.archive.charter.compartments
        if not all(session.keys.of(compartment.id, recipient) for recipient in compartment.epochs)
    ]


def not_searched(session: Session, what: str = "searched") -> list[str]:
    """What is not in the catalogue that was searched, in sentences for people; empty where it has all there is.

    `what` was done with it instead: listed, counted.
    """
    sealed = not_opened(session)
    said = (
        [f"not {what}: what is sealed to {', '.join(sealed)}, which your keys do not open"] if sealed else []
    )
    return [*said, f"not {what}: {session.missing}"] if session.missing else said

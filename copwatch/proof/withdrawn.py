"""What withdrawals that count leave: object → the body that holds what survives of it, or None."""

from collections.abc import Mapping


def add_withdrawn(known: dict[str, str | None], more: Mapping[str, str | None]) -> None:
    """Adds withdrawals. Of several that name one object the lowest `by` counts, in whatever order they came."""
    for name, by in more.items():
        before = known.get(name)
        known[name] = by if before is None else before if by is None else min(before, by)


def surviving(body: str | None, withdrawn: Mapping[str, str | None]) -> str | None:
    """The object that holds what is left of one, if anything is.

    Follows withdrawals of withdrawals; hostile ones that go in a circle lead to nothing.
    """
    for _ in range(len(withdrawn) + 1):
        if body is None or body not in withdrawn:
            return body
        body = withdrawn[body]
    return None

"""The sealed objects of evidence as they are now: those of its record, or those to which these were sealed again."""

from collections.abc import Iterable

from copwatch.catalogue.catalogue import Catalogue
from copwatch.errors import NotFound

_NOW = """
    WITH RECURSIVE chain(object) AS (
        SELECT ?1 UNION SELECT w.by FROM chain AS c JOIN withdrawn AS w ON w.object = c.object WHERE w.by IS NOT NULL)
    SELECT object FROM chain WHERE object NOT IN (SELECT object FROM withdrawn)
"""


def pieces_now(catalogue: Catalogue, pieces: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Object and size of each piece, from those that its record names.

    Raises `NotFound` when one was withdrawn and nothing is left of it.
    """
    found = [(catalogue.read(_NOW, (object,)), size) for object, size in pieces]
    if not all(rows for rows, _ in found):
        raise NotFound("it was withdrawn: its bytes are gone")
    return [(str(rows[0]["object"]), size) for rows, size in found]

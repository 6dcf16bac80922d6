"""Records with what proves them to a stranger: the raw ledger line and the place of the leaf in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from copwatch.bundle.plan import ProvenRecord
from copwatch.catalogue.queries import record
from copwatch.errors import IntegrityFailure
from copwatch.store.bodies import ReadLine
from copwatch.store.moved import open_body
from copwatch.workflows.session import Session


def proven_records(session: Session, leaves: Iterable[str]) -> dict[str, ProvenRecord]:
    """Each record by its leaf, opened again from the archive itself: the catalogue is only asked where it stands.

    Raises:
        IntegrityFailure: one of them is no longer in the archive as the catalogue knows it.
    """
    bodies: dict[_Body, set[str]] = defaultdict(set)
    for leaf in set(leaves):
        one = record(session.catalogue, leaf)
        bodies[(one.device, one.seq), (one.compartment, one.epoch), one.body].add(leaf)
    found: dict[str, ProvenRecord] = {}
    for body, wanted in sorted(bodies.items()):
        found |= {proven.leaf: proven for proven in _of_body(session, body) if proven.leaf in wanted}
        if wanted - found.keys():
            (device, seq), _, _ = body
            raise IntegrityFailure(
                f"a record of entry {device[:8]}:{seq} is not in the archive any more",
                hint="run `copwatch verify`, then `copwatch rebuild`",
            )
    return found


_Body: TypeAlias = tuple[tuple[str, int], tuple[str, int], str]
"""Its entry, its compartment and epoch, its name."""


def _of_body(session: Session, body: _Body) -> Iterator[ProvenRecord]:
    opened = open_body(session.archive, session.keys, *body)
    positions = {leaf: index for index, leaf in enumerate(_leaves(opened.read))}
    for one in opened.set.records:
        yield ProvenRecord(one, opened.read.raw, positions[one.leaf])


def _leaves(read: ReadLine) -> Iterator[str]:
    for part in read.line.lists.sets:
        yield from part.leaves

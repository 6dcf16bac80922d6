"""Records with what proves them to a stranger: the raw ledger line and the place of the leaf in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from copwatch.bundle.plan import ProvenRecord
from copwatch.catalogue.queries import record
from copwatch.errors import IntegrityFailure
from copwatch.proof.body import OpenedRecord
from copwatch.proof.findings import Finding
from copwatch.store.bodies import ReadLine, open_sets
from copwatch.store.ledgers import read_at
from copwatch.workflows.session import Session


def proven_records(session: Session, leaves: Iterable[str]) -> dict[str, ProvenRecord]:
    """Each record by its leaf, opened again from the archive itself: the catalogue is only asked where it stands.

    Raises:
        IntegrityFailure: one of them is no longer in the archive as the catalogue knows it.
    """
    places: dict[tuple[str, int], set[str]] = defaultdict(set)
    for leaf in set(leaves):
        stored = record(session.catalogue, leaf)
        places[stored.device, stored.seq].add(leaf)
    found: dict[str, ProvenRecord] = {}
    for (device, seq), wanted in sorted(places.items()):
        for proven in _of_line(session, read_at(session.archive, device, seq)):
            if proven.leaf in wanted:
                found[proven.leaf] = proven
        if wanted - found.keys():
            raise IntegrityFailure(
                f"a record of entry {device[:8]}:{seq} is not in the archive any more",
                hint="run `copwatch verify`, then `copwatch rebuild`",
            )
    return found


def _of_line(session: Session, read: ReadLine) -> Iterator[ProvenRecord]:
    findings: list[Finding] = []
    positions = {leaf: index for index, leaf in enumerate(_leaves(read))}
    for opened in open_sets(session.archive, session.keys, read, session.withdrawn(), findings):
        for one in opened.records:
            yield ProvenRecord(OpenedRecord(one.record, one.seed, one.leaf), read.raw, positions[one.leaf])


def _leaves(read: ReadLine) -> Iterator[str]:
    for part in read.line.lists.sets:
        yield from part.leaves

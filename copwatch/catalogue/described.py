"""What the file of an item says of itself, and which items are the other halves of a Live Photo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copwatch.catalogue import queries
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.model.records.described import Described

_OTHERS = """
    SELECT DISTINCT e.id FROM evidence_media AS m JOIN evidence AS e ON e.leaf = m.leaf
    WHERE m.pair = ? AND e.media_type LIKE ? ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class DescribedItem:
    """What a record says of its file, and the codes of what it is one Live Photo with, whichever came first."""

    described: Described
    others: tuple[str, ...]


def described_item(catalogue: Catalogue, leaf: str) -> DescribedItem:
    """Of the evidence record of that leaf. Raises `NotFound`, `MalformedRecord`."""
    record: Mapping[str, Any] = queries.record(catalogue, leaf).record
    said = {name: value for name, value in record.items() if name in Described.shape()}
    described = Described.read(said, "evidence")
    return DescribedItem(described, _others(catalogue, described, str(record["media_type"])))


def _others(catalogue: Catalogue, described: Described, media_type: str) -> tuple[str, ...]:
    """A film for a picture, pictures for a film: a copy of the same bears the same identifier."""
    if described.pair is None:
        return ()
    other = "image" if media_type.startswith("video/") else "video"
    found = [row["id"] for row in catalogue.read(_OTHERS, [described.pair.identifier, f"{other}/%"])]
    named = codes(catalogue, "E", found)
    return tuple(named[other] for other in found)

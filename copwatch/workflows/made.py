"""A clean rendition that held: what it is, how it is made of what is sealed, and that it shows the same."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from copwatch import __version__
from copwatch.bundle.sinks import Early
from copwatch.catalogue.shown import EvidenceRow
from copwatch.media.cleaning import Cleaning
from copwatch.media.essence import EssenceHash
from copwatch.media.kinds import neutral_name
from copwatch.media.plan import Segment
from copwatch.media.refusal import CannotClean
from copwatch.model import records
from copwatch.model.records import Stamp
from copwatch.workflows.opening import not_received
from copwatch.workflows.stamping import fresh_id

TOOL = f"copwatch {__version__}"
_MOST_KEPT, _MOST_NEW_KEPT = 64, 4096
"""Segments of a plan, and bytes that stand in it, of which a thousand may be held at once."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How a rendition is made of what is sealed, and where coded picture and sound stand in it."""

    plan: Sequence[Segment]
    essence: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A clean rendition that held. `id` is that of its record, and empty where what is sealed is one already.

    `carried` is how it is made, where that is short: then nobody has to look at the file once more. With `early` it
    stands in the folder of a bundle already.
    """

    item: EvidenceRow
    id: str
    media_type: str
    size: int
    sha256: str
    essence: str | None
    carried: "Carried | None" = None
    early: Early | None = None

    @property
    def name(self) -> str:
        """A name that says nothing but the kind."""
        return neutral_name(self.media_type)

    def record(self, stamp: Stamp) -> records.Rendition:
        """What is written to the ledger. That both essences are one was compared before there was a `Made`."""
        return records.Rendition(
            self.id, stamp, self.item.id, self.item.leaf, "stripped", TOOL, self.media_type, self.size, self.sha256,
            self.essence, self.essence,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotMade:
    """An item that cannot be cleaned with certainty."""

    item: EvidenceRow
    why: CannotClean


class Hashes(NamedTuple):
    """Bytes, and SHA-256 of them and of their essence where there is one."""

    size: int
    sha256: str
    essence: str | None


class TwoHashes:
    """Two hashes of a file that is given from its beginning to its end, each in a thread."""

    def __init__(self, essence: Sequence[tuple[int, int]]) -> None:
        self._whole, self._part = hashlib.sha256(), EssenceHash(essence)
        self._size = 0
        self.essence_update = (self._part.update,) if essence else ()

    def update(self, block: bytes | memoryview) -> None:
        """The next bytes."""
        self._whole.update(block)
        self._size += len(block)

    def hashes(self) -> Hashes:
        """Of everything that both were given; raises `ValueError` when that ended before the essence did."""
        return Hashes(
            self._size, self._whole.hexdigest(), self._part.hexdigest() if self.essence_update else None
        )


def made_of(item: EvidenceRow, found: Cleaning, sealed: Hashes, made: Hashes) -> Made:
    """What was made, when it is of the same picture and sound as what is sealed; that it is clean was looked at.

    Raises `CannotClean`, and `IntegrityFailure` when what is sealed is not what was received.
    """
    if sealed.sha256 != item.sha256:
        raise not_received(item)
    if item.essence not in (None, sealed.essence):
        raise CannotClean("its picture and sound are not found to be what was recorded when it was received")
    if (made.size, made.essence) != (found.size, sealed.essence):
        raise CannotClean("the rendition would not have the same picture and sound")
    clean_already = item.metadata == "strip" and made.sha256 == item.sha256
    id_ = "" if clean_already else fresh_id()
    carried = carried_by(found) if _short(found) else None
    return Made(item, id_, found.scan.media_type, made.size, made.sha256, sealed.essence, carried)


def carried_by(found: Cleaning) -> Carried:
    """How a rendition is made, as it follows from a cleaning."""
    return Carried(found.plan, found.essence)


def _short(found: Cleaning) -> bool:
    """Whether a plan may be kept: that of a photo, and none that holds much of the file itself."""
    new = sum(len(segment.data or b"") for segment in islice(found.plan, _MOST_KEPT))
    return max(len(found.plan), len(found.essence)) <= _MOST_KEPT and new <= _MOST_NEW_KEPT

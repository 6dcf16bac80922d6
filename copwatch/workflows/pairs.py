"""Picture and film of one Live Photo, which bear one identifier: the later one to come in names the earlier.

Earlier records are sealed, so that only what this computer remembers of late (`copwatch/store/recent.py`) can say what
came in before, by a keyed hash of the identifier. Whoever can read both records sees the pair by the identifier itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from copwatch.model.records.described import Described
from copwatch.proof.hashing import sha256_hex

_FAMILIES = {"image": "video", "video": "image"}


@dataclass
class Pairs:
    """What bore an identifier in this run, and what of it the next entry has to remember."""

    _known: dict[str, str] = field(default_factory=dict)
    _fresh: dict[str, str] = field(default_factory=dict)

    def linked(
        self, described: Described, evidence: str, media_type: str, find: Callable[[str], str | None]
    ) -> Described:
        """With the id of the other one, if that came in before; `find` knows what did lately."""
        family = media_type.partition("/")[0]
        if described.pair is None or family not in _FAMILIES:
            return described
        identifier = described.pair.identifier
        wanted = _mark(_FAMILIES[family], identifier)
        other = self._known.get(wanted) or find(wanted)
        own = _mark(family, identifier)
        self._known[own] = self._fresh[own] = evidence
        return replace(described, pair=replace(described.pair, evidence=other))

    def take(self) -> dict[str, str]:
        """What the entry that is about to be written brings: a mark in the form of a SHA-256 → evidence id."""
        fresh, self._fresh = self._fresh, {}
        return fresh


def _mark(family: str, identifier: str) -> str:
    return sha256_hex(f"copwatch pair\n{family}\n{identifier}".encode())

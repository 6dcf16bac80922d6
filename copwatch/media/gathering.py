"""Facts put together within bounds: what is dangerous is not crowded out by what is not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from copwatch.media.facts import Danger, Fact

MOST_FACTS: Final = 200
LONGEST_VALUE: Final = 200


@dataclass
class Gathering:
    """Takes facts in any number; gives back at most `MOST_FACTS`, each once, the most dangerous first."""

    source: str
    _found: dict[Danger, dict[tuple[str, str], Fact]] = field(default_factory=dict)

    def add(self, danger: Danger, name: str, untrusted_value: str, offset: int | None = None) -> None:
        """One fact; the first of equal ones counts, and empty ones do not."""
        value = untrusted_value.strip(" \t\r\n\0")[:LONGEST_VALUE]
        kind = self._found.setdefault(danger, {})
        if value and len(kind) < MOST_FACTS:
            kind.setdefault((name, value), Fact(danger, name, value, self.source, offset))

    def facts(self) -> list[Fact]:
        """What was gathered."""
        return bounded(fact for kind in self._found.values() for fact in kind.values())


def bounded(facts: Iterable[Fact]) -> list[Fact]:
    """At most `MOST_FACTS`, the most dangerous first, else in the order in which they come."""
    return sorted(facts, key=lambda fact: fact.danger)[:MOST_FACTS]


def text_of(data: bytes) -> str:
    """Text of unknown encoding: UTF-8, else Latin-1; up to the first NUL unless more text follows it."""
    cut = data.rstrip(b"\0 ")[: 4 * LONGEST_VALUE]
    try:
        return cut.decode("utf-8").replace("\0", " ")
    except UnicodeDecodeError as problem:
        if problem.start > len(cut) - 4 and problem.start > LONGEST_VALUE:  # cut within a character
            return cut[: problem.start].decode("utf-8").replace("\0", " ")
        return cut.decode("latin-1").replace("\0", " ")

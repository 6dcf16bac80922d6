"""Giving chunks of AVI their place: what stays keeps its bytes, all else becomes filling as long as before."""

from dataclasses import dataclass, field
from typing import Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import Parts, Treatment
from copwatch.media.riff import Chunk
from copwatch.media.source import Source
from copwatch.media.texts import MOST, letters, text

_FILLING: Final = b"JUNK"
_SEEN: Final = 1000


@dataclass
class Claims:
    """The parts of a file as they are found, and what they reveal."""

    source: Source
    parts: Parts = field(init=False)
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = Parts(self.source.size, Treatment.BLANK)

    def keep(self, chunk: Chunk, length: int, what: str) -> None:
        """A chunk of which the first `length` bytes stay; the others become zero."""
        length = min(length, chunk.length)
        self.parts.keep(chunk.start, 8 + length, what)
        more = chunk.length + chunk.pad - length
        self.parts.blank(chunk.content + length, more, f"bytes behind {what}", Danger.OTHER)

    def blank(self, start: int, length: int, what: str, danger: Danger, data: bytes | None = None) -> None:
        """Bytes that become zeros, or `data`."""
        self.parts.blank(start, length, what, danger, data)

    def remove(self, chunk: Chunk, what: str, danger: Danger) -> None:
        """A chunk that becomes filling. Filling that is not empty has something in it."""
        self.parts.replace(chunk.start, 4, _FILLING, what, danger)
        self.parts.keep(chunk.start + 4, 4, "the length of filling")
        self.parts.blank(chunk.content, chunk.length + chunk.pad, what, danger)

    def tell(self, danger: Danger, name: str, chunk: Chunk) -> None:
        """What the text in a chunk says, or how long it is."""
        if len(self.facts) < 10 * MOST:
            raw = self.source.read(chunk.content, min(chunk.length, _SEEN))
            said = text(raw)
            if not raw.strip(b"\0"):
                return
            if not said.isprintable() or len(said) < 4:
                said = f"{chunk.length:,} bytes"
            self.facts.append(Fact(danger, name, said, letters(chunk.type), chunk.start))

    def add(self, facts: list[Fact]) -> None:
        """More facts, within bounds."""
        if len(self.facts) < 10 * MOST:
            self.facts += facts

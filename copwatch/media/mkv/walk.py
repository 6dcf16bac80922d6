"""Giving the elements of a document their place by a table of what stays."""

from dataclasses import dataclass

from copwatch.media.ebml import children, void
from copwatch.media.facts import Danger
from copwatch.media.mkv.tables import Table, named
from copwatch.media.parts import Parts
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_MOST_CHANGES = 600_000
"""Supplemental information with each of the pictures of five hours."""


@dataclass
class Walk:
    """Claims stretches of a file; neighbours of one kind are claimed together, of which there may be millions."""

    source: Source
    parts: Parts
    _start: int = 0
    _end: int = 0
    _essence: bool = False
    _changes: int = 0

    def keep(self, start: int, end: int, *, essence: bool = False) -> None:
        """These bytes stay; they are picture or sound, or what says where it is."""
        if start != self._end or essence is not self._essence:
            self.flush()
            self._start, self._essence = start, essence
        self._end = end

    def flush(self) -> None:
        """Claims what was gathered. To be called last."""
        if self._end > self._start:
            what = "picture and sound" if self._essence else "structure"
            self.parts.keep(self._start, self._end - self._start, what, essence=self._essence)
        self._start = self._end = 0

    def void(self, identifier: int, start: int, content: int, end: int) -> None:
        """An element becomes `Void` of the same length. Raises `Unsupported` as `gone`."""
        self.gone(start, content, end, *named(identifier))

    def gone(self, start: int, content: int, end: int, what: str, danger: Danger) -> None:
        """An element, named in words, becomes `Void` of the same length.

        Raises:
            Unsupported: so many of them that this would take minutes, and all memory.
        """
        self._count(start)
        void(self.parts, start, content, end, what, danger)

    def blank(self, start: int, data: bytes, what: str, danger: Danger) -> None:
        """`data` stands in the place of as many bytes. Raises `Unsupported` as `gone`."""
        self._count(start)
        self.parts.blank(start, len(data), what, danger, data)

    def _count(self, start: int) -> None:
        self._changes += 1
        if self._changes > _MOST_CHANGES:
            raise Unsupported("more has to be removed from it than any program writes", start)

    def master(self, start: int, content: int, end: int, table: Table) -> None:
        """A master element with what the table names; everything else in it becomes `Void`.

        Raises:
            Damaged: a number is longer than numbers are.
        """
        self.keep(start, content)
        for child, behind in children(self.source, content, end):
            rule = table.get(child.id)
            if rule is None:
                self.void(child.id, child.start, child.content, behind)
            elif not isinstance(rule, int):
                self.master(child.start, child.content, behind, rule)
            elif behind - child.content > rule:
                raise Damaged("an element is longer than its kind allows", child.start)
            else:
                self.keep(child.start, behind)

"""Finds secrets in texts, in cells and in bytes, all of them in one pass (Aho and Corasick, 1975)."""

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Final, Generic, Self, TypeVar

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick

from copwatch.bundle.leaksearch import encodings
from copwatch.bundle.leaksearch.folding import (
    folded,
    in_digest,
    is_piece,
    is_word,
    joined,
    spaced,
    unbroken,
    without_initials,
)
from copwatch.bundle.leaksearch.secrets import Secret, Sort
from copwatch.bundle.leaksearch.spellings import SHORTEST, How, joined_spellings, name_parts, spellings

_STEM: Final = 12

_Written = TypeVar("_Written", str, bytes)


class _Patterns:
    """Patterns, each for one or more secrets. There can be hundreds of thousands: each costs little."""

    def __init__(self) -> None:
        self.owners: dict[str | bytes, tuple[int, ...] | list[int]] = {}

    def add(self, pattern: str | bytes, owner: int) -> None:
        """Owners come in order."""
        known = self.owners.get(pattern, ())
        if not pattern or (known and known[-1] == owner):
            return
        if isinstance(known, list):
            known.append(owner)
        else:
            self.owners[pattern] = [*known, owner] if known else (owner,)


class Matcher:
    """Everything that is looked for, built once for a bundle.

    Args:
        secrets: what is withheld.
        common: words that copwatch itself writes into any bundle, folded; they say something only where people wrote.
    """

    def __init__(self, secrets: Sequence[Secret], common: Collection[str] = frozenset()) -> None:
        self.secrets = tuple(secrets)
        numbers, lower, exact = (_Patterns() for _ in range(3))
        written = {how: _Patterns() for how in How}
        for index, secret in enumerate(self.secrets):
            for spelling, how in spellings(secret, common):
                written[how].add(spelling, index)
            if secret.sort is Sort.KEY:
                for data in encodings.key(secret.value):
                    exact.add(data, index)
                lower.add(secret.value.encode(), index)
                continue
            if any(folded(secret.value) in phrase for phrase in secret.ruled):
                continue
            for number in joined_spellings(secret):
                numbers.add(number, index)
            for text in _in_bytes(secret, common):
                if secret.sort is Sort.WHOLE:
                    for data in encodings.plain(text):
                        lower.add(data, index)
                    continue
                for data in encodings.lowered(text):
                    lower.add(data, index)
                for data in encodings.exact(text):
                    exact.add(data, index)
        self._texts = _Texts(written[How.ANYWHERE])
        self._wholes = _Texts(written[How.WHOLE], whole=True)
        self._words = _Texts(written[How.WORD], whole=True)
        self._numbers, self._lower, self._exact = _Texts(numbers), _Bytes(lower), _Bytes(exact)
        self.longest = max(self._lower.longest, self._exact.longest, 1)
        self._ignored: frozenset[int] = frozenset()

    def without(self, indexes: Collection[int]) -> Self:
        """The same search, which keeps to itself that it found any of these secrets; nothing is built again."""
        other = copy(self)
        other._ignored = frozenset(indexes)
        return other

    def in_text(self, text: str) -> set[int]:
        """Indexes of the secrets of six bytes and more that stand in a text of any kind."""
        return self._found(text, (self._texts, self._wholes), Matcher.in_text)

    def in_cell(self, text: str) -> set[int]:
        """The same, and the short and common ones where they stand as whole words: for what people wrote."""
        return self._found(text, (self._texts, self._wholes, self._words), Matcher.in_cell)

    def _found(
        self, text: str, searches: Sequence["_Texts"], find: Callable[["Matcher", str], set[int]]
    ) -> set[int]:
        if not self.secrets:
            return set()
        fold = folded(text)
        found = self._numbers.find(joined(fold))
        for way in dict.fromkeys((fold, unbroken(fold))):
            found.update(*(search.find(way) for search in searches))
        if self._wholes:
            for other in {spaced(fold), without_initials(fold)} - {fold}:
                found |= self._wholes.find(other)
        return self._not_ruled(found - self._ignored, fold, find)

    def _not_ruled(self, found: set[int], fold: str, find: Callable[["Matcher", str], set[int]]) -> set[int]:
        """Without those that stand nowhere but in phrases of which a reviewer said that they mean something else."""
        return {index for index in found if self._stands_elsewhere(self.secrets[index], fold, find)}

    def _stands_elsewhere(
        self, secret: Secret, fold: str, find: Callable[["Matcher", str], set[int]]
    ) -> bool:
        if not secret.ruled:
            return True
        phrases = "|".join(map(re.escape, sorted(secret.ruled, key=len, reverse=True)))
        left = re.sub(rf"(?<!\w)(?:{phrases})(?!\w)", "\n", fold)
        return bool(find(Matcher([replace(secret, ruled=frozenset())]), left))

    def in_bytes(self, data: bytes) -> set[int]:
        """Indexes of the secrets that stand in bytes, encoded in whatever way."""
        return (self._lower.find(data.lower()) | self._exact.find(data)) - self._ignored


def _in_bytes(secret: Secret, common: Collection[str]) -> Iterator[str]:
    """What of a secret is looked for in bytes: the value, and the longer parts of a name, as they are written."""
    if secret.sort is Sort.WHOLE:
        if len(secret.value.encode()) >= SHORTEST and not secret.value.isdigit():
            yield secret.value
        return
    parts = re.split(r"[^\w]+", secret.value) if secret.sort is Sort.NAME else []
    known = {text for text in (folded(secret.value), *name_parts(secret.value)) if text not in common}
    for text in dict.fromkeys((secret.value, *parts)):
        ruled = any(folded(text) in phrase for phrase in secret.ruled)
        if len(text.encode()) >= SHORTEST and folded(text) in known and not ruled:
            yield text


class StreamSearch:
    """Searches bytes that come in pieces; `coded` are stretches of coded picture and sound, (start, length) in order.

    Those are not searched: short values stand in them by chance, and nobody wrote there.
    """

    def __init__(self, matcher: Matcher, coded: Iterable[tuple[int, int]] = ()) -> None:
        self._matcher = matcher
        self._starts, self._ends = array("q"), array("q")
        for start, length in coded:
            self._starts.append(start)
            self._ends.append(start + length)
        self._next, self._at = 0, 0
        self._tail = b""
        self.found: set[int] = set()

    def feed(self, data: bytes) -> None:
        """The next bytes."""
        for piece in self._searched(data):
            window = self._tail + piece
            self.found |= self._matcher.in_bytes(window)
            self._tail = window[-(self._matcher.longest - 1) :] if self._matcher.longest > 1 else b""

    def _searched(self, data: bytes) -> Iterator[bytes]:
        """What of the next bytes is no coded picture or sound."""
        start, end = self._at, self._at + len(data)
        self._at = end
        at = start
        while at < end:
            if self._next >= len(self._starts) or self._starts[self._next] >= end:
                yield data[at - start :]
                return
            first, last = self._starts[self._next], self._ends[self._next]
            if first > at:
                yield data[at - start : first - start]
            if last > end:
                return
            at, self._next = max(at, last), self._next + 1


class _Stems(Generic[_Written]):
    """Patterns by their first letters, which are what the automaton knows: it would need a state for every letter.

    Thousands of files have tens of thousands of salts, each in several codings. What begins like a pattern is compared
    with the whole of it, so that the same is found. In order, patterns of one stem stand side by side.
    """

    def __init__(self, patterns: _Patterns) -> None:
        self._patterns: list[_Written] = sorted(patterns.owners)  # type: ignore[arg-type]
        self._owners = [patterns.owners[pattern] for pattern in self._patterns]
        self.longest = max(map(len, self._patterns), default=0)
        self.stems: list[_Written] = []
        self._firsts = array("L")
        for number, pattern in enumerate(self._patterns):
            stem = pattern[:_STEM]
            if not self.stems or self.stems[-1] != stem:
                self.stems.append(stem)
                self._firsts.append(number)
        self._firsts.append(len(self._patterns))

    def at(self, stem: int, text: _Written, start: int) -> Iterator[tuple[Sequence[int], int]]:
        """The owners of each pattern of a stem that stands at a place, and where it ends."""
        for number in range(self._firsts[stem], self._firsts[stem + 1]):
            pattern = self._patterns[number]
            if text.startswith(pattern, start):
                yield self._owners[number], start + len(pattern)


class _Texts:
    def __init__(self, patterns: _Patterns, *, whole: bool = False) -> None:
        self._stems, self._whole = _Stems[str](patterns), whole
        self._found = AhoCorasick(self._stems.stems) if self._stems.stems else None

    def __bool__(self) -> bool:
        return self._found is not None

    def find(self, text: str) -> set[int]:
        """Indexes of the secrets that stand in a folded text."""
        found: set[int] = set()
        if self._found is None:
            return found
        for stem, start, _ in self._found.find_matches_as_indexes(text, overlapping=True):
            for owners, end in self._stems.at(stem, text, start):
                if found.issuperset(owners) or in_digest(text, start, end):
                    continue
                if not self._whole or (is_word(text, start, end) and not is_piece(text, start, end)):
                    found.update(owners)
        return found


class _Bytes:
    def __init__(self, patterns: _Patterns) -> None:
        self._stems = _Stems[bytes](patterns)
        self.longest = self._stems.longest
        self._found = BytesAhoCorasick(self._stems.stems) if self._stems.stems else None

    def find(self, data: bytes) -> set[int]:
        """Indexes of the secrets whose patterns stand in bytes."""
        found: set[int] = set()
        if self._found is None:
            return found
        for stem, start, _ in self._found.find_matches_as_indexes(data, overlapping=True):
            for owners, end in self._stems.at(stem, data, start):
                if not found.issuperset(owners) and not _in_digest(data, start, end):
                    found.update(owners)
        return found


def _in_digest(data: bytes, start: int, end: int) -> bool:
    first = max(start - 64, 0)
    near = data[first : end + 64].decode("latin-1")
    return in_digest(near, start - first, end - first)

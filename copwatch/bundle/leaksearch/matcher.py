"""Finds secrets in texts, in cells and in bytes, all of them in one pass (Aho and Corasick, 1975)."""

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Final, Generic, Self, TypeVar, cast

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick

from copwatch.bundle.leaksearch import encodings
from copwatch.bundle.leaksearch.folding import folded, in_digest, is_word, joined
from copwatch.bundle.leaksearch.secrets import Secret, Sort
from copwatch.bundle.leaksearch.spellings import joined_spelling, name_parts, spellings

SHORTEST: Final = 6
"""Bytes of a value from which on it is looked for everywhere; shorter ones stand in every bundle by chance."""
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?( ?[ap]m)?")
_STEM: Final = 12

_Written = TypeVar("_Written", str, bytes)


class _Patterns:
    """Patterns, each for one or more secrets."""

    def __init__(self) -> None:
        self._owners: dict[str | bytes, set[int]] = {}

    def add(self, pattern: str | bytes, owner: int) -> None:
        if pattern:
            self._owners.setdefault(pattern, set()).add(owner)

    @property
    def patterns(self) -> list[str | bytes]:
        return list(self._owners)

    @property
    def owners(self) -> list[set[int]]:
        return list(self._owners.values())


class Matcher:
    """Everything that is looked for, built once for a bundle.

    Args:
        secrets: what is withheld.
        common: words that copwatch itself writes into any bundle, folded; they say something only where people wrote.
    """

    def __init__(self, secrets: Sequence[Secret], common: Collection[str] = frozenset()) -> None:
        self.secrets = tuple(secrets)
        texts, names, words, numbers, lower, exact = (_Patterns() for _ in range(6))
        for index, secret in enumerate(self.secrets):
            if secret.sort is Sort.KEY:
                for data in encodings.key(secret.value):
                    exact.add(data, index)
                texts.add(secret.value, index)
                continue
            parts = set(name_parts(secret.value)) if secret.sort is Sort.NAME else set()
            for spelling in spellings(secret):
                if len(spelling.encode()) < SHORTEST or spelling in common or _CLOCK.fullmatch(spelling):
                    words.add(spelling, index)
                else:
                    (names if spelling in parts else texts).add(spelling, index)
            whole = folded(secret.value)
            if any(whole in phrase for phrase in secret.ruled):
                continue
            numbers.add(joined_spelling(secret), index)
            if len(secret.value.encode()) >= SHORTEST and whole not in common:
                for data in encodings.lowered(secret.value):
                    lower.add(data, index)
                for data in encodings.exact(secret.value):
                    exact.add(data, index)
        self._texts, self._names, self._words = (
            _Texts(texts),
            _Texts(names, whole=True),
            _Texts(words, whole=True),
        )
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
        if not self.secrets:
            return set()
        fold = folded(text)
        found = self._texts.find(fold) | self._names.find(fold) | self._numbers.find(joined(fold))
        return self._not_ruled(found - self._ignored, fold, Matcher.in_text)

    def in_cell(self, text: str) -> set[int]:
        """The same, and the short and common ones where they stand as whole words: for what people wrote."""
        fold = folded(text)
        return self.in_text(text) | self._not_ruled(
            self._words.find(fold) - self._ignored, fold, Matcher.in_cell
        )

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
    with the whole of it, so that the same is found.
    """

    def __init__(self, patterns: _Patterns) -> None:
        self._owners = patterns.owners
        by_stem: dict[_Written, list[tuple[_Written, int]]] = {}
        for number, pattern in enumerate(patterns.patterns):
            by_stem.setdefault(cast("_Written", pattern[:_STEM]), []).append(
                (cast("_Written", pattern), number)
            )
        self.stems: list[_Written] = list(by_stem)
        self._patterns: list[list[tuple[_Written, int]]] = list(by_stem.values())

    def at(self, stem: int, text: _Written, start: int) -> Iterator[tuple[set[int], int]]:
        """The owners of each pattern of a stem that stands at a place, and where it ends."""
        for pattern, number in self._patterns[stem]:
            if text.startswith(pattern, start):
                yield self._owners[number], start + len(pattern)


class _Texts:
    def __init__(self, patterns: _Patterns, *, whole: bool = False) -> None:
        self._stems, self._whole = _Stems[str](patterns), whole
        self._found = AhoCorasick(self._stems.stems) if self._stems.stems else None

    def find(self, text: str) -> set[int]:
        """Indexes of the secrets that stand in a folded text."""
        found: set[int] = set()
        if self._found is None:
            return found
        for stem, start, _ in self._found.find_matches_as_indexes(text, overlapping=True):
            for owners, end in self._stems.at(stem, text, start):
                if owners <= found or (self._whole and not is_word(text, start, end)):
                    continue
                if not in_digest(text, start, end):
                    found |= owners
        return found


class _Bytes:
    def __init__(self, patterns: _Patterns) -> None:
        self._stems = _Stems[bytes](patterns)
        self.longest = max(map(len, patterns.patterns), default=0)
        self._found = BytesAhoCorasick(self._stems.stems) if self._stems.stems else None

    def find(self, data: bytes) -> set[int]:
        """Indexes of the secrets whose patterns stand in bytes."""
        found: set[int] = set()
        if self._found is None:
            return found
        for stem, start, _ in self._found.find_matches_as_indexes(data, overlapping=True):
            for owners, end in self._stems.at(stem, data, start):
                if not owners <= found and not _in_digest(data, start, end):
                    found |= owners
        return found


def _in_digest(data: bytes, start: int, end: int) -> bool:
    first = max(start - 64, 0)
    near = data[first : end + 64].decode("latin-1")
    return in_digest(near, start - first, end - first)

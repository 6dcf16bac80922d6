"""Values that are terms of a vocabulary. Unknown is one more term."""

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

from copwatch.model.values.base import Cell, Context, Json, ValueType, Wrong, not_known_term, quote
from copwatch.model.vocabulary import NOT_KNOWN, YES_NO, Vocabulary, is_own_term, label


def find_term(text: str, terms: tuple[str, ...]) -> str:
    """The term that a person means, whatever its case and gaps.

    Raises:
        Wrong: none; the nearest are named.
    """
    term = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    if term in terms:
        return term
    near = _nearest(term[:80], terms)
    advice = f"; did you mean {' or '.join(map(label, near))}" if near else ""
    raise Wrong(f"{quote(text)} is none of the terms{advice}")


def _nearest(term: str, terms: tuple[str, ...]) -> list[str]:
    """The terms that were most likely meant, two at most: alike as a whole, or in one of their words."""
    near = get_close_matches(term, terms, 2, 0.65)
    said = {word for word in term.split("_") if len(word) > 2}
    words = {word for each in terms for word in each.split("_") if len(word) > 2}
    alike = {found for word in said for found in get_close_matches(word, words, 1, 0.75)}
    most = sorted(terms, key=lambda each: (-len(alike & set(each.split("_"))), terms.index(each)))
    return (near + [each for each in most if alike & set(each.split("_")) and each not in near])[:2]


class Coded(ValueType):
    """What the coded types share."""

    coded: ClassVar[bool] = True
    takes_own: ClassVar[bool] = True
    """Whether a stored value may be a term that a group added, which this laptop may not know."""
    vocabulary: Vocabulary

    def allows(self, term: object) -> bool:
        """Whether a stored term may stand here."""
        return isinstance(term, str) and (term in self.terms or (self.takes_own and is_own_term(term)))

    @property
    def name(self) -> str:
        """The type and its vocabulary."""
        return f"{type(self).__name__}({self.vocabulary.name})"

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms of the vocabulary, then the unknowns."""
        return tuple(dict.fromkeys((*self.vocabulary.terms, *NOT_KNOWN)))

    def not_known(self, term: str) -> Json:
        """The term itself."""
        return term

    def is_not_known(self, value: object) -> bool:
        """Whether a checked value is an unknown."""
        return not_known_term(value) is not None

    def example(self) -> str:
        """A text that `read` takes."""
        return self.vocabulary.terms[0]

    def json_schema(self) -> dict[str, Json]:
        """JSON Schema (2020-12) of the value, unknown included."""
        return self._schema()


@dataclass(frozen=True, slots=True)
class Term(Coded):
    """One term of a vocabulary."""

    vocabulary: Vocabulary

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "one of the terms"

    def _parse(self, text: str, context: Context) -> Json:
        return find_term(text, self.terms)

    def _check(self, value: object) -> list[str]:
        return [] if self.allows(value) else ["none of the terms"]

    def _show(self, value: Json) -> str:
        return label(str(value))

    def _schema(self) -> dict[str, Json]:
        return {"enum": [*self.terms]}


_YES = {"y": "yes", "true": "yes", "n": "no", "false": "no"}


@dataclass(frozen=True, slots=True)
class TriState(Term):
    """Yes, no, or one of the unknowns."""

    takes_own: ClassVar[bool] = False
    vocabulary: Vocabulary = YES_NO

    @property
    def name(self) -> str:
        """The name of the type in documentation."""
        return "TriState"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "yes, no or unknown"

    def _parse(self, text: str, context: Context) -> Json:
        return find_term(_YES.get(text.lower(), text), self.terms)

    def _take(self, data: object, context: Context) -> Json:
        if isinstance(data, bool):
            return "yes" if data else "no"
        raise Wrong(f"write {self.hint()}")


@dataclass(frozen=True, slots=True)
class Terms(Coded):
    """Several terms of a vocabulary, each once; an unknown stands alone."""

    vocabulary: Vocabulary

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "one or more of the terms, with commas between"

    def not_known(self, term: str) -> Json:
        """The term as the only one of the list."""
        return [term]

    def _parse(self, text: str, context: Context) -> Json:
        return self._take([part for part in text.split(",") if part.strip()], context)

    def _take(self, data: object, context: Context) -> Json:
        if not isinstance(data, list) or not all(isinstance(part, str) for part in data):
            raise Wrong(f"write {self.hint()}")
        return [*dict.fromkeys(find_term(part, self.terms) for part in data)]

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, list) or not value:
            return ["not a list of terms"]
        if not all(map(self.allows, value)):
            return ["has a term that the vocabulary does not know"]
        if len(set(value)) < len(value):
            return ["has a term twice"]
        alone = [term for term in value if term in self.vocabulary.alone or self._is_unknown(term)]
        return [f"{alone[0]} stands alone"] if alone and len(value) > 1 else []

    def _is_unknown(self, term: str) -> bool:
        return term in NOT_KNOWN and term not in self.vocabulary

    def _show(self, value: Json) -> str:
        return ", ".join(label(str(term)) for term in value) if isinstance(value, list) else ""

    def cells(self, name: str, value: Json) -> dict[str, Cell]:
        """A JSON array in one cell, for `json_each`."""
        return {name: json.dumps(value)}

    def _schema(self) -> dict[str, Json]:
        return {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": [*self.terms]}}

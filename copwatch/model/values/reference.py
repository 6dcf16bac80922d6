"""Values that point at something else: a row of the same report, another record, a row of another report."""

import re
from dataclasses import dataclass

from copwatch.errors import BadInput
from copwatch.model.ids import LETTERS, code, is_id
from copwatch.model.values.base import Context, Json, ValueType, Wrong, quote

_NUMBER = "[1-9][0-9]{0,3}"
LABELLED = {"P": "person", "O": "officer", "A": "arrest"}
"""Letters of labels, and whose they are."""

Letters = str
"""Some of the letters of `LABELLED`."""


@dataclass(frozen=True, slots=True)
class Label(ValueType):
    """What everybody sees of a row of a report: `P1`, `O2`. Who a person is stands elsewhere, under its own key."""

    letters: Letters = "P"

    @property
    def name(self) -> str:
        """The type and its letters."""
        return f"Label({self.letters})"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        kinds = " or ".join(
            f"{letter}1, {letter}2 and so on for each {LABELLED[letter]}" for letter in self.letters
        )
        return f"{kinds} of this report; never a name"

    def example(self) -> str:
        """A text that `read` takes."""
        return f"{self.letters[0]}1"

    def _parse(self, text: str, context: Context) -> Json:
        return text.upper()

    def _check(self, value: object) -> list[str]:
        fits = isinstance(value, str) and re.fullmatch(self._pattern(), value)
        return [] if fits else [f"write {self.hint()}"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "pattern": f"^{self._pattern()}$"}

    def _pattern(self) -> str:
        return f"[{self.letters}]{_NUMBER}"


@dataclass(frozen=True, slots=True)
class Reference(ValueType):
    """The id of another record, of one of some kinds ("evidence", "person"); any kind where none is named.

    A typed code is looked up through the context. Which kind an id has, only the archive knows.
    """

    kinds: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The type and its kinds."""
        return f"Reference({', '.join(self.kinds)})"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return (
            f"the code or id of the {' or '.join(kind.replace('_', ' ') for kind in self.kinds) or 'record'}"
        )

    def example(self) -> str:
        """A text that `read` takes."""
        return "00112233445566778899aabbccddeeff"

    def _parse(self, text: str, context: Context) -> Json:
        return looked_up(text, self.kinds, context)

    def _show(self, value: Json) -> str:
        letter = LETTERS.get(self.kinds[0]) if len(self.kinds) == 1 else None
        return code(letter, str(value)) if letter else str(value)

    def _check(self, value: object) -> list[str]:
        return [] if isinstance(value, str) and is_id(value) else ["not an id of 32 hexadecimal digits"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "pattern": "^[0-9a-f]{32}$"}


@dataclass(frozen=True, slots=True)
class RowReference(ValueType):
    """A labelled row of the report of an incident: typed `I-7Q2K-D3MX-R/O1`, stored with the id of the incident."""

    letters: Letters

    @property
    def name(self) -> str:
        """The type and its letters."""
        return f"RowReference({self.letters})"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        named = " or ".join(LABELLED[letter] for letter in self.letters)
        return f"the {named} of an incident, such as I-7Q2K-D3MX-R/{self.letters[0]}1"

    def example(self) -> str:
        """A text that `read` takes."""
        return f"00112233445566778899aabbccddeeff/{self.letters[0]}1"

    def _parse(self, text: str, context: Context) -> Json:
        incident, slash, label = (part.strip() for part in text.partition("/"))
        if not slash:
            raise Wrong(f"{quote(text)} names no row; write {self.hint()}")
        return f"{looked_up(incident, ('incident',), context)}/{label.upper()}"

    def _show(self, value: Json) -> str:
        incident, _, label = str(value).partition("/")
        return f"{code(LETTERS['incident'], incident)}/{label}"

    def _check(self, value: object) -> list[str]:
        fits = isinstance(value, str) and re.fullmatch(self._pattern(), value)
        return [] if fits else [f"write {self.hint()}"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "pattern": f"^{self._pattern()}$"}

    def _pattern(self) -> str:
        return f"[0-9a-f]{{32}}/[{self.letters}]{_NUMBER}"


def looked_up(text: str, kinds: tuple[str, ...], context: Context) -> str:
    """The id that a code names; what is no code stays as it is, for `check` to say.

    Raises:
        Wrong: there is no such thing, or it is of another kind.
    """
    if is_id(text) or context.resolve is None:
        return text
    try:
        return context.resolve(text, kinds)
    except BadInput as error:
        raise Wrong(error.message) from error

"""What every value type can do, and how unknown is carried."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeAlias

from copwatch.model.vocabulary import NOT_KNOWN, label

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"]
"""JSON as records use it: no null and no floats."""

Cell: TypeAlias = str | int | None
"""One cell of an SQL row."""

NOT_KNOWN_MEMBER = "not_known"

_SAID = {"?": "unknown", "not_sure": "unsure", "n/a": "not_applicable"}


class Wrong(ValueError):
    """A value that does not fit; the text says why, for people, and quotes no more than a few words."""


@dataclass(frozen=True, slots=True)
class Context:
    """What reading may need from outside.

    `now` is an aware time: it completes a time without a date or zone, so its zone should know summer time.
    `resolve(code, kinds)` gives the id that a typed code names in the open archive, where it is of one of these kinds
    (of any when none is named), and raises `BadInput` where it is not. `zone_taken` hears that a time was written
    without a zone, and has that of `now`.
    """

    now: datetime | None = None
    resolve: Callable[[str, tuple[str, ...]], str] | None = None
    zone_taken: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        if self.now is not None and self.now.utcoffset() is None:
            raise ValueError("now needs a zone")


NOTHING = Context()


def not_known_term(value: object) -> str | None:
    """The unknown term of a JSON value, whether it stands alone or as `{"not_known": term}`."""
    if isinstance(value, Mapping) and set(value) == {NOT_KNOWN_MEMBER}:
        value = value[NOT_KNOWN_MEMBER]
    elif isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) and value in NOT_KNOWN else None


def said_not_known(text: str) -> str | None:
    """The unknown term that a person means by `text` ("not sure", "N/A", "?"), or None."""
    term = text.strip().lower().replace(" ", "_").replace("-", "_")
    term = _SAID.get(term, term)
    return term if term in NOT_KNOWN else None


def quote(text: str) -> str:
    """A few words of what was given, for a message."""
    return repr(text if len(text) <= 30 else text[:30] + "…")


class ValueType(ABC):
    """One kind of value: how it is read, checked, shown, asked for, stored in SQL and described.

    Coded types hold a term, so unknown is one more term; all others hold `{"not_known": term}` instead.
    """

    coded: ClassVar[bool] = False
    sql: ClassVar[str] = "TEXT"

    @property
    def name(self) -> str:
        """The name of the type in documentation."""
        return type(self).__name__

    def read(self, data: object, context: Context = NOTHING) -> Json:
        """Read what a form or a prompt gave.

        Raises:
            Wrong: it is no value of this type.
        """
        term = self._unknown(data)
        if term is not None:
            return self.not_known(term)
        value = self._parse(data.strip(), context) if isinstance(data, str) else self._take(data, context)
        reasons = self.check(value)
        if reasons:
            raise Wrong("; ".join(reasons))
        return value

    def check(self, value: object) -> list[str]:
        """Why a JSON value of a record is not a value of this type; empty when it is one."""
        # To ask whether a text is a Mapping takes longer than to check it.
        if type(value) is not str and isinstance(value, Mapping) and NOT_KNOWN_MEMBER in value:
            return [] if not_known_term(value) and not self.coded else [f"not one of {', '.join(NOT_KNOWN)}"]
        return self._check(value)

    def not_known(self, term: str) -> Json:
        """How this type says one of `vocabulary.NOT_KNOWN`."""
        return {NOT_KNOWN_MEMBER: term}

    def is_not_known(self, value: object) -> bool:
        """Whether a checked value is an unknown."""
        return type(value) is not str and isinstance(value, Mapping) and NOT_KNOWN_MEMBER in value

    def show(self, value: Json) -> str:
        """A checked value as people read it."""
        if isinstance(value, dict) and NOT_KNOWN_MEMBER in value:
            return label(str(value[NOT_KNOWN_MEMBER]))
        return self._show(value)

    def columns(self, name: str) -> dict[str, str]:
        """The SQL columns of a field called `name`, with their types."""
        return {name: self.sql}

    def cells(self, name: str, value: Json) -> dict[str, Cell]:
        """A checked, known value as cells of `columns(name)`."""
        return {name: value if isinstance(value, int) else str(value)}

    def json_schema(self) -> dict[str, Json]:
        """JSON Schema (2020-12) of the value, unknown included."""
        unknown: dict[str, Json] = {
            "type": "object",
            "properties": {NOT_KNOWN_MEMBER: {"enum": [*NOT_KNOWN]}},
            "required": [NOT_KNOWN_MEMBER],
            "additionalProperties": False,
        }
        return {"anyOf": [self._schema(), unknown]}

    @abstractmethod
    def hint(self) -> str:
        """How to write such a value, in a few words."""

    @abstractmethod
    def example(self) -> str:
        """A text that `read` takes."""

    @abstractmethod
    def _parse(self, text: str, context: Context) -> Json:
        """Read typed text; the result is checked afterwards."""

    def _take(self, data: object, context: Context) -> Json:
        """Read what a form gave that is not text; the result is checked afterwards."""
        raise Wrong(f"write {self.hint()}")

    @abstractmethod
    def _check(self, value: object) -> list[str]: ...

    def _show(self, value: Json) -> str:
        return str(value)

    @abstractmethod
    def _schema(self) -> dict[str, Json]: ...

    def _unknown(self, data: object) -> str | None:
        """The unknown term that the data means, if any."""
        return said_not_known(data) if isinstance(data, str) else not_known_term(data)

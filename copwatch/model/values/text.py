"""Values that are text: lines, passages, handles, labels, ids."""

import re
import unicodedata
from dataclasses import dataclass
from typing import cast

from copwatch.model.longtext import cut_text, join_text
from copwatch.model.values.base import NOTHING, Context, Json, ValueType, Wrong, quote, said_not_known
from copwatch.model.vocabulary import NOT_KNOWN

LONGEST_LINE = 500
LONGEST_TEXT = 200_000

_NOT_IN_A_LINE = {"Cc", "Cs", "Zl", "Zp"}
_HANDLE_MARKS = "._-"


def is_writable(text: str) -> bool:
    """Whether UTF-8 can carry the text: it can carry all but lone surrogates."""
    return text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text)


@dataclass(frozen=True, slots=True)
class Text(ValueType):
    """One line of text. Texts of one `pool` mean the same kind of thing: what stands in one may stand in another."""

    longest: int = LONGEST_LINE
    sample: str = "Oakland"
    pool: str = ""

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "one line of text"

    def example(self) -> str:
        """A text that `read` takes."""
        return self.sample

    def _parse(self, text: str, context: Context) -> Json:
        return text

    def _take(self, data: object, context: Context) -> Json:
        # badge = 1234 in TOML is a number, and means its digits.
        if isinstance(data, int) and not isinstance(data, bool):
            return str(data)
        raise Wrong(f"write {self.hint()}")

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, str) or not value.strip():
            return ["not a text"]
        if len(value) > self.longest:
            return [f"longer than {self.longest} characters"]
        if not value.isprintable() and any(unicodedata.category(c) in _NOT_IN_A_LINE for c in value):
            return ["has a line break or a control character; write one line"]
        return ["unknown is written as not_known"] if said_not_known(value) else []

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class _TextOfPeople(Text):
    """A text to write, and more than a text to an export."""

    @property
    def name(self) -> str:
        """Whoever reads the documentation of fields needs no other name than that of the text it is."""
        return Text.__name__


@dataclass(frozen=True, slots=True)
class PersonName(_TextOfPeople):
    """The name of a person who is no officer: what exports show as initials or a pseudonym, if at all."""

    sample: str = "Sam Example"


@dataclass(frozen=True, slots=True)
class Address(_TextOfPeople):
    """A postal address, street first: of which exports can show the city, where a state or a ZIP code sets it off."""

    sample: str = "12 Example St, Oakland, CA 94607"


_STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|way|terrace|parkway"
)
_BETWEEN = "blocks?|and|at|near|of|to|miles?|feet|ft|yards?|meters?|metres?"
_HOUSE = re.compile(
    rf"(?<![\w-])\d{{1,6}}[a-z]?\s+(?!(?:{_BETWEEN})\b)(?:[nsew]\.?\s+)?"
    rf"(?:(?:[^\W\d][\w.'-]*|\d+(?:st|nd|rd|th))\s+){{1,3}}(?:{_STREETS})\b"
    rf"|^\s*\d{{1,6}}[a-z]?\s+(?!(?:{_BETWEEN})\b)[^\W\d][\w.'-]*\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place(Text):
    """A place as anybody may know it: a block or an intersection, without a house number.

    What looks like a house number is refused where people write it. A stored value is never refused for it:
    the rule reads street names by guess, and a record must stay readable.
    """

    sample: str = "5th & Main"
    pool: str = "place"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "a block or the nearest intersection, such as 5th & Main or 100 block of Main"

    def _parse(self, text: str, context: Context) -> Json:
        if _HOUSE.search(text):
            raise Wrong(
                "looks like a house number; write the block or intersection, and the number in house_number"
            )
        return text


@dataclass(frozen=True, slots=True)
class LongText(ValueType):
    """Free text, kept exactly, as a list of passages cut at sentence and line ends."""

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "free text, as many lines as needed"

    def example(self) -> str:
        """A text that `read` takes."""
        return "Two officers spoke to P1."

    def read(self, data: object, context: Context = NOTHING) -> Json:
        """Read free text without touching it, or a list of passages as it is.

        Raises:
            Wrong: neither, empty, or too long.
        """
        if isinstance(data, str) and data not in NOT_KNOWN:
            data = list(cut_text(data))
        elif isinstance(data, tuple | list):
            data = list(data)
        else:
            return super(LongText, self).read(data, context)
        reasons = self._check(data)
        if reasons:
            raise Wrong("; ".join(reasons))
        return cast(Json, data)

    def _parse(self, text: str, context: Context) -> Json:
        return [*cut_text(text)]

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
            return ["not a list of passages"]
        text = join_text(value)
        if len(text) > LONGEST_TEXT:
            return [f"longer than {LONGEST_TEXT} characters"]
        if not text.strip():
            return ["empty"]
        return [] if is_writable(text) and "\0" not in text else ["has characters that are not text"]

    def _show(self, value: Json) -> str:
        return join_text(cast(list[str], value))

    def cells(self, name: str, value: Json) -> dict[str, str | int | None]:
        """The joined text in one cell."""
        return {name: self._show(value)}

    def _schema(self) -> dict[str, Json]:
        return {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}


@dataclass(frozen=True, slots=True)
class Handle(Text):
    """The name by which the archive knows an observer or witness; not a legal name."""

    longest: int = 40
    sample: str = "OBS-7Q2K"
    pool: str = "handle"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "a handle such as OBS-7Q2K, without spaces; not a legal name"

    def _check(self, value: object) -> list[str]:
        reasons = super(Handle, self)._check(value)
        if reasons:
            return reasons
        text = str(value)
        fits = text[0].isalnum() and all(c.isalnum() or c in _HANDLE_MARKS for c in text)
        return [] if fits else [f"{quote(text)} is not a handle; use letters, digits, '.', '_' and '-'"]

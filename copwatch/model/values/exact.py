"""Values that programs write and nobody types: digests, names as found, details of an event."""

import re
from dataclasses import dataclass

from copwatch.model.values.base import Context, Json, ValueType
from copwatch.model.values.number import LARGEST
from copwatch.model.values.text import is_writable

LONGEST_NAME = 4096


class Exact(ValueType):
    """What the exact types share: text is taken as it is, and unknown is no value."""

    def check(self, value: object) -> list[str]:
        """Why a JSON value is not a value of this type; unknown is none."""
        return self._check(value)

    def _parse(self, text: str, context: Context) -> Json:
        return text

    def _unknown(self, data: object) -> str | None:
        return None

    def json_schema(self) -> dict[str, Json]:
        """JSON Schema (2020-12) of the value."""
        return self._schema()


@dataclass(frozen=True, slots=True)
class Hex(Exact):
    """Lower-case hexadecimal: `digits` of them, or any even number when 0."""

    digits: int = 64

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return f"{self.digits or 'an even number of'} hexadecimal digits"

    def example(self) -> str:
        """A text that `read` takes."""
        return "0" * (self.digits or 2)

    def _check(self, value: object) -> list[str]:
        count = f"{{{self.digits}}}" if self.digits else f"{{2,{2 * LONGEST_NAME}}}"
        fits = isinstance(value, str) and re.fullmatch(f"[0-9a-f]{count}", value) and len(value) % 2 == 0
        return [] if fits else [f"not {self.hint()}"]

    def _schema(self) -> dict[str, Json]:
        return {
            "type": "string",
            "pattern": f"^[0-9a-f]{{{self.digits}}}$" if self.digits else "^([0-9a-f]{2})+$",
        }


@dataclass(frozen=True, slots=True)
class Name(Exact):
    """A name as it was found, control characters and all. Hostile until it is cleaned."""

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "a name"

    def example(self) -> str:
        """A text that `read` takes."""
        return "IMG_0001.JPG"

    def _check(self, value: object) -> list[str]:
        fits = isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and is_writable(value)
        return [] if fits else ["not a name"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}


@dataclass(frozen=True, slots=True)
class Folder(Name):
    """A path below a folder, with `/` between; it never leads out of it."""

    def _check(self, value: object) -> list[str]:
        reasons = super(Folder, self)._check(value)
        if reasons or {"", ".", ".."} & set(str(value).split("/")):
            return ["not a path below a folder"]
        return []


@dataclass(frozen=True, slots=True)
class Pattern(Exact):
    """A text of a fixed form, such as a media type."""

    pattern: str
    sample: str

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return f"a text such as {self.sample}"

    def example(self) -> str:
        """A text that `read` takes."""
        return self.sample

    def _check(self, value: object) -> list[str]:
        return [] if isinstance(value, str) and re.fullmatch(self.pattern, value) else [f"not {self.hint()}"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, slots=True)
class Listed(Exact):
    """A list of exact values, each once; it may be empty where `least` is 0."""

    item: Exact
    least: int = 1

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return f"a list of: {self.item.hint()}"

    def example(self) -> str:
        """No single text gives such a value."""
        return ""

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, list) or len(value) < self.least:
            return ["not a list"]
        reasons = [reason for part in value for reason in self.item.check(part)]
        return reasons or ([] if len(set(value)) == len(value) else ["has a value twice"])

    def _schema(self) -> dict[str, Json]:
        return {
            "type": "array",
            "minItems": self.least,
            "uniqueItems": True,
            "items": self.item.json_schema(),
        }


@dataclass(frozen=True, slots=True)
class Details(Exact):
    """Named texts and whole numbers, such as counts of what a check found."""

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "names with texts or whole numbers"

    def example(self) -> str:
        """No single text gives such a value."""
        return ""

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, dict):
            return ["not an object"]
        names = all(isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name) for name in value)
        return [] if names and all(map(_is_detail, value.values())) else [f"not {self.hint()}"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "object", "additionalProperties": {"type": ["string", "integer"]}}


def _is_detail(value: object) -> bool:
    if isinstance(value, str):
        return is_writable(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST

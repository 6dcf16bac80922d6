"""Values that are numbers."""

import decimal
import re
from dataclasses import dataclass
from typing import ClassVar

from copwatch.model.values.base import Context, Json, ValueType, Wrong, quote

LARGEST = 2**53 - 1
"""The largest integer that every JSON reader keeps exact."""

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Integer(ValueType):
    """A whole number."""

    lowest: int = 0
    highest: int = LARGEST
    sql: ClassVar[str] = "INTEGER"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "a whole number"

    def example(self) -> str:
        """A text that `read` takes."""
        return str(max(self.lowest, 1))

    def _parse(self, text: str, context: Context) -> Json:
        if not re.fullmatch(r"-?[0-9]{1,16}", text):
            raise Wrong(f"{quote(text)} is not a whole number")
        return int(text)

    def _take(self, data: object, context: Context) -> Json:
        if isinstance(data, int) and not isinstance(data, bool):
            return data
        raise Wrong("write a whole number")

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            return ["not a whole number"]
        return [] if self.lowest <= value <= self.highest else [f"not from {self.lowest} to {self.highest}"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "integer", "minimum": self.lowest, "maximum": self.highest}


@dataclass(frozen=True, slots=True)
class Decimal(ValueType):
    """A number with decimals, kept as the digits that were written: `37.8044`. `such_as` shows people one."""

    lowest: str = ""
    highest: str = ""
    such_as: str = "37.8044"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return f"a number such as {self.such_as}, with a point"

    def example(self) -> str:
        """A text that `read` takes."""
        return self.such_as

    def _parse(self, text: str, context: Context) -> Json:
        return text

    def _take(self, data: object, context: Context) -> Json:
        if isinstance(data, int) and not isinstance(data, bool):
            return str(data)
        raise Wrong(f"write {self.hint()}")

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, str) or len(value) > _LONGEST or not _DECIMAL.fullmatch(value):
            return [f"not a decimal number such as {self.such_as}"]
        number = decimal.Decimal(value)
        if self.lowest and number < decimal.Decimal(self.lowest):
            return [f"below {self.lowest}"]
        return [f"above {self.highest}"] if self.highest and number > decimal.Decimal(self.highest) else []

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "pattern": f"^{_DECIMAL.pattern}$", "maxLength": _LONGEST}

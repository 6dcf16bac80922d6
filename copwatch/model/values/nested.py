"""Values made of other values: lists, rows of another entity, a section of own fields."""

import json
from dataclasses import dataclass
from typing import ClassVar

from copwatch.model.values.base import Cell, Context, Json, ValueType, Wrong
from copwatch.model.values.text import Text


@dataclass(frozen=True, slots=True)
class Many(ValueType):
    """Several values of one type, each once."""

    item: ValueType
    most: int = 200

    @property
    def name(self) -> str:
        """The type of the list and of what it lists."""
        return f"Many({self.item.name})"

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return f"{self.item.hint()}; several with commas between"

    def example(self) -> str:
        """A text that `read` takes."""
        return self.item.example()

    def _parse(self, text: str, context: Context) -> Json:
        return self._take([part for part in text.split(",") if part.strip()], context)

    def _take(self, data: object, context: Context) -> Json:
        if not isinstance(data, list):
            raise Wrong(f"write {self.hint()}")
        if len(data) > self.most:
            raise Wrong(f"more than {self.most}")
        values: list[Json] = []
        for part in data:
            value = self.item.read(part, context)
            if value not in values:
                values.append(value)
        return values

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, list) or not value:
            return ["not a list"]
        if len(value) > self.most:
            return [f"more than {self.most}"]
        if any(self.item.is_not_known(part) for part in value):
            return ["an unknown stands alone"]
        if any(part in value[:i] for i, part in enumerate(value)):
            return ["has a value twice"]
        return [f"number {i}: {reason}" for i, v in enumerate(value, 1) for reason in self.item.check(v)]

    def _show(self, value: Json) -> str:
        return ", ".join(self.item.show(part) for part in value) if isinstance(value, list) else ""

    def cells(self, name: str, value: Json) -> dict[str, Cell]:
        """A JSON array in one cell, for `json_each`."""
        return {name: json.dumps(value, ensure_ascii=False)}

    def _schema(self) -> dict[str, Json]:
        items = self.item.json_schema()
        return {"type": "array", "minItems": 1, "maxItems": self.most, "uniqueItems": True, "items": items}


def pool_of(type_: ValueType) -> str:
    """The pool of a text, or of the texts in a list; empty for what is no text, or unlike any other."""
    item = type_.item if isinstance(type_, Many) else type_
    return item.pool if isinstance(item, Text) else ""


class Nested(ValueType):
    """What the types share whose parts are fields of another entity; the schema reads and checks those."""

    entity: str

    @property
    def name(self) -> str:
        """The type and its entity."""
        return f"{type(self).__name__}({self.entity})"

    def example(self) -> str:
        """No single text gives such a value."""
        return ""

    def _parse(self, text: str, context: Context) -> Json:
        raise Wrong(f"write {self.hint()}")

    def cells(self, name: str, value: Json) -> dict[str, Cell]:
        """The parts as JSON; a table of their own is made from the entity."""
        return {name: json.dumps(value, ensure_ascii=False)}

    def _schema(self) -> dict[str, Json]:
        return {"$ref": f"#/$defs/{self.entity}"}


@dataclass(frozen=True, slots=True)
class Group(Nested):
    """Rows of another entity, such as the officers of a report."""

    entity: str
    most: int = 500

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return f"one [[table]] for each {self.entity.replace('_', ' ')}"

    def columns(self, name: str) -> dict[str, str]:
        """None: the rows have a table of their own."""
        return {}

    def cells(self, name: str, value: Json) -> dict[str, Cell]:
        """None: the rows have a table of their own."""
        return {}

    def _take(self, data: object, context: Context) -> Json:
        return data if isinstance(data, list) else super(Group, self)._take(data, context)

    def _check(self, value: object) -> list[str]:
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(row, dict) and row for row in value)
        ):
            return ["not a list of rows"]
        return [] if len(value) <= self.most else [f"more than {self.most}"]

    def _show(self, value: Json) -> str:
        return str(len(value)) if isinstance(value, list) else ""

    def _schema(self) -> dict[str, Json]:
        rows = super(Group, self)._schema()
        return {"type": "array", "minItems": 1, "maxItems": self.most, "items": rows}


@dataclass(frozen=True, slots=True)
class Section(Nested):
    """One row of another entity that may hold more than its table names: a group's own fields.

    Another laptop may know rows that this one does not, so unknown names are kept, never dropped.
    """

    entity: str
    open: ClassVar[bool] = True

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return f"a [{self.entity}] table"

    def _take(self, data: object, context: Context) -> Json:
        return data if isinstance(data, dict) else super(Section, self)._take(data, context)

    def _check(self, value: object) -> list[str]:
        return [] if isinstance(value, dict) and value else ["not a table"]

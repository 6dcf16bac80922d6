"""How a family of fields is written so that it reads as a table: one row a field, the entity said once."""

from typing import Any

from copwatch.model.fields import Field
from copwatch.model.redaction import Class
from copwatch.model.values import ValueType


class Entity:
    """Makes the rows of one entity: `report(name, type, class, help, question, …)`, the rest as in `Field`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(
        self, name: str, type: ValueType, class_: Class, help: str, question: str = "", **more: Any
    ) -> Field:
        """One row."""
        return Field(self.name, name, type, class_, help, question, **more)

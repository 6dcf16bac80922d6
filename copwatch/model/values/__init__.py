"""The value types: one small class for each kind of value a field can have."""

from copwatch.model.values.base import NOTHING, Cell, Context, Json, ValueType, Wrong
from copwatch.model.values.coded import Coded, Term, Terms, TriState
from copwatch.model.values.nested import Group, Many, Nested, Section, pool_of
from copwatch.model.values.number import Decimal, Integer
from copwatch.model.values.reference import Label, Reference, RowReference
from copwatch.model.values.text import Address, Handle, LongText, PersonName, Place, Text
from copwatch.model.values.time import Date, Instant, Timestamp, span, to_datetime

__all__ = [
    "NOTHING",
    "Address",
    "Cell",
    "Coded",
    "Context",
    "Date",
    "Decimal",
    "Group",
    "Handle",
    "Instant",
    "Integer",
    "Json",
    "Label",
    "LongText",
    "Many",
    "Nested",
    "PersonName",
    "Place",
    "Reference",
    "RowReference",
    "Section",
    "Term",
    "Terms",
    "Text",
    "Timestamp",
    "TriState",
    "ValueType",
    "Wrong",
    "pool_of",
    "span",
    "to_datetime",
]

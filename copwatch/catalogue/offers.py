"""What an archive already calls things: agencies, places, badges, handles, for whoever types the next report."""

from collections.abc import Iterator
from typing import Any, Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.tables import group_fields
from copwatch.model.fields import Field
from copwatch.model.kinds import KINDS
from copwatch.model.schema import Schema
from copwatch.model.values import Group, Many, pool_of

MOST: Final = 500
"""Values of a pool that are given back."""


def offers(catalogue: Catalogue, schema: Schema, pool: str) -> list[str]:
    """The values of all current versions in fields of a pool (`model.values.pool_of`), the most used first."""
    selects = list(dict.fromkeys(_selects(schema, pool)))
    if not selects:
        return []
    every = " UNION ALL ".join(selects)
    rows = catalogue.read(
        f"SELECT value, count(*) AS times FROM ({every}) WHERE value IS NOT NULL AND value != ''"  # noqa: S608
        " GROUP BY value ORDER BY times DESC, value LIMIT ?",
        (MOST,),
    )
    return [_text(row) for row in rows]


def _text(row: dict[str, Any]) -> str:
    return str(row["value"])


def _selects(schema: Schema, pool: str) -> Iterator[str]:
    kinds = {kind.name: kind.plural for kind in KINDS.values() if kind.name in schema.entities}
    for entity, versions in {"report": "reports", **kinds}.items():
        yield from _of(schema, entity, pool, f"{versions} AS t WHERE t.head")
        for field, table in group_fields(schema, entity):
            if isinstance(field.type, Group):
                of_heads = f"{table} AS t JOIN {versions} AS v ON v.leaf = t.leaf WHERE v.head"
                yield from _of(schema, field.type.entity, pool, of_heads)


def _of(schema: Schema, entity: str, pool: str, source: str) -> Iterator[str]:
    for field in schema.fields(entity):
        if pool_of(field.type) == pool:
            yield _select(field, source)


def _select(field: Field, source: str) -> str:
    column = f't."{field.name}"'
    if not isinstance(field.type, Many):
        return f"SELECT {column} AS value FROM {source}"  # noqa: S608 (names of the table of fields)
    table, where = source.split(" WHERE ")
    return f"SELECT each.value FROM {table}, json_each({column}) AS each WHERE {where}"  # noqa: S608 (as above)

"""The rows of many records at once, packed for the database; other processes can do it. Pure.

Checking the fields of a record takes longer than storing them, so that with many records it is done beside that
(docs/adr/0092-rows-are-made-beside-storing.md).
"""

import json
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from copwatch.catalogue.rows import Counted, Odd, Row, rows
from copwatch.catalogue.texts import SEARCHED, texts
from copwatch.catalogue.versions import FAMILIES
from copwatch.model.schema import Schema

MANY: Final = 2_000
"""Records from which on other processes are worth their start."""
AT_ONCE: Final = 500
_MOST_CHARACTERS: Final = 4 << 20
_AHEAD: Final = 4

Cells: TypeAlias = tuple[Any, ...]
"""Those of `Counted`, its record as JSON."""
T_co = TypeVar("T_co", covariant=True)


class Result(Protocol[T_co]):
    """Work that was handed over."""

    def result(self) -> T_co:
        """Waits for it."""


class Workers(Protocol):
    """Who does work beside this process, or in it where there is nobody else."""

    def submit(self, work: Callable[..., T_co], /, *args: Any) -> Result[T_co]:
        """Has `work`, a function of a module, done with arguments that can be pickled."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows of one table, each with cells in the order of the columns."""

    table: str
    columns: tuple[str, ...]
    rows: list[list[Any]]


def made(some: Iterable[Cells], schema: Schema, workers: Workers | None) -> Iterator[Packed]:
    """The rows of records, in their order; texts to be looked through in `search_texts`, without their numbers."""
    chunks = _chunks(some)
    if workers is None:
        for chunk in chunks:
            yield from make(chunk, schema)
        return
    pickled, waiting = pickle.dumps(schema), list[Result[list[Packed]]]()
    for chunk in chunks:
        waiting.append(workers.submit(_make_elsewhere, chunk, pickled))
        if len(waiting) > _AHEAD:
            yield from waiting.pop(0).result()
    for each in waiting:
        yield from each.result()


def make(some: Iterable[Cells], schema: Schema) -> list[Packed]:
    """The rows of a few records; of those that cannot be read, why."""
    return pack(row for *cells, text in some for row in _of(Counted(*(*cells, json.loads(text))), schema))


def pack(all: Iterable[Row]) -> list[Packed]:
    """Rows by table; a cell that a row lacks is None, and columns in which no row has anything are left out."""
    by_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for table, cells in all:
        by_table[table].append(cells)
    return [_packed(table, rows) for table, rows in by_table.items()]


def _packed(table: str, rows: Sequence[dict[str, Any]]) -> Packed:
    # To bind NULL costs the driver more than all else about a wide row, of which most cells are NULL.
    columns = tuple(dict.fromkeys(name for row in rows for name, cell in row.items() if cell is not None))
    return Packed(table, columns, [[*map(row.get, columns)] for row in rows])


def _make_elsewhere(some: Sequence[Cells], pickled: bytes) -> list[Packed]:
    return make(some, _schema(pickled))


@lru_cache(maxsize=1)
def _schema(pickled: bytes) -> Schema:
    """Read once in each process: what is known of a schema is kept by its identity."""
    schema: Schema = pickle.loads(pickled)  # noqa: S301 (it comes from the process that started this one)
    return schema


def _chunks(some: Iterable[Cells]) -> Iterator[list[Cells]]:
    """So few at once that also the longest records take no more than some megabytes."""
    chunk, size = list[Cells](), 0
    for cells in some:
        chunk.append(cells)
        size += len(cells[-1])
        if len(chunk) == AT_ONCE or size > _MOST_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _of(counted: Counted, schema: Schema) -> Iterator[Row]:
    try:
        yield from rows(counted, schema)
    except Odd as odd:
        yield "problems", {"leaf": counted.leaf, "type": counted.type, "reason": str(odd)}
        return
    yield from text_rows(counted, schema)


def text_rows(counted: Counted, schema: Schema) -> Iterator[Row]:
    """The texts of a readable record; of versions all, those that do not rule are taken out afterwards."""
    family = FAMILIES.get(counted.type)
    if family is not None:
        kind, id = family.name, counted.record[family.of]
    elif counted.type in SEARCHED:
        kind, id = SEARCHED[counted.type][0], counted.id
    else:
        return
    for field, text in texts(counted.type, counted.record, schema):
        if text:
            yield "search_texts", {"leaf": counted.leaf, "kind": kind, "id": id, "field": field, "text": text}

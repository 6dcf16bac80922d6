"""The catalogue as the rest of the program holds it: opened, brought up to date, absorbing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from copwatch.catalogue import absorb as absorbing
from copwatch.catalogue import database, derive, migrations, tables
from copwatch.catalogue.database import CatalogueDamaged, translated
from copwatch.catalogue.making import Workers
from copwatch.catalogue.sqlite import Database
from copwatch.errors import Busy, NoSpace
from copwatch.model.schema import SCHEMA, Schema
from copwatch.proof.body import OpenedSet

_SHAPE = "shape"


class Catalogue:
    """An open catalogue; `queries` and `search` read it. Use it as a context manager, in one thread."""

    def __init__(self, db: Database, schema: Schema) -> None:
        self._db = db
        self.schema = schema

    @classmethod
    def open(cls, path: Path, key: bytes, schema: Schema = SCHEMA) -> Self:
        """Open the catalogue at `path`, making an empty one (mode 0600) where there is none.

        Tables that were made for another table of fields are made again from the records, which costs time but
        needs nothing from the archive.

        Args:
            path: in a folder that exists.
            key: 32 bytes (docs/format.md, "Catalogue key").
            schema: the table of fields, with the group's own rows.

        Raises:
            Locked: made with another key.
            CatalogueDamaged: not a whole catalogue.
            NewerFormat: made by a newer copwatch.
            Busy, NoSpace, NoPermission, NotFound: as they say.
        """
        catalogue = cls(database.connect(path, key), schema)
        try:
            catalogue._prepare()
        except BaseException:
            catalogue.close()
            raise
        return catalogue

    @classmethod
    @contextmanager
    def making(cls, path: Path, key: bytes, schema: Schema = SCHEMA) -> Iterator[Self]:
        """A new catalogue, to be filled at once: it stands at `path` when the block ends well, whole or not at all.

        Args and errors as those of `open`; it cannot be used after the block.
        """
        with database.replacing(path, key) as db:
            catalogue = cls(db, schema)
            catalogue._prepare()
            yield catalogue

    @staticmethod
    def remove(path: Path) -> None:
        """Delete the file, and what SQLite left beside it; the first step of a rebuild."""
        database.remove(path)

    def close(self) -> None:
        """Close the file; the catalogue cannot be used afterwards."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def next_seq(self, device: str) -> int:
        """The number of the first entry of a device's ledger that was not absorbed."""
        return self.absorbed().get(device, (0, ""))[0]

    def absorbed(self) -> dict[str, tuple[int, str]]:
        """How far each ledger was absorbed: device → (first entry that was not, hash of the last that was).

        A ledger whose entry at that place has another hash is a fork, and the catalogue has to be rebuilt.
        """
        found = self.read("SELECT device, next_seq, head FROM positions")
        return {row["device"]: (row["next_seq"], row["head"]) for row in found}

    def unread(self) -> set[tuple[str, int]]:
        """The absorbed entries, (device, number), of which some body could not be read; they have to be tried again."""
        return {(row["device"], row["seq"]) for row in self.read("SELECT device, seq FROM unread")}

    def absorb(
        self,
        sets: Iterable[OpenedSet],
        positions: Mapping[str, tuple[int, str]],
        withdrawn: Mapping[str, str | None],
        unread: Collection[tuple[str, int]] | None = None,
        workers: Workers | None = None,
    ) -> None:
        """Take in new entries, all of them or, when something fails, none.

        Args:
            sets: the sets of those entries that the keys at hand open, in any order. Sets of entries that were
                absorbed before may be among them (a key that came later opens them); known ones change nothing
                but whether they are held apart.
            positions: how far each ledger has now been absorbed, as `absorbed` gives it. A lower number than the
                known one is ignored.
            withdrawn: every object that withdrawals which count name, with the body that holds what survives. It
                may repeat what was given before. Bodies among them leave no trace.
            unread: every entry, (device, number), with a body that the keys open but that could not be read, in
                place of those known before; None leaves them as they are. It is looked at when all sets are in, so
                that it may be filled while they are opened.
            workers: who takes a share of the work where the records are many; nobody when None.

        Raises:
            CatalogueDamaged, Busy, NoSpace, NoPermission: nothing was absorbed.
        """
        with self._writing():
            absorbing.absorb(self._db, self.schema, sets, positions, withdrawn, unread, workers)
        self._finish_erasing()

    def trust(self, root: str) -> None:
        """Take the archive's root key (64 digits) as the one whose rosters rule. Raises as `absorb`."""
        if self._about(derive.ROOT) == root:
            return
        with self._writing():
            self._db.table("about").upsert({"name": derive.ROOT, "value": root}, pk="name")
            derive.restate_roster(self._db)

    def judge(self, apart: Callable[[str, int], str | None]) -> None:
        """Decide again which entries count, after the charter named or revoked a device.

        Args:
            apart: `apart(device, seq)`: why that entry is held apart, None when it counts.
        """
        with self._writing():
            absorbing.judge(self._db, self.schema, apart)

    def read(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """All rows of a SELECT, for `queries` and `search`."""
        return database.read(self._db, sql, values)

    def check(self) -> None:
        """Read every page and hold tables, indexes and search against each other. Raises `CatalogueDamaged`."""
        if self.read("PRAGMA cipher_integrity_check"):
            raise CatalogueDamaged
        if [list(row.values()) for row in self.read("PRAGMA integrity_check")] != [["ok"]]:
            raise CatalogueDamaged
        with self._writing():
            self._db.execute(
                "INSERT INTO search_texts_fts (search_texts_fts, rank) VALUES ('integrity-check', 1)"
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.rollback()
                raise
            self._db.commit()

    def _prepare(self) -> None:
        migrations.bring_up_to_date(self._db)
        self._bring_in_shape()
        self._finish_erasing()

    def _bring_in_shape(self) -> None:
        shape = tables.digest(self.schema)
        if self._about(_SHAPE) == shape:
            return
        with self._writing():
            derive.derive_all(self._db, self.schema)
            self._db.table("about").upsert({"name": _SHAPE, "value": shape}, pk="name")

    def _finish_erasing(self) -> None:
        """Write the file anew without free pages, after a withdrawal.

        The deleted cells are overwritten already; where another copwatch is reading, or there is no room, this is
        put off to the next opening.
        """
        if self._about(absorbing.VACUUM_DUE) is None:
            return
        with suppress(Busy, NoSpace):
            with translated():
                self._db.execute("VACUUM")
            with self._writing():
                self._db.execute("DELETE FROM about WHERE name = ?", [absorbing.VACUUM_DUE])

    def _about(self, name: str) -> str | None:
        found = self.read("SELECT value FROM about WHERE name = ?", [name])
        return found[0]["value"] if found else None

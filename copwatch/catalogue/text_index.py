"""The texts that words are looked for in, and the full-text index of them, during one change."""

from itertools import count

from copwatch.catalogue.making import Packed
from copwatch.catalogue.sqlite import Database


class TextIndex:
    """Numbers only grow, so that the texts of one change are told from those before: only these are in the index yet.

    What is new is put into the index at the end, all at once, for one by one each would make a segment.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._first: int = db.execute("SELECT coalesce(max(number), 0) + 1 FROM search_texts").fetchone()[0]
        self._numbers = count(self._first)

    def numbered(self, packed: Packed) -> Packed:
        """Texts with their numbers; rows of other tables as they are."""
        if packed.table != "search_texts":
            return packed
        return Packed(
            packed.table, ("number", *packed.columns), [[next(self._numbers), *row] for row in packed.rows]
        )

    def forget(self, where: str) -> None:
        """Take out the texts of which a condition on their leaf holds; the index has to be told each word again."""
        gone = f"SELECT 'delete', number, text FROM search_texts WHERE number < ? AND {where}"  # noqa: S608 (our own)
        self._db.execute(
            f"INSERT INTO search_texts_fts (search_texts_fts, rowid, text) {gone}", [self._first]
        )
        self._db.execute(f"DELETE FROM search_texts WHERE {where}")  # noqa: S608

    def finish(self) -> None:
        """Put the new texts into the index."""
        sql = "INSERT INTO search_texts_fts (rowid, text) SELECT number, text FROM search_texts WHERE number >= ?"
        self._db.execute(sql, [self._first])

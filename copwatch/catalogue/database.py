"""The sealed SQLite file: opening it, telling a wrong key from damage, leaving no plain text.

The settings are those of SQLCipher 3 but for the size of a page (docs/adr/0010-catalogue-cipher.md).
"""

import hashlib
import hmac
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # it ships no types

from copwatch.catalogue.sqlite import Database
from copwatch.catalogue.terms import says
from copwatch.errors import Busy, CopwatchError, Locked, NoPermission, NoSpace, NotFound, Unfinished

PAGE: Final = 4096
"""Bytes of a page. Those of SQLCipher 3 are a quarter of that; each is sealed, read and written by itself."""

REBUILD: Final = "run `copwatch rebuild`; the archive itself is not touched by this"

_BUSY_SECONDS = 30
_SETTINGS = (
    "secure_delete = ON",
    "journal_mode = DELETE",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    # In KiB: a page that falls out of the cache is sealed and opened again, and leaves come in no order.
    "cache_size = -65536",
)
# https://sqlite.org/rescode.html
_BUSY, _LOCKED_TABLE, _NO_PERMISSION, _READ_ONLY, _FULL, _CANNOT_OPEN = 5, 6, 3, 8, 13, 14
_READ_FAILED, _CORRUPT, _FORMAT, _NOT_A_DATABASE = 10, 11, 24, 26
_SIDE_FILES = ("-journal", "-wal", "-shm")
_NEW: Final = ".new"


class CatalogueDamaged(Unfinished):
    """The catalogue cannot be read; it is derived, so `copwatch rebuild` makes it again (exit 1)."""

    def __init__(self) -> None:
        super().__init__("the catalogue is damaged", hint=REBUILD)


def connect(path: Path, key: bytes) -> Database:
    """Open the sealed file at `path`, creating it with mode 0600 where it is absent or empty.

    Args:
        path: in a folder that exists.
        key: 32 random bytes.

    Raises:
        Locked: the key is not the one that the file was made with.
        CatalogueDamaged: the file is not a whole catalogue.
        NotFound, NoPermission: the folder or the file cannot be used.
    """
    if len(key) != 32:
        raise ValueError("a catalogue key is 32 bytes")
    _prepare(path)
    with translated():
        connection = dbapi2.connect(str(path), timeout=_BUSY_SECONDS)
    try:
        return _unlock(connection, path, key)
    except BaseException:
        connection.close()
        raise


def remove(path: Path) -> None:
    """Delete a catalogue with whatever was left beside it; nothing happens where there is none."""
    for name in (path, path.with_name(path.name + _NEW)):
        for ending in ("", *_SIDE_FILES):
            name.with_name(name.name + ending).unlink(missing_ok=True)


@contextmanager
def replacing(path: Path, key: bytes) -> Iterator[Database]:
    """A new file that takes the place of `path` when the block ends well, and is deleted when it does not.

    Nobody needs half of it, so that nothing waits for the disk before the end: where others write to it too, waiting
    at each page that falls out of the cache takes longer than all work on the catalogue.

    Raises as `connect` does.
    """
    beside = path.with_name(path.name + _NEW)
    remove(beside)
    try:
        db = connect(beside, key)
        try:
            with translated():
                db.execute("PRAGMA synchronous = OFF")
            yield db
        finally:
            db.close()
        _flush(beside)
        beside.replace(path)
    except BaseException:
        remove(beside)
        raise


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what SQLite raises into what a person can act on."""
    try:
        yield
    except dbapi2.DatabaseError as error:
        raise (_meaning(error) or error) from error


def read(db: Database, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
    """All rows of one SELECT, as dicts. Raises as `translated` does."""
    with translated():
        cursor = db.conn.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def _prepare(path: Path) -> None:
    """SQLite would create the file as the umask says; the mode has to be right from its first moment."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600))
    except FileExistsError:
        _check_existing(path)
    except FileNotFoundError as error:
        raise NotFound("the folder of the catalogue is not there") from error
    except OSError as error:
        raise NoPermission(
            "the catalogue cannot be created", hint="look at the rights of its folder"
        ) from error


def _check_existing(path: Path) -> None:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise NoPermission("the catalogue is not an ordinary file")
        if mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise NoPermission("the catalogue cannot be opened", hint="look at the rights of its file") from error


def _unlock(connection: Any, path: Path, key: bytes) -> Database:
    salt = _salt(key)
    # SQLCipher logs failures to stderr by itself; our errors say it in the person's words.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}{salt.hex()}'\"")
    connection.execute("PRAGMA cipher_compatibility = 3")
    connection.execute(f"PRAGMA cipher_page_size = {PAGE}")
    connection.execute("PRAGMA temp_store = MEMORY")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == _NOT_A_DATABASE and _other_key(path, salt):
            raise Locked(
                "the catalogue was made with another key",
                hint=f"unlock with the identity that made it, or {REBUILD}",
            ) from error
        raise (_meaning(error) or error) from error
    for setting in _SETTINGS:
        with translated():
            connection.execute(f"PRAGMA {setting}").fetchall()
    connection.create_function("says", 2, says, deterministic=True)
    # Plugins of sqlite-utils are other people's code; none of it gets near an opened catalogue.
    return Database(connection, execute_plugins=False)


def _salt(key: bytes) -> bytes:
    """The 16 bytes with which the file begins: derived, so that a wrong key is told from a damaged page."""
    return hmac.new(key, b"copwatch/v1/catalogue-salt", hashlib.sha256).digest()[:16]


def _other_key(path: Path, salt: bytes) -> bool:
    """Whether a file that does not open looks whole, but sealed with another key.

    Sealed bytes are as good as random; 1,024 of them never hold fewer than 200 of the 256 values, and 16 never
    fewer than 8.
    """
    with path.open("rb") as file:
        first, size = file.read(PAGE), file.seek(0, os.SEEK_END)
    sealed = len(set(first)) >= 200 and len(set(first[:16])) >= 8
    return sealed and size % PAGE == 0 and first[:16] != salt


def _meaning(error: Exception) -> CopwatchError | None:
    """What happened, in the person's words; None for what only a mistake of this program brings about."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (_BUSY, _LOCKED_TABLE):
        return Busy("another copwatch is using the catalogue", hint="try again when it has finished")
    if code == _FULL:
        return NoSpace("the disk is full", hint="nothing was lost; make room and try again")
    if code in (_NO_PERMISSION, _READ_ONLY, _CANNOT_OPEN):
        return NoPermission(
            "the catalogue cannot be written", hint="look at the rights of its file and folder"
        )
    if code in (_READ_FAILED, _CORRUPT, _FORMAT, _NOT_A_DATABASE):
        return CatalogueDamaged()
    return None

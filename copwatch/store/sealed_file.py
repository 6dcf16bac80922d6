"""One sealed file outside the archive, written beside its name and renamed when it is whole."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from copwatch.crypto.age import Encryptor, Recipient
from copwatch.past_cache import Collecting, Filling
from copwatch.store.durable import flush, flush_folder
from copwatch.store.names_taken import take_name, taken


class SealingStream:
    """Takes plain bytes and writes them sealed."""

    def __init__(self, file: Filling | BinaryIO, recipients: Sequence[Recipient]) -> None:
        self._file, self._encryptor = file, Encryptor(recipients)
        file.write(self._encryptor.header)

    def write(self, data: bytes, /) -> int:
        """Seals all of `data`."""
        for buffer in self._encryptor.update(data):
            self._file.write(buffer)
        return len(data)

    def finish(self) -> None:
        """Writes the final chunk, without which nothing can be read."""
        self._file.write(self._encryptor.finish())


@contextmanager
def sealed_file(out: Path, recipients: Sequence[Recipient], mark: str = "") -> Iterator[SealingStream]:
    """A stream that becomes the age file `out`; whatever fails, nothing of it stays. Raises `Refused`.

    `mark` tells its name until it is whole from those of others.
    """
    if os.path.lexists(out):
        raise taken(out)
    beside = out.with_name(f".{out.name}.{mark or secrets.token_hex(4)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(beside, flags, 0o600)
    ours = os.fstat(descriptor)
    try:
        with os.fdopen(descriptor, "wb"):
            with closing(Collecting()) as collecting, collecting.into(descriptor) as filling:
                stream = SealingStream(filling, recipients)
                yield stream
                stream.finish()
            flush(descriptor)
        take_name(beside, out)
        flush_folder(out.absolute().parent)
    except BaseException:
        _remove(out, ours)
        raise
    finally:
        beside.unlink(missing_ok=True)


def _remove(path: Path, known: os.stat_result) -> None:
    """Removes a file, unless another one has its name."""
    with suppress(FileNotFoundError):
        if os.path.samestat(path.lstat(), known):
            path.unlink()

"""One sealed file outside the archive, written beside its name and renamed when it is whole."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from copwatch.crypto.age import Encryptor, Recipient
from copwatch.errors import Refused
from copwatch.past_cache import Collecting, Filling
from copwatch.store.durable import flush, flush_folder


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
    if out.exists():
        raise Refused(f"{out} is there already", hint="name a new file; nothing is overwritten")
    beside = out.with_name(f".{out.name}.{mark or secrets.token_hex(4)}.part")
    naming = False
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
            with closing(Collecting()) as collecting, collecting.into(file.fileno()) as filling:
                stream = SealingStream(filling, recipients)
                yield stream
                stream.finish()
            flush(file.fileno())
        naming = True
        beside.rename(out)
        flush_folder(out.absolute().parent)
    except BaseException:
        if naming and not beside.exists():
            out.unlink(missing_ok=True)
        raise
    finally:
        beside.unlink(missing_ok=True)

"""A copy of a short file in memory alone, which another process can be given and nobody can change."""

import io
import os
import shutil
import sys
from typing import BinaryIO, Final

_BLOCK: Final = 1 << 20


def in_memory(source: BinaryIO) -> BinaryIO:
    """Everything that `source` still gives, to be read from the beginning.

    Where the system has such files (Linux 5.1), it has a descriptor, by which a process of less right reads it without
    asking: it is sealed, so that whoever has the descriptor only reads (memfd_create(2), fcntl(2) "File Sealing").
    """
    if sys.platform == "linux" and (file := _sealed(source)) is not None:
        return file
    return io.BytesIO(source.read())


if sys.platform == "linux":
    import fcntl

    _F_SEAL_FUTURE_WRITE: Final = 0x10
    """Of linux/fcntl.h; unlike F_SEAL_WRITE it does not fail where the kernel still has a page in its hands."""
    _SEALS: Final = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | _F_SEAL_FUTURE_WRITE

    def _sealed(source: BinaryIO) -> BinaryIO | None:
        """None, with nothing read of the source, where there is no such file."""
        try:
            descriptor = os.memfd_create("copwatch", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        except OSError:
            return None
        file = os.fdopen(descriptor, "rb")
        try:
            with open(descriptor, "wb", buffering=0, closefd=False) as target:
                shutil.copyfileobj(source, target, _BLOCK)
            file.seek(0)
            return _with_seals(file)
        except BaseException:
            file.close()
            raise

    def _with_seals(file: io.BufferedReader) -> BinaryIO:
        try:
            fcntl.fcntl(file.fileno(), fcntl.F_ADD_SEALS, _SEALS)
        except OSError:
            with file:
                return io.BytesIO(file.read())
        return file

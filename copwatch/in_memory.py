"""Memory that another process can be given by a descriptor, and that nobody can change by it (memfd_create(2)).

Sealed as in fcntl(2), "File Sealing": whoever has the descriptor only reads, and cannot make it shorter, at which a
process that has it mapped would be ended. Elsewhere than on Linux (5.1) there is no such memory.
"""

import io
import mmap
import os
import shutil
import sys
from typing import BinaryIO, Final

_BLOCK: Final = 1 << 20


def in_memory(source: BinaryIO) -> BinaryIO:
    """Everything that `source` still gives, to be read from the beginning; it has a descriptor where there is such."""
    if sys.platform == "linux" and (file := _copied(source)) is not None:
        return file
    return io.BytesIO(source.read())


def shared_memory(size: int) -> tuple[mmap.mmap, int] | None:
    """So many bytes to write to, and a descriptor by which they are read; None where there is no such memory."""
    if sys.platform == "linux":
        return _shared(size)
    return None


if sys.platform == "linux":
    import fcntl

    _F_SEAL_FUTURE_WRITE: Final = 0x10
    """Of linux/fcntl.h; unlike F_SEAL_WRITE it does not fail where the kernel still has a page in its hands."""
    _SEALS: Final = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | _F_SEAL_FUTURE_WRITE

    def _copied(source: BinaryIO) -> BinaryIO | None:
        """None, with nothing read of the source, where there is no such file."""
        descriptor = _created()
        if descriptor is None:
            return None
        file = os.fdopen(descriptor, "rb")
        try:
            with open(descriptor, "wb", buffering=0, closefd=False) as target:
                shutil.copyfileobj(source, target, _BLOCK)
            file.seek(0)
            if _seal(descriptor):
                return file
            with file:
                return io.BytesIO(file.read())
        except BaseException:
            file.close()
            raise

    def _shared(size: int) -> tuple[mmap.mmap, int] | None:
        descriptor = _created()
        if descriptor is None:
            return None
        try:
            os.truncate(descriptor, size)
            ours = mmap.mmap(descriptor, size)
            if _seal(descriptor):
                return ours, descriptor
        except OSError:
            pass
        os.close(descriptor)
        return None

    def _created() -> int | None:
        try:
            return os.memfd_create("copwatch", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        except OSError:
            return None

    def _seal(descriptor: int) -> bool:
        """What is mapped for writing already stays so."""
        try:
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
        except OSError:
            return False
        return True

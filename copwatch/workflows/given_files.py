"""Opening the files that a person names: plain ones only, for nobody waits for what a pipe may never say."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from copwatch.errors import BadInput, NotFound

# Without O_NONBLOCK a named pipe would be waited for until somebody writes into it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def open_given(path: Path) -> BinaryIO:
    """Opens a plain file, or what a link to one leads to, for reading.

    Raises:
        NotFound: it is a folder, a pipe or a device.
        OSError: it cannot be opened.
    """
    descriptor = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotFound(f"{path} is not a file", hint="name a plain file, no folder, pipe or device")
    return os.fdopen(descriptor, "rb")


def read_given(path: Path, most: int) -> bytes:
    """The bytes of a plain file. Raises as `open_given` does, and `BadInput` when there are more than `most`."""
    with open_given(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise BadInput(f"{path} has more than {most:,} bytes", hint="check that it is the file that you mean")
    return data

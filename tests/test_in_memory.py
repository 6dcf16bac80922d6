"""A copy in memory: the same bytes, and where it has a descriptor, nobody can change them by it."""

import errno
import io
import mmap
import os
import sys

import pytest

from copwatch.in_memory import in_memory, shared_memory
from copwatch.media.isolated import MediaProcess
from tests.media.making_jpeg import picture


@pytest.mark.parametrize("size", [0, 1, 3 << 20])
def test_it_gives_what_the_source_gives_and_can_be_read_anywhere(size):
    data = os.urandom(size)
    with in_memory(io.BytesIO(data)) as copy:
        assert copy.read() == data and copy.seek(0, io.SEEK_END) == size
        copy.seek(size // 2)
        assert copy.read(9) == data[size // 2 :][:9] and not copy.writable()


@pytest.mark.skipif(sys.platform != "linux", reason="such files are Linux's")
def test_whoever_has_the_descriptor_cannot_change_it():
    with in_memory(io.BytesIO(b"as it was received")) as copy:
        tries = [
            lambda: os.pwrite(copy.fileno(), b"X", 0),
            lambda: os.ftruncate(copy.fileno(), 3),
            lambda: os.ftruncate(copy.fileno(), 300),
        ]
        for attempt in tries:
            with pytest.raises(OSError) as refused:
                attempt()
            assert refused.value.errno == errno.EPERM
        assert copy.read() == b"as it was received"


@pytest.mark.skipif(sys.platform != "linux", reason="such memory is Linux's")
def test_whoever_is_given_memory_reads_it_and_cannot_end_who_writes_there():
    shared = shared_memory(1 << 16)
    assert shared is not None
    ours, descriptor = shared
    with mmap.mmap(descriptor, 1 << 16, access=mmap.ACCESS_READ) as theirs:
        ours[:5] = b"shown"
        assert theirs[:5] == b"shown"
    tries = [
        lambda: os.pwrite(descriptor, b"X", 0),
        lambda: os.ftruncate(descriptor, 0),
        lambda: mmap.mmap(descriptor, 1 << 16),
    ]
    for attempt in tries:
        with pytest.raises(PermissionError):
            attempt()
    ours[:5] = b"still"
    os.close(descriptor)
    assert ours[:5] == b"still"


def test_a_source_that_cannot_be_read_leaves_no_descriptor_open():
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(errno.EIO, "bad sector")

    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    with pytest.raises(OSError, match="bad sector"):
        in_memory(Broken())
    assert (len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0) == before


def test_a_process_looks_at_it_as_at_a_file():
    data = picture()
    with MediaProcess() as process, in_memory(io.BytesIO(data)) as copy:
        assert process.scan(copy).parts == process.scan(io.BytesIO(data)).parts

"""Files that are read back while they are written: the same bytes of every length, on every kind of file system."""

import errno
import io
import os
import random

import pytest

from copwatch.errors import Unfinished
from copwatch.workflows import checked_writing
from copwatch.workflows.checked_writing import BLOCK, CheckedWriter

DATA = random.Random(7).randbytes(3 * BLOCK + 4096 + 5)
LENGTHS = (0, 1, 4095, 4096, 4097, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 4096, len(DATA))


@pytest.fixture(params=["past memory", "through memory", "other rules", "other rules later"])
def writer(request, monkeypatch):
    real, calls = checked_writing._written, []

    def refusing(file, block):
        calls.append(file)
        if len(calls) in {"other rules": {1}, "other rules later": {3}}.get(request.param, ()):
            raise OSError(errno.EINVAL, "alignment")
        return real(file, block)

    monkeypatch.setattr(checked_writing, "_written", refusing)
    if request.param == "through memory":
        monkeypatch.setattr(checked_writing, "_DIRECT", 0)
    with CheckedWriter() as writer:
        yield writer


def write(writer, path, data):
    took, found = [], []
    writer.write(
        io.BytesIO(data),
        path,
        lambda block: took.append(bytes(block)),
        lambda back: found.append(bytes(back)),
    )
    assert b"".join(took) == b"".join(found) == path.read_bytes()


def test_files_of_every_length_are_written_as_they_are(writer, tmp_path):
    for length in LENGTHS:
        write(writer, tmp_path / str(length), DATA[:length])
        assert (tmp_path / str(length)).read_bytes() == DATA[:length]


def test_more_blocks_than_are_kept_in_memory(monkeypatch, tmp_path):
    monkeypatch.setattr(checked_writing, "BLOCK", 4096)
    with CheckedWriter() as writer:
        write(writer, tmp_path / "file", DATA[:200_001])
        assert len(writer._free) <= checked_writing._UNDER_WAY + 1


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "file").write_bytes(b"mine")
    with CheckedWriter() as writer, pytest.raises(FileExistsError):
        writer.write(io.BytesIO(DATA), tmp_path / "file", None, len)
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_only_this_user_may_read_what_is_written(tmp_path):
    with CheckedWriter() as writer:
        writer.write(io.BytesIO(b"x"), tmp_path / "file", len, len)
    assert os.name == "nt" or (tmp_path / "file").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("direct", [True, False])
def test_what_changed_on_the_disk_is_noticed(monkeypatch, tmp_path, direct):
    real = checked_writing._Target.read_back

    def spoiled(target, at, length):
        if at == BLOCK:
            with (tmp_path / "file").open("r+b") as file:
                file.seek(BLOCK + 7)
                file.write(bytes([DATA[BLOCK + 7] ^ 1]))
        return real(target, at, length)

    monkeypatch.setattr(checked_writing._Target, "read_back", spoiled)
    if not direct:
        monkeypatch.setattr(checked_writing, "_DIRECT", 0)
    with CheckedWriter() as writer, pytest.raises(Unfinished, match="does not give back"):
        writer.write(io.BytesIO(DATA), tmp_path / "file", len, len)

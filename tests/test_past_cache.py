"""What goes past the cache arrives whole, whatever the pieces in which it comes, and errors come through."""

import os
import time

import pytest

from copwatch import past_cache
from copwatch.past_cache import Collecting

ROOM = past_cache._ROOM


def written(path, *pieces: bytes) -> bytes:
    collecting = Collecting()
    try:
        with path.open("xb") as file, collecting.into(file.fileno()) as filling:
            for piece in pieces:
                assert filling.write(piece) == len(piece)
        return path.read_bytes()
    finally:
        collecting.close()


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize(
    "sizes", [(0,), (1,), (4096,), (ROOM,), (ROOM - 1, 2), (3 * ROOM + 5,), (1 << 20, 17, ROOM, 4097)]
)
def test_files_stand_there_as_they_were_given(tmp_path, monkeypatch, sizes, direct):
    if not direct:
        monkeypatch.setattr(past_cache, "_DIRECT", 0)
    pieces = [os.urandom(size) for size in sizes]
    assert written(tmp_path / "file", *pieces) == b"".join(pieces)


def test_one_file_after_the_other_has_nothing_of_the_one_before(tmp_path):
    collecting = Collecting()
    for name in ("a", "b"):
        with (tmp_path / name).open("xb") as file, collecting.into(file.fileno()) as filling:
            filling.write(name.encode() * (ROOM + 9))
    collecting.close()
    assert (tmp_path / "b").read_bytes() == b"b" * (ROOM + 9)


def test_a_full_disk_is_said_and_nothing_is_written_any_more(tmp_path, monkeypatch):
    def write(descriptor, block):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(past_cache.os, "write", write)
    with pytest.raises(OSError, match="No space"):
        written(tmp_path / "file", b"x" * (5 * ROOM))
    assert (tmp_path / "file").read_bytes() == b""


@pytest.mark.parametrize("size", [ROOM - 3, ROOM, 2 * ROOM + 9])
def test_the_next_file_may_be_begun_before_the_last_one_is_written(tmp_path, monkeypatch, size):
    collecting, real = Collecting(), os.write

    def write(descriptor, block):
        time.sleep(0.02)
        return real(descriptor, block)

    monkeypatch.setattr(past_cache.os, "write", write)
    ends, files = [], []
    for name in "abc":
        file = (tmp_path / name).open("xb")
        with collecting.into_later(file.fileno()) as (filling, written):
            filling.write(name.encode() * size)
        files.append(file)
        ends.append(written)
    for written, file in zip(ends, files, strict=True):
        written()
        file.close()
    collecting.close()
    assert [(tmp_path / name).read_bytes() for name in "abc"] == [name.encode() * size for name in "abc"]


def test_what_fails_after_a_file_was_left_is_said_by_that_one_alone(tmp_path, monkeypatch):
    collecting, real = Collecting(), os.write

    def write(descriptor, block):
        if bytes(block[:1]) == b"a":
            raise OSError(5, "Input/output error")
        return real(descriptor, block)

    monkeypatch.setattr(past_cache.os, "write", write)
    ends = {}
    with (tmp_path / "a").open("xb") as first, (tmp_path / "b").open("xb") as second:
        for file, letter in ((first, b"a"), (second, b"b")):
            with collecting.into_later(file.fileno()) as (filling, ends[letter]):
                filling.write(letter * 9)
        with pytest.raises(OSError, match="Input/output"):
            ends[b"a"]()
        ends[b"b"]()
    collecting.close()
    assert (tmp_path / "b").read_bytes() == b"b" * 9

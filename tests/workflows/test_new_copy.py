"""Copies without a name: written past the cache or through it, locked while they are written, cleared when left."""

import mmap
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from copwatch import past_cache
from copwatch.errors import Refused
from copwatch.workflows.new_copy import NewCopy, clear_left


def room(size: int) -> memoryview:
    made = mmap.mmap(-1, size)
    made.write(os.urandom(size))
    return memoryview(made)


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 3 * 4096 + 17, 1 << 20])
def test_what_is_written_stands_there_under_its_name_alone(tmp_path, monkeypatch, size, direct):
    if not direct:
        monkeypatch.setattr(past_cache, "_DIRECT", 0)
    first, second = room(8192), room(max(size, 1))[:size]
    copy = NewCopy(tmp_path)
    copy.write(first)
    copy.write(second)
    copy.finish()
    copy.name(tmp_path / "named")
    assert (tmp_path / "named").read_bytes() == bytes(first) + bytes(second)
    assert os.listdir(tmp_path) == ["named"]
    assert (tmp_path / "named").stat().st_mtime == 946_684_800
    assert (tmp_path / "named").stat().st_mode & 0o777 == 0o600


def test_a_file_system_that_refuses_only_when_it_is_written_to_gets_it_through_its_cache(
    tmp_path, monkeypatch
):
    real = os.write

    def write(descriptor, block):
        if refused:
            raise OSError(refused.pop(), "Invalid argument")
        return real(descriptor, block)

    refused = [22]
    monkeypatch.setattr(past_cache.os, "write", write)
    copy, data = NewCopy(tmp_path), room(8192)
    if not copy._out.direct:
        pytest.skip("this file system writes through its cache")
    copy.write(data)
    copy.name(tmp_path / "named")
    assert not refused and (tmp_path / "named").read_bytes() == bytes(data)


def test_a_name_that_is_taken_is_not_written_over(tmp_path):
    (tmp_path / "named").write_bytes(b"mine")
    copy = NewCopy(tmp_path)
    with pytest.raises(Refused):
        copy.name(tmp_path / "named")
    copy.discard()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]


def test_what_is_being_written_is_left_alone_and_what_nobody_writes_any_more_is_cleared(tmp_path):
    copy = NewCopy(tmp_path)
    others = [tmp_path / ".copwatch-note.part", tmp_path / ".0123456789abcdef.part", tmp_path / "photo.part"]
    for other in others:
        other.write_bytes(b"of somebody else")
    link = tmp_path / f".copwatch-{'0' * 16}.part"
    link.symlink_to(others[2])
    assert clear_left(tmp_path) == 0 and copy.path.exists()
    copy._close()
    assert clear_left(tmp_path) == 1 and not copy.path.exists()
    assert sorted(tmp_path.iterdir()) == sorted([*others, link])
    assert clear_left(tmp_path / "nowhere") == 0


_DIES = """
import os, signal, sys
from pathlib import Path
from copwatch.media.isolated import MediaProcess
from copwatch.workflows import cleaning
from copwatch.workflows.cleaning_plan import Request, plan
from copwatch.progress import Progress
cleaning.flush_all = lambda files, folder: os.kill(os.getpid(), signal.SIGKILL)
folder = Path(sys.argv[1])
with MediaProcess() as process:
    list(cleaning.clean_files(plan(Request((folder / "a.png",), folder / "out")), Progress(), process))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_the_next_run_clears_what_a_killed_one_left(tmp_path: Path):
    from copwatch.media.isolated import MediaProcess
    from copwatch.progress import Progress
    from copwatch.workflows.cleaning import clean_files, clear_left_behind
    from copwatch.workflows.cleaning_plan import Request, plan
    from tests.cli.test_clean import CLEAN, DIRTY

    (tmp_path / "a.png").write_bytes(DIRTY)
    out = tmp_path / "out"
    out.mkdir()
    died = subprocess.run([sys.executable, "-c", _DIES, tmp_path], check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert [path.suffix for path in out.iterdir()] == [".part"]
    work = plan(Request((tmp_path / "a.png",), out))
    assert clear_left_behind(work) == 1
    with MediaProcess() as process:
        assert len(list(clean_files(work, Progress(), process))) == 1
    assert [path.read_bytes() for path in out.iterdir()] == [CLEAN]

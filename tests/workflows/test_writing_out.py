"""A new file that could not be written whole is not there: the same command can be run again."""

import pytest

from copwatch.store.durable import write_new
from copwatch.workflows.writing_out import create_new


def test_nothing_stays_of_a_file_that_could_not_be_finished(tmp_path):
    out = tmp_path / "due.ics"
    with pytest.raises(OSError, match="full"), create_new(out) as file:
        file.write(b"half")
        raise OSError("full")
    assert not out.exists()
    with create_new(out) as file:
        file.write(b"whole")
    assert out.read_bytes() == b"whole"
    with pytest.raises(FileExistsError), create_new(out):
        pass
    assert out.read_bytes() == b"whole"


def test_nothing_stays_of_bytes_that_the_disk_does_not_take(tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    out = tmp_path / "invitation.json"
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError):
            write_new(out, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not out.exists()
    write_new(out, b"whole")
    with pytest.raises(FileExistsError):
        write_new(out, b"other")
    assert out.read_bytes() == b"whole"

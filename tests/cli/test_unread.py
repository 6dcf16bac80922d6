"""What a person sees of an archive in which something cannot be read."""

import pytest

from tests.cli.desk import Desk


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_file_is_not_called_unknown_without_saying_that_not_everything_was_read(desk, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"film")
    before = set((desk.archive / "objects").rglob("*.age"))
    desk.done("add", clip)
    pieces = sorted(
        set((desk.archive / "objects").rglob("*.age")) - before, key=lambda path: path.stat().st_size
    )
    kept = {path: path.read_bytes() for path in pieces}
    for path in pieces:
        path.unlink()
    for _ in range(2):
        done = desk.run("verify", clip, *desk.key)
        assert done.returncode == 3
        assert b"by the archive, but 1 entry could not be read" in done.stderr
        assert b"what you see is not everything" in done.stderr
    for path, data in kept.items():
        path.write_bytes(data)
    assert "exactly what was received" in desk.done("verify", clip, *desk.key)

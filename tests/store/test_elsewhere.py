"""A computer that was set back, archive and state together, and the copies that it had made."""

import shutil

import pytest

from copwatch.errors import NotThisDevice
from copwatch.proof.findings import Kind
from copwatch.store.check import verify_archive
from copwatch.store.layout import Layout
from copwatch.store.places import make_place, save_place
from tests.store.replicas import bring, make_group


@pytest.fixture
def restored(tmp_path):
    """A computer whose whole folder is that of yesterday, and the stick with what it wrote today."""
    (a,) = make_group(tmp_path, 1)
    stick = tmp_path / "stick"
    a.add()
    with a.here():
        done = bring(a.folder, stick)
        save_place(a.archive.state, make_place(stick, a.folder, done.heads, "2026-05-01T00:00:00Z"))
    yesterday = a.clone(tmp_path / "yesterday")
    a.add()
    bring(a.folder, stick)
    return yesterday, stick


def test_nothing_is_written_twice_at_one_place_while_a_copy_that_has_more_is_at_hand(restored):
    a, stick = restored
    for _ in range(2):
        with pytest.raises(NotThisDevice, match="older"):
            a.add()
    bring(stick, a.folder)
    a.add()
    bring(a.folder, stick)
    with a.here():
        assert [f for f in verify_archive(stick).findings if f.kind is Kind.FORK] == []


@pytest.mark.parametrize("how", ["gone", "garbage", "a link"])
def test_a_copy_that_cannot_be_read_is_no_reason_not_to_add(restored, how):
    a, stick = restored
    if how == "garbage":
        path = next(Layout(stick).ledger(a.device).iterdir())
        path.write_bytes(b"\xff" * 100_000)
    else:
        shutil.rmtree(stick)
    if how == "a link":
        stick.symlink_to(stick)
    before = len(next(Layout(a.folder).ledger(a.device).iterdir()).read_bytes())
    a.add()
    assert len(next(Layout(a.folder).ledger(a.device).iterdir()).read_bytes()) > before

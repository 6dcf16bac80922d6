"""A folder that a syncing program keeps alike on several computers, and what such a program leaves in it."""

import os

import pytest

from copwatch.proof.findings import Kind
from copwatch.store.check import verify_archive
from copwatch.store.layout import Layout
from copwatch.store.repair import examine, repair
from tests.store.replicas import bring, content, make_group

NAMES = (
    "00000000 (conflicted copy 2026-11-23).jsonl",
    "00000000.sync-conflict-20261123-083455-ABCDEF.jsonl",
    "00000000 (1).jsonl",
    "00000000-OBS-1.jsonl",
)


@pytest.fixture
def synced(tmp_path):
    """A folder in which the longer ledger of a laptop was put aside, and that laptop's archive."""
    a, b = make_group(tmp_path, 2)
    folder = tmp_path / "synced"
    b.add()
    bring(b.folder, folder)
    old = (Layout(folder).ledger(b.device) / "00000000.jsonl").read_bytes()
    b.add()
    b.add()
    bring(b.folder, folder)
    return a, b, folder, old


def put_aside(folder, device, old, name):
    path = Layout(folder).ledger(device) / "00000000.jsonl"
    path.rename(path.with_name(name))
    path.write_bytes(old)


@pytest.mark.parametrize("name", NAMES)
def test_what_only_a_version_that_was_put_aside_has_is_taken_in_and_said(synced, name):
    a, b, folder, old = synced
    put_aside(folder, b.device, old, name)
    done = bring(folder, a.folder)
    assert (done.entries, done.objects > 0) == (3, True)
    assert done.clean and [f.where for f in done.source_findings] == [f"ledger/{b.device}/{name}"]
    assert "2 entries" in done.source_findings[0].detail
    assert content(Layout(a.folder).ledger(b.device)) == content(Layout(b.folder).ledger(b.device))
    assert bring(folder, a.folder).entries == 0
    said = [f for f in verify_archive(folder).findings if f.where.endswith(name)]
    assert [f.kind for f in said] == [Kind.UNEXPECTED] and "copwatch merge" not in said[0].where
    assert "can be deleted" in said[0].detail
    assert a.holds() == []


def test_a_version_that_was_put_aside_counts_as_far_as_it_is_proven(synced):
    a, b, folder, old = synced
    ledger = Layout(folder).ledger(b.device)
    whole = (ledger / "00000000.jsonl").read_bytes()
    put_aside(folder, b.device, old, NAMES[0])
    lines = whole.splitlines(keepends=True)
    (ledger / NAMES[0]).write_bytes(lines[0] + lines[1] + lines[2][:40])
    (ledger / NAMES[1]).write_bytes(os.urandom(5000))
    (ledger / NAMES[2]).write_bytes(b"")
    (ledger / NAMES[3]).symlink_to("/dev/zero")
    done = bring(folder, a.folder)
    assert done.entries == 2 and done.clean
    assert [f.where for f in done.source_findings] == [f"ledger/{b.device}/{NAMES[0]}"]
    assert a.holds() == []


def test_two_versions_that_part_are_a_fork_and_nothing_is_lost(synced, tmp_path):
    a, b, folder, old = synced
    put_aside(folder, b.device, old, NAMES[0])
    (Layout(folder).ledger(b.device) / "00000000.jsonl").write_bytes(old)
    (tmp_path / "clone").mkdir()
    clone = b.clone(tmp_path / "clone")
    (Layout(clone.folder).ledger(b.device) / "00000000.jsonl").write_bytes(old)
    with clone.here():
        clone.archive.state.write("own.json", {"size": 1, "head": _head(clone)})
    clone.add()
    bring(clone.folder, folder)
    done = bring(folder, a.folder)
    assert len(done.forks) == 1 and done.entries == 4


def _head(computer) -> str:
    from copwatch.store.side import Side
    from copwatch.store.survey import read_one

    return read_one(computer.archive, Side(Layout(computer.folder)), computer.device, None).heads[-1]


LITTER = (
    ".DS_Store",
    "ledger/Thumbs.db",
    "charter/desktop.ini",
    "objects/._x.age",
    "objects/00/.syncthing.y.age.tmp",
)


def test_what_file_managers_and_syncing_programs_leave_does_not_make_an_archive_fail(synced):
    _, _, folder, _ = synced
    (folder / "objects/00").mkdir(exist_ok=True)
    (folder / ".stfolder").mkdir()
    for name in LITTER:
        (folder / name).write_bytes(b"dropped")
        os.utime(folder / name, (0, 0))
    result = verify_archive(folder)
    assert [f for f in result.findings if f.fails] == []
    assert {f.where for f in result.findings if "no part of the archive" in f.detail} == {
        *LITTER,
        ".stfolder",
    }
    repair(folder, None, examine(folder), 4e9)
    assert all((folder / name).exists() for name in LITTER), "it is not ours to remove"
    (folder / "ledger/Thumbs.db").unlink()
    (folder / "ledger/Thumbs.db").symlink_to("/etc/passwd")
    assert [f.where for f in verify_archive(folder).findings if f.fails] == ["ledger/Thumbs.db"]


def test_an_object_larger_than_any_can_be_does_not_stop_the_rest_for_lack_of_space(synced):
    a, _b, folder, _ = synced
    ours = {path.name for path in (a.folder / "objects").rglob("*.age")}
    big = next(path for path in (folder / "objects").rglob("*.age") if path.name not in ours)
    os.truncate(big, 1 << 42)
    done = bring(folder, a.folder)
    assert done.entries == 3 and not done.clean

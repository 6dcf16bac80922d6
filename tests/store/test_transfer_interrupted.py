"""Stopped at any moment, a transfer leaves a folder that verifies, and doing it again finishes the work."""

import errno
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from copwatch.errors import NoPermission, NoSpace, Unfinished
from copwatch.proof.findings import Kind
from copwatch.store.check import verify_archive
from copwatch.store.layout import Layout
from copwatch.store.objects import BLOCK
from copwatch.store.places import transferring
from copwatch.store.transfer import carry_out, prepare
from tests.conftest import REPO
from tests.store.replicas import bring, content, make_group

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(autouse=True)
def nobody(tmp_path_factory, monkeypatch):
    """Whoever is not one of the computers knows nothing."""
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path_factory.mktemp("nobody")))


class Stopped(Exception):
    """What the tests raise in the middle."""


class Counter:
    """Raises at its `at`th call."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self, *_: object) -> None:
        self.at -= 1
        if self.at == 0:
            raise Stopped


@pytest.fixture
def pair(tmp_path):
    a, b = make_group(tmp_path / "group", 2)
    a.add(objects=2)
    b.add()
    bring(b.folder, a.folder)
    a.add(size=3 * BLOCK)
    return a, b


@pytest.fixture
def tmpfs(tmp_path):
    """Mounts small file systems in memory; needs root."""
    mounted: list[Path] = []

    def mount(size: str) -> Path:
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place], check=False, capture_output=True
        )
        if made.returncode:
            pytest.skip("this machine does not let us mount a tmpfs")
        mounted.append(place)
        return place

    if not ROOT:
        pytest.skip("mounting a small disk needs root")
    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", place], check=False, capture_output=True)


def failing(folder: Path) -> list[str]:
    return [str(f) for f in verify_archive(folder).findings if f.fails]


def test_stopped_at_every_advance_it_verifies_and_goes_on(pair, tmp_path):
    a, _ = pair
    steps = []
    bring(a.folder, tmp_path / "whole", advance=steps.append)
    assert sum(steps) == prepare(a.folder, tmp_path / "none", a.archive.id).total_bytes
    for at in range(1, len(steps) + 1):
        new = tmp_path / f"new{at}"
        with pytest.raises(Stopped):
            bring(a.folder, new, advance=Counter(at))
        if (new / "charter").is_dir() and any((new / "charter").iterdir()):
            assert failing(new) == []
        assert list((new / "tmp").iterdir()) == []
        assert bring(a.folder, new, check_all=True).clean
        assert content(new) == content(a.folder)


@pytest.mark.parametrize("call", ["replace", "rename", "mkdir", "unlink", "rmdir"])
def test_stopped_at_every_change_of_names_it_verifies_and_goes_on(pair, tmp_path, monkeypatch, call):
    """A copy, a growing ledger and a fork that is rearranged, each stopped before each rename and removal."""
    a, _ = pair
    twin = a.clone(tmp_path / "twin")
    old = tmp_path / "old"
    shutil.copytree(a.folder, old)
    a.add()
    twin.add()
    real = getattr(Path, call)
    for name, source, start in (("new", a.folder, None), ("grown", a.folder, old), ("forked", twin.folder, a.folder),
                                ("forked2", a.folder, twin.folder)):  # fmt: skip
        for at in range(1, 60):
            to = tmp_path / f"{name}-{at}"
            if start is not None:
                shutil.copytree(start, to)
            counter = Counter(at)

            def stop(path, *rest, counter=counter, **more):
                counter()
                return real(path, *rest, **more)

            stopped = False
            with monkeypatch.context() as patched:
                patched.setattr(Path, call, stop)
                try:
                    bring(source, to)
                except Stopped:
                    stopped = True
            if (to / "charter").is_dir() and any((to / "charter").iterdir()):
                kinds = {f.kind for f in verify_archive(to).findings if f.fails}
                assert kinds <= ({Kind.FORK, Kind.UNEXPECTED} if name.startswith("forked") else set())
            bring(source, to)
            assert not stopped or failing(to) == [] or name.startswith("forked")
            if start is None:
                assert content(to) == content(source)
            if not stopped:
                break
        if name == "forked":
            first = content(to)
    assert content(to) == first


KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from copwatch.store.transfer import carry_out, prepare
def advance(n):
    print("on", flush=True)
    time.sleep(0.05)
carry_out(prepare(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]), advance, journal=Path(sys.argv[5]))
"""


def test_killed_it_goes_on_and_removes_what_it_had_staged(pair, tmp_path):
    a, _ = pair
    new, journal = tmp_path / "new", tmp_path / "journal.json"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, a.folder, new, a.archive.id, REPO, journal], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    for _ in range(12):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert [path.name for path in (new / "tmp").iterdir()] == [json.loads(journal.read_text())["staging"]]
    assert failing(new) == []
    assert bring(a.folder, new, journal=journal).clean
    assert list((new / "tmp").iterdir()) == []
    assert content(new) == content(a.folder)


def test_a_source_that_is_pulled_is_said_so_and_nothing_is_lost(pair, tmp_path):
    a, _ = pair
    stick, new = tmp_path / "stick", tmp_path / "new"
    shutil.copytree(a.folder, stick / "archive")

    def pull(_: int) -> None:
        if stick.exists() and len(list((new / "charter").iterdir())) == 2:
            stick.rename(tmp_path / "pulled")

    with pytest.raises(Unfinished) as failed:
        bring(stick / "archive", new, advance=pull)
    assert "stopped answering" in failed.value.message and failed.value.hint
    assert failing(new) == []
    (tmp_path / "pulled").rename(stick)
    assert bring(stick / "archive", new).clean
    assert content(new) == content(a.folder)


def test_a_destination_that_is_pulled_is_said_so(pair, tmp_path):
    a, _ = pair
    stick = tmp_path / "stick"
    stick.mkdir()

    def pull(_: int) -> None:
        if stick.exists():
            stick.rename(tmp_path / "pulled")

    with pytest.raises(Unfinished) as failed:
        bring(a.folder, stick / "archive", advance=pull)
    assert "stopped answering" in failed.value.message
    (tmp_path / "pulled").rename(stick)
    assert bring(a.folder, stick / "archive").clean


def test_an_object_that_changes_on_the_disk_before_it_is_read_back_does_not_count(
    pair, tmp_path, monkeypatch
):
    from copwatch.store.objects import Staging

    a, _ = pair
    real, spoiled = Staging.place, []

    def place(self, names=None):
        staged = sorted(self._staged) if not spoiled else []
        real(self, names)
        for name in staged[:1]:
            path = Layout(tmp_path / "new").object(name)
            path.write_bytes(path.read_bytes()[:-1])
            spoiled.append(name)

    monkeypatch.setattr(Staging, "place", place)
    done = bring(a.folder, tmp_path / "new", check_all=True)
    assert [(f.kind, f.where[-68:-4]) for f in done.destination_findings] == [(Kind.ALTERED, spoiled[0])]
    assert done.place_heads == {}
    assert not Layout(tmp_path / "new").object(spoiled[0]).exists()


def test_too_little_space_is_said_before_anything_is_written(pair, tmpfs):
    a, _ = pair
    disk = tmpfs("18m")
    with pytest.raises(NoSpace):
        bring(a.folder, disk / "archive")
    assert list(disk.iterdir()) == []


def test_a_disk_that_fills_up_meanwhile_keeps_what_was_brought(pair, tmpfs):
    a, _ = pair
    for _ in range(3):
        a.add(size=5 * BLOCK)
    disk = tmpfs("45m")
    transfer = prepare(a.folder, disk / "archive", a.archive.id)
    (disk / "other").write_bytes(bytes(33 << 20))
    with pytest.raises(NoSpace) as failed:
        carry_out(transfer)
    assert failed.value.hint
    assert failing(disk / "archive") == []
    (disk / "other").unlink()
    assert bring(a.folder, disk / "archive").clean
    assert content(disk / "archive") == content(a.folder)


def test_a_write_protected_destination_is_said_so(pair, tmpfs):
    a, _ = pair
    disk = tmpfs("64m")
    bring(a.folder, disk / "archive")
    a.add()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(NoPermission) as failed:
        bring(a.folder, disk / "archive")
    assert "write-protected" in failed.value.hint


def test_two_transfers_to_one_folder_exclude_each_other(pair, tmp_path):
    from copwatch.errors import Busy

    a, _ = pair
    with a.here():
        state = a.archive.state
        with transferring(state, tmp_path / "new"):
            with pytest.raises(Busy), transferring(state, tmp_path / "new"):
                pass
            with transferring(state, tmp_path / "other"):
                assert time.time() > 0


@pytest.mark.parametrize(("code", "kind"), [(errno.EIO, Kind.UNREADABLE), (errno.ENODEV, None)])
def test_one_bad_sector_is_a_finding_and_a_disk_that_went_is_not(pair, tmp_path, monkeypatch, code, kind):
    """Reading one object fails; whether the disk still answers is asked of its charter."""
    from copwatch.store.side import Side

    a, _ = pair
    real = Side.open_object
    bad = max((a.folder / "objects").rglob("*.age"), key=lambda path: path.stat().st_size).stem

    def fail(side, name):
        if name == bad and side.folder == a.folder:
            raise OSError(code, os.strerror(code))
        return real(side, name)

    monkeypatch.setattr(Side, "open_object", fail)
    if kind is None:
        with pytest.raises(Unfinished):
            bring(a.folder, tmp_path / "new")
    else:
        done = bring(a.folder, tmp_path / "new")
        assert [(f.kind, f.where[-68:-4]) for f in done.source_findings] == [(kind, bad)]
        assert done.entries == 3
    monkeypatch.undo()
    assert bring(a.folder, tmp_path / "new").clean
    assert content(tmp_path / "new") == content(a.folder)


def test_a_file_system_without_links_modes_and_folder_flushing_will_do(pair, tmp_path, monkeypatch):
    """What FAT and exFAT drivers refuse: hard links, modes, and flushing a folder."""
    a, b = pair
    real = os.fsync

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        real(descriptor)

    monkeypatch.setattr("copwatch.store.durable._syncfs", lambda _: False)
    for name in ("link", "chmod", "symlink"):
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr(os, "fsync", fsync)
    assert bring(a.folder, tmp_path / "new", check_all=True).clean
    a.add()
    assert bring(a.folder, tmp_path / "new", check_all=True).clean
    assert content(tmp_path / "new") == content(a.folder)
    assert bring(a.folder, b.folder).clean and content(b.folder) == content(a.folder)

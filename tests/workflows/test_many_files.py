"""So many files that other processes seal them: what comes in is the same, whatever happens to those."""

import errno
import os
import signal
from pathlib import Path

import pytest

from copwatch.crypto.age import X25519Identity
from copwatch.errors import Interrupted
from copwatch.store import worker_pool
from copwatch.store.objects import StagingFolder
from copwatch.workflows import intake
from copwatch.workflows.sources import NotTaken, Taken, seal_sources

COUNT = 150
RECIPIENT = X25519Identity.generate().recipient()


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(worker_pool.os, "cpu_count", lambda: 2)


def seal_or_die(sources, recipients, folder):
    """`seal_sources`, but no process other than the test's own survives the file named 090."""
    if any(path.name == "090" for path, _ in sources) and worker_pool.multiprocessing.parent_process():
        os.kill(os.getpid(), signal.SIGKILL)
    return seal_sources(sources, recipients, folder)


def fill(house, count=COUNT) -> dict[str, bytes]:
    data = {f"{number:03}": os.urandom(number * 50) for number in range(1, count + 1)}
    for name, content in data.items():
        house.file(name, content)
    return data


def test_many_files_come_in_whole_and_in_order_with_a_large_one_among_them(house):
    data = {**fill(house), "100": os.urandom(intake.LARGE + 1)}
    house.file("100", data["100"])
    house.file("twin", data["007"])
    added = house.add()
    assert added.complete and [item.name for item in added.received] == sorted(data)
    assert [twin.path.name for twin in added.twins] == ["twin"]
    for item in added.received:
        assert house.bytes_of(item.evidence) == data[item.name]
    assert house.staged() == []
    house.holds()


def test_an_interruption_keeps_what_was_begun_and_the_next_run_brings_the_rest(house, monkeypatch):
    data, real, seen = fill(house), intake.Received, []

    def received(*values):
        seen.append(values)
        if len(seen) == 20:
            signal.raise_signal(signal.SIGINT)
        return real(*values)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "Received", received)
        added = house.add()
    assert isinstance(added.stopped, Interrupted) and 20 <= len(added.received) < COUNT
    house.holds()
    again = house.add()
    assert sorted(item.name for item in (*added.received, *again.received)) == sorted(data)
    assert len(again.twins) == len(added.received) and house.staged() == []
    house.holds()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_processes_that_are_ended_from_outside_cost_nothing(house, monkeypatch):
    data = fill(house)
    monkeypatch.setattr(intake, "seal_sources", seal_or_die)
    added = house.add()
    assert added.complete and [item.name for item in added.received] == sorted(data)
    assert house.staged() == []
    house.holds()


def test_a_source_that_cannot_be_read_costs_only_itself(tmp_path):
    (tmp_path / "there").write_bytes(b"there")
    (tmp_path / "link").symlink_to(tmp_path / "there")
    sources = [(tmp_path / name, 5) for name in ("there", "gone", "link", "there")]
    first, gone, link, last = seal_sources(sources, (str(RECIPIENT),), StagingFolder(tmp_path))
    assert isinstance(first, Taken) and isinstance(last, Taken) and first.sealed.pieces != last.sealed.pieces
    assert isinstance(gone, NotTaken) and gone.reason == "cannot be read: No such file or directory"
    assert isinstance(link, NotTaken) and "link" in link.reason
    assert first.sealed.sha256 == last.sealed.sha256


def test_a_disk_that_fails_leaves_nothing_of_the_files_before(tmp_path, monkeypatch):
    for name in "abc":
        (tmp_path / name).write_bytes(name.encode())
    folder, real, made = tmp_path / "staging", StagingFolder.create, []
    folder.mkdir()

    def create(staging):
        made.append(1)
        if len(made) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(staging)

    monkeypatch.setattr(StagingFolder, "create", create)
    with pytest.raises(OSError, match="No space"):
        seal_sources([(tmp_path / name, 1) for name in "abc"], (str(RECIPIENT),), StagingFolder(folder))
    assert list(Path(folder).iterdir()) == []

"""`copy` and `merge` as a person uses them: custody first, what may be said about the card, our key kept safe."""

import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copwatch.errors import Busy, IntegrityFailure, NotThisDevice, Refused
from copwatch.progress import Progress
from copwatch.proof.findings import Kind
from copwatch.store.archive import open_archive
from copwatch.store.branches import OwnKey
from copwatch.store.layout import Layout
from copwatch.store.ledgers import read_at
from copwatch.store.places import read_places, verified_places
from copwatch.store.writer import Committed
from copwatch.workflows.copying import copy_archive, merge_archive, open_for_merging
from copwatch.workflows.doctoring import doctor
from tests.store.replicas import Computer, content, make_group, sealed


def now() -> datetime:
    return datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class Counted(Progress):
    """Progress that adds up."""

    def __init__(self) -> None:
        self.total, self.done, self.finished = 0, 0, 0

    def start(self, total_bytes, what) -> None:
        self.total = total_bytes

    def advance(self, n) -> None:
        self.done += n

    def finish(self) -> None:
        self.finished += 1


@pytest.fixture
def a(tmp_path):
    (computer,) = make_group(tmp_path / "group", 1)
    computer.add(objects=2)
    with computer.here():
        yield computer


@pytest.fixture
def other_disk(tmp_path, monkeypatch):
    """A folder on another file system than the tests' own. It is in memory, and here that counts as a disk."""
    monkeypatch.setattr("copwatch.store.places.in_memory", lambda _: False)
    try:
        top = Path(tempfile.mkdtemp(dir="/dev/shm"))
    except OSError:
        pytest.skip("there is no /dev/shm to stand for another disk")
    if top.stat().st_dev == tmp_path.stat().st_dev:
        top.rmdir()
        pytest.skip("the tests run on /dev/shm: there is no other disk")
    yield top
    shutil.rmtree(top)


def copy(computer: Computer, folder: Path, **how):
    return copy_archive(computer.archive, folder, now, how.pop("progress", Progress()), **how)


def an_object(folder: Path, device: str, seq: int = 0) -> Path:
    archive = open_archive(folder)
    return archive.layout.object(read_at(archive, device, seq).line.lists.sets[0].objects[0])


def test_a_verified_copy_on_another_disk_frees_the_card(a, other_disk):
    progress = Counted()
    copied = copy(a, other_disk / "archive", progress=progress)
    assert copied.card_may_be_wiped and copied.done.clean and not copied.place.same_disk
    assert [place.path for place in copied.places] == [other_disk / "archive"]
    assert content(other_disk / "archive") == content(a.folder)
    assert progress.done == progress.total > 0 and progress.finished == 1
    assert [place.at for place in read_places(a.archive.state)] == ["2026-05-01T12:00:00+00:00"]


def test_what_is_added_after_the_copy_is_in_no_verified_place(a, other_disk):
    copy(a, other_disk / "archive")
    state, last = a.archive.state, a.add()
    assert verified_places(state, a.device, last.seq) == []
    assert len(verified_places(state, a.device, last.seq - 1)) == 1
    assert copy(a, other_disk / "archive").done.clean
    assert len(verified_places(state, a.device, last.seq)) == 1


def test_what_an_earlier_copy_read_frees_no_card_until_it_is_read_again(a, other_disk):
    to = other_disk / "archive"
    copy(a, to)
    again = copy(a, to)
    assert again.done.clean and again.done.covered and not again.card_may_be_wiped
    assert len(again.places) == 1, "it was verified all the same"
    full = copy(a, to, full=True)
    assert full.done.covered == 0 and full.card_may_be_wiped


def test_the_day_of_a_place_is_that_of_its_oldest_reading(a, other_disk, monkeypatch):
    to, days = other_disk / "archive", []
    for day, full in ((1, False), (2, False), (3, True)):
        monkeypatch.setitem(globals(), "now", lambda day=day: datetime(2026, 5, day, 12, 0, tzinfo=UTC))
        days.append(copy(a, to, full=full).place.at[8:10])
    assert days == ["01", "01", "03"]


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("lost", [False, True])
def test_damage_since_the_last_copy_never_frees_the_card(a, other_disk, full, lost):
    """Four bytes at the copy changed in place: its size and its name are those of before."""
    to = other_disk / "archive"
    copy(a, to)
    if lost:
        an_object(a.folder, a.device).unlink()
    with an_object(to, a.device).open("r+b") as file:
        file.seek(40)
        file.write(b"XXXX")
    copied = copy(a, to, full=full)
    assert not copied.card_may_be_wiped
    assert (Kind.MISSING in [f.kind for f in copied.done.source_findings]) == lost
    assert (Kind.ALTERED in [f.kind for f in copied.done.destination_findings]) == full


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("kind", [Kind.MISSING, Kind.ALTERED])
def test_a_good_copy_does_not_hide_what_the_archive_lost(a, other_disk, full, kind):
    to, mine = other_disk / "archive", an_object(a.folder, a.device)
    copy(a, to)
    if kind is Kind.MISSING:
        mine.unlink()
    else:
        mine.write_bytes(mine.read_bytes()[:-1])
    copied = copy(a, to, full=full)
    assert not copied.card_may_be_wiped and copied.done.destination_findings == ()
    assert [(f.kind, mine.name in f.where) for f in copied.done.source_findings] == [(kind, True)]


def test_a_clone_of_the_disk_at_the_same_path_frees_no_card(a, other_disk, monkeypatch):
    monkeypatch.setattr("copwatch.store.places.fingerprint", lambda _: "the same")
    to = other_disk / "archive"
    copy(a, to)
    with an_object(to, a.device).open("r+b") as file:
        file.write(b"XXXX")
    assert not copy(a, to).card_may_be_wiped


def test_what_this_computer_wrote_after_the_group_revoked_it_frees_no_card(a, other_disk):
    to, first = other_disk / "archive", read_at(a.archive, a.device, 0)
    shutil.copytree(a.folder, to)
    Computer(to, a.state, a.key, a.root).revoke(a.device, Committed(a.device, 0, first.hash))
    a.add()
    copied = copy(a, to)
    assert copied.done.clean and "revoked" in copied.apart and not copied.card_may_be_wiped
    assert "revoked" in copied.why_not_recorded
    assert copied.done.place_heads[a.device].size == 1, "what is held apart is in no verified place"
    assert copied.places == ()


def test_a_revoked_computer_whose_entries_all_count_frees_the_card_and_writes_nothing(a, other_disk):
    to, first = other_disk / "archive", read_at(a.archive, a.device, 0)
    shutil.copytree(a.folder, to)
    Computer(to, a.state, a.key, a.root).revoke(a.device, Committed(a.device, 0, first.hash))
    copied = copy(a, to)
    assert "revoked" in copied.why_not_recorded and copied.done.heads[a.device].size == 1
    assert copied.apart == "" and copied.card_may_be_wiped


def test_another_entry_where_this_computer_was_cut_off_frees_no_card(a, other_disk, tmp_path):
    to, twin = other_disk / "archive", a.clone(tmp_path / "twin")
    theirs = twin.add()
    shutil.copytree(a.folder, to)
    a.add()
    Computer(to, a.state, a.key, a.root).revoke(a.device, theirs)
    copied = copy(a, to)
    assert "another entry" in copied.apart and not copied.card_may_be_wiped


def test_a_copy_on_the_disk_of_the_archive_never_frees_the_card(a, tmp_path):
    copied = copy(a, tmp_path / "copy")
    assert copied.done.clean and copied.place.same_disk
    assert copied.places == () and not copied.card_may_be_wiped
    assert verified_places(a.archive.state, a.device, 0) == []


def test_a_copy_in_memory_never_frees_the_card(a, other_disk, monkeypatch):
    monkeypatch.undo()
    with a.here():
        copied = copy(a, other_disk / "archive")
    assert copied.done.clean and not copied.place.same_disk
    assert copied.place.in_memory == Path("/proc/self/mountinfo").exists()
    assert copied.card_may_be_wiped != copied.place.in_memory


def test_any_finding_keeps_the_card_also_one_that_was_made_good(a, other_disk):
    to = other_disk / "archive"
    copy(a, to)
    bad = an_object(to, a.device)
    bad.write_bytes(sealed(70))
    copied = copy(a, to, full=True)
    assert not copied.card_may_be_wiped and copied.done.replaced == 1 and copied.places == ()
    assert copy(a, to).card_may_be_wiped


def test_a_damaged_source_keeps_the_card(a, other_disk):
    an_object(a.folder, a.device).write_bytes(sealed(70))
    copied = copy(a, other_disk / "archive")
    assert not copied.card_may_be_wiped
    assert [f.kind for f in copied.done.source_findings] == [Kind.ALTERED]


def test_the_copy_carries_its_own_custody_event(a, tmp_path):
    copied = copy(a, tmp_path / "copy")
    assert copied.why_not_recorded == ""
    assert copied.done.heads[a.device].size == 2 == copied.done.place_heads[a.device].size


def test_a_refused_copy_is_not_recorded(a, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "x.jpg").write_bytes(b"x")
    other = make_group(tmp_path / "other", 1)[0]
    for folder in (tmp_path / "photos", other.folder, a.folder, a.folder / "copy", a.folder.parent):
        with a.here(), pytest.raises(Refused):
            copy(a, folder)
    assert len((Layout(a.folder).ledger(a.device) / "00000000.jsonl").read_bytes().splitlines()) == 1


def test_without_a_record_or_a_device_it_says_so(a, tmp_path, monkeypatch):
    assert copy(a, tmp_path / "one", record=False).why_not_recorded
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "nobody"))
    copied = copy(a, tmp_path / "two")
    assert "not a device" in copied.why_not_recorded and not copied.card_may_be_wiped
    assert content(tmp_path / "one") == content(tmp_path / "two") == content(a.folder)


def test_while_another_copwatch_writes_nothing_is_recorded_and_nothing_copied(a, tmp_path):
    with a.archive.state.writing(), pytest.raises(Busy):
        copy(a, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting read-only needs root")
def test_a_write_protected_archive_is_copied_without_a_record(a, tmp_path):
    mount = ["mount", "--bind", "-o", "ro", a.folder, a.folder]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", a.folder], check=True)
        copied = copy(a, tmp_path / "copy")
    finally:
        subprocess.run(["umount", a.folder], check=True)
    assert "write-protected" in copied.why_not_recorded
    assert content(tmp_path / "copy") == content(a.folder)


def test_what_was_verified_at_a_place_is_not_read_again_unless_asked(a, tmp_path):
    to = tmp_path / "copy"
    first = copy(a, to, record=False)
    again, full = copy(a, to, record=False), copy(a, to, record=False, full=True)
    assert again.done.read < full.done.read == first.done.read
    assert again.done.place_heads == full.done.place_heads == first.done.place_heads


def test_what_vanished_from_a_verified_place_is_brought_again(a, tmp_path):
    to = tmp_path / "copy"
    copy(a, to, record=False)
    an_object(to, a.device).unlink()
    copied = copy(a, to, record=False)
    assert copied.done.objects == 1 and content(to) == content(a.folder)


def test_another_disk_at_the_same_path_counts_as_new_and_once(a, tmp_path):
    to = tmp_path / "copy"
    first = copy(a, to, record=False)
    shutil.copytree(to, tmp_path / "moved")
    shutil.rmtree(to)
    (tmp_path / "moved").rename(to)
    again = copy(a, to, record=False)
    assert again.done.read == first.done.read and again.done.objects == 0
    assert len(read_places(a.archive.state)) == 1


def test_a_restored_computer_does_not_write_over_what_the_copy_has(a, tmp_path):
    """The laptop was set back to a backup; the stick has what it wrote after it."""
    backup = a.clone(tmp_path / "backup")
    a.add()
    copy(a, tmp_path / "stick")
    size = 3
    with backup.here():
        copied = copy(backup, tmp_path / "stick")
        assert copied.own_key is OwnKey.AHEAD and "older" in copied.why_not_recorded
        assert copied.done.ahead == (a.device,) and not copied.card_may_be_wiped
        with pytest.raises(NotThisDevice):
            backup.add()
        merged = merge_archive(open_for_merging(backup.folder), tmp_path / "stick", Progress())
        assert merged.clean and merged.done.entries == size - 1
        assert backup.add().seq == size
    assert backup.holds() == []


def test_two_computers_with_one_key_stop_using_it(a, tmp_path):
    twin = a.clone(tmp_path / "twin")
    a.add()
    with twin.here():
        twin.add()
        merged = merge_archive(open_for_merging(twin.folder), a.folder, Progress())
        assert merged.own_key is OwnKey.FORKED and len(merged.done.forks) == 1
        with pytest.raises(NotThisDevice):
            twin.add()
    copied = copy(a, twin.folder)
    assert copied.own_key is OwnKey.FORKED and copied.why_not_recorded and not copied.card_may_be_wiped


def test_merging_remembers_what_it_saw_and_mends_an_older_charter(tmp_path):
    a, b = make_group(tmp_path / "group", 2)
    a.add()
    with b.here():
        (newest,) = [path for path in (b.folder / "charter").iterdir() if path.name.startswith("000001")]
        newest.unlink()
        with pytest.raises(IntegrityFailure):
            open_archive(b.folder)
        merged = merge_archive(open_for_merging(b.folder), a.folder, Progress())
        assert merged.clean and merged.done.charters == 1
        assert open_archive(b.folder).state.heads()[a.device].size == 1
        assert b.add().seq == 0
    assert content(a.folder).keys() < content(b.folder).keys()


def test_merging_an_older_copy_into_one_that_was_set_back_still_says_so(tmp_path):
    a, b = make_group(tmp_path / "group", 2)
    for computer in (a, b):
        (newest,) = [p for p in (computer.folder / "charter").iterdir() if p.name.startswith("000001")]
        newest.unlink()
    with b.here():
        merged = merge_archive(open_for_merging(b.folder), a.folder, Progress())
        assert [f.kind for f in merged.charter_findings] == [Kind.ROLLBACK] and not merged.clean
        assert open_for_merging(b.folder).state.pin().charter_version == 1


def test_the_doctor_looks_first_and_mends_when_told(a, tmp_path):
    copy(a, tmp_path / "copy")
    bad = an_object(a.folder, a.device)
    bad.write_bytes(sealed(70))
    looked = doctor(a.folder, Progress(), mend=False, source=None, now=now)
    assert looked.repaired is None and not looked.now.healthy
    mended = doctor(a.folder, Progress(), mend=True, source=tmp_path / "copy", now=now)
    assert mended.now.healthy and not mended.before.healthy
    with pytest.raises(Refused):
        doctor(a.folder, Progress(), mend=True, source=a.folder, now=now)

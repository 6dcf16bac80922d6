"""Taking in: every byte once, what was read whole is kept whatever happens, and nothing counts that is not there."""

import errno
import hashlib
import json
import os
import shutil
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copwatch.crypto.signing import SigningKey
from copwatch.errors import (
    BadInput,
    Busy,
    Interrupted,
    Locked,
    NoSpace,
    NotFound,
    NotThisDevice,
    Refused,
    Unfinished,
)
from copwatch.model.ids import code, parse_code
from copwatch.progress import Progress
from copwatch.store.archive import open_archive
from copwatch.store.known_ids import known_ids, remember_ids
from copwatch.store.own_ledger import OwnLedger
from copwatch.store.recent import open_recent
from copwatch.workflows import adding, intake, sources, unlocking
from copwatch.workflows.adding import check_request
from copwatch.workflows.filing import link, resolve, unlink
from copwatch.workflows.forgetting import forget_lately
from tests.workflows.house import NOW, names

QUIET = hasattr(os, "O_NOATIME")


class Meddled:
    """A source at which something happens when its first bytes are read."""

    def __init__(self, file, act) -> None:
        self.file, self.act = file, act

    def __enter__(self):
        return self

    def __exit__(self, *failed) -> None:
        self.file.close()

    def fileno(self) -> int:
        return self.file.fileno()

    def readinto(self, buffer):
        act, self.act = self.act, lambda: None
        act()
        return self.file.readinto(buffer)


@pytest.fixture
def meddle():
    """`meddle(name, act)`: from now on `act` happens while the file of that name is read."""
    with pytest.MonkeyPatch.context() as patch:
        real = sources.open_source

        def arrange(name: str, act) -> None:
            patch.setattr(
                sources,
                "open_source",
                lambda path: Meddled(real(path), act) if path.name == name else real(path),
            )

        yield arrange


def failing(error: BaseException):
    def act(*_, **__) -> None:
        raise error

    return act


def test_every_byte_comes_back_and_the_sources_stay_as_they_are(house):
    data = {"a": b"", "b": b"x", "c": os.urandom(70_000), "d": os.urandom((9 << 20) + 1)}
    for name, content in data.items():
        os.utime(house.file(name, content), ns=(10**18, 10**18 + 123))

    def sources():
        status = {path.name: path.stat() for path in house.card.iterdir()}
        return {n: (s.st_mtime_ns, s.st_mode, s.st_size, s.st_atime_ns * QUIET) for n, s in status.items()}

    before = sources()
    added = house.add()
    assert {item.name: house.bytes_of(item.evidence) for item in added.received} == data
    assert sources() == before
    assert {p.name: p.read_bytes() for p in house.card.iterdir()} == data
    assert added.complete and len(added.entries) == 1
    house.holds()


def test_an_entry_holds_at_most_256_files_and_one_batch_runs_through_all(house):
    for number in range(300):
        house.file(f"{number:03}", str(number).encode())
    added = house.add()
    assert names(added) == [f"{number:03}" for number in range(300)]
    assert [entry.seq for entry in added.entries] == [1, 2]
    assert {record["batch"] for record in house.of("evidence")} == {added.batch}
    assert len(house.of("batch")) == 1
    house.holds()


WILD = (
    b"not-\xff\xfeutf8.jpg",
    b"new\nline", b"esc\x1b[2J", b"gpj.\xe2\x80\xaetxt", b"\xf0\x9f\x9a\xa8", b"-x", b"a" * 255,
    b"[bold]red[bold]", b" ", b"e\xcc\x81", b"\xc3\xa9", b"CON", b"back\\slash", b"\x7f", b"\xc2\x9b31m",
)  # fmt: skip


def test_names_are_kept_exactly_whatever_they_are(house):
    for name in WILD:
        house.file(name, b"content of " + name)
    added = house.add()
    kept = {
        bytes.fromhex(record["name_bytes"]) if "name_bytes" in record else record["name"].encode(): record
        for record in house.of("evidence")
    }
    assert set(kept) == set(WILD) and len(added.received) == len(WILD)
    assert kept[WILD[0]]["name"] == "not-\ufffd\ufffdutf8.jpg"
    for name, record in kept.items():
        assert house.bytes_of(record["id"]) == b"content of " + name


@pytest.mark.parametrize("seconds", [-(2**40), -3_000_000_000, -1, 0, 2**33, 2**40, 2**60])
def test_any_time_that_a_card_may_claim_is_taken(house, seconds, monkeypatch):
    real = sources._file_time
    monkeypatch.setattr(sources, "_file_time", lambda _: real(float(seconds)))
    house.file("odd")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/Los_Angeles")
        time.tzset()
        assert house.add().complete
    time.tzset()
    (record,) = house.of("evidence")
    said = record.get("file_time")
    assert (said is not None) == (-3_000_000_000 < seconds < 2**33)
    assert said is None or datetime.fromisoformat(said) == datetime.fromtimestamp(seconds, UTC)


def test_the_same_bytes_are_taken_once_within_a_run_and_across_runs(house):
    house.file("one", b"same")
    house.file("two", b"same")
    house.file("empty", b"")
    first = house.add()
    assert names(first) == ["empty", "one"] and [twin.path.name for twin in first.twins] == ["two"]
    house.file("three", b"other")
    second = house.add()
    assert names(second) == ["three"] and len(second.twins) == 3
    assert {twin.evidence for twin in second.twins} == {item.evidence for item in first.received}
    assert house.add().entries == ()
    assert len(house.of("batch")) == 2
    house.holds()


def test_twins_are_known_across_the_entries_of_one_run(house, monkeypatch):
    monkeypatch.setattr(intake, "MOST_FILES", 2)
    for number in range(5):
        house.file(str(number), b"abc"[number % 3 :][:1])
    added = house.add()
    assert names(added) == ["0", "1", "2"] and [twin.path.name for twin in added.twins] == ["3", "4"]


def test_after_thirty_days_and_after_forgetting_a_file_counts_as_new(house):
    house.file("one")
    assert names(house.add()) == ["one"]
    house.now = NOW + timedelta(days=30)
    assert names(house.add()) == []
    house.now = NOW + timedelta(days=31)
    assert names(house.add()) == ["one"]
    assert names(house.add()) == []
    forget_lately(house.archive)
    assert not list(house.archive.state.folder.glob("recent*"))
    assert known_ids(house.archive.state, "E", "") == []
    assert names(house.add()) == ["one"]


def test_a_file_whose_object_is_gone_counts_as_new(house):
    house.file("one", b"one")
    added = house.add()
    (pieces,) = [record["pieces"] for record in house.of("evidence")]
    house.archive.layout.object(pieces[0]["object"]).unlink()
    again = house.add()
    assert names(again) == ["one"] and again.twins == ()
    assert again.received[0].evidence != added.received[0].evidence


@pytest.mark.parametrize("damage", ["emptied", "garbage", "one byte", "a link"])
def test_a_file_whose_object_does_not_hold_is_taken_in_again_and_no_other_is(house, damage):
    house.file("good", b"good")
    house.file("hurt", b"hurt" * 1000)
    house.add()
    (sealed,) = [r["pieces"][0]["object"] for r in house.of("evidence") if r["name"] == "hurt"]
    path = house.archive.layout.object(sealed)
    whole = path.read_bytes()
    path.unlink()
    if damage == "a link":
        path.symlink_to("/dev/null")
    else:
        middle = len(whole) // 2
        changed = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        path.write_bytes({"emptied": b"", "garbage": b"0" * len(whole), "one byte": changed}[damage])
    again = house.add()
    assert names(again) == ["hurt"] and [twin.path.name for twin in again.twins] == ["good"]
    third = house.add()
    assert names(third) == [] and len(third.twins) == 2


def test_a_file_whose_record_is_damaged_is_taken_in_again(house):
    house.file("one", b"one")
    house.add()
    evidence = {piece["object"] for record in house.of("evidence") for piece in record["pieces"]}
    for path in house.archive.layout.objects.glob("*/*.age"):
        if path.name[:64] not in evidence:
            path.write_bytes(b"age-encryption.org/v1\n")
    assert names(house.add()) == ["one"]


def test_an_index_of_an_older_copwatch_says_what_is_in_only_where_its_whole_entry_holds(house):
    for name in ("good", "hurt"):
        house.file(name, name.encode())
    house.add()
    index = house.archive.state.folder / "recent.jsonl"
    line = json.loads(index.read_text())
    del line["objects"]
    index.write_text(json.dumps(line) + "\n")
    assert names(house.add()) == []
    sealed = house.of("evidence")[0]["pieces"][0]["object"]
    house.archive.layout.object(sealed).write_bytes(b"")
    assert len(names(house.add())) == 2


def test_a_file_whose_entry_is_not_in_this_copy_counts_as_new(house, tmp_path):
    """The index says that it came in; the archive at hand was set back, and the device key is a new one."""
    shutil.copytree(house.archive.layout.folder, tmp_path / "older")
    house.file("one", b"one")
    house.add()
    older, digest = open_archive(house.archive.layout.folder), hashlib.sha256(b"one").hexdigest()
    new_key = SigningKey.generate()
    here = open_recent(older.state, OwnLedger(older, new_key, 0, None), NOW.date())
    assert here.find(digest) is not None
    older = open_archive(tmp_path / "older")
    there = open_recent(older.state, OwnLedger(older, new_key, 0, None), NOW.date())
    assert not there.empty and there.find(digest) is None


@pytest.mark.parametrize("after", [b"longer than before", b"", b"other!"])
def test_a_file_that_changes_while_it_is_read_is_nobodys_file(house, meddle, after):
    house.file("a")
    path = house.file("b", b"before")
    os.utime(path, (0, 0))
    meddle("b", lambda: path.write_bytes(after))
    added = house.add()
    assert [(item.path.name, item.reason, item.failed) for item in added.skipped] == [
        ("b", "changed while it was read", True)
    ]
    assert not added.complete and names(added) == ["a"]
    house.holds()


def test_a_file_that_never_ends_does_not_fill_the_disk(house, meddle):
    path, read = house.file("log", b"begin"), []

    def append() -> None:
        with path.open("ab") as file:
            file.write(b"x" * (3 << 20))

    class Counted(Progress):
        def advance(self, n) -> None:
            read.append(n)

    meddle("log", append)
    added = house.add(progress=Counted())
    assert [item.reason for item in added.skipped] == ["changed while it was read"]
    assert sum(read) < 1 << 20


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc here")
def test_a_file_that_says_it_is_empty_and_is_not_is_no_file(house):
    added = house.add(Path("/proc/self/status"))
    assert names(added) == [] and [item.failed for item in added.skipped] == [True]


def test_a_link_that_took_the_place_of_a_file_is_not_followed(house, monkeypatch):
    path, secret = house.file("a"), house.card.parent / "secret"
    secret.write_bytes(b"secret")
    real = sources.open_source

    def swap(opened: Path):
        path.unlink()
        path.symlink_to(secret)
        return real(opened)

    monkeypatch.setattr(sources, "open_source", swap)
    added = house.add()
    assert [item.reason for item in added.skipped] == ["cannot be read: a link stands there now"]
    assert added.received == ()


def test_a_card_that_fails_costs_only_what_it_cannot_give(house, meddle):
    for name in "abc":
        house.file(name, name.encode())
    meddle("b", failing(OSError(errno.EIO, "Input/output error")))
    added = house.add()
    assert names(added) == ["a", "c"] and added.stopped is None and not added.complete
    assert [(i.path.name, i.reason) for i in added.skipped] == [("b", "cannot be read: Input/output error")]


def test_a_card_that_is_pulled_after_the_last_byte_is_not_taken_for_a_full_disk(house, meddle, monkeypatch):
    house.file("a", b"a" * intake.LARGE)
    real, seen = sources.Guarded.status, []

    def status(source):
        seen.append(source)
        if len(seen) == 2:
            raise sources.SourceError(OSError(errno.ENODEV, "No such device"))
        return real(source)

    monkeypatch.setattr(sources.Guarded, "status", status)
    added = house.add()
    assert [item.reason for item in added.skipped] == ["cannot be read: No such device"]
    assert added.stopped is None and house.staged() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_what_was_read_and_the_next_run_brings_the_rest_once(house, number):
    def interrupted(*_) -> None:
        raise KeyboardInterrupt

    for n in range(20):
        house.file(f"{n:02}", bytes([n]) * (intake.LARGE if n == 15 else 100))
    before, real = signal.signal(number, interrupted), sources.open_source
    with pytest.MonkeyPatch.context() as patch:
        act = lambda: signal.raise_signal(number)  # noqa: E731
        patch.setattr(sources, "open_source", lambda p: Meddled(real(p), act) if p.name == "15" else real(p))
        try:
            added = house.add()
        finally:
            signal.signal(number, before)
    assert isinstance(added.stopped, Interrupted) and added.stopped.exit_code == 130
    assert names(added) == [f"{n:02}" for n in range(15)] and not added.complete
    house.holds()
    again = house.add()
    assert names(again) == [f"{n:02}" for n in range(15, 20)] and len(again.twins) == 15
    assert len(house.of("evidence")) == 20 and house.staged() == []


def test_an_interruption_before_anything_was_read_leaves_nothing(house, meddle):
    house.file("a", b"x" * intake.LARGE)
    meddle("a", failing(KeyboardInterrupt()))
    entries = house.entries()
    with pytest.raises(KeyboardInterrupt):
        house.add()
    assert house.entries() == entries and house.staged() == []


def test_an_interruption_while_a_file_is_noted_waits_until_that_has_finished(house):
    house.file("a")
    house.file("b", b"other")
    real = intake.Received

    def received(*values):
        signal.raise_signal(signal.SIGINT)
        return real(*values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "Received", received)
        added = house.add()
    assert isinstance(added.stopped, Interrupted) and names(added)[:1] == ["a"]
    again = house.add()
    assert sorted(names(added) + names(again)) == ["a", "b"] and len(house.of("evidence")) == 2


def test_a_disk_that_fills_up_keeps_what_was_sealed_before(house):
    for name in "abc":
        house.file(name, name.encode() * intake.LARGE)
    real, calls = sources.seal_file, []

    def seal(*args, **more):
        calls.append(1)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "seal_file", seal)
        added = house.add()
    assert isinstance(added.stopped, NoSpace) and names(added) == ["a", "b"]
    assert "2 files were received" in added.stopped.message
    house.holds()
    assert names(house.add()) == ["c"]


def test_a_disk_that_fails_before_anything_is_in_says_so_itself(house, monkeypatch):
    house.file("a", b"a" * intake.LARGE)
    monkeypatch.setattr(sources, "seal_file", failing(OSError(errno.EIO, "Input/output error")))
    entries = house.entries()
    with pytest.raises(OSError, match="Input/output"):
        house.add()
    assert house.entries() == entries and house.staged() == []


def test_a_failure_after_an_entry_says_what_is_in(house, monkeypatch):
    monkeypatch.setattr(intake, "MOST_FILES", 1)
    for name in "ab":
        house.file(name, name.encode())
    real, entries = adding.Draft.commit, house.entries()

    def commit(draft, before=lambda _: None):
        if house.entries() > entries:
            raise OSError(errno.EROFS, "Read-only file system")
        return real(draft, before)

    monkeypatch.setattr(adding.Draft, "commit", commit)
    added = house.add()
    assert isinstance(added.stopped, Unfinished) and names(added) == ["a"]
    assert added.stopped.message.startswith("the archive's disk failed: Read-only file system; 1 file was")


def test_too_little_space_is_refused_before_anything_unless_some_may_be_in(house, monkeypatch):
    monkeypatch.setattr(adding, "check_space", failing(NoSpace("not enough space")))
    house.file("a")
    entries = house.entries()
    with pytest.raises(NoSpace):
        house.add()
    assert house.entries() == entries
    with monkeypatch.context() as patch:
        patch.setattr(adding, "check_space", lambda *_: None)
        house.add()
    house.file("b", b"b")
    assert names(house.add()) == ["b"]


def test_a_report_makes_an_incident_and_twins_are_filed_under_it_too(house):
    house.file("a")
    house.add()
    house.file("b", b"b")
    added = house.add(report={"n_officers": 2}, by="OBS-7", how="sd_card", note="First. Second.")
    assert added.incident is not None and names(added) == ["b"]
    (report,) = house.of("report")
    assert report["incident"] == added.incident and report["n_officers"] == 2
    links = {(link.get("batch"), link.get("evidence")) for link in house.of("link")}
    assert links == {(added.batch, None), (None, added.twins[0].evidence)}
    batch = next(record for record in house.of("batch") if record["id"] == added.batch)
    assert (batch["by"], batch["how"], batch["note"]) == ("OBS-7", "sd_card", ["First. ", "Second."])
    assert added.incident in known_ids(house.archive.state, "I", "")


def test_after_an_interruption_the_report_is_not_to_be_written_twice(house, meddle):
    house.file("a")
    house.file("b", b"b" * intake.LARGE)
    meddle("b", failing(KeyboardInterrupt()))
    added = house.add(report={"n_officers": 2})
    assert f"--incident {code('I', added.incident)} in place of --report" in added.stopped.hint


def test_many_twins_are_filed_in_entries_of_256(house):
    for number in range(300):
        house.file(f"{number:03}", str(number).encode())
    house.add()
    added = house.add(incident="ab" * 16)
    assert len(added.twins) == 300 and len(added.entries) == 2 and added.received == ()
    assert len(house.of("link")) == 300 and added.incident == "ab" * 16
    house.holds()


def test_nothing_at_all_leaves_nothing_and_names_no_incident(house):
    entries = house.entries()
    added = house.add(incident="ab" * 16)
    assert added.complete and added.entries == () and added.incident is None
    assert house.entries() == entries


@pytest.mark.parametrize(
    "said", [("Maria Example!", None, None), (None, "by pigeon", None), (None, None, "\udcff")]
)
def test_what_no_record_could_hold_is_refused_before_all_else(said):
    check_request("OBS-7", "sd_card", "shift")
    with pytest.raises(BadInput):
        check_request(*said)


def test_the_demo_takes_nothing_in(house):
    house.archive.state.write("demo.json", {"demo": True})
    house.file("a")
    with pytest.raises(Refused, match="demo"):
        house.add()


def test_a_second_add_at_the_same_moment_is_told_so(house):
    house.file("a")
    entries = house.entries()
    with house.archive.state.writing(), pytest.raises(Busy):
        house.add()
    assert house.entries() == entries


def test_a_code_that_was_never_met_is_found_while_the_archive_is_unlocked(house, monkeypatch):
    house.file("a")
    added = house.add(report={"n_officers": 2})
    forget_lately(house.archive)
    incident, batch = parse_code(code("I", added.incident)), parse_code(code("B", added.batch))
    with pytest.raises(Locked, match="has not met"):
        resolve(house.archive, incident)
    with monkeypatch.context() as patch:
        keys = house.session().keys
        patch.setattr(unlocking, "open_unlocked", lambda _: keys)
        assert resolve(house.archive, batch) == added.batch
        with pytest.raises(NotFound):
            resolve(house.archive, parse_code("I-0000-0000-0"))
    # The session remembered the incident; the batch stays forgotten.
    assert resolve(house.archive, incident) == added.incident
    with pytest.raises(Locked):
        resolve(house.archive, batch)


def test_a_computer_that_is_no_device_of_the_archive_files_nothing(house, tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "another"))
    entries = house.entries()
    for act in (link, unlink):
        with pytest.raises(NotThisDevice):
            act(house.archive, lambda: NOW, "ab" * 16, batch="cd" * 16, evidence=None)
    assert house.entries() == entries


def test_a_list_of_ids_that_was_torn_loses_no_more_than_one(house):
    state = house.archive.state
    remember_ids(state, [("I", "1" * 32)])
    with (state.folder / "ids.log").open("a") as file:
        file.write("\nI 2222")
    remember_ids(state, [("I", "3" * 32), ("I", "1" * 32)])
    assert known_ids(state, "I", "") == ["1" * 32, "3" * 32]
    assert (state.folder / "ids.log").read_text().count("1" * 32) == 1
    assert (state.folder / "ids.log").stat().st_mode & 0o777 == 0o600

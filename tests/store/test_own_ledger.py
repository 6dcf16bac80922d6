"""The own ledger, its writer and the index of recent files: crashes are recovered from, nothing is written twice."""

import json
import multiprocessing
import shutil
from datetime import date, timedelta

import pytest

from copwatch.errors import Busy, IntegrityFailure, NewerFormat, NotThisDevice, Refused
from copwatch.proof.body import BodyHeader, parse_body
from copwatch.proof.entry import encode_line, entry_hash
from copwatch.store import own_ledger, writer
from copwatch.store.archive import open_archive
from copwatch.store.durable import FIXED_TIME
from copwatch.store.ledgers import read_at, read_counting
from copwatch.store.own_ledger import open_own_ledger
from copwatch.store.recent import forget_recent, open_recent
from copwatch.store.state import Head
from copwatch.store.writer import append_records, open_writer
from tests.store.making import chain, found, saying, write_ledger
from tests.store.replicas import record

TODAY = date(2026, 3, 1)


@pytest.fixture
def mine(group):
    return group[0]


def add(computer, count=1):
    for _ in range(count):
        append_records(computer.archive, [record(computer.archive.id, computer.device)])


def segment(computer, number=0):
    return computer.folder / "ledger" / computer.device / f"{number:08d}.jsonl"


def remembered(computer):
    return computer.archive.state.read("own.json")["size"]


def test_what_was_written_after_the_remembered_head_is_taken_in(mine):
    """A crash between the line and the memory of it."""
    add(mine, 2)
    before = (mine.archive.state.read("own.json"), mine.archive.state.heads())
    add(mine)
    mine.archive.state.write("own.json", before[0])
    ledger = open_own_ledger(mine.archive)
    assert (ledger.size, remembered(mine)) == (3, 3)
    assert mine.archive.state.heads()[mine.device] == Head(3, ledger.head)
    add(mine)
    assert found(mine.folder) == []


@pytest.mark.parametrize(
    "rest", [b'{"entry"', b"\0" * 4096, b"\0" * 50 + b"\n"], ids=["torn", "zeros", "with an end"]
)
def test_an_unfinished_line_is_moved_to_tmp(mine, rest):
    add(mine, 2)
    whole = segment(mine).read_bytes()
    segment(mine).write_bytes(whole + rest)
    add(mine)
    assert segment(mine).read_bytes().startswith(whole)
    assert found(mine.folder) == []
    (torn,) = (mine.folder / "tmp").glob("torn-*.jsonl")
    assert torn.read_bytes() == rest


def test_a_segment_that_was_made_and_not_written_to_is_written_to(mine):
    segment(mine).parent.mkdir(parents=True)
    segment(mine).touch()
    add(mine)
    assert found(mine.folder) == []


def test_lines_that_this_computer_did_not_write_are_left_alone(mine):
    add(mine, 2)
    whole = segment(mine).read_bytes() + b"one\ntwo\n"
    segment(mine).write_bytes(whole)
    with pytest.raises(IntegrityFailure):
        add(mine)
    assert segment(mine).read_bytes() == whole


def test_lines_of_a_newer_copwatch_are_left_alone(mine):
    add(mine, 2)
    newer = segment(mine).read_bytes().splitlines()[1].replace(b'"v":1', b'"v":2')
    whole = segment(mine).read_bytes() + newer + b"\n"
    segment(mine).write_bytes(whole)
    with pytest.raises(NewerFormat):
        add(mine)
    assert segment(mine).read_bytes() == whole


def test_an_entry_that_this_key_signed_elsewhere_is_left_alone(mine):
    """A fork of the own ledger: only a new device key may go on."""
    add(mine, 2)
    archive = mine.archive
    other = chain(archive, mine.key, [saying(archive, mine.folder)] * 1)
    whole = segment(mine).read_bytes() + encode_line(other[0]) + b"\n"
    segment(mine).write_bytes(whole)
    with pytest.raises(NotThisDevice, match="used elsewhere"):
        add(mine)
    assert segment(mine).read_bytes() == whole


@pytest.mark.parametrize("left", [0, 1])
def test_an_older_copy_of_the_archive_is_not_written_to(mine, left):
    add(mine, 2)
    lines = segment(mine).read_bytes().splitlines(keepends=True)
    segment(mine).write_bytes(b"".join(lines[:left]))
    with pytest.raises(NotThisDevice, match="older"):
        add(mine)
    shutil.rmtree(segment(mine).parent)
    with pytest.raises(NotThisDevice, match="older"):
        add(mine)


def test_another_history_at_the_remembered_head_is_not_written_to(mine):
    add(mine, 2)
    archive = mine.archive
    write_ledger(mine.folder, chain(archive, mine.key, [saying(archive, mine.folder) for _ in range(2)]))
    with pytest.raises(NotThisDevice, match="older"):
        add(mine)


@pytest.mark.parametrize("name", ["device.json", "own.json"])
def test_without_its_key_or_memory_a_computer_does_not_write(mine, name):
    add(mine)
    (mine.archive.state.folder / name).unlink()
    with pytest.raises(NotThisDevice):
        add(mine)


def test_a_segment_ends_after_a_thousand_lines(mine):
    archive = mine.archive
    lists = [saying(archive, mine.folder)]
    write_ledger(mine.folder, chain(archive, mine.key, lists + [own_ledger.Lists()] * 998))
    add(mine, 2)
    assert [len(segment(mine, n).read_bytes().splitlines()) for n in (0, 1)] == [1000, 1]
    assert segment(mine).stat().st_mtime == FIXED_TIME
    assert segment(mine, 1).stat().st_mtime != FIXED_TIME
    assert found(mine.folder) == []
    assert [read.line.entry.seq for read in read_counting(archive, mine.device, None, [])] == list(
        range(1001)
    )
    start = read_at(archive, mine.device, 998)
    later = read_counting(archive, mine.device, Head(999, start.hash), [])
    assert [read.line.entry.seq for read in later] == [999, 1000]
    assert open_own_ledger(archive).size == 1001
    segment(mine, 1).unlink()
    with pytest.raises(NotThisDevice, match="older"):
        add(mine)


def test_a_full_disk_leaves_the_ledger_as_it_was(mine, monkeypatch):
    add(mine)
    whole, real = segment(mine).read_bytes(), own_ledger.os.write

    def full(descriptor, data):
        return real(descriptor, bytes(data)[: len(data) // 2])

    monkeypatch.setattr(own_ledger.os, "write", full)
    with pytest.raises(OSError, match="space"):
        add(mine)
    monkeypatch.undo()
    assert segment(mine).read_bytes() == whole


def _hold(folder, ready, done):
    with open_writer(open_archive(folder)):
        ready.set()
        done.wait(30)


def test_there_is_one_writer_at_a_time(mine):
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(mine.folder, ready, done))
    other.start()
    try:
        assert ready.wait(30)
        with pytest.raises(Busy):
            add(mine)
    finally:
        done.set()
        other.join()
    add(mine)


def test_nothing_is_written_through_a_link(mine, tmp_path):
    add(mine)
    (mine.folder / "objects").rename(tmp_path / "elsewhere")
    (mine.folder / "objects").symlink_to(tmp_path / "elsewhere")
    before = len(list((tmp_path / "elsewhere").rglob("*")))
    with pytest.raises(Refused, match="link"):
        add(mine)
    assert len(list((tmp_path / "elsewhere").rglob("*"))) == before


def test_an_entry_names_each_head_that_is_new_to_this_device_once(group):
    mine, other = group[:2]
    mine.archive.state.save_heads({other.device: Head(3, "a" * 64)})
    add(mine, 2)
    seen = [read.line.lists.seen for read in read_counting(mine.archive, mine.device, None, [])]
    assert [[(s.device, s.seq, s.head) for s in one] for one in seen] == [[(other.device, 2, "a" * 64)], []]


def test_bodies_are_sealed_to_the_last_epoch_and_open_as_they_were_given(mine, monkeypatch):
    given, sealed = record(mine.archive.id, mine.device), []
    monkeypatch.setattr(
        writer, "seal", lambda data, to: sealed.append((data, to)) or b"age-encryption.org/v1\n"
    )
    append_records(mine.archive, [given])
    ((data, (recipient,)),) = sealed
    case = mine.archive.charter.compartments[0]
    assert str(recipient) == case.epochs[-1]
    header = BodyHeader(mine.archive.id, mine.device, case.id, len(case.epochs) - 1)
    assert [one.record for one in parse_body(data, header)] == [given]


# The index of recent files

FILES = {"a" * 64: "1" * 32, "b" * 64: "2" * 32}


def opened(computer, today=TODAY):
    return open_recent(computer.archive.state, open_own_ledger(computer.archive), today)


def received(computer, files, today=TODAY):
    """An entry with the index line before it, as `add` writes them."""
    with open_writer(computer.archive) as writing, writing.staging() as staging:
        index = open_recent(computer.archive.state, writing.ledger, today)
        draft = writing.draft(staging)
        draft.add(record(computer.archive.id, computer.device))
        seq = writing.ledger.size
        return draft.commit(lambda entry: index.add(seq, entry, today, files))


def test_files_that_came_in_are_known_again(mine):
    received(mine, FILES)
    for _ in range(2):
        assert opened(mine).find("a" * 64) == "1" * 32
        assert opened(mine).find("c" * 64) is None


def test_a_line_whose_entry_never_came_to_be_is_dropped(mine):
    opened(mine).add(0, "f" * 64, TODAY, FILES)
    assert opened(mine).find("a" * 64) is None


def test_also_when_another_entry_has_taken_its_place(mine):
    """Otherwise `add` would say of files that nobody has that they came in before."""
    opened(mine).add(0, "f" * 64, TODAY, FILES)
    add(mine)
    assert opened(mine).find("a" * 64) is None


def test_a_torn_line_costs_only_itself(mine):
    received(mine, FILES)
    path = mine.archive.state.folder / "recent.jsonl"
    path.write_bytes(path.read_bytes() + b'{"device": "')
    received(mine, {"c" * 64: "3" * 32})
    assert [opened(mine).find(letter * 64) for letter in "abc"] == ["1" * 32, "2" * 32, "3" * 32]


def test_files_are_forgotten_after_thirty_days_or_at_once(mine):
    received(mine, FILES)
    assert opened(mine, TODAY + timedelta(days=30)).find("a" * 64)
    assert opened(mine, TODAY + timedelta(days=31)).find("a" * 64) is None
    received(mine, FILES)
    forget_recent(mine.archive.state)
    assert opened(mine).find("a" * 64) is None


def test_the_index_names_no_file(mine):
    received(mine, FILES)
    text = (mine.archive.state.folder / "recent.jsonl").read_text()
    assert "a" * 20 not in text
    assert json.loads(text)["tags"].keys().isdisjoint(FILES)


def test_the_hash_that_an_entry_is_announced_with_is_its_hash(mine):
    told = []
    with open_writer(mine.archive) as writing, writing.staging() as staging:
        draft = writing.draft(staging)
        draft.add(record(mine.archive.id, mine.device))
        committed = draft.commit(told.append)
    assert told == [committed.hash]
    assert entry_hash(read_at(mine.archive, mine.device, 0).line.entry) == committed.hash

"""Bringing what one copy lacks from another: copies converge, forks are kept, bad material stays out."""

import os
import random
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.errors import NotFound, NotThisDevice, Refused
from copwatch.proof.findings import Kind
from copwatch.store.archive import open_archive
from copwatch.store.branches import OwnKey, arrange, begins, judge_own
from copwatch.store.layout import Layout
from copwatch.store.own_key import FORKED, guard_own_key
from copwatch.store.state import Head
from copwatch.store.transfer import prepare
from tests.store.replicas import Computer, bring, content, make_group, sealed

FORK = ("fork",)


@pytest.fixture(autouse=True)
def nobody(tmp_path_factory, monkeypatch):
    """Whoever is not one of the computers knows nothing."""
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path_factory.mktemp("nobody")))


@pytest.fixture(scope="module")
def group_folder(tmp_path_factory):
    """A group of three that wrote nothing yet; tests take copies of it."""
    top = tmp_path_factory.mktemp("group")
    return top, [(c.folder.name, c.state.name, c.key, c.root) for c in make_group(top, 3)]


@pytest.fixture
def group(group_folder, tmp_path):
    return take(group_folder, tmp_path)


def take(group_folder, to: Path) -> list[Computer]:
    top, computers = group_folder
    shutil.copytree(top, to / "group")
    return [
        Computer(to / "group" / folder, to / "group" / state, *keys) for folder, state, *keys in computers
    ]


def named_object(folder: Path, device: str, seq: int, number: int = 0) -> str:
    """The name of an object that an entry brought."""
    from copwatch.store.ledgers import read_at

    return read_at(open_archive(folder), device, seq).line.lists.sets[0].objects[number]


def test_a_new_folder_gets_everything_and_equals_the_source(group, tmp_path):
    a = group[0]
    for _ in range(3):
        a.add(objects=2)
    done = bring(a.folder, tmp_path / "new", check_all=True)
    assert done.clean and (done.entries, done.charters) == (3, 2)
    assert done.objects == len(content(a.folder)) - 3
    assert done.heads == done.place_heads == {a.device: Head(3, done.heads[a.device].hash)}
    assert content(tmp_path / "new") == content(a.folder)
    assert list((tmp_path / "new" / "tmp").iterdir()) == []


def test_doing_it_again_brings_nothing(group, tmp_path):
    a = group[0]
    a.add()
    bring(a.folder, tmp_path / "new")
    done = bring(a.folder, tmp_path / "new")
    assert (done.clean, done.entries, done.objects, done.charters, done.read) == (True, 0, 0, 0, 0)


def test_the_objects_of_a_copy_have_the_fixed_time(group, tmp_path):
    a = group[0]
    a.add()
    bring(a.folder, tmp_path / "new")
    times = {path.stat().st_mtime for path in (tmp_path / "new" / "objects").rglob("*.age")}
    assert times == {946_684_800}


def test_an_older_source_takes_nothing_away(group, tmp_path):
    a = group[0]
    a.add()
    shutil.copytree(a.folder, tmp_path / "old")
    a.add()
    before = content(a.folder)
    done = bring(tmp_path / "old", a.folder)
    assert done.clean and done.ahead == (a.device,)
    assert content(a.folder) == before


def test_a_ledger_of_several_segments_grows_in_place(group, tmp_path, monkeypatch):
    for module in ("layout", "own_ledger", "ledgers", "strays", "settle", "survey", "mend"):
        monkeypatch.setattr(f"copwatch.store.{module}.SEGMENT_LINES", 4)
    a = group[0]
    for count in (3, 1, 5, 4):
        for _ in range(count):
            a.add(objects=0)
        bring(a.folder, tmp_path / "new")
        assert content(tmp_path / "new") == content(a.folder)
    assert len(list(Layout(tmp_path / "new").ledger(a.device).iterdir())) == 4
    twin = a.clone(tmp_path / "twin")
    for _ in range(6):
        a.add(objects=0)
    for _ in range(9):
        twin.add(objects=0)
    bring(a.folder, twin.folder)
    bring(twin.folder, a.folder)
    bring(a.folder, tmp_path / "new")
    assert content(a.folder) == content(twin.folder) == content(tmp_path / "new")
    assert a.holds(but=FORK) == []


@settings(max_examples=8, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=4, max_size=14),
    seed=st.integers(),
)
def test_copies_that_write_and_merge_in_any_order_converge(group_folder, steps, seed):
    with tempfile.TemporaryDirectory() as top:
        group = take(group_folder, Path(top))
        group.append(group[0].clone(Path(top) / "clone"))
        for writer, other in steps:
            if writer == other:
                # A merge may have put the branch of another one with the same key into the place of its own.
                with suppress(NotThisDevice):
                    group[writer].add(objects=1, size=10)
            else:
                bring(group[other].folder, group[writer].folder)
        order = random.Random(seed)
        for _ in range(2):
            for one, other in order.sample([(i, j) for i in range(4) for j in range(4) if i != j], 12):
                bring(group[one].folder, group[other].folder)
        for computer in group[1:]:
            assert content(computer.folder) == content(group[0].folder)
        assert group[1].holds(but=FORK) == []


def forked_three_ways(group, tmp_path) -> list[Computer]:
    """One key on three computers, with ledgers that part at the first entry, and two of them again later."""
    a = group[0]
    a.add()
    b = a.clone(tmp_path / "b")
    b.add()
    c = b.clone(tmp_path / "c")
    for computer, count in ((a, 2), (b, 3), (c, 1)):
        for _ in range(count):
            computer.add()
    return [a, b, c]


def test_a_fork_is_kept_whole_and_alike_on_every_copy(group, tmp_path):
    three = forked_three_ways(group, tmp_path)
    expected = None
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)):
        new = tmp_path / f"new{order}"
        for index in order:
            done = bring(three[index].folder, new)
        assert len(done.forks) == 2
        expected = expected or content(new)
        assert content(new) == expected
    ledgers = [p for p in Path(tmp_path / "new(0, 1, 2)").rglob("*.jsonl") if three[0].device in str(p)]
    assert sorted(len(p.read_bytes().splitlines()) for p in ledgers) == [3, 3, 5]


def test_a_new_fork_is_a_finding_and_a_known_one_is_listed(group, tmp_path):
    a = group[0]
    twin = a.clone(tmp_path / "twin")
    a.add()
    twin.add()
    first, second = bring(twin.folder, a.folder), bring(twin.folder, a.folder)
    assert [f.kind for f in first.destination_findings] == [Kind.FORK]
    assert second.clean and second.forks == first.forks


def test_a_fork_in_the_middle_of_being_rearranged_is_finished(group, tmp_path):
    """Killed after the branch that makes room was saved, and after the ledger was cut: all of it is there."""
    a, b, _ = forked_three_ways(group, tmp_path)
    whole = tmp_path / "whole"
    bring(a.folder, whole)
    bring(b.folder, whole)
    half = tmp_path / "half"
    shutil.copytree(whole, half)
    ledger = Layout(half).ledger(a.device) / "00000000.jsonl"
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(lines[0])
    done = bring(whole, half)
    assert content(half) == content(whole)
    assert done.clean


def test_a_damaged_object_stays_out_and_the_rest_comes(group, tmp_path):
    a = group[0]
    a.add(objects=2)
    bad = named_object(a.folder, a.device, 0)
    path = Layout(a.folder).object(bad)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    a.add()
    done = bring(a.folder, tmp_path / "new", check_all=True)
    assert [(f.kind, f.where[-68:-4]) for f in done.source_findings] == [(Kind.ALTERED, bad)]
    assert not Layout(tmp_path / "new").object(bad).exists()
    assert done.entries == 2 and a.device not in done.place_heads
    assert list((tmp_path / "new" / "tmp").iterdir()) == []


def test_a_missing_object_and_one_that_is_no_age_file_are_named(group, tmp_path):
    from tests.store.replicas import record

    a = group[0]
    a.add()
    gone = named_object(a.folder, a.device, 0)
    Layout(a.folder).object(gone).unlink()
    from copwatch.store.writer import open_writer

    with a.here(), open_writer(a.archive) as writer, writer.staging() as staging:
        draft = writer.draft(staging)
        plain = staging.add_bytes(b"a witness statement in plain text")
        draft.add(record(a.archive.id, a.device), objects=[plain])
        draft.commit()
    done = bring(a.folder, tmp_path / "new")
    assert {(f.kind, f.where[-68:-4]) for f in done.source_findings} == {
        (Kind.MISSING, gone),
        (Kind.MALFORMED, plain),
    }
    assert not Layout(tmp_path / "new").object(plain).exists()


def test_a_damaged_object_at_the_destination_is_found_and_replaced(group, tmp_path):
    a, new = group[0], tmp_path / "new"
    a.add()
    bring(a.folder, new)
    bad = named_object(a.folder, a.device, 0)
    Layout(new).object(bad).write_bytes(sealed(77))
    done = bring(a.folder, new, check_all=True)
    assert [f.kind for f in done.destination_findings] == [Kind.ALTERED]
    assert (done.replaced, done.place_heads) == (1, {})
    assert content(new) == content(a.folder)
    assert bring(a.folder, new, check_all=True).clean


def test_lines_that_do_not_hold_stay_out_with_all_behind_them(group, tmp_path):
    a = group[0]
    for _ in range(4):
        a.add()
    path = Layout(a.folder).ledger(a.device) / "00000000.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"sig":"', b'"sig":"0', 1)[:-4] + b'"}\n'
    path.write_bytes(b"".join(lines))
    done = bring(a.folder, tmp_path / "new")
    assert done.entries == 2
    assert done.source_findings
    assert len((Layout(tmp_path / "new").ledger(a.device) / path.name).read_bytes().splitlines()) == 2


def test_a_torn_line_is_left_out_and_a_torn_copy_is_completed(group, tmp_path):
    a, new = group[0], tmp_path / "new"
    a.add()
    bring(a.folder, new)
    a.add()
    source = Layout(a.folder).ledger(a.device) / "00000000.jsonl"
    whole = source.read_bytes()
    torn = Layout(new).ledger(a.device) / "00000000.jsonl"
    torn.write_bytes(whole[: len(whole) - 300])
    done = bring(a.folder, new)
    assert torn.read_bytes() == whole
    assert [f.kind for f in done.destination_findings] == [Kind.TORN]
    assert [p.name[:5] for p in (new / "tmp").iterdir()] == ["torn-"]
    source.write_bytes(whole + b'{"entry":')
    done = bring(a.folder, tmp_path / "other")
    assert [f.kind for f in done.source_findings] == [Kind.TORN]
    assert done.entries == 2


def test_the_ledger_of_a_device_that_no_charter_names_stays_out(group, tmp_path):
    a, stranger = group[0], secrets.token_hex(32)
    a.add()
    shutil.copytree(Layout(a.folder).ledger(a.device), Layout(a.folder).ledger(stranger))
    done = bring(a.folder, tmp_path / "new")
    assert [f.kind for f in done.source_findings] == [Kind.NOT_APPROVED]
    assert not Layout(tmp_path / "new").ledger(stranger).exists()


def test_withdrawn_objects_are_not_brought_back(group, tmp_path):
    a = group[0]
    a.add(objects=2)
    name = named_object(a.folder, a.device, 0)
    a.withdraw(name)
    done = bring(a.folder, tmp_path / "new", check_all=True)
    assert done.withdrawn == 1 and done.clean
    assert done.place_heads[a.device].size == 2
    assert not Layout(tmp_path / "new").object(name).exists()


def test_an_object_that_only_the_destination_knows_to_be_withdrawn_is_not_brought_back(group, tmp_path):
    a = group[0]
    a.add()
    name = named_object(a.folder, a.device, 0)
    shutil.copytree(a.folder, tmp_path / "old")
    a.withdraw(name)
    Layout(a.folder).object(name).unlink()
    assert bring(tmp_path / "old", a.folder).clean
    assert not Layout(a.folder).object(name).exists()


def test_what_a_revoked_device_wrote_later_comes_as_far_as_it_is_there(group, tmp_path):
    a, b = group[:2]
    last = b.add()
    b.add(objects=2)
    bring(b.folder, a.folder)
    gone = named_object(a.folder, b.device, 1)
    Layout(a.folder).object(gone).unlink()
    a.revoke(b.device, last)
    done = bring(a.folder, tmp_path / "new", check_all=True)
    assert done.clean and done.entries == 2
    assert content(tmp_path / "new") == content(a.folder)
    done = bring(b.folder, tmp_path / "new", check_all=True)
    assert done.clean and Layout(tmp_path / "new").object(gone).exists()


def test_another_archive_is_refused_and_nothing_is_written(group, tmp_path):
    other = make_group(tmp_path / "other", 1)[0]
    before = content(other.folder)
    with pytest.raises(Refused):
        prepare(group[0].folder, other.folder, group[0].archive.id)
    with pytest.raises(Refused):
        prepare(other.folder, group[0].folder, group[0].archive.id)
    assert content(other.folder) == before


def test_a_folder_with_other_things_is_refused_and_one_that_is_not_there_named(group, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "IMG_1.jpg").write_bytes(b"x")
    with pytest.raises(Refused):
        prepare(group[0].folder, tmp_path / "photos", group[0].archive.id)
    with pytest.raises(NotFound):
        prepare(group[0].folder, tmp_path / "unplugged" / "archive", group[0].archive.id)
    with pytest.raises(NotFound):
        prepare(tmp_path / "photos", group[0].folder, group[0].archive.id)


def test_a_damaged_charter_at_the_destination_is_replaced(group, tmp_path):
    a, new = group[0], tmp_path / "new"
    bring(a.folder, new)
    for path in (new / "charter").iterdir():
        path.write_bytes(path.read_bytes().replace(b'"version"', b'"versiom"'))
    done = bring(a.folder, new)
    assert done.charters == 2 and {f.kind for f in done.destination_findings} == {Kind.ALTERED}
    assert content(new) == content(a.folder)


@pytest.mark.parametrize("folder", ["objects", "ledger", "tmp", "charter", "forks", "checkpoints"])
def test_nothing_is_written_through_a_link_at_the_destination(group, tmp_path, folder):
    a, new = group[0], tmp_path / "new"
    a.add()
    bring(a.folder, new)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if (new / folder).exists():
        shutil.move(new / folder, tmp_path / "moved")
    (new / folder).symlink_to(elsewhere)
    a.add()
    with pytest.raises(Refused):
        prepare(a.folder, new, a.archive.id)
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_place_of_an_object_folder_is_refused_at_the_destination(group, tmp_path):
    a, new, elsewhere = group[0], tmp_path / "new", tmp_path / "elsewhere"
    a.add()
    name = named_object(a.folder, a.device, 0)
    (new / "objects").mkdir(parents=True)
    elsewhere.mkdir()
    (new / "objects" / name[:2]).symlink_to(elsewhere)
    with pytest.raises(Refused):
        prepare(a.folder, new, a.archive.id)
    assert list(elsewhere.iterdir()) == []


def test_links_and_pipes_at_the_source_are_findings_and_not_followed(group, tmp_path):
    a, secret = group[0], tmp_path / "secret"
    a.add(objects=3)
    names = [named_object(a.folder, a.device, 0, number) for number in range(3)]
    paths = [Layout(a.folder).object(name) for name in names]
    shutil.move(paths[0], secret)
    paths[0].symlink_to(secret)
    paths[1].unlink()
    os.mkfifo(paths[1])
    shutil.move(paths[2].parent, tmp_path / "folder")
    paths[2].parent.symlink_to(tmp_path / "folder")
    done = bring(a.folder, tmp_path / "new")
    linked = {f.where[-68:-4] for f in done.source_findings if f.kind is Kind.UNEXPECTED}
    assert linked >= set(names)
    assert not any(Layout(tmp_path / "new").object(name).exists() for name in names)


def test_a_linked_ledger_is_not_followed(group, tmp_path):
    a = group[0]
    a.add()
    path = Layout(a.folder).ledger(a.device)
    shutil.move(path, tmp_path / "ledger")
    path.symlink_to(tmp_path / "ledger")
    done = bring(a.folder, tmp_path / "new")
    assert [f.kind for f in done.source_findings] == [Kind.UNEXPECTED]
    assert done.entries == 0


def test_checkpoints_come_when_they_hold(group, tmp_path):
    from copwatch.proof.checkpoint import Checkpoint, encode_note
    from copwatch.proof.merkle import root

    a = group[0]
    head = a.add().hash
    point = Checkpoint(a.archive.id, a.device, 1, root([bytes.fromhex(head)]))
    folder = Layout(a.folder).checkpoints(a.device)
    folder.mkdir(parents=True)
    (folder / point.file_name).write_bytes(encode_note(point, a.key.sign(point.text.encode())))
    (folder / ("0000000009" + point.file_name[10:])).write_bytes(b"no note")
    done = bring(a.folder, tmp_path / "new")
    assert done.checkpoints == 1
    assert [f.kind for f in done.source_findings] == [Kind.MALFORMED]
    copied = Layout(tmp_path / "new").checkpoints(a.device)
    assert [path.name for path in copied.iterdir()] == [point.file_name]


def heads(*names):
    return [f"{name:x}" * 64 for name in names]


def test_arranging_does_not_depend_on_the_order():
    ledgers = [heads(1, 2, 3), heads(1, 2), heads(1, 9), heads(1, 9, 4), heads(1, 2, 5, 6)]
    outcomes = set()
    for seed in range(20):
        mixed = ledgers[:]
        random.Random(seed).shuffle(mixed)
        outcomes.add(tuple((t.name, tuple(mixed[t.origin])) for t in arrange(mixed)))
    assert len(outcomes) == 1
    places = {tuple(h): n for n, h in outcomes.pop()}
    assert places[tuple(heads(1, 2, 3))] is None
    assert places[tuple(heads(1, 9, 4))] == "9" * 16


def test_a_beginning_is_told_from_a_fork():
    assert begins([], heads(1)) and begins(heads(1), heads(1, 2)) and begins(heads(1, 2), heads(1, 2))
    assert not begins(heads(1, 2), heads(1)) and not begins(heads(1, 3), heads(1, 2))


@pytest.mark.parametrize(
    ("remembered", "ledgers", "use", "size"),
    [
        (None, [], OwnKey.OURS, None),
        (2, [heads(1, 2)], OwnKey.OURS, 2),
        (2, [heads(1)], OwnKey.OURS, 2),
        (2, [heads(1, 2), heads(1, 2, 3)], OwnKey.AHEAD, 3),
        (None, [heads(1)], OwnKey.AHEAD, 1),
        (2, [heads(1, 9)], OwnKey.FORKED, 2),
        (2, [heads(1, 2), heads(1, 9)], OwnKey.FORKED, 2),
    ],
)
def test_what_ledgers_say_of_our_own_key(remembered, ledgers, use, size):
    head = Head(remembered, f"{remembered:x}" * 64) if remembered else None
    found, newest = judge_own(head, ledgers)
    assert found is use
    assert (newest.size if newest else None) == size


def test_a_restored_computer_writes_nothing_before_it_has_what_its_key_wrote_later(group, tmp_path):
    a = group[0]
    a.add()
    restored = a.clone(tmp_path / "backup")
    last = a.add()
    with restored.here():
        transfer = prepare(a.folder, restored.folder, a.archive.id)
        found = [f.heads for f in (*transfer.ours.of(a.device), *transfer.theirs.of(a.device))]
        assert guard_own_key(restored.archive.state, found) is OwnKey.AHEAD
    with pytest.raises(NotThisDevice):
        restored.add()
    bring(a.folder, restored.folder)
    assert restored.add().seq == last.seq + 1


def test_a_key_that_two_computers_wrote_with_is_not_used_again(group, tmp_path):
    a = group[0]
    twin = a.clone(tmp_path / "twin")
    a.add()
    twin.add()
    with a.here():
        transfer = prepare(twin.folder, a.folder, a.archive.id)
        found = [f.heads for f in (*transfer.ours.of(a.device), *transfer.theirs.of(a.device))]
        assert guard_own_key(a.archive.state, found) is OwnKey.FORKED
        assert a.archive.state.read(FORKED)["size"] == 1
    with pytest.raises(NotThisDevice):
        a.add()

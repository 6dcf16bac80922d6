"""Mending: only proven bytes replace others, only what nobody names goes, and everything done is listed."""

import os
import shutil
import time

import pytest

from copwatch.errors import Busy, IntegrityFailure, Refused
from copwatch.proof.findings import Kind
from copwatch.store.layout import Layout
from copwatch.store.ledgers import read_at
from copwatch.store.objects import Staging
from copwatch.store.repair import DAY, Deed, Diagnosis, Repaired, examine, repair
from copwatch.store.writer import open_writer
from tests.store.replicas import Computer, content, make_group, record, sealed


@pytest.fixture
def copies(tmp_path):
    """A computer whose archive has three entries, and a good copy of that archive."""
    (a,) = make_group(tmp_path / "group", 1)
    for _ in range(3):
        a.add(objects=2)
    shutil.copytree(a.folder, tmp_path / "good")
    with a.here():
        yield a, tmp_path / "good"


def mend(computer: Computer, source=None, *, later: float = 0) -> tuple[Repaired, Diagnosis]:
    before = examine(computer.folder)
    done = repair(computer.folder, source, before, time.time() + later)
    return done, examine(computer.folder)


def deeds(done: Repaired) -> set[Deed]:
    return {action.deed for action in done.actions}


def first_object(computer: Computer, seq: int = 0):
    name = read_at(computer.archive, computer.device, seq).line.lists.sets[0].objects[0]
    return Layout(computer.folder).object(name)


def ledger(computer: Computer):
    return Layout(computer.folder).ledger(computer.device) / "00000000.jsonl"


def test_a_healthy_archive_is_left_alone(copies):
    a, good = copies
    before = content(a.folder)
    assert examine(a.folder).healthy
    for source in (None, good):
        done, after = mend(a, source)
        assert done.actions == () and done.source_findings == () and after.healthy
    assert content(a.folder) == before


def test_damaged_and_missing_objects_come_from_the_other_copy(copies):
    a, good = copies
    first_object(a, 0).write_bytes(sealed(50))
    first_object(a, 1).unlink()
    done, after = mend(a, good)
    assert deeds(done) == {Deed.REPLACED_OBJECT, Deed.BROUGHT}
    assert after.healthy and content(a.folder) == content(good)


def test_a_damaged_object_that_nobody_can_prove_is_kept_and_named(copies):
    a, good = copies
    bad = first_object(a)
    bad.write_bytes(kept := sealed(50))
    other = Layout(good).object(bad.stem)
    other.write_bytes(sealed(51))
    for source in (None, good):
        done, after = mend(a, source)
        assert done.actions == () and bad.read_bytes() == kept
        assert [(f.kind, f.where[-68:-4]) for f in after.findings] == [(Kind.ALTERED, bad.stem)]
    assert [f.kind for f in done.source_findings] == [Kind.ALTERED]


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_damaged_line_is_replaced_and_those_behind_it_stay(copies, line):
    a, good = copies
    a.add()
    whole = ledger(a).read_bytes()
    lines = whole.splitlines(keepends=True)
    lines[line] = lines[line][:40] + b"?" + lines[line][41:]
    ledger(a).write_bytes(b"".join(lines))
    done, after = mend(a, good)
    assert [(x.deed, x.detail) for x in done.actions] == [(Deed.REPLACED_LINES, "1")]
    assert ledger(a).read_bytes() == whole and after.healthy
    (kept,) = (a.folder / "tmp").iterdir()
    assert kept.name.startswith("damaged-") and kept.read_bytes() == b"".join(lines)


def test_a_damaged_line_that_the_other_copy_does_not_have_is_left(copies):
    a, good = copies
    a.add()
    lines = ledger(a).read_bytes().splitlines(keepends=True)
    lines[3] = lines[3][:40] + b"?" + lines[3][41:]
    lines[1] = lines[1][:40] + b"?" + lines[1][41:]
    ledger(a).write_bytes(damaged := b"".join(lines))
    done, after = mend(a, good)
    assert done.actions == () and ledger(a).read_bytes() == damaged and not after.healthy


def test_lines_that_are_signed_but_differ_are_a_fork_and_never_replaced(copies, tmp_path):
    """Behind a damaged line stands another branch than the other copy has: it must not be lost."""
    a, _ = copies
    twin = a.clone(tmp_path / "twin")
    for computer in (a, twin):
        computer.add()
        computer.add()
    lines = ledger(a).read_bytes().splitlines(keepends=True)
    lines[3] = lines[3][:40] + b"?" + lines[3][41:]
    ledger(a).write_bytes(damaged := b"".join(lines))
    done, _ = mend(a, twin.folder)
    assert Deed.REPLACED_LINES not in deeds(done)
    assert ledger(a).read_bytes() == damaged


def test_a_ledger_that_was_cut_or_lost_comes_back(copies):
    a, good = copies
    for damage in (lambda: ledger(a).write_bytes(ledger(a).read_bytes().splitlines(keepends=True)[0]),
                   lambda: shutil.rmtree(ledger(a).parent)):  # fmt: skip
        damage()
        assert not examine(a.folder).healthy
        done, after = mend(a, good)
        assert deeds(done) == {Deed.BROUGHT} and after.healthy
        assert content(a.folder) == content(good)
    assert a.add().seq == 3


def test_a_lost_or_damaged_charter_comes_back(copies):
    a, good = copies
    for path in (a.folder / "charter").iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(IntegrityFailure):
        mend(a)
    done, after = mend(a, good)
    assert deeds(done) == {Deed.BROUGHT} and after.healthy
    assert content(a.folder) == content(good)


def test_the_torn_end_of_our_own_ledger_is_moved_away(copies):
    a, _ = copies
    whole = ledger(a).read_bytes()
    ledger(a).write_bytes(whole + b'{"entry":{"archive"')
    done, after = mend(a)
    assert deeds(done) == {Deed.MOVED_TORN}
    assert ledger(a).read_bytes() == whole and after.healthy
    (torn,) = (a.folder / "tmp").iterdir()
    assert torn.read_bytes() == b'{"entry":{"archive"'
    assert mend(a)[0].actions == () and torn.exists()


def test_staging_of_runs_that_died_is_removed_and_not_while_one_writes(copies):
    a, _ = copies
    left = Layout(a.folder).staging / ("0" * 16)
    left.mkdir(parents=True)
    (left / "in-use.lock").touch()
    (left / "0").write_bytes(sealed(9))
    with a.archive.state.writing(), pytest.raises(Busy):
        mend(a)
    assert left.exists()
    done, _ = mend(a)
    assert {action.deed for action in done.actions} == {Deed.REMOVED_STAGING} and len(done.actions) == 1
    assert list((a.folder / "tmp").iterdir()) == []


def test_a_repair_with_another_state_folder_leaves_alone_what_a_running_program_stages(
    copies, tmp_path, monkeypatch
):
    a, _ = copies
    with open_writer(a.archive) as writer, writer.staging() as staging:
        draft = writer.draft(staging)
        name = staging.add_bytes(sealed(9))
        draft.add(record(a.archive.id, a.device), objects=[name])
        with monkeypatch.context() as patch:
            patch.setenv("COPWATCH_STATE", str(tmp_path / "another user"))
            assert mend(a, later=10 * DAY)[0].actions == ()
        draft.commit()
    assert Layout(a.folder).object(name).exists() and a.holds() == []


def test_what_has_no_lock_in_tmp_is_removed_when_it_is_not_fresh(copies):
    a, _ = copies
    for left in ("1" * 16, "2" * 16):
        (a.folder / "tmp" / left).mkdir(parents=True)
    (a.folder / "tmp" / "loose").write_bytes(b"x")
    assert mend(a)[0].actions == ()
    done, _ = mend(a, later=4000)
    assert len(done.actions) == 3 and list((a.folder / "tmp").iterdir()) == []


def test_an_unreferenced_object_is_removed_only_when_it_is_old(copies):
    a, _ = copies
    with Staging(Layout(a.folder)) as staging:
        name = staging.add_bytes(sealed(9))
        staging.place()
    path = Layout(a.folder).object(name)
    assert mend(a)[0].actions == () and path.exists()
    done, after = mend(a, later=DAY + 60)
    assert deeds(done) == {Deed.REMOVED_UNREFERENCED} and not path.exists() and after.healthy


def test_nothing_counts_as_unreferenced_while_a_ledger_does_not_hold(copies):
    a, _ = copies
    before = content(a.folder)
    lines = ledger(a).read_bytes().splitlines(keepends=True)
    ledger(a).write_bytes(lines[0] + b"damaged\n" + lines[2])
    assert any(f.kind is Kind.UNREFERENCED for f in examine(a.folder).findings)
    done, _ = mend(a, later=10 * DAY)
    assert Deed.REMOVED_UNREFERENCED not in deeds(done)
    assert {name for name in before if name.startswith("objects/")} <= content(a.folder).keys()


def test_another_archive_mends_nothing(copies, tmp_path):
    a, _ = copies
    other = make_group(tmp_path / "other", 1)[0]
    first_object(a).unlink()
    before = content(a.folder)
    with a.here(), pytest.raises(Refused):
        mend(a, other.folder)
    assert content(a.folder) == before


def test_what_this_computer_remembers_is_compared(copies):
    a, _ = copies
    state = a.archive.state
    state.write("own.json", {"size": 9, "head": "0" * 64})
    assert [f.kind for f in examine(a.folder).local] == [Kind.CUT_SHORT]
    (state.folder / "own.json").unlink()
    assert [f.kind for f in examine(a.folder).local] == [Kind.HELD_APART]
    (state.folder / "heads.json").write_bytes(b"{")
    found = examine_or_fail(a)
    assert found is None or [f.kind for f in found.local] == [Kind.UNREADABLE]


def examine_or_fail(computer: Computer):
    from copwatch.errors import Unfinished

    try:
        return examine(computer.folder)
    except Unfinished:
        return None


def test_examining_writes_nothing(copies):
    a, _ = copies
    (a.folder / "tmp").rmdir()
    before = {p: os.lstat(p).st_ctime_ns for p in [a.folder, *a.folder.rglob("*")]}
    examine(a.folder)
    assert {p: os.lstat(p).st_ctime_ns for p in [a.folder, *a.folder.rglob("*")]} == before

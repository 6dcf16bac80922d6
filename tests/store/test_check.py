"""Each finding of a verification, by one named defect of an archive that has nothing else wrong."""

import os
from datetime import UTC, datetime

import pytest

from copwatch.proof.charter import Device, Until
from copwatch.proof.checkpoint import Checkpoint, encode_note
from copwatch.proof.entry import Seen, Withdrawn, encode_line, entry_hash
from copwatch.proof.merkle import root_of_hashes
from copwatch.store.archive import open_archive, remember
from copwatch.store.check import verify_archive
from copwatch.store.erasing import erase
from copwatch.store.layout import Layout
from copwatch.store.state import Head, LocalState, Pin
from tests.store.making import (
    an_object,
    bringing,
    chain,
    found,
    heads,
    new_charter,
    saying,
    withdrawing,
    write_branches,
    write_ledger,
)


@pytest.fixture
def one(group):
    """The first computer's archive with three entries, and what stands in it."""
    computer = group[0]
    archive = open_archive(computer.folder)
    lines = chain(archive, computer.key, [saying(archive, computer.folder) for _ in range(3)])
    write_ledger(computer.folder, lines)
    return computer, archive, lines


def a_note(archive, key, all_heads, size=None, root=None):
    size = len(all_heads) if size is None else size
    root = root or root_of_hashes([bytes.fromhex(head) for head in all_heads[:size]])
    checkpoint = Checkpoint(archive.id, key.public_hex, size, root)
    place = archive.layout.checkpoints(key.public_hex) / checkpoint.file_name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(encode_note(checkpoint, key.sign(checkpoint.text.encode())))
    return place


def test_nothing_is_found_where_nothing_is_wrong(one):
    computer, _, lines = one
    result = verify_archive(computer.folder)
    assert result.findings == []
    assert [check.number for check in result.checks] == [1, 2, 3, 4, 5, 6]
    assert result.heads == {computer.device: Head(3, heads(lines)[-1])}


# 1. The charter


def test_a_bit_of_the_charter_is_changed(one):
    computer, _, _ = one
    path = sorted((computer.folder / "charter").iterdir())[-1]
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)
    kinds = {kind for kind, where in found(computer.folder)}
    assert kinds >= {"rollback"}
    assert kinds & {"malformed", "altered", "bad signature"}


def test_the_newest_charter_that_this_computer_saw_is_gone(one):
    computer, archive, _ = one
    remember(archive)
    sorted((computer.folder / "charter").iterdir())[-1].unlink()
    assert ("rollback", "charter/") in found(computer.folder)


def test_the_root_key_is_not_the_one_that_is_pinned(one):
    computer, archive, _ = one
    archive.state.save_pin(Pin("0" * 64, 1, archive.history.ruling))
    assert found(computer.folder) == [("rollback", "charter/")]


def test_no_charter_holds(one):
    computer, _, _ = one
    for path in (computer.folder / "charter").iterdir():
        path.write_bytes(b"{}\n")
    result = verify_archive(computer.folder)
    assert (result.archive, result.holds) == (None, False)


def test_a_charter_of_another_archive_is_a_finding_and_does_not_block(one, tmp_path):
    from copwatch.crypto.age import HybridIdentity
    from copwatch.store.founding import found_archive

    computer, archive, _ = one
    remember(archive)
    other = found_archive(tmp_path / "other", HybridIdentity.generate(), None).archive
    (planted,) = (other.layout.folder / "charter").iterdir()
    (computer.folder / "charter" / planted.name).write_bytes(planted.read_bytes())
    assert open_archive(computer.folder).id == archive.id
    assert found(computer.folder) == [("unexpected", f"charter/{planted.name}")]


def test_a_fork_of_the_charter(one):
    computer, archive, _ = one
    for custodian in ("a" * 64, "b" * 64):
        new_charter(computer.folder, computer.root, archive.history.ruling, custodians=(custodian,))
    assert found(computer.folder) == [("fork", "charter/")]


def test_the_pin_does_not_go_down_when_the_charter_forks(one):
    computer, archive, _ = one
    first = new_charter(computer.folder, computer.root, custodians=("a" * 64,))
    remember(open_archive(computer.folder))
    new_charter(computer.folder, computer.root, archive.history.ruling, custodians=("b" * 64,))
    forked = open_archive(computer.folder)
    assert forked.charter.version == 1
    remember(forked)
    assert archive.state.pin() == Pin(archive.history.root, 2, first)


# 2. Ledgers


def change_line(one, number, change):
    computer, _, lines = one
    raw = [encode_line(line) for line in lines]
    raw[number] = change(raw[number])
    path = write_ledger(computer.folder, lines) / "00000000.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in raw))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda raw: b"{}", "malformed"),
        (lambda raw: raw.replace(b'"v":1', b'"v":2'), "newer"),
        (lambda raw: raw[:-4] + (b"00" if raw[-4:-2] != b"00" else b"11") + raw[-2:], "bad signature"),
        (lambda raw: raw.replace(b'"seq":1', b'"seq":7'), "broken chain"),
    ],
    ids=["no JSON of ours", "a later version", "another signature", "another number"],
)
def test_a_line_is_changed(one, change, kind):
    change_line(one, 1, change)
    assert (kind, f"{one[0].device[:8]}:1") in found(one[0].folder)


def test_the_lists_of_a_line_are_changed(one):
    _, _, lines = one
    leaf = lines[1].lists.sets[0].leaves[0].encode()
    change_line(one, 1, lambda raw: raw.replace(leaf, b"0" * 64))
    assert {kind for kind, _ in found(one[0].folder)} == {"altered"}


def test_heads_end_before_a_signature_that_does_not_hold(one):
    change_line(one, 1, lambda raw: raw[:-4] + (b"00" if raw[-4:-2] != b"00" else b"11") + raw[-2:])
    assert verify_archive(one[0].folder).heads[one[0].device].size == 1


def test_a_line_names_a_charter_that_is_gone(one):
    computer, archive, lines = one
    write_ledger(
        computer.folder, chain(archive, computer.key, [saying(archive, computer.folder)], lines, "1" * 64)
    )
    assert found(computer.folder) == [("rollback", f"{computer.device[:8]}:3")]


def test_an_object_is_brought_twice(one):
    computer, archive, lines = one
    twice = bringing(archive, lines[0].lists.sets[0].body)
    write_ledger(computer.folder, chain(archive, computer.key, [twice], lines))
    assert found(computer.folder) == [("malformed", f"{computer.device[:8]}:3")]


def test_a_device_that_no_charter_names(one):
    from copwatch.crypto.signing import SigningKey

    computer, archive, _ = one
    stranger = SigningKey.generate()
    write_ledger(computer.folder, chain(archive, stranger, [saying(archive, computer.folder)]))
    assert found(computer.folder) == [("not approved?", f"{stranger.public_hex[:8]}:0")]


def revoke(computer, until):
    archive = open_archive(computer.folder)
    devices = tuple(Device(d.key, until) if d.key == computer.device else d for d in archive.charter.devices)
    new_charter(computer.folder, computer.root, devices=devices)


def test_entries_past_a_cut_off_are_a_note_and_nothing_is_owed_to_them(one):
    """Who took a laptop can sign what they like with its key; no later verification fails over it."""
    computer, archive, lines = one
    revoke(computer, Until(2, heads(lines)[2]))
    gone, theirs = "e" * 64, an_object(computer.folder)
    lies = [
        bringing(archive, gone, theirs),
        bringing(archive, lines[0].lists.sets[0].body),
        bringing(archive, "d" * 64, seen=[Seen("9" * 64, 5, "8" * 64)]),
        withdrawing(archive, computer.root, Withdrawn(lines[1].lists.sets[0].body, None)),
    ]
    write_ledger(computer.folder, chain(archive, computer.key, lies, lines))
    assert found(computer.folder) == [("revoked?", f"{computer.device[:8]}:3")]


def test_the_entry_at_which_a_device_was_cut_off_is_not_here(one):
    computer, _, _ = one
    revoke(computer, Until(3, "a" * 64))
    assert found(computer.folder) == [("cut short", f"{computer.device[:8]}:3")]


def test_another_entry_stands_where_a_device_was_cut_off(one):
    computer, _, _ = one
    revoke(computer, Until(2, "a" * 64))
    assert found(computer.folder) == [("fork", f"{computer.device[:8]}:2")]


def test_a_cut_off_in_another_branch_is_found_there(one):
    computer, archive, lines = one
    a = chain(archive, computer.key, [saying(archive, computer.folder)], lines)
    b = chain(archive, computer.key, [saying(archive, computer.folder)], lines)
    names = write_branches(computer.folder, a, b)
    other = (a, b)[names.index(next(name for name in names if name))]
    revoke(computer, Until(3, heads(other)[3]))
    (name,) = filter(None, names)
    assert found(computer.folder) == [("fork", f"forks/{computer.device}/{name}")]


# Forks


def fork_of_a_fork(one):
    computer, archive, lines = one
    a, b = (chain(archive, computer.key, [saying(archive, computer.folder)], lines) for _ in range(2))
    if heads(a)[3] > heads(b)[3]:
        a, b = b, a
    b1, b2 = (chain(archive, computer.key, [saying(archive, computer.folder)], b) for _ in range(2))
    return a, b1, b2


def test_a_fork_of_a_fork_is_found_under_its_names_and_shared_lines_are_brought_once(one):
    computer, _, _ = one
    names = write_branches(computer.folder, *fork_of_a_fork(one))
    assert found(computer.folder) == sorted(
        [("fork", f"forks/{computer.device}/{name}") for name in names if name]
    )
    assert len(set(names)) == 3


def test_a_branch_under_a_wrong_name(one):
    computer, _, _ = one
    a, b, _ = fork_of_a_fork(one)
    write_branches(computer.folder, a, b)
    (branch,) = (computer.folder / "forks" / computer.device).iterdir()
    branch.rename(branch.with_name("0" * 16))
    assert ("unexpected", f"forks/{computer.device}/{'0' * 16}") in found(computer.folder)


def test_a_branch_that_is_none(one):
    computer, _, lines = one
    write_ledger(computer.folder, lines[:2], "0" * 16)
    assert found(computer.folder) == [("unexpected", f"forks/{computer.device}/{'0' * 16}")]


def test_the_branch_in_the_wrong_place_is_said(one):
    """The one with the lower hash belongs to ledger/: which of them stands there must not depend on who came first."""
    computer, _, _ = one
    a, b, _ = fork_of_a_fork(one)
    write_ledger(computer.folder, b)
    write_ledger(computer.folder, a, heads(a)[3][:16])
    assert ("unexpected", f"ledger/{computer.device}") in found(computer.folder)


def test_heads_of_other_branches_count_for_paper_memory_and_what_others_saw(one, group):
    computer, archive, _ = one
    branches = fork_of_a_fork(one)
    names = write_branches(computer.folder, *branches)
    longest = heads(branches[2])[4]
    archive.state.save_heads({computer.device: Head(5, longest)})
    seen = bringing(archive, an_object(computer.folder), seen=[Seen(computer.device, 4, longest)])
    write_ledger(computer.folder, chain(archive, group[1].key, [seen]))
    a_note(archive, computer.key, heads(branches[2]))
    kinds = found(computer.folder, bytes.fromhex(longest[:32]))
    assert kinds == sorted([("fork", f"forks/{computer.device}/{name}") for name in names if name])


# 3. Nothing cut off


def test_the_ledger_ends_before_the_remembered_head(one):
    computer, archive, lines = one
    archive.state.save_heads({computer.device: Head(3, heads(lines)[2])})
    write_ledger(computer.folder, lines[:2])
    assert ("cut short", f"{computer.device[:8]}:2") in found(computer.folder)


def test_another_entry_stands_where_the_remembered_head_was(one):
    computer, archive, _ = one
    archive.state.save_heads({computer.device: Head(3, "f" * 64)})
    assert found(computer.folder) == [("fork", f"{computer.device[:8]}:2")]


def test_what_another_device_saw_is_gone(one, group):
    computer, archive, lines = one
    seen = bringing(archive, an_object(computer.folder), seen=[Seen(computer.device, 2, heads(lines)[2])])
    write_ledger(computer.folder, chain(archive, group[1].key, [seen]))
    assert found(computer.folder) == []
    write_ledger(computer.folder, lines[:2])
    assert ("cut short", f"{computer.device[:8]}:2") in found(computer.folder)


def test_a_head_on_paper(one):
    computer, _, lines = one
    assert found(computer.folder, bytes.fromhex(heads(lines)[1][:32])) == []
    assert found(computer.folder, b"\0" * 16) == [("cut short", "ledger/")]


def test_checkpoints_hold_at_every_size(one):
    computer, archive, lines = one
    for size in range(4):
        a_note(archive, computer.key, heads(lines), size)
    assert found(computer.folder) == []


def test_a_checkpoint_over_more_than_there_is(one):
    computer, archive, lines = one
    place = a_note(archive, computer.key, [*heads(lines), "a" * 64])
    assert found(computer.folder) == [("cut short", place.relative_to(computer.folder).as_posix())]


def test_a_checkpoint_over_another_history(one):
    computer, archive, lines = one
    place = a_note(archive, computer.key, heads(lines), root=b"\1" * 32)
    assert found(computer.folder) == [("fork", place.relative_to(computer.folder).as_posix())]


def test_a_checkpoint_with_a_changed_bit_of_another_device_or_without_its_note(one, group):
    computer, archive, lines = one
    place = a_note(archive, computer.key, heads(lines))
    data = bytearray(place.read_bytes())
    data[-3] ^= 1
    place.write_bytes(data)
    other = archive.layout.checkpoints(group[1].device)
    other.mkdir(parents=True)
    moved = other / a_note(archive, computer.key, heads(lines), 2).name
    a_note(archive, computer.key, heads(lines), 2).rename(moved)
    stamp = place.with_name(f"0000000009-{'a' * 16}.tsr")
    stamp.write_bytes(b"")
    at = [path.relative_to(computer.folder).as_posix() for path in (place, moved, stamp)]
    assert set(found(computer.folder)) == {("malformed", at[0]), ("unexpected", at[1]), ("unexpected", at[2])}


# 4. and 5. Objects


def test_an_object_is_missing_altered_no_age_file_or_named_by_nobody(one):
    computer, archive, lines = one
    paths = [archive.layout.object(line.lists.sets[0].body) for line in lines]
    paths[0].unlink()
    data = bytearray(paths[1].read_bytes())
    data[-1] ^= 1
    paths[1].write_bytes(data)
    no_age = an_object(computer.folder, b"plain text")
    write_ledger(computer.folder, chain(archive, computer.key, [bringing(archive, no_age)], lines))
    nobodys = archive.layout.object(an_object(computer.folder))
    where = [
        p.relative_to(computer.folder).as_posix()
        for p in (*paths[:2], archive.layout.object(no_age), nobodys)
    ]
    assert set(found(computer.folder)) == {
        ("missing", where[0]), ("altered", where[1]), ("malformed", where[2]), ("unreferenced?", where[3]),
    }  # fmt: skip


def test_a_large_object_that_is_no_age_file(one):
    """Its beginning has gone from the buffer when its end was read."""
    computer, archive, lines = one
    name = an_object(computer.folder, b"plain text" * 300_000)
    write_ledger(computer.folder, chain(archive, computer.key, [bringing(archive, name)], lines))
    assert found(computer.folder) == [("malformed", f"objects/{name[:2]}/{name}.age")]


def test_a_withdrawn_object_may_be_gone_and_is_found_when_it_is_back(one):
    computer, archive, lines = one
    body = lines[0].lists.sets[0].body
    by = an_object(computer.folder)
    lists = withdrawing(archive, computer.root, Withdrawn(body, by))
    write_ledger(computer.folder, chain(archive, computer.key, [lists], lines))
    where = f"objects/{body[:2]}/{body}.age"
    assert found(computer.folder) == [("withdrawn?", where)]
    assert verify_archive(computer.folder).holds
    done = erase(archive.state, archive.layout, [body], datetime.now(UTC), at_once=[body])
    assert (done.objects, done.waiting) == (1, 0)
    assert found(computer.folder) == []
    archive.layout.object(body).write_bytes(b"age-encryption.org/v1\n")
    assert ("resurrected", where) in found(computer.folder)
    assert erase(archive.state, archive.layout, [body], datetime.now(UTC)).objects == 1
    assert found(computer.folder) == []
    archive.layout.object(by).unlink()
    assert found(computer.folder) == [("missing", f"objects/{by[:2]}/{by}.age")]


def test_a_withdrawal_that_nobody_who_may_has_signed(one):
    computer, archive, lines = one
    lists = withdrawing(archive, computer.key, Withdrawn(lines[0].lists.sets[0].body, None))
    write_ledger(computer.folder, chain(archive, computer.key, [lists], lines))
    assert found(computer.folder) == [("bad signature", f"{computer.device[:8]}:3")]


# 6. Unexpected files and cuts


@pytest.mark.parametrize(
    "name",
    [
        "README",
        "charter/notes.json",
        "ledger/x",
        "objects/zz",
        "objects/ab/short.age",
        "forks/x",
        "checkpoints/x",
    ],
)
def test_a_file_that_has_no_place(one, name):
    path = one[0].folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    assert found(one[0].folder) == [("unexpected", name)]


def test_an_object_in_the_folder_of_another(one):
    computer, archive, lines = one
    path = archive.layout.object(lines[0].lists.sets[0].body)
    wrong = computer.folder / "objects" / ("00" if path.parent.name != "00" else "01") / path.name
    wrong.parent.mkdir(exist_ok=True)
    path.rename(wrong)
    assert {kind for kind, _ in found(computer.folder)} == {"missing", "unexpected"}


def test_a_torn_line_an_empty_segment_and_a_missing_one(one):
    computer, _, _ = one
    path = computer.folder / "ledger" / computer.device / "00000000.jsonl"
    whole = path.read_bytes()
    where = path.relative_to(computer.folder).as_posix()
    path.write_bytes(whole + b'{"entry"')
    assert found(computer.folder) == [("torn line", where)]
    path.write_bytes(b"")
    assert ("cut short", where) in found(computer.folder)
    path.write_bytes(whole)
    path.rename(path.with_name("00000001.jsonl"))
    assert ("cut short", where.replace("0.jsonl", "1.jsonl")) in found(computer.folder)


def test_tmp_is_passed_over(one):
    (one[0].folder / "tmp").mkdir(exist_ok=True)
    (one[0].folder / "tmp" / "anything").write_bytes(b"x")
    assert found(one[0].folder) == []


def test_verifying_writes_nothing_anywhere(one, tmp_path):
    def everything():
        return {p: (p.lstat().st_mtime_ns, p.lstat().st_size) for p in sorted(tmp_path.rglob("*"))}

    before = everything()
    verify_archive(one[0].folder)
    assert everything() == before


def test_where_nobody_knows_the_archive_two_first_charters_are_two_archives(one, tmp_path, monkeypatch):
    from copwatch.crypto.age import HybridIdentity
    from copwatch.store.founding import found_archive

    computer, _, _ = one
    other = found_archive(tmp_path / "other", HybridIdentity.generate(), None).archive
    (planted,) = (other.layout.folder / "charter").iterdir()
    (computer.folder / "charter" / planted.name).write_bytes(planted.read_bytes())
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "nobody"))
    assert ("unexpected", "charter/") in found(computer.folder)


def test_layout_and_state_are_where_the_format_says(one):
    computer, archive, lines = one
    assert Layout(computer.folder).ledger(computer.device).is_dir()
    assert LocalState(archive.id).folder == computer.state / "archives" / archive.id[:32]
    assert entry_hash(lines[0].entry) == heads(lines)[0]
    assert os.environ["COPWATCH_STATE"] == str(computer.state)

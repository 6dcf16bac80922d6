"""What somebody with a seized key or a copy could try, each with the finding that names it.

The swapped invitation is in tests/workflows/test_devices.py.
"""

import shutil
from dataclasses import replace

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.crypto.signing import SigningKey
from copwatch.errors import IntegrityFailure, Locked
from copwatch.proof.charter import Member, Until, charter_hash, encode_file, file_name
from copwatch.proof.entry import encode_line, entry_hash
from copwatch.store.archive import load_archive, open_archive, remember
from copwatch.store.founding import sign_charter
from copwatch.store.keys import open_with_identity, seal_identity
from copwatch.store.layout import Layout
from copwatch.store.ledgers import read_counting
from tests.store.making import an_object, bringing, chain, found, new_charter, saying, write_ledger
from tests.store.replicas import bring, make_group


@pytest.fixture
def group(tmp_path):
    """A founder and a laptop that will be stolen, both with entries, each holding all of them."""
    a, b = make_group(tmp_path, 2)
    for computer in (a, b):
        for _ in range(3):
            computer.add()
    bring(b.folder, a.folder)
    bring(a.folder, b.folder)
    return a, b


def lines_of(computer, device):
    archive, findings = load_archive(computer.folder)
    return [read.line for read in read_counting(archive, device, None, findings)]


def revoked(a, b):
    """A charter in which all of b's entries until now are the last that count."""
    lines = lines_of(a, b.device)
    devices = tuple(
        replace(d, until=Until(2, entry_hash(lines[-1].entry))) if d.key == b.device else d
        for d in a.archive.charter.devices
    )
    with a.here():
        new_charter(a.folder, a.root, devices=devices)
        remember(open_archive(a.folder))
    return lines


def remembers(computer):
    """The computer has seen what stands in its archive."""
    from copwatch.store.check import verify_archive

    with computer.here():
        remember(open_archive(computer.folder))
        computer.archive.state.save_heads(verify_archive(computer.folder).heads)


def test_a_stolen_key_that_appends_after_revocation_is_held_apart(group):
    a, b = group
    remembers(a)
    lines = revoked(a, b)
    more = chain(a.archive, b.key, [saying(a.archive, a.folder)], after=lines)
    write_ledger(a.folder, more)
    with a.here():
        assert found(a.folder) == [("revoked?", f"{b.device[:8]}:3")]


def test_a_stolen_key_that_writes_its_ledger_anew_is_a_fork(group):
    a, b = group
    remembers(a)
    honest = revoked(a, b)
    shutil.rmtree(Layout(a.folder).ledger(b.device))
    old = honest[0].entry.charter
    anew = chain(a.archive, b.key, [saying(a.archive, a.folder) for _ in range(4)], charter=old)
    write_ledger(a.folder, anew)
    with a.here():
        kinds = {kind for kind, _ in found(a.folder)}
    assert "fork" in kinds
    bring(b.folder, a.folder)
    counted = [read.line for read in read_counting(a.archive, b.device, None, [])]
    assert [line.entry for line in counted[:3]] == [line.entry for line in honest], "the honest branch counts"


def test_a_stolen_key_that_names_an_older_charter_again_is_a_rollback(group):
    a, b = group
    old = a.archive.history.ruling
    with a.here():
        new_charter(a.folder, a.root, custodians=())
    after = chain(a.archive, b.key, [saying(a.archive, a.folder)], after=lines_of(a, b.device))
    back = chain(a.archive, b.key, [saying(a.archive, a.folder)], after=after, charter=old)
    write_ledger(a.folder, back)
    assert ("rollback", f"{b.device[:8]}:4") in found(a.folder)


def test_a_charter_that_was_taken_away_is_a_rollback_where_it_was_seen(group):
    a, b = group
    remembers(a)
    revoked(a, b)
    newest = sorted((a.folder / "charter").iterdir())[-1]
    newest.unlink()
    with a.here():
        assert ("rollback", "charter/") in found(a.folder)
        with pytest.raises(IntegrityFailure, match="not here"):
            open_archive(a.folder)


def test_a_charter_that_was_taken_away_is_a_rollback_where_an_entry_names_it(group, tmp_path):
    a, _b = group
    with a.here():
        new_charter(a.folder, a.root, custodians=())
    a.add()
    sorted((a.folder / "charter").iterdir())[-1].unlink()
    kinds = {where: kind for kind, where in found(a.folder)}
    assert kinds[f"{a.device[:8]}:3"] == "rollback"


@pytest.mark.parametrize("signed_by", ["nobody", "another"])
def test_a_charter_with_another_recipient_does_not_hold(group, signed_by):
    a, _ = group
    mine = HybridIdentity.generate()
    charter = a.archive.charter
    altered = replace(
        charter,
        version=charter.version + 1,
        prev=(charter_hash(charter),),
        members=(*charter.members, Member("e" * 32, str(mine.recipient()))),
    )
    key = SigningKey.generate()
    data = encode_file(sign_charter(altered, key))
    if signed_by == "nobody":
        # The signature of the version before, which is the root's.
        data = encode_file(replace(sign_charter(altered, key), sigs=sign_charter(charter, a.root).sigs))
    (a.folder / "charter" / file_name(altered)).write_bytes(data)
    assert [kind for kind, where in found(a.folder) if where.startswith("charter/")] == ["bad signature"]
    assert a.archive.charter == charter
    with pytest.raises(Locked):
        open_with_identity(a.archive, mine)


def test_the_file_of_a_charter_with_another_recipient_under_the_old_name_is_altered(group):
    a, _ = group
    path = sorted((a.folder / "charter").iterdir())[-1]
    recipient = a.archive.charter.members[0].recipient
    path.write_bytes(
        path.read_bytes().replace(recipient.encode(), str(HybridIdentity.generate().recipient()).encode())
    )
    assert ("altered", f"charter/{path.name}") in found(a.folder)


def test_entries_from_another_archive_are_unexpected(group, tmp_path):
    a, b = group
    (tmp_path / "other").mkdir()
    c, _ = make_group(tmp_path / "other", 2)
    foreign = chain(c.archive, b.key, [saying(c.archive, a.folder)], charter=a.archive.history.ruling)
    path = Layout(a.folder).ledger(b.device) / "00000000.jsonl"
    path.write_bytes(encode_line(foreign[0]) + b"\n")
    assert ("unexpected", f"{b.device[:8]}:0") in found(a.folder)


def test_an_entry_of_one_device_in_the_ledger_of_another_is_unexpected(group):
    a, b = group
    lines = lines_of(a, a.device)
    path = Layout(a.folder).ledger(b.device) / "00000000.jsonl"
    path.write_bytes(path.read_bytes() + encode_line(lines[-1]) + b"\n")
    assert ("unexpected", f"{b.device[:8]}:3") in found(a.folder)


def test_two_objects_that_changed_places_are_altered(group):
    a, _ = group
    first, second = sorted((a.folder / "objects").rglob("*.age"))[:2]
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    said = {where for kind, where in found(a.folder) if kind == "altered"}
    assert said == {p.relative_to(a.folder).as_posix() for p in (first, second)}


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_last_lines_dropped_are_cut_short_where_they_were_seen(group, n):
    a, b = group
    remembers(a)
    path = Layout(a.folder).ledger(b.device) / "00000000.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-n]))
    with a.here():
        assert ("cut short", f"{b.device[:8]}:2") in found(a.folder)
    done = bring(b.folder, a.folder)
    assert done.entries == n
    with a.here():
        assert found(a.folder) == []


def test_the_last_lines_dropped_are_cut_short_where_another_device_named_them(group, tmp_path):
    a, b = group
    remembers(a)
    a.add()
    shutil.copytree(a.folder, tmp_path / "copy")
    path = Layout(tmp_path / "copy").ledger(b.device) / "00000000.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert ("cut short", f"{b.device[:8]}:2") in found(tmp_path / "copy"), "on a computer that knows nothing"


def test_a_key_object_that_was_replaced_is_altered_and_opens_nothing(tmp_path):
    from copwatch.store.founding import found_archive

    a = make_group(tmp_path, 1)[0]
    with a.here():
        identity = HybridIdentity.generate()
        archive = found_archive(tmp_path / "own", identity, None).archive
        grant = archive.charter.keys[0]
        path = archive.layout.object(grant.object)
        path.write_bytes(seal_identity(HybridIdentity.generate(), [identity.recipient()]))
        opened = open_with_identity(archive, identity)
        assert [f.kind.value for f in opened.findings] == ["wrong key"]
        assert grant.compartment not in {c for c, _, _ in opened.compartments}
        assert ("altered", path.relative_to(archive.layout.folder).as_posix()) in found(archive.layout.folder)


def test_a_key_that_the_founder_sealed_for_another_recipient_is_a_wrong_key(tmp_path):
    """The founder's own program was made to lie: what a member gets is not what devices seal to."""
    from copwatch.store.founding import found_archive
    from copwatch.store.keys import open_root

    a = make_group(tmp_path, 1)[0]
    with a.here():
        identity = HybridIdentity.generate()
        archive = found_archive(tmp_path / "own", identity, None).archive
        root = open_root(archive, identity)
        name = an_object(
            archive.layout.folder, seal_identity(HybridIdentity.generate(), [identity.recipient()])
        )
        keys = (replace(archive.charter.keys[0], object=name), *archive.charter.keys[1:])
        new_charter(archive.layout.folder, root, keys=keys)
        changed = open_archive(archive.layout.folder)
        opened = open_with_identity(changed, identity)
        assert [f.kind.value for f in opened.findings] == ["wrong key"]


def test_a_stranger_cannot_fill_the_disks_of_the_group(group, tmp_path):
    a, _ = group
    stranger = SigningKey.generate()
    write_ledger(a.folder, chain(a.archive, stranger, [bringing(a.archive, an_object(a.folder))]))
    done = bring(a.folder, tmp_path / "copy")
    assert [f.kind.value for f in done.source_findings] == ["not approved"]
    assert not Layout(tmp_path / "copy").ledger(stranger.public_hex).exists()


def test_no_attack_ends_in_a_traceback(group):
    """A reader that meets nonsense where a ledger or a charter belongs reports it."""
    a, b = group
    path = Layout(a.folder).ledger(b.device) / "00000000.jsonl"
    path.write_bytes(b"\xff" * 100 + b"\n" + b"{}\n")
    assert {kind for kind, _ in found(a.folder)} >= {"malformed"}
    (a.folder / "charter" / ("000009-" + "0" * 16 + ".json")).write_bytes(b"[]")
    assert ("malformed", "charter/000009-" + "0" * 16 + ".json") in found(a.folder)

"""A new passphrase, a lost laptop, a lost passphrase: what opens afterwards, and what is left on the way."""

import shutil
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.errors import BadInput, IntegrityFailure, Locked, NotThisDevice, Refused
from copwatch.progress import Progress
from copwatch.proof.words import to_words
from copwatch.store import keeper
from copwatch.store.archive import open_archive
from copwatch.store.bodies import open_sets
from copwatch.store.check import verify_archive
from copwatch.store.evidence import Piece, open_evidence
from copwatch.store.keys import open_root, open_with_identity, open_with_passphrase
from copwatch.store.ledgers import read_new
from copwatch.store.own_ledger import open_own_ledger
from copwatch.workflows import chartering, rekeying
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.founding import make_archive, root_words
from copwatch.workflows.names import read_names

OLD, NEW = "harbour violet ladder nineteen frost", "seven gardens under the winter moon"


def now():
    return datetime(2026, 5, 1, 12, tzinfo=UTC)


@contextmanager
def computer(folder):
    """A computer of its own: nothing is remembered but what stands in this state folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COPWATCH_STATE", str(folder))
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An archive with one file in it, on the laptop that will be lost."""
    top = tmp_path_factory.mktemp("first")
    photo = top / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff picture" * 1000)
    with computer(top / "state"):
        new = make_archive(top / "archive", now, passphrase=OLD, group="Northside", name="OBS-1")
        add_files(new.archive, Request((photo,), by="OBS-1"), now, Progress())
        yield top, new
        keeper.forget(new.archive.id)


@pytest.fixture
def lost(made, tmp_path):
    """A copy of the archive on a new computer, the words on paper, and the file that was taken in."""
    top, new = made
    shutil.copytree(top / "archive", tmp_path / "copy")
    with computer(tmp_path / "state"):
        yield tmp_path / "copy", new.recovery_words, (top / "photo.jpg").read_bytes()


@pytest.fixture(scope="module")
def founder(made):
    return open_with_passphrase(made[1].archive, OLD).identity


def everything_opens(folder, keys, photo):
    """All compartments, all rosters, and the evidence bit for bit; and a stranger's verification holds."""
    archive = open_archive(folder)
    assert not keys.findings
    assert set(keys.compartments) == {
        (c.id, k, recipient) for c in archive.charter.compartments for k, recipient in enumerate(c.epochs)
    }
    findings = []
    names = read_names(archive, keys, findings)
    assert findings == []
    assert names.group == "Northside"
    assert "OBS-1" in names.members.values()
    assert evidence_of(archive, keys) == photo
    assert verify_archive(folder).findings == []


def evidence_of(archive, keys):
    for device in archive.devices():
        for read in read_new(archive, device, None, []):
            for opened in open_sets(archive, keys, read, {}, []):
                for item in opened.records:
                    if item.record["type"] == "evidence":
                        pieces = [Piece(p["object"], p["size"]) for p in item.record["pieces"]]
                        with open_evidence(archive.layout, pieces, [*keys.compartments.values()]) as file:
                            return file.read()
    return None


def test_a_lost_laptop_a_copy_and_the_passphrase_are_enough(lost):
    folder, _, photo = lost
    archive = open_archive(folder)
    with pytest.raises(NotThisDevice):
        open_own_ledger(archive)
    done = rekeying.recover(archive, open_with_passphrase(archive, OLD), now, device_name="new laptop")
    assert (done.joined, done.renewed, done.findings) == (True, False, ())
    assert open_own_ledger(done.archive).key.public_hex == done.device
    assert done.archive.state.pin().root == archive.history.root
    keys = open_with_identity(done.archive, open_with_passphrase(done.archive, OLD).identity)
    everything_opens(folder, keys, photo)
    assert read_names(done.archive, keys, []).devices[done.device] == "new laptop"
    add_files(done.archive, Request((folder.parent / "state",)), now, Progress())
    assert verify_archive(folder).holds


def test_a_lost_laptop_a_copy_and_the_recovery_words_are_enough(lost):
    folder, words, photo = lost
    archive = open_archive(folder)
    capitals = "\n".join(f"{n}. {word.upper()}" for n, word in enumerate(words.split(), 1))
    paper = rekeying.keys_of_words(archive, capitals)
    done = rekeying.recover(archive, paper, now, new_passphrase=NEW)
    assert (done.joined, done.renewed, done.findings) == (True, True, ())
    keys = open_with_passphrase(done.archive, NEW)
    everything_opens(folder, keys, photo)
    assert open_root(done.archive, keys.identity).public_hex == archive.history.root
    with pytest.raises(Locked):
        open_with_passphrase(done.archive, OLD)
    # The old founder has left the charter; the paper opens everything as before, and again.
    assert archive.charter.members[0].recipient not in {m.recipient for m in done.archive.charter.members}
    again = rekeying.keys_of_words(done.archive, words)
    everything_opens(folder, again, photo)
    assert open_root(done.archive, again.identity).public_hex == archive.history.root


def test_the_old_identity_has_no_place_in_the_new_version_but_old_objects_stay(lost, founder):
    folder, words, _ = lost
    archive = open_archive(folder)
    before = archive.charter.objects()
    done = rekeying.recover(archive, rekeying.keys_of_words(archive, words), now, new_passphrase=NEW)
    with pytest.raises(Locked):
        open_with_identity(done.archive, founder)
    with pytest.raises(Locked):
        open_root(done.archive, founder)
    assert all(archive.layout.object(name).exists() for name in before)


def test_a_changed_passphrase_opens_the_same_identity(lost, founder):
    folder, _, photo = lost
    archive = open_archive(folder)
    changed = rekeying.change_passphrase(archive, open_with_identity(archive, founder), NEW)
    assert changed.charter.version == 1
    keys = open_with_passphrase(changed, NEW)
    assert str(keys.identity) == str(founder)
    everything_opens(folder, keys, photo)
    with pytest.raises(Locked):
        open_with_passphrase(changed, OLD)


def test_the_charter_that_was_seen_last_is_pinned_so_the_old_passphrase_does_not_come_back(lost, founder):
    folder, _, _ = lost
    archive = open_archive(folder)
    rekeying.change_passphrase(archive, open_with_identity(archive, founder), NEW)
    newest = max((folder / "charter").iterdir())
    newest.unlink()
    with pytest.raises(IntegrityFailure):
        open_archive(folder)


def test_killed_before_the_charter_file_the_old_version_rules_and_nothing_is_broken(
    lost, founder, monkeypatch
):
    folder, words, photo = lost
    archive = open_archive(folder)

    def dies(*_):
        raise KeyboardInterrupt

    for name in ("sign_charter", "write_charter"):
        with monkeypatch.context() as patch:
            patch.setattr(chartering, name, dies)
            with pytest.raises(KeyboardInterrupt):
                rekeying.recover(archive, rekeying.keys_of_words(archive, words), now, new_passphrase=NEW)
    assert open_archive(folder).charter.version == 0
    assert archive.state.device() is None
    assert verify_archive(folder).holds
    everything_readable = open_with_identity(open_archive(folder), founder)
    assert evidence_of(archive, everything_readable) == photo


def test_killed_after_the_charter_file_it_is_simply_run_again(lost, founder, monkeypatch):
    folder, _, photo = lost
    archive = open_archive(folder)

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rekeying, "_become", dies)
        with pytest.raises(KeyboardInterrupt):
            rekeying.recover(archive, open_with_identity(archive, founder), now)
    again = open_archive(folder)
    done = rekeying.recover(again, open_with_identity(again, founder), now)
    assert done.joined
    everything_opens(folder, open_with_identity(done.archive, founder), photo)


def test_an_older_copy_gets_a_new_device_key_and_the_old_device_goes_on_counting(made, founder, tmp_path):
    top, new = made
    shutil.copytree(top / "archive", tmp_path / "older")
    state = tmp_path / "state"
    shutil.copytree(top / "state", state)
    with computer(state):
        ledger = tmp_path / "older" / "ledger" / new.archive.charter.devices[0].key / "00000000.jsonl"
        lines = ledger.read_bytes().splitlines(keepends=True)
        ledger.write_bytes(b"".join(lines[:-1]))
        archive = open_archive(tmp_path / "older")
        with pytest.raises(NotThisDevice):
            open_own_ledger(archive)
        old = archive.state.device().public_hex
        assert archive.state.read("own.json")["size"] == len(lines)
        done = rekeying.recover(archive, open_with_identity(archive, founder), now)
        assert done.joined
        assert done.device != old
        assert done.archive.charter.device(old).until is None
        # What came in lately is forgotten: its entries may be missing here, and the card has to go in again.
        assert not (done.archive.state.folder / "recent.jsonl").exists()
        added = add_files(done.archive, Request((top / "photo.jpg",)), now, Progress())
        assert len(added.received) == 1
        # The new device names the head that the old one had reached: the gap stays visible.
        failing = [f.kind.value for f in verify_archive(tmp_path / "older").findings if f.fails]
        assert failing == ["cut short", "cut short"]


def test_a_device_that_works_stays_and_nothing_is_written(made, founder, tmp_path):
    top, _ = made
    shutil.copytree(top / "state", tmp_path / "state")
    shutil.copytree(top / "archive", tmp_path / "copy")
    with computer(tmp_path / "state"):
        archive = open_archive(tmp_path / "copy")
        done = rekeying.recover(archive, open_with_identity(archive, founder), now)
        assert (done.joined, done.renewed) == (False, False)
        assert done.device == archive.state.device().public_hex
        assert open_archive(tmp_path / "copy").charter.version == 0


def test_a_lost_device_is_cut_off_after_its_last_entry_here(lost, founder):
    folder, _, photo = lost
    archive = open_archive(folder)
    gone = archive.charter.devices[0].key
    assert rekeying.find_device(archive, gone[:8].upper()) == gone
    done = rekeying.recover(archive, open_with_identity(archive, founder), now, revoke=[gone])
    until = done.archive.charter.device(gone).until
    lines = (folder / "ledger" / gone / "00000000.jsonl").read_bytes().splitlines()
    assert until.seq == len(lines) - 1
    everything_opens(folder, open_with_identity(done.archive, founder), photo)


@pytest.mark.parametrize("text", ["", "ab", "0" * 64])
def test_a_device_is_named_by_at_least_eight_digits_of_a_key_that_is_there(lost, text):
    with pytest.raises(BadInput):
        rekeying.find_device(open_archive(lost[0]), text)


def test_words_of_another_archive_words_with_a_slip_and_twelve_words_are_told_apart(lost):
    folder, words, _ = lost
    archive = open_archive(folder)
    with pytest.raises(Locked):
        rekeying.keys_of_words(archive, to_words(HybridIdentity.generate().seed))
    with pytest.raises(BadInput, match="word 3"):
        rekeying.keys_of_words(archive, " ".join([*words.split()[:2], "xylo", *words.split()[3:]]))
    with pytest.raises(BadInput, match="24"):
        rekeying.keys_of_words(archive, root_words(archive))


def test_a_weak_passphrase_changes_nothing(lost, founder):
    folder, words, _ = lost
    archive = open_archive(folder)
    with pytest.raises(Refused):
        rekeying.change_passphrase(archive, open_with_identity(archive, founder), "password1234")
    with pytest.raises(Refused):
        rekeying.recover(archive, rekeying.keys_of_words(archive, words), now, new_passphrase="short")
    assert open_archive(folder).charter.version == 0


def test_a_key_that_paper_cannot_open_is_named_and_can_be_made_good_later(lost):
    folder, words, photo = lost
    archive = open_archive(folder)
    paper = rekeying.keys_of_words(archive, words)
    gone = next(g for g in archive.charter.keys if g.member == paper.member.id)
    path = archive.layout.object(gone.object)
    whole = path.read_bytes()
    path.unlink()
    done = rekeying.recover(archive, rekeying.keys_of_words(archive, words), now, new_passphrase=NEW)
    assert any(gone.object in f.where for f in done.findings)
    path.write_bytes(whole)
    again = rekeying.recover(
        done.archive, rekeying.keys_of_words(done.archive, words), now, new_passphrase=NEW
    )
    everything_opens(folder, open_with_passphrase(again.archive, NEW), photo)

"""No single bit of an archive can change, and no file end earlier, without `verify` finding it.

The archive is tiny, with short classical keys, so that every bit can be tried. Every bit of the charter, the ledger
and the checkpoint is flipped. Of objects one bit of each byte is: their content is only ever compared by one SHA-256
over the whole file, which treats the bits of a byte alike.
"""

import shutil
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from copwatch.crypto.age import X25519Identity
from copwatch.crypto.signing import SigningKey
from copwatch.proof.charter import Charter, Compartment, Device, KeyGrant, Member, charter_hash
from copwatch.proof.checkpoint import Checkpoint, encode_note
from copwatch.proof.merkle import root_of_hashes
from copwatch.store import check_objects, object_hashes
from copwatch.store.archive import open_archive
from copwatch.store.check import verify_archive
from copwatch.store.founding import sign_charter, write_charter
from copwatch.store.layout import Layout
from copwatch.store.state import Head, LocalState
from tests.store.making import an_object, bringing, chain, heads, write_ledger

ROOT, DEVICE = SigningKey(b"\1" * 32), SigningKey(b"\2" * 32)


class Tiny:
    """One device, one compartment, a few entries with an object each, and perhaps a checkpoint."""

    def __init__(self, top: Path, *, entries: int = 1, checkpoint: bool = True) -> None:
        self.folder = top / "archive"
        (self.folder / "charter").mkdir(parents=True)
        recipient = str(X25519Identity.generate().recipient())
        grant, root = an_object(self.folder), an_object(self.folder)
        charter = Charter(
            0, (), ROOT.public_hex, root, (), (Device(DEVICE.public_hex),), (Compartment("c" * 32, (recipient,)),),
            (Member("d" * 32, recipient),), (KeyGrant("c" * 32, 0, "d" * 32, grant),),
        )  # fmt: skip
        self.id = charter_hash(charter)
        write_charter(Layout(self.folder), sign_charter(charter, ROOT))
        shutil.rmtree(self.folder / "tmp")
        archive = open_archive(self.folder)
        lists = [bringing(archive, an_object(self.folder)) for _ in range(entries)]
        self.lines = chain(archive, DEVICE, lists)
        write_ledger(self.folder, self.lines)
        if checkpoint:
            root_now = root_of_hashes([bytes.fromhex(head) for head in heads(self.lines)])
            note = Checkpoint(self.id, DEVICE.public_hex, entries, root_now)
            place = archive.layout.checkpoints(DEVICE.public_hex) / note.file_name
            place.parent.mkdir(parents=True)
            place.write_bytes(encode_note(note, DEVICE.sign(note.text.encode())))

    def files(self, folder: str) -> list[Path]:
        return [path for path in sorted((self.folder / folder).rglob("*")) if path.is_file()]

    def holds(self) -> bool:
        return verify_archive(self.folder).holds

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger" / DEVICE.public_hex / "00000000.jsonl"


class AtOnce(Executor):
    """Work is done where it is asked for: starting threads would take most of the time of a tiny archive."""

    def __init__(self, _workers: int) -> None:
        pass

    def submit(self, work, /, *args, **named):
        done = Future()
        done.set_result(work(*args, **named))
        return done


@pytest.fixture(autouse=True)
def quick(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(check_objects, "ThreadPoolExecutor", AtOnce)
    monkeypatch.setattr(object_hashes, "BLOCK", 4096)


@pytest.fixture
def tiny(tmp_path):
    made = Tiny(tmp_path)
    assert made.holds()
    return made


def not_found(tiny, path, changed):
    """Which of the changed contents of a file pass for whole."""
    whole, passed = path.read_bytes(), []
    with path.open("r+b", buffering=0) as file:
        for name, data in changed(whole):
            file.seek(0)
            file.write(data)
            file.truncate()
            if tiny.holds():
                passed.append(name)
        file.seek(0)
        file.write(whole)
        file.truncate()
    assert tiny.holds()
    return passed


def every_bit(whole):
    for at in range(len(whole)):
        for bit in range(8):
            yield (at, bit), whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]


def one_bit_of_every_byte(whole):
    for at in range(len(whole)):
        yield at, whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]


def every_shorter_one(whole):
    for length in range(len(whole)):
        yield length, whole[:length]


@pytest.mark.parametrize("folder", ["charter", "ledger", "checkpoints"])
def test_every_bit_counts(tiny, folder):
    (path,) = tiny.files(folder)
    assert not_found(tiny, path, every_bit) == []


def test_every_byte_of_every_object_counts(tiny):
    paths = tiny.files("objects")
    assert len(paths) == 3
    assert [found for path in paths for found in not_found(tiny, path, one_bit_of_every_byte)] == []


@pytest.mark.parametrize("folder", ["charter", "ledger", "checkpoints", "objects"])
def test_every_shorter_file_is_found(tiny, folder):
    assert [found for path in tiny.files(folder) for found in not_found(tiny, path, every_shorter_one)] == []


@pytest.mark.parametrize("folder", ["charter", "objects"])
def test_every_file_that_is_gone_is_found(tiny, folder):
    from copwatch.errors import NotFound

    for path in tiny.files(folder):
        whole = path.read_bytes()
        path.unlink()
        try:
            assert not tiny.holds()
        except NotFound:
            assert folder == "charter"
        path.write_bytes(whole)


def test_whole_entries_at_the_end_are_the_one_thing_that_only_a_remembered_head_shows(tmp_path, monkeypatch):
    """Nobody else has seen a lone device's newest entries (docs/threat-model.md): nothing is left to find them by."""
    tiny = Tiny(tmp_path, entries=2, checkpoint=False)
    first = tiny.ledger.read_bytes().index(b"\n") + 1
    assert not_found(tiny, tiny.ledger, every_shorter_one) == [first]
    LocalState(tiny.id).save_heads({DEVICE.public_hex: Head(2, heads(tiny.lines)[1])})
    assert verify_archive(tiny.folder).holds
    tiny.ledger.write_bytes(tiny.ledger.read_bytes()[:first])
    assert [f.kind for f in verify_archive(tiny.folder).findings if f.fails] == ["cut short"]
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "another computer"))
    assert verify_archive(tiny.folder).holds
    paper = bytes.fromhex(heads(tiny.lines)[1][:32])
    assert not verify_archive(tiny.folder, [paper]).holds

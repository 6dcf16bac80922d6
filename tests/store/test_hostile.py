"""Folders that somebody made to hurt whoever reads them: every one ends in findings or one clean failure."""

import os
import resource
import subprocess
import sys

import pytest

from copwatch.errors import CopwatchError
from copwatch.proof.entry import encode_line
from copwatch.proof.findings import Finding, Kind
from copwatch.store import found as found_module
from copwatch.store.archive import load_archive, open_archive
from copwatch.store.bodies import open_sets
from copwatch.store.check import total_bytes, verify_archive
from copwatch.store.found import MOST, Collected
from copwatch.store.keys import Keys, open_with_identity
from copwatch.store.ledgers import devices_with_ledgers, read_apart, read_counting
from copwatch.store.state import Head
from copwatch.store.strays import LARGEST_SEGMENT
from tests.conftest import REPO
from tests.store.making import an_object, bringing, chain, found, heads, saying, write_branches, write_ledger

MEMORY = 1 << 30


@pytest.fixture
def one(group):
    computer = group[0]
    archive = open_archive(computer.folder)
    lines = chain(archive, computer.key, [saying(archive, computer.folder) for _ in range(3)])
    write_ledger(computer.folder, lines)
    return computer, archive, lines


def segment(computer):
    return computer.folder / "ledger" / computer.device / "00000000.jsonl"


def read_like_a_session(folder):
    """What opening a catalogue reads, with what it finds. Only failures of ours may come out of it."""
    try:
        archive, findings = open_archive(folder), []
        for device in devices_with_ledgers(archive):
            list(read_counting(archive, device, None, findings))
        list(read_apart(archive, findings))
    except CopwatchError as error:
        return [error.message]
    return [finding.kind for finding in findings]


PLACES = {
    "a ledger line": segment,
    "a ledger": lambda computer: segment(computer).parent,
    "all ledgers": lambda computer: computer.folder / "ledger",
    "all objects": lambda computer: computer.folder / "objects",
    "one folder of objects": lambda computer: next((computer.folder / "objects").iterdir()),
    "an object": lambda computer: next((computer.folder / "objects").glob("*/*.age")),
    "the newest charter": lambda computer: sorted((computer.folder / "charter").iterdir())[-1],
    "the first charter": lambda computer: sorted((computer.folder / "charter").iterdir())[0],
    "all charters": lambda computer: computer.folder / "charter",
}


def move_away(path, tmp_path):
    path.rename(tmp_path / "elsewhere")
    return tmp_path / "elsewhere"


def as_link(path, tmp_path):
    path.symlink_to(move_away(path, tmp_path))


def as_broken_link(path, tmp_path):
    move_away(path, tmp_path)
    path.symlink_to(tmp_path / "nothing")


def as_pipe(path, tmp_path):
    move_away(path, tmp_path)
    os.mkfifo(path)


def as_folder(path, tmp_path):
    move_away(path, tmp_path)
    path.mkdir()


def as_file(path, tmp_path):
    move_away(path, tmp_path)
    path.write_bytes(b"x" * 100)


def as_link_to_itself(path, tmp_path):
    move_away(path, tmp_path)
    path.symlink_to(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no links and pipes without rights")
@pytest.mark.timeout(60)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("instead", [as_link, as_broken_link, as_pipe, as_folder, as_file, as_link_to_itself])
def test_something_else_stands_where_the_archive_has(one, tmp_path, place, instead):
    computer, archive, lines = one
    archive.state.save_heads({computer.device: Head(3, heads(lines)[2])})
    instead(PLACES[place](computer), tmp_path)
    try:
        result = verify_archive(computer.folder)
    except CopwatchError:
        result = None
    assert result is None or not result.holds
    read_like_a_session(computer.folder)
    total_bytes(computer.folder)


@pytest.mark.skipif(sys.platform == "win32", reason="no modes")
@pytest.mark.parametrize("place", PLACES)
def test_something_that_may_not_be_read(one, place):
    """Read as another user, where the tests run as root."""
    computer = one[0]
    path = PLACES[place](computer)
    path.chmod(0)
    program = (
        "import os, sys; from pathlib import Path\n"
        "from tests.store.test_hostile import read_like_a_session\n"
        "from copwatch.store.check import total_bytes, verify_archive\n"
        "from copwatch.errors import CopwatchError\n"
        "os.chdir(sys.argv[1])\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "folder = Path('.')\n"
        "try: print(verify_archive(folder).holds)\n"
        "except CopwatchError as error: print(type(error).__name__)\n"
        "read_like_a_session(folder); total_bytes(folder)\n"
    )
    computer.folder.chmod(0o755)
    for below in computer.folder.rglob("*"):
        if below != path:
            below.chmod(0o755 if below.is_dir() else 0o644)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program, str(computer.folder)], cwd=REPO, capture_output=True, check=False,
            env={**os.environ, "COPWATCH_STATE": "nobody"},
        )  # fmt: skip
    finally:
        path.chmod(0o700)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() in {"False", "NoPermission", "NotFound"}


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_names_of_odd_bytes_are_said_in_plain_text(one):
    computer = one[0]
    for name in (b"\xff\xfe", b"a\nb", b"\x1b[31m", b"\xe2\x80\xaetxt"):
        with open(os.fsencode(computer.folder / "objects") + b"/" + name, "wb"):
            pass
    kinds = found(computer.folder)
    assert [kind for kind, _ in kinds] == ["unexpected"] * 4
    for _, where in kinds:
        where.encode("utf-8")


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def verify_in_a_small_memory(folder):
    """Verifies in a process that may have no more than 1 GiB of addresses; gives the kinds found."""
    program = (
        "import sys; from pathlib import Path; from copwatch.store.check import verify_archive\n"
        "from tests.store.test_hostile import read_like_a_session\n"
        "print(*sorted({f.kind.value for f in verify_archive(Path(sys.argv[1])).findings}), sep=',')\n"
        "read_like_a_session(Path(sys.argv[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=REPO, capture_output=True, text=True, check=False,
        preexec_fn=limited, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split(",")


def sparse(path, size):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(size)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory")
@pytest.mark.timeout(120)
def test_files_of_terabytes_and_a_line_of_a_gibibyte_cost_neither_memory_nor_time(one):
    computer = one[0]
    sparse(segment(computer), LARGEST_SEGMENT - 10)
    sparse(computer.folder / "ledger" / ("a" * 64) / "00000000.jsonl", 1 << 40)
    sparse(computer.folder / "objects" / "aa" / f"{'a' * 64}.age", 1 << 40)
    sparse(computer.folder / "charter" / f"000007-{'a' * 16}.json", 1 << 40)
    sparse(computer.folder / "charter" / f"000008-{'a' * 16}.json", 1 << 40)
    sparse(computer.folder / "checkpoints" / ("a" * 64) / f"{'0' * 10}-{'a' * 16}.note", 1 << 40)
    kinds = verify_in_a_small_memory(computer.folder)
    assert {"malformed", "torn line"} <= set(kinds)


@pytest.mark.timeout(120)
def test_more_charter_files_than_fit_are_a_finding(one, monkeypatch):
    from copwatch.store import archive as module

    monkeypatch.setattr(module, "MOST_CHARTER_BYTES", 40_000)
    for number in range(30):
        (one[0].folder / "charter" / f"900000-{number:016x}.json").write_bytes(b"x" * 2000)
    assert any(kind == "unreadable" for kind, _ in found(one[0].folder))


def test_lines_without_end_are_counted_and_not_all_listed(one, monkeypatch):
    monkeypatch.setattr(found_module, "MOST", 50)
    segment(one[0]).write_bytes(b"x\n" * 900)
    findings = verify_archive(one[0].folder).findings
    bad = [f for f in findings if f.kind is Kind.MALFORMED]
    assert len(bad) == 51
    assert bad[-1].detail == "850 more of this kind are not listed"


def test_stray_files_without_end_are_counted_and_not_all_listed(one, monkeypatch):
    monkeypatch.setattr(found_module, "MOST", 50)
    for number in range(80):
        (one[0].folder / "charter" / f"{number}").write_bytes(b"")
    assert len(verify_archive(one[0].folder).findings) == 51


def test_collecting_keeps_to_its_measure():
    collected = Collected()
    collected.add(Finding(Kind.TORN, str(number)) for number in range(MOST + 3))
    assert len(collected.all()) == MOST + 1
    assert collected.all()[-1].fails


def test_a_body_or_key_of_any_size_is_not_read_into_memory(one, monkeypatch):
    computer, archive, lines = one
    from copwatch.store import bodies

    body = lines[0].lists.sets[0].body
    sparse(archive.layout.object(body), 1 << 40)
    findings = []
    reader = next(iter(read_counting(archive, computer.device, None, [])))
    monkeypatch.setattr(Keys, "opens", lambda *_: object())
    keys = Keys(archive.charter.members[0], None, {})
    assert list(bodies.open_sets(archive, keys, reader, {}, findings)) == []
    assert [f.kind for f in findings] == [Kind.UNREADABLE]
    assert "larger" in findings[0].detail


def test_a_ledger_that_was_read_before_and_now_ends_earlier_or_goes_elsewhere(one):
    computer, archive, lines = one
    start = Head(3, heads(lines)[2])
    write_ledger(computer.folder, lines[:2])
    findings = []
    assert list(read_counting(archive, computer.device, start, findings)) == []
    write_ledger(computer.folder, chain(archive, computer.key, [saying(archive, computer.folder)], lines[:2]))
    assert list(read_counting(archive, computer.device, start, findings)) == []
    assert [f.kind for f in findings] == [Kind.CUT_SHORT, Kind.FORK]


def test_the_branch_that_counts_is_the_one_that_holds_the_cut_off(one):
    """A thief who signs a branch with a lower hash gets its name, and loses it when the device is revoked."""
    from copwatch.proof.charter import Device, Until
    from tests.store.making import new_charter

    computer, archive, lines = one
    a, b = (chain(archive, computer.key, [saying(archive, computer.folder)], lines) for _ in range(2))
    names = write_branches(computer.folder, a, b)
    honest = (a, b)[names.index(next(name for name in names if name))]
    findings = []
    counting = [read.hash for read in read_counting(archive, computer.device, None, findings)]
    apart = [read.hash for read in read_apart(archive, findings)]
    assert apart == heads(honest)[3:]
    assert counting[3] != heads(honest)[3]
    assert [f.kind for f in findings] == [Kind.FORK]
    devices = tuple(
        Device(d.key, Until(3, heads(honest)[3])) if d.key == computer.device else d
        for d in archive.charter.devices
    )
    new_charter(computer.folder, computer.root, devices=devices)
    archive = open_archive(computer.folder)
    assert [read.hash for read in read_counting(archive, computer.device, None, findings)] == heads(honest)


def test_after_a_fork_of_the_charter_each_entry_opens_with_the_key_that_its_charter_names(
    tmp_path, monkeypatch
):
    from dataclasses import replace

    from copwatch.crypto.age import HybridIdentity, seal
    from copwatch.proof.body import BodyHeader, encode_body
    from copwatch.proof.charter import KeyGrant
    from copwatch.proof.commitment import leaf
    from copwatch.proof.entry import Lists, SealedSet
    from copwatch.store.founding import found_archive
    from copwatch.store.keys import open_root, seal_identity
    from tests.store.making import new_charter
    from tests.store.replicas import record

    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    founded = found_archive(tmp_path / "archive", HybridIdentity.generate(), None)
    archive, founder, folder = founded.archive, founded.founder, tmp_path / "archive"
    root, key = open_root(archive, founder), archive.state.device()
    case, *others = archive.charter.compartments
    member, versions = archive.charter.members[0].id, []
    for _ in range(2):
        new = HybridIdentity.generate()
        sealed = an_object(folder, seal_identity(new, [founder.recipient()]))
        compartments = (replace(case, epochs=(*case.epochs, str(new.recipient()))), *others)
        grants = (*archive.charter.keys, KeyGrant(case.id, 1, member, sealed))
        versions.append((
            new_charter(folder, root, archive.id, compartments=compartments, keys=grants), new.recipient(),
        ))  # fmt: skip
    archive, _ = load_archive(folder)
    lines = []
    for name, recipient in versions:
        one, seed = record(archive.id, key.public_hex), bytes(32)
        body = encode_body(BodyHeader(archive.id, key.public_hex, case.id, 1), [(one, seed)])
        part = SealedSet(case.id, 1, an_object(folder, seal(body, [recipient])), (leaf(one, seed),), ())
        lines = chain(archive, key, [Lists((part,))], lines, name)
    write_ledger(folder, lines)
    keys, findings = open_with_identity(archive, founder), []
    sets = [
        opened for read in read_counting(archive, key.public_hex, None, findings)
        for opened in open_sets(archive, keys, read, {}, findings)
    ]  # fmt: skip
    assert findings == []
    assert [len(opened.records) for opened in sets] == [1, 1]


def test_a_segment_of_too_many_lines_and_a_line_that_is_too_long(one):
    computer, _, lines = one
    segment(computer).write_bytes(b"".join(encode_line(line) + b"\n" for line in lines) * 400)
    assert "cut short" in {kind for kind, _ in found(computer.folder)}
    segment(computer).write_bytes(b"x" * (3 << 20) + b"\n")
    assert "malformed" in {kind for kind, _ in found(computer.folder)}


def test_a_line_that_names_itself_nowhere(one):
    computer, archive, lines = one
    write_ledger(computer.folder, chain(archive, computer.key, [bringing(archive, "0" * 64)], lines))
    assert found(computer.folder) == [("missing", f"objects/00/{'0' * 64}.age")]

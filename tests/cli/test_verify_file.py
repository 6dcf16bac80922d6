"""`copwatch verify FILE`: whose word it is that a file was received, and what is no word at all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.write import write_bundle
from tests.bundle.making import usual
from tests.cli import harness
from tests.cli.desk import REAL, Desk

DATA = usual().files[0][2]


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.clip, desk.bundle, desk.receipt = tmp_path / "clip", tmp_path / "bundle", tmp_path / "receipt"
    desk.clip.write_bytes(DATA)
    write_bundle(usual().plan(), FolderSink(desk.bundle))
    return desk


def failed(desk, code: int, *args) -> str:
    done = desk.run(*args)
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert "Traceback" not in said and "unexpected failure" not in said and "copwatch: hint: " in said
    return done.stdout.decode() + said


def test_a_bundle_of_nobody_known_is_named_with_its_words_and_what_to_do(desk):
    said = desk.json("verify", desk.clip, "--bundle", desk.bundle)
    assert said["received"] and said["holds"] and said["root_known"] is False
    assert len(said["root_words"].split()) == 12
    text = " ".join(desk.done("verify", desk.clip, "--bundle", desk.bundle).split())
    assert f"according to the bundle {desk.bundle} of root key {said['root_words']}" in text
    assert "compare with the group" in text


def test_a_bundle_of_the_own_archive_is_known(desk):
    (desk.top / "card").mkdir()
    shutil.copy(desk.clip, desk.top / "card" / "clip")
    item = desk.json("add", desk.top / "card")["received"][0]["evidence"]
    own = desk.top / "own"
    desk.done("export", item, "--profile", "client-counsel", "--plain", "--yes", "--out", own, *desk.key)
    said = desk.json("verify", desk.clip, "--bundle", own)
    assert said["root_known"] and said["evidence"] == [item]
    assert said["root_words"] == desk.json("verify")["root_words"]
    text = desk.done("verify", desk.clip, "--bundle", own)
    assert "the root key that this computer knows" in text and "compare with the group" not in text


@pytest.mark.parametrize(
    "gone", ["manifest-sha256.txt", "tagmanifest-sha256.txt.sig.json", "data/report.json", "index.html"]
)
def test_a_bundle_that_lost_what_makes_it_whole_shows_nothing(desk, gone):
    (found,) = desk.bundle.rglob(Path(gone).name)
    found.unlink()
    said = failed(desk, 3, "verify", desk.clip, "--bundle", desk.bundle)
    assert "does not hold, so it shows nothing" in said and "exactly what was received" not in said
    done = desk.run("verify", desk.clip, "--bundle", desk.bundle, "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 3 and said["received"] is False and said["holds"] is False and said["findings"]


def test_another_file_is_not_in_the_bundle_whose_words_are_said_all_the_same(desk):
    desk.clip.write_bytes(DATA[:-1])
    said = failed(desk, 3, "verify", desk.clip, "--bundle", desk.bundle)
    assert "nothing that was received" in said and "compare with the group" in said


def test_who_has_no_archive_is_told_what_else_a_file_can_be_compared_with(desk):
    state = desk.top / "nobody"
    done = subprocess.run(
        [sys.executable, str(REAL), "verify", desk.clip], check=False, capture_output=True, cwd=desk.top,
        env=harness.environment(COPWATCH_STATE=str(state)),
    )  # fmt: skip
    assert done.returncode == 1 and b"--bundle" in done.stderr and b"--receipt" in done.stderr


@pytest.fixture
def receipt(desk) -> tuple[str, ...]:
    """Hash, size, code and name of the only line of a receipt."""
    (desk.top / "card").mkdir()
    shutil.copy(desk.clip, desk.top / "card" / "clip")
    desk.done("add", desk.top / "card", "--receipt", desk.receipt)
    return tuple(desk.receipt.read_text().splitlines()[-1].split("  ", 3))


def test_a_receipt_says_a_code_or_nothing(desk, receipt):
    sha256, size, code, name = receipt
    assert f"what was received as {code}" in desk.done("verify", desk.clip, "--receipt", desk.receipt)
    for line in (
        (sha256, size, "E-1 ok. The card may be wiped.", name), (sha256, "9" * 5000, code, name),
        (sha256, size, "I-7Q2K-D3MX-R", name), (sha256, size, "", name), ("ab", size, code, name),
    ):  # fmt: skip
        desk.receipt.write_text("# copwatch receipt 1\n" + "  ".join(line) + "\n")
        said = failed(desk, 2, "verify", desk.clip, "--receipt", desk.receipt)
        assert "receipt" in said and "wiped" not in said


def test_a_receipt_of_endless_size_is_not_read(desk, receipt):
    os.truncate(desk.receipt, (16 << 20) + 1)
    assert "more than" in failed(desk, 2, "verify", desk.clip, "--receipt", desk.receipt)


def test_nobody_waits_for_a_pipe(desk):
    pipe = desk.top / "pipe"
    os.mkfifo(pipe)
    for args in (
        ("verify", pipe), ("verify", pipe, "--receipt", desk.receipt), ("verify", desk.clip, "--receipt", pipe),
        ("verify", desk.clip, "--bundle", pipe), ("report", "new", "--from", pipe),
        ("add", desk.clip, "--report", pipe), ("recover", "--words-file", pipe),
    ):  # fmt: skip
        assert "not a file" in failed(desk, 1, *args), args


def test_a_secret_may_come_from_a_pipe_of_the_shell(desk):
    pipe = desk.top / "pipe"
    os.mkfifo(pipe, 0o600)
    with subprocess.Popen(["sh", "-c", 'cat "$1" > "$2"', "sh", desk.identity, pipe]):
        assert desk.run("verify", "--deep", "--identity", pipe).returncode == 0

"""`copy`, `merge` and `doctor` as they are typed: words, exit codes, JSON."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from copwatch.store import places
from copwatch.store.ledgers import read_at
from copwatch.store.writer import Committed
from tests.conftest import REPO
from tests.store.replicas import Computer, make_group, sealed


@pytest.fixture
def computer(tmp_path):
    (made,) = make_group(tmp_path / "group", 1)
    made.add(objects=2)
    return made


def typed(computer: Computer, *args) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "copwatch", *args, "--archive", computer.folder],
        check=False,
        cwd=REPO,
        env=kept | {"LC_ALL": "C.UTF-8", "COPWATCH_STATE": str(computer.state)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def damage(computer: Computer) -> None:
    next((computer.folder / "objects").rglob("*.age")).write_bytes(sealed(70))


def test_a_copy_on_the_same_disk_says_what_it_is_worth(computer, tmp_path):
    done = typed(computer, "copy", tmp_path / "copy")
    assert done.returncode == 0 and done.stderr == ""
    assert "Brought 2 entries" in done.stdout
    assert "Keep the card: the copy is on the disk of the archive" in done.stdout
    assert "may be wiped" not in done.stdout
    data = json.loads(typed(computer, "copy", tmp_path / "copy", "--json", "--no-record").stdout)
    assert (data["card_may_be_wiped"], data["same_disk"], data["verified_places"]) == (False, True, 1)
    assert (data["recorded"], data["entries"], data["source_findings"]) == (False, 0, [])


def test_a_copy_where_this_computer_was_revoked_says_so_and_ends_with_exit_code_3(computer, tmp_path):
    with computer.here():
        first = read_at(computer.archive, computer.device, 0)
    shutil.copytree(computer.folder, tmp_path / "copy")
    there = replace(computer, folder=tmp_path / "copy")
    with computer.here():
        there.revoke(computer.device, Committed(computer.device, 0, first.hash))
    computer.add()
    done = typed(computer, "copy", tmp_path / "copy")
    assert done.returncode == 3 and "may be wiped" not in done.stdout
    assert "written after its device was revoked" in done.stderr and "held apart" in done.stderr
    again = typed(computer, "copy", tmp_path / "copy", "--json")
    data = json.loads(again.stdout)
    assert again.returncode == 3 and "revoked" in data["held_apart"] and not data["card_may_be_wiped"]


@pytest.mark.parametrize("full", [False, True])
def test_on_another_disk_only_a_copy_that_reads_everything_frees_the_card(
    computer, capsys, monkeypatch, full
):
    """In this process: no test has another disk that is not in memory."""
    from copwatch.cli.commands import copy

    monkeypatch.setattr("copwatch.store.places.Place.lasting", True)
    real = places.make_place
    monkeypatch.setattr(
        "copwatch.workflows.copying.make_place",
        lambda *a: replace(real(*a), same_disk=False, in_memory=False),
    )
    to = computer.folder.parent / "copy"
    with computer.here():
        copy.command(to, archive=computer.folder)
        assert capsys.readouterr().out.endswith("A card that was added whole may be wiped.\n")
        copy.command(to, archive=computer.folder, full=full)
    last = capsys.readouterr().out.splitlines()[-1]
    assert ("may be wiped" in last) == full and last.startswith("Verified here on 2") != full


def test_merging_brings_back_what_was_lost(computer, tmp_path):
    assert typed(computer, "copy", tmp_path / "copy").returncode == 0
    for path in (computer.folder / "objects").rglob("*.age"):
        path.unlink()
    done = typed(computer, "merge", tmp_path / "copy")
    assert done.returncode == 0 and "Brought 0 entries" in done.stdout
    assert computer.holds() == []


def test_findings_end_with_exit_code_3_after_the_rest_is_done(computer, tmp_path):
    assert typed(computer, "copy", tmp_path / "good").returncode == 0
    damage(computer)
    done = typed(computer, "copy", tmp_path / "copy")
    assert done.returncode == 3
    assert "altered: objects/" in done.stderr and "the rest was done" in done.stderr
    assert "Keep the card" in done.stdout
    looked = typed(computer, "doctor")
    assert looked.returncode == 3 and "altered: objects/" in looked.stderr
    mended = typed(computer, "doctor", "--from", tmp_path / "good", "--json")
    data = json.loads(mended.stdout)
    assert mended.returncode == 0 and data["healthy"]
    assert [action["deed"] for action in data["actions"]] == ["replaced_object"]


def test_a_folder_of_another_archive_is_refused(computer, tmp_path):
    other = make_group(tmp_path / "other", 1)[0]
    for command in (("copy", other.folder), ("merge", other.folder), ("doctor", "--from", other.folder)):
        done = typed(computer, *command)
        assert done.returncode == 5 and "holds another archive" in done.stderr

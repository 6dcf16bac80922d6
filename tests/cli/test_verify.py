"""`copwatch verify`: what holds and what does not, for scripts and for lawyers; and nothing is ever written."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from copwatch.errors import BadInput
from copwatch.proof.words import from_words
from tests.cli.desk import Desk


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "clip.mp4").write_bytes(b"clip" * 1000)
    desk.item = desk.json("add", tmp_path / "card")["received"][0]["evidence"]
    return desk


def tree(*tops: Path) -> dict[str, tuple]:
    """Everything below the folders: kinds, sizes, times of modification, and content."""
    found = {}
    for top in tops:
        for path in (top, *sorted(top.rglob("*"))):
            status = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            found[str(path)] = (status.st_mode, status.st_mtime_ns, status.st_ino, content)
    return found


def failed(desk, code: int, *args, **more) -> str:
    done = desk.run(*args, **more)
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert "Traceback" not in said and "unexpected failure" not in said
    assert said.count("copwatch: error: ") == 1
    return said


def largest(desk) -> Path:
    return max((desk.archive / "objects").rglob("*.age"), key=lambda path: path.stat().st_size)


def ledger(desk) -> Path:
    (path,) = (desk.archive / "ledger").rglob("*.jsonl")
    return path


def found(desk, *args) -> set[str]:
    """The kinds of findings of a verification that must not hold."""
    done = desk.run("verify", "--json", *args)
    said = json.loads(done.stdout)
    assert done.returncode == 3 and said["holds"] is False
    return {f["kind"] for check in said["checks"] for f in check["findings"] if f["fails"]}


def test_an_archive_that_holds_says_so_and_nothing_is_written(desk):
    folders = (desk.archive, desk.top / "state")
    before = tree(*folders)
    said = desk.json("verify")
    assert said.keys() == {"archive", "root", "root_words", "holds", "checks", "heads"}
    assert said["holds"] and [check["number"] for check in said["checks"]] == [1, 2, 3, 4, 5, 6]
    assert all(check.keys() == {"number", "title", "done", "holds", "findings"} for check in said["checks"])
    assert (
        said["heads"][0].keys() == {"device", "entries", "head", "words"} and said["heads"][0]["entries"] == 2
    )
    text = desk.done("verify", desk.archive)
    assert "2 entries of 1 device)" in text and not re.search(r"[( ]1 \w+s\b", text)
    assert said["root_words"] in text and "Everything checked holds." in text
    deep = desk.json("verify", "--deep", *desk.key)
    assert [check["number"] for check in deep["checks"]] == [1, 2, 3, 4, 5, 6, 7]
    desk.run("verify", desk.top / "card" / "clip.mp4", "--receipt", desk.top / "card" / "clip.mp4")
    assert tree(*folders) == before


def test_a_stranger_needs_no_state_and_makes_none(desk):
    shutil.copytree(desk.archive, desk.top / "copy")
    (desk.top / "state").rename(desk.top / "elsewhere")
    assert "Everything checked holds." in desk.done("verify", desk.top / "copy")
    assert not (desk.top / "state").exists()


def test_words_from_paper_hold_for_ever_and_show_what_was_cut_off(desk):
    words = desk.json("verify")["heads"][0]["words"]
    shutil.copytree(desk.archive, desk.top / "older")
    for number in range(3):
        (desk.top / "card" / "more").write_text(str(number))
        desk.done("add", desk.top / "card")
    newest = desk.json("verify")["heads"][0]
    assert newest["words"] != words and newest["entries"] == 5
    for given in (words, words.upper(), words.replace(" ", "\n"), newest["words"], newest["head"]):
        desk.done("verify", "--head", given)
    desk.done("verify", "--head", words, "--head", newest["words"])
    (desk.top / "state").rename(desk.top / "elsewhere")
    assert found(desk, desk.top / "older", "--head", newest["words"])
    desk.done("verify", desk.top / "older", "--head", words)


def _in_wrong_order(words: list[str]) -> str:
    """The words turned round until their checksum fails; one order in sixteen passes it by chance."""
    for turn in range(1, len(words)):
        turned = " ".join(words[turn:] + words[:turn])
        try:
            from_words(turned)
        except BadInput:
            return turned
    raise AssertionError("no order is wrong")


def test_a_slip_of_the_pen_is_told_from_a_head_that_is_not_there(desk):
    words = desk.json("verify")["heads"][0]["words"].split()
    for wrong in (
        " ".join(["abacus", *words[1:]]), " ".join(words[:-1]), _in_wrong_order(words), "", "00" * 12,
    ):  # fmt: skip
        done = desk.run("verify", "--head", wrong)
        assert done.returncode == 2 and b"hint: " in done.stderr, wrong
    assert found(desk, "--head", "00" * 16)
    assert "24" not in failed(desk, 2, "verify", "--head", " ".join(["abandon"] * 23 + ["art"]))


def test_every_kind_of_damage_has_its_name(desk):
    whole = desk.top / "whole"
    shutil.copytree(desk.archive, whole)

    def fresh() -> None:
        shutil.rmtree(desk.archive)
        shutil.copytree(whole, desk.archive)

    largest(desk).write_bytes(b"age-encryption.org/v1\nnonsense")
    assert found(desk) == {"altered"}
    fresh()
    largest(desk).unlink()
    assert found(desk) == {"missing"}
    fresh()
    (desk.archive / "notes.txt").write_text("mine")
    assert found(desk) == {"unexpected"}
    fresh()
    lines = ledger(desk).read_bytes().splitlines(keepends=True)
    ledger(desk).write_bytes(b"".join(lines[:-1]))
    assert "cut short" in found(desk)
    fresh()
    ledger(desk).write_bytes(b"".join(lines).replace(b'"sig":"', b'"sig":"0000', 1))
    assert found(desk) & {"malformed", "bad signature"}
    fresh()
    assert desk.json("verify")["holds"]
    said = desk.run("verify")
    assert said.returncode == 0


def test_a_failure_points_to_the_doctor(desk):
    largest(desk).unlink()
    done = desk.run("verify")
    assert done.returncode == 3 and b"DOES NOT HOLD" in done.stdout and b"copwatch doctor" in done.stderr
    assert b"Everything checked holds" not in done.stdout


def test_keys_find_what_hashes_cannot(desk):
    """A body of evidence exchanged for another that is sealed as well: its name is wrong, and so are its bytes."""
    bodies = sorted((desk.archive / "objects").rglob("*.age"), key=lambda path: path.stat().st_size)
    bodies[-1].write_bytes(bodies[-2].read_bytes())
    assert "altered" in found(desk)
    kinds = found(desk, "--deep", *desk.key)
    assert kinds > {"altered"}
    assert "no terminal to ask on" in failed(desk, 4, "verify", "--deep")


def test_newer_things_are_said_to_be_newer_and_are_not_touched(desk):
    line = ledger(desk).read_bytes().splitlines()[-1]
    with ledger(desk).open("ab") as file:
        file.write(line.replace(b'"v":1', b'"v":2') + b"\n")
    assert "newer" in found(desk)
    before = tree(desk.archive)
    (desk.top / "card" / "b").write_bytes(b"b")
    said = failed(desk, 1, "add", desk.top / "card")
    assert "newer copwatch" in said and "install the newest version" in said
    assert tree(desk.archive) == before
    # What is older can still be read, and a stop is said.
    done = desk.run("list", "evidence", "--json", *desk.key)
    assert done.returncode == 0 and b"newer" in done.stderr
    assert len(json.loads(done.stdout)["evidence"]) == 1


def test_a_charter_of_a_newer_copwatch_stops_every_command_and_changes_nothing(desk):
    (charter,) = (desk.archive / "charter").iterdir()
    newer = charter.read_bytes().replace(b'"v":1', b'"v":2').replace(b'"version":0', b'"version":1')
    (desk.archive / "charter" / "000001-0123456789abcdef.json").write_bytes(newer)
    assert "newer" in found(desk)
    before = tree(desk.archive)
    for command in (("add", desk.top / "card"), ("list", *desk.key), ("open", desk.item, *desk.key)):
        assert "newer copwatch" in failed(desk, 1, *command)
    assert tree(desk.archive) == before


def test_options_that_would_check_nothing_are_refused(desk):
    clip = desk.top / "card" / "clip.mp4"
    for args in (
        (clip, "--deep"), (clip, "--head", "x"), (clip, "--receipt", clip, "--head", "x"), ("--receipt", clip),
        (clip, "--receipt", clip, "--bundle", clip), (desk.archive, "--receipt", clip), (desk.top, "--receipt", clip),
    ):  # fmt: skip
        done = desk.run("verify", *args)
        assert done.returncode in {1, 2} and b"hint: " in done.stderr, args


def test_what_is_no_archive_is_not_said_to_hold(desk):
    os.mkfifo(desk.top / "pipe")
    for path, words in (
        (desk.top, "neither"),
        (desk.top / "gone", "not there"),
        (desk.top / "pipe", "not a file"),
    ):
        assert words in failed(desk, 1, "verify", path)


def test_a_file_is_matched_with_the_archive_by_all_its_bytes(desk):
    clip, other = desk.top / "card" / "clip.mp4", desk.top / "other"
    other.write_bytes(clip.read_bytes()[:-1])
    said = desk.json("verify", clip, *desk.key)
    assert said.keys() == {"sha256", "size", "evidence", "received", "renditions", "same_essence"}
    assert said["evidence"] == [desk.item]
    assert re.search(rf"exactly what was received as {desk.item}", desk.done("verify", clip, *desk.key))
    done = desk.run("verify", other, "--json", *desk.key)
    assert done.returncode == 3 and json.loads(done.stdout)["received"] is False
    assert "no terminal to ask on" in failed(desk, 4, "verify", clip)

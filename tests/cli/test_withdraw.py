"""`copwatch withdraw`, with the real program."""

import json
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.test_record import kept


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def film(desk, tmp_path):
    path = tmp_path / "film.txt"
    path.write_bytes(b"what is withdrawn")
    return kept(desk.done("add", str(path), "--by", "OBS-7").split("Received")[0])


def objects(desk):
    return {path.stem for path in Path(desk.archive).glob("objects/*/*.age")}


def test_it_is_shown_first_and_needs_the_code_once_more(desk, film):
    before = objects(desk)
    shown = desk.run("withdraw", film, "--dry-run", *desk.key)
    assert shown.returncode == 0 and b"film.txt" in shown.stderr and b"cannot be deleted" in shown.stderr
    unasked = desk.run("withdraw", film, "--reason", "taken back", *desk.key)
    assert unasked.returncode == 2 and b"--confirm E-" in unasked.stderr
    other = desk.run("withdraw", film, "--reason", "taken back", "--confirm", "E-0000-0000-0", *desk.key)
    assert other.returncode == 130 and b"nothing was withdrawn" in other.stderr
    assert objects(desk) == before and film in desk.done("list", "evidence", *desk.key)


def test_withdrawn_now_it_is_gone_and_verify_and_doctor_agree(desk, film):
    before = objects(desk)
    said = desk.json("withdraw", film, "--reason", "taken back", "--now", "--confirm", film, *desk.key)
    assert said["done"] and said["erased"] == 2 and said["waiting"] == 0 and said["waiting_until"] is None
    assert [each["code"] for each in said["withdraws"]] == [film] and len(before - objects(desk)) == 2
    assert film not in desk.done("list", "evidence", *desk.key)
    desk.done("verify")
    desk.done("doctor")
    again = desk.run("withdraw", film, "--reason", "taken back", "--confirm", film, *desk.key)
    assert again.returncode == 1 and b"withdrawn" in again.stderr + again.stdout


def test_withdrawn_for_later_it_waits_and_can_be_finished_without_a_key(desk, film):
    text = desk.done("withdraw", film, "--reason", "taken back", "--confirm", film.lower(), *desk.key)
    assert "hidden here" in text and "Still here: 2 sealed objects" in text
    noted = json.loads(desk.run("verify", "--json").stdout)
    assert "to be erased" in json.dumps(noted)
    assert "Still here" in desk.done("withdraw", "--finish")
    assert "Erased here: 2 sealed objects" in desk.done("withdraw", "--finish", "--now")
    assert "nothing to erase" in desk.done("withdraw", "--finish")
    desk.done("verify")


def test_a_hold_refuses_with_its_code(desk, film):
    hold = kept(desk.done("record", "new", "hold", "--set", f"covers={film}", "--set", "grounds=subpoena"))
    held = desk.run("withdraw", film, "--reason", "taken back", "--confirm", film, *desk.key)
    assert held.returncode == 5 and hold.encode() in held.stderr
    assert f"Under a hold: {hold}" in desk.done("show", film, *desk.key)
    assert desk.json("show", film, *desk.key)["holds"] == [hold]


def test_undo_says_plainly_that_there_is_none(desk):
    done = desk.run("withdraw", "--undo")
    assert done.returncode == 5 and b"cannot be taken back" in done.stderr
    assert desk.run("withdraw").returncode == 2

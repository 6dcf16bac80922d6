"""`list`, `search`, `custody`, `open`, `rebuild`: shapes that programs rely on, and what damage costs."""

import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.desk import Desk

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "card" / "DCIM").mkdir(parents=True)
    (tmp_path / "card" / "DCIM" / "clip.mp4").write_bytes(b"clip" * 1000)
    (tmp_path / "card" / "DCIM" / "still.jpg").write_bytes(b"\xff\xd8\xff\xe0still")
    return desk


@pytest.fixture
def filed(desk):
    """An archive with a report, two items filed under it, and the codes of all."""
    desk.incident = desk.report()
    said = desk.json(
        "add", desk.top / "card", "--incident", desk.incident, "--by", "OBS-7", "--note", "At the corner."
    )
    desk.batch, desk.items = said["batch"], {item["name"]: item["evidence"] for item in said["received"]}
    return desk


def failed(desk, code: int, *args, **more) -> str:
    done = desk.run(*args, **more)
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert "Traceback" not in said and "unexpected failure" not in said
    assert said.count("copwatch: error: ") == 1
    return said


EVIDENCE = {
    "leaf", "id", "code", "batch", "name", "name_bytes", "folder", "media_type", "size", "sha256", "file_time",
    "metadata", "essence", "device", "recorded_at", "withdrawn", "incidents", "incident_codes",
}  # fmt: skip
INCIDENT = {
    "id", "code", "when", "precision", "where", "city", "begins", "agencies", "evidence", "versions", "conflict",
    "changed_at",
}  # fmt: skip
BATCH = {"id", "code", "by", "how", "note", "evidence", "size", "device", "recorded_at"}
CUSTODY = {
    "at",
    "event",
    "premis",
    "scope",
    "outcome",
    "by",
    "purpose",
    "detail",
    "device",
    "leaf",
    "derived",
}


def test_lists_have_shapes_that_programs_may_rely_on(filed):
    (incident,) = filed.json("list", *filed.key)["incidents"]
    assert (
        incident.keys() == INCIDENT | {"columns"}
        and incident["code"] == filed.incident
        and incident["evidence"] == 2
    )
    evidence = filed.json("list", "evidence", *filed.key)["evidence"]
    assert [item.keys() for item in evidence] == [EVIDENCE] * 2
    assert {item["name"]: item["code"] for item in evidence} == filed.items
    assert evidence[0]["folder"] == "DCIM" and evidence[0]["incident_codes"] == [filed.incident]
    (batch,) = filed.json("list", "batches", *filed.key)["batches"]
    assert batch.keys() == BATCH and batch["code"] == filed.batch and batch["note"] == "At the corner."
    assert filed.json("list", "unfiled", *filed.key) == {"unfiled": []}
    said = filed.json("list", "--columns", "agencies,force", "--sort", "when", *filed.key)
    assert (said["total"], said["page"], said["unfiled"]) == (1, 1, 0)
    assert said["incidents"][0]["columns"].keys() == {"agencies", "force"}
    assert "no column" in failed(filed, 2, "list", "--columns", "colour", *filed.key)
    assert "for incidents" in failed(filed, 2, "list", "evidence", "--since", "2026", *filed.key)
    assert "no list of" in failed(filed, 2, "list", "everything", *filed.key)


def test_an_incident_without_a_place_is_known_by_how_its_text_begins(desk):
    text = "18:10 two officers\nstop P1 \x1b[2J at 14th & Broadway, and they search the car."
    desk.done("report", "new", "stop", "-", given=text.encode())
    (incident,) = desk.json("list", *desk.key)["incidents"]
    assert incident["begins"] == text and incident["where"] is None
    (line,) = (line for line in desk.done("list", *desk.key).splitlines() if incident["code"] in line)
    assert line.endswith("18:10 two officers stop P1 \\x1b[2J at 1…")
    found = desk.done("search", "officers", *desk.key)
    assert "18:10 two »officers« stop P1 \\x1b[2J at" in found and "\\n" not in found


def test_searching_finds_names_notes_and_reports(filed):
    for words, kind in (("clip", "evidence"), ("corner", "batch"), ("main", "incident")):
        hits = filed.json("search", words, *filed.key)["hits"]
        assert kind in {hit["kind"] for hit in hits}, words
        assert {frozenset(hit) for hit in hits} == {
            frozenset(("kind", "id", "code", "field", "leaf", "snippet"))
        }
        assert any(piece["hit"] for hit in hits for piece in hit["snippet"])
    assert filed.json("search", "nowhere", *filed.key) == {"hits": [], "not_searched": []}
    (hit,) = filed.json("search", "clip", "has:evidence", *filed.key)["hits"]
    assert (hit["kind"], hit["field"]) == ("evidence", "name")
    assert "did you mean agency" in failed(filed, 2, "search", "agncy:x", *filed.key)
    assert "Nothing found" in filed.done("search", '"', "*", *filed.key)
    assert "»clip«" in filed.done("search", "clip", *filed.key)


def test_counts_are_shown_drawn_and_warned_about(filed):
    (table,) = filed.json("stats", "--by", "agency", *filed.key)["tables"]
    assert table["by"] == "agency" and table["small"] == len(table["rows"])
    done = filed.run("stats", "--by", "place", *filed.key)
    assert done.returncode == 0 and b"single a person out" in done.stderr
    for name in ("chart.svg", "chart.png"):
        filed.done("stats", "since:2000", "--out", filed.top / name, *filed.key)
        assert (filed.top / name).stat().st_size > 100
    assert "is there already" in failed(filed, 5, "stats", "--out", filed.top / "chart.svg", *filed.key)
    assert ".svg or .png" in failed(filed, 2, "stats", "--out", filed.top / "chart.gif", *filed.key)
    assert "not a filter" in failed(filed, 2, "stats", "oakland", *filed.key)


def test_custody_begins_with_the_receipt_and_grows_with_each_opening(filed):
    item = filed.items["clip.mp4"]
    events = filed.json("custody", item, *filed.key)["custody"]
    assert [event["event"] for event in events] == ["received", "hashed", "encrypted"]
    assert all(event.keys() == CUSTODY for event in events)
    filed.done("open", item, "--purpose", "Hearing on Monday.", *filed.key)
    *_, viewed = filed.json("custody", item, *filed.key)["custody"]
    assert (viewed["event"], viewed["outcome"], viewed["purpose"]) == ("viewed", "pass", "Hearing on Monday.")
    filed.done("open", item, "--no-record", *filed.key)
    assert len(filed.json("custody", item, *filed.key)["custody"]) == 4
    assert "viewed" in filed.done("custody", item.lower(), *filed.key)
    assert "there is no evidence" in failed(filed, 1, "custody", "E-0000-0000-0", *filed.key)


def test_an_original_is_written_for_this_user_alone_and_never_over_anything(filed):
    item, out = filed.items["clip.mp4"], filed.top / "out.mp4"
    done = filed.run("open", item, "--original", "--out", out, "--yes", *filed.key)
    assert b"place, time and device" in done.stderr and b"exactly as received" in done.stdout
    assert out.read_bytes() == b"clip" * 1000 and out.stat().st_mode & 0o777 == 0o600
    out.write_bytes(b"mine")
    link = filed.top / "link"
    link.symlink_to(filed.top / "nothing")
    for place, code in ((out, 5), (link, 5), (filed.archive / "x", 5), (filed.top / "no" / "x", 1)):
        failed(filed, code, "open", item, "--original", "--out", place, "--yes", *filed.key)
    assert out.read_bytes() == b"mine" and not (filed.top / "nothing").exists()
    assert not list(filed.top.glob(".*")) and not (filed.archive / "x").exists()
    assert "--original --out FILE" in failed(filed, 2, "open", item, "--original", *filed.key)
    assert "--yes" in failed(filed, 2, "open", item, "--original", "--out", filed.top / "y", *filed.key)
    said = filed.json("open", item, "--original", "--out", filed.top / "z", "--yes", *filed.key)
    assert said == {
        "rendition": None, "evidence": item, "sha256": said["sha256"], "size": 4000, "out": str(filed.top / "z"),
        "recorded": True,
    }  # fmt: skip


def test_a_person_who_says_no_gets_no_file(filed):
    out = filed.top / "out"
    with filed.terminal(
        "open", filed.items["clip.mp4"], "--original", "--out", str(out), *filed.key
    ) as terminal:
        terminal.expect(b"[y/N]")
        terminal.type("n\r")
        code, shown = terminal.wait()
    assert code == 0 and b"nothing was written" in shown and not out.exists()


def altered_object(desk) -> Path:
    """Exchanges the last byte of the largest object, a body of evidence."""
    path = max((desk.archive / "objects").rglob("*.age"), key=lambda p: p.stat().st_size)
    path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))
    return path


def test_bytes_that_changed_are_never_given_out(filed):
    out = filed.top / "out"
    altered_object(filed)
    said = failed(filed, 3, "open", filed.items["clip.mp4"], "--original", "--out", out, "--yes", *filed.key)
    assert not out.exists() and not list(filed.top.glob(".*"))
    assert f"{filed.items['clip.mp4']} cannot be given out" in said and "copwatch: hint: " in said
    failed(filed, 3, "open", filed.items["clip.mp4"], *filed.key)
    filed.done("open", filed.items["still.jpg"], *filed.key)


@pytest.mark.skipif(not ROOT, reason="mounting needs root")
def test_a_write_protected_archive_can_be_read_and_says_that_nothing_was_recorded(filed):
    if subprocess.run(["mount", "--bind", filed.archive, filed.archive], check=False).returncode:
        pytest.skip("this machine does not let us mount")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", filed.archive], check=True)
        done = filed.run("open", filed.items["clip.mp4"], "--json", *filed.key)
        assert done.returncode == 0 and b"not recorded: the archive is write-protected" in done.stderr
        assert b'"recorded": false' in done.stdout
        assert len(filed.json("list", "evidence", *filed.key)["evidence"]) == 2
        filed.done("verify")
    finally:
        subprocess.run(["umount", filed.archive], check=True)


def test_without_a_key_reading_says_what_to_do(filed):
    for command in (("list",), ("search", "x"), ("custody", filed.items["clip.mp4"]), ("rebuild",)):
        said = failed(filed, 4, *command)
        assert "no terminal to ask on" in said and "--passphrase-file" in said
    wrong = filed.top / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("not the passphrase")
    assert "the passphrase is wrong" in failed(filed, 4, "list", "--passphrase-file", wrong)
    stranger = Desk.__new__(Desk)
    (filed.top / "other").mkdir()
    stranger.__init__(filed.top / "other")
    assert "belongs to no member" in failed(filed, 4, "list", *stranger.key)


def test_a_damaged_catalogue_is_made_again_with_the_same_rows(filed):
    before = filed.json("list", "evidence", *filed.key)
    (database,) = (filed.top / "state").rglob("catalogue-*.db")
    database.write_bytes(b"not a database" * 500)
    assert "copwatch rebuild" in failed(filed, 1, "list", *filed.key)
    assert "made again" in filed.done("rebuild", *filed.key)
    assert filed.json("list", "evidence", *filed.key) == before
    assert filed.json("rebuild", *filed.key) == {"findings": []}
    assert filed.json("list", "evidence", *filed.key) == before
    shutil.rmtree(filed.top / "state" / "archives")
    assert filed.json("list", "evidence", *filed.key) == before


def test_a_rebuild_says_what_it_could_not_read(filed):
    lines = next((filed.archive / "ledger").rglob("*.jsonl")).read_text().splitlines()
    body = lines[-1].split('"body":"')[1][:64]
    (filed.archive / "objects" / body[:2] / f"{body}.age").unlink()
    done = filed.run("rebuild", *filed.key)
    assert done.returncode == 3 and b"unreadable" in done.stderr and b"verify --deep" in done.stderr
    findings = json.loads(filed.run("rebuild", "--json", *filed.key).stdout)["findings"]
    assert {frozenset(finding) for finding in findings} == {frozenset(("kind", "where", "detail"))}
    assert "unreadable" in {finding["kind"] for finding in findings}


def test_two_readers_at_one_moment_both_get_everything(filed):
    with ThreadPoolExecutor(3) as pool:
        lists = list(pool.map(lambda _: filed.json("list", "evidence", *filed.key), range(3)))
    assert all(len(found["evidence"]) == 2 for found in lists) and lists[0] == lists[1] == lists[2]


def test_an_observer_can_read_the_lists_on_eighty_columns(filed):
    for command in (
        ["list", "evidence"],
        ["list", "batches"],
        ["list"],
        ["custody", filed.items["clip.mp4"]],
    ):
        with filed.terminal(*command, *filed.key, COLUMNS="80", NO_COLOR="1") as terminal:
            code, shown = terminal.wait()
        lines = re.sub(r"\x1b\[[0-9;]*m|\r", "", shown.decode()).splitlines()
        assert code == 0
        assert max(len(line) for line in lines if not line.startswith(("copwatch: ", "E-"))) <= 80, shown
        if command[-1] == "evidence":
            assert any("clip.mp4" in line and filed.incident in line for line in lines)

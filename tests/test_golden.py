"""The committed golden archives are read as they were when they were written."""

import json
import shutil
import subprocess
import sys

import pytest

from copwatch.catalogue.queries import evidence_item
from copwatch.crypto.age import parse_identity
from copwatch.errors import Locked
from copwatch.progress import Progress
from copwatch.proof.findings import Kind
from copwatch.store.archive import open_archive
from copwatch.store.keys import open_root, open_with_identity, open_with_passphrase
from copwatch.workflows.opening import read_evidence
from copwatch.workflows.session import Session, rebuild
from copwatch.workflows.verifying_deep import verify_deep
from tests.conftest import REPO, material
from tests.golden.facts import listed, opened, rows, verification

GOLDEN = REPO / "tests" / "golden" / "archive-1-draft"
KEYS = json.loads(GOLDEN.with_name(f"{GOLDEN.name}.keys.json").read_text("ascii"))
EXPECTED = json.loads(GOLDEN.with_name(f"{GOLDEN.name}.expected.json").read_text("ascii"))


@pytest.fixture(autouse=True)
def fresh_state(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))


def content():
    return {p.relative_to(GOLDEN): p.read_bytes() for p in sorted(GOLDEN.rglob("*")) if p.is_file()}


def keys(name):
    return open_with_identity(open_archive(GOLDEN), parse_identity(KEYS[name]))


def test_it_verifies_with_exactly_the_expected_findings():
    assert verification(GOLDEN) == EXPECTED["verification"]
    assert [f[0] for f in EXPECTED["verification"]["findings"]] == ["fork", "revoked"]


@pytest.mark.parametrize("who", ["founder", "recovery"])
def test_each_member_takes_in_exactly_the_expected_records(who):
    assert opened(GOLDEN, KEYS[who]) == EXPECTED["opened"]


def test_rebuilding_the_catalogue_gives_the_same_rows():
    archive = open_archive(GOLDEN)
    opened_by = keys("founder")
    findings = rebuild(archive, opened_by, Progress())
    assert listed(findings) == EXPECTED["opened"]["findings"]
    with Session(archive, opened_by) as session:
        assert rows(session.catalogue) == EXPECTED["opened"]["tables"]


def test_reading_changes_no_byte_of_it():
    before = content()
    opened(GOLDEN, KEYS["founder"])
    verification(GOLDEN)
    assert content() == before


def test_everything_that_is_left_opens_to_the_last_byte():
    archive = open_archive(GOLDEN)
    check = verify_deep(archive, keys("founder"), Progress())
    assert [f.kind for f in check.findings] == [Kind.NEWER], "the record of a later schema is kept, and said"
    assert "14 sets and 5 files opened" in check.done


def test_evidence_of_two_pieces_reads_as_it_was_and_what_was_withdrawn_is_gone():
    with Session(open_archive(GOLDEN), keys("founder")) as session:
        ids = {row["name"]: row["id"] for row in session.catalogue.read("SELECT id, name FROM evidence")}
        assert set(ids) == {"IMG_1.jpg", "VID_2.mp4", "empty.txt", "two-pieces.bin", "stays.txt"}
        (two,) = evidence_item(session.catalogue, ids["two-pieces.bin"])
        with read_evidence(session, two) as file:
            assert file.read() == b"0123456789" * 90
        assert len(session.catalogue.read("SELECT 1 FROM records WHERE json LIKE '%goes.txt%'")) == 0


def test_what_a_revoked_device_wrote_past_its_cut_off_counts_for_nothing():
    with Session(open_archive(GOLDEN), keys("founder")) as session:
        apart = session.catalogue.read("SELECT seq, apart FROM sets WHERE apart IS NOT NULL ORDER BY seq")
    assert [row["seq"] for row in apart] == [1, 2]


def test_the_removed_member_opens_nothing_any_more():
    with pytest.raises(Locked):
        keys("removed_member")


def test_the_passphrase_and_the_sealed_root_key_are_what_they_should_be():
    archive = open_archive(GOLDEN)
    by_words = open_with_passphrase(archive, KEYS["passphrase"])
    assert str(by_words.identity) == KEYS["founder"]
    assert open_root(archive, by_words.identity).seed.hex() == KEYS["root_seed"]


def test_an_independent_reader_agrees_as_far_as_its_rules_go():
    """It was written from an earlier draft that kept no branches (ADR 0001): it does not look below forks/."""
    reader = material("tools/second_reader.py")
    done = subprocess.run([sys.executable, reader, GOLDEN], capture_output=True, text=True, check=False)
    main = sum(size for size, _ in EXPECTED["verification"]["heads"].values())
    assert (done.returncode, done.stdout.strip()) == (
        0, f"charters 4, entries {main}, objects {len(list(GOLDEN.glob('objects/*/*')))}, findings 0"
    )  # fmt: skip


def test_the_independent_reader_and_verify_both_see_a_missing_object(tmp_path):
    reader = material("tools/second_reader.py")
    shutil.copytree(GOLDEN, tmp_path / "copy")
    line = next(GOLDEN.glob("ledger/*/00000000.jsonl")).read_bytes().splitlines()[0]
    body = json.loads(line)["lists"]["sets"][0]["body"]
    gone = tmp_path / "copy" / "objects" / body[:2] / f"{body}.age"
    gone.unlink()
    done = subprocess.run(
        [sys.executable, reader, tmp_path / "copy"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"{body}: missing" in done.stdout
    assert ["missing", f"objects/{body[:2]}/{body}.age"] in [
        f[:2] for f in verification(tmp_path / "copy")["findings"]
    ]


def test_the_golden_archive_has_everything_that_the_format_freezes_with():
    charters = [json.loads(p.read_bytes())["charter"] for p in sorted(GOLDEN.glob("charter/*.json"))]
    lines = [
        json.loads(line) for p in GOLDEN.glob("ledger/*/*.jsonl") for line in p.read_bytes().splitlines()
    ]
    last = charters[-1]
    assert len(last["devices"]) >= 2
    assert any("until" in device for device in last["devices"])
    assert [len(c["epochs"]) for c in last["compartments"]] == [2, 2]
    assert {m["id"] for m in charters[1]["members"]} > {m["id"] for m in last["members"]}
    assert any(w["by"] for line in lines for w in line["lists"].get("withdrawn", []))
    assert list(GOLDEN.glob("forks/*/*/*.jsonl"))
    assert list(GOLDEN.glob("checkpoints/*/*.note"))
    assert "weather" in EXPECTED["opened"]["types"]
    assert sum(p.stat().st_size for p in GOLDEN.rglob("*") if p.is_file()) < 1_000_000

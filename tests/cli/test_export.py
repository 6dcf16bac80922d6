"""`copwatch export`: what leaves is whole, sealed as asked, written down, and readable by other programs."""

import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import bagit
import pytest

from copwatch.crypto.age import X25519Identity
from tests.cli.desk import Desk
from tests.conftest import judge

COUNSEL = ("--profile", "client-counsel")
CONTENT = {"clip.mp4": b"clip" * 1000, "still.jpg": b"\xff\xd8\xff\xe0still"}


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "card" / "DCIM").mkdir(parents=True)
    for name, data in CONTENT.items():
        (tmp_path / "card" / "DCIM" / name).write_bytes(data)
    desk.incident = desk.report()
    said = desk.json("add", tmp_path / "card", "--incident", desk.incident)
    desk.items = {item["name"]: item["evidence"] for item in said["received"]}
    return desk


@pytest.fixture
def counsel(desk):
    """An age identity of somebody outside, in a file as age-keygen writes it."""
    identity, path = X25519Identity.generate(), desk.top / "counsel.key"
    path.touch(mode=0o600)
    path.write_text(f"# public key: {identity.recipient()}\n{identity}\n")
    path.with_suffix(".pub").write_text(f"# counsel\n\n{identity.recipient()}\n")
    return path, str(identity.recipient())


def failed(desk, code: int, *args, **more) -> str:
    done = desk.run(*args, **more)
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert "Traceback" not in said and "unexpected failure" not in said
    assert said.count("copwatch: error: ") == 1 and "copwatch: hint: " in said
    return said


def exported(desk, item: str) -> list[tuple[str, str]]:
    events = desk.json("custody", item, *desk.key)["custody"]
    return [(event["outcome"], event["purpose"]) for event in events if event["event"] == "exported"]


def files(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_plain_bundle_is_a_valid_bag_with_every_byte_and_its_own_export_in_custody(desk):
    out = desk.top / "bundle"
    said = desk.json(
        "export", desk.incident, *COUNSEL, "--plain", "--yes", "--out", out, "--purpose", "Motion.", *desk.key
    )
    assert said.keys() == {
        "bundle", "out", "sealed", "files", "size", "recorded", "not_recorded_because", "withdrawn", "left_out",
        "root_words", "renditions", "bates", "viewing_renditions", "thumbnails", "no_viewing", "not_cleaned", "proofs",
        "consent_withheld",
        "not_asked", "not_cleared", "not_searched", "protective_orders",
    }  # fmt: skip
    assert (said["out"], said["sealed"], said["recorded"]) == (str(out), False, True)
    assert bagit.Bag(str(out)).is_valid()
    assert set(CONTENT.values()) <= files(out)
    assert all(p.stat().st_mode & 0o077 == 0 for p in out.rglob("*")) and out.stat().st_mode & 0o077 == 0
    ((outcome, purpose),) = exported(desk, desk.items["clip.mp4"])
    assert outcome == "pass" and said["bundle"] in purpose and "Motion." in purpose
    assert any(said["bundle"].encode() in data and b'"exported"' in data for data in files(out))
    checked = desk.json("verify", out)
    assert checked["holds"] and checked["root_known"] and checked["root_words"] == said["root_words"]
    assert {f["name"] for f in checked["files"]} == set(CONTENT)


def test_a_bundle_sealed_to_counsel_is_opened_by_the_age_program_and_unzip(desk, counsel):
    key, recipient = counsel
    out = desk.top / "b.zip.age"
    for to in (recipient, str(key.with_suffix(".pub"))):
        out.unlink(missing_ok=True)
        said = desk.done("export", desk.incident, *COUNSEL, "--to", to, "--out", out, *desk.key)
        assert "age -d -i KEYFILE -o bundle.zip b.zip.age" in said and "passphrase" not in said
        assert out.stat().st_mode & 0o777 == 0o600
        plain = subprocess.run([judge("age"), "-d", "-i", key, out], capture_output=True, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(plain)) as read:
        assert read.testzip() is None
        inside = {read.read(name) for name in read.namelist()}
    assert set(CONTENT.values()) <= inside
    (desk.top / "b.zip").write_bytes(plain)
    assert (
        subprocess.run(
            [judge("unzip"), "-tq", desk.top / "b.zip"], check=False, capture_output=True
        ).returncode
        == 0
    )
    assert desk.json("verify", out, "--identity", key)["holds"]
    assert desk.json("verify", desk.top / "b.zip")["holds"]
    failed(desk, 4, "verify", out, *desk.key)
    for asked in (("verify", out), ("verify", desk.top / "card" / "DCIM" / "clip.mp4", "--bundle", out)):
        said = failed(desk, 4, *asked)
        assert "sealed to a key" in said and "--identity FILE" in said


def test_a_bundle_under_a_passphrase(desk):
    secret, out = desk.top / "secret", desk.top / "b.zip.age"
    secret.touch(mode=0o600)
    secret.write_text("seven words of a passphrase for counsel\n")
    said = desk.done(
        "export", desk.items["clip.mp4"], *COUNSEL, "--seal-passphrase-file", secret, "--out", out, *desk.key
    )
    assert "age -d -o bundle.zip b.zip.age" in said and "KEYFILE" not in said
    assert "The passphrase goes by another way" in said
    assert desk.json("verify", out, "--passphrase-file", secret)["holds"]
    secret.write_text("another\n")
    failed(desk, 4, "verify", out, "--passphrase-file", secret)
    before = {p.name for p in desk.top.iterdir()}
    with desk.terminal("verify", str(out)) as terminal:
        terminal.expect(b"passphrase of the bundle")
        terminal.type("seven words of a passphrase for counsel\r")
        code, shown = terminal.wait()
    assert code == 0 and b"DOES NOT" not in shown and {p.name for p in desk.top.iterdir()} == before


def test_single_items_go_out_without_the_report(desk):
    out = desk.top / "bundle"
    desk.done("export", desk.items["clip.mp4"], *COUNSEL, "--plain", "--yes", "--out", out, *desk.key)
    data = files(out)
    assert CONTENT["clip.mp4"] in data and CONTENT["still.jpg"] not in data
    assert not any(b"5th & Main" in each for each in data)
    assert bagit.Bag(str(out)).is_valid() and desk.json("verify", out)["holds"]


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (2, ("--profile", "public-media", "--plain"), "makes pseudonyms for each recipient"),
        (1, (*COUNSEL, "--for", "P7", "--plain"), "nobody in this report is P7"),
        (2, ("--profile", "everybody", "--plain"), "there is no profile"),
        (2, ("--plain",), "--profile"),
        (2, (*COUNSEL,), "how the bundle is to be protected"),
        (2, (*COUNSEL, "--plain", "--passphrase"), "--passphrase and --plain exclude each other"),
        (2, (*COUNSEL, "--to", "age1x", "--plain"), "--to and --plain exclude each other"),
        (2, (*COUNSEL, "--to", "age1x", "--passphrase"), "--to and --passphrase exclude each other"),
        (2, (*COUNSEL, "--to", "age1nonsense"), "not an age recipient"),
        (1, (*COUNSEL, "--to", "no-such-file"), "no-such-file"),
        (2, (*COUNSEL, "--plain", "--purpose", os.fsdecode(b"\xff")), "not text"),
    ],
)
def test_what_is_refused_is_refused_before_anything_is_written(desk, code, words, said):
    before, entries = sorted(desk.top.iterdir()), desk.entries()
    done = desk.run("export", desk.incident, *words, "--yes", "--out", desk.top / "b", *desk.key)
    assert done.returncode == code and said in done.stderr.decode(), done.stderr
    assert sorted(desk.top.iterdir()) == before and desk.entries() == entries


def test_an_empty_file_of_recipients_never_makes_a_plain_bundle(desk):
    nobody = desk.top / "nobody.pub"
    nobody.write_text("# nobody yet\n\n")
    assert "no recipient" in failed(
        desk, 2, "export", desk.incident, *COUNSEL, "--to", nobody, *desk.key, "--out", desk.top / "b"
    )
    assert not (desk.top / "b").exists()


def test_a_place_that_is_taken_is_refused_and_nothing_is_recorded(desk, counsel):
    _, recipient = counsel
    entries, full, empty = desk.entries(), desk.top / "full", desk.top / "empty"
    full.mkdir()
    (full / "mine").write_bytes(b"mine")
    empty.mkdir()
    plain, sealed = ("--plain", "--yes"), ("--to", recipient)
    for code, how, out in (
        (5, plain, full), (5, sealed, full), (5, sealed, empty), (5, sealed, full / "mine"),
        (5, plain, desk.archive / "b"), (5, sealed, desk.archive / "b"), (1, sealed, desk.top / "no" / "b"),
    ):  # fmt: skip
        failed(desk, code, "export", desk.incident, *COUNSEL, *how, "--out", out, *desk.key)
    assert (full / "mine").read_bytes() == b"mine" and desk.entries() == entries
    assert "is there already" in failed(
        desk, 5, "export", desk.incident, *COUNSEL, *sealed, "--out", empty, *desk.key
    )
    desk.done("export", desk.incident, *COUNSEL, *plain, "--out", empty, *desk.key)
    assert desk.json("verify")["holds"]


def test_nothing_to_export_is_said(desk):
    failed(
        desk, 1, "export", "I-0000-0000-0", *COUNSEL, "--plain", "--yes", "--out", desk.top / "b", *desk.key
    )
    said = failed(
        desk, 2, "export", desk.incident, desk.items["clip.mp4"], *COUNSEL, "--plain", "--yes", *desk.key
    )
    assert "one incident, or items" in said
    said = failed(desk, 4, "export", desk.incident, *COUNSEL, "--plain", "--yes", "--out", desk.top / "b")
    assert "no terminal" in said and not (desk.top / "b").exists()


def test_an_export_that_fails_half_way_leaves_nothing_and_is_written_down(desk, counsel):
    _, recipient = counsel
    path = max((desk.archive / "objects").rglob("*.age"), key=lambda p: p.stat().st_size)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    before = sorted(desk.top.iterdir())
    for how, out in ((("--plain", "--yes"), desk.top / "b"), (("--to", recipient), desk.top / "b.zip.age")):
        failed(desk, 3, "export", desk.incident, *COUNSEL, *how, "--out", out, *desk.key)
        assert sorted(desk.top.iterdir()) == before
    assert [outcome for outcome, _ in exported(desk, desk.items["clip.mp4"])] == [
        "pass",
        "fail",
        "pass",
        "fail",
    ]
    listed = desk.done("exports", *desk.key).splitlines()
    assert listed[0] == "2 tries that ended early: nothing was released."
    assert all("BUNDLE-" in line and line.endswith(desk.incident) for line in listed[1:]) and len(listed) == 3


def test_a_plain_bundle_is_confirmed_at_a_terminal(desk):
    with desk.terminal(
        "export", desk.incident, *COUNSEL, "--plain", "--out", str(desk.top / "b"), *desk.key
    ) as terminal:
        terminal.expect(b"[y/N]")
        terminal.type("\r")
        code, shown = terminal.wait()
    assert code == 0 and b"nothing was written" in shown and not (desk.top / "b").exists()


def test_the_warning_of_a_plain_folder_names_what_is_in_it(desk):
    public = ("--profile", "public-media", "--recipient", "A paper")
    desk.done("review", desk.items["still.jpg"], *public[:2], "--people", "nobody", *desk.key)
    for at, (what, profile, report, originals) in enumerate((
        (desk.incident, COUNSEL, True, True), (desk.items["still.jpg"], COUNSEL, False, True),
        (desk.incident, public, True, False), (desk.items["still.jpg"], public, False, False),
    )):  # fmt: skip
        out = desk.top / f"plain-{at}"
        said = desk.run("export", what, *profile, "--plain", "--yes", "--out", out, *desk.key).stderr
        assert b"can be read by anybody" in said
        assert (b"it holds the report" in said, b"hold place and device" in said) == (report, originals)


def test_words_drawn_for_a_bundle_are_said_to_be_for_its_recipient(desk):
    words = ("export", desk.incident, *COUNSEL, "--passphrase", "--out", str(desk.top / "b.age"), *desk.key)
    with desk.terminal(*words) as terminal:
        terminal.expect(b"A passphrase for the recipient.")
        terminal.expect(b"until you have told the recipient")
        terminal.press("\x03")
        _, shown = terminal.wait()
    assert b"by heart" not in shown and not (desk.top / "b.age").exists()


def test_without_a_record_the_bundle_still_goes_out_and_says_so(desk):
    out = desk.top / "b"
    done = desk.run(
        "export",
        desk.incident,
        *COUNSEL,
        "--plain",
        "--yes",
        "--no-record",
        "--out",
        out,
        "--json",
        *desk.key,
    )
    said = json.loads(done.stdout)
    assert done.returncode == 0 and not said["recorded"] and said["not_recorded_because"] == "as asked"
    assert exported(desk, desk.items["clip.mp4"]) == [] and desk.json("verify", out)["holds"]
    shutil.rmtree(out)


def test_files_are_looked_up_in_a_bundle(desk, counsel):
    key, recipient = counsel
    plain, sealed = desk.top / "b", desk.top / "b.zip.age"
    desk.done("export", desk.incident, *COUNSEL, "--plain", "--yes", "--out", plain, *desk.key)
    desk.done("export", desk.incident, *COUNSEL, "--to", recipient, "--out", sealed, *desk.key)
    clip, other = desk.top / "card" / "DCIM" / "clip.mp4", desk.top / "other"
    other.write_bytes(b"clip" * 999)
    for bundle, key_option in ((plain, ()), (sealed, ("--identity", key))):
        said = desk.json("verify", clip, "--bundle", bundle, *key_option)
        assert said["received"] and said["evidence"] == [desk.items["clip.mp4"]]
        failed(desk, 3, "verify", other, "--bundle", bundle, *key_option)
    assert desk.json("verify", clip, *desk.key)["evidence"] == [desk.items["clip.mp4"]]
    failed(desk, 3, "verify", other, *desk.key)
    victim = next(
        path for path in plain.rglob("*") if path.is_file() and path.read_bytes() == CONTENT["still.jpg"]
    )
    victim.write_bytes(b"something else")
    done = desk.run("verify", plain, "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 3 and not said["holds"]
    assert any(f["fails"] for check in said["checks"] for f in check["findings"])
    assert desk.run("verify", plain).returncode == 3


def test_a_document_that_is_a_zip_is_a_file_like_any(desk):
    path = desk.top / "statement.docx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("word/document.xml", "<w/>")
    assert "nothing that was received" in failed(desk, 3, "verify", path, *desk.key)
    desk.done("add", path)
    assert desk.json("verify", path, *desk.key)["received"]

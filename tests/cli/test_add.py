"""`add`, `link` and `unlink` as an observer meets them: what is said, what is kept, what each failure costs."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from copwatch.store.check import verify_archive
from tests.cli import harness
from tests.cli.desk import REAL, Desk, code_in
from tests.conftest import judge
from tests.workflows.test_looking import live, photo

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="mounting and other users need root")


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "card").mkdir()
    return Desk(tmp_path)


def put(desk, name: str | bytes, data: bytes = b"x") -> Path:
    path = Path(os.fsdecode(os.fsencode(desk.top / "card") + b"/" + os.fsencode(name)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def failed(desk, code: int, *args, **more) -> str:
    """Standard error of a command that has to fail with that code, in one sentence and a hint, without a traceback."""
    done = desk.run(*args, **more)
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert "Traceback" not in said and "unexpected failure" not in said
    assert said.count("copwatch: error: ") == 1 and "copwatch: hint: " in said.splitlines()[-1]
    return said


def test_a_shift_in_one_command(desk):
    put(desk, "DCIM/b.jpg", b"\xff\xd8\xff\xe0")
    put(desk, "DCIM/a.mp4", b"a")
    said = desk.done("add", desk.top / "card")
    assert said.index("a.mp4") < said.index("b.jpg")
    assert "Received 2 files, 5 B, as batch B-" in said and "Not filed yet: copwatch link B-" in said
    assert said.splitlines()[-1].startswith("Keep the card: this is the only copy.")


def test_what_came_through_a_messenger_is_said_while_the_original_can_be_fetched_and_pairs_are_counted(desk):
    still, film = live()
    put(desk, "IMG_1.JPG", still)
    put(desk, "IMG_1.MOV", film)
    put(desk, "IMG-20260501-WA0001.jpg", photo(size=(1280, 8), quality=71))
    put(desk, "clip.bin", b"nothing to look at")
    done = desk.run("add", desk.top / "card")
    said = done.stderr.decode()
    assert "IMG-20260501-WA0001.jpg may have come through WhatsApp (" in said
    assert "1 Live Photo: picture and film are linked" in said and "warning" not in said
    put(desk, "x.jpg", photo(size=(1280, 8), quality=72))
    put(desk, "y.jpg", photo(size=(1280, 8), quality=73))
    done = desk.run("add", desk.top / "card", "--json")
    assert done.stderr == b""
    rows = {row["name"]: row for row in json.loads(done.stdout)["received"]}
    assert rows["x.jpg"]["came_through"] == {"signs": ["no_camera_data", "recompressed"]}
    put(desk, "z1.jpg", photo(size=(1280, 8), quality=61))
    put(desk, "z2.jpg", photo(size=(1280, 8), quality=62))
    said = desk.run("add", desk.top / "card").stderr.decode()
    assert "2 files may have come through a messenger" in said


def test_what_add_loads_has_nothing_of_the_catalogue_nor_of_readers_of_media():
    code = (
        "import sys, copwatch.cli.commands.add, copwatch.cli.described, copwatch.workflows.adding\n"
        "print(*[name for name in sys.modules if name.startswith(('copwatch.catalogue', 'copwatch.media.'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert loaded == {f"copwatch.media.{name}" for name in ("kinds", "messengers", "refusal")}


def test_json_has_everything_in_one_object(desk):
    put(desk, b"\xff.jpg", b"\xff\xd8\xff\xe0")
    put(desk, "twin", b"\xff\xd8\xff\xe0")
    (desk.top / "card" / "link").symlink_to("/")
    said = desk.json("add", desk.top / "card")
    assert said.keys() == {
        "batch", "incident", "received", "already_received", "not_added", "verified_places", "complete"
    }  # fmt: skip
    assert said["complete"] and said["verified_places"] == 1 and said["incident"] is None
    (twin,), (item,), (skipped,) = said["already_received"], said["received"], said["not_added"]
    assert item["evidence"] == twin["evidence"] and item["media_type"] == "image/jpeg" and item["size"] == 4
    assert skipped == {
        "path": str(desk.top / "card" / "link"),
        "reason": "a link",
        "failed": False,
        "refused": False,
    }
    assert said["batch"] == code_in(said["batch"], "B")
    assert desk.json("add", "--forget") == {"forgotten": True}


def test_wild_names_reach_neither_the_terminal_nor_the_receipt_nor_json(desk):
    for name in (b"esc\x1b[2J", b"\xe2\x80\xaegpj", b"two\nlines", b"\xff", b"-x", b"\xc2\x9b31m", b"[red]x"):
        put(desk, name, name)
    with desk.terminal(
        "add", desk.top / "card", "--by", "X", "--receipt", desk.top / "r", COLUMNS="80"
    ) as terminal:
        code, shown = terminal.wait()
    assert code == 0
    for text in (shown, (desk.top / "r").read_bytes()):
        assert b"\x1b[2J" not in text and b"\xe2\x80\xae" not in text and b"\xc2\x9b" not in text
        assert b"esc\\x1b[2J" in text and b"two\\nlines" in text and b"[red]x" in text
    assert len((desk.top / "r").read_text().splitlines()) == 9
    assert (desk.top / "r").stat().st_mode & 0o777 == 0o600
    listed = desk.run("list", "evidence", *desk.key, "--json").stdout
    assert listed.isascii() and b"\x1b" not in listed and len(json.loads(listed)["evidence"]) == 7


def test_the_receipt_finds_each_file_again_and_no_other(desk):
    for name, data in (("a", b"a" * 1000), ("b", b"b")):
        put(desk, name, data)
    desk.done("add", desk.top / "card", "--receipt", desk.top / "r")
    said = desk.json("verify", desk.top / "card" / "a", "--receipt", desk.top / "r")
    assert said["received"] and said["size"] == 1000 and len(said["evidence"]) == 1
    put(desk, "a", b"a" * 999)
    assert "nothing that was received" in failed(
        desk, 3, "verify", desk.top / "card" / "a", "--receipt", desk.top / "r"
    )
    assert "not a receipt" in failed(desk, 2, "verify", desk.top / "r", "--receipt", desk.top / "card" / "b")


def test_a_receipt_that_cannot_stand_there_stops_before_anything_is_added(desk):
    put(desk, "a")
    before, taken = desk.entries(), put(desk, "../taken")
    card = desk.top / "card"
    assert "there already" in failed(desk, 5, "add", card, "--receipt", taken)
    assert "not there" in failed(desk, 1, "add", card, "--receipt", desk.top / "no" / "r")
    assert "inside the archive" in failed(desk, 5, "add", card, "--receipt", desk.archive / "r")
    assert "being added" in failed(desk, 5, "add", card, "--receipt", card / "r")
    assert desk.entries() == before and taken.read_bytes() == b"x" and not (desk.archive / "r").exists()
    # Nothing came in: no receipt of nothing.
    desk.done("add", card)
    desk.done("add", card, "--receipt", desk.top / "r")
    assert not (desk.top / "r").exists()


def test_stripping_says_first_that_no_original_is_kept_and_refuses_what_it_cannot_clean(desk):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    put(desk, "a.png").write_bytes(picture.getvalue()[:40])
    put(desk, "b.png").write_bytes(picture.getvalue() + b"secret words")
    card = desk.top / "card"
    done = desk.run("add", card, "--metadata", "strip", "--yes")
    assert done.returncode == 5
    assert (
        b"originals will not be kept" in done.stderr and b"a.png: not added: cannot be cleaned" in done.stderr
    )
    assert b"--metadata preserve" in done.stderr
    assert b"clean renditions of 1 file, and no original" in done.stdout and b"b.png" in done.stdout
    told = json.loads(desk.run("add", card, "--metadata", "strip", "--yes", "--json").stdout)
    assert [(each["failed"], each["refused"]) for each in told["not_added"]] == [(True, True)]
    assert len(told["already_received"]) == 1 and not told["complete"]


def test_mistakes_are_found_before_anything_is_added(desk):
    card = put(desk, "a").parent
    before = desk.entries()
    assert "typing error" in failed(desk, 2, "add", card, "--incident", "I-7Q2K-D3MX-2")
    assert "is the code of" in failed(desk, 2, "add", card, "--incident", code_in(batch_code(), "B"))
    assert "has not met" in failed(desk, 4, "add", card, "--incident", "I-0000-0000-0")
    assert "--by" in failed(desk, 2, "add", card, "--by", "Maria Example!")
    assert "--received-how" in failed(desk, 2, "add", card, "--received-how", "pigeon")
    assert "not text" in failed(desk, 2, "add", card, "--note", os.fsdecode(b"\xff"))
    assert "--yes" in failed(desk, 2, "add", card, "--metadata", "strip")
    assert "no metadata choice" in failed(desk, 2, "add", card, "--metadata", "what")
    assert "is not there" in failed(desk, 1, "add", card, desk.top / "gone")
    assert "nothing to add" in failed(desk, 2, "add")
    assert desk.entries() == before


def batch_code() -> str:
    from copwatch.model.ids import code

    return code("B", "00" * 16)


def test_a_bad_form_names_all_its_problems_and_adds_nothing(desk):
    card, form = put(desk, "a").parent, desk.top / "report.toml"
    form.write_text('n_officers = "many"\nnonsense = 1\nlocation_text = "5th & Main"\n')
    before = desk.entries()
    said = failed(desk, 2, "add", card, "--report", form)
    assert "n_officers" in said and "nonsense" in said and "location_text" not in said
    assert "exclude" in failed(desk, 2, "add", card, "--report", form, "--incident", "I-0000-0000-0")
    assert desk.entries() == before


def test_a_report_names_its_incident_even_when_no_file_is_new(desk):
    card, form = put(desk, "a").parent, desk.top / "report.toml"
    form.write_text("n_officers = 2\n")
    desk.done("add", card)
    said = desk.done("add", card, "--report", form)
    assert "Nothing new came in. It is all in already." in said
    incident = code_in(said, "I")
    assert [row["evidence"] for row in desk.json("list", *desk.key)["incidents"]] == [1]
    assert desk.json("list", "unfiled", *desk.key) == {"unfiled": []}
    assert desk.json("show", incident, *desk.key)["kind"] == "incident"


def test_filing_and_taking_back_without_a_key(desk):
    put(desk, "a")
    put(desk, "b", b"b")
    batch, incident = desk.json("add", desk.top / "card")["batch"], desk.report()
    assert "is filed under" in desk.done("link", batch, incident)
    items = desk.json("list", "evidence", *desk.key)["evidence"]
    assert [item["incident_codes"] for item in items] == [[incident], [incident]]
    assert "no longer filed" in desk.done("unlink", items[0]["code"].lower().replace("-", ""), incident)
    (unfiled,) = desk.json("list", "unfiled", *desk.key)["unfiled"]
    assert unfiled["code"] == items[0]["code"]
    desk.done("link", items[0]["code"], incident)
    assert desk.json("list", "unfiled", *desk.key) == {"unfiled": []}
    assert "is the code of" in failed(desk, 2, "link", incident, incident)
    assert "is the code of" in failed(desk, 2, "link", batch, batch)


def test_a_code_from_another_computer_is_known_after_one_look(desk):
    put(desk, "a")
    batch, incident = desk.json("add", desk.top / "card")["batch"], desk.report()
    desk.done("add", "--forget")
    said = failed(desk, 4, "link", batch, incident)
    assert "copwatch unlock" in said
    desk.done("list", *desk.key)
    assert "has not met B-" in failed(desk, 4, "link", batch, incident)
    desk.done("add", desk.top / "card", "--incident", incident)
    assert len(desk.json("list", *desk.key)["incidents"]) == 1


def test_who_filmed_is_asked_at_a_terminal_only(desk):
    put(desk, "a")
    with desk.terminal("add", desk.top / "card") as terminal:
        terminal.expect(b"Who filmed?")
        terminal.type("OBS-7\r")
        code, shown = terminal.wait()
    assert code == 0 and b"Received 1 file" in shown
    assert [row["by"] for row in desk.json("list", "batches", *desk.key)["batches"]] == ["OBS-7"]


def test_a_path_that_is_not_there_is_said_before_anything_is_asked(desk):
    with desk.terminal("add", desk.top / "crad") as terminal:
        code, shown = terminal.wait()
    assert code == 1 and b"is not there" in b" ".join(shown.split()) and b"Who filmed?" not in shown


def test_a_second_add_at_the_same_moment_is_told_to_wait(desk):
    from copwatch.store.archive import open_archive

    put(desk, "a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COPWATCH_STATE", str(desk.top / "state"))
        state = open_archive(desk.archive).state
        with state.writing():
            assert "another copwatch is writing" in failed(desk, 1, "add", desk.top / "card")
    desk.done("add", desk.top / "card")


@as_root
def test_a_full_disk_loses_nothing_and_the_next_run_brings_the_rest(desk, tmp_path):
    """The archive on a small disk, filled to several levels."""
    for number in range(6):
        put(desk, str(number), os.urandom(1 << 20))
    mount = tmp_path / "small"
    mount.mkdir()
    size = subprocess.run(["du", "-sk", desk.archive], capture_output=True, check=True).stdout.split()[0]
    for room in (40, 1200, 3400, 5600):
        options = f"size={int(size) + room}k"
        if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", mount], check=False).returncode:
            pytest.skip("this machine does not let us mount")
        try:
            shutil.copytree(desk.archive, mount / "archive")
            shutil.rmtree(tmp_path / "state2", ignore_errors=True)
            shutil.copytree(tmp_path / "state", tmp_path / "state2")
            other = {"COPWATCH_STATE": str(tmp_path / "state2"), "COPWATCH_ARCHIVE": str(mount / "archive")}
            done = add_with("", tmp_path / "card", desk.env | other)
            assert done.returncode == 1 and b"not enough space" in done.stderr
            # Where the system tells nothing of its free space, the disk is full in the middle of it.
            done = add_with(BLIND, tmp_path / "card", desk.env | other)
            assert done.returncode == 1 and b"error: no space left" in done.stderr, done.stderr
            assert b"Traceback" not in done.stderr and b"unexpected" not in done.stderr
            assert [f for f in verify_archive(mount / "archive").findings if f.fails] == [], room
            subprocess.run(["mount", "-o", "remount,size=100M", mount], check=True)
            said = json.loads(add_with("", tmp_path / "card", desk.env | other, "--json").stdout)
            assert len(said["received"]) + len(said["already_received"]) == 6
            assert verify_archive(mount / "archive").holds
        finally:
            subprocess.run(["umount", mount], check=True)


BLIND = "import copwatch.workflows.adding as adding; adding.check_space = lambda *_: None"
_MAIN = "import sys; from copwatch.cli.main import main; sys.exit(main())"


def add_with(before: str, card: Path, env: dict[str, str], *more: str) -> subprocess.CompletedProcess:
    """`copwatch add` in a process of its own, with something arranged before it begins."""
    return subprocess.run(
        [sys.executable, "-c", f"{before}\n{_MAIN}", "add", str(card), *more], cwd=harness.ROOT,
        env=harness.environment(**env), stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60,
    )  # fmt: skip


@as_root
def test_a_write_protected_archive_says_so_and_is_not_touched(desk):
    put(desk, "a")
    if subprocess.run(["mount", "--bind", desk.archive, desk.archive], check=False).returncode:
        pytest.skip("this machine does not let us mount")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", desk.archive], check=True)
        assert "cannot be written to" in failed(desk, 1, "add", desk.top / "card")
        assert "cannot be written to" in failed(
            desk, 1, "add", desk.top / "card", "--receipt", desk.top / "r"
        )
        assert not (desk.top / "r").exists()
    finally:
        subprocess.run(["umount", desk.archive], check=True)
    desk.done("add", desk.top / "card")


@as_root
def test_what_may_not_be_read_is_named_and_the_rest_comes_in(desk, tmp_path):
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed")
    put(desk, "open/a")
    put(desk, "open/secret", b"s").chmod(0)
    put(desk, "shut/b", b"b").parent.chmod(0)
    # Still root, but one whom rights hold back.
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if subprocess.run([*bound, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us give up rights")
    done = subprocess.run(
        [*bound, sys.executable, str(REAL), "add", "--json", str(tmp_path / "card")],
        env=harness.environment(**desk.env), capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    (tmp_path / "card" / "shut").chmod(0o700)
    said = json.loads(done.stdout)
    assert done.returncode == 1 and [item["name"] for item in said["received"]] == ["a"]
    assert {(Path(item["path"]).name, item["reason"]) for item in said["not_added"]} == {
        ("secret", "cannot be read: Permission denied"), ("shut", "cannot be read: Permission denied")
    }  # fmt: skip


@pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "INT"), (signal.SIGTERM, "TERM")])
def test_stopped_in_the_middle_it_keeps_what_came_and_says_so(desk, number, name):
    """The source is a file system that waits: a FIFO cannot be one, so the last file is large and sparse."""
    put(desk, "a", b"a")
    with put(desk, "b").open("wb") as file:
        file.truncate(3 << 30)
    process = subprocess.Popen(
        [sys.executable, str(REAL), "add", str(desk.top / "card")], env=harness.environment(**desk.env),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    staging, until = desk.archive / "tmp", time.monotonic() + 30
    while not any(p.stat().st_size > 1 << 20 for p in staging.rglob("*") if p.is_file()):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.02)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in err
    assert b"Received 1 file, 1 B" in out and b"Keep the card" in out
    assert b"interrupted; 1 file was received" in err and b"keep the card" in err
    assert not list(staging.iterdir())
    put(desk, "b", b"b")
    again = desk.json("add", desk.top / "card")
    assert [i["name"] for i in again["received"]] == ["b"] and len(again["already_received"]) == 1


def test_a_reader_that_has_gone_loses_no_evidence_and_no_receipt(desk):
    put(desk, "a")
    command = f"{sys.executable} {REAL} add {desk.top}/card --receipt {desk.top}/r"
    for closing in (">&-", "| true"):
        shutil.rmtree(desk.top / "card")
        put(desk, "a", closing.encode())
        (desk.top / "r").unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", "-c", f"{command} {closing}"],
            env=harness.environment(**desk.env),
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        assert len((desk.top / "r").read_text().splitlines()) == 3
    assert len(desk.json("list", "evidence", *desk.key)["evidence"]) == 2


def test_sources_are_only_read_and_objects_are_durable_before_the_ledger_line(desk):
    put(desk, "a.jpg", b"abc")
    trace = desk.top / "trace"
    strace = judge("strace")
    done = subprocess.run(
        [strace, "-f", "-o", str(trace), "-e", "trace=openat,open,rename,renameat,renameat2,fsync,fdatasync,syncfs,"
         "unlink,unlinkat,truncate,ftruncate,utimensat", sys.executable, str(REAL), "add", str(desk.top / "card")],
        env=harness.environment(**desk.env), capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    if b"ptrace" in done.stderr.lower():
        pytest.skip("this machine does not let us trace")
    assert done.returncode == 0, done.stderr
    calls = trace.read_text(errors="replace").splitlines()
    on_card = [call for call in calls if str(desk.top / "card") in call]
    assert on_card and all("open" in call and "O_RDONLY" in call for call in on_card)
    assert any("a.jpg" in call and "O_NOFOLLOW" in call for call in on_card)
    renames = [n for n, call in enumerate(calls) if "rename" in call and "/objects/" in call]
    flushes = [n for n, call in enumerate(calls) if "sync" in call]
    line = next(n for n, call in enumerate(calls) if "/ledger/" in call and "O_APPEND" in call)
    assert len(renames) == 2 and max(renames) < line
    assert any(n < min(renames) for n in flushes)  # the bytes, before they have their names
    assert any(max(renames) < n < line for n in flushes)  # the names, before the line
    assert any(n > line for n in flushes)  # the line

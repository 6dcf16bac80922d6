"""`clean` and `metadata`: what they write, what they refuse, and what they show of hostile files."""

import json
import os
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from tests.cli.desk import Desk, real

SECRET = b"37.7749 N, 122.4194 W, Ada Lovelace"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*more: bytes, size: int = 4, behind: bytes = b"") -> bytes:
    """A grey square, with further chunks before its pixels and bytes behind its end."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0))
    pixels = zlib.compress(b"".join(b"\0" + bytes(range(size)) for _ in range(size)))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"") + behind
    )


DIRTY = png(chunk(b"tEXt", b"Comment\0" + SECRET), behind=b"behind the end")
CLEAN = png()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "IMG_1.png").write_bytes(DIRTY)
    (tmp_path / "broken.png").write_bytes(DIRTY[:60])
    (tmp_path / "note.txt").write_bytes(b"no picture at all")
    return tmp_path


def run(folder: Path, *args) -> subprocess.CompletedProcess:
    return real(*args, env={"COPWATCH_STATE": str(folder / "state")}, timeout=120, cwd=folder)


def said(done: subprocess.CompletedProcess, code: int) -> str:
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return (done.stdout + done.stderr).decode()


def test_a_copy_is_clean_and_the_source_stays(folder):
    text = said(run(folder, "clean", "IMG_1.png"), 0)
    assert "IMG_1.png -> IMG_1.clean.png" in text
    copy = folder / "IMG_1.clean.png"
    assert copy.read_bytes() == CLEAN
    assert (folder / "IMG_1.png").read_bytes() == DIRTY
    assert copy.stat().st_mtime == 946_684_800
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not list(folder.glob(".*"))


def test_nothing_is_written_over(folder):
    (folder / "IMG_1.clean.png").write_bytes(b"mine")
    assert "is there already" in said(run(folder, "clean", "IMG_1.png"), 5)
    assert (folder / "IMG_1.clean.png").read_bytes() == b"mine"
    assert "is there already" in said(run(folder, "clean", "IMG_1.png", "--out", "."), 5)
    assert (folder / "IMG_1.png").read_bytes() == DIRTY


def test_a_refusal_names_the_reason_and_the_byte_and_writes_nothing(folder):
    before = sorted(os.listdir(folder))
    text = said(run(folder, "clean", "broken.png", "IMG_1.png"), 5)
    assert "broken.png: " in text and "(at byte " in text and "1 more not looked at" in text
    assert sorted(os.listdir(folder)) == before


def test_with_keep_going_the_others_are_cleaned_and_the_code_is_still_5(folder):
    done = run(folder, "clean", "broken.png", "note.txt", "IMG_1.png", "--keep-going", "--json")
    assert done.returncode == 5
    printed = json.loads(done.stdout)
    assert [row["path"] for row in printed["not_cleaned"]] == ["broken.png", "note.txt"]
    assert [row["out"] for row in printed["files"]] == ["IMG_1.clean.png"]
    assert (
        isinstance(printed["not_cleaned"][0]["offset"], int) and printed["not_cleaned"][1]["offset"] is None
    )
    (folder / "out").mkdir()
    done = run(folder, "clean", "broken.png", "IMG_1.png", "--keep-going", "--out", "out")
    assert "1 of 2 files was refused" in said(done, 5)
    assert os.listdir(folder / "out") == ["IMG_1.png"]


def test_check_writes_nothing_and_says_what_would_go(folder):
    before = sorted(os.listdir(folder))
    text = said(run(folder, "clean", "IMG_1.png", "--check"), 0)
    assert "identity" in text and "trailing" in text and "14 B" in text
    (row,) = json.loads(run(folder, "clean", "IMG_1.png", "--check", "--json").stdout)["files"]
    assert row["out"] is None and row["changes"] and row["clean_size"] == len(CLEAN)
    assert sorted(os.listdir(folder)) == before


def test_both_are_decoded_and_compared(folder):
    pytest.importorskip("PIL")
    assert "Decoded: the same" in said(run(folder, "clean", "IMG_1.png", "--check", "--decode"), 0)
    (row,) = json.loads(run(folder, "clean", "IMG_1.png", "--decode", "--json").stdout)["files"]
    assert row["decoded"] and len(row["essence"]) == 64


def test_neutral_names_say_nothing(folder):
    (folder / "out").mkdir()
    said(run(folder, "clean", "IMG_1.png", "--neutral-names", "--out", "out"), 0)
    (name,) = os.listdir(folder / "out")
    assert "IMG" not in name and name.endswith(".png") and len(name) == 12


def test_a_folder_is_cleaned_with_all_that_is_in_it(folder):
    card, out = folder / "card", folder / "card" / "out"
    (card / "DCIM" / "100").mkdir(parents=True)
    out.mkdir()
    for name in ("DCIM/100/IMG_1.png", "DCIM/IMG_1.png", "IMG_1.png", ".DS_Store", "out/before.png"):
        (card / name).write_bytes(DIRTY)
    (card / "link.png").symlink_to("IMG_1.png")
    text = said(run(folder, "clean", "card", "--out", "card/out"), 0)
    assert "link.png is not looked at: a link" in text
    made = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert made == ["DCIM/100/IMG_1.png", "DCIM/IMG_1.png", "IMG_1.png", "before.png"]
    assert (out / "DCIM" / "100" / "IMG_1.png").read_bytes() == CLEAN
    assert (out / "before.png").read_bytes() == DIRTY
    (folder / "flat").mkdir()
    said(run(folder, "clean", "card", "--out", "flat", "--neutral-names"), 0)
    names = os.listdir(folder / "flat")
    assert len(names) == 7 and not any("IMG" in name or "before" in name for name in names)


def test_in_a_folder_a_refusal_is_the_last_unless_the_others_are_wanted(folder):
    (folder / "out").mkdir()
    assert "1 more not looked at" in said(run(folder, "clean", ".", "--check"), 5)
    text = said(run(folder, "clean", ".", "--out", "out", "--keep-going"), 5)
    assert "2 of 3 files were refused" in text and os.listdir(folder / "out") == ["IMG_1.png"]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["nowhere.png"], 1, "no such file"),
        (["."], 2, "add --out dir"),
        ([".", "--out", "."], 2, "beside or above"),
        (["archive", "--out", "empty"], 1, "there is no file in"),
        (["IMG_1.png", "--out", "nowhere"], 1, "is not there"),
        (["IMG_1.png", "./IMG_1.png"], 2, "same name"),
        (["IMG_1.png", "--out", "archive"], 5, "inside an archive"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_done(folder, args, code, words):
    (folder / "archive" / "charter").mkdir(parents=True)
    (folder / "archive" / "charter" / f"000000-{'0' * 16}.json").touch()
    (folder / "empty").mkdir()
    before = sorted(os.listdir(folder))
    assert words in said(run(folder, "clean", *args), code).lower()
    assert sorted(os.listdir(folder)) == before


def test_what_a_file_reveals_is_shown_and_cannot_act_on_a_terminal(folder):
    (folder / "hostile.png").write_bytes(png(chunk(b"tEXt", b"Author\0\x1b]0;owned\x07[bold]\x9b31m")))
    done = run(folder, "metadata", "hostile.png")
    assert b"\x1b" not in done.stdout and b"\x07" not in done.stdout
    assert "[bold]" in said(done, 0)
    (row,) = json.loads(run(folder, "metadata", "IMG_1.png", "--json").stdout)["files"]
    assert any(SECRET.decode() in fact["value"] for fact in row["facts"])
    assert [part["danger"] for part in row["removed"]] == ["identity", "trailing"]
    assert row["refused"] is None and not row["clean"]


def test_a_folder_is_looked_at_with_all_that_is_in_it(folder):
    card = folder / "card"
    for place in ("a/IMG_1.png", "b/IMG_1.png"):
        (card / place).parent.mkdir(parents=True)
        (card / place).write_bytes(DIRTY)
    (card / "c").symlink_to(folder / "IMG_1.png")
    (card / "empty").mkdir()
    done = run(folder, "metadata", "card")
    text = said(done, 0)
    assert "a/IMG_1.png: image/png" in text and "b/IMG_1.png: image/png" in text
    assert "a link" in text
    assert "there is no file in" in said(run(folder, "metadata", "card/empty"), 1)


def test_what_cannot_be_cleaned_says_so(folder):
    text = said(run(folder, "metadata", "broken.png", "note.txt"), 0)
    assert text.count("copwatch cannot clean it") == 2


def test_an_item_of_the_archive_is_looked_at_where_it_stands(tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "IMG_1.png").write_bytes(DIRTY)
    code = desk.json("add", tmp_path / "IMG_1.png")["received"][0]["evidence"]
    before = desk.entries()
    (row,) = desk.json("metadata", code, *desk.key)["files"]
    assert row["evidence"] == code and row["path"] is None
    assert any(SECRET.decode() in fact["value"] for fact in row["facts"])
    assert desk.entries() == before + 1
    assert desk.json("custody", code, *desk.key)["custody"][-1]["purpose"] == "metadata"
    desk.done("metadata", code, "--no-record", *desk.key)
    assert desk.entries() == before + 1
    assert desk.run("metadata", code).returncode != 0

"""Hostile text in every kind of output, on a real terminal and in a pipe."""

import io
import json
import re

import pytest

from copwatch.cli import tables, voice
from copwatch.cli.progress import TerminalProgress, line
from copwatch.cli.wrapping import in_lines, under_mark
from copwatch.sizes import size
from tests.cli.harness import Terminal, run

HOSTILE = "\x1b]0;owned\x07\x1b[31m[bold]x[/bold][link=file:///etc/passwd]y\u202egpj.exe\x9b2J\u200b"
SHOWN = "\\x1b]0;owned\\x07\\x1b[31m[bold]x[/bold][link=file:///etc/passwd]y\\u202egpj.exe\\x9b2J\\u200b"
RAW = [b"\x1b]0;", b"\x1b[31m", b"\x07", "\u202e".encode(), "\x9b".encode(), b"\x1b]8;", "\u200b".encode()]


@pytest.mark.parametrize("what", ["table", "say", "talk", "json"])
def test_hostile_text_reaches_a_terminal_as_escapes(what):
    code, shown = Terminal("look", what, "--text", HOSTILE, COLUMNS="300").wait()
    assert code == 0
    assert not [raw for raw in RAW if raw in shown]
    if what == "json":
        assert json.loads(shown)["text"] == HOSTILE
    else:
        assert SHOWN.encode() in shown


@pytest.mark.parametrize("what", ["table", "say", "talk"])
def test_hostile_text_reaches_a_pipe_as_escapes_without_colour(what):
    done = run("look", what, "--text", HOSTILE)
    assert b"\x1b" not in done.stdout + done.stderr
    assert SHOWN.encode() in done.stdout + done.stderr
    assert (b"" if what == "talk" else done.stdout) == done.stdout


def test_a_terminal_has_coloured_marks_unless_no_color_is_set():
    _, shown = Terminal("look", "talk", "--text", "x").wait()
    assert b"\x1b[1;33mwarning:\x1b[0m x" in shown
    _, shown = Terminal("look", "talk", "--text", "x", NO_COLOR="1").wait()
    assert b"copwatch: warning: x" in shown
    assert b"\x1b" not in shown
    _, shown = Terminal("look", "table", "--text", "x", NO_COLOR="1", COLUMNS="40").wait()
    assert b"I-7Q2K-D3MX-4" in shown


def test_a_table_in_a_narrow_terminal_folds_names_and_keeps_codes_whole():
    _, shown = Terminal("look", "table", "--text", "n" * 90, COLUMNS="40").wait()
    assert b"I-7Q2K-D3MX-4" in shown
    assert shown.count(b"n") >= 90
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", row)) for row in shown.decode().split("\r\n")) <= 40


@pytest.mark.parametrize("columns", [30, 40, 60, 72, 80, 81, 100])
def test_codes_are_never_cut_or_broken_whatever_stands_beside_them(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(voice, "is_terminal", lambda stream: True)
    filed = "I-7Q2K-D3MX-4, I-4H7T-99XA-0"
    row = ["E-4H7T-99XA-0@28c190f8", "IMG_20260101_123456.", "1,000.0 MiB", "2026-11-22 19:00", filed]
    tables.render(["evidence", "name", "size", "received", "filed under"], [row])
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert shown.count("E-4H7T-99XA-0@28c190f8") == 1
    assert shown.count("I-7Q2K-D3MX-4") == shown.count("I-4H7T-99XA-0") == 1
    assert all(len(line) <= columns for line in shown.splitlines() if "evidence" not in line) or columns < 60


def lines_of_table(monkeypatch, capsys, heads, row, columns=80):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(voice, "is_terminal", lambda stream: True)
    tables.render(heads, [row])
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert all(len(line) <= columns for line in shown.splitlines())
    return [line.split() for line in shown.splitlines()]


def test_heads_and_words_are_never_broken_and_names_of_files_only_where_they_are_joined(monkeypatch, capsys):
    heads = ["when (local)", "event", "by", "outcome", "details"]
    said = "given to counsel; bundle BUNDLE-9KQD-0000-1, recipient Immigration Rights Clearinghouse"
    row = ["2026-05-01 18:05", "fixity check", "device abcdef12", "pass", said]
    lines = lines_of_table(monkeypatch, capsys, heads, row)
    shown = {word for line in lines for word in line}
    assert set(" ".join([*heads, *row]).split()) <= shown
    heads = ["evidence", "name", "size", "received", "filed under"]
    name = "VID_20260501_180500_HDR_pixel.mp4"
    row = ["E-4H7T-99XA-0", name, "1.2 GiB", "2026-05-01 18:05", "I-7Q2K-D3MX-R"]
    lines = lines_of_table(monkeypatch, capsys, heads, row)
    assert lines[1] == " ".join(heads).split()
    parts = [word for line in lines for word in line if word in name]
    assert "".join(parts) == name and all(part[-1] in "_." for part in parts[:-1])
    assert lines[3][2:] == ["1.2", "GiB", "2026-05-01", "18:05", "I-7Q2K-D3MX-R"]  # the name gives way


def test_a_terminal_too_narrow_for_the_heads_gets_a_line_for_each_full_cell(monkeypatch, capsys):
    heads = ["manifest begins", "recipient", "Bates numbers", "profile"]
    lines = lines_of_table(
        monkeypatch, capsys, heads, ["0a1b2c3d4e5f6071", "LEGAL-1", "", "court-filing"], 36
    )
    assert lines[:3] == [
        ["manifest", "begins:", "0a1b2c3d4e5f6071"],
        ["recipient:", "LEGAL-1"],
        ["profile:", "court-filing"],
    ]


def test_a_table_in_a_pipe_has_whole_lines():
    done = run("look", "table", "--text", "n" * 300)
    assert done.stdout.decode().splitlines()[1] == "n" * 300 + "  I-7Q2K-D3MX-4"


def test_words_that_the_encoding_lacks_are_escaped_not_fatal():
    done = run("look", "say", "--text", "Zoë 東京", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout == b"Zo\\xeb \\u6771\\u4eac\n"


def test_progress_in_a_pipe_is_silent_but_its_notes_are_told():
    done = run("look", "progress", "--text", "a\x1bb")
    assert done.stdout == b"done\n"
    assert done.stderr == b"copwatch: a\\x1bb\n"


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_short_work_draws_nothing_and_long_work_draws_and_clears():
    clock, terminal = Clock(), io.StringIO()
    work = TerminalProgress(terminal, clock)
    work.start(1000, "sealing\x1b")
    clock.now += 0.5
    work.advance(100)
    work.finish()
    assert terminal.getvalue() == ""
    work.start(1000, "sealing\x1b")
    clock.now += 2
    work.advance(100)
    assert terminal.getvalue() == "\r\x1b[Ksealing\\x1b: 100 B of 1.0 kB (10%), 50 B/s, about 18 s left"
    clock.now += 0.1
    work.advance(100)
    work.finish()
    work.finish()
    assert terminal.getvalue().endswith("left\r\x1b[K")
    clock.now += 2
    work.advance(0)  # a process that is waited for counts on, behind the end too
    assert terminal.getvalue().endswith("left\r\x1b[K")


def test_the_line_says_how_much_how_fast_and_how_long():
    assert line("sealing", 0, 10, 0) == "sealing: 0 B of 10 B (0%), 0 B/s"
    assert line("verifying", 10**9, 4 * 10**9, 1000).endswith("(25%), 1.0 MB/s, about 50 min left")
    assert line("typesetting report.pdf", 0, None, 3.2) == "typesetting report.pdf: 3 s"
    assert line("sealing", 2000, None, 2) == "sealing: 2.0 kB, 1.0 kB/s"
    assert size(3 * 10**12) == "3.0 TB"


def test_what_is_broken_stands_clear_of_number_indent_and_code():
    words = "  " + "abandon " * 12
    assert under_mark(words, 80) == ["  " + "abandon " * 8 + "abandon", "  abandon abandon abandon"]
    assert under_mark("3. nothing cut off", 14) == ["3. nothing cut", "   off"]
    assert under_mark("E-BD5M-PJ8G-9  a.jpg: as received by its clock", 40) == [
        "E-BD5M-PJ8G-9  a.jpg: as received by its", "               clock",
    ]  # fmt: skip


def test_only_a_command_behind_a_colon_is_kept_whole():
    assert in_lines("x: this is no format that copwatch can clean", 40, 40) == [
        "x: this is no format that copwatch can", "clean",
    ]  # fmt: skip
    assert in_lines("one of them whole: copwatch show I-7Q2K-D3MX-R --json", 40, 40) == [
        "one of them whole:", "copwatch show I-7Q2K-D3MX-R --json",
    ]  # fmt: skip

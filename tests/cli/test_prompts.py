"""Asking: never echoed, never empty, never without a terminal, never from the environment."""

import os

import pytest

from copwatch.cli import prompts
from copwatch.errors import BadInput
from tests.cli.harness import Terminal, run


def test_a_passphrase_is_asked_and_not_echoed():
    with Terminal("ask", "passphrase") as terminal:
        terminal.expect(b"passphrase: ")
        terminal.type("s3cret\n")
        code, shown = terminal.wait()
    assert code == 0
    assert shown.count(b"s3cret") == 1  # the answer that the sample prints
    assert shown.endswith(b"got 's3cret'\r\n")


def test_a_new_passphrase_is_asked_twice_and_empty_or_different_ones_are_refused():
    with Terminal("ask", "choose") as terminal:
        terminal.expect(b"new passphrase: ")
        terminal.type("\n")
        terminal.expect(b"an empty passphrase protects nothing")
        terminal.expect(b"new passphrase: ")
        terminal.type("one\n")
        terminal.expect(b"again: ")
        terminal.type("two\n")
        terminal.expect(b"differ")
        terminal.expect(b"new passphrase: ")
        terminal.type("one\n")
        terminal.expect(b"again: ")
        terminal.type("one\n")
        assert terminal.wait()[1].endswith(b"got 'one'\r\n")


@pytest.mark.parametrize(("typed", "answer"), [("y\n", "True"), ("\n", "False"), ("yess\n", "False")])
def test_only_a_clear_yes_is_yes(typed, answer):
    with Terminal("ask", "confirm") as terminal:
        terminal.expect(b"[y/N]")
        terminal.type(typed)
        assert f"got {answer}".encode() in terminal.wait()[1]


def test_a_line_has_a_default_and_a_choice_takes_number_or_name():
    with Terminal("ask", "line") as terminal:
        terminal.expect(b"who filmed [nobody]:")
        terminal.type("\n")
        assert b"got 'nobody'" in terminal.wait()[1]
    with Terminal("ask", "choice") as terminal:
        terminal.expect(b"[1-2]:")
        terminal.type("3\n")
        terminal.expect(b"not one of the options")
        terminal.type("Partner-Org\n")
        assert b"got partner-org" in terminal.wait()[1]


def test_ctrl_c_and_ctrl_d_stop_with_130():
    for key in ("\x03", "\x04"):
        with Terminal("ask", "passphrase") as terminal:
            terminal.expect(b"passphrase: ")
            terminal.press(key)
            code, shown = terminal.wait()
        assert code == 130
        assert b"Traceback" not in shown


@pytest.mark.parametrize(
    ("what", "flag"),
    [
        ("confirm", "--yes"),
        ("line", "--by"),
        ("choice", "--profile"),
    ],
)
def test_without_a_terminal_the_option_is_named(what, flag):
    done = run("ask", what, COPWATCH_PASSPHRASE="from the environment")
    assert done.returncode == 2
    assert done.stderr.decode() == (
        f"copwatch: error: there is no terminal to ask on\ncopwatch: hint: use {flag}\n"
    )


def test_what_opens_an_archive_is_a_missing_key_where_there_is_no_terminal():
    done = run("ask", "passphrase", COPWATCH_PASSPHRASE="from the environment")
    assert done.returncode == 4
    assert done.stderr.decode() == (
        "copwatch: error: locked: there is no terminal to ask on for the passphrase\n"
        "copwatch: hint: use --passphrase-file FILE or --identity FILE\n"
    )


def test_a_passphrase_file_gives_its_line_and_a_readable_one_is_warned_of(tmp_path):
    file = tmp_path / "passphrase"
    file.write_bytes("  Zoë's words \r\n".encode())
    file.chmod(0o600)
    done = run("ask", "passphrase", "--passphrase-file", str(file))
    assert done.stdout.decode() == 'got "  Zoë\'s words "\n'
    assert done.stderr == b""
    file.chmod(0o644)
    done = run("ask", "passphrase", "--passphrase-file", str(file))
    assert done.returncode == 0
    assert b"warning: others on this computer may read" in done.stderr


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"two\nlines\n", b"\xff\xfe\n", b"nul\0", b"x" * 5000], ids=repr
)
def test_a_file_that_is_no_passphrase_is_refused_without_showing_it(tmp_path, content):
    file = tmp_path / "passphrase"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(BadInput) as refused:
        prompts.passphrase_from(file)
    assert refused.value.__cause__ is None
    assert "two" not in refused.value.message


def test_a_missing_passphrase_file_is_explained(tmp_path):
    done = run("ask", "passphrase", "--passphrase-file", str(tmp_path / "none"))
    assert done.returncode == 1
    assert b"no such file or folder" in done.stderr
    assert os.fsencode(tmp_path) in done.stderr

"""Each failure has its words and its exit code, and none shows what a variable held."""

import os
import signal
import subprocess
import sys

import pytest

from tests.cli.harness import PROGRAM, environment, run


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("NotFound", 1),
        ("UsageError", 2),
        ("IntegrityFailure", 3),
        ("Locked", 4),
        ("Refused", 5),
        ("Interrupted", 130),
    ],
)
def test_our_failures_keep_their_code_and_are_cleaned(kind, code):
    done = run("fail", kind, "--path", "a\x9bb")
    assert done.returncode == code
    assert done.stdout == b""
    assert done.stderr.decode() == (
        "copwatch: error: it \\x1b[31mfailed a\\x9bb\ncopwatch: hint: do \\u202ethis\n"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ENOSPC", "no space left: /media/sd"),
        ("EDQUOT", "no space left: /media/sd"),
        ("EACCES", "permission denied: /media/sd"),
        ("EROFS", "it cannot be written to: /media/sd"),
        ("EIO", "the disk or card stopped answering: /media/sd"),
        ("ESTALE", "the disk or card stopped answering: /media/sd"),
        ("ENOENT", "no such file or folder: /media/sd"),
        ("EPIPE", "broken pipe: /media/sd"),
        ("ENAMETOOLONG", "file name too long: /media/sd"),
    ],
)
def test_the_operating_systems_failures_are_explained(name, said):
    done = run("fail", name)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[0] == f"copwatch: error: {said}"


def test_a_defect_names_class_and_place_and_no_value():
    done = run("fail", "defect")
    assert done.returncode == 1
    assert b"unexpected failure: ValueError at copwatch.cli.lazy:" in done.stderr
    assert b"COPWATCH_DEBUG=1" in done.stderr
    assert b"Maria" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_debugging_shows_a_cleaned_traceback_without_locals():
    done = run("fail", "defect", COPWATCH_DEBUG="1")
    assert b"Traceback (most recent call last)" in done.stderr
    assert b"ValueError: Maria Example\\x1b[2J" in done.stderr
    assert b"\x1b" not in done.stderr
    assert b"= 'Maria Example'" not in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("kind", ["EOFError", "MemoryError", "thread"])
def test_other_ends_are_reported_without_a_traceback(kind):
    done = run("fail", kind)
    assert done.stderr.startswith(b"copwatch: error: ")
    assert b"Traceback" not in done.stderr
    assert b"Maria" not in done.stderr


def test_a_module_that_is_missing_fails_loudly():
    done = run("gone")
    assert done.returncode == 1
    assert b"ModuleNotFoundError" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nope"], "no such command 'nope'"),
        (["loko"], "no such command 'loko'; did you mean 'look'?"),
        (["add"], "missing argument 'sources'"),
        (["add", "x", "--arhcive", "y"], "no such option: --arhcive"),
        (["add", "x", "--archive"], "option '--archive' requires an argument"),
        (["group", "amend", "a\x1b]0;x"], "got unexpected extra argument(s) (a\\x1b]0;x)"),
    ],
)
def test_a_wrong_command_line_is_told_in_our_voice(args, said):
    done = run(*args)
    assert done.returncode == 2
    first, second = done.stderr.decode().splitlines()
    assert first.startswith(f"copwatch: error: {said}")
    assert second.startswith("copwatch: hint: see: copwatch")
    assert b"\x1b" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_interrupt(number):
    program = [sys.executable, str(PROGRAM), "fail", "wait"]
    with subprocess.Popen(program, env=environment(), stderr=subprocess.PIPE) as process:
        assert process.stderr.readline() == b"waiting\n"
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.startswith(b"copwatch: error: interrupted\ncopwatch: hint: what was finished before stays")


def test_an_ignored_hangup_stays_ignored():
    done = subprocess.run(
        ["nohup", sys.executable, str(PROGRAM), "fail", "ignored"],
        check=False,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    assert b"True" in done.stderr


def test_a_reader_that_leaves_ends_the_program_quietly():
    program = [sys.executable, str(PROGRAM), "fail", "pipe"]
    with subprocess.Popen(
        program, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 1
    assert said == b""


def test_a_closed_terminal_does_not_hide_the_exit_code():
    program = [sys.executable, str(PROGRAM), "fail", "Locked"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(program, check=False, env=environment(), stderr=write)
    os.close(write)
    assert done.returncode == 4

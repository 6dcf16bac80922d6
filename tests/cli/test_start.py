"""What the program loads, and what it does to itself, before it works."""

import os
import re
import subprocess
import sys

import pytest

from copwatch import __version__
from tests.cli.harness import ROOT, environment, run
from tests.conftest import judge

HEAVY = {"cryptography", "sqlite3", "sqlcipher3", "sqlite_utils", "pydantic", "jinja2", "keyring"}


def modules(done: subprocess.CompletedProcess) -> set[str]:
    return set(done.stderr.decode().rpartition("MODULES ")[2].split())


def test_version_loads_neither_typer_nor_rich():
    done = run("--version", SHOW_MODULES="1")
    assert done.stdout.decode() == f"copwatch {__version__}\n"
    program = [sys.executable, "-X", "importtime", "-m", "copwatch", "--version"]
    told = subprocess.run(program, cwd=ROOT, env=environment(), capture_output=True, check=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.decode().splitlines()}
    assert "copwatch" in loaded
    assert not loaded & (HEAVY | {"typer", "rich", "ctypes"})


@pytest.mark.parametrize("args", [("--help",), ("add", "--help"), ("group", "new", "--help"), ()])
def test_help_loads_nothing_heavy(args):
    done = run(*args, SHOW_MODULES="1")
    assert b"Usage: copwatch" in done.stdout
    assert "typer" in modules(done)
    assert not modules(done) & HEAVY


def test_verifying_an_archive_loads_nothing_of_bundles_records_and_words():
    program = "import sys, copwatch.cli.verified, copwatch.workflows.what_is; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    loaded = set(told.stdout.decode().split())
    assert "copwatch.store.check" in loaded
    assert not loaded & {"copwatch.bundle", "copwatch.model", "mnemonic", "jinja2", "pydantic", "sqlite3"}


def test_reading_the_catalogue_loads_no_pandas_though_it_is_installed():
    program = "import copwatch.workflows.session, sys; print(*sys.modules); import pandas"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    loaded = set(told.stdout.decode().split())
    assert "sqlite_utils.db" in loaded
    assert not loaded & {"pandas", "numpy"}


def test_help_of_the_program_imports_no_command_and_shows_three_panels_in_order():
    done = run("--help", SHOW_MODULES="1")
    shown = done.stdout.decode()
    assert not [name for name in modules(done) if name.startswith("tests.cli.sample")]
    places = [shown.index(panel) for panel in ("After a shift", "For a legal team", "Keeping the archive")]
    assert places == sorted(places)
    assert "<bool>" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_named_command_imports_itself_only():
    done = run("add", "--help", SHOW_MODULES="1")
    named = {name for name in modules(done) if name.startswith("tests.cli.sample.")}
    assert named == {"tests.cli.sample.add"}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("copwatch ", ["add", "look", "ask", "fail", "group", "gone"]),
        ("copwatch g", ["group", "gone"]),
        ("copwatch add --arch", ["--archive"]),
        ("copwatch add --passphrase-file x --j", ["--json"]),
        ("copwatch group ", ["new", "amend"]),
        ("copwatch group new --n", ["--name"]),
        ("copwatch --inst", ["--install-completion"]),
    ],
)
def test_completion_offers_what_fits_and_loads_nothing_heavy(typed, offered):
    words = typed.split(" ")
    program = (
        "import sys, atexit; from tests.cli import program;"
        "program.lazy.LazyGroup.table = program.ROWS;"
        "atexit.register(lambda: sys.stderr.write('MODULES ' + ' '.join(sys.modules)));"
        "program.main.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        check=False,
        env=environment(_COPWATCH_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=str(len(words) - 1)),
        capture_output=True,
    )
    assert done.stdout.decode().split() == offered
    assert not modules(done) & HEAVY


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("copwatch export I-7Q2K-D3MX-R --profile c", ["client-counsel", "court-filing"]),
        ("copwatch show I-", []),
        ("copwatch record new pers", ["person"]),
    ],
)
def test_completion_of_the_real_commands_asks_for_no_key_and_writes_nothing(tmp_path, typed, offered):
    at = str(len(typed.split(" ")) - 1)
    wanted = environment(
        COPWATCH_STATE=str(tmp_path / "state"),
        _COPWATCH_COMPLETE="complete_bash",
        COMP_WORDS=typed,
        COMP_CWORD=at,
    )
    program = [sys.executable, str(ROOT / "tests" / "cli" / "real.py")]
    done = subprocess.run(
        program, cwd=tmp_path, check=False, env=wanted, capture_output=True, stdin=subprocess.DEVNULL
    )
    assert done.stdout.decode().split() == offered and done.stderr == b""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("args", [("help", "add"), ("add", "-h")])
def test_help_is_found_in_the_ways_that_people_try(args):
    assert run(*args).stdout == run("add", "--help").stdout


def test_completion_can_be_shown_and_installed(tmp_path):
    script = run(_COPWATCH_COMPLETE="source_bash")
    assert b"_COPWATCH_COMPLETE=complete_bash" in script.stdout
    # The shell is found among the parent processes, so a shell has to be one of them.
    command = f"{sys.executable} {ROOT / 'tests/cli/program.py'} --install-completion; echo $?"
    done = subprocess.run(
        [judge("bash"), "--norc", "-c", command],
        check=False,
        env=environment(HOME=str(tmp_path), SHOW_MODULES="1"),
        capture_output=True,
    )
    assert done.stdout.decode().splitlines()[-1] == "0", done
    installed = (tmp_path / ".bash_completions" / "copwatch.sh").read_text()
    assert "_COPWATCH_COMPLETE=complete_bash" in installed
    assert "copwatch.sh" in (tmp_path / ".bashrc").read_text()


def test_new_files_are_private_and_the_process_leaves_no_core(tmp_path):
    done = run("look", "made", "--file", str(tmp_path / "made"))
    mode, limits, dumpable = re.match(r"(\d+) \((.*)\)\ndumpable (\S+)", done.stdout.decode()).groups()
    assert mode == "600"
    assert limits == "0, 0"
    if sys.platform == "linux":
        assert dumpable == "0"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_behind_standard_output_is_a_failure():
    with open("/dev/full", "w") as full:
        program = [sys.executable, str(ROOT / "tests/cli/program.py"), "look", "say", "--text", "x"]
        done = subprocess.run(program, check=False, env=environment(), stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert b"copwatch: error: standard output could not be written to: no space left" in done.stderr
    assert b"stays done" in done.stderr
    assert b"Traceback" not in done.stderr

"""The README is run: its two installations in a copy of the project, then every command, in order, on one archive."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.run import NEEDED
from tests.conftest import REPO
from tests.test_guide import Reader, commands_of

README = REPO / "README.md"
CI = REPO / ".ci" / "run"
_LEFT_OUT = (".git", ".venv*", ".*_cache", "__pycache__", ".hypothesis", "*.egg-info", "dist", "build")
_ALWAYS_THERE = {"sha256sum"}
"""Programs of packages that Debian calls essential."""
_NO_REGISTRY = re.compile(
    r"Could not find a version|No matching distribution|Temporary failure in name resolution"
    r"|Failed to establish a new connection|Network is unreachable|Connection (?:refused|reset|timed out)"
)


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def install_commands() -> tuple[str, str]:
    """The command that runs the demo, and the one that runs the tests."""
    demo, tests = (block.strip() for block in blocks("sh"))
    return demo, tests


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of the project, as somebody has it who has just downloaded it."""
    copy = tmp_path_factory.mktemp("fresh") / "copwatch"
    shutil.copytree(REPO, copy, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    return copy


def installed(checkout: Path, command: str, **more: str) -> str:
    """Runs an installing command of the README in a shell; skips where pip reaches no registry, but not in CI."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COPWATCH", "PYTEST"))}
    kept["PATH"] = f"{Path(sys.base_prefix) / 'bin'}:{kept['PATH']}"  # the Python that runs these tests
    done = subprocess.run(
        ["/bin/sh", "-c", command], check=False, capture_output=True, text=True, timeout=280, cwd=checkout,
        stdin=subprocess.DEVNULL, env=kept | {"COPWATCH_STATE": str(checkout.parent / "state")} | more,
    )  # fmt: skip
    if done.returncode and _NO_REGISTRY.search(done.stderr) and os.environ.get("CI") != "true":
        pytest.skip(f"pip reaches no package registry here: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, f"$ {command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def test_the_first_command_installs_and_walks_the_demo(checkout):
    shown = installed(checkout, install_commands()[0], TMPDIR=str(checkout.parent))
    assert "The demo is over." in shown
    packaged = list((checkout / ".venv").glob("lib/*/site-packages/copwatch/_examples/media/*.mp4"))
    assert len(packaged) == 1
    assert not (checkout.parent / "state" / "default.json").exists()


def test_the_second_command_installs_what_all_tests_need(checkout):
    # The tests themselves are what runs now; here they are only imported, with what was installed.
    shown = installed(checkout, install_commands()[1], PYTEST_ADDOPTS="--collect-only -n 0")
    found = re.search(r"^(\d+) tests collected", shown, re.MULTILINE)
    assert found and int(found[1]) > 500, shown[-2000:]


def test_every_command_of_the_readme_does_what_the_readme_shows(tmp_path):
    reader = Reader(tmp_path)
    for text in blocks("console"):
        for line, shown in commands_of(text):
            output = reader.does(line)
            if shown:
                reader.sees(shown, output)


def test_no_other_kind_of_block_escapes_the_tests():
    fences = re.findall(r"^```(\w*)$", README.read_text("utf-8"), re.MULTILINE)
    assert set(fences[::2]) == {"sh", "console"}
    assert set(fences[1::2]) == {""}


def test_ci_runs_exactly_the_test_command_of_the_readme():
    pattern = re.search(r"grep -m 1 '(.*?)' README\.md", CI.read_text("utf-8"))[1]
    lines = [line for line in README.read_text("utf-8").splitlines() if re.search(pattern, line)]
    assert lines == [install_commands()[1]]
    assert os.access(CI, os.X_OK)


def test_ci_installs_every_program_that_a_test_calls_a_judge():
    asked = {
        name
        for path in (REPO / "tests").rglob("*.py")
        for name in re.findall(r"(?<![.\w])judge\(\"([^\"]+)\"\)", path.read_text("utf-8"))
    }
    asked |= {*NEEDED}
    assert {"age", "exiftool"} <= asked
    listed = dict(re.findall(r"^  ([\w-]+)=([\w-]+)$", CI.read_text("utf-8"), re.MULTILINE))
    assert sorted(asked - listed.keys() - _ALWAYS_THERE) == []


def test_the_sample_files_are_all_described():
    described = (REPO / "examples" / "README.md").read_text("utf-8")
    media = REPO / "examples" / "media"
    for path in media.rglob("*"):
        if path.is_file():
            assert f"`media/{path.relative_to(media).as_posix()}`" in described

"""`copwatch add` killed at any moment: what stands there verifies; run again, nothing is lost or doubled."""

import json
import random
import subprocess
import sys

import pytest

from tests.conftest import REPO
from tests.soak.killed import Scene, soak

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


@pytest.mark.timeout(300)
def test_killed_at_random_moments_it_is_simply_run_again(tmp_path, monkeypatch):
    """Two hundred of these are `python -m tests.soak.killed`."""
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(REPO)
    counts = soak(Scene(tmp_path), kills=8, chance=random.Random(8))
    assert counts["killed"] >= 8


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    top = tmp_path_factory.mktemp("steps")
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill_steps", str(top)],
        cwd=REPO,
        capture_output=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.mark.timeout(300)
def test_ended_before_any_durable_step_the_archive_holds(steps):
    whole = [r for r in steps["results"] if not r["half"]]
    assert all(r["killed"] for r in whole), "each step was reached"
    assert {"fsync", "write", "replace", "mkdir", "open"} <= set(steps["steps"])
    assert [r for r in whole if r["found"]] == []


def test_only_a_line_that_was_half_written_is_found_and_it_is_said_to_be_torn(steps):
    torn = [r for r in steps["results"] if r["half"]]
    assert len(torn) == 2, "two entries are closed"
    assert [r for r in torn if [each.partition(": ")[0] for each in r["found"]] != ["torn line"]] == []


def test_run_again_after_any_of_them_everything_is_in_exactly_once(steps):
    assert len(steps["expected"]) == 3
    wrong = [r for r in steps["results"] if r["again"] != 0 or r["whole"] or r["held"] != steps["expected"]]
    assert wrong == []

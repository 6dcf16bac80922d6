"""`compartment move` ended at many steps: nothing is lost, and run again all of it is where fewer read it."""

import json
import subprocess
import sys

import pytest

from tests.conftest import REPO


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_ended_at_many_durable_steps_nothing_is_lost_and_the_move_can_be_finished(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.move_steps", str(tmp_path)],
        cwd=REPO,
        capture_output=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["wrong"] == {}
    assert found["ended"] == found["moments"] > 10
    assert found["entries"] == [0, 1, 2], "ended before, between and after its two entries"

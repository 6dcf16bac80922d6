"""`copwatch withdraw` ended at any step: what stays is there, and run again what goes is gone."""

import json
import subprocess
import sys

import pytest

from tests.conftest import REPO


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.timeout(600)
def test_ended_at_any_durable_step_nothing_is_lost_and_it_can_be_run_again(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.withdraw_steps", str(tmp_path)],
        cwd=REPO,
        capture_output=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["wrong"] == {}
    assert found["ended"] > 40 and found["last"] == 0

"""An export that is killed: what stands in custody, and what `exports` says of it, is what can be known."""

import json
import signal
import subprocess
import sys

import pytest

from copwatch.store import begun_exports
from copwatch.store.state import LocalState
from tests.cli import harness
from tests.cli.desk import Desk
from tests.conftest import REPO

COUNSEL = ("--profile", "client-counsel")
KILL = """
import os, signal, sys
sys.path.insert(0, sys.argv.pop(1))
from copwatch.bundle import folder_sink as sinks
named, finish = sys.argv.pop(1) == "named", sinks.FolderSink.finish
def end(self):
    if named:
        finish(self)
    os.kill(os.getpid(), signal.SIGKILL)
sinks.FolderSink.finish = end
from copwatch.cli import main
main.main()
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"))
    (desk.top / "card").mkdir()
    (desk.top / "card" / "clip.mp4").write_bytes(b"clip" * 1000)
    desk.incident = desk.report('n_officers = 4\n[[people]]\nlabel = "P1"\n')
    (received,) = desk.json("add", desk.top / "card", "--incident", desk.incident)["received"]
    desk.item = received["evidence"]
    appears = ("--set", f"appears_in={desk.incident}/P1")
    desk.person = desk.json("record", "new", "person", "--set", "label=P1", *appears)["code"]
    return desk


@pytest.fixture(scope="module", params=["", "named"])
def killed(request, desk):
    """Where a bundle was to stand, of an export that was killed before it had its name, or right after."""
    out = desk.top / f"bundle-{request.param}"
    words = ["export", desk.incident, *COUNSEL, "--plain", "--yes", "--out", out, *desk.key]
    done = subprocess.run(
        [sys.executable, "-c", KILL, str(REPO), request.param, *map(str, words)],
        env=harness.environment(**desk.env), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert out.exists() == bool(request.param)
    return out


def test_what_was_begun_is_not_said_to_be_given_out_nor_not_to_be(desk, killed):
    said = desk.json("exports", *desk.key)
    one = said["exports"][-1]
    assert one["finished"] is None and "manifest" not in one["detail"]
    (here,) = [each for each in said["not_known"] if each["bundle"] == one["detail"]["bundle"]]
    assert (here["path"], here["exists"]) == (str(killed), killed.exists())
    assert len(here["parts"]) == (0 if killed.exists() else 1)
    text = desk.run("exports", *desk.key)
    assert b"NOT KNOWN TO BE" in text.stdout
    words = " ".join(text.stderr.decode().split())
    assert (f"{killed} exists here" if killed.exists() else f"{killed} does not exist here, and") in words
    assert "copwatch verify" in words if killed.exists() else ".partial" in words
    left = [item for item in desk.json("status")["items"] if item["kind"] == "left over"]
    assert [item["text"].partition(" ")[0] for item in left] == here["parts"]


def test_whoever_may_have_received_something_stands_among_those_to_recall_from(desk, killed):
    given = desk.json("consent", desk.person, *desk.key)["given_out"]
    assert given[-1]["finished"] is None
    assert "not known to be complete" in " ".join(desk.done("consent", desk.person, *desk.key).split())


@pytest.mark.parametrize("killed", [""], indirect=True)
def test_the_next_export_removes_what_a_killed_one_left_and_says_so(desk, killed):
    parts = [part for one in desk.json("exports", *desk.key)["not_known"] for part in one["parts"]]
    others = desk.top / f".{killed.name}.BUNDLE-OF-ANOTHER.partial"
    others.mkdir()
    words = ("--plain", "--yes", "--out", desk.top / f"next-{killed.name}", *desk.key)
    said = " ".join(desk.run("export", desk.incident, *COUNSEL, *words).stderr.decode().split())
    assert len(parts) == 1 and f"removed {parts[0]}: an export that was killed had left it" in said
    assert [*desk.top.glob(".bundle-*")] == [others] and "left over" not in desk.done("status")
    others.rmdir()


def test_what_another_program_writes_at_this_moment_is_left_alone(desk, tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", desk.env["COPWATCH_STATE"])
    state, out = LocalState(desk.json("status")["archive"]), tmp_path / "b"
    begun_exports.begin(state, "BUNDLE-1", out)
    part = tmp_path / begun_exports.part_name(out, "BUNDLE-1", ".partial")
    part.mkdir()
    assert "left over" not in desk.done("status")
    assert begun_exports.clear(state) == [] and part.exists()
    begun_exports.end(state, "BUNDLE-1")
    assert begun_exports.left_behind(state) == [part], "what could not be removed stays noted"
    assert begun_exports.clear(state) == [part]
    begun_exports.end(state, "BUNDLE-1")


def test_an_export_that_ends_or_is_refused_leaves_no_path_on_the_computer(desk):
    (state,) = list((desk.top / "state").rglob("exports.json")) or [None]
    before = json.loads(state.read_text()) if state else {}
    for name, how in (("whole", ()), ("refused", ("--with", "nonsense"))):
        desk.run(
            "export", desk.incident, *COUNSEL, "--plain", "--yes", "--out", desk.top / name, *how, *desk.key
        )
    assert desk.json("exports", *desk.key)["exports"][-1]["finished"] is True
    left = list((desk.top / "state").rglob("exports.json"))
    assert all(json.loads(path.read_text()) == before for path in left)

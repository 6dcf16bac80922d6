"""The demo, run as a person runs it: what it shows, what it leaves behind, and how it goes away again."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from copwatch.cli.transcript import Recorder, recording, typed
from copwatch.errors import Refused
from copwatch.workflows import demo as workflow
from copwatch.workflows.demo_removing import remove_demo
from examples.media_maker import planted
from tests.cli import harness

REAL = Path(__file__).with_name("real.py")


class Home:
    """One computer: its state folder, and the folder of one demo."""

    def __init__(self, top: Path) -> None:
        self.top, self.state, self.folder = top, top / "state", top / "a demo"
        self.env = {"COPWATCH_STATE": str(self.state), "TMPDIR": str(top)}

    def run(self, *args, **more) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, str(REAL), *map(str, args)], check=False, capture_output=True, timeout=120,
            env=harness.environment(**self.env, **more), stdin=subprocess.DEVNULL, cwd=self.top,
        )  # fmt: skip

    def at_terminal(self, *args) -> tuple[int, str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(harness, "PROGRAM", REAL)
            with harness.Terminal(*map(str, args), **self.env) as terminal:
                code, shown = terminal.wait()
        return code, shown.decode()


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def shown(home) -> str:
    """What a terminal shows of the demo in a folder whose name has a space."""
    code, text = home.at_terminal("demo", home.folder)
    assert code == 0, text
    return text


@pytest.fixture
def fresh(tmp_path, monkeypatch) -> Home:
    """A computer where the archive of a demo stands: nothing but its `init` was run."""
    home = Home(tmp_path)
    monkeypatch.setenv("COPWATCH_STATE", str(home.state))
    monkeypatch.setattr(workflow, "STEPS", workflow.STEPS[:1])
    made = workflow.prepare(home.folder)

    def run(_command: str) -> workflow.Ran:
        workflow_init = home.run(
            "init", home.folder / "archive", "--no-default", "--passphrase-file",
            home.folder / workflow.PASSPHRASE, "--recovery-out", home.folder / workflow.RECOVERY,
        )  # fmt: skip
        return workflow.Ran(workflow_init.returncode, workflow_init.stdout.decode())

    workflow.walk(made, lambda step, command: None, run)
    return home


def test_every_command_is_shown_with_its_output_in_80_columns(shown):
    lines = shown.replace("\r\n", "\n").split("\n")
    assert [line for line in lines if len(line) > 80 and "/a demo" not in line] == []
    assert "\x1b" not in shown
    commands = [line.split()[2] for line in lines if line.startswith("$ copwatch ")]
    assert commands == [step.command.split()[1] for step in workflow.STEPS]
    assert "Filed under I-" in shown
    assert "11. report, custody and page say what the records say: holds" in shown
    assert "is exactly what was received as E-" in shown.replace("\n", " ")


def test_the_passphrases_are_shown_once_and_stand_on_no_command_line(home, shown):
    for name in (workflow.PASSPHRASE, workflow.BUNDLE_PASSPHRASE):
        path = home.folder / name
        assert path.stat().st_mode & 0o077 == 0
        assert shown.count(path.read_text().strip()) == 1
    before = shown.index("$ cd ")
    assert shown.index((home.folder / workflow.BUNDLE_PASSPHRASE).read_text().strip()) < before


def test_the_commands_can_be_typed_again_as_they_were_shown(home, shown):
    script = [line.removeprefix("$ ") for line in shown.replace("\r\n", "\n").split("\n") if line[:2] == "$ "]
    cd, export, *_ = script
    again = "copwatch list --passphrase-file passphrase.txt"
    assert again in script
    command = f'copwatch() {{ "{sys.executable}" "{REAL}" "$@"; }}; {cd}; {export}; {again}'
    done = subprocess.run(
        ["/bin/sh", "-euc", command], check=False, capture_output=True, env=harness.environment(**home.env)
    )
    assert done.returncode == 0, done.stderr
    assert b"Frank H. Ogawa Plaza" in done.stdout


def test_nothing_of_the_sample_files_stands_readable_in_archive_copy_bundle_or_state(home, shown):
    sealed = {
        name: data
        for name, data in files_below(home.top).items()
        if not name.startswith((f"{home.folder.name}/card/", f"{home.folder.name}/report.toml"))
    }
    assert any("second-place/objects/" in name for name in sealed)
    assert any("state/archives/" in name for name in sealed)
    words = {item.value for item in planted.PLANTED} | {
        "handcuffs",
        "Ogawa",
        "shift-note",
        "P1 by the left arm",
    }
    # The receipt names the files, as it says.
    readable = {name for name in sealed if name.endswith(workflow.RECEIPT)}
    found = [
        (name, word)
        for name, data in sealed.items()
        for word in words
        if word.encode() in data and not (name in readable and word == "shift-note")
    ]
    assert found == []


def test_the_demo_does_not_become_the_default_archive(home, shown):
    assert not (home.state / "default.json").exists()
    done = home.run("verify")
    assert done.returncode == 1
    assert b"no archive was named" in done.stderr


def test_evidence_is_refused_by_the_archive_of_the_demo(home, shown, tmp_path):
    evidence = tmp_path / "mine.jpg"
    evidence.write_bytes(b"\xff\xd8 of my own")
    before = files_below(home.folder / "archive")
    done = home.run("add", evidence, "--archive", home.folder / "archive")
    assert done.returncode == 5
    assert b"this is the demo archive" in done.stderr
    assert files_below(home.folder / "archive") == before


def test_a_second_demo_in_the_same_folder_is_refused(home, shown):
    before = files_below(home.folder)
    done = home.run("demo", home.folder)
    assert done.returncode == 5
    assert b"is not an empty folder" in done.stderr
    assert files_below(home.folder) == before


def test_a_script_gets_every_step_and_removal_leaves_nothing(home, shown):
    own = home.top / "own"
    passphrase = home.folder / workflow.PASSPHRASE
    done = home.run("init", own, "--passphrase-file", passphrase, "--recovery-out", home.top / "words")
    assert done.returncode == 0, done.stderr
    before = files_below(home.state) | files_below(own)
    made = home.run("demo", "--json", COPWATCH_ARCHIVE=str(own))
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert [step["exit_code"] for step in said["steps"]] == [0] * len(workflow.STEPS)
    assert all(step["output"] for step in said["steps"])
    folder = Path(said["folder"])
    assert folder.parent == home.top
    assert files_below(home.state) != before
    removed = home.run("demo", "--remove", folder, "--json")
    assert removed.returncode == 0, removed.stderr
    assert json.loads(removed.stdout) == {"removed": str(folder), "left": []}
    assert not folder.exists()
    assert files_below(home.state) | files_below(own) == before
    assert json.loads((home.state / "default.json").read_text()) == {"archive": str(own)}


def test_an_archive_that_is_no_demo_is_never_removed(home, shown, tmp_path):
    archive = tmp_path / "archive"
    words = tmp_path / "words"
    made = home.run(
        "init", archive, "--no-default", "--passphrase-file", home.folder / workflow.PASSPHRASE,
        "--recovery-out", words,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    before = files_below(tmp_path)
    for folder in (tmp_path, archive, tmp_path / "not there"):
        done = home.run("demo", "--remove", folder)
        assert done.returncode == 5
        assert b"there is no demo of this computer" in done.stderr
    assert files_below(tmp_path) == before


def test_a_demo_that_went_no_further_than_its_archive_is_marked_and_can_be_removed(fresh):
    assert remove_demo(fresh.folder).left == ()
    assert not fresh.folder.exists()
    assert list((fresh.state / "archives").iterdir()) == []
    assert json.loads((fresh.state / "folders.json").read_text()) == {}


def test_what_somebody_else_put_into_the_folder_stays(fresh):
    (fresh.folder / "mine.txt").write_text("kept")
    assert remove_demo(fresh.folder).left == ("mine.txt",)
    assert files_below(fresh.folder) == {"mine.txt": b"kept"}


def test_another_archive_in_the_place_of_the_demo_stays(fresh):
    os.rename(fresh.folder / "archive", fresh.top / "aside")
    (fresh.folder / "archive" / "charter").mkdir(parents=True)
    with pytest.raises(Refused, match="not the archive of the demo"):
        remove_demo(fresh.folder)
    assert (fresh.folder / "archive").exists()


def test_a_link_out_of_the_folder_is_removed_and_not_followed(fresh):
    outside = fresh.top / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (fresh.folder / workflow.COPY).symlink_to(outside)
    remove_demo(fresh.folder)
    assert files_below(outside) == {"kept": b"kept"}


def test_the_state_of_a_demo_goes_even_when_its_folder_is_gone_already(fresh):
    os.rename(fresh.folder, fresh.top / "aside")
    remove_demo(fresh.folder)
    assert list((fresh.state / "archives").iterdir()) == []


def test_no_demo_is_made_inside_an_archive_or_a_synced_folder(fresh):
    inside = fresh.folder / "archive" / "objects" / "demo"
    for folder, why in ((inside, "inside an archive"), (fresh.top / "Dropbox" / "demo", "synced by Dropbox")):
        with pytest.raises(Refused, match=why):
            workflow.prepare(folder)
        assert not folder.exists()


def test_a_command_that_fails_stops_the_demo_and_says_how_to_go_on(fresh, monkeypatch):
    demo = workflow.Demo(fresh.folder, "", "")
    shown = []
    with pytest.raises(Exception, match=r"the demo stopped at `copwatch init .*`, exit code 3") as stopped:
        workflow.walk(demo, lambda step, command: shown.append(command), lambda command: workflow.Ran(3, ""))
    assert len(shown) == 1
    assert "copwatch demo --remove" in stopped.value.hint
    assert stopped.value.exit_code == 1


def test_a_demo_that_stops_before_there_is_an_archive_leaves_nothing(tmp_path):
    demo = workflow.prepare(tmp_path / "demo")
    with pytest.raises(KeyboardInterrupt):
        workflow.walk(demo, lambda step, command: None, interrupted)
    assert not demo.folder.exists()


def interrupted(_command: str) -> workflow.Ran:
    raise KeyboardInterrupt


def test_the_end_of_one_code_is_not_taken_for_another():
    printed = "kept as I-RHJE-QNJM-7\nE-Z0F6-JPEX-C  a.jpg\nE-FHV2-AF2Z-2  b.jpg\n"
    assert workflow.codes_in(printed) == {"incident": "I-RHJE-QNJM-7", "item": "E-Z0F6-JPEX-C"}
    assert workflow.codes_in("nothing") == {}


def test_tables_are_drawn_with_what_the_terminal_has():
    with open(os.devnull, "w", encoding="ascii") as plain:
        assert Recorder(plain, 80, terminal=True).encoding == "ascii"
    assert Recorder(None, 80, terminal=True).encoding == "utf-8"


def test_a_long_command_is_broken_where_a_shell_takes_it():
    command = 'copwatch export I-1 --purpose "two words" --out x --yes --plain'
    lines = typed(command, 34)
    assert lines == ["$ copwatch export I-1 \\", '    --purpose "two words" \\', "    --out x --yes --plain"]
    joined = re.sub(r" \\\n\s+", " ", "\n".join(lines))
    assert joined == f"$ {command}"


def test_what_is_recorded_is_whole_and_what_is_shown_is_folded(capsys):
    recorder = Recorder(sys.stdout, 12, terminal=True)
    with recording(recorder):
        print("  one two three four")
        print("warned", file=sys.stderr)
        assert sys.stdout.isatty()
        assert not sys.stderr.isatty()
        assert sys.stdin.read() == ""
    assert recorder.text() == "  one two three four\nwarned\n"
    assert capsys.readouterr().out == "  one two\n  three four\nwarned\n"


def test_a_report_is_refused_in_a_demo_archive(tmp_path, monkeypatch):
    from copwatch.crypto.age import HybridIdentity
    from copwatch.errors import Refused
    from copwatch.workflows.demo import MARK
    from copwatch.workflows.founding import make_archive
    from copwatch.workflows.reporting import check_may_write
    from copwatch.workflows.stamping import local_now

    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    made = make_archive(tmp_path / "a", local_now, passphrase=None, identity=HybridIdentity.generate())
    check_may_write(made.archive)
    made.archive.state.write(MARK, {"folder": "x"})
    with pytest.raises(Refused):
        check_may_write(made.archive)

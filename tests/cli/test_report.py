"""report new, amend, show, form: nothing lost, nothing guessed, nothing half-applied."""

import os
import re
import sys
from pathlib import Path

import filelock
import pytest

from copwatch.cli import editing
from copwatch.errors import Refused
from copwatch.model.forms import parse_toml
from tests.cli.desk import Desk, code_in

MEMORY = pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no folder in memory here")
HOSTILE = "Ofc. \x1b[2J\x1b]0;owned\x07 Smith \u202eexe.gpj"


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One archive for the tests that change nothing in it."""
    return Desk(tmp_path_factory.mktemp("kept"))


def fields(desk, incident):
    [version] = desk.shown(incident)["versions"]
    return version["fields"]


# new


def test_free_text_is_kept_word_for_word_and_what_is_open_is_said(desk):
    text = "6:05 4 agents 5th & Main.  Said:\n\t“get back” — twice "
    said = desk.done("report", "new", "raid", text)
    assert "Still open: occurred start, location text, recorded by." in said
    assert "Can be added later: agencies, n officers" in said
    found = fields(desk, code_in(said, "I"))
    assert "".join(found["narrative_observed"]) == text
    assert found["incident_types"] == ["home_entry_or_raid"]
    assert set(found) == {"narrative_observed", "incident_types"}  # no guess at time, place or number


def test_free_text_can_come_from_standard_input_and_stays_out_of_the_shell_history(desk):
    said = desk.done("report", "new", "stop", "-", given="Zwei Männer.\r\nEnde".encode())
    assert "".join(fields(desk, code_in(said, "I"))["narrative_observed"]) == "Zwei Männer.\r\nEnde"


def test_forms_come_as_toml_as_json_and_from_standard_input(desk, tmp_path):
    (tmp_path / "a.toml").write_text('n_officers = 4\nofficers = [{badge_as_seen = "4411"}]\n')
    (tmp_path / "a.json").write_text('{"n_officers": 4, "officers": [{"badge_as_seen": "4411"}]}')
    officers = [{"label": "O1", "badge_as_seen": "4411"}]
    expected = {"n_officers": 4, "officers": officers, "entered_by": "OBS-2"}
    for name, given in (
        ("a.toml", b""),
        ("a.json", b""),
        ("-", b'{"n_officers": 4, "officers": [{"badge_as_seen": "4411"}]}'),
        ("-", b'n_officers = 4\n[[officers]]\nbadge_as_seen = "4411"\n'),
    ):
        form = name if name == "-" else tmp_path / name
        made = desk.json("report", "new", "--from", form, "--entered-by", "OBS-2", given=given)
        assert fields(desk, made["incident"]) == expected


def test_a_handle_in_the_form_is_stronger_than_entered_by_and_a_template_states_its_fact(desk):
    incident = desk.report('entered_by = "OBS-1"', "raid", "--entered-by", "OBS-2")
    assert fields(desk, incident) == {"entered_by": "OBS-1", "incident_types": ["home_entry_or_raid"]}


def test_every_problem_of_a_form_is_named_at_once_and_nothing_is_kept(kept):
    before = kept.entries()
    form = b'n_officers = "many"\nforce = ["none_seen", "takedown"]\nofficerz = []\nlocation_text = "12 Oak Street"\n'
    form += b'[[officers]]\nrole = ["bakup"]\n'
    done = kept.run("report", "new", "--from", "-", given=form)
    assert done.returncode == 2
    for problem in (b"n_officers: ", b"none seen", b"house number", b"officers[1].role: ", b"backup"):
        assert problem.replace(b"none seen", b"force: none_seen stands alone") in done.stderr
    assert kept.entries() == before
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("args", "given", "words"),
    [
        (("new", "riot", "x"), b"", b"no such template"),
        (("new", "raid", "x", "--from", "-"), b"n_officers = 1", b"exclude each other"),
        (("new", "raid", "x", "--entered-by", "Jane Doe"), b"", b"is not a handle"),
        (("new", "raid", "x", "--link", "B-0000-0000-Z"), b"", b"typing error"),
        (("new", "raid", "x", "--link", "I-0000-0000-0"), b"", b"is the code of: incident"),
        (("new", "--from", "-"), b"# nothing\n", b"states nothing"),
        (("new", "--from", "-"), b"\xff\xfe", b"UTF-8"),
        (("new", "--from", "-"), b"n_officers = ", b"not readable as TOML"),
        (("new", "--from", "-"), b'{"a": ', b"not readable as JSON"),
        (("new", "raid", "   "), b"", b"no text to keep"),
        (("new", "raid"), b"", b"no terminal"),
        (("new", "6:05 4 agents"), b"", b"after the name of a template"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_taken_ends_with_2_and_keeps_nothing(kept, args, given, words):
    before = kept.entries()
    done = kept.run("report", *args, given=given)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr
    assert b"hint: " in done.stderr
    assert kept.entries() == before


def test_evidence_is_filed_in_the_same_entry(desk, tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0 a")
    batch = desk.json("add", tmp_path / "a.jpg")["batch"]
    before = desk.entries()
    said = desk.done("report", "new", "stop", "Text.", "--link", batch)
    assert f"Filed under it: {batch}." in said
    assert desk.entries() == before + 1
    assert desk.shown(code_in(said, "I"))["evidence"] == 1


def test_evidence_that_this_computer_has_not_met_stops_the_report(kept):
    before = kept.entries()
    done = kept.run("report", "new", "stop", "Text.", "--link", "B-0000-0000-0")
    assert done.returncode == 4
    assert b"has not met" in done.stderr
    assert kept.entries() == before


def test_the_form_is_one_that_new_takes(kept):
    form = kept.done("report", "form", "raid")
    assert "home_entry_or_raid" in form
    assert "Do not guess what anybody intended" in form
    assert parse_toml(form) == {"incident_types": ["home_entry_or_raid"]}


# the guided prompts


def walk(terminal, *steps: tuple[str, str]) -> None:
    """For each step waits for the words, then for the prompt after them, and types the answer."""
    for words, typed in steps:
        terminal.expect(words.encode())
        terminal.expect(b"] " if "[" in words else b"> ")
        terminal.type(f"{typed}\n")


def test_the_questions_of_a_template_are_asked_in_order_and_saved_at_the_end(desk):
    with desk.terminal("report", "new", "stop") as terminal:
        walk(
            terminal,
            ("(1/14) When did it begin?", "2026-05-01 6pm"),
            ("(2/14) Where was it", "1234 Oak Street"),
            ("looks like a house number", "5th & Main"),
            ("Who filmed or took notes (handle)?", ""),
            ("Which agencies were there?", "Oakland PD, CHP"),
            ("How many officers?", "not observed"),
            ("Which officers did you see?\r\nAdd officer? [", "y"),
            ("officer 1: Badge", "4411"),
            ("officer 1: Name", ""),
            ("officer 1: Agency", ""),
            ("officer 1: Rank", "unknown"),
            ("officer 1: Description", ""),
            ("  8 backup", "1, present"),
            ("Add another? [", ""),
        )
        terminal.expect(b"Do not guess what anybody intended")
        terminal.expect(b"An empty line, or a dot alone, ends it")
        terminal.type('They said: "back".\n  Twice.\n.\n')
        walk(
            terminal,
            ("  1 none seen", "7, 12"),
            ("How many people were arrested?", ""),
            ("Was anybody injured?", ""),
            ("Who else saw it", ""),
            ("clock of the camera", ""),
            ("agree to?", ""),
        )
        walk(terminal, ("Does somebody need to follow up?", "no"))
        terminal.expect(b"  5 n officers             not observed")
        walk(
            terminal,
            ("Save? [", "change 14"),
            ("now: no.", "y"),
            ("Save? [", "99"),
            ("Save? [", "more"),
            ("(15/16) Who was stopped?\r\nAdd stop? [", ""),
            ("Which agency vehicles did you see?\r\nAdd vehicle? [", "unknown"),
            ("Save? [", ""),
        )
        code, shown = terminal.wait()
    assert code == 0, shown
    assert b"answer y, n, or a number from 1 to 14" in shown
    assert b"Still open: recorded by." in shown
    plain = [
        re.sub(rb"\x1b\[[0-9;]*m", b"", line)
        for line in shown.partition(b"The report is kept")[0].split(b"\r\n")
    ]
    assert max(len(line.decode()) for line in plain if not line.startswith(b"copwatch: ")) <= 80
    assert fields(desk, code_in(shown.decode(), "I")) == {
        "occurred_start": {
            "at": "2026-05-01T18:00:00-07:00", "precision": "hour", "source": "observer_estimate",
        },
        "location_text": "5th & Main",
        "agencies": ["Oakland PD", "CHP"],
        "n_officers": {"not_known": "not_observed"},
        "officers": [
            {
                "label": "O1", "badge_as_seen": "4411", "rank_as_seen": {"not_known": "unknown"},
                "role": ["stopping", "present"],
            }
        ],
        "vehicles": {"not_known": "unknown"},
        "narrative_observed": ['They said: "back".\n', "  Twice."],
        "force": ["takedown", "removed_from_vehicle_physically"],
        "followup_required": "yes",
        "incident_types": ["stop"],
    }  # fmt: skip


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_save_nothing_and_say_so(kept, key):
    before = kept.entries()
    with kept.terminal("report", "new", "stop") as terminal:
        walk(terminal, ("(1/14) When did it begin?", "2026-05-01"))
        terminal.expect(b"(2/14)")
        terminal.expect(b"> ")
        terminal.press(key)
        code, shown = terminal.wait()
    assert code == 130
    assert b"nothing was saved" in shown
    assert b"Traceback" not in shown
    assert kept.entries() == before


def test_no_at_the_end_saves_nothing_and_an_empty_interview_is_not_saved(kept):
    before = kept.entries()
    with kept.terminal("report", "new", "stop") as terminal:
        walk(terminal, *((f"({number}/14)", "") for number in range(1, 6)))
        walk(terminal, ("Add officer? [", ""))
        walk(terminal, *((f"({number}/14)", "") for number in range(7, 15)))
        terminal.expect(b"Save? [Y/n/change NUMBER/more]")
        terminal.type("y\n")
        terminal.expect(b"nothing was answered yet")
        terminal.expect(b"Save? [Y/n/change NUMBER/more]")
        terminal.type("n\n")
        code, shown = terminal.wait()
    assert code == 0
    assert shown.rstrip().endswith(b"nothing was saved")
    assert kept.entries() == before


def test_a_line_that_the_terminal_may_have_cut_is_not_taken(kept):
    with kept.terminal("report", "new", "stop") as terminal:
        terminal.expect(b"> ")
        terminal.type("x" * 5000 + "\n")
        terminal.expect(b"as long as a terminal takes")
        terminal.expect(b"> ")
        terminal.press("\x03")
        assert terminal.wait()[0] == 130


def test_what_was_typed_outlasts_another_copwatch_that_writes(desk):
    [lock] = (desk.top / "state").rglob("writer.lock")
    with filelock.FileLock(lock, timeout=5):
        done = desk.run("report", "new", "stop", "Text.")
        assert done.returncode == 1
        assert b"another copwatch is writing" in done.stderr
        terminal = desk.terminal("report", "new", "stop", "Text.")
        terminal.expect(b"Try again? [Y/n]")
    with terminal:
        terminal.type("\n")
        code, shown = terminal.wait()
    assert code == 0
    assert "".join(fields(desk, code_in(shown.decode(), "I"))["narrative_observed"]) == "Text."


def test_a_computer_that_may_not_write_says_so_before_anything_is_asked(desk):
    [own] = (desk.top / "state").rglob("own.json")
    own.unlink()
    with desk.terminal("report", "new", "stop") as terminal:
        code, shown = terminal.wait()
    assert code == 1
    assert b"not a device of this archive" in shown
    assert b"(1/14)" not in shown


def test_without_a_key_the_prompts_state_only_what_is_answered(desk):
    incident = desk.report()
    with desk.terminal("report", "amend", incident, "--reason", "x") as terminal:
        walk(terminal, *((f"({number}/15)", "") for number in range(1, 7)))
        walk(terminal, ("Add officer? [", ""), ("What happened?", "Not observed\n."), ("(9/15)", "done"))
        walk(terminal, ("Save? [", ""))
        code, shown = terminal.wait()
    assert code == 0, shown
    assert desk.shown(incident)["versions"][1]["fields"] == {
        "narrative_observed": {"not_known": "not_observed"}
    }


# the editor


def an_editor(desk, source: str) -> dict[str, str]:
    """VISUAL as a script; `form` is the file's path in it."""
    script = desk.top / "editor.py"
    script.write_text(f"import os, sys\nfrom pathlib import Path\nform = Path(sys.argv[1])\n{source}\n")
    return {"VISUAL": f"{sys.executable} {script}"}


@MEMORY
def test_the_editor_gets_the_form_in_memory_and_problems_come_back_until_they_are_mended(desk):
    seen, count = desk.top / "seen", desk.top / "count"
    source = f"""
seen, count = Path({str(seen)!r}), Path({str(count)!r})
text = form.read_text()
count.write_text(count.read_text() + "." if count.exists() else ".")
seen.write_text(f"{{form}}\\n{{oct(form.stat().st_mode)}}\\n{{text}}")
(form.parent / "report.toml~").write_text("a backup")
if count.read_text() == ".":
    form.write_text(text + 'n_officers = "many"\\nofficerz = 1\\n')
else:
    form.write_text(text.replace('"many"', "4").replace("officerz = 1", ""))
"""
    said = desk.done("report", "new", "raid", "--edit", **an_editor(desk, source))
    path, mode, text = seen.read_text().split("\n", 2)
    assert mode.endswith("600")
    assert path.startswith("/dev/shm/")
    assert not Path(path).parent.exists()
    assert text.startswith("#! To mend")
    assert "#! n_officers: " in text
    assert "#! officerz: no such field; did you mean officers" in text
    assert fields(desk, code_in(said, "I")) == {"n_officers": 4, "incident_types": ["home_entry_or_raid"]}


@MEMORY
def test_what_was_written_is_still_there_when_the_editor_fails(kept):
    count = kept.top / "count"
    source = f"""
count = Path({str(count)!r})
count.write_text(count.read_text() + "." if count.exists() else ".")
if count.read_text() == ".":
    form.write_bytes(b'n_officers = 7 # \\xff')
elif count.read_text() == "..":
    form.write_text("n_officers = 7")
    os.kill(os.getpid(), 9)
"""
    with kept.terminal("report", "new", "raid", "--edit", **an_editor(kept, source)) as terminal:
        for said in (b"not text in UTF-8", b"the editor ended with -9\r\n"):
            terminal.expect(said)
            walk(terminal, ("Open it again? [", "y"))
        code, shown = terminal.wait()
    assert code == 0, shown
    assert fields(kept, code_in(shown.decode(), "I"))["n_officers"] == 7


@MEMORY
def test_an_editor_that_nobody_sits_at_and_that_brings_the_same_again_ends(kept):
    source = "form.write_text('n_officers = \"many\"')"
    done = kept.run("report", "new", "raid", "--edit", **an_editor(kept, source))
    assert done.returncode == 2 and b"n_officers: " in done.stderr


@MEMORY
def in_memory():
    """What stands in the folder in memory, without the semaphores of processes that work at the same time."""
    return {name for name in os.listdir("/dev/shm") if not name.startswith("sem.")}


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("", 0, b"nothing was saved"),
        ("sys.exit(3)", 1, b"the editor ended with 3"),
        (
            "t = form.read_text()\nif '#! ' not in t: form.write_text(t + 'n_officers = \"many\"')",
            2,
            b"n_officers: ",
        ),
        ("form.write_bytes(b'\\xff')", 2, b"UTF-8"),
    ],
    ids=["unchanged", "failed", "given-up", "not-text"],
)
def test_an_editor_that_brings_nothing_saves_nothing_and_leaves_no_file(kept, source, code, words):
    before, files = kept.entries(), in_memory()
    done = kept.run("report", "new", "raid", "--edit", **an_editor(kept, source))
    assert done.returncode == code
    assert words in done.stderr
    assert kept.entries() == before
    assert in_memory() == files


def test_without_a_place_in_memory_no_form_is_written_anywhere(monkeypatch, tmp_path):
    monkeypatch.setattr(editing, "_mounts", lambda: iter([(Path("/"), "ext4")]))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(Refused) as refused:
        editing.private_folder()
    assert "--from FILE" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


def test_the_file_system_on_top_of_a_place_decides():
    mounts = {Path("/"): "tmpfs", Path("/run"): "ext4", Path("/run/user/1"): "tmpfs"}
    assert editing._type_of(Path("/run/user/1/x"), mounts) == "tmpfs"
    assert editing._type_of(Path("/run/user/2"), mounts) == "ext4"


def test_compressed_memory_is_no_swap_disk():
    head = "Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    assert editing.swap_devices(head + "/dev/zram0 partition 1 0 100\n") == []
    assert editing.swap_devices(head + "/dev/dm-1 partition 1 0 -2\n") == ["/dev/dm-1"]


def test_vim_leaves_no_traces_on_disk(monkeypatch, tmp_path):
    for name in ("vim.basic", "nano"):
        (tmp_path / name).touch(mode=0o700)
    (tmp_path / "vi").symlink_to("vim.basic")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("VISUAL", "vi -R")
    assert editing._editor()[1:4] == ["-R", "-n", "-i"]
    monkeypatch.setenv("VISUAL", "nano")
    assert editing._editor() == [str(tmp_path / "nano")]


def test_without_an_editor_the_other_way_is_named(kept):
    done = kept.run("report", "new", "raid", "--edit", VISUAL="no-such-editor-here")
    assert done.returncode == 2
    assert b"--from FILE" in done.stderr


# amend


def test_without_a_key_only_what_is_given_is_stated_and_both_versions_are_shown(desk):
    incident = desk.report()
    said = desk.done("report", "amend", incident, "--set", "n_officers=5", "--reason", "recount")
    assert "written without a key: it stands beside what is known" in said
    found = desk.shown(incident)
    assert found["conflict"] is True
    whole, partial = found["versions"]  # the whole one first, although the other is newer
    assert (whole["without_key"], partial["without_key"]) == (False, True)
    assert partial["fields"] == {"n_officers": 5}
    assert (partial["parents"], partial["reason"]) == ([], "recount")
    text = desk.done("report", "show", incident, *desk.key)
    assert f"CONFLICT: {whole['version']} and {partial['version']} stand side by side" in text
    assert "5th & Main" in desk.done("list", *desk.key)


def test_with_a_key_an_amendment_starts_from_what_is_current_and_says_what_changes(desk):
    incident = desk.report('n_officers = 4\nn_officers_basis = "saw"\nnarrative_observed = "One."\n')
    [first] = desk.shown(incident)["versions"]
    done = desk.run(
        "report", "amend", incident, "--set", "n_officers=5", "--set", "city=Oakland", "--text", "Two.",
        "--reason", "video", *desk.key,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for change in (b"n officers              4 \xe2\x86\x92 5", b"+ Two.", b"city", b"basis        saw"):
        assert change in done.stderr, done.stderr.decode()
    [second] = desk.shown(incident)["versions"]
    assert second["parents"] == [first["leaf"]]
    # "saw" was said of four officers, not of five
    assert second["fields"] == {"n_officers": 5, "city": "Oakland", "narrative_observed": ["One.\n", "Two."]}
    assert [v["reason"] for v in desk.shown(incident, "--all-versions")["versions"]] == [None, "video"]
    assert desk.shown(incident, "--first")["versions"] == [first | {"current": False}]


def test_a_field_is_taken_out_with_a_key_only(desk):
    incident = desk.report()
    before = desk.entries()
    refused = desk.run("report", "amend", incident, "--set", "location_text=", "--reason", "x")
    assert refused.returncode == 2
    assert b"without a key nothing can be taken out: location_text" in refused.stderr
    assert desk.entries() == before
    desk.done("report", "amend", incident, "--set", "location_text=", "--reason", "x", *desk.key)
    assert fields(desk, incident) == {"n_officers": 4}


def test_a_version_over_both_heads_ends_the_conflict_once_it_says_what_holds(desk):
    incident = desk.report('n_officers = 4\nlocation_text = "5th & Main"\nnarrative_observed = "One."\n')
    desk.done("report", "amend", incident, "--set", "n_officers=5", "--text", "Two.", "--reason", "a")
    heads = [version["leaf"] for version in desk.shown(incident)["versions"]]
    before = desk.entries()
    undecided = desk.run("report", "amend", incident, "--reason", "b", *desk.key)
    assert undecided.returncode == 2
    assert re.search(rb"the versions differ: n_officers \(R-\S+: 4, R-\S+: 5\)", undecided.stderr)
    assert desk.entries() == before
    desk.done("report", "amend", incident, "--set", "n_officers=6", "--reason", "b", *desk.key)
    found = desk.shown(incident)
    assert found["conflict"] is False
    assert found["versions"][0]["parents"] == sorted(heads)
    assert found["versions"][0]["fields"] == {
        "n_officers": 6, "location_text": "5th & Main", "narrative_observed": ["One.\n", "Two."],
    }  # fmt: skip


def test_one_versions_word_can_be_taken_whole(desk):
    incident = desk.report()
    desk.done("report", "amend", incident, "--set", "n_officers=5", "--reason", "a")
    partial = desk.shown(incident)["versions"][1]["version"]
    wrong = desk.run("report", "amend", incident, "--keep", "R-0000-0000-0", "--reason", "b", *desk.key)
    assert wrong.returncode == 2
    assert partial.encode() in wrong.stderr
    desk.done("report", "amend", incident, "--keep", partial, "--reason", "b", *desk.key)
    assert fields(desk, incident) == {"n_officers": 5, "location_text": "5th & Main"}


def test_at_a_terminal_the_person_is_asked_whose_word_holds(desk):
    incident = desk.report()
    desk.done("report", "amend", incident, "--set", "n_officers=5", "--reason", "a")
    with desk.terminal("report", "amend", incident, *desk.key) as terminal:
        terminal.expect(b"Why is it amended?")
        terminal.type("counted again\n")
        terminal.expect(b"The versions differ in: n officers")
        terminal.expect(b"Which holds? [1-2]")
        terminal.type("3\n")
        terminal.expect(b"the number of one of them")
        terminal.expect(b"Which holds? [1-2]")
        terminal.type("2\n")
        terminal.expect(b"Save? [Y/n/change NUMBER/more]")
        terminal.type("2\n")
        terminal.expect(b"now: 5th & Main. Enter keeps it, - takes it out.")
        terminal.expect(b"> ")
        terminal.type("-\n")
        terminal.expect(b"Save? [Y/n/change NUMBER/more]")
        terminal.type("y\n")
        code, shown = terminal.wait()
    assert code == 0, shown
    assert fields(desk, incident) == {"n_officers": 5}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--set", "n_officers=5"), b"--reason"),
        (("--reason", "x"), b"no terminal"),
        (("--reason", "x", "--set", "n_officers"), b"write FIELD=VALUE"),
        (("--reason", "x", "--set", "n_officers=1", "--set", "n_officers=2"), b"is set twice"),
        (("--reason", "x", "--set", "officers=4411"), b"has rows"),
        (("--reason", "x", "--set", "nosuch=1", "--set", "force=hug"), b"force: "),
        (("--reason", "x", "--set", "nosuch="), b"no such field"),
        (("--reason", "x", "--set", "city=A", "--edit"), b"exclude each other"),
        (("--reason", "x", "--keep", "R-0000-0000-0"), b"unlock first"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_amendment_that_cannot_be_taken_writes_nothing(kept, args, words):
    incident = kept.report()
    before = kept.entries()
    done = kept.run("report", "amend", incident, *args)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert kept.entries() == before


def test_an_amendment_that_changes_nothing_or_a_wrong_key_writes_nothing(desk):
    incident = desk.report()
    before = desk.entries()
    same = desk.run("report", "amend", incident, "--set", "n_officers=4", "--reason", "x", *desk.key)
    assert same.returncode == 2
    assert b"changes nothing" in same.stderr
    other = desk.top / "other"
    other.touch(mode=0o600)
    from copwatch.crypto.age import HybridIdentity

    other.write_text(f"{HybridIdentity.generate()}\n")
    locked = desk.run("report", "amend", incident, "--set", "city=A", "--reason", "x", "--identity", other)
    assert locked.returncode == 4
    assert desk.entries() == before


@MEMORY
def test_with_a_key_the_editor_shows_what_is_current_and_what_is_deleted_there_goes(desk):
    incident = desk.report('n_officers = 4\nn_officers_basis = "saw"\nhouse_number = "12"\n')
    source = "form.write_text(form.read_text().replace('house_number = \"12\"', '').replace('= 4', '= 5'))"
    desk.done("report", "amend", incident, "--edit", "--reason", "x", *desk.key, **an_editor(desk, source))
    assert fields(desk, incident) == {"n_officers": 5, "n_officers_basis": "saw"}


# show


def test_hostile_words_are_kept_exactly_and_shown_harmless(desk):
    said = desk.done("report", "new", "stop", HOSTILE)
    incident = code_in(said, "I")
    text = desk.done("report", "show", incident, *desk.key)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "\\x1b[2J" in text
    assert "".join(fields(desk, incident)["narrative_observed"]) == HOSTILE


def test_a_report_fits_80_columns_with_rows_indented_unknowns_in_words_and_open_fields_named(desk):
    form = 'location_text = "unknown"\nanyone_injured = "declined"\nnarrative_observed = "%s"\n' % (
        "word " * 60
    )
    form += '[[officers]]\nbadge_as_seen = "4411"\n[[officers]]\nname_as_seen = "not observed"\n[x]\nour_field = 7\n'
    incident = desk.report(form)
    lines = desk.done("report", "show", incident, *desk.key).splitlines()
    assert max(map(len, lines)) <= 80
    assert "  location text           unknown" in lines
    assert "  anyone injured          declined" in lines
    assert "   1  label               O1" in lines and "      badge as seen       4411" in lines
    assert "   2  label               O2" in lines and "      name as seen        not observed" in lines
    assert "    our field             7" in lines
    assert "  STILL OPEN              occurred start, recorded by" in lines
    assert any(line.startswith("  recorded   ") and "first device" in line for line in lines)


def test_showing_needs_a_key_and_a_mistyped_code_none(kept):
    incident = kept.report()
    assert kept.run("report", "show", incident).returncode == 4
    done = kept.run("report", "show", incident[:-1] + ("0" if incident[-1] != "0" else "1"))
    assert done.returncode == 2
    assert b"typing error" in done.stderr

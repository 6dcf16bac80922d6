"""`copwatch report paper`, `enter`: from the blank form over the pen to the report, and nothing half done."""

import pytest

from tests.cli.desk import Desk, code_in
from tests.cli.test_report import walk
from tests.typesetting.pdf import text_of

FORM = b'n_officers = 4\nlocation_text = "5th & Main"\n'
HANDS = ("--written-by", "OBS-7", "--typed-by", "OBS-2")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def scan(tmp_path):
    file = tmp_path / "scan.jpg"
    file.write_bytes(b"\xff\xd8\xff\xe0 what the pen wrote")
    return file


def fields(desk, incident):
    return desk.shown(incident)["versions"][0]["fields"]


def test_a_blank_form_is_written_once_and_over_nothing(desk, tmp_path):
    out = tmp_path / "form.pdf"
    assert desk.done("report", "paper", "stop", "--out", out) == f"The form is in {out}.\n"
    assert "Which officers did you see?" in text_of(out.read_bytes(), tmp_path)
    assert out.stat().st_mode & 0o077 == 0
    before = out.read_bytes()
    again = desk.run("report", "paper", "stop", "--out", out)
    assert (again.returncode, out.read_bytes()) == (5, before)


def test_a_form_needs_no_archive_and_has_a_name_of_its_own(tmp_path):
    import subprocess
    import sys

    from tests.cli import harness
    from tests.cli.desk import REAL

    done = subprocess.run(
        [sys.executable, REAL, "report", "paper", "harm_reduction", "--large", "--group", "Night *Shift*"],
        check=False, capture_output=True, timeout=60, cwd=tmp_path,
        env=harness.environment(COPWATCH_STATE=str(tmp_path / "state"), HOME=str(tmp_path)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    shown = text_of((tmp_path / "harm_reduction-form.pdf").read_bytes(), tmp_path)
    assert "Night *Shift*" in shown


def test_a_groups_own_fields_are_on_its_forms_and_odd_characters_are_named(desk, tmp_path):
    desk.archive.with_name("archive.fields.toml").write_text(
        '[[field]]\nname = "x1"\ntype = "text"\nclass = "ORG"\nhelp = "h"\n'
        'question = "Which 日?"\nasked_by = ["stop"]\n',
        "utf-8",
    )
    done = desk.run("report", "paper", "stop", "--out", tmp_path / "form.pdf")
    assert done.returncode == 0
    assert "日" in done.stderr.decode()
    assert "Which [U+65E5]?" in text_of((tmp_path / "form.pdf").read_bytes(), tmp_path)


@pytest.mark.parametrize(
    ("args", "code"),
    [(("nothing",), 2), (("stop", "--size", "a5"), 2), (("stop", "--out", "{archive}/form.pdf"), 5)],
)
def test_forms_that_cannot_be_are_not_written(desk, args, code):
    given = [arg.format(archive=desk.archive) for arg in args]
    done = desk.run("report", "paper", *given)
    assert (done.returncode, done.stdout) == (code, b"")
    assert b"hint: " in done.stderr
    assert not list(desk.top.rglob("*.pdf"))


def test_what_was_written_and_who_typed_it_in_stand_apart_and_the_scan_is_filed(desk, scan):
    made = desk.json(
        "report", "enter", "stop", scan, *HANDS, "--written-at", "2026-05-01 19:00", "--from", "-", given=FORM
    )
    [evidence] = made["filed"]
    held = fields(desk, made["incident"])
    [id] = held.pop("scans")
    assert held.pop("written_at")["at"] == "2026-05-01T19:00:00-07:00"
    assert held == {
        "n_officers": 4, "location_text": "5th & Main", "incident_types": ["stop"],
        "written_by": "OBS-7", "entered_by": "OBS-2",
    }  # fmt: skip
    [item] = desk.json("list", "evidence", *desk.key)["evidence"]
    assert (item["code"], item["id"], item["incident_codes"]) == (evidence, id, [made["incident"]])
    assert evidence in desk.done("report", "show", made["incident"], *desk.key)
    [batch] = desk.json("list", "batches", *desk.key)["batches"]
    assert (batch["by"], batch["note"]) == ("OBS-2", "scan of a paper form: stop")


def test_several_scans_are_one_form(desk, scan, tmp_path):
    second = tmp_path / "page2.jpg"
    second.write_bytes(b"\xff\xd8\xff\xe0 the second page")
    made = desk.json("report", "enter", "stop", scan, second, *HANDS, "--from", "-", given=FORM)
    assert len(made["filed"]) == 2
    scans = fields(desk, made["incident"])["scans"]
    assert len(scans) == 2
    shown = desk.done("show", made["incident"], *desk.key)
    assert not any(id in shown for id in scans), "what people read are codes"


def test_what_the_form_says_of_its_head_counts_and_options_are_stronger(desk, scan):
    form = FORM + b'written_by = "OBS-1"\nentered_by = "OBS-3"\n'
    made = desk.json("report", "enter", "general", scan, "--typed-by", "OBS-2", "--from", "-", given=form)
    held = fields(desk, made["incident"])
    assert (held["written_by"], held["entered_by"]) == ("OBS-1", "OBS-2")


@pytest.mark.parametrize(
    ("args", "given", "code", "words"),
    [
        ((*HANDS, "--from", "-"), b"n_oficers = 4\n", 2, b"did you mean n_officers"),
        ((*HANDS, "--from", "-"), b"", 2, b"states nothing"),
        (("--typed-by", "OBS-2", "--from", "-"), FORM, 2, b"--written-by"),
        (("--written-by", "O BS", "--typed-by", "OBS-2", "--from", "-"), FORM, 2, b"not a handle"),
        ((*HANDS, "--written-at", "at tea", "--from", "-"), FORM, 2, b"written at"),
        (HANDS, b"", 2, b"no terminal"),
        ((*HANDS, "--edit", "--from", "-"), FORM, 2, b"exclude"),
    ],
)
def test_what_is_wrong_is_said_before_anything_comes_in(desk, scan, args, given, code, words):
    before = desk.entries()
    done = desk.run("report", "enter", "stop", scan, *args, given=given)
    assert (done.returncode, done.stdout) == (code, b"")
    assert words in done.stderr
    assert desk.entries() == before


def test_without_its_scan_no_report_is_written(desk, scan, tmp_path):
    before = desk.entries()
    done = desk.run("report", "enter", "stop", scan, tmp_path / "gone.jpg", *HANDS, "--from", "-", given=FORM)
    assert done.returncode == 1
    assert desk.entries() == before
    (tmp_path / "empty").mkdir()
    nothing = desk.run("report", "enter", "stop", tmp_path / "empty", *HANDS, "--from", "-", given=FORM)
    assert nothing.returncode == 1
    assert b"no report was written" in nothing.stderr
    assert desk.json("list", "incidents", *desk.key)["incidents"] == []


def test_a_paper_that_was_typed_in_before_is_told(desk, scan):
    args = ("report", "enter", "stop", scan, *HANDS, "--from", "-", "--json")
    first = desk.run(*args, given=FORM)
    second = desk.run(*args, given=FORM)
    assert b"typed in already?" not in first.stderr
    assert b"typed in already?" in second.stderr
    assert code_in(first.stdout.decode(), "E") == code_in(second.stdout.decode(), "E")


def test_the_head_of_the_paper_and_then_its_questions_are_asked(desk, scan):
    with desk.terminal("report", "enter", "survivor", scan) as terminal:
        walk(
            terminal,
            ("The head of the paper: written by?", ""),
            ("a handle is needed", "OBS-7"),
            ("The head of the paper: written at?", ""),
            ("The head of the paper: entered by?", "OBS-2"),
        )
        terminal.expect(b"the scan is in: E-")
        walk(
            terminal,
            ("Add survivor? [", ""),
            ("(2/5) When did it begin?", "2026-05-01 18:05"),
            ("(3/5) Where was it", "5th & Main"),
            ("(4/5) Who filmed", "OBS-7"),
            ("(5/5) Does somebody need", "yes"),
            ("Save? [", "y"),
        )
        code, shown = terminal.wait()
    assert code == 0, shown
    held = fields(desk, code_in(shown.decode(), "I"))
    assert (held["written_by"], held["entered_by"], held["location_text"]) == ("OBS-7", "OBS-2", "5th & Main")
    assert "written_at" not in held


def test_when_the_typing_is_given_up_the_scan_stays_and_that_is_said(desk, scan):
    with desk.terminal("report", "enter", "survivor", scan, *HANDS, "--written-at", "unknown") as terminal:
        walk(terminal, ("Add survivor? [", ""), *((f"({n}/5)", "") for n in range(2, 5)))
        walk(terminal, ("(5/5)", "yes"), ("Save? [", "n"))
        code, shown = terminal.wait()
    assert code == 0, shown
    assert b"no report was saved; the scan stays" in shown
    assert desk.json("list", "incidents", *desk.key)["incidents"] == []
    assert len(desk.json("list", "evidence", *desk.key)["evidence"]) == 1

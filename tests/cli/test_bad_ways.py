"""The same wrong things by every way in: each is named with its field, row and column, and nothing is kept."""

import json

import pytest

from tests.cli.desk import Desk
from tests.cli.test_report import walk

WRONG = {
    "n_officers": ("many", "'many' is not a whole number"),
    "force": ("pepper spray", "'pepper spray' is none of the terms; did you mean chemical spray"),
    "occurred_start": ("2026-02-30 18:05 -07:00", "no such time"),
    "occurred_end": ("2026-05-01 25:05 -07:00", "no such time"),
    "lat": ("91", "above 90"),
    "city": ("\x1b[2JOakland", "has a line break or a control character"),
    "location_text": ("1234 Oak Street", "house number"),
    "anyone_injured": ("maybe", "'maybe' is none of the terms"),
    "witnesses": ("Sam Smith", "is not a handle"),
}
ROWS = {"officers": [{"badge_as_seen": "4411", "rol": "x"}, {"role": ["present", "dancing"]}]}
IN_ROWS = {"officers[1].rol": "did you mean role", "officers[2].role": "'dancing' is none of the terms"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("ways"))


def form() -> dict:
    return {**{name: value for name, (value, _) in WRONG.items()}, **ROWS, "citty": "Oakland"}


def as_toml(given: dict) -> str:
    plain = [f"{name} = {json.dumps(value)}" for name, value in given.items() if not isinstance(value, list)]
    rows = [
        "\n".join([f"[[{name}]]", *(f"{inner} = {json.dumps(value)}" for inner, value in row.items())])
        for name, value in given.items() if isinstance(value, list) for row in value
    ]  # fmt: skip
    return "\n".join([*plain, *rows]) + "\n"


def check(desk, done, before, *, rows: bool = True) -> None:
    said = " ".join((done.stdout + done.stderr).decode().split())
    assert done.returncode == 2, said
    assert "\x1b" not in said and "Traceback" not in said
    for name, (_, reason) in WRONG.items():
        assert f"{name}: " in said and reason in said, (name, said)
    for path, reason in (IN_ROWS if rows else {}).items():
        assert f"{path}: " in said and reason in said, (path, said)
    assert "citty: no such field; did you mean city" in said
    assert "terms of force" in said and "chemical spray" in said
    assert desk.entries() == before


def test_a_form_in_toml_and_in_json(desk):
    before = desk.entries()
    for text in (as_toml(form()), json.dumps(form())):
        check(desk, desk.run("report", "new", "--from", "-", given=text.encode()), before)


def test_each_problem_stands_on_a_line_of_its_own_within_eighty_columns(desk):
    done = desk.run("report", "new", "--from", "-", given=as_toml(form()).encode())
    lines = done.stderr.decode().splitlines()
    assert lines[0] == f"copwatch: error: {len(WRONG) + 3} things to mend"
    assert [line.split(":")[0] for line in lines if line.startswith("  n_officers")] == ["  n_officers"]
    assert max(map(len, lines)) <= 80


def test_a_form_that_comes_with_files(desk):
    before = desk.entries()
    (desk.top / "report.toml").write_text(as_toml(form()))
    (desk.top / "clip.mp4").write_bytes(b"x" * 100)
    check(desk, desk.run("add", desk.top / "clip.mp4", "--report", desk.top / "report.toml"), before)


def test_fields_on_the_command_line(desk):
    incident = desk.report()
    before = desk.entries()
    sets = [
        part
        for name, value in form().items()
        if isinstance(value, str)
        for part in ("--set", f"{name}={value}")
    ]
    check(desk, desk.run("report", "amend", incident, *sets, "--reason", "r"), before, rows=False)


def test_an_editor_that_is_left_twice_with_the_same(desk):
    before = desk.entries()
    (desk.top / "bad.toml").write_text(as_toml(form()))
    editor = desk.top / "editor"
    editor.write_text(f'#!/bin/sh\ngrep -q "To mend" "$1" || cp {desk.top}/bad.toml "$1"\n')
    editor.chmod(0o700)
    check(desk, desk.run("report", "new", "--edit", EDITOR=str(editor)), before)


def test_a_table_names_row_and_column(desk):
    before = desk.entries()
    cells = ",".join(value for value, _ in WRONG.values())
    head = ",".join(WRONG)
    (desk.top / "bad.csv").write_text(f"{head}\n{',' * (len(WRONG) - 1)}\n{cells}\n")
    done = desk.run("report", "import", desk.top / "bad.csv", "--yes")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 2 and "\x1b" not in done.stdout.decode()
    for name, (_, reason) in WRONG.items():
        assert any(
            line.startswith("row 3") and f"column {name}" in line and reason in line for line in lines
        ), name
    (desk.top / "bad.csv").write_bytes(b"city\nOak\xffland\n")
    assert b"UTF-8" in desk.run("report", "import", desk.top / "bad.csv", "--yes").stderr
    (desk.top / "bad.csv").write_text("citty\nOakland\n")
    assert b"did you mean city" in desk.run("report", "import", desk.top / "bad.csv", "--yes").stderr
    assert desk.entries() == before


def test_answers_are_asked_again(desk):
    before = desk.entries()
    with desk.terminal("report", "new", "stop") as terminal:
        walk(
            terminal,
            ("(1/14)", "2026-02-30 18:05 -07:00"),
            ("no such time", "2026-05-01 18:05"),
            ("(2/14)", "1234 Oak Street"),
            ("house number", "5th \x16\x1b[2J& Main"),
            ("control character", "5th & Main"),
            ("(3/14)", "Sam Smith"),
            ("is not a handle", "OBS-7"),
            ("(4/14)", ""),
            ("(5/14)", "many"),
            ("is not a whole number", "done"),
            ("Save? [", "n"),
        )
        code, shown = terminal.wait()
    assert code == 0 and b"nothing was saved" in shown
    assert b"\x1b[2J" not in shown.replace(b"^[[2J", b"")
    assert desk.entries() == before


@pytest.mark.parametrize("size", [10_000_000, 300_000])
def test_a_narrative_that_is_far_too_long_is_refused_by_every_way(desk, size):
    before = desk.entries()
    text = ("They left. é\n" * (size // 12)).encode()
    ways = {
        ("report", "new", "stop", "-"): text,
        ("report", "new", "--from", "-"): b'narrative_observed = """\n' + text + b'"""\n',
    }
    for way, given in ways.items():
        done = desk.run(*way, given=given)
        assert done.returncode == 2 and b"longer than" in done.stderr, done.stderr
    (desk.top / "long.csv").write_bytes(b'narrative_observed\n"' + text + b'"\n')
    done = desk.run("report", "import", desk.top / "long.csv", "--yes")
    said = done.stdout + done.stderr
    assert done.returncode == 2 and (b"longer than" in said or b"more than 250,000 characters" in said)
    assert desk.entries() == before


def test_bytes_that_are_no_text_are_refused_on_the_command_line(desk):
    incident = desk.report()
    before = desk.entries()
    broken = b"Oak\xffland".decode("utf-8", "surrogateescape")
    for way in (("--set", f"city={broken}"), ("--text", broken)):
        done = desk.run("report", "amend", incident, *way, "--reason", "r")
        assert done.returncode == 2 and b"Traceback" not in done.stderr, done.stderr
    done = desk.run("report", "amend", incident, "--set", "city=Oakland", "--reason", broken)
    assert done.returncode == 2, done.stderr
    assert desk.run("report", "new", "stop", broken).returncode == 2
    assert desk.entries() == before

"""report import: the whole command on tables as other offices write them."""

import json

import pytest

from tests.cli.desk import Desk
from tests.cli.harness import ROOT

SHEET = (
    "No;When;Where;Badge #;Observer;What happened;Injured?;Notes\r\n"
    '1;05/01/2026 18:05;5th & Main;4411;OBS-7;"=Two officers; stopped P1.\r\nThey left.";N;x\r\n'
    "2;05/02/2026 19:00;6th & Main;;OBS-8;@home;unknown;\r\n"
)
MAP = """
key = "No"
ignore = ["No", "Notes"]
zone = "America/New_York"
template = "stop"
[columns]
When = { field = "occurred_start", format = "%m/%d/%Y %H:%M" }
Where = "location_text"
"Badge #" = "officers.1.badge_as_seen"
Observer = "recorded_by"
"What happened" = "narrative_observed"
"Injured?" = "anyone_injured"
[constants]
city = "Springfield"
"""


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    (tmp_path / "sheet.csv").write_bytes(SHEET.encode("utf-8-sig"))
    (tmp_path / "map.toml").write_text(MAP)
    return desk


def test_a_sheet_comes_in_with_a_mapping(desk):
    way = (desk.top / "sheet.csv", "--map", desk.top / "map.toml", "--entered-by", "OBS-2", "--yes")
    result = desk.json("report", "import", *way)
    assert (result["rows"], result["new"], result["complete"]) == (2, 2, True)
    [version] = desk.shown(result["incidents"][0])["versions"]
    assert version["template"] == "stop"
    assert version["fields"].pop("officers")[0]["badge_as_seen"] == "4411"
    assert version["fields"] == {
        "occurred_start": {"at": "2026-05-01T18:05:00-04:00", "precision": "minute", "source": "observer_estimate"},
        "location_text": "5th & Main", "city": "Springfield",
        "narrative_observed": ["=Two officers; stopped P1.\r\n", "They left."], "anyone_injured": "no",
        "recorded_by": "OBS-7", "entered_by": "OBS-2", "incident_types": ["stop"],
    }  # fmt: skip
    again = desk.json("report", "import", *way)
    assert (again["already"], again["new"], again["incidents"], again["complete"]) == (2, 0, [], True)


def test_it_says_what_it_will_do_and_asks(desk):
    way = (desk.top / "sheet.csv", "--map", desk.top / "map.toml")
    with desk.terminal("report", "import", *way) as terminal:
        terminal.expect(b"2 reports, each of a new incident (templates of all rows: stop 2)")
        terminal.expect(b"times without a zone are taken as America/New_York")
        terminal.expect(b"Keep 2 reports? [y/N]")
        terminal.type("n\n")
        assert terminal.wait()[0] == 0
    before = desk.entries()
    done = desk.run("report", "import", *way)
    assert done.returncode == 2 and b"--yes" in done.stderr
    assert b"nothing wrong" in desk.run("report", "import", *way, "--check").stderr
    assert desk.entries() == before


def test_problems_are_named_by_row_and_column_and_nothing_is_taken(desk):
    (desk.top / "bad.csv").write_text("city,n_officers,x.\x1b[2J\n,four,\n")
    done = desk.run("report", "import", desk.top / "bad.csv", "--yes")
    assert done.returncode == 2 and b"\x1b" not in done.stderr
    (desk.top / "bad.csv").write_text("city,n_officers\nOakland\x1b[2J,four\nOakland,1\n")
    done = desk.run("report", "import", desk.top / "bad.csv", "--yes")
    assert done.returncode == 2
    assert done.stdout.decode().splitlines()[1] == "row 2, column n_officers: 'four' is not a whole number"
    assert b"2 problems in 2 rows" in done.stderr and b"\x1b" not in done.stdout
    done = desk.run("report", "import", desk.top / "bad.csv", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 2 and result["problem_count"] == 2
    assert result["problems"][1] == {
        "row": 2, "line": 2, "column": "n_officers", "field": "n_officers", "reason": "'four' is not a whole number",
    }  # fmt: skip


def test_the_draft_of_a_mapping_reads_as_one(desk):
    text = desk.done("report", "import", "--print-map", desk.top / "sheet.csv")
    assert 'When = "occurred_start"' in text
    (desk.top / "draft.toml").write_text(text)
    done = desk.run("report", "import", desk.top / "sheet.csv", "--map", desk.top / "draft.toml", "--check")
    assert done.returncode == 2 and b"column 'No': no such field" in done.stderr
    assert b"column 'When'" not in done.stderr


@pytest.mark.parametrize("words", [("--entered-by", "A Name"), ("--template", "riot"), ("--delimiter", "|"),
                                   ("--map", "nowhere.toml")])  # fmt: skip
def test_what_cannot_be_meant_is_refused_before_anything_is_read(desk, words):
    done = desk.run("report", "import", desk.top / "sheet.csv", "--yes", *words)
    assert done.returncode in (1, 2) and done.stdout == b"" and b"Traceback" not in done.stderr


def test_a_pipe_is_no_table(desk):
    done = desk.run("report", "import", "/dev/stdin", "--check", given=SHEET.encode())
    assert done.returncode == 1 and b"not a file" in done.stderr


def test_a_table_goes_out_with_a_warning_and_never_onto_a_screen(desk):
    desk.report('n_officers = 4\nlocation_text = "5th & Main"\n')
    out = desk.top / "out.ndjson"
    result = desk.json("export-table", "--out", out, *desk.key)
    assert (result["rows"], json.loads(out.read_text())["fields"]["n_officers"]) == (1, 4)
    done = desk.run("export-table", *desk.key)
    assert done.returncode == 0 and b"unredacted" in done.stderr and b'"5th & Main"' in done.stdout
    with desk.terminal("export-table", *desk.key) as terminal:
        terminal.expect(b"--out reports.csv")
        assert terminal.wait()[0] == 2
    assert desk.run("export-table", "--out", desk.top / "x.csv").returncode == 4
    assert desk.run("export-table", "riots", *desk.key).returncode == 2


def test_the_example_comes_in_as_it_says(desk):
    top = ROOT / "examples" / "import"
    result = desk.json("report", "import", top / "office.csv", "--map", top / "map.toml", "--yes")
    assert (result["new"], result["open"]) == (2, {})
    first, second = (desk.shown(incident)["versions"][0]["fields"] for incident in result["incidents"])
    assert first["occurred_start"]["at"] == "2026-06-12T18:05:00-07:00"
    badges = [row["badge_as_seen"] for row in first["officers"] + second["officers"]]
    assert badges == ["4411", "0219"]
    assert second["narrative_observed"] == ["=told to leave by the second officer"]
    assert (second["anyone_injured"], second["city"]) == ("unsure", "Harbor City")

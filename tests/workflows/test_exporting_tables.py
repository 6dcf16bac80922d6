"""Tables out of the archive, and in again: every field the same, nothing a spreadsheet would run."""

import csv
import io
import json
import stat
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from copwatch.errors import BadInput, NotFound, Refused
from copwatch.model.forms import parse_toml, to_toml
from copwatch.model.import_map import ImportMap
from copwatch.model.values import Context
from copwatch.progress import Progress
from copwatch.workflows.exporting_tables import FORMATS, TableWish, Written, table_text, write_table
from copwatch.workflows.import_rows import CsvRows, JsonRows
from copwatch.workflows.importing import Wish, look, take
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.table_files import open_table
from tests.model.filled import report_forms
from tests.workflows.house import House

FIELDS = {
    "city": "=Oakland",
    "officers": [{"badge_as_seen": "-12"}, {"badge_as_seen": "+1"}],
    "n_officers": 2,
}


def reports(house, *all_fields, template="stop"):
    return [new_report(house.archive, lambda: house.now, template, fields) for fields in all_fields]


def text(house, **wish) -> str:
    with house.session() as session:
        return "".join(table_text(session, TableWish(**wish), Written()))


def rows(house, **wish) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(house, **wish))))


# An example makes four archives: whoever has to look into a failure shortens it by hand.
@settings(max_examples=8, deadline=None, suppress_health_check=[*HealthCheck], phases=[Phase.generate])
@given(st.lists(report_forms(), min_size=1, max_size=8))
def test_forms_go_through_the_archive_and_tables_into_another_archive_unchanged(
    tmp_path_factory, monkeypatch, drawn
):
    top = tmp_path_factory.mktemp("round")
    monkeypatch.setenv("COPWATCH_STATE", str(top / "state"))
    (top / "one").mkdir()
    one = House(top / "one")
    reports(one, *(parse_toml(to_toml(fields)) for fields in drawn))
    for format in FORMATS:
        path = top / f"table.{format}"
        with one.session() as session:
            assert write_table(session, TableWish(format=format), path).rows == len(drawn)
        (top / format).mkdir()
        other = House(top / format)
        with ExitStack() as stack:
            context = Context(now=one.now)
            if format == "csv":
                table = CsvRows(stack.enter_context(open_table(path)), ImportMap(), context)
            else:
                table = JsonRows(path, format == "ndjson", context)
            looked = look(other.archive, table, Wish(), lambda: one.now, Progress())
            take(other.archive, table, looked, Wish(), lambda: one.now, Progress())
        assert said(other) == said(one)


def said(house) -> list[str]:
    with house.session() as session:
        return sorted(
            json.dumps([row["template"], row["fields"]], sort_keys=True)
            for row in json.loads("".join(table_text(session, TableWish(format="json"), Written())))["rows"]
        )


def test_cells_that_look_like_formulas_are_guarded_and_json_is_exact(house):
    reports(house, FIELDS)
    [row] = rows(house)
    assert (row["city"], row["officers.1.badge_as_seen"], row["officers.2.badge_as_seen"]) == (
        "'=Oakland",
        "-12",
        "'+1",
    )
    assert row["copwatch.guard"] == "yes"
    exact = json.loads(text(house, format="json"))["rows"][0]["fields"]
    assert (
        json.loads(text(house, format="ndjson"))["fields"]
        == exact
        == {**FIELDS, "officers": exact["officers"]}
    )
    assert [row["badge_as_seen"] for row in exact["officers"]] == ["-12", "+1"]


def test_versions_that_stand_side_by_side_have_a_row_each(house):
    [incident, _] = reports(house, {"city": "A"}, {"city": "B"})
    amend_report(house.archive, lambda: house.now, incident, "stop", {"city": "C"}, reason="without a key")
    found = [(row["city"], row["copwatch.conflict"]) for row in rows(house)]
    assert sorted(found) == [("A", "yes"), ("B", "no"), ("C", "yes")]


def test_rows_of_groups_and_evidence_are_tables_too(house):
    [incident] = reports(house, FIELDS, {"city": "none"})[:1]
    house.file("=cmd.jpg")
    house.add(incident=incident)
    officers = rows(house, table="report_officers")
    assert [(row["copwatch.row"], row["badge_as_seen"]) for row in officers] == [("1", "-12"), ("2", "'+1")]
    [item] = rows(house, table="evidence")
    assert item["name"] == "'=cmd.jpg" and item["incidents"] == officers[0]["copwatch.incident"]
    [item] = json.loads(text(house, table="evidence", format="json"))["rows"]
    assert (item["name"], item["withdrawn"], item["size"]) == ("=cmd.jpg", False, 1)
    assert len(rows(house, table="batches")) == 1


def test_columns_are_chosen_by_name_and_groups_whole(house):
    reports(house, FIELDS)
    [row] = rows(house, columns=("city", "officers"))
    names = [name for name in row if not name.startswith("copwatch.") and not name.endswith(".label")]
    assert names == ["city", "officers.1.badge_as_seen", "officers.2.badge_as_seen"]
    assert json.loads(text(house, format="ndjson", columns=("city",)))["fields"] == {"city": "=Oakland"}
    with pytest.raises(BadInput, match="no column badge"):
        text(house, columns=("badge",))
    with pytest.raises(BadInput, match="no table"):
        text(house, table="persons_unknown")
    with pytest.raises(BadInput, match="no format"):
        text(house, format="xml")


def test_an_empty_archive_gives_an_empty_table(house):
    assert text(house) == ""
    assert json.loads(text(house, format="json")) == {"table": "incidents", "rows": []}


def test_a_file_is_for_this_user_alone_and_nothing_is_overwritten(house, tmp_path):
    reports(house, FIELDS)
    out = tmp_path / "reports.csv"
    with house.session() as session:
        assert write_table(session, TableWish(), out).rows == 1
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert out.read_bytes().startswith(b"\xef\xbb\xbf")
        with pytest.raises(Refused, match="already"):
            write_table(session, TableWish(), out)
        with pytest.raises(Refused, match="inside the archive"):
            write_table(session, TableWish(), house.archive.layout.folder / "x.csv")
        with pytest.raises(NotFound):
            write_table(session, TableWish(), tmp_path / "no" / "x.csv")
        with pytest.raises(BadInput):
            write_table(session, TableWish(columns=("nothing",)), tmp_path / "other.csv")
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".csv", ".part")] == ["reports.csv"]


def test_reading_back_into_the_archive_that_it_came_from_is_recognised_once_taken(house, tmp_path):
    reports(house, FIELDS)
    with house.session() as session:
        write_table(session, TableWish(), tmp_path / "t.csv")
    for expected in (1, 0):
        with open_table(tmp_path / "t.csv") as table:
            found = CsvRows(table, ImportMap(), Context(now=house.now))
            looked = look(house.archive, found, Wish(), lambda: house.now, Progress())
            assert looked.new == expected
            take(house.archive, found, looked, Wish(), lambda: house.now, Progress())

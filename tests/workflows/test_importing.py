"""Tables of reports: everything wrong is named, nothing is half taken, nothing is taken twice."""

import os
from contextlib import contextmanager

import pytest

from copwatch.errors import BadInput, Interrupted
from copwatch.model.import_map import ImportMap, parse_map
from copwatch.model.values import Context
from copwatch.progress import Progress
from copwatch.workflows import importing, table_files
from copwatch.workflows.import_rows import CsvRows
from copwatch.workflows.importing import BadRows, Wish, look, take
from copwatch.workflows.table_files import open_table
from tests.bounded import bounded

GOOD = "location_text,occurred_start,recorded_by,officers.1.badge_as_seen,narrative_observed\n"
ROW = '5th & Main,2026-05-01 18:05Z,OBS-7,{},"=said ""go""\nhome"\n'


@pytest.fixture
def table(house, tmp_path):
    path = tmp_path / "reports.csv"

    @contextmanager
    def opened(data: str | bytes, mapping: str = "", delimiter: str = ""):
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        with open_table(path, delimiter) as table:
            yield CsvRows(table, parse_map(mapping) if mapping else ImportMap(), Context(now=house.now))

    return opened


def imported(house, table, data, mapping="", wish=None, progress=None):
    with table(data, mapping) as rows:
        wish = wish or Wish()
        looked = look(house.archive, rows, wish, lambda: house.now, Progress())
        return looked, take(house.archive, rows, looked, wish, lambda: house.now, progress or Progress())


def test_rows_become_reports_of_incidents_of_their_own(house, table):
    looked, done = imported(house, table, GOOD + ROW.format("4411") + ROW.format("=12"))
    assert (looked.rows, looked.new, len(done.incidents), len(done.entries)) == (2, 2, 2, 1)
    found = {report["incident"]: report for report in house.of("report")}
    assert set(found) == set(done.incidents)
    first, second = (found[incident] for incident in done.incidents)
    assert first["narrative_observed"] == ['=said "go"\n', "home"]
    assert second["officers"] == [{"label": "O1", "badge_as_seen": "=12"}]
    assert (first["template"], first["parents"]) == ("general", [])
    house.holds()


def test_rows_of_the_future_are_counted_and_taken(house, table):
    rows = (
        "occurred_start,recorded_by\n2026-04-30 10:00,OBS-1\n2027-04-30 10:00,OBS-1\n2027-05-30 10:00,OBS-2\n"
    )
    looked, done = imported(house, table, rows)
    assert (looked.ahead, looked.first_ahead, len(done.incidents)) == (2, 3, 3)


def test_who_typed_is_not_who_saw_and_a_chosen_template_states_its_one_fact(house, table):
    imported(house, table, GOOD + ROW.format(1), wish=Wish("raid", True, "OBS-2"))
    [report] = house.of("report")
    assert (report["recorded_by"], report["entered_by"]) == ("OBS-7", "OBS-2")
    assert (report["template"], report["incident_types"]) == ("raid", ["home_entry_or_raid"])


def test_constants_are_said_by_every_row(house, table):
    imported(house, table, GOOD + ROW.format(1), '[constants]\nstate = "CA"\n"x.office" = "Fresno"\n')
    [report] = house.of("report")
    assert (report["state"], report["x"]) == ("CA", {"office": "Fresno"})


def test_everything_wrong_in_every_row_is_named_and_nothing_is_taken(house, table):
    entries = house.entries()
    data = "city,n_officers,recorded_by\n\nOakland,four,J Smith\n,1,OBS-1,stray\n \nOakland,2,a b\n"
    with table(data) as rows, pytest.raises(BadRows) as bad:
        look(house.archive, rows, Wish(), lambda: house.now, Progress())
    found = [(fault.row, fault.column) for fault in bad.value.faults]
    assert found == [(3, "n_officers"), (3, "recorded_by"), (4, ""), (6, "recorded_by")]
    assert bad.value.count == 4 and bad.value.exit_code == 2
    assert house.entries() == entries


def test_faults_are_counted_where_they_are_too_many_to_keep(house, table, monkeypatch):
    monkeypatch.setattr(importing, "MOST_FAULTS", 3)
    with table("n_officers\n" + "x\n" * 10) as rows, pytest.raises(BadRows) as bad:
        look(house.archive, rows, Wish(), lambda: house.now, Progress())
    assert (len(bad.value.faults), bad.value.count) == (3, 10)


def test_rows_that_are_in_are_not_taken_again_and_new_ones_are(house, table):
    data = GOOD + ROW.format(1) + ROW.format(2)
    imported(house, table, data)
    looked, done = imported(house, table, data + ROW.format(3))
    assert (looked.already, looked.new, len(done.incidents)) == (2, 1, 1)
    assert len(house.of("report")) == 3


def test_rows_that_say_the_same_are_all_taken_once_each(house, table):
    data = GOOD + ROW.format(1) * 3
    looked, done = imported(house, table, data)
    assert (looked.twins, len(done.incidents)) == ([(3, 2), (4, 2)], 3)
    assert imported(house, table, data)[0].already == 3
    assert imported(house, table, data + ROW.format(1))[0].new == 1


def test_a_key_tells_rows_apart_and_a_row_that_changed_is_not_taken_but_named(house, table):
    mapping = 'key = "No"\nignore = ["No"]\n'
    _, done = imported(house, table, "No,city\n1,Oakland\n2,Oakland\n", mapping)
    looked, again = imported(house, table, "No,city\n1,Oakland\n2,Fresno\n3,Fresno\n", mapping)
    assert looked.changed == [(3, done.incidents[1])]
    assert (looked.already, len(again.incidents)) == (1, 1)
    with table("No,city\n5,Oakland\n5,Fresno\n", mapping) as rows, pytest.raises(BadRows) as bad:
        look(house.archive, rows, Wish(), lambda: house.now, Progress())
    assert "key of row 2" in bad.value.faults[0].reason


class StopsAfter(Progress):
    def __init__(self, rows: int) -> None:
        self.left = rows

    def advance(self, n: int) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", [1, 2, 3, 5, 7])
def test_what_was_interrupted_is_run_again_and_every_row_is_in_once(house, table, monkeypatch, after):
    monkeypatch.setattr(importing, "MOST_ROWS", 2)
    data = GOOD + "".join(ROW.format(n) for n in range(7))
    try:
        done = imported(house, table, data, progress=StopsAfter(after))[1]
        assert isinstance(done.stopped, Interrupted) and len(done.incidents) == (after - 1) // 2 * 2
    except KeyboardInterrupt:
        assert after < 3
    looked, rest = imported(house, table, data)
    assert rest.stopped is None and looked.already + len(rest.incidents) == 7
    reports = house.of("report")
    assert sorted(report["officers"][0]["badge_as_seen"] for report in reports) == [*map(str, range(7))]
    assert house.staged() == []
    house.holds()


def test_an_entry_that_never_came_to_be_counts_for_nothing(house, table, monkeypatch):
    data = GOOD + ROW.format(1)
    with table(data) as rows:
        looked = look(house.archive, rows, Wish(), lambda: house.now, Progress())
        with monkeypatch.context() as patch, pytest.raises(OSError, match="gone"):
            patch.setattr(
                "copwatch.store.own_ledger._append", lambda *_: (_ for _ in ()).throw(OSError("gone"))
            )
            take(house.archive, rows, looked, Wish(), lambda: house.now, Progress())
    assert len(imported(house, table, data)[1].incidents) == 1


def test_a_table_that_changes_between_the_two_readings_is_refused(house, table, tmp_path):
    data = GOOD + ROW.format(1) + ROW.format(2)
    with table(data) as rows:
        looked = look(house.archive, rows, Wish(), lambda: house.now, Progress())
        for now, what in (
            (ROW.format(1) + ROW.format(3), "row 3 changed"),
            (ROW.format(1), "rows went away"),
        ):
            (tmp_path / "reports.csv").write_text(GOOD + now)
            with pytest.raises(BadInput, match=what):
                take(house.archive, rows, looked, Wish(), lambda: house.now, Progress())
    assert house.of("report") == []


def test_entries_are_bounded_by_bytes_as_well(house, table, monkeypatch):
    monkeypatch.setattr(importing, "MOST_BYTES", 3000)
    _, done = imported(house, table, "x.long\n" + "".join(f"{n}{'y' * 1000}\n" for n in range(5)))
    assert len(done.entries) == 3 and len(done.incidents) == 5


# Files that are no tables


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "no header"),
        (b"\n\n", "no header"),
        (b"city\nOak\x00land\n", r"row 2: holds a NUL"),
        ("city\nOakland\n".encode("utf-16-le"), "row 1: holds a NUL"),
        (b"city\nOakland\nSan Jos\xe9\n", "line 3 holds bytes that are not text in UTF-8"),
        ("city\nx".encode("utf-16") + b"\x00", "not text in UTF-16"),
        (b'city\n"Oakland\nx\n', r"row 2: a quote is opened and never closed"),
        (b'city\n"Oak" land\n', "behind the closing quote"),
        (b"city\n" + b"x" * 10_000_000 + b"\n", "more than"),
        (b'city\n\na\n"' + b"x\n" * 5_000_000, r"row 4: .*quote may be opened"),
        (b"city," * 100_000 + b"\n", "more than 2000 columns"),
        (b"city\n" + b"," * 100_000 + b"\n", "more than 2000 cells"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_name(table, data, what):
    with pytest.raises(BadInput, match=what), table(data) as rows:
        list(rows)


def test_a_line_without_end_is_read_in_bounded_time_and_memory(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(b"city\n")
    os.truncate(path, 2 << 30)
    code = """
import sys
from pathlib import Path
from copwatch.errors import BadInput
from copwatch.workflows.table_files import open_table
try:
    with open_table(Path(sys.argv[1])) as table:
        list(table.rows())
except BadInput as bad:
    print(bad.message)
"""
    assert "characters" in bounded(code, path) or "NUL" in bounded(code, path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends_of_spreadsheets_are_found_out(table, delimiter, encoding, end):
    lines = [f"city{delimiter}state", f'"San José{delimiter}"{delimiter}CA', ""]
    with table(end.join(lines).encode(encoding)) as rows:
        [row] = rows
    assert row.fields == {"city": f"San José{delimiter}".strip(), "state": "CA"} and row.faults == ()


def test_a_delimiter_can_be_named(table, tmp_path):
    (tmp_path / "reports.csv").write_text("city;state,x.y\nOakland;CA,1\n")
    with table("city;x.a\nb,c;d\n", delimiter="semicolon") as rows:
        assert [row.fields for row in rows] == [{"city": "b,c", "x": {"a": "d"}}]
    with pytest.raises(BadInput, match="no delimiter"), table("city\n", delimiter="|"):
        pass


def test_the_limits_of_the_csv_module_are_left_as_they_were(table):
    before = table_files.csv.field_size_limit()
    with table("city\nOakland\n") as rows:
        list(rows)
    assert table_files.csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("header", "mapping"),
    [("template", ""), ("copwatch.template", ""), ("Kind", '[columns]\n"Kind" = "template"\n')],
)
def test_a_column_says_of_which_template_each_row_is(house, table, header, mapping):
    head = f"{header},occurred_start,recorded_by\n"
    data = f"{head}stop,2026-05-01 18:05,OBS-1\n,2026-05-01 18:05,OBS-2\n"
    looked, _ = imported(house, table, data, mapping, Wish(template="raid"))
    assert looked.new == 2
    assert {report["recorded_by"]: report["template"] for report in house.of("report")} == {
        "OBS-1": "stop", "OBS-2": "raid",
    }  # fmt: skip
    with pytest.raises(BadRows) as wrong:
        imported(house, table, f"{head}parade,2026-05-01 18:05,OBS-1\n", mapping)
    assert [(fault.column, fault.row) for fault in wrong.value.faults] == [(header, 2)]


def test_two_columns_that_say_the_template_are_refused(house, table):
    with pytest.raises(BadInput) as wrong, table("template,copwatch.template,recorded_by\nstop,raid,OBS-1\n"):
        pass
    assert "'template' and 'copwatch.template' both say the template" in wrong.value.message

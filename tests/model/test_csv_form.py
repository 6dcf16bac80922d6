"""Cells of a table and the fields of reports: nothing guessed, nothing lost, whatever fields there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.model.csv_cells import flat, guard, unguard
from copwatch.model.csv_form import Column, read_row, target
from copwatch.model.fields import Field
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Group, Text, Wrong
from tests.model.filled import report_forms


def read(cells: dict[str, str], schema=SCHEMA):
    return read_row([Column(name, target(name, schema)) for name in cells], cells.values(), schema)


@given(report_forms())
def test_what_stands_in_flat_cells_reads_back_the_same(fields):
    cells = {name: cell for _, name, cell in flat(fields)}
    assert read(cells) == (fields, [])
    assert [unguard(guard(cell)) for cell in cells.values() if guard(cell) != cell] == [
        cell for cell in cells.values() if guard(cell) != cell
    ]


@given(report_forms())
def test_columns_sort_in_the_order_in_which_people_meet_the_fields(fields):
    order = {field.name: place for place, field in enumerate(SCHEMA.fields("report"))}
    found = [name for _, name, _ in sorted(flat(fields))]
    places = [order[name.split(".")[0].split(":")[0]] for name in found]
    assert places == sorted(places)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-A1", "@x", "\tx", "\r=x", "\n=x", " =x", "'", "'=x", "＝1"])
def test_what_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(cell):
    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


@given(st.text())
def test_a_guarded_cell_never_begins_like_a_formula_and_is_never_changed(cell):
    guarded = guard(cell)
    assert guarded in (cell, f"'{cell}")
    assert unguard(guarded) == cell
    begins = guarded.lstrip()[:1] in set("=+@＝＋－＠") or guarded[:1] in set("\t\r\n=+@")
    assert not begins


@pytest.mark.parametrize("number", ["-5", "-122.2711", "0", "12.50"])
def test_numbers_stay_numbers(number):
    assert guard(number) == number


def test_rows_of_groups_are_numbered_and_numbers_that_say_nothing_are_left_out():
    cells = {"officers.3.badge_as_seen": "12", "officers.1.badge_as_seen": "4411", "officers.2.agency": " "}
    assert read(cells) == ({"officers": [{"badge_as_seen": "4411"}, {"badge_as_seen": "12"}]}, [])


def test_a_problem_bears_the_name_of_its_column():
    fields, [problem] = read({"officers.2.badge_as_seen": "x", "officers.7.in_uniform": "maybe"})
    assert problem.path == "officers.7.in_uniform"
    assert fields == {"officers": [{"badge_as_seen": "x"}]}


def test_several_values_stand_on_lines_or_with_a_bar_between_and_commas_divide_only_what_cannot_hold_one():
    assert read({"agencies": "Smith, Jones & Co | OPD"})[0]["agencies"] == ["Smith, Jones & Co", "OPD"]
    assert read({"agencies": "A | B\nC\r\n"})[0]["agencies"] == ["A | B", "C"]
    assert read({"witnesses": "W-1, W-2"})[0]["witnesses"] == ["W-1", "W-2"]
    assert read({"force": "takedown, Handcuffs or flexcuffs"})[0]["force"] == [
        "takedown",
        "handcuffs_or_flexcuffs",
    ]
    assert read({"agencies": "not sure"})[0]["agencies"] == {"not_known": "unsure"}


def test_parts_of_a_time_may_stand_in_any_order():
    for names in (
        ["occurred_start", "occurred_start.precision"],
        ["occurred_start.precision", "occurred_start"],
    ):
        given_ = {"occurred_start": "2026-05-01 18:05 -07:00", "occurred_start.precision": "hour"}
        fields, problems = read({name: given_[name] for name in names})
        assert (fields["occurred_start"]["precision"], problems) == ("hour", [])


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("46000.5", "serial number"),
        ("18:05", "year first"),
        ("today 18:05", "year first"),
        ("05/01/2026", "year first"),
        ("2026-05-01 18:05", "zone"),
        ("2026-13-01 18:05Z", "no such time"),
    ],
)
def test_a_time_says_its_day_and_zone_itself(cell, why):
    _, [problem] = read({"occurred_start": cell})
    assert why in problem.reason


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("badge", "no such field"),
        ("officers.1.badge", "did you mean officers.1.badge_"),
        ("officers.0.badge_as_seen", "write officers.1"),
        ("officers.1", "write officers.1"),
        ("officers.501.agency", "write officers.1"),
        ("officers.1.agency.x", "no such part"),
        ("occurred_start.when", "no such part"),
        ("x.9th", "no such field"),
        ("x.a.b", "no such field"),
        ("", "no such field"),
        (".", "no such field"),
    ],
)
def test_a_header_that_means_nothing_is_refused(header, why):
    with pytest.raises(Wrong, match=why):
        target(header)


def test_two_columns_that_say_the_same_thing_differently_are_refused():
    _, [problem] = read({"officers.1.agency": "x", "officers": "unknown"})
    assert "two columns" in problem.reason
    _, [problem] = read({"officers": "unknown", "officers.1.agency": "x"})
    assert "unknown in another column" in problem.reason


def test_groups_within_groups_are_columns_as_well():
    schema = SCHEMA.with_fields(
        Field("report", "drones", Group("drone"), Class.PUB, "drones seen"),
        Field("drone", "lights", Group("light"), Class.PUB, "its lights"),
        Field("light", "colour", Text(), Class.PUB, "its colour"),
    )
    fields = {"drones": [{"lights": [{"colour": "red"}, {"colour": "=blue"}]}]}
    cells = {name: cell for _, name, cell in flat(fields, schema)}
    assert list(cells) == ["drones.1.lights.1.colour", "drones.1.lights.2.colour"]
    assert read(cells, schema) == (fields, [])

"""Fields in rows, named in one word, as columns of an imported table are."""

import pytest

from copwatch.model.csv_cells import flat
from copwatch.model.row_words import in_row, with_rows
from copwatch.model.schema import SCHEMA

ROWS = [
    {"label": "O1", "badge_as_seen": "4411", "role": ["arresting"]},
    {"label": "O3", "badge_as_seen": "1200"},
]
BASE = {"officers": ROWS, "n_officers": 2}


def test_a_field_of_a_row_is_stated_by_number_or_label_and_all_else_stays():
    groups, problems = with_rows(
        BASE,
        [
            ("officers.1.badge_as_seen", "4412"),
            ("officers.o3.rank_as_seen", "Sergeant"),
            ("officers.O1.role", ""),
        ],
    )
    assert problems == []
    assert groups == {
        "officers": [
            {"label": "O1", "badge_as_seen": "4412"},
            {"label": "O3", "badge_as_seen": "1200", "rank_as_seen": "Sergeant"},
        ]
    }
    assert BASE["officers"][0] == {"label": "O1", "badge_as_seen": "4411", "role": ["arresting"]}


def test_the_number_behind_the_last_begins_a_row():
    stated = [
        ("officers.3.badge_as_seen", "77"),
        ("officers.3.agency", "Example PD"),
        ("people.1.role", "witness"),
    ]
    groups, problems = with_rows(BASE, stated)
    assert problems == [] and groups["officers"][2] == {"badge_as_seen": "77", "agency": "Example PD"}
    assert groups["people"] == [{"role": ["witness"]}]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (
            "officers.4.badge_as_seen",
            "1",
            "there is no row 4; there are 2 rows, O1, O3; officers.3 begins a new one",
        ),
        ("officers.0.badge_as_seen", "1", "there is no row 0"),
        ("officers.O2.badge_as_seen", "1", "there is no row O2"),
        ("officers.1.nosuch", "1", "write officers.1.FIELD"),
        ("officers.1", "1", "write officers.1.FIELD"),
        ("officers..badge_as_seen", "1", "write officers.1.FIELD"),
        ("officers.1.on_duty", "perhaps so", "perhaps so"),
    ],
)
def test_what_names_no_row_or_is_no_value_is_said(name, text, reason):
    _, problems = with_rows(BASE, [(name, text)])
    assert [problem.path for problem in problems] == [name] and reason in problems[0].reason


def test_the_names_are_those_of_the_columns_of_a_table():
    names = [name for _, name, _ in flat(BASE)]
    assert [name for name in names if in_row(name)] == [
        name for name in names if name.startswith("officers.")
    ]
    groups, problems = with_rows({}, [(name, cell) for _, name, cell in flat(BASE) if in_row(name)])
    assert problems == [] and groups["officers"] == ROWS and not SCHEMA.check("report", groups)
    assert not in_row("x.shift") and not in_row("n_officers") and not in_row("nosuch.1.a")

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.model import forms
from copwatch.model.entities import OWN_SECTION
from copwatch.model.fields import Field, Relaxed
from copwatch.model.records import ENVELOPE, Report
from copwatch.model.redaction import Class
from copwatch.model.schema import NOT_KNOWN_COLUMN, SCHEMA, Schema
from copwatch.model.templates import Template
from copwatch.model.values import Context, Group, Integer, Nested, Terms, Text, TriState
from copwatch.model.vocabulary import Vocabulary

WEATHER = Vocabulary("weather", ("dry", "rain"))


def test_adding_a_field_is_one_row_in_one_place():
    row = Field(
        "report", "weather", Terms(WEATHER), Class.PUB, "the weather", "What was the weather?", basis=True
    )
    schema = SCHEMA.with_fields(row)
    asked = Template("test", "test", None, ("weather",))

    question = next(q for q in forms.questions(asked, schema) if q.field.name == "weather")
    assert question.text == "What was the weather?"
    assert question.parse("2") == ["rain"]
    assert "# weather = " in forms.to_toml({}, schema)
    assert "# weather_basis = " in forms.to_toml({}, schema)
    assert "weather" in forms.json_schema(schema)["properties"]
    fields = {"weather": ["rain"], "weather_basis": "told_by", "weather_told_by": "ann"}
    assert forms.parse_toml(forms.to_toml(fields, schema), schema=schema) == fields
    assert schema.columns("report")["weather"] == "TEXT"
    assert schema.cells("report", fields)["weather"] == '["rain"]'
    assert schema.class_at("report", fields, ["weather", "0"]) is Class.PUB
    assert schema.class_at("report", fields, ["weather_told_by"]) is Class.WIT
    assert any(described["field"] == "weather" for described in forms.describe(schema))
    with pytest.raises(forms.BadForm):
        forms.parse_toml('weather = "rain"')


def test_adding_an_entity_is_rows_too():
    schema = SCHEMA.with_fields(
        Field("report", "drones", Group("drone"), Class.PUB, "drones seen", "Which drones?"),
        Field("drone", "rotors", Integer(), Class.OFF, "how many rotors", "Rotors", short=True),
    )
    fields = {"drones": [{"rotors": 4}, {"rotors": {"not_known": "unsure"}}]}
    assert forms.parse_toml(forms.to_toml(fields, schema), schema=schema) == fields
    assert schema.columns("drone") == {"rotors": "INTEGER", NOT_KNOWN_COLUMN: "TEXT"}
    assert "drone" in forms.json_schema(schema)["$defs"]
    assert schema.class_at("report", fields, ["drones", "0", "rotors"]) is Class.OFF


def test_every_field_has_a_class_a_help_line_and_a_name_of_its_own():
    for field in SCHEMA.all_fields():
        assert isinstance(field.class_, Class)
        assert field.help and not field.help.endswith(".")
    assert not {f.name for f in SCHEMA.fields("report")} & (ENVELOPE | set(Report.shape()))


def test_column_names_of_an_entity_never_meet():
    for entity in SCHEMA.entities:
        columns = [c for field in SCHEMA.fields(entity) for c in field.type.columns(field.name)]
        assert len(columns) == len(set(columns))


def test_observation_and_privileged_notes_are_two_fields():
    assert SCHEMA.field("report", "narrative_observed").class_ is Class.NAR
    assert SCHEMA.field("report", "notes_privileged").class_ is Class.PRV


def test_a_field_twice_or_of_no_entity_is_refused():
    again = Field("report", "city", Text(), Class.PUB, "again")
    lost = Field("report", "robots", Group("robot"), Class.PUB, "rows of nothing")
    for rows in ((again, again), (lost,)):
        with pytest.raises(ValueError, match="there"):
            Schema(rows)
    with pytest.raises(ValueError, match="not a field name"):
        Field("report", "City", Text(), Class.PUB, "")


def test_every_problem_is_found_where_it_is():
    data = {
        "citty": "x",
        "n_officers": "many",
        "force": ["chemical spay"],
        "officers": [{"badge_as_seen": "1"}, {"bage": "2", "in_uniform": "maybe"}],
        "vehicles": ["x"],
    }
    fields, problems = SCHEMA.read("report", data)
    assert fields == {"officers": [{"badge_as_seen": "1"}]}
    assert [p.path for p in problems] == [
        "citty", "n_officers", "force", "officers[2].bage", "officers[2].in_uniform", "vehicles",
    ]  # fmt: skip
    assert "city" in problems[0].reason


def test_a_table_has_an_end():
    _, problems = SCHEMA.read("report", {f"a{i}": 1 for i in range(501)})
    assert [p.path for p in problems] == ["form"]


def test_what_is_left_empty_was_not_asked():
    empty = {"city": "", "state": "  ", "force": [], "x": {}, "officers": [{"badge_as_seen": ""}]}
    assert SCHEMA.read("report", empty) == ({}, [])


def test_stored_values_are_checked_not_mended():
    for wrong in (
        {"city": 5}, {"force": "takedown"}, {"force": ["Takedown"]}, {"followup_required": True},
        {"officers": []}, {"officers": [{}]}, {"officers": [{"nose": "x"}]}, {"officers": {}}, {"nose": "x"},
        {"narrative_observed": "text"}, {"occurred_start": "2026-05-01"}, {"city": None},
    ):  # fmt: skip
        assert SCHEMA.check("report", wrong), wrong


def test_own_fields_that_this_laptop_does_not_know_are_kept():
    own = {"x": {"channel": "7", "list": [1, {"a": "b"}]}}
    assert SCHEMA.check("report", own) == []
    assert SCHEMA.read("report", own) == (own, [])
    assert SCHEMA.class_at("report", own, ["x", "list", "1", "a"]) is Class.ORG
    for wrong in (
        {"x": {"A": 1}},
        {"x": {"a": 1.5}},
        {"x": {"a": None}},
        {"x": {"a": 2**60}},
        {"x": {"a": "\ud800"}},
    ):
        assert SCHEMA.check("report", wrong)
        assert SCHEMA.read("report", wrong)[1]


def test_own_fields_with_a_row_are_checked_like_all_others():
    schema = SCHEMA.with_fields(Field(OWN_SECTION, "channel", Integer(), Class.ORG, "radio channel"))
    assert schema.read("report", {"x": {"channel": "7", "other": "kept"}}) == (
        {"x": {"channel": 7, "other": "kept"}},
        [],
    )
    assert [p.path for p in schema.read("report", {"x": {"chanel": "7"}})[1]] == ["x.chanel"]
    assert [p.path for p in schema.check("report", {"x": {"channel": "seven"}})] == ["x.channel"]
    assert schema.class_at("report", {"x": {"channel": 7}}, ["x", "channel"]) is Class.ORG


def test_a_plate_is_personal_until_the_vehicle_is_said_to_be_an_agencys():
    for civilian, expected in (
        ("no", Class.OFF),
        ("yes", Class.PID),
        ("unsure", Class.PID),
        (None, Class.PID),
    ):
        row = {"plate": "1ABC234"} | ({"is_civilian": civilian} if civilian else {})
        data = {"vehicles": [row]}
        assert SCHEMA.class_at("report", data, ["vehicles", "0", "plate"]) is expected


def test_a_path_of_which_nothing_is_known_has_no_class():
    data = {"officers": [{"badge_as_seen": "1"}]}
    for path in (
        [],
        ["nose"],
        ["officers", "1", "badge_as_seen"],
        ["officers", "x", "badge_as_seen"],
        ["officers", "0", "nose"],
    ):
        assert SCHEMA.class_at("report", data, path) is None


def test_relaxed_class_needs_the_exact_value():
    row = Field("vehicle", "p", Text(), Class.PID, "h", relaxed=Relaxed("is_civilian", "no", Class.OFF))
    schema = Schema([row, Field("vehicle", "is_civilian", TriState(), Class.PUB, "h")], ["vehicle"])
    assert schema.class_at("vehicle", {"p": "1", "is_civilian": ["no"]}, ["p"]) is Class.PID


@given(st.data())
def test_cells_fill_exactly_the_columns(data):
    entity = data.draw(st.sampled_from([e for e in SCHEMA.entities if SCHEMA.fields(e)]))
    plain = [f for f in SCHEMA.fields(entity) if not isinstance(f.type, Nested)]
    chosen = data.draw(st.lists(st.sampled_from(plain), unique_by=lambda f: f.name))
    texts = {f.name: data.draw(st.sampled_from([f.type.example(), "unsure", "declined"])) for f in chosen}
    row, problems = SCHEMA.read(entity, texts, Context())
    assert problems == []
    cells = SCHEMA.cells(entity, row)
    assert set(cells) == set(SCHEMA.columns(entity))
    assert all(cell is None or isinstance(cell, str | int) for cell in cells.values())
    unknown = [n for n, v in row.items() if v == {"not_known": "unsure"}]
    assert all(cells[n] is None and n in cells[NOT_KNOWN_COLUMN] for n in unknown)

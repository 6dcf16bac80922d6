import re

import pytest
from hypothesis import HealthCheck, given, settings

from copwatch.catalogue import tables
from copwatch.errors import BadInput
from copwatch.model import forms, own_fields
from copwatch.model.own_fields import BadOwnFields, with_own
from copwatch.model.questions import questions
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.templates import TEMPLATES
from copwatch.model.values import Context
from tests.conftest import REPO
from tests.model.strategies import rows

OWN = """
[[field]]
name = "radio_channel"
type = "text"
class = "ORG"
help = "the radio channel of the shift"
question = "Which radio channel?"
asked_by = ["stop", "protest"]
basis = true

[[field]]
name = "weather"
type = "terms"
class = "PUB"
help = "the weather"
terms = ["dry", "rain", "fog"]

[[field]]
name = "lamps_lit_at"
type = "time"
class = "TIM"
help = "when the street lamps went on"

[[terms]]
vocabulary = "force_type"
add = ["x_net_launcher"]
"""
SOME = {
    "force": ["x_net_launcher", "takedown"],
    "x": {
        "radio_channel": "7",
        "radio_channel_basis": "heard",
        "weather": ["rain", "fog"],
        "lamps_lit_at": {"at": "2026-05-01T20:05:00-07:00", "precision": "minute", "source": "gps"},
        "of_another_group": {"a": ["b"]},
    },
}


@pytest.fixture(scope="module")
def schema():
    return with_own(OWN)


def test_the_document_is_taken_as_it_stands_and_names_every_key_and_type():
    text = (REPO / "docs" / "own-fields.md").read_text("utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert {field.name for field in with_own(example).fields("x")} == {"radio_channel", "weather"}
    named = set(re.findall(r"`(\w+)`", text))
    assert {*own_fields._TAKES, *own_fields._PLAIN, *own_fields._CODED} <= named


def test_own_fields_are_asked_by_their_templates_and_answered_into_their_section(schema):
    last = questions(TEMPLATES["stop"], schema)[-1]
    assert (last.text, last.field.name) == ("Which radio channel?", "radio_channel")
    assert len(questions(TEMPLATES["raid"], schema)) == len(questions(TEMPLATES["raid"]))
    fields = {"x": {"other": 1}, "city": "Oakland"}
    last.put(fields, last.parse("unknown"))
    assert fields == {"x": {"other": 1, "radio_channel": {"not_known": "unknown"}}, "city": "Oakland"}
    assert last.held(fields) == {"not_known": "unknown"}
    last.put(fields, None)
    assert fields == {"x": {"other": 1}, "city": "Oakland"} and last.held(fields) is None
    del fields["x"]
    last.put(fields, None)
    assert fields == {"city": "Oakland"} and last.held(fields) is None


def test_own_fields_stand_in_forms_columns_search_and_classes_like_all_others(schema):
    assert '# radio_channel = ""' in forms.to_toml({}, schema)
    assert forms.parse_toml(forms.to_toml(SOME, schema), schema=schema) == SOME
    assert "radio_channel" in forms.json_schema(schema)["$defs"]["x"]["properties"]
    assert {"field": "radio_channel", "class": "ORG"}.items() <= next(
        row for row in forms.describe(schema) if row["field"] == "radio_channel"
    ).items()
    reports = next(table for table in tables.tables(schema) if table.name == "reports")
    assert {"x_radio_channel", "x_weather", "x_lamps_lit_at_utc", "x_not_known"} <= set(reports.columns)
    cells = schema.cells("report", SOME)
    assert set(cells) <= set(reports.columns)
    assert (cells["x_radio_channel"], cells["x_weather"]) == ("7", '["rain", "fog"]')
    assert cells["x_lamps_lit_at_utc"] == "2026-05-02T03:05:00Z"
    assert schema.class_at("report", SOME, ["x", "radio_channel"]) is Class.ORG
    assert schema.class_at("report", SOME, ["x", "of_another_group"]) is Class.ORG


def test_a_laptop_without_the_file_keeps_own_fields_and_own_terms_but_takes_no_new_ones():
    assert SCHEMA.check("report", SOME) == []
    assert SCHEMA.read("report", {"x": SOME["x"]}) == ({"x": SOME["x"]}, [])
    assert [p.path for p in SCHEMA.read("report", {"force": ["x_net_launcher"]})[1]] == ["force"]
    assert SCHEMA.check("report", {"followup_required": "x_maybe"})


def test_what_another_group_wrote_into_a_field_of_the_same_name_makes_no_cell(schema):
    cells = schema.cells("report", {"x": {"radio_channel": ["not", "a", "line"], "weather": ["rain"]}})
    assert cells["x_radio_channel"] is None and cells["x_weather"] == '["rain"]'


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows("x", with_own(OWN)))
def test_any_values_of_own_fields_survive_their_form(own):
    schema = with_own(OWN)
    assert forms.parse_toml(forms.to_toml({"x": own}, schema), Context(), schema) == {"x": own}


def test_everything_wrong_is_said_at_once_and_nothing_is_taken():
    text = """
    colour = 1
    [[field]]
    name = "Radio"
    type = "texts"
    class = "SECRET"
    help = "a\\nb"
    asked_by = ["stops"]
    shade = 1
    [[field]]
    name = "weather"
    type = "term"
    class = "PUB"
    help = "weather"
    terms = ["unknown"]
    [[terms]]
    vocabulary = "yes_no"
    add = ["x_maybe"]
    [[terms]]
    vocabulary = "force_type"
    add = ["takedown"]
    """
    with pytest.raises(BadOwnFields) as caught:
        with_own(text)
    assert [problem.path for problem in caught.value.problems] == [
        "colour", "field[1].shade", "field[1].help", "field[1].name", "field[1].type", "field[1].class",
        "field[1].asked_by", "field[2].terms", "terms[1].vocabulary", "terms[2].add",
    ]  # fmt: skip
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "[[field]]", "field = 1", "field = [1]", "[field]\nname = 1", "a = ", "#" * 300_000, "terms = [{}]",
        OWN + OWN, '[[field]]\nname = []\ntype = []\nclass = {}\nhelp = 1\nbasis = "yes"\nasked_by = 1\nterms = 1',
        OWN.replace('"radio_channel"', '"not_known"'),
        OWN.replace('"weather"', '"radio_channel_told_by"'),
        OWN.replace('"weather"', '"lamps_lit_at_utc"'),
        OWN.replace('"ORG"', '"org"'),
    ],
)  # fmt: skip
def test_a_text_that_is_not_right_is_refused_whole(text):
    with pytest.raises(BadInput):
        with_own(text)


def test_no_text_is_the_shipped_schema():
    assert with_own("").all_fields() == SCHEMA.all_fields()

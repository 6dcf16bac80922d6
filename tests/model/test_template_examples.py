"""A filled report of each template: the same after form, record, JSON and catalogue as it was written."""

import json
import tomllib

import pytest

from copwatch.catalogue.rows import Counted, rows
from copwatch.model import forms
from copwatch.model.records import Report, Stamp, class_at, from_json
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.templates import TEMPLATES
from tests.conftest import REPO

FOLDER = REPO / "examples" / "reports"
STAMP = Stamp("a" * 64, "b" * 64, "2026-06-24T09:00:00-07:00")


def test_there_is_one_for_each_template():
    assert {path.stem for path in FOLDER.iterdir()} == set(TEMPLATES)


@pytest.fixture(params=TEMPLATES, name="given")
def written(request):
    text = (FOLDER / f"{request.param}.toml").read_text("utf-8")
    return TEMPLATES[request.param], text, forms.parse_toml(text)


def test_it_answers_what_its_template_asks_and_leaves_nothing_open(given):
    template, text, fields = given
    assert set(fields) == set(tomllib.loads(text))
    assert [name for name in template.asks if name not in fields] == []
    assert forms.check_report(fields) == []
    if template.incident_type:
        known = SCHEMA.field("report", "incident_types").vocabulary
        assert fields["incident_types"] and set(fields["incident_types"]) <= set(known.terms)


def test_nothing_changes_on_the_way_through_record_json_and_form(given):
    template, _, fields = given
    record = Report("c" * 32, STAMP, "d" * 32, template.name, (), fields)
    stored = json.loads(json.dumps(record.to_json()))
    read = from_json(stored)
    assert read == record
    assert forms.parse_toml(forms.to_toml(read.fields)) == fields
    assert forms.parse_json(json.dumps(read.fields)) == fields


def test_the_catalogue_understands_all_of_it(given):
    template, _, fields = given
    record = Report("c" * 32, STAMP, "d" * 32, template.name, (), fields).to_json()
    counted = Counted("e" * 64, "c" * 32, "report", "b" * 64, 1, "f" * 32, 0, 0, None, "", record)
    made = list(rows(counted, SCHEMA))
    assert [cells["not_understood"] for _, cells in made if cells.get("not_understood")] == []
    for name, value in fields.items():
        if isinstance(value, list) and isinstance(value[0], dict):
            assert sum(1 for table, _ in made if table == f"report_{name}") == len(value)


def test_every_path_of_it_has_a_class(given):
    _, _, fields = given
    for name, value in fields.items():
        paths = [[name]]
        if isinstance(value, list) and isinstance(value[0], dict):
            paths = [[name, str(number), inner] for number, row in enumerate(value) for inner in row]
        for path in paths:
            assert SCHEMA.class_at("report", fields, path) is not None


def test_neither_the_template_nor_the_practice_says_who_is_a_survivor(given):
    template, _, fields = given
    record = Report("c" * 32, STAMP, "d" * 32, template.name, (), fields).to_json()
    assert {class_at(record, path) for path in ("/template", "/practices")} == {Class.SUR}

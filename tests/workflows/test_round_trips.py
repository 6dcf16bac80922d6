"""What was written is what comes back: every template's example, and whole drawn records of every kind."""

import json

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from copwatch.catalogue.entities import entities
from copwatch.catalogue.queries import incidents, report_versions
from copwatch.cli.report_text import fields_of
from copwatch.model.forms import check_report, parse_json, parse_toml, to_toml
from copwatch.model.import_map import ImportMap
from copwatch.model.kinds import KINDS
from copwatch.model.schema import SCHEMA
from copwatch.model.templates import TEMPLATES
from copwatch.model.values import Context
from copwatch.progress import Progress
from copwatch.workflows.entities import new_entity
from copwatch.workflows.exporting_tables import FORMATS, TableWish, write_table
from copwatch.workflows.import_rows import CsvRows, JsonRows
from copwatch.workflows.importing import Wish, look, take
from copwatch.workflows.reporting import new_report
from copwatch.workflows.table_files import open_table
from tests.conftest import REPO
from tests.model.strategies import rows, values
from tests.workflows.house import House
from tests.workflows.test_exporting_tables import said


def examples() -> dict[str, dict]:
    texts = {name: (REPO / "examples" / "reports" / f"{name}.toml").read_text("utf-8") for name in TEMPLATES}
    return {name: parse_toml(text) for name, text in texts.items()}


def kept_fields(house) -> dict[str, dict]:
    """The fields of every report of an archive, by its template."""
    with house.session() as session:
        every = [report_versions(session.catalogue, row.id) for row in incidents(session.catalogue)]
    return {version.template: fields_of(version.record) for [version] in every}


@pytest.mark.parametrize("format", FORMATS)
def test_the_example_of_each_template_goes_from_form_to_archive_to_table_to_archive_unchanged(
    tmp_path, monkeypatch, format
):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    one, other = House(tmp_path / "one"), House(tmp_path / "other")
    written = examples()
    for name, fields in written.items():
        new_report(one.archive, lambda: one.now, name, fields)
    assert kept_fields(one) == written
    path = tmp_path / f"table.{format}"
    with one.session() as session:
        write_table(session, TableWish(format=format), path)
    context = Context(now=one.now)
    if format == "csv":
        with open_table(path) as table:
            brought_in(other, CsvRows(table, ImportMap(), context))
    else:
        brought_in(other, JsonRows(path, format == "ndjson", context))
    assert kept_fields(other) == written
    assert said(other) == said(one)


def brought_in(house, found) -> None:
    looked = look(house.archive, found, Wish(), lambda: house.now, Progress())
    take(house.archive, found, looked, Wish(), lambda: house.now, Progress())


@st.composite
def drawn_records(draw):
    """One valid record of every kind, with all that it needs and some of what it may have."""
    made = {}
    for kind in KINDS.values():
        fields = draw(rows(kind.name))
        needed = [field for field in SCHEMA.fields(kind.name) if field.required and field.name not in fields]
        fields |= {field.name: draw(values(field)) for field in needed}
        if not check_report(fields, entity=kind.name):
            made[kind] = fields
    assume(len(made) > len(KINDS) // 2)
    return made


@settings(max_examples=6, deadline=None, suppress_health_check=[*HealthCheck], phases=[Phase.generate])
@given(drawn_records())
def test_drawn_records_of_every_kind_come_back_and_go_through_their_forms_unchanged(
    tmp_path_factory, monkeypatch, drawn
):
    top = tmp_path_factory.mktemp("kinds")
    monkeypatch.setenv("COPWATCH_STATE", str(top / "state"))
    house = House(top)
    ids = {new_entity(house.archive, lambda: house.now, kind, fields): kind for kind, fields in drawn.items()}
    with house.session() as session:
        found = {each.id: each for kind in drawn for each in entities(session.catalogue, kind.name)}
    assert {id: fields_of(found[id].heads[0].record) for id in ids} == {
        id: drawn[kind] for id, kind in ids.items()
    }
    for id, kind in ids.items():
        assert found[id].heads[0].not_understood == {}, kind.name
        again = json.dumps(fields_of(found[id].heads[0].record))
        assert parse_json(again, entity=kind.name) == drawn[kind]
        assert parse_toml(to_toml(drawn[kind], entity=kind.name), entity=kind.name) == drawn[kind]

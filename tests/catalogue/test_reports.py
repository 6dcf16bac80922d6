"""Reports as tables: columns from the table of fields, versions, conflicts, fields of another program."""

import json

import pytest

from copwatch.catalogue import queries, tables
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.search import search
from copwatch.errors import NotFound
from copwatch.model.fields import Field
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Group, Integer, Text
from tests.catalogue.build import KEY, Device, an_id, dump, filled, positions

INCIDENT = an_id("incident")
START = {"at": "2026-03-01T22:15:00-08:00", "precision": "minute", "source": "device_clock"}
WHOLE = {
    "occurred_start": START,
    "location_text": "14th and Broadway",
    "city": "Oakland",
    "agencies": ["Oakland Police Department", "CHP"],
    "n_officers": 4,
    "narrative_observed": ["He was asked for his name. ", "He did not answer."],
    "officers": [{"badge_as_seen": "4411", "role": ["arresting"]}, {"rank_as_seen": {"not_known": "unsure"}}],
    "anyone_injured": "unknown",
    "n_arrested": {"not_known": "not_observed"},
}


def test_a_report_becomes_typed_cells(tmp_path):
    device = Device("one")
    report = device.report(INCIDENT, **WHOLE)
    with filled(tmp_path, device.entry(report)) as catalogue:
        row = catalogue.read("SELECT * FROM current_reports")[0]
        officers = catalogue.read("SELECT * FROM report_officers ORDER BY row")
    assert row["occurred_start"] == START["at"]
    assert row["occurred_start_utc"] == "2026-03-02T06:15:00Z"
    assert row["n_officers"] == 4
    assert row["narrative_observed"] == "He was asked for his name. He did not answer."
    assert json.loads(row["agencies"]) == WHOLE["agencies"]
    assert (row["anyone_injured"], row["n_arrested"], row["state"]) == ("unknown", None, None)
    assert json.loads(row["not_known"]) == {"n_arrested": "not_observed"}
    assert row["not_understood"] is None
    assert [(o["row"], o["badge_as_seen"], o["not_known"]) for o in officers] == [
        (0, "4411", None),
        (1, None, '{"rank_as_seen": "unsure"}'),
    ]


def test_every_field_of_the_table_of_fields_has_its_column():
    columns = {table.name: table.columns for table in tables.tables(SCHEMA)}
    for field in SCHEMA.fields("report"):
        if isinstance(field.type, Group):
            assert columns[f"report_{field.name}"].items() >= SCHEMA.columns(field.type.entity).items()
        else:
            assert columns["reports"].items() >= field.type.columns(field.name).items()


def test_fields_that_this_program_does_not_know_are_kept_and_shown(tmp_path):
    device = Device("one")
    report = device.report(INCIDENT, city=["not", "text"], aura="blue", officers=[{"halo": 1}], n_officers=2)
    with filled(tmp_path, device.entry(report)) as catalogue:
        version = queries.incident(catalogue, INCIDENT).heads[0]
        officer = catalogue.read("SELECT * FROM report_officers")[0]
        row = catalogue.read("SELECT * FROM reports")[0]
    assert version.not_understood == {"city": ["not", "text"], "aura": "blue"}
    assert version.record == report.record
    assert (row["city"], row["n_officers"]) == (None, 2)
    assert json.loads(officer["not_understood"]) == {"halo": 1}


def test_text_is_kept_exactly_as_it_was_recorded(tmp_path):
    device = Device("one")
    hostile = "\x1b[31m<b>=cmd()\u202egpj.exe\x00e\u0301\n[/bold]"
    with filled(
        tmp_path, device.entry(device.evidence(1, an_id("b"), name=hostile, folder=hostile))
    ) as catalogue:
        row = queries.evidence(catalogue)[0]
    assert (row.name, row.folder) == (hostile, hostile)


def test_the_current_version_is_the_one_that_nobody_amends(tmp_path):
    device, other = Device("one"), Device("two", clock=-30)
    first = device.report(INCIDENT, city="Oakland")
    second = other.report(INCIDENT, first, city="Berkeley", minute=0, reason=["The city ", "was wrong."])
    with filled(tmp_path, other.entry(second), device.entry(first)) as catalogue:
        whole = queries.incident(catalogue, INCIDENT)
        versions = queries.report_versions(catalogue, INCIDENT)
    assert (whole.row.city, whole.row.conflict, whole.row.versions) == ("Berkeley", False, 2)
    assert [head.leaf for head in whole.heads] == [second.leaf]
    assert whole.heads[0].parents == (first.leaf,)
    assert whole.heads[0].reason == "The city was wrong."
    assert {v.leaf: v.head for v in versions} == {first.leaf: False, second.leaf: True}


def test_two_heads_are_a_conflict_and_both_are_given(tmp_path):
    device, other = Device("one"), Device("two", clock=5)
    first = device.report(INCIDENT, city="Oakland")
    ours, theirs = (
        device.report(INCIDENT, first, city="Berkeley"),
        other.report(INCIDENT, first, city="Alameda"),
    )
    with filled(tmp_path, device.entry(first, ours), other.entry(theirs)) as catalogue:
        whole = queries.incident(catalogue, INCIDENT)
        assert whole.row.conflict
        assert [head.record["city"] for head in whole.heads] == ["Alameda", "Berkeley"]
        assert whole.row.city == "Alameda"
        assert queries.counts(catalogue).conflicts == 1
        assert {hit.snippet[0].text for hit in search(catalogue, "alameda berkeley")} == set()
        assert [hit.id for hit in search(catalogue, "berkeley")] == [INCIDENT]
        merged = device.report(INCIDENT, ours, theirs, city="Emeryville")
        catalogue.absorb([device.entry(merged)], {}, {})
        assert not queries.incident(catalogue, INCIDENT).row.conflict
        assert search(catalogue, "berkeley") == []


def test_a_version_of_another_incident_amends_nothing_here(tmp_path):
    device = Device("one")
    first = device.report(INCIDENT, city="Oakland")
    with filled(
        tmp_path, device.entry(first, device.report(an_id("other"), first, city="Nowhere"))
    ) as catalogue:
        assert [head.leaf for head in queries.incident(catalogue, INCIDENT).heads] == [first.leaf]


def test_an_incident_whose_report_is_not_here_is_listed_by_its_links(tmp_path):
    device = Device("one")
    batch = an_id("batch")
    link = device.record("link", incident=INCIDENT, batch=batch)
    with filled(tmp_path, device.entry(device.evidence(1, batch), link)) as catalogue:
        row = queries.incidents(catalogue)[0]
        assert (row.id, row.versions, row.evidence, row.when, row.agencies) == (INCIDENT, 0, 1, None, ())
        assert queries.incident(catalogue, INCIDENT).heads == ()


def test_a_longer_table_of_fields_gives_new_columns_to_old_records(tmp_path):
    device = Device("one")
    report = device.report(
        INCIDENT, city="Oakland", n_horses=3, officers=[{"hat": "blue"}], sightings=[{"n": 1}]
    )
    opened = device.entry(report)
    with filled(tmp_path, opened) as catalogue:
        short = dump(catalogue)
        assert not search(catalogue, "blue")
    longer = SCHEMA.with_fields(
        Field("report", "n_horses", Integer(0, 9), Class.PUB, "how many horses"),
        Field("officer", "hat", Text(40), Class.OFF, "colour of the hat"),
        Field("sighting", "n", Integer(0, 9), Class.PUB, "a number"),
        Field("report", "sightings", Group("sighting"), Class.PUB, "rows"),
    )
    with Catalogue.open(tmp_path / "catalogue.db", KEY, longer) as catalogue:
        assert catalogue.read("SELECT n_horses FROM reports") == [{"n_horses": 3}]
        assert catalogue.read("SELECT hat FROM report_officers") == [{"hat": "blue"}]
        assert catalogue.read("SELECT n FROM report_sightings") == [{"n": 1}]
        assert [hit.field for hit in search(catalogue, "blue")] == ["officers.hat"]
        assert queries.report_versions(catalogue, INCIDENT)[0].not_understood == {}
        catalogue.check()
        again = dump(catalogue)
        (tmp_path / "new").mkdir()
        with filled(tmp_path / "new", opened, schema=longer) as fresh:
            assert dump(fresh) == again
    with Catalogue.open(tmp_path / "catalogue.db", KEY) as catalogue:
        assert dump(catalogue) == short


def test_an_unchanged_table_of_fields_makes_nothing_again(tmp_path):
    device = Device("one")
    with filled(tmp_path, device.entry(device.report(INCIDENT, city="Oakland"))):
        pass
    before = (tmp_path / "catalogue.db").read_bytes()
    with Catalogue.open(tmp_path / "catalogue.db", KEY):
        pass
    assert (tmp_path / "catalogue.db").read_bytes() == before


def test_a_field_cannot_be_called_like_what_every_report_has():
    with pytest.raises(ValueError, match="leaf"):
        tables.tables(SCHEMA.with_fields(Field("report", "leaf", Text(9), Class.PUB, "a leaf")))


def test_an_incident_that_is_not_here(tmp_path):
    with filled(tmp_path) as catalogue, pytest.raises(NotFound):
        queries.incident(catalogue, INCIDENT)


def test_last_changed_comes_first(tmp_path):
    device = Device("one")
    early, late = an_id("early"), an_id("late")
    sets = [device.entry(device.report(early), device.report(late))]
    with filled(tmp_path, *sets) as catalogue:
        assert [row.id for row in queries.incidents(catalogue)] == [late, early]
        more = device.entry(device.record("link", incident=early, batch=an_id("b")))
        catalogue.absorb([more], positions([more]), {})
        assert [row.id for row in queries.incidents(catalogue)] == [early, late]

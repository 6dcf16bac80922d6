"""Searching with filters, and the list of incidents."""

import pytest

from copwatch.catalogue import search as searching
from copwatch.catalogue.asked import Asked, Filter, asked
from copwatch.catalogue.filters import names
from copwatch.catalogue.listing import cells, incident_page
from copwatch.catalogue.matched import sightings_of
from copwatch.catalogue.near import kilometres
from copwatch.catalogue.search import search
from copwatch.errors import BadInput
from copwatch.model.ids import code
from copwatch.model.schema import SCHEMA
from tests.catalogue.build import Device, an_id, filled

FIRST, SECOND, THIRD = (an_id("incident", n) for n in range(3))
BATCH = an_id("batch")


def when(day: str) -> dict[str, str]:
    return {"at": f"{day}T18:00:00-07:00", "precision": "minute", "source": "observer_estimate"}


REPORTS = {
    FIRST: {
        "occurred_start": when("2026-04-30"), "agencies": ["Oakland Police Department"], "force": ["none_seen"],
        "officers": [{"label": "O1", "badge_as_seen": "4411"}], "location_text": "5th & Main", "city": "Oakland",
        "lat": "37.8000", "lon": "-122.2700", "narrative_observed": ["A heron flew."], "n_arrested": 0,
    },
    SECOND: {
        "occurred_start": when("2026-05-02"), "agencies": ["CHP", "Oakland Police Department"],
        "force_used": [{"type": "canine_bite_or_hold"}], "location_text": "Broadway", "city": "San José",
        "lat": "37.8090", "lon": "-122.2700", "narrative_observed": ["Two herons flew."], "n_arrested": 3,
        "x": {"channel": "north"},
    },
    THIRD: {"occurred_start": when("2026-05-20"), "narrative_observed": ["No bird."], "force": ["canine_bite_or_hold"],
            "anyone_injured": "yes"},
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    device = Device("one")
    records = [device.report(incident, **fields) for incident, fields in REPORTS.items()]
    records += [
        device.evidence(1, BATCH, name="heron.mp4", media_type="video/mp4"),
        device.evidence(2, BATCH, name="heron.jpg"),
        device.record("link", incident=SECOND, evidence=an_id("evidence", 1)),
    ]
    with filled(tmp_path_factory.mktemp("filters"), device.entry(*records)) as opened:
        yield opened


FOUND = {
    "agency:oakland": {FIRST, SECOND},
    "agencies:chp": {SECOND},
    'agency:"oakland police"': {FIRST, SECOND},
    "agency:oak": set(),
    "officer:4411": {FIRST},
    "officer:441": set(),
    "force:canine_bite_or_hold": {SECOND, THIRD},
    "force:'Canine bite or hold'": {SECOND, THIRD},
    "force:none_seen": {FIRST},
    "city:san jose": {SECOND},
    "place:broadway": {SECOND},
    "since:2026-05-02": {SECOND, THIRD},
    "until:2026-05-02": {FIRST, SECOND},
    "since:2026-05": {SECOND, THIRD},
    "until:2026": {FIRST, SECOND, THIRD},
    "occurred_start:2026-04": {FIRST},
    "near:37.80,-122.27": {FIRST},
    "near:37.80,-122.27,2": {FIRST, SECOND},
    "near:5th & Main": {FIRST},
    'near:"5th & Main",2': {FIRST, SECOND},
    "near:0,0,1": set(),
    "template:stop": {FIRST, SECOND, THIRD},
    "template:raid": set(),
    "has:video": {SECOND},
    "has:image": set(),
    "has:evidence": {SECOND},
    "has:officers": {FIRST},
    "has:x": {SECOND},
    "n_arrested:>1": {SECOND},
    "n_arrested:0": {FIRST},
    "anyone_injured:yes": {THIRD},
    "x:north": {SECOND},
}


@pytest.mark.parametrize("text", FOUND)
@pytest.mark.parametrize("many", [1, 2000])
def test_filters_name_incidents(catalogue, monkeypatch, text, many):
    monkeypatch.setattr("copwatch.catalogue.filters._MANY", many)
    meant = asked([text.replace("'", "")])
    assert meant.words == ""
    hits = search(catalogue, meant.words, filters=meant.filters)
    assert {hit.id for hit in hits} == FOUND[text] and len(hits) == len(FOUND[text])


@pytest.mark.parametrize("so_few", [0, 200])
@pytest.mark.parametrize("few", [0, 1000])
def test_words_are_found_in_what_the_filters_leave_and_in_the_evidence_of_it(
    catalogue, monkeypatch, few, so_few
):
    monkeypatch.setattr(searching, "_SO_FEW", so_few)
    monkeypatch.setattr(searching, "_FEW", few)
    assert {hit.field for hit in search(catalogue, "heron")} == {"narrative_observed", "name"}
    found = search(catalogue, "heron", filters=[Filter("since", "2026-05")])
    assert [(hit.kind, hit.id) for hit in found if hit.kind == "incident"] == [("incident", SECOND)]
    assert [hit.id for hit in found if hit.kind == "evidence"] == [an_id("evidence", 1)]
    both = [Filter("agency", "oakland"), Filter("until", "2026-04")]
    assert [hit.id for hit in search(catalogue, "heron", filters=both)] == [FIRST]
    assert search(catalogue, "bird", filters=both) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [("agncy:oakland", "agency:"), ("force:canin_bite", "canine"), ("since:yesterday", "2026-05-01"),
     ("until:2026-02-30", "2026-05-01"), ("near:nowhere", "37.80"), ("near:91,0", "near:"), ("near:,", "near:"),
     ("template:nothing", "raid"), ("has:vidoe", "has:video"), ("has:foo:", "has: takes no 'foo:'"),
     ("n_officers:many", "n_officers:3"),
     ("agency:'--", "oakland"), ("notes_privilegd:x", "notes_privileged"), ("x.no_such:1", "filters")],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_refused_with_what_was_likely_meant(catalogue, text, hint):
    with pytest.raises(BadInput) as refused:
        search(catalogue, "", filters=asked([text]).filters)
    assert hint in refused.value.message + refused.value.hint


@pytest.mark.parametrize("value", ['"', "' OR 1=1 --", "a" * 10_000, "*", "\0", "NEAR(", "%", "é̂"])
@pytest.mark.parametrize(
    "name", ["agency", "officer", "near", "city", "force", "has", "template", "since", "x"]
)
def test_hostile_values_are_words_or_refused(catalogue, name, value):
    try:
        assert search(catalogue, "heron", filters=[Filter(name, value)]) == []
    except BadInput as refused:
        assert refused.hint


def test_words_and_filters_are_told_apart():
    assert asked(["pushed", "agency:oakland"]) == Asked("pushed", (Filter("agency", "oakland"),))
    assert asked(["near:5th and Main,2"]).filters == (Filter("near", "5th and Main,2"),)
    assert asked(['pushed agency:"oakland police" down']) == Asked(
        "pushed down", (Filter("agency", "oakland police"),)
    )
    assert asked(['"agency:oakland"']) == Asked('"agency:oakland"')
    assert asked(["http://example.org", "at", "18:05", "agency:"]) == Asked(
        "http://example.org at 18:05 agency:"
    )
    assert len(asked(["a:b"] * 500).filters) == 20


def test_the_names_of_filters_come_from_the_table_of_fields():
    known = names(SCHEMA)
    assert {"agency", "officer", "force", "city", "vehicle"} <= known.keys()
    assert all(SCHEMA.field("report", name.partition(".")[0]) for name in known.values())


def test_distances_are_those_of_the_earth():
    # San Francisco to Los Angeles, as published: about 559 km.
    assert kilometres(37.7749, -122.4194, 34.0522, -118.2437) == pytest.approx(559, abs=1)
    assert kilometres(0, 179.5, 0, -179.5) == pytest.approx(111.2, abs=0.1)


def test_incidents_come_in_pages_in_the_order_that_was_asked_for(catalogue):
    assert [row.id for row in incident_page(catalogue, sort="when").rows] == [THIRD, SECOND, FIRST]
    assert [row.id for row in incident_page(catalogue, sort="place").rows] == [FIRST, SECOND, THIRD]
    second = incident_page(catalogue, sort="when", limit=2, page=2)
    assert ([row.id for row in second.rows], second.total) == ([FIRST], 3)
    since = incident_page(catalogue, filters=[Filter("since", "2026-05-01")], limit=1)
    assert (len(since.rows), since.total) == (1, 2)
    assert incident_page(catalogue, limit=1, page=9).rows == ()
    with pytest.raises(BadInput):
        incident_page(catalogue, sort="colour")


def test_columns_are_fields_as_people_read_them(catalogue):
    rows = incident_page(catalogue, sort="when").rows
    assert cells(catalogue, rows, ["agencies", "n_arrested", "force"])[1:] == [
        ["CHP, Oakland Police Department", "3", ""],
        ["Oakland Police Department", "0", "none seen"],
    ]
    with pytest.raises(BadInput):
        cells(catalogue, rows, ["agncies"])


def test_a_column_says_what_each_of_two_versions_says(tmp_path):
    device = Device("one")
    first = device.report(FIRST, n_officers=2, city="Oakland")
    both = [device.report(FIRST, first, n_officers=number, city="Oakland") for number in (3, 4)]
    with filled(tmp_path, device.entry(first, *both)) as catalogue:
        [[officers, city]] = cells(catalogue, incident_page(catalogue).rows, ["n_officers", "city"])
    assert sorted(officers.split(" / ")) == ["3", "4"] and city == "Oakland"


def test_an_officer_is_found_where_a_match_says_so_until_the_match_is_undone(tmp_path):
    device = Device("one")
    officer, same = an_id("officer"), an_id("match")
    reports = [device.report(incident, **fields) for incident, fields in REPORTS.items()]
    known = device.record("officer_identity", entity=officer, parents=[], last_name="Quill")
    rows = [f"{FIRST}/O1", f"{THIRD}/O1"]
    match = device.record(
        "match", entity=same, parents=[], officer=officer, sightings=rows, status="confirmed"
    )
    undone = device.record(
        "match", entity=same, parents=[match.leaf], officer=officer, sightings=rows[:1], status="disputed",
        reason=["two people"],
    )  # fmt: skip

    def seen(records):
        folder = tmp_path / str(len(records))
        folder.mkdir()
        with filled(folder, device.entry(*records)) as catalogue:
            sightings = [(each.row, each.status) for each in sightings_of(catalogue, officer)]
            words = [Filter("officer", each) for each in ("quill", code("O", officer), "4411")]
            return sightings, [{hit.id for hit in search(catalogue, "", filters=[word])} for word in words]

    sightings, found = seen([*reports, known, match])
    assert sightings == sorted((row, ("confirmed",)) for row in rows)
    assert found == [{FIRST, THIRD}, {FIRST, THIRD}, {FIRST}]
    sightings, found = seen([*reports, known, match, undone])
    assert sightings == [(rows[0], ("disputed",))] and found == [{FIRST}, {FIRST}, {FIRST}]


def test_what_was_found_in_a_record_bears_its_code(tmp_path):
    device = Device("one")
    officer = an_id("officer")
    known = device.record("officer_identity", entity=officer, parents=[], last_name="Quill")
    with filled(tmp_path, device.entry(known)) as catalogue:
        assert [hit.code for hit in search(catalogue, "quill")] == [code("O", officer)]


def test_an_incident_stands_once_among_those_found_however_many_versions_stand_side_by_side(tmp_path):
    device = Device("one")
    other = device.report(SECOND, city="Oakland", location_text="Broadway")
    notes = [device.report(FIRST, reason=["why"], city="Oakland", n_officers=number) for number in range(5)]
    whole = device.report(FIRST, city="Oakland", location_text="5th & Main")
    with filled(tmp_path, device.entry(other, whole, *notes)) as catalogue:
        for most in (1, 2, 9):
            hits = search(catalogue, "", most, asked(["city:oakland"]).filters)
            assert [hit.id for hit in hits] == [FIRST, SECOND][:most]
            assert hits[0].snippet[0].text == "5th & Main, Oakland"

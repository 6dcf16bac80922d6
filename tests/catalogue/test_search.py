"""Looking for words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.catalogue import queries
from copwatch.catalogue.search import search
from copwatch.catalogue.shown import Piece
from tests.catalogue.build import Device, an_id, filled

BATCH, INCIDENT = an_id("batch"), an_id("incident")
REPORT = {
    "narrative_observed": ["The sergeant shouted. ", "Nobody moved.\n"],
    "location_text": "14th and Broadway",
    "city": "Oakland",
    "agencies": ["Oakland Police Department"],
    "officers": [{"name_as_seen": "Muñoz", "badge_as_seen": "4411"}, {"agency_markings_text": "POLICE ICE"}],
    "vehicles": [{"plate": "1ABC234"}],
    "notes_privileged": ["Ask counsel about the raccoon."],
    "witnesses": ["W-3F9A"],
    "x": {"legal_hotline": {"caller": "Dispatcher Nine"}},
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    device = Device("one")
    first = device.report(INCIDENT, narrative_observed=["An older wording with zebra."])
    records = [
        device.evidence(1, BATCH, name="GX010042.MP4", folder="DCIM/100GOPRO"),
        device.record("batch", id=BATCH, note=["Handed over at the picnic."], by="OBS-7Q"),
        first,
        device.report(INCIDENT, first, **REPORT),
        device.custody("exported", purpose=["for counsel of P2"], evidence=[an_id("evidence", 1)]),
    ]
    with filled(tmp_path_factory.mktemp("search"), device.entry(*records)) as opened:
        yield opened


FOUND = {
    "sergeant": ("incident", "narrative_observed"),
    "SERGEANT": ("incident", "narrative_observed"),
    "serg": ("incident", "narrative_observed"),
    "broadway": ("incident", "location_text"),
    "munoz": ("incident", "officers.name_as_seen"),
    "Muñoz": ("incident", "officers.name_as_seen"),
    "4411": ("incident", "officers.badge_as_seen"),
    "ice": ("incident", "officers.agency_markings_text"),
    "1abc": ("incident", "vehicles.plate"),
    "raccoon": ("incident", "notes_privileged"),
    "w-3f9a": ("incident", "witnesses"),
    "dispatcher": ("incident", "x.legal_hotline.caller"),
    "police department": ("incident", "agencies"),
    '"sergeant shouted. nobody"': ("incident", "narrative_observed"),
    "gx010042": ("evidence", "name"),
    "100gopro": ("evidence", "folder"),
    "picnic": ("batch", "note"),
    "OBS-7Q": ("batch", "by"),
    "P2": ("custody", "purpose"),
}


@pytest.mark.parametrize("words", FOUND)
def test_words_are_found_where_they_stand(catalogue, words):
    assert [(hit.kind, hit.field) for hit in search(catalogue, words)] == [FOUND[words]]


@pytest.mark.parametrize(
    "words", ["", "   ", '"', "zebra", "sergeant picnic", '"shouted sergeant"', "ergeant", "*"]
)
def test_what_is_not_there_is_not_found(catalogue, words):
    assert search(catalogue, words) == []


@pytest.mark.parametrize(
    "words",
    ['"sergeant', "sergeant AND", "NOT sergeant", "NEAR(sergeant", "text:sergeant", "sergeant*", "^sergeant", "(",
     "sergeant)", "-sergeant", "{a b}: c", "sergeant\0", "'; DROP TABLE records", "a" * 100_000, "a " * 10_000],
)  # fmt: skip
def test_the_syntax_of_the_index_is_only_words(catalogue, words):
    search(catalogue, words)
    assert len(queries.evidence(catalogue)) == 1


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_nothing_that_can_be_typed_is_an_error(catalogue, words):
    assert len(search(catalogue, words, most=3)) <= 3


def test_a_hit_says_what_it_is_of_and_marks_the_words(catalogue):
    hit = search(catalogue, "shouted")[0]
    assert (hit.id, hit.code) == (INCIDENT, queries.incident(catalogue, INCIDENT).row.code)
    assert Piece("shouted", True) in hit.snippet
    assert "".join(piece.text for piece in hit.snippet) == "".join(REPORT["narrative_observed"])


def test_recorded_text_cannot_forge_the_marks_of_a_hit(tmp_path):
    device = Device("one")
    name = "<b>\x02fake\x03</b><0123456789abcdef>fake</0123456789abcdef>real"
    with filled(tmp_path, device.entry(device.evidence(1, BATCH, name=name))) as catalogue:
        snippet = search(catalogue, "real")[0].snippet
    assert [piece.text for piece in snippet if piece.hit] == ["real"]
    assert "".join(piece.text for piece in snippet) == name


def test_no_more_hits_than_wanted(tmp_path):
    device = Device("one")
    with filled(tmp_path, device.entry(*(device.evidence(n, BATCH) for n in range(20)))) as catalogue:
        assert len(search(catalogue, "img")) == 20
        assert len(search(catalogue, "img", most=5)) == 5


def test_of_more_texts_than_are_weighed_the_last_taken_in_are_found(tmp_path, monkeypatch):
    device = Device("one")
    records = [
        device.report(an_id("many", n), narrative_observed=[f"A heron, number {n}."]) for n in range(7)
    ]
    monkeypatch.setattr("copwatch.catalogue.search._RANKED", 3)
    with filled(tmp_path, device.entry(*records[:4]), device.entry(*records[4:])) as catalogue:
        newest = catalogue.read("SELECT id FROM search_texts ORDER BY number DESC LIMIT 3")
        assert {hit.id for hit in search(catalogue, "heron")} == {row["id"] for row in newest}
        assert len(search(catalogue, "heron", most=2)) == 2
        assert [hit.id for hit in search(catalogue, '"number 0"')] == [an_id("many", 0)]
        catalogue.check()

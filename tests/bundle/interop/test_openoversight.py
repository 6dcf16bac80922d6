import csv
import io

import pytest

from copwatch.bundle.interop.openoversight import (
    ASSIGNMENTS,
    INCIDENTS,
    OFFICERS,
    REQUIRED,
    Incident,
    Officer,
    tables,
)
from copwatch.errors import Refused
from copwatch.model.schema import SCHEMA

KNOWN = {"agency": "Example PD", "identity_status": "confirmed", "do_not_publish": "no"}

# Of the importer's own documentation; anything else aborts an import.
DOCUMENTED = {
    "officers": "id department_name department_state last_name first_name middle_initial suffix race gender "
    "employment_date birth_year unique_internal_identifier badge_number job_title most_recent_salary unique_identifier",
    "assignments": "id officer_id job_title badge_number unit_id unit_name start_date resign_date",
    "incidents": "id department_name department_state date time report_number description street_name cross_street1 "
    "cross_street2 city state zip_code created_by last_updated_by officer_ids license_plates",
}


def rows(data):
    assert not data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def officer(code="O-1", **more):
    return Officer(code, {**KNOWN, **more})


def made(officers=(), incidents=(), state="CA"):
    return tables(officers, incidents, "Example PD", state)


def test_no_column_is_one_that_the_importer_does_not_know():
    for name, columns in (("officers", OFFICERS), ("assignments", ASSIGNMENTS), ("incidents", INCIDENTS)):
        assert set(columns) <= set(DOCUMENTED[name].split())
        assert set(REQUIRED[name]) <= set(columns)


def test_an_officer_with_assignments():
    found = made([
        officer(last_name="Doe", suffix="jr", race="native_american", gender="f", birth_year=1980,
                assignments=[{"job_title": "Sergeant", "star_no": "4711", "unit": "3rd", "start_date": "2020-01-02"}])
    ])  # fmt: skip
    assert rows(found.files["officers.csv"]) == [{
        "id": "#O-1", "department_name": "Example PD", "department_state": "CA", "last_name": "Doe", "suffix": "Jr",
        "race": "NATIVE AMERICAN", "gender": "F", "birth_year": "1980",
    }]  # fmt: skip
    assert rows(found.files["assignments.csv"]) == [{
        "id": "", "officer_id": "#O-1", "job_title": "Sergeant", "badge_number": "4711", "unit_name": "3rd",
        "start_date": "2020-01-02",
    }]  # fmt: skip


def test_every_term_of_the_schema_has_its_word_there():
    for field, words in (("race", 7), ("gender", 3), ("suffix", 6)):
        terms = SCHEMA.field("officer_identity", field).vocabulary.terms
        found = {rows(made([officer(**{field: term})]).files["officers.csv"])[0][field] for term in terms}
        assert len(found) == len(terms) == words and "" not in found


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"do_not_publish": "yes"}, "asked"),
        ({"do_not_publish": "unknown"}, "asked"),
        ({"identity_status": "as_seen_only"}, "settled"),
        ({"identity_status": "disputed"}, "settled"),
        ({"agency": "Other PD"}, "another"),
    ],
)
def test_who_is_left_out_is_named(more, reason):
    found = made(
        [officer(last_name="Doe", **more)], [Incident("I-1", {"agencies": ["Example PD"]}, ("O-1",))]
    )
    assert [code for code, why in found.left_out if reason in why] == ["O-1"]
    assert b"Doe" not in b"".join(found.files.values()) and b"O-1" not in b"".join(found.files.values())


def test_officers_that_are_there_already_lose_nothing_by_blank_cells():
    found = made([
        officer("O-1", openoversight_id=12, last_name="Doe"), officer("O-2", openoversight_id=13, first_name="Jo"),
        officer("O-3", openoversight_id=14, last_name="Roe"),
    ])  # fmt: skip
    assert set(found.files) == {"officers-known-1.csv", "officers-known-2.csv"}
    for data in found.files.values():
        assert all(all(row.values()) for row in rows(data))
    assert [row["id"] for row in rows(found.files["officers-known-1.csv"])] == ["12", "14"]


def test_an_incident():
    shown = {
        "agencies": ["Example PD"], "occurred_start": {"at": "2026-06-12T18:10:00-07:00", "precision": "day"},
        "street_name": "1412 14th Street", "city": "Oakland", "state": "CA", "zip": "94607", "house_number": "1412",
        "narrative_observed": ["secret"], "people": [{"name": "secret"}],
        "vehicles": [
            {"plate": "8abc-123", "plate_state": "ca", "is_civilian": "no"},
            {"plate": "SECRET1", "is_civilian": "yes"},
            {"plate": "SECRET2"},
        ],
    }  # fmt: skip
    found = made([officer()], [Incident("I-1", shown, ("O-1", "O-9"))])
    assert rows(found.files["incidents.csv"]) == [{
        "id": "#I-1", "department_name": "Example PD", "department_state": "CA", "date": "2026-06-12",
        "street_name": "14th Street", "city": "Oakland", "state": "CA", "zip_code": "94607", "officer_ids": "#O-1",
        "license_plates": "8ABC123_CA",
    }]  # fmt: skip


def test_an_incident_of_another_agency_is_left_out():
    assert made([], [Incident("I-1", {"agencies": ["Other PD"]})]).left_out == (
        ("I-1", "it does not name this agency"),
    )


def test_a_value_is_no_list_of_values():
    found = made([officer(last_name="Doe|12\nRoe")])
    assert rows(found.files["officers.csv"])[0]["last_name"] == "Doe/12 Roe"


def test_a_state_is_two_capitals():
    with pytest.raises(Refused):
        made(state="California")

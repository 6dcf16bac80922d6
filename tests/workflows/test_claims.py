"""A device of the group writes another's evidence id into a record of its own: both stay within reach."""

import csv
from dataclasses import replace

import pytest

from copwatch.catalogue.queries import evidence, report_versions
from copwatch.cli.amending import Wish, amend, base_of
from copwatch.crypto.signing import SigningKey
from copwatch.errors import BadInput, NotFound
from copwatch.model.ids import code, parse_code
from copwatch.progress import Progress
from copwatch.proof.charter import Device
from copwatch.proof.findings import Kind
from copwatch.store.archive import open_archive
from copwatch.store.keys import open_root, open_with_identity
from copwatch.store.writer import append_records
from copwatch.workflows.bundle_plans import Request, distinct_codes
from copwatch.workflows.exporting import export, new_bundle_code
from copwatch.workflows.filing import link
from copwatch.workflows.reporting import new_report
from copwatch.workflows.session import Named
from copwatch.workflows.verifying_bundles import check_bundle, open_tree
from copwatch.workflows.verifying_deep import verify_deep
from tests.store.making import new_charter
from tests.workflows.house import House

INCIDENT = "ab" * 16


@pytest.fixture
def hijacked(house: House):
    """The victim's item, filed; and a second device that copied its record, with its own file's hash and pieces."""
    house.add(house.file("true.jpg", b"true"))
    house.add(house.file("false.jpg", b"false"))
    true, false = sorted(house.of("evidence"), key=lambda record: record["name"], reverse=True)
    link(house.archive, lambda: house.now, INCIDENT, batch=None, evidence=true["id"])
    honest, thief = house.archive.state.device(), SigningKey.generate()
    root = open_root(house.archive, house.identity)
    devices = (*house.archive.charter.devices, Device(thief.public_hex))
    new_charter(house.archive.layout.folder, root, devices=devices)
    house.archive = open_archive(house.archive.layout.folder)
    copied = {**false, "id": true["id"], "batch": true["batch"], "device": thief.public_hex,
              "recorded_at": "2020-01-01T00:00:00Z"}  # fmt: skip
    house.archive.state.save_device(thief)
    append_records(house.archive, [copied])
    return house, true, honest.public_hex, thief.public_hex


def test_each_record_is_listed_under_its_device_and_found_by_it(hijacked):
    house, true, honest, thief = hijacked
    short = code("E", true["id"])
    with house.session() as session:
        rows = [row for row in evidence(session.catalogue) if row.id == true["id"]]
        assert {row.code for row in rows} == {f"{short}@{honest[:8]}", f"{short}@{thief[:8]}"}
        for row in rows:
            mark = row.code.partition("@")[2]
            assert session.find_evidence(Named(parse_code(short), mark)) == row
        assert session.find_evidence(Named(parse_code(short), honest)).name == "true.jpg"


def test_without_the_device_the_candidates_are_named(hijacked):
    house, true, honest, thief = hijacked
    named = Named(parse_code(code("E", true["id"])))
    with house.session() as session, pytest.raises(BadInput) as failed:
        session.find_evidence(named)
    assert f"@{honest[:8]}" in failed.value.hint
    assert f"@{thief[:8]}" in failed.value.hint
    with house.session() as session, pytest.raises(NotFound):
        session.find_evidence(replace(named, mark="0" * 64))


def test_the_incident_is_exported_with_both_and_the_bundle_holds(hijacked, tmp_path):
    house, _, honest, thief = hijacked
    with house.session() as session:
        done = export(
            session, Request("client-counsel", tmp_path / "bundle", INCIDENT), new_bundle_code(),
            lambda: house.now, Progress(),
        )  # fmt: skip
    assert done.left_out == ()
    with open_tree(tmp_path / "bundle", lambda _: []) as tree:
        result = check_bundle(tree, Progress())
    assert result.ok
    assert {(file.name, file.device) for file in result.files} == {("true.jpg", honest), ("false.jpg", thief)}
    codes = {file.device: file.code for file in result.files}
    assert len(set(codes.values())) == 2
    text = (tmp_path / "bundle" / "data" / "custody.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["device"]: row["what"] for row in rows if row["event"] == "received"} == codes


def test_verifying_deep_names_both_devices(hijacked):
    house, true, honest, thief = hijacked
    with house.session() as session:
        found = verify_deep(house.archive, session.keys, Progress()).findings
    assert [(f.kind, f.where) for f in found] == [(Kind.UNEXPECTED, f"evidence {true['id'][:8]}")]
    assert honest[:8] in found[0].detail
    assert thief[:8] in found[0].detail


@pytest.fixture
def two_words(house: House):
    """A report version, and one of a second device with its id and another number of officers."""
    new_report(house.archive, lambda: house.now, "stop", {"n_officers": 4})
    (told,) = house.of("report")
    honest, thief = house.archive.state.device(), SigningKey.generate()
    root = open_root(house.archive, house.identity)
    devices = (*house.archive.charter.devices, Device(thief.public_hex))
    new_charter(house.archive.layout.folder, root, devices=devices)
    house.archive = open_archive(house.archive.layout.folder)
    house.archive.state.save_device(thief)
    append_records(house.archive, [{**told, "n_officers": 0, "device": thief.public_hex}])
    return house, told, honest.public_hex, thief.public_hex


def test_verifying_deep_names_two_claims_on_a_report_version(two_words):
    house, told, honest, thief = two_words
    with house.session() as session:
        (found,) = verify_deep(house.archive, session.keys, Progress()).findings
    assert (found.kind, found.where) == (Kind.UNEXPECTED, f"report version {told['id'][:8]}")
    assert honest[:8] in found.detail and thief[:8] in found.detail


def test_an_amendment_takes_the_word_of_the_device_that_is_named(two_words):
    house, told, honest, _ = two_words
    incident, version = parse_code(code("I", told["incident"])), parse_code(code("R", told["id"]))
    base = base_of(house.archive, incident, open_with_identity(house.archive, house.identity))
    with pytest.raises(BadInput) as failed:
        amend(house.archive, base, Wish("asked her", keep=Named(version)))
    assert f"@{honest[:8]}" in failed.value.hint
    with pytest.raises(NotFound):
        amend(house.archive, base, Wish("asked her", keep=Named(version, "0" * 64)))
    amended = amend(house.archive, base, Wish("asked her", keep=Named(version, honest[:8])))
    assert amended.fields == {"n_officers": 4}


def test_of_more_claims_than_codes_one_of_each_device_comes_first(hijacked):
    house, true, honest, thief = hijacked
    with house.session() as session:
        rows = {row.device: row for row in evidence(session.catalogue) if row.id == true["id"]}
        assert report_versions(session.catalogue, INCIDENT) == []
    many = [replace(rows[thief], leaf=f"{n:064x}") for n in range(20)]
    names = distinct_codes("E", [*many, rows[honest]])
    assert rows[honest].leaf in names
    assert len(set(names.values())) == len(names) >= 2

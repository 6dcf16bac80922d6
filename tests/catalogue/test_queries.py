"""Lists, single things, codes, custody."""

import pytest

from copwatch.catalogue import queries
from copwatch.catalogue.codes import codes, find_ids
from copwatch.catalogue.custody import custody
from copwatch.errors import NotFound
from copwatch.model.ids import parse_code
from tests.catalogue.build import CASE, Device, an_id, at, filled, h

BATCH, OTHER = an_id("batch"), an_id("other batch")
INCIDENT, SECOND = an_id("incident"), an_id("second incident")


@pytest.fixture
def shift(tmp_path):
    """A shift: two batches, one incident with a whole batch, one file in two incidents, one unfiled."""
    device = Device("one")
    first = device.entry(
        device.record("batch", id=BATCH, by="OBS-1", how="sd_card", note=["Two ", "cards."]),
        *(device.evidence(n, BATCH) for n in range(3)),
    )
    second = device.entry(
        device.evidence(7, OTHER, name="\ufffd.jpg", folder="DCIM", name_bytes="ff2e6a7067", file_time=at(0))
    )
    device.clock = 100
    reported = device.entry(
        device.report(INCIDENT, city="Oakland", agencies=["OPD", "CHP"]),
        device.record("link", incident=INCIDENT, batch=BATCH),
        device.record("link", incident=SECOND, evidence=an_id("evidence", 1)),
    )
    with filled(tmp_path, first, second, reported) as catalogue:
        yield catalogue


def test_evidence_is_listed_by_batch_incident_and_as_unfiled(shift):
    assert len(queries.evidence(shift)) == 4
    assert [row.name for row in queries.evidence(shift, batch=OTHER)] == ["\ufffd.jpg"]
    assert [row.name for row in queries.evidence(shift, incident=INCIDENT)] == [
        "IMG_0.JPG",
        "IMG_1.JPG",
        "IMG_2.JPG",
    ]
    assert [row.name for row in queries.unfiled(shift)] == ["\ufffd.jpg"]
    assert queries.evidence(shift, batch=BATCH, unfiled=True) == []


def test_an_evidence_item_is_whole(shift):
    row = queries.evidence_item(shift, an_id("evidence", 7))[0]
    assert (row.batch, row.name_bytes, row.folder, row.file_time) == (OTHER, "ff2e6a7067", "DCIM", at(0))
    assert (row.size, row.sha256, row.metadata, row.withdrawn) == (107, h("file", 7), "preserve", False)
    linked = queries.evidence_item(shift, an_id("evidence", 1))[0]
    assert linked.incidents == tuple(sorted([INCIDENT, SECOND]))
    assert queries.evidence_by_sha256(shift, h("file", 1)) == [linked]
    assert queries.evidence_by_sha256(shift, h("no file")) == []


def test_two_records_that_claim_one_evidence_id_are_both_given(tmp_path):
    device = Device("one")
    twins = [device.evidence(1, BATCH), device.evidence(1, BATCH, sha256=h("another"))]
    with filled(tmp_path, device.entry(*twins)) as catalogue:
        found = queries.evidence_item(catalogue, an_id("evidence", 1))
        assert [row.leaf for row in found] == [twin.leaf for twin in twins]
        assert len(queries.evidence(catalogue)) == 2


def test_incidents_and_counts(shift):
    row = next(row for row in queries.incidents(shift) if row.id == INCIDENT)
    assert (row.city, row.agencies, row.evidence, row.changed_at) == ("Oakland", ("OPD", "CHP"), 3, at(102))
    counts = queries.counts(shift)
    assert (counts.incidents, counts.evidence, counts.batches, counts.unfiled) == (2, 4, 2, 1)
    assert counts.size == 100 + 101 + 102 + 107


def test_an_empty_catalogue_counts_nothing(tmp_path):
    with filled(tmp_path) as catalogue:
        assert queries.counts(catalogue) == type(queries.counts(catalogue))(*[0] * 9)
        assert queries.batches(catalogue) == queries.incidents(catalogue) == queries.evidence(catalogue) == []


def test_batches_with_and_without_their_own_record(shift):
    newest, oldest = queries.batches(shift)
    assert (newest.id, newest.by, newest.evidence) == (OTHER, None, 1)
    assert (oldest.by, oldest.how, oldest.note, oldest.evidence, oldest.size) == (
        "OBS-1",
        "sd_card",
        "Two cards.",
        3,
        303,
    )
    assert queries.batch(shift, BATCH) == oldest


@pytest.mark.parametrize(
    "ask", [queries.batch, queries.incident, queries.evidence_item, queries.report_version, custody]
)
def test_what_is_not_here_is_told(shift, ask):
    with pytest.raises(NotFound):
        ask(shift, an_id("nothing"))


def test_a_record_is_found_by_its_leaf_with_where_it_stands(shift):
    row = queries.evidence_item(shift, an_id("evidence", 7))[0]
    record = queries.record(shift, row.leaf)
    assert (record.device, record.seq, record.compartment, record.apart, record.problem) == (
        row.device,
        1,
        CASE,
        None,
        None,
    )
    assert record.record["id"] == row.id
    with pytest.raises(NotFound):
        queries.record(shift, "0" * 64)


def test_a_code_finds_its_id_again(shift):
    for prefix, rows in (
        ("I", queries.incidents(shift)),
        ("E", queries.evidence(shift)),
        ("B", queries.batches(shift)),
    ):
        for row in rows:
            code = parse_code(row.code)
            assert code.prefix == prefix
            assert find_ids(shift, prefix, code.hex) == [row.id]
    version = queries.report_versions(shift, INCIDENT)[0]
    assert find_ids(shift, "R", parse_code(version.code).hex) == [version.id]
    assert queries.report_version(shift, version.id) == [version]


def test_codes_grow_where_ids_begin_alike(tmp_path):
    device = Device("one")
    near = ["0123456789" + "0" * 22, "0123456789" + "f" * 22, "0123456789ffff" + "0" * 18]
    with filled(
        tmp_path, device.entry(*(device.evidence(n, BATCH, id=id) for n, id in enumerate(near)))
    ) as catalogue:
        found = codes(catalogue, "E", near)
        assert len(set(found.values())) == 3
        for id, code in found.items():
            assert find_ids(catalogue, "E", parse_code(code).hex) == [id]
        short = parse_code(found[near[0]]).hex[:10]
        assert find_ids(catalogue, "E", short) == sorted(near)
        assert find_ids(catalogue, "B", short) == []


def test_custody_runs_from_receipt_in_the_order_of_time(tmp_path):
    device, other = Device("one"), Device("two", clock=500)
    item = an_id("evidence", 1)
    before = device.entry(device.custody("copied", scope="archive", detail={"to": "too early"}))
    received = device.entry(device.evidence(1, BATCH), device.evidence(2, BATCH))
    viewed = device.entry(device.custody("viewed", evidence=[item], by="OBS-1", at=at(600)))
    unrelated = device.entry(device.custody("viewed", evidence=[an_id("evidence", 2)]))
    copied = other.entry(
        other.custody("copied", scope="archive", outcome="fail", detail={"objects": 3, "to": "disk"})
    )
    with filled(tmp_path, viewed, copied, unrelated, before, received) as catalogue:
        events = custody(catalogue, item)
    assert [(e.event, e.derived) for e in events] == [
        ("received", True), ("hashed", True), ("encrypted", True), ("copied", False), ("viewed", False)
    ]  # fmt: skip
    assert events[1].detail == {"sha256": h("file", 1), "size": 101}
    assert (events[0].premis, events[0].at) == ("tra", at(2))
    assert (events[3].outcome, events[3].detail) == ("fail", {"objects": 3, "to": "disk"})
    assert (events[4].by, events[4].at, events[4].premis) == ("OBS-1", at(600), "dsp")


def test_a_copy_after_receipt_counts_by_the_ledger_when_the_clock_was_set_back(tmp_path):
    device = Device("one", clock=50)
    received = device.entry(device.evidence(1, BATCH))
    copied = device.entry(device.custody("copied", scope="archive", at=at(1), minute=1))
    with filled(tmp_path, copied, received) as catalogue:
        assert [e.event for e in custody(catalogue, an_id("evidence", 1))][-1] == "copied"


def test_names_come_from_the_latest_roster_that_has_them(tmp_path):
    device, other = Device("one"), Device("two", clock=50)
    ann, bea = an_id("ann"), an_id("bea")
    old = device.record(
        "roster", group="Old name", members=[{"id": ann, "name": "Ann"}, {"id": bea, "name": "Bea"}],
        devices=[{"key": device.key, "name": "laptop"}], compartments=[{"id": CASE, "name": "case"}],
    )  # fmt: skip
    new = other.record(
        "roster", group="New name", members=[{"id": ann, "name": "Anna"}], devices=[], compartments=[]
    )
    with filled(tmp_path, other.entry(new), device.entry(old)) as catalogue:
        names = queries.names(catalogue)
    assert names.group == "New name"
    assert names.members == {ann: "Anna", bea: "Bea"}
    assert (names.devices, names.compartments) == ({device.key: "laptop"}, {CASE: "case"})


def test_codes_are_the_same_one_by_one_and_all_together(tmp_path):
    device = Device("one")
    ids = [an_id("many", n)[: 32 - n % 7].ljust(32, "0") for n in range(150)]
    ids += [id[:12] + "f" * 20 for id in ids]
    with filled(
        tmp_path, device.entry(*(device.evidence(n, BATCH, id=id) for n, id in enumerate(ids)))
    ) as catalogue:
        together = codes(catalogue, "E", ids)
        assert len(set(together.values())) == 300
        assert {id: codes(catalogue, "E", [id])[id] for id in ids} == together

"""Absorbing: all or nothing, once, in any order, and only what counts."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.catalogue import queries
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.search import search
from copwatch.proof.body import OpenedRecord, OpenedSet
from copwatch.store.worker_pool import WorkerPool
from tests.catalogue.build import (
    CASE,
    IDENTITY,
    KEY,
    Device,
    an_id,
    at,
    dump,
    filled,
    h,
    positions,
    survivors,
)

BATCH, INCIDENT = an_id("batch"), an_id("incident")


def test_positions_say_where_to_go_on(tmp_path):
    device, other = Device("one"), Device("two")
    with filled(tmp_path) as catalogue:
        assert catalogue.next_seq(device.key) == 0
        first = device.entry(device.evidence(1, BATCH))
        catalogue.absorb([first], {device.key: (1, first.entry)}, {})
        catalogue.absorb([], {device.key: (7, "f" * 64), other.key: (2, "e" * 64)}, {})
        assert catalogue.absorbed() == {device.key: (7, "f" * 64), other.key: (2, "e" * 64)}
        assert catalogue.next_seq(other.key) == 2
        catalogue.absorb([], {device.key: (3, "a" * 64)}, {})
        assert catalogue.next_seq(device.key) == 7


def test_absorbing_again_changes_nothing(tmp_path):
    device = Device("one")
    report = device.report(INCIDENT, city="Oakland")
    sets = [
        device.entry(device.evidence(1, BATCH), device.record("batch", id=BATCH)),
        device.entry(report, device.record("link", incident=INCIDENT, batch=BATCH)),
    ]
    with filled(tmp_path, *sets) as catalogue:
        before = dump(catalogue)
        catalogue.absorb(reversed(sets), positions(sets), {})
        catalogue.absorb([], {}, {})
        assert dump(catalogue) == before
        catalogue.check()


def test_what_was_absorbed_is_there_after_closing(tmp_path):
    device = Device("one")
    with filled(tmp_path, device.entry(device.evidence(1, BATCH))) as catalogue:
        before = dump(catalogue)
    with Catalogue.open(tmp_path / "catalogue.db", KEY) as catalogue:
        assert dump(catalogue) == before


def test_when_it_fails_nothing_was_absorbed(tmp_path):
    device = Device("one")
    good = device.entry(device.evidence(1, BATCH))

    def broken():
        yield device.entry(device.evidence(2, BATCH))
        raise OSError("the disk went away")

    with filled(tmp_path, good) as catalogue:
        before = dump(catalogue)
        with pytest.raises(OSError, match="went away"):
            catalogue.absorb(broken(), {device.key: (2, "f" * 64)}, {good.body: None})
        assert dump(catalogue) == before
        catalogue.check()


def test_sets_of_entries_that_were_absorbed_before_may_follow(tmp_path):
    device = Device("one")
    first = device.entry(device.evidence(1, BATCH))
    hidden = device.entry(device.report(INCIDENT, city="Oakland"), compartment=IDENTITY)
    with filled(tmp_path, first) as catalogue:
        catalogue.absorb([], positions([first, hidden]), {})
        catalogue.absorb([hidden], {}, {})
        assert [row.city for row in queries.incidents(catalogue)] == ["Oakland"]


@pytest.mark.parametrize("by", ["batch", "evidence"])
def test_a_link_takes_in_evidence_that_comes_after_it(tmp_path, by):
    device = Device("one")
    film = device.entry(device.evidence(1, BATCH))
    target = {"batch": BATCH} if by == "batch" else {"evidence": an_id("evidence", 1)}
    with filled(tmp_path, device.entry(device.record("link", incident=INCIDENT, **target))) as catalogue:
        catalogue.absorb([film], {}, {})
        assert [row.evidence for row in queries.incidents(catalogue)] == [1]
        catalogue.absorb([], {}, {film.body: None})
        assert [row.evidence for row in queries.incidents(catalogue)] == [0]


def test_what_is_held_apart_is_kept_and_in_no_list(tmp_path):
    device, revoked = Device("one"), Device("revoked")
    kept = device.entry(device.evidence(1, BATCH))
    apart = revoked.entry(
        revoked.evidence(2, BATCH, name="apart.jpg"),
        revoked.report(INCIDENT, narrative_observed=["apart"]),
        revoked.record("roster", members=[{"id": an_id("m"), "name": "Nobody"}], devices=[], compartments=[]),
        apart="written after its device was revoked",
    )
    with filled(tmp_path, kept, apart) as catalogue:
        assert [row.name for row in queries.evidence(catalogue)] == ["IMG_1.JPG"]
        assert queries.incidents(catalogue) == []
        assert search(catalogue, "apart") == []
        assert queries.names(catalogue).members == {}
        assert queries.counts(catalogue).apart == 3
        found = queries.held_apart(catalogue)
        assert [record.leaf for record in found] == [record.leaf for record in apart.records]
        assert {record.apart for record in found} == {"written after its device was revoked"}


def test_a_device_that_is_revoked_later_takes_its_later_entries_along(tmp_path):
    device = Device("one")
    sets = [device.entry(device.evidence(n, BATCH)) for n in range(3)]
    with filled(tmp_path, *sets) as catalogue:
        whole = dump(catalogue)
        catalogue.judge(lambda key, seq: "revoked" if (key, seq) > (device.key, 0) else None)
        assert [row.name for row in queries.evidence(catalogue)] == ["IMG_0.JPG"]
        assert queries.counts(catalogue).apart == 2
        catalogue.judge(lambda key, seq: None)
        assert dump(catalogue) == whole


def test_a_set_absorbed_again_with_another_standing_is_moved(tmp_path):
    device = Device("one")
    opened = device.entry(device.evidence(1, BATCH))
    apart = OpenedSet(*(getattr(opened, n) for n in OpenedSet.__slots__[:-1]), "no charter names its device")
    with filled(tmp_path, apart) as catalogue:
        assert queries.evidence(catalogue) == []
        catalogue.absorb([opened], {}, {})
        assert len(queries.evidence(catalogue)) == 1
        assert queries.held_apart(catalogue) == []


def test_a_record_copied_into_another_ledger_does_not_count_and_hides_nothing(tmp_path):
    victim, thief = Device("victim"), Device("thief")
    record = victim.evidence(1, BATCH)
    stolen = thief.entry(record)
    for sets in ([victim.entry(record), stolen], [stolen]):
        folder = tmp_path / str(len(sets))
        folder.mkdir()
        with filled(folder, *reversed(sets)) as catalogue:
            assert [row.device for row in queries.evidence(catalogue)] == [victim.key] * (len(sets) - 1)
            assert queries.counts(catalogue).apart == (0 if len(sets) == 2 else 1)


def test_a_record_that_stands_twice_is_one_record(tmp_path):
    device = Device("one")
    record = device.evidence(1, BATCH)
    with filled(tmp_path, device.entry(record, record), device.entry(record)) as catalogue:
        assert len(queries.evidence(catalogue)) == 1
        assert queries.record(catalogue, record.leaf).seq == 0


ODD = {
    "a type of the future": {"type": "hologram", "n": 1},
    "a newer schema": {"type": "evidence", "schema": 2},
    "no schema": {"type": "evidence", "schema": "1"},
    "evidence without anything": {"type": "evidence"},
    "a name that is a number": {"type": "evidence", "name": 5, "batch": BATCH, "size": 1, "sha256": h(1),
                                "media_type": "x", "metadata": "preserve", "pieces": []},
    "a negative size": {"type": "evidence", "name": "a", "batch": BATCH, "size": -1, "sha256": h(1),
                        "media_type": "x", "metadata": "preserve", "pieces": []},
    "pieces that are text": {"type": "evidence", "name": "a", "batch": BATCH, "size": 1, "sha256": h(1),
                             "media_type": "x", "metadata": "preserve", "pieces": ["x"]},
    "a link to nothing": {"type": "link", "incident": INCIDENT},
    "a link to two things": {"type": "link", "incident": INCIDENT, "batch": BATCH, "evidence": BATCH},
    "a report of no incident": {"type": "report", "parents": []},
    "parents that are no leaves": {"type": "report", "incident": INCIDENT, "parents": ["x"]},
    "a note that is not a list": {"type": "batch", "note": "text"},
    "custody without event": {"type": "custody", "at": at(1)},
    "a roster of numbers": {"type": "roster", "members": [1], "devices": [], "compartments": []},
    "an id that is not one": {"type": "batch", "id": "1"},
    "a time without a zone": {"type": "batch", "recorded_at": "2026-03-01T10:00:00"},
    "a time that is a number": {"type": "batch", "recorded_at": 5},
    "a type that is a list": {"type": ["evidence"]},
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_record_that_cannot_be_read_is_kept_and_breaks_nothing(tmp_path, name):
    device = Device("one")
    members = dict(ODD[name])
    type = members.pop("type")
    odd = device.record(type, **members)
    with filled(tmp_path, device.entry(device.evidence(1, BATCH), odd)) as catalogue:
        assert len(queries.evidence(catalogue)) == 1
        assert queries.incidents(catalogue) == []
        assert queries.batches(catalogue)[0].note is None
        found = queries.problems(catalogue)
        assert [record.leaf for record in found] == [odd.leaf]
        assert found[0].problem
        assert found[0].record == odd.record


def test_unknown_types_are_found_by_their_type(tmp_path):
    device = Device("one")
    with filled(tmp_path, device.entry(device.record("hologram", depth=3))) as catalogue:
        assert [found.record["depth"] for found in queries.records_of(catalogue, "hologram")] == [3]
        assert queries.counts(catalogue).problems == 1


KINDS = "evidence evidence evidence evidence link link link unlink report report report custody roster odd"


def world(seed: int) -> tuple[list[OpenedSet], dict[str, str | None]]:
    """The ledgers of three devices that speak about the same few things, with clocks that disagree."""
    chance = random.Random(seed)
    devices = [Device(name, chance.randrange(4)) for name in ("one", "two", "three")]
    batches, incidents = [an_id("b", n) for n in range(2)], [an_id("i", n) for n in range(2)]
    sets: list[OpenedSet] = []
    reports: list[OpenedRecord] = []
    withdrawn: dict[str, str | None] = {}
    for step in range(chance.randrange(6, 16)):
        device = chance.choice(devices)
        made = [
            _some_record(chance, device, batches, incidents, reports, step)
            for _ in range(chance.randrange(1, 4))
        ]
        reports += [record for record in made if record.record["type"] == "report"]
        place = chance.choice([CASE, IDENTITY])
        opened = device.entry(*made, compartment=place, apart=chance.choice([None] * 8 + ["revoked"]))
        sets.append(opened)
        if chance.random() < 0.15:
            again = survivors(opened, *made[: chance.randrange(2)])
            sets += [again] if again.records else []
            withdrawn[opened.body] = again.body if again.records else None
    return sets, withdrawn


def _some_record(chance, device, batches, incidents, reports, step) -> OpenedRecord:
    incident, batch, number = chance.choice(incidents), chance.choice(batches), chance.randrange(4)
    minute = chance.randrange(6)
    kind = chance.choice(KINDS.split())
    if kind == "evidence":
        return device.evidence(number, batch, minute=minute)
    if kind in ("link", "unlink"):
        what = {"batch": batch} if chance.random() < 0.7 else {"evidence": an_id("evidence", number)}
        return device.record(kind, incident=incident, minute=minute, **what)
    if kind == "report":
        of_it = [report for report in reports if report.record["incident"] == incident]
        parents = chance.sample(of_it, min(len(of_it), chance.randrange(3)))
        officers = [{"badge_as_seen": str(step)}, {"rank_as_seen": "Sergeant"}][: chance.randrange(3)]
        return device.report(incident, *parents, minute=minute, city=f"City {step}", officers=officers)
    if kind == "custody":
        return device.custody(chance.choice(["copied", "verified"]), scope="archive", minute=minute)
    if kind == "roster":
        names = [{"id": an_id("m", number), "name": f"Name {step}"}]
        return device.record("roster", members=names, devices=[], compartments=[], minute=minute)
    return device.record("hologram", step=step)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.data())
def test_the_rows_do_not_depend_on_the_order_of_absorbing(seed, data):
    sets, withdrawn = world(seed)
    order = data.draw(st.permutations(range(len(sets))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sets)), max_size=4)))
    told = data.draw(st.integers(0, len(cuts)))
    parts = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(sets)], strict=True)]
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "once").mkdir()
        (Path(name) / "parts").mkdir()
        with filled(Path(name) / "once", *sets, withdrawn=withdrawn) as catalogue:
            at_once = dump(catalogue)
            catalogue.check()
        with filled(Path(name) / "parts") as catalogue:
            for number, part in enumerate(parts):
                some = [sets[n] for n in part]
                catalogue.absorb(some, positions(some), withdrawn if number == told else {})
            assert dump(catalogue) == at_once
            catalogue.check()


def test_the_world_of_the_property_test_holds_what_it_should():
    sets = [one for seed in range(30) for one in world(seed)[0]]
    types = {record.record["type"] for one in sets for record in one.records}
    assert types == {"evidence", "link", "unlink", "report", "custody", "roster", "hologram"}
    assert any(one.apart for one in sets)
    assert any(world(seed)[1] for seed in range(30))


def test_other_processes_make_the_same_rows(tmp_path, monkeypatch):
    device = Device("one")
    reports = [
        device.report(
            an_id("incident", n), city=f"City {n}", officers=[{"ref": "O1", "badge_as_seen": str(n)}]
        )
        for n in range(1_200)
    ]
    odd = device.record("report", incident="no id")
    sets = [device.entry(*reports[:700], odd), device.entry(*reports[700:], device.evidence(1, BATCH))]
    (tmp_path / "here").mkdir()
    with filled(tmp_path / "here", *sets) as here, WorkerPool() as workers:
        monkeypatch.setattr("copwatch.catalogue.derive.MANY", 1_000)
        with Catalogue.open(tmp_path / "catalogue.db", KEY) as elsewhere:
            elsewhere.absorb(sets, positions(sets), {}, None, workers)
            assert dump(elsewhere) == dump(here)
            assert search(elsewhere, "city 1100") == search(here, "city 1100") != []
            elsewhere.check()

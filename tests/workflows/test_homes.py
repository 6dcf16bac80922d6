"""What is written about something later goes to the compartment in which it stands, also without a key."""

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.model.ids import code, parse_code
from copwatch.model.kinds import KINDS
from copwatch.model.records import Report
from copwatch.store.homes import FILE, home, noted_homes
from copwatch.store.keys import open_with_identity
from copwatch.store.writer import append_records
from copwatch.workflows.entities import new_entity
from copwatch.workflows.filing import link
from copwatch.workflows.membership import new_compartment
from copwatch.workflows.opening import record_access
from copwatch.workflows.reporting import amend_report
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import fresh_id, make_stamp
from copwatch.workflows.status import read_status
from tests.workflows.group import Group, agreed, now
from tests.workflows.test_membership import adds

A, B = "a" * 32, "b" * 32


@pytest.fixture
def group(tmp_path):
    group = Group(tmp_path)
    with group.founder.here():
        changed = new_compartment(group.founder.archive, group.keys(), "minors", [], now, agreed)
        group.minors = changed.charter.compartments[-1].id
    return group


def types_read(group, identity: HybridIdentity, compartment: str | None = None) -> list[str]:
    """The types of records that an identity reads on the founder's computer, but for rosters."""
    laptop = group.founder
    with laptop.here(), Session(laptop.archive, open_with_identity(laptop.archive, identity)) as session:
        sql = "SELECT r.type FROM records AS r JOIN sets AS s ON s.body = r.body WHERE r.type != 'roster'"
        rows = session.catalogue.read(f"{sql} AND s.compartment = coalesce(?, s.compartment)", [compartment])
        return sorted(row["type"] for row in rows)


def test_a_locked_computer_writes_on_where_it_began(group):
    case = adds(group)
    with group.founder.here():
        group.founder.add(b"film", compartment=group.minors, report={"n_officers": 2})
        archive = group.founder.archive
        (incident,) = [id for id in noted_homes(archive.state) if archive_knows(archive, "I", id)]
        other = group.founder.add(b"in the case")
        link(archive, now, incident, batch=other, evidence=None)
        amend_report(archive, now, incident, "general", {"n_officers": 3}, reason="counted again")
        new_entity(archive, now, KINDS["statement"], {"incident": incident, "kind": "witness_account"})
        group.founder.add(b"one more", incident=incident)
    assert types_read(group, case) == ["batch", "evidence"], "only what was added to the case"
    assert types_read(group, group.identity, group.minors) == [
        "batch", "batch", "evidence", "evidence", "link", "link", "link", "report", "report", "statement",
    ]  # fmt: skip


def archive_knows(archive, letter: str, id: str) -> bool:
    from copwatch.store.known_ids import known_ids

    return bool(known_ids(archive.state, letter, id))


def test_another_computer_learns_it_when_it_is_unlocked_and_custody_goes_there_too(group):
    case = adds(group)
    bo = group.device("bo")
    batch = bo.add(b"film", compartment=group.minors, report={"n_officers": 2})
    group.founder.merge_from(bo.folder)
    with group.founder.here():
        archive = group.founder.archive
        assert noted_homes(archive.state) == {}
        with Session(archive, group.keys()) as session:
            assert set(noted_homes(archive.state).values()) == {group.minors}
            assert batch in noted_homes(archive.state)
            (row,) = session.catalogue.read("SELECT id FROM evidence")
            record_access(session, now, "viewed", [row["id"]], purpose="to look")
    assert types_read(group, case) == []
    assert "custody" in types_read(group, group.identity, group.minors)
    with bo.here():
        assert (bo.archive.state.folder / FILE).stat().st_mode & 0o777 == 0o600
        parse_code(code("B", batch), ("B",))


def test_what_is_written_later_does_not_follow_a_laptop_that_seals_elsewhere(group):
    """Sealing needs no key: who reads another compartment could have an observer draw an incident into it."""
    press = adds(group, "PRESS", [])
    with group.founder.here():
        made = new_compartment(group.founder.archive, group.keys(), "press", ["PRESS"], now, agreed)
        elsewhere = made.charter.compartments[-1].id
        group.founder.add(b"film", compartment=group.minors, report={"n_officers": 2})
        (incident,) = [i for i in noted_homes(made.state) if archive_knows(made, "I", i)]
    bo = group.device("bo")
    with bo.here():
        stamp = make_stamp(bo.archive, bo.device, now)
        version = Report(fresh_id(), stamp, incident, "general", (), {"n_officers": 3}).to_json()
        append_records(bo.archive, [version], lambda _: elsewhere)
    group.founder.merge_from(bo.folder)
    with group.founder.here(), Session(group.founder.archive, group.keys()):
        amend_report(
            group.founder.archive, now, incident, "general", {"n_officers": 4}, reason="counted again"
        )
    assert types_read(group, press) == ["report"], "what the laptop wrote itself, and nothing else"
    with group.founder.here():
        found = [
            i for i in read_status(group.founder.archive, group.keys(), now).items if i.kind == "left behind"
        ]
    assert [item.run.rpartition(" ")[2] for item in found] == ["NAME"]


def test_what_is_about_several_things_stays_where_all_read_it():
    noted = {A: "narrow"}
    assert home({"type": "custody", "evidence": [A]}, noted) == "narrow"
    assert home({"type": "custody", "evidence": [A, B]}, noted) is None
    assert home({"type": "link", "incident": B, "batch": A}, noted) is None, "the incident decides"
    assert home({"type": "report", "incident": A}, noted) == "narrow"
    assert home({"type": "hold", "entity": A, "covers": [A]}, noted) is None
    assert home({"type": "matter", "entity": B, "incidents": [A]}, noted) == "narrow"

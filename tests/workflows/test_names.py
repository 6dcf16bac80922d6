"""What members, devices and compartments are called is the founder's to say: a laptop that only adds renames nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from copwatch.catalogue.queries import names as shown_names
from copwatch.crypto.signing import SigningKey
from copwatch.model.records import Named, NamedDevice, Roster
from copwatch.store.keys import open_root
from copwatch.store.writer import append_records
from copwatch.workflows.membership import find_compartment, find_member, new_compartment
from copwatch.workflows.names import make_roster, read_names, signed
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import fresh_id, make_stamp
from tests.workflows.group import Group, agreed, now
from tests.workflows.test_membership import adds


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    """Two members, a compartment that one of them reads, and an observer's laptop."""
    group = Group(tmp_path_factory.mktemp("names"))
    adds(group, "LEGAL-1", ["case", "identity"])
    adds(group, "PRESS-1")
    with group.founder.here():
        new_compartment(group.founder.archive, group.keys(), "minors", ["LEGAL-1"], now, agreed)
    group.bo = group.device("bo")
    return group


def names(group):
    with group.founder.here():
        return read_names(group.founder.archive, group.keys(), [])


def exchanged(group) -> Roster:
    """A roster of the observer's laptop, written later than all others, in which names have changed places."""
    real = names(group)
    legal, press = (
        next(i for i, name in real.members.items() if name == who) for who in ("LEGAL-1", "PRESS-1")
    )
    case, minors = (next(i for i, name in real.compartments.items() if name == w) for w in ("case", "minors"))
    with group.bo.here():
        stamp = make_stamp(group.bo.archive, group.bo.device, lambda: now() + timedelta(days=400))
        return Roster(
            fresh_id(), stamp, (Named(legal, "PRESS-1"), Named(press, "LEGAL-1")),
            (NamedDevice(group.founder.device, "laptop of nobody"),),
            (Named(case, "minors"), Named(minors, "case")), "Somebody else",
        )  # fmt: skip


def writes(group, roster: Roster) -> None:
    with group.bo.here():
        append_records(group.bo.archive, [roster.to_json()])
    group.founder.merge_from(group.bo.folder)


@pytest.mark.parametrize("how", ["unsigned", "signed by another key", "a signature of another roster"])
def test_a_laptop_without_a_key_renames_nobody(group, how):
    real, roster = names(group), exchanged(group)
    if how == "signed by another key":
        roster = signed(roster, SigningKey.generate())
    elif how == "a signature of another roster":
        with group.founder.here():
            root = open_root(group.founder.archive, group.identity)
        roster = replace(roster, sig=signed(replace(roster, group="Another"), root).sig)
    writes(group, roster)
    assert names(group) == real
    with group.founder.here():
        archive = group.founder.archive
        assert find_compartment(archive, names(group), "minors").id != archive.charter.compartments[0].id
        assert find_member(archive, names(group), "LEGAL-1").id == archive.charter.members[2].id
        with Session(archive, group.keys()) as session:
            assert shown_names(session.catalogue).members == real.members, "nor where things are shown"


def test_what_the_founder_names_later_rules(group):
    real = names(group)
    with group.founder.here():
        archive = group.founder.archive
        stamp = make_stamp(archive, group.founder.device, lambda: now() + timedelta(days=1))
        (legal,) = [id for id, name in real.members.items() if name == "LEGAL-1"]
        roster = Roster(fresh_id(), stamp, (Named(legal, "LEGAL-9"),), (), ())
        append_records(archive, [signed(roster, open_root(archive, group.identity)).to_json()])
    assert names(group).members[legal] == "LEGAL-9"


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(days=-1)])
def test_a_clock_set_back_gives_no_old_name_back(group, behind):
    before = names(group)
    (compartment,) = (id for id, name in before.compartments.items() if name == "minors")
    archive, keys = group.founder.archive, group.keys()
    with group.founder.here():
        for number, called in enumerate(["young people", "minors"]):
            at = now() + timedelta(days=3) + number * behind
            again = replace(before, compartments={**before.compartments, compartment: called})
            root = open_root(archive, keys.identity)
            append_records(
                archive, [make_roster(archive, again, group.founder.device, lambda at=at: at, root).to_json()]
            )
        assert read_names(archive, keys, []).compartments[compartment] == "minors"
        with Session(archive, keys) as session:
            assert shown_names(session.catalogue).compartments[compartment] == "minors"

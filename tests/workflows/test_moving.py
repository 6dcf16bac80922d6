"""Moving an incident into a narrower compartment: the same records and bytes, for fewer people."""

import copy
import shutil
import subprocess
import sys

import pytest

from copwatch.catalogue.queries import evidence, incident, record, report_versions
from copwatch.crypto.age import seal
from copwatch.errors import BadInput, Refused
from copwatch.model.ids import code, parse_code
from copwatch.model.kinds import KINDS
from copwatch.model.records import Moved, MovedBody
from copwatch.progress import Progress
from copwatch.proof.body import BodyHeader, encode_body
from copwatch.store.homes import noted_homes
from copwatch.store.keys import open_with_identity
from copwatch.store.moved import open_body
from copwatch.store.writer import open_writer
from copwatch.workflows.entities import new_entity
from copwatch.workflows.filing import link
from copwatch.workflows.membership import new_compartment
from copwatch.workflows.moving import carry_out, plan_move
from copwatch.workflows.opening import read_evidence
from copwatch.workflows.proving import proven_records
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.session import Named, Session, rebuild
from copwatch.workflows.stamping import fresh_id, make_stamp
from copwatch.workflows.verifying_deep import verify_deep
from copwatch.workflows.withdrawing import carry_out as withdraw
from tests.conftest import material
from tests.workflows.group import Group, Laptop, agreed, now
from tests.workflows.test_membership import adds
from tests.workflows.test_who_opens_what import everything_of, in_catalogue, on_disk, opened

MARK, WORDS, OTHER = b"PLANTED-FILM-4H7T", "planted words 8W2C", b"what stays 3K9D"


class Moves(Group):
    """A group with a compartment that LEGAL reads and CASE does not, and an incident of two computers."""

    def __init__(self, top) -> None:
        super().__init__(top)
        self.case, self.legal = adds(self, "CASE"), adds(self, "LEGAL", ["case"])
        with self.founder.here():
            made = new_compartment(self.founder.archive, self.keys(), "minors", ["LEGAL"], now, agreed)
            self.minors = made.charter.compartments[-1].id
        self.bo = self.device("bo")
        self.batch = self.bo.add(MARK * 1000, "film.mp4", note=WORDS, report={"narrative_observed": [WORDS]})
        with self.bo.here():
            (self.incident,) = _ids(self.bo, "I")
            new_entity(
                self.bo.archive, now, KINDS["statement"], {"incident": self.incident, "kind": "witness_account",
                "text": [WORDS]},
            )  # fmt: skip
        self.other = self.bo.add(OTHER * 1000, "other.mp4")
        self.founder.merge_from(self.bo.folder)

    @property
    def code(self):
        return parse_code(code("I", self.incident), ("I",))

    def session(self, laptop: Laptop | None = None, identity=None) -> Session:
        archive = (laptop or self.founder).archive
        return Session(archive, open_with_identity(archive, identity or self.identity))

    def move(self, laptop: Laptop | None = None, into="minors", **more):
        laptop = laptop or self.founder
        with laptop.here(), self.session(laptop) as session:
            return carry_out(session, self.code, into, now, Progress(), **more)


def _ids(laptop: Laptop, letter: str) -> list[str]:
    from copwatch.store.known_ids import known_ids

    return known_ids(laptop.archive.state, letter, "")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The group as it is before anything moves, made once."""
    return Moves(tmp_path_factory.mktemp("moves"))


@pytest.fixture
def group(made, tmp_path):
    """A copy of it."""
    shutil.copytree(made.top, tmp_path, dirs_exist_ok=True)
    group = copy.copy(made)
    group.top, group.stick = tmp_path, tmp_path / "stick"
    group.founder, group.bo = Laptop.at(tmp_path / "founder"), Laptop.at(tmp_path / "bo")
    return group


def shown(group, laptop, identity) -> dict[str, list[str]]:
    """Type → ids of the records that an identity reads."""
    found: dict[str, list[str]] = {}
    with laptop.here(), group.session(laptop, identity) as session:
        assert [f for f in session.findings if f.fails] == []
        for row in session.catalogue.read("SELECT type, id FROM records WHERE counts ORDER BY type, id"):
            found.setdefault(row["type"], []).append(row["id"])
    return found


def test_everything_of_the_incident_goes_and_is_as_provable_as_before(group):
    laptop = group.founder
    with laptop.here(), group.session() as session:
        leaves = {v.leaf for v in report_versions(session.catalogue, group.incident)}
        leaves |= {row.leaf for row in evidence(session.catalogue, incident=group.incident)}
        before = proven_records(session, leaves)
        reports = incident(session.catalogue, group.incident)
    plan, done = group.move()
    assert (plan.versions, len(plan.items), plan.others) == (1, 1, 3), "with link, batch and statement"
    assert plan.lose == ("CASE",) and plan.gain == () and "LEGAL" in plan.readers
    with laptop.here(), group.session() as session:
        assert session.findings == []
        assert proven_records(session, leaves) == before, "same records, seeds, lines and places"
        assert incident(session.catalogue, group.incident) == reports
        (row,) = evidence(session.catalogue, incident=group.incident)
        assert not row.withdrawn
        with read_evidence(session, row) as source:
            assert source.read() == MARK * 1000
        assert verify_deep(laptop.archive, group.keys(), Progress()).findings == ()
    assert laptop.fails() == []
    assert {kind: len(ids) for kind, ids in shown(group, laptop, group.legal).items() if kind != "roster"} == {
        "batch": 2, "custody": 1, "evidence": 2, "link": 1, "moved": 1, "report": 1, "statement": 1,
    }  # fmt: skip
    assert set(shown(group, laptop, group.case)) == {"batch", "evidence", "roster"}
    with laptop.here():
        assert rebuild(laptop.archive, group.keys(), Progress()) == []
        with pytest.raises(BadInput, match="with all that belongs"):
            group.move()
    assert done.erased.waiting and not done.erased.objects, "erased after thirty days"


def test_who_lacks_the_key_opens_nothing_of_it_any_more_but_what_they_kept(group):
    """On a computer that learns of it with the next copy; the old objects go with it, or when they are due."""
    reader, keeps = group.device("reader"), group.device("keeps")
    everything = opened(keeps, everything_of(keeps, group.case))
    assert MARK in everything and WORDS.encode() in everything, "before the move everybody read it"
    assert MARK[:8] in b"".join([in_catalogue(reader, group.case), b"PLANTED-"])
    group.move(at_once=True)
    reader.merge_from(group.founder.folder)
    with reader.here():
        from copwatch.workflows.withdrawing import finish

        finish(reader.archive, now, Progress(), at_once=True)
    assert reader.fails() == []
    readable = opened(reader, everything_of(reader, group.case))
    for planted in (MARK, WORDS.encode(), b"film.mp4"):
        assert planted not in readable
        assert planted not in in_catalogue(reader, group.case), "and the catalogue has forgotten it"
        assert planted not in on_disk(reader)
    assert OTHER in readable and b"other.mp4" in in_catalogue(reader, group.case)
    legal = opened(reader, everything_of(reader, group.legal))
    assert MARK in legal and WORDS.encode() in legal
    assert MARK in opened(keeps, everything_of(keeps, group.case)), (
        "a copy that learned nothing: that is said"
    )


def test_what_comes_later_goes_there_and_what_a_locked_computer_wrote_is_brought_after(group):
    group.move()
    with group.founder.here():
        archive = group.founder.archive
        link(archive, now, group.incident, batch=group.other, evidence=None)
        amend_report(archive, now, group.incident, "general", {"n_officers": 3}, reason="counted")
    assert set(shown(group, group.founder, group.case)) == {"batch", "evidence", "roster"}
    group.bo.merge_from(group.founder.folder)
    with group.bo.here():
        assert noted_homes(group.bo.archive.state) == {}, "a computer without a key does not know"
        amend_report(group.bo.archive, now, group.incident, "general", {"n_officers": 4}, reason="again")
    group.founder.merge_from(group.bo.folder)
    assert "report" in shown(group, group.founder, group.case)
    plan, _ = group.move()
    assert (plan.versions, len(plan.items)) == (1, 1), "the amendment, and the film that was linked since"
    assert set(shown(group, group.founder, group.case)) == {"roster"}
    assert len(shown(group, group.founder, group.legal)["report"]) == 3
    assert group.founder.fails() == []


def test_withdrawing_and_moving_again_go_on_from_there(group):
    group.move()
    with group.founder.here():
        new_compartment(group.founder.archive, group.keys(), "survivors", [], now, agreed)
    plan, _ = group.move(into="survivors")
    assert plan.lose == ("LEGAL",)
    assert set(shown(group, group.founder, group.legal)) == {"batch", "evidence", "moved", "roster"}
    with group.founder.here(), group.session() as session:
        (row,) = evidence(session.catalogue, incident=group.incident)
        with read_evidence(session, row) as source:
            assert source.read() == MARK * 1000
        named = Named(parse_code(row.code, ("E",)))
        withdraw(session, [named], "asked for", now, at_once=True)
        assert session.findings == [] and evidence(session.catalogue, incident=group.incident) == []
        assert len(report_versions(session.catalogue, group.incident)) == 1
    assert group.founder.fails() == []
    assert MARK not in opened(group.founder, everything_of(group.founder, group.identity))


def test_what_belongs_to_others_too_is_said_and_the_widest_compartment_is_refused(group):
    with group.founder.here():
        archive = group.founder.archive
        second = new_report(archive, now, "general", {"n_officers": 1}, [("B", group.batch)])
        both = {"kind": "civil_rights_1983", "incidents": [group.incident, second]}
        matter = new_entity(archive, now, KINDS["matter"], both)
        with group.session() as session:
            plan = plan_move(session, group.code, "minors")
            assert plan.also == (code("I", second),) and code("M", matter) in plan.stays
            assert plan.items, "the narrower word holds"
            with pytest.raises(Refused, match="most people read"):
                plan_move(session, group.code, "case")


def test_a_stopped_move_has_moved_nothing_and_a_person_may_say_no(group):
    def no(_plan):
        raise Refused("no", hint="")

    class Stopped(Progress):
        def advance(self, n):
            raise KeyboardInterrupt

    before = shown(group, group.founder, group.case)
    with pytest.raises(Refused):
        group.move(agree=no)
    with group.founder.here(), group.session() as session, pytest.raises(KeyboardInterrupt):
        carry_out(session, group.code, "minors", now, Stopped())
    assert shown(group, group.founder, group.case) == before and group.founder.findings() == []
    assert list(group.founder.archive.layout.staging.iterdir()) == []


def test_nobody_brings_back_what_was_withdrawn_by_saying_that_it_was_moved(group):
    """A device of the group that kept the records and their seeds: `moved` counts only beside a withdrawal."""
    laptop = group.founder
    with laptop.here(), group.session() as session:
        (row,) = evidence(session.catalogue, incident=group.incident)
        stood = record(session.catalogue, row.leaf)
        place = (stood.device, stood.seq)
        kept = open_body(laptop.archive, group.keys(), place, (stood.compartment, stood.epoch), stood.body)
        withdraw(session, [Named(parse_code(row.code, ("E",)))], "asked for", now, at_once=True)
        header = BodyHeader(laptop.archive.id, stood.device, stood.compartment, stood.epoch)
        again = encode_body(header, [(one.record, one.seed) for one in kept.set.records])
        with open_writer(laptop.archive) as writer, writer.staging() as staging:
            name, stamp = (
                staging.add_bytes(seal(again, [kept.recipient])),
                make_stamp(laptop.archive, writer.device, now),
            )
            moved = Moved(fresh_id(), stamp, (MovedBody(*place, stood.body, stood.body, name),))
            draft = writer.draft(staging)
            draft.add(moved.to_json(), compartment=stood.compartment, objects=[name])
            draft.commit()
    assert shown(group, laptop, group.identity).get("evidence", []) == [_other(group)], "only the other film"
    assert laptop.fails() == []


def _other(group) -> str:
    with group.founder.here(), group.session() as session:
        return evidence(session.catalogue, batch=group.other)[0].id


def test_an_independent_reader_without_keys_sees_an_ordinary_withdrawal(group):
    """It knows nothing of moving, and finds nothing wrong."""
    reader = material("tools/second_reader.py")
    group.move(at_once=True)
    done = subprocess.run(
        [sys.executable, reader, group.founder.folder], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip().rpartition(", ")[2]) == (0, "findings 0"), done.stdout

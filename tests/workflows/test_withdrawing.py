"""Withdrawing: what a person named is gone for good, and everything else is as it was."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from copwatch.catalogue.custody import custody
from copwatch.catalogue.entities import versions
from copwatch.catalogue.queries import evidence, evidence_item, report_versions
from copwatch.crypto.age import HybridIdentity, NoMatch, open_bytes
from copwatch.errors import BadInput, IntegrityFailure, Locked, NotFound, Refused
from copwatch.model.ids import code, parse_code
from copwatch.model.kinds import KINDS
from copwatch.progress import Progress
from copwatch.proof.findings import Kind
from copwatch.store.check import verify_archive
from copwatch.store.erasing import erase
from copwatch.store.keys import open_with_identity
from copwatch.store.repair import Deed
from copwatch.workflows.copying import copy_archive, merge_archive
from copwatch.workflows.doctoring import doctor
from copwatch.workflows.entities import amend_entity, new_entity
from copwatch.workflows.holding import holds_on
from copwatch.workflows.opening import record_access
from copwatch.workflows.reporting import new_report
from copwatch.workflows.session import Named, rebuild
from copwatch.workflows.withdrawing import carry_out, finish, plan_withdrawal
from tests.workflows.house import names

PLANTED = "Xylopherina"
WHY = "consent was withdrawn"


def named(letter: str, id: str) -> Named:
    return Named(parse_code(code(letter, id), (letter,)))


def withdraw(house, *things: Named, at_once=False):
    with house.session() as session:
        return carry_out(session, things, WHY, lambda: house.now, at_once=at_once)


def wrong(house, folder=None):
    return [f.kind for f in verify_archive(folder or house.archive.layout.folder).findings]


def opened(house) -> bytes:
    """Everything that the founder's keys open in the archive, and how often."""
    keys = open_with_identity(house.archive, house.identity)
    found = []
    for path in sorted(house.archive.layout.objects.glob("*/*.age")):
        for identity in (*keys.compartments.values(), house.identity):
            try:
                found.append(open_bytes(path.read_bytes(), [identity]))
            except NoMatch:
                continue
    return b"".join(found)


def catalogue_pages(house) -> bytes:
    """The decrypted catalogue, free pages and all, as in tests/catalogue/test_erasure.py."""
    with house.session() as session:
        key, path = session._catalogue_key(), session.catalogue_path
    data, plain = path.read_bytes(), []
    for start in range(0, len(data), 1024):
        page = data[start : start + 1024]
        cipher = Cipher(algorithms.AES(key), modes.CBC(page[1024 - 48 : 1024 - 32]))
        plain.append(cipher.decryptor().update(page[16 if start == 0 else 0 : 1024 - 48]))
    return b"".join(plain)


@pytest.fixture
def two(house):
    """Two films of one entry; the name and the bytes of one are planted."""
    house.file(f"{PLANTED}.txt", b"planted " + PLANTED.encode() * 50)
    house.file("stays.txt", b"what stays")
    added = house.add(note="A note.")
    by_name = {item.name: item.evidence for item in added.received}
    return by_name[f"{PLANTED}.txt"], by_name["stays.txt"]


def leaves(house):
    with house.session() as session:
        return {row["leaf"] for row in session.catalogue.read("SELECT leaf FROM records WHERE counts")}


def test_what_is_withdrawn_at_once_is_nowhere_and_the_rest_keeps_its_leaves(house, two):
    goes, stays = two
    before = leaves(house)
    assert PLANTED.encode() in opened(house) and PLANTED.encode() in catalogue_pages(house)
    done = withdraw(house, named("E", goes), at_once=True)
    assert done.erased.objects == 2 and done.erased.waiting == 0 and done.erased.bytes > 0
    assert PLANTED.encode() not in opened(house)
    assert PLANTED.lower()[1:].encode() not in catalogue_pages(house).lower()
    for path in house.archive.state.folder.rglob("*"):
        assert not path.is_file() or PLANTED.encode() not in path.read_bytes()
    assert len(before - leaves(house)) == 1
    house.holds()
    assert house.bytes_of(stays) == b"what stays"
    with house.session() as session:
        assert [row.id for row in evidence(session.catalogue)] == [stays]
        with pytest.raises(NotFound):
            session.find_evidence(named("E", goes))
        rebuild(house.archive, session.keys, Progress())
    assert PLANTED.lower()[1:].encode() not in catalogue_pages(house).lower()


def test_what_waits_is_hidden_at_once_and_erased_after_thirty_days(house, two):
    goes, stays = two
    done = withdraw(house, named("E", goes))
    assert done.erased.objects == 0 and done.erased.waiting == 2 and done.erased.until
    assert wrong(house) == [Kind.WITHDRAWN] * 2 and verify_archive(house.archive.layout.folder).holds
    assert PLANTED.encode() in opened(house)
    assert PLANTED.lower()[1:].encode() not in catalogue_pages(house).lower()
    today = datetime.now(UTC)
    assert finish(house.archive, lambda: today + timedelta(days=29), Progress()).objects == 0
    assert finish(house.archive, lambda: today + timedelta(days=31), Progress()).objects == 2
    assert PLANTED.encode() not in opened(house)
    house.holds()
    assert house.bytes_of(stays) == b"what stays"


def test_two_withdrawals_of_one_body_follow_one_another(house):
    for name in ("one", "two", "three"):
        house.file(name, name.encode())
    ids = {item.name: item.evidence for item in house.add().received}
    withdraw(house, named("E", ids["one"]), at_once=True)
    withdraw(house, named("E", ids["two"]), at_once=True)
    house.holds()
    assert house.bytes_of(ids["three"]) == b"three"
    withdraw(house, named("E", ids["three"]), at_once=True)
    house.holds()
    assert house.of("evidence") == [] and len(house.of("batch")) == 1


def test_a_whole_batch_goes_with_its_record(house, two):
    batch = house.of("batch")[0]["id"]
    done = withdraw(house, named("B", batch), at_once=True)
    assert done.erased.objects == 3
    assert house.of("evidence") == house.of("batch") == []
    house.holds()


def test_every_version_of_an_entity_goes_and_one_version_of_a_report(house):
    person = new_entity(house.archive, lambda: house.now, KINDS["person"], {"label": "P1"})
    amend_entity(
        house.archive,
        lambda: house.now,
        KINDS["person"],
        person,
        {"notes_privileged": [PLANTED]},
        reason="more",
    )
    house.file("one", b"one")
    incident = house.add(report={"narrative_observed": [f"{PLANTED} fell."]}).incident
    withdraw(house, named("P", person), at_once=True)
    assert house.of("person") == []
    with house.session() as session:
        (version,) = report_versions(session.catalogue, incident)
    withdraw(house, named("R", version.id), at_once=True)
    assert house.of("report") == [] and PLANTED.encode() not in opened(house)
    assert len(house.of("evidence")) == 1
    house.holds()


def test_marks_in_a_film_go_with_it_and_what_only_names_it_is_said(house, two):
    goes, _ = two
    mark = {"evidence": goes, "kind": "face", "note": [PLANTED]}
    new_entity(house.archive, lambda: house.now, KINDS["mark"], mark)
    statement = {"kind": "witness_account", "evidence": [goes], "text": ["I saw it."]}
    kept = new_entity(house.archive, lambda: house.now, KINDS["statement"], statement)
    with house.session() as session:
        plan = plan_withdrawal(session, [named("E", goes)])
    assert plan.mentioned == (code("S", kept),) and len(plan.leaves) == 2
    withdraw(house, named("E", goes), at_once=True)
    assert house.of("mark") == [] and len(house.of("statement")) == 1
    assert PLANTED.encode() not in opened(house)


def test_the_custody_says_who_deleted_and_why_and_nothing_of_what_it_was(house, two):
    goes, stays = two
    withdraw(house, named("E", goes), at_once=True)
    (event,) = house.of("custody")
    assert (event["event"], event["premis"], event["evidence"]) == ("deleted", "del", [goes])
    assert event["purpose"] == [WHY] and PLANTED not in str(event)
    with house.session() as session:
        assert "deleted" not in [each.event for each in custody(session.catalogue, stays)]


@pytest.mark.parametrize(
    "covers", ["evidence", "batch", "incident", "person", "matter", "everything", "nothing"]
)
def test_a_hold_on_it_or_on_what_it_belongs_to_refuses(house, two, covers):
    goes, _ = two
    batch, now = house.of("batch")[0]["id"], lambda: house.now
    house.file("other", b"other")
    incident = house.add(report={"location_text": "5th & Main"}).incident
    person = new_entity(
        house.archive, now, KINDS["person"], {"label": "P1", "appears_in": [f"{incident}/P1"]}
    )
    matter = new_entity(house.archive, now, KINDS["matter"], {"kind": "criminal_defence", "person": person})
    what = {"evidence": goes, "batch": batch, "incident": incident, "person": person, "matter": matter}
    fields = {"everything": {"covers_everything": "yes"}, "nothing": {}}.get(covers) or (
        {"covers": [what[covers]]} if covers in what else {}
    )
    hold = new_entity(house.archive, now, KINDS["hold"], {"grounds": "subpoena", **fields})
    entries = house.entries()
    with pytest.raises(Refused, match=code("H", hold)):
        withdraw(house, named("E", goes), at_once=True)
    assert house.entries() == entries and len(house.of("evidence")) == 3
    release = {"released_at": {"at": "2026-05-01T12:00:00Z", "precision": "day", "source": "document"}}
    amend_entity(house.archive, now, KINDS["hold"], hold, release, reason="it is over")
    with pytest.raises(Refused):
        withdraw(house, named("E", goes), at_once=True)
    with house.session() as session:
        parents = [row["leaf"] for row in session.catalogue.read("SELECT leaf FROM holds WHERE head")]
    amend_entity(
        house.archive, now, KINDS["hold"], hold, {"grounds": "subpoena", **fields, **release},
        parents=parents, reason="it is over",
    )  # fmt: skip
    withdraw(house, named("E", goes), at_once=True)
    house.holds()


def test_a_hold_covers_versions_names_and_recorded_statements_too(house, two):
    film, other = two
    incident = new_report(house.archive, lambda: house.now, "stop", {"location_text": "5th & Main"})

    def make(kind, fields):
        return new_entity(house.archive, lambda: house.now, KINDS[kind], fields)

    person = make("person", {"label": "P1", "appears_in": [f"{incident}/P1"]})
    who = make("identity", {"person": person, "legal_name": "Sam Example"})
    matter = make("matter", {"kind": "criminal_defence", "person": person})
    charge = make("charge", {"matter": matter, "text": "resisting"})
    make("statement", {"kind": "witness_account", "person": person, "evidence": [film]})
    make("hold", {"grounds": "subpoena", "covers": [incident]})
    with house.session() as session:
        (report,) = report_versions(session.catalogue, incident)
        (name,) = versions(session.catalogue, "identity", who)
        for held in (("R", report.id), ("R", name.id), ("N", who), ("G", charge), ("E", film)):
            with pytest.raises(Refused, match="under a hold"):
                plan_withdrawal(session, [named(*held)])
        plan_withdrawal(session, [named("E", other)])


def test_a_hold_on_something_else_stops_nothing(house, two):
    goes, stays = two
    new_entity(house.archive, lambda: house.now, KINDS["hold"], {"grounds": "subpoena", "covers": [stays]})
    with house.session() as session:
        assert holds_on(session.catalogue, [stays]) and not holds_on(session.catalogue, [goes])
    withdraw(house, named("E", goes), at_once=True)


@pytest.mark.parametrize("kind", ["consent", "hold"])
def test_consents_and_holds_are_never_withdrawn(house, two, kind):
    _, stays = two
    fields = {
        "consent": {"person": "a" * 32, "subject": ["identity"], "level": "my_lawyer_only"},
        "hold": {"grounds": "subpoena", "covers": [stays]},
    }[kind]
    id = new_entity(house.archive, lambda: house.now, KINDS[kind], fields)
    with pytest.raises(Refused, match="never deleted"):
        withdraw(house, named(KINDS[kind].letter, id))
    version = house.of(kind)[0]["id"]
    with pytest.raises(Refused, match="never deleted"):
        withdraw(house, named("R", version))


def test_what_a_refusal_of_somebody_hangs_on_is_not_withdrawn(house):
    incident = new_report(house.archive, lambda: house.now, "stop", {"people": [{"label": "P1"}]})

    def make(kind, **fields):
        return new_entity(house.archive, lambda: house.now, KINDS[kind], fields)

    def refused(letter, id):
        with house.session() as session, pytest.raises(Refused, match="would forbid less"):
            plan_withdrawal(session, [named(letter, id)])

    person = make("person", label="P1", appears_in=[f"{incident}/P1"])
    who = make("identity", person=person, legal_name="Sam Example", is_minor="yes")
    with house.session() as session:
        plan_withdrawal(session, [named("P", person)])
    make("consent", person=person, subject=["image_voice"], level="none_do_not_use")
    refused("P", person)
    refused("R", house.of("person")[0]["id"])
    refused("N", who)
    with house.session() as session:
        plan_withdrawal(session, [named("I", incident)])
        parents = [row["leaf"] for row in session.catalogue.read("SELECT leaf FROM people WHERE head")]
    amend_entity(
        house.archive, lambda: house.now, KINDS["person"], person,
        {"label": "P1", "appears_in": [f"{incident}/P1"], "role": ["minor"]}, parents=parents, reason="stays",
    )  # fmt: skip
    with house.session() as session:
        plan_withdrawal(session, [named("N", who)])


def test_without_a_reason_or_the_right_nothing_is_withdrawn(house, two):
    goes, _ = two
    entries = house.entries()
    with house.session() as session, pytest.raises(BadInput, match="reason"):
        carry_out(session, [named("E", goes)], " ", lambda: house.now)
    with house.session() as session:
        session.keys = type(session.keys)(
            session.keys.member, HybridIdentity.generate(), session.keys.compartments
        )
        with pytest.raises(Locked):
            carry_out(session, [named("E", goes)], WHY, lambda: house.now)
    assert house.entries() == entries


def test_what_could_not_be_read_might_be_a_hold(house, two):
    goes, _ = two
    new_entity(house.archive, lambda: house.now, KINDS["hold"], {"grounds": "subpoena", "covers": [goes]})
    newest = [part["body"] for part in _sets(house)][-1]
    house.archive.layout.object(newest).unlink()
    with house.session() as session, pytest.raises(IntegrityFailure):
        carry_out(session, [named("E", goes)], WHY, lambda: house.now)


def test_copies_hide_and_erase_too_and_what_comes_back_is_found_and_erased_again(house, two, tmp_path):
    goes, _ = two
    objects = [piece["object"] for r in house.of("evidence") if r["id"] == goes for piece in r["pieces"]]
    stick, old = tmp_path / "stick", tmp_path / "old"
    copy_archive(house.archive, stick, lambda: house.now, Progress())
    copy_archive(house.archive, old, lambda: house.now, Progress())
    withdraw(house, named("E", goes), at_once=True)
    copy_archive(house.archive, stick, lambda: house.now, Progress())
    assert not list(stick.glob(f"objects/*/{objects[0]}.age")) and wrong(house, stick) == []
    merge_archive(house.archive, old, Progress())
    house.holds()
    back = house.archive.layout.object(objects[0])
    back.write_bytes(next(old.glob(f"objects/*/{objects[0]}.age")).read_bytes())
    assert wrong(house) == [Kind.RESURRECTED]
    mended = doctor(house.archive.layout.folder, Progress(), mend=True, source=None, now=lambda: house.now)
    assert [action.deed for action in mended.repaired.actions] == [Deed.ERASED] and mended.now.healthy
    back.write_bytes(next(old.glob(f"objects/*/{objects[0]}.age")).read_bytes())
    assert finish(house.archive, lambda: house.now, Progress()).objects == 1
    house.holds()


def test_a_file_that_was_withdrawn_is_new_when_it_is_added_again(house, two):
    goes, _ = two
    withdraw(house, named("E", goes), at_once=True)
    again = house.add()
    assert f"{PLANTED}.txt" in names(again)
    assert goes not in [item.evidence for item in again.received]


def test_objects_of_the_charter_are_never_erased(house):
    keys = set(house.archive.history.objects())
    done = erase(house.archive.state, house.archive.layout, keys, datetime.now(UTC), at_once=keys, keep=keys)
    assert done.objects == 0 and all(house.archive.layout.object(name).is_file() for name in keys)


def test_a_custody_of_an_item_that_was_given_out_is_in_the_plan(house, two):
    goes, stays = two
    with house.session() as session:
        record_access(session, lambda: house.now, "exported", [goes], purpose="BUNDLE-1 for client-counsel.")
        session.absorb()
        plan = plan_withdrawal(session, [named("E", goes)])
        assert [one.purpose for one in plan.given_out] == ["BUNDLE-1 for client-counsel."]
        assert plan_withdrawal(session, [named("E", stays)]).given_out == ()
        assert evidence_item(session.catalogue, goes)


def _sets(house):
    found = []
    for path in (house.archive.layout.folder / "ledger").rglob("*.jsonl"):
        for raw in path.read_bytes().splitlines():
            found += json.loads(raw)["lists"]["sets"]
    return found

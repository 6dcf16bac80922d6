"""Devices: inviting, joining, approving by voice, cutting off, forgetting."""

import json
import shutil

import pytest

from copwatch.catalogue.queries import unfiled
from copwatch.crypto.age import HybridIdentity
from copwatch.errors import BadInput, IntegrityFailure, NotFound, NotThisDevice, Refused
from copwatch.proof.findings import Kind
from copwatch.store.keys import open_root, open_with_identity
from copwatch.store.state import LocalState, state_folder
from copwatch.workflows.devices import (
    State,
    find_waiting,
    forget_device,
    list_devices,
    nowhere_else,
    revoke_device,
)
from copwatch.workflows.founding import make_archive
from copwatch.workflows.inviting import device_words, read_invitation, write_invitation
from copwatch.workflows.names import read_names
from copwatch.workflows.session import Session
from tests.workflows.group import Group, Laptop, agreed, now


@pytest.fixture
def group(tmp_path):
    return Group(tmp_path)


def evidence(group, laptop=None):
    """How many items of evidence the founder's keys show on a computer."""
    laptop = laptop or group.founder
    with (
        laptop.here(),
        Session(laptop.archive, open_with_identity(laptop.archive, group.identity)) as session,
    ):
        return len(unfiled(session.catalogue))


def test_a_device_that_joined_adds_at_once_and_what_it_added_counts_once_it_is_approved(group):
    bo, joined = group.joins("bo")
    assert bo.fails() == [], "an invitation makes a young replica, not a damaged one"
    bo.add(b"film")
    copied = bo.copy_to(group.stick / "archive")
    assert copied.waiting and copied.apart and not copied.card_may_be_wiped and copied.done.clean
    before = group.founder.merge_from(group.stick / "archive")
    assert [f.kind for f in before.done.source_findings] == [Kind.NOT_APPROVED]
    assert evidence(group) == 0, "what nobody approved is in nobody's archive"
    with group.founder.here():
        assert find_waiting(group.founder.archive, "", [group.stick / "archive"]) == joined.device
    group.approve(joined)
    group.founder.merge_from(group.stick / "archive")
    assert evidence(group) == 1 and group.founder.fails() == []
    bo.merge_from(group.founder.folder)
    assert bo.findings() == [], "it met a full copy, and is young no more"
    assert not bo.copy_to(group.stick / "archive").waiting


def test_entries_that_wait_are_named_by_a_verification_and_do_not_make_it_fail(group):
    bo, _joined = group.joins("bo")
    bo.add(b"film")
    kinds = {line.partition(":")[0] for line in bo.findings()}
    assert kinds == {"not approved", "not here yet"} and bo.fails() == []


def test_an_invitation_has_public_facts_only(group):
    facts = json.loads(group.invitation())
    assert facts.keys() == {"copwatch_invitation", "archive", "root", "charters"}
    bo, _joined = group.joins("bo")
    assert [p for p in (bo.folder / "objects").rglob("*") if p.is_file()] == []
    with bo.here(), pytest.raises(IntegrityFailure):
        open_root(bo.archive, group.identity)
    with bo.here():
        assert open_with_identity(bo.archive, group.identity).compartments == {}


def test_words_that_differ_are_refused_and_change_nothing(group):
    _, joined = group.joins("bo")
    other = device_words(group.founder.archive.history.root, "0" * 64)
    with pytest.raises(IntegrityFailure, match="exchanged"):
        group.approve(joined, other)
    assert group.founder.archive.charter.version == 0
    typed = ", ".join(word[:4].upper() for word in joined.words.split())
    assert group.approve(joined, typed).charter.device(joined.device)


def test_a_swapped_invitation_gives_other_words(group, tmp_path):
    liar = Laptop(tmp_path, "liar")
    with liar.here():
        fake = make_archive(liar.folder, now, passphrase=None, identity=HybridIdentity.generate()).archive
        swapped = write_invitation(fake)
    _bo, joined = group.joins("bo", swapped)
    with pytest.raises(IntegrityFailure, match="exchanged"):
        group.approve(joined)


@pytest.mark.parametrize("how", ["cut", "altered", "no json", "root", "version"])
def test_an_invitation_that_was_touched_is_refused(group, how):
    data = group.invitation()
    facts = json.loads(data)
    if how == "root":
        facts["root"] = "0" * 64
    if how == "altered":
        facts["charters"] = [text.replace('"version":0', '"version":1') for text in facts["charters"]]
    if how == "version":
        facts["copwatch_invitation"] = 2
    touched = (
        data[: len(data) // 2]
        if how == "cut"
        else b"\x00"
        if how == "no json"
        else json.dumps(facts).encode()
    )
    with pytest.raises(BadInput):
        read_invitation(touched)


def test_joining_again_shows_the_same_words_and_does_not_make_another_key(group):
    bo, joined = group.joins("bo")
    from copwatch.workflows.inviting import join_archive

    with bo.here():
        again = join_archive(read_invitation(group.invitation()), bo.folder)
    assert (again.device, again.words, again.made) == (joined.device, joined.words, False)


def test_joining_on_a_copy_of_another_archive_or_in_a_full_folder_is_refused(group, tmp_path):
    from copwatch.workflows.inviting import join_archive

    other = Laptop(tmp_path, "other")
    (other.folder).mkdir()
    (other.folder / "letter.txt").write_text("x")
    with other.here(), pytest.raises(Refused):
        join_archive(read_invitation(group.invitation()), other.folder)
    another = Laptop(tmp_path, "another")
    with another.here():
        make_archive(another.folder, now, passphrase=None, identity=HybridIdentity.generate())
        with pytest.raises(Refused, match="another archive"):
            join_archive(read_invitation(group.invitation()), another.folder)


def test_only_the_founder_approves_and_nobody_is_approved_twice(group):
    _bo, joined = group.joins("bo")
    group.approve(joined)
    with pytest.raises(Refused):
        group.approve(joined)
    with pytest.raises(Refused):
        group.approve(group.joins("cy")[1], agree=_no)
    with group.founder.here(), pytest.raises(NotFound):
        find_waiting(group.founder.archive, "")


def _no(lines):
    assert any("is approved" in line for line in lines), "it says what will change"
    raise Refused("no")


def test_a_revoked_device_cannot_come_back_with_the_same_key_and_joins_with_a_new_one(group):
    bo = group.device("bo")
    bo.add(b"film")
    bo.copy_to(group.stick / "archive")
    group.founder.merge_from(group.stick / "archive")
    with group.founder.here():
        changed = revoke_device(group.founder.archive, group.keys(), bo.device[:8], agreed)
        states = {d.key: d.state for d in list_devices(changed)}
    assert states[bo.device] is State.CUT_OFF
    assert evidence(group) == 1, "what it wrote before goes on counting"
    bo.merge_from(group.founder.folder)
    with pytest.raises(NotThisDevice, match="revoked"):
        bo.add(b"more")
    from copwatch.workflows.inviting import join_archive

    with bo.here():
        again = join_archive(read_invitation(group.invitation()), bo.folder)
    assert again.made and again.device != next(iter(states))
    bo.add(b"more")
    group.approve(again)
    group.founder.merge_from(bo.folder)
    assert evidence(group) == 2 and group.founder.fails() == []


def test_revoking_our_own_device_is_refused(group):
    with group.founder.here(), pytest.raises(Refused, match="would be revoked"):
        revoke_device(group.founder.archive, group.keys(), group.founder.device[:8], agreed)


def test_the_name_of_a_device_is_in_the_roster_alone(group):
    from copwatch.workflows.devices import approve_device

    _, joined = group.joins("bo")
    with group.founder.here():
        approve_device(
            group.founder.archive, group.keys(), joined.device, joined.words, now, agreed, name="Bo Zubrowka"
        )
        assert read_names(group.founder.archive, group.keys(), []).devices[joined.device] == "Bo Zubrowka"
    written = b"".join(p.read_bytes() for p in group.founder.folder.rglob("*") if p.is_file())
    assert b"Zubrowka" not in written


def test_forgetting_removes_every_file_of_the_local_state_and_leaves_the_archive(group):
    bo = group.device("bo")
    bo.add(b"film")
    files = {p.relative_to(bo.folder) for p in bo.folder.rglob("*")}
    with bo.here():
        assert nowhere_else(bo.archive)
        state = LocalState(bo.archive.id).folder
        forget_device(bo.archive)
        assert not state.exists()
        assert bo.archive.id[:32] not in "".join(str(p) for p in state_folder().rglob("*"))
        assert not (state_folder() / "default.json").exists()
    assert {p.relative_to(bo.folder) for p in bo.folder.rglob("*")} == files
    with pytest.raises(NotThisDevice):
        bo.add(b"more")


def test_a_copy_of_the_archive_can_be_joined_as_well_and_is_whole_at_once(group, tmp_path):
    from copwatch.workflows.inviting import join_archive

    group.founder.add(b"film")
    bo = Laptop(tmp_path, "bo")
    shutil.copytree(group.founder.folder, bo.folder)
    with bo.here():
        joined = join_archive(read_invitation(group.invitation()), bo.folder)
    group.approve(joined)
    bo.merge_from(group.founder.folder)
    assert bo.findings() == [] and evidence(group, bo) == 1

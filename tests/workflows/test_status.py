"""What waits for somebody, with and without a key."""

import shutil

import pytest

from copwatch.catalogue.queries import evidence
from copwatch.errors import NotThisDevice
from copwatch.model.ids import code, parse_code
from copwatch.progress import Progress
from copwatch.store.keys import open_with_identity
from copwatch.store.places import Place
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.inviting import join_archive, read_invitation
from copwatch.workflows.membership import new_compartment
from copwatch.workflows.moving import carry_out as move
from copwatch.workflows.recovery import rehearse
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.session import Named, Session
from copwatch.workflows.status import read_status
from copwatch.workflows.withdrawing import carry_out
from tests.workflows.group import Group, Laptop, now
from tests.workflows.test_membership import adds


@pytest.fixture
def group(tmp_path):
    return Group(tmp_path)


def kinds(laptop, keys=None) -> set[str]:
    with laptop.here():
        return {item.kind for item in read_status(laptop.archive, keys, now).items}


def test_a_locked_archive_says_what_it_can_and_that_there_is_more(group):
    group.founder.add(b"film")
    with group.founder.here():
        found = read_status(group.founder.archive, None, now)
    assert [item.kind for item in found.items] == ["one place only"]
    assert "locked" in found.unknown and found.entries == 2


def test_an_unlocked_one_says_what_is_not_filed_and_reminds_of_the_paper_until_it_was_proven(group):
    group.founder.add(b"film")
    assert kinds(group.founder, group.keys()) >= {"one place only", "unfiled", "recovery"}
    with group.founder.here():
        rehearse(group.founder.archive, group.recovery_words, now)
    assert "recovery" not in kinds(group.founder, group.keys())
    legal, laptop = adds(group), group.device("legal")
    with laptop.here():
        found = read_status(laptop.archive, open_with_identity(laptop.archive, legal), now)
    assert found.unknown == "" and "recovery" not in {item.kind for item in found.items}, "they have no paper"


def test_devices_that_wait_are_named_on_both_sides_until_they_are_approved_and_merged(group):
    group.founder.copy_to(group.stick / "archive")
    bo, joined = group.joins("bo")
    bo.add(b"film")
    assert kinds(bo) >= {"held apart", "unmerged", "one place only"}
    bo.copy_to(group.stick / "archive")
    assert "held apart" in kinds(group.founder) and "unmerged" not in kinds(group.founder)
    group.approve(joined)
    assert "unmerged" in kinds(group.founder), "the stick has entries of a device that counts now"
    group.founder.merge_from(group.stick / "archive")
    assert not kinds(group.founder) & {"held apart", "unmerged"}
    bo.merge_from(group.founder.folder)
    assert not kinds(bo) & {"held apart"}


def test_a_cut_off_computer_is_told(group):
    from copwatch.workflows.devices import revoke_device

    bo = group.device("bo")
    bo.add(b"film")
    group.founder.merge_from(bo.folder)
    with group.founder.here():
        revoke_device(group.founder.archive, group.keys(), bo.device[:8], lambda _lines: None)
    bo.merge_from(group.founder.folder)
    assert "revoked" in kinds(bo)


def test_a_computer_that_was_copied_whole_is_told_that_it_stopped_and_what_to_do(group):
    bo = group.device("bo")
    shutil.copytree(bo.top, group.top / "clone")
    clone = Laptop.at(group.top / "clone")
    bo.add(b"film of one")
    clone.add(b"film of the other")
    group.founder.merge_from(bo.folder)
    clone.merge_from(group.founder.folder)
    with clone.here():
        found = {item.kind: item for item in read_status(clone.archive, None, now).items}
    assert found["stopped"].run == "copwatch device join FILE" and "two computers" in found["stopped"].text
    assert {"fork", "one place only"} <= found.keys(), "what only stands there is not less alone than before"
    assert "in no list" in found["fork"].text
    with clone.here():
        join_archive(read_invitation(group.invitation()), clone.folder)
    assert "stopped" not in kinds(clone)
    # Whose card is still there can take it in again under the new key: what does not count is no reason to refuse it.
    clone.add(b"film of the other")


def test_a_computer_whose_archive_was_set_back_is_told_before_it_is_used(group):
    bo = group.device("bo")
    shutil.copytree(bo.folder, group.top / "backup")
    bo.add(b"film")
    group.founder.merge_from(bo.folder)
    shutil.rmtree(bo.folder)
    shutil.copytree(group.top / "backup", bo.folder)
    with bo.here():
        found = [item for item in read_status(bo.archive, None, now).items if item.kind == "unmerged"]
    assert [item.run for item in found] == ["copwatch merge DIR"] and "older" in found[0].text
    with bo.here(), pytest.raises(NotThisDevice, match="older") as refused:
        add_files(bo.archive, Request((bo.card,)), now, Progress())
    assert "device join" in str(refused.value.hint)
    shutil.copytree(bo.top, group.top / "alone")
    bo.merge_from(group.founder.folder)
    assert "unmerged" not in kinds(bo)
    alone = Laptop.at(group.top / "alone")
    with alone.here():
        assert join_archive(read_invitation(group.invitation()), alone.folder).made, "where no copy is newer"
    assert "unmerged" not in kinds(alone)


def test_a_copy_that_fell_behind_is_named(group):
    group.founder.copy_to(group.stick / "archive")
    assert "uncopied" not in kinds(group.founder)
    group.founder.add(b"film")
    assert "uncopied" in kinds(group.founder)


def test_what_was_merged_and_is_in_no_verified_copy_is_in_one_place_only(group, monkeypatch):
    """The stick that it came from may be wiped, and the laptop that wrote it be taken."""
    monkeypatch.setattr(Place, "lasting", True)  # both folders stand on one disk here
    bo = group.device("bo")
    group.founder.copy_to(group.stick / "archive")
    assert "one place only" not in kinds(group.founder)
    bo.add(b"film")
    group.founder.merge_from(bo.folder)
    with group.founder.here():
        found = [i for i in read_status(group.founder.archive, None, now).items if i.kind == "one place only"]
    assert [item.text.partition(" are")[0] for item in found] == ["entries of 1 other device"]
    group.founder.copy_to(group.stick / "archive")
    assert "one place only" not in kinds(group.founder)


def test_a_copy_that_cannot_be_read_is_named_and_the_rest_is_said(group):
    group.founder.copy_to(group.stick / "archive")
    (group.stick / "archive" / "ledger").rename(group.top / "elsewhere")
    (group.stick / "archive" / "ledger").symlink_to(group.top / "elsewhere")
    assert kinds(group.founder) >= {"unreadable", "one place only"}


def test_what_two_withdrawals_that_did_not_know_of_each_other_left_is_named_until_it_is_done_again(group):
    """The founder withdraws one of two films on one computer, and the other one on another: the lower body counts."""
    with group.founder.here():
        archive = group.founder.archive
        for number in (1, 2):
            (group.founder.card / f"{number}.bin").write_bytes(b"film %d" % number)
        add_files(archive, Request((group.founder.card,)), now, Progress())
    bo = group.device("bo")

    def withdraws(laptop, which: int) -> None:
        with (
            laptop.here(),
            Session(laptop.archive, open_with_identity(laptop.archive, group.identity)) as session,
        ):
            row = sorted(evidence(session.catalogue), key=lambda each: each.name)[which]
            carry_out(session, [Named(parse_code(row.code, ("E",)))], "asked for", now)

    withdraws(group.founder, 0)
    withdraws(bo, 1)
    group.founder.merge_from(bo.folder)
    assert "came back" in kinds(group.founder, group.keys())
    withdraws(group.founder, 0)
    assert "came back" not in kinds(group.founder, group.keys())
    assert group.founder.fails() == []


def test_what_was_written_where_more_people_read_it_is_named_until_it_is_moved_after(group):
    with group.founder.here():
        archive = group.founder.archive
        incident = new_report(archive, now, "general", {"n_officers": 2})
        new_compartment(archive, group.keys(), "narrow", [], now, lambda _lines: None)
    bo = group.device("bo")

    def moves() -> None:
        with group.founder.here(), Session(group.founder.archive, group.keys()) as session:
            move(session, parse_code(code("I", incident), ("I",)), "narrow", now, Progress())

    with bo.here():
        amend_report(bo.archive, now, incident, "general", {"n_officers": 4}, reason="again")
    moves()
    assert "left behind" not in kinds(group.founder, group.keys())
    group.founder.merge_from(bo.folder)
    with group.founder.here():
        found = read_status(group.founder.archive, group.keys(), now).items
    assert next(i.run for i in found if i.kind == "left behind").startswith("copwatch compartment move I-")
    moves()
    assert "left behind" not in kinds(group.founder, group.keys())


def test_two_moves_that_did_not_know_of_each_other_are_named_until_one_is_meant(group):
    """The readers of both compartments read it meanwhile, and each founder's computer said that they do not."""
    adds(group, "A")
    adds(group, "B")
    with group.founder.here():
        new_compartment(group.founder.archive, group.keys(), "with-a", ["A"], now, lambda _lines: None)
        new_compartment(group.founder.archive, group.keys(), "with-b", ["B"], now, lambda _lines: None)
        incident = new_report(group.founder.archive, now, "general", {"n_officers": 2})
    bo = group.device("bo")

    def moves(laptop, where: str) -> None:
        keys = open_with_identity(laptop.archive, group.identity)
        with Session(laptop.archive, keys) as session:
            move(session, parse_code(code("I", incident), ("I",)), where, now, Progress())

    for laptop, where in ((group.founder, "with-a"), (bo, "with-b")):
        with laptop.here():
            moves(laptop, where)
    group.founder.merge_from(bo.folder)
    with group.founder.here():
        (item,) = [
            i for i in read_status(group.founder.archive, group.keys(), now).items if i.kind == "left behind"
        ]
        assert "several compartments" in item.text and item.run.endswith(" NAME")
        moves(group.founder, "with-a")
    assert "left behind" not in kinds(group.founder, group.keys())

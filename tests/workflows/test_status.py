"""What waits for somebody, with and without a key."""

import pytest

from copwatch.workflows.recovery import rehearse
from copwatch.workflows.status import read_status
from tests.workflows.group import Group, now


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


def test_a_copy_that_fell_behind_is_named(group):
    group.founder.copy_to(group.stick / "archive")
    assert "uncopied" not in kinds(group.founder)
    group.founder.add(b"film")
    assert "uncopied" in kinds(group.founder)

"""Another archive in the place of the one that stood there is found, refused, and never remembered instead."""

from datetime import UTC, datetime

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.errors import IntegrityFailure
from copwatch.store.archive import open_archive, remember
from copwatch.store.founding import found_archive
from copwatch.store.keys import open_with_identity
from copwatch.store.state import remembered_archives
from copwatch.workflows import rekeying
from copwatch.workflows.copying import open_for_merging
from tests.store.making import found


@pytest.fixture
def swapped(tmp_path, monkeypatch):
    """Our archive was moved away, and a stranger's stands in its folder; gives folder, ours, theirs and their key."""
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "stranger"))
    key = HybridIdentity.generate()
    theirs = found_archive(tmp_path / "evil", key, None).archive
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    folder = tmp_path / "archive"
    ours = found_archive(folder, HybridIdentity.generate(), None).archive
    assert found(folder) == []
    folder.rename(tmp_path / "real")
    (tmp_path / "evil").rename(folder)
    return folder, ours.id, theirs.id, key


def test_verification_fails(swapped):
    folder, *_ = swapped
    assert ("rollback", "charter/") in found(folder)


def test_it_is_not_opened_and_the_memory_stays(swapped):
    folder, ours, *_ = swapped
    for _ in range(2):
        with pytest.raises(IntegrityFailure, match="another archive"):
            open_archive(folder)
        with pytest.raises(IntegrityFailure, match="another archive"):
            open_for_merging(folder)
    remember(open_archive(folder, instead=True))
    assert remembered_archives(folder) == [ours]
    assert ("rollback", "charter/") in found(folder)


def test_a_link_that_leads_elsewhere_is_no_way_around(swapped, tmp_path):
    folder, *_ = swapped
    folder.rename(tmp_path / "evil")
    folder.symlink_to(tmp_path / "evil")
    assert ("rollback", "charter/") in found(folder)
    with pytest.raises(IntegrityFailure):
        open_archive(folder)


def test_ours_back_in_its_place_or_elsewhere_holds(swapped, tmp_path):
    folder, *_ = swapped
    assert found(tmp_path / "real") == []
    folder.rename(tmp_path / "evil")
    (tmp_path / "real").rename(folder)
    assert found(folder) == []
    open_archive(folder)


def test_recovering_it_after_comparing_the_words_takes_it(swapped):
    folder, _, theirs, key = swapped
    archive = open_archive(folder, instead=True)
    rekeying.recover(archive, open_with_identity(archive, key), lambda: datetime(2026, 5, 1, tzinfo=UTC))
    assert remembered_archives(folder) == [theirs]
    assert open_archive(folder).id == theirs
    assert found(folder) == []


def test_a_new_archive_may_be_made_where_an_old_one_was_removed(swapped, tmp_path):
    folder, *_ = swapped
    folder.rename(tmp_path / "evil")
    new = found_archive(folder, HybridIdentity.generate(), None).archive
    assert open_archive(folder).id == new.id
    assert remembered_archives(folder) == [new.id]

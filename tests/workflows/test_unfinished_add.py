"""An `add` that did not end well stays known; one that did leaves nothing behind."""

from pathlib import Path

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.progress import Progress
from copwatch.store.unfinished import unfinished
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.founding import make_archive
from copwatch.workflows.stamping import local_now


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    made = make_archive(tmp_path / "a", local_now, passphrase=None, identity=HybridIdentity.generate())
    return made.archive


def add(archive, *paths: Path):
    return add_files(archive, Request(paths), local_now, Progress())


def test_a_link_that_was_named_keeps_the_card_until_the_source_comes_in_whole(archive, tmp_path):
    card = tmp_path / "card"
    card.mkdir()
    (card / "one").write_bytes(b"1")
    assert add(archive, card).complete
    assert unfinished(archive.state) == 0
    (tmp_path / "link").symlink_to(card / "one")
    assert not add(archive, tmp_path / "link").complete
    assert unfinished(archive.state) == 1


def test_a_run_that_dies_leaves_its_source_noted(archive, tmp_path, monkeypatch):
    card = tmp_path / "card"
    card.mkdir()
    (card / "one").write_bytes(b"1")

    class Dies(Progress):
        def advance(self, n: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_files(archive, Request((card,)), local_now, Dies())
    assert unfinished(archive.state) == 1
    assert add(archive, card).complete
    assert unfinished(archive.state) == 0


def test_a_copy_frees_no_card_while_a_source_is_not_in_whole(archive, tmp_path, monkeypatch):
    from copwatch.workflows.copying import copy_archive

    monkeypatch.setattr("copwatch.store.places.in_memory", lambda _: False)
    monkeypatch.setattr("copwatch.store.places.same_disk", lambda *_: False, raising=False)
    card = tmp_path / "card"
    card.mkdir()
    (card / "one").write_bytes(b"1")
    (tmp_path / "link").symlink_to(card / "one")
    assert not add(archive, card, tmp_path / "link").complete
    copied = copy_archive(archive, tmp_path / "copy", local_now, Progress())
    assert copied.unfinished == 1
    assert not copied.card_may_be_wiped

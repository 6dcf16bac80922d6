"""However an export ends, the registry says so, and this computer keeps its place only while nobody can say."""

import os
import signal
import threading
from pathlib import Path

import pytest

from copwatch.bundle.folder_sink import FolderSink
from copwatch.catalogue.given_out import given_out
from copwatch.catalogue.queries import evidence
from copwatch.errors import Busy, NoSpace, Refused
from copwatch.progress import Progress
from copwatch.store import begun_exports
from copwatch.workflows import exporting, opening
from copwatch.workflows.bundle_plans import Request
from copwatch.workflows.exporting import check_new_bundle, export


@pytest.fixture
def filled(house):
    house.file("a.txt", b"seen")
    assert house.add().complete
    return house


def run(house, out, **more):
    with house.session() as session:
        request = Request(
            "client-counsel", out, items=tuple(evidence(session.catalogue)), viewing=False, **more
        )
        export(session, request, "BUNDLE-1", lambda: house.now, Progress())


def ends(house):
    """What the registry says, and what this computer keeps."""
    with house.session() as session:
        said = [one.finished for one in given_out(session.catalogue)]
    return said, begun_exports.begun(house.archive.state, "BUNDLE-1")


def test_one_that_fails_before_its_first_byte_is_said_to_have_failed(filled, tmp_path, monkeypatch):
    def fail(*_):
        raise NoSpace("no space left")

    monkeypatch.setattr(exporting, "make_plan", fail)
    with pytest.raises(NoSpace):
        run(filled, tmp_path / "b")
    assert ends(filled) == ([False], None)


def test_one_that_is_interrupted_when_it_is_whole_is_said_to_be_whole(filled, tmp_path, monkeypatch):
    real = exporting.record_packed

    def interrupted(*args):
        signal.raise_signal(signal.SIGINT)
        return real(*args)

    monkeypatch.setattr(exporting, "record_packed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(filled, tmp_path / "b")
    assert (tmp_path / "b").is_dir() and ends(filled) == ([True], None)


def test_of_one_that_dies_as_soon_as_it_is_recorded_the_place_is_known(filled, tmp_path, monkeypatch):
    real = exporting.record_access

    def killed(*args, **more):
        real(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "record_access", killed)
    with pytest.raises(KeyboardInterrupt):
        run(filled, tmp_path / "b")
    said, here = ends(filled)
    assert said == [None] and here == begun_exports.Begun(tmp_path / "b", False, ())


def test_the_folder_that_somebody_is_in_is_no_place_for_a_bundle(house, tmp_path, monkeypatch):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    with pytest.raises(Refused, match="folder that you are in"):
        check_new_bundle(Path(), house.archive, sealed=False)
    check_new_bundle(empty, house.archive, sealed=False)


def test_one_that_meets_another_that_records_is_recorded_all_the_same(filled, tmp_path):
    held = filled.archive.state.writing()
    held.__enter__()
    threading.Timer(0.3, held.__exit__, (None, None, None)).start()
    run(filled, tmp_path / "b")
    assert ends(filled) == ([True], None)


def test_one_that_cannot_be_recorded_because_another_writes_for_long_does_not_go_out(
    filled, tmp_path, monkeypatch
):
    monkeypatch.setattr(opening, "_PATIENCE", 0.1)
    with filled.archive.state.writing(), pytest.raises(Busy, match="without a record"):
        run(filled, tmp_path / "b")
    assert not (tmp_path / "b").exists() and ends(filled) == ([], None)


def test_who_interrupts_twice_leaves_nothing_either(filled, tmp_path, monkeypatch):
    real = FolderSink.abort

    def interrupted(sink):
        signal.raise_signal(signal.SIGINT)
        real(sink)

    monkeypatch.setattr(FolderSink, "abort", interrupted)
    monkeypatch.setattr(exporting, "make_all", lambda *_, **__: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        run(filled, tmp_path / "b", strip=True)
    assert not [*tmp_path.glob(".b*")] and ends(filled) == ([], None)


def test_the_place_of_one_that_died_before_it_was_recorded_is_forgotten_when_it_is_clean(
    filled, tmp_path, monkeypatch
):
    def die(*_, **__):
        os._exit(9)

    if (child := os.fork()) == 0:
        monkeypatch.setattr(exporting, "make_all", die)
        run(filled, tmp_path / "b", strip=True)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    said, here = ends(filled)
    (part,) = tmp_path.glob(".b*")
    assert said == [] and here == begun_exports.Begun(tmp_path / "b", False, (part,))
    assert begun_exports.clear(filled.archive.state) == [part]
    assert ends(filled) == ([], None)

"""Clean copies: what happens when the disk lies, the source changes, a decoder disagrees, or somebody interrupts."""

import os

import pytest

from copwatch.errors import Refused, Unfinished
from copwatch.media.facts import Danger
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import Part, Treatment
from copwatch.media.refusal import CannotClean
from copwatch.progress import Progress
from copwatch.workflows import cleaning
from copwatch.workflows.cleaning import Cleaned, NotCleaned, Removed, Request, clean_files, removed_of
from tests.cli.test_clean import CLEAN, DIRTY, chunk, png


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.png").write_bytes(DIRTY)
    (tmp_path / "out").mkdir()
    return tmp_path


def clean(folder, *names, **how):
    request = Request(tuple(folder / name for name in names or ("a.png",)), folder / "out", **how)
    return list(clean_files(request, Progress()))


def nothing_is_left(folder) -> bool:
    return os.listdir(folder / "out") == []


def test_a_disk_that_gives_back_something_else_is_noticed(folder, monkeypatch):
    real = os.pread

    def bad(descriptor, length, offset):
        data = bytearray(real(descriptor, length, offset))
        data[-1] ^= 1
        return bytes(data)

    monkeypatch.setattr(cleaning.os, "pread", bad)
    with pytest.raises(Unfinished, match="does not give back"):
        clean(folder)
    assert nothing_is_left(folder)


def test_a_disk_that_lost_the_end_is_noticed(folder, monkeypatch):
    monkeypatch.setattr(cleaning.os, "pread", lambda descriptor, length, offset: b"")
    with pytest.raises(Unfinished, match="does not give back"):
        clean(folder)
    assert nothing_is_left(folder)


def test_a_source_that_is_written_to_meanwhile_gives_no_copy(folder, monkeypatch):
    real = cleaning.flush

    def flush(descriptor):
        os.utime(folder / "a.png", (1, 1))
        real(descriptor)

    monkeypatch.setattr(cleaning, "flush", flush)
    with pytest.raises(Unfinished, match="was written to"):
        clean(folder)
    assert nothing_is_left(folder)


def test_what_is_written_is_scanned_again(folder, monkeypatch):
    dirty, real = [], MediaProcess.scan

    def scan(self, file):
        found = real(self, file)
        dirty.append(found)
        return dirty[0]

    monkeypatch.setattr(MediaProcess, "scan", scan)
    (result,) = clean(folder)
    assert isinstance(result, NotCleaned) and isinstance(result.why, CannotClean)
    assert "would still hold" in result.why.message
    assert nothing_is_left(folder)


def test_a_copy_that_decodes_to_something_else_is_none(folder, monkeypatch):
    answers = iter(["one", "another"])
    monkeypatch.setattr(MediaProcess, "decoded", lambda self, file, media_type: next(answers))
    (result,) = clean(folder, decode=True)
    assert isinstance(result, NotCleaned) and "does not decode to the same" in result.why.message
    assert nothing_is_left(folder)


def test_ctrl_c_leaves_nothing_behind(folder, monkeypatch):
    def interrupted(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(cleaning, "flush_folder", interrupted)
    monkeypatch.setattr(cleaning, "take_name", lambda beside, target: interrupted(0))
    with pytest.raises(KeyboardInterrupt):
        clean(folder)
    assert nothing_is_left(folder)


def test_a_name_that_is_taken_meanwhile_is_not_written_over(folder, monkeypatch):
    real = cleaning.check_rendition

    def check(before, after):
        (folder / "out" / "a.png").write_bytes(b"mine")
        real(before, after)

    monkeypatch.setattr(cleaning, "check_rendition", check)
    (result,) = clean(folder)
    assert isinstance(result, NotCleaned) and isinstance(result.why, Refused)
    assert [path.read_bytes() for path in (folder / "out").iterdir()] == [b"mine"]


def test_a_file_longer_than_many_windows_is_the_same(folder, monkeypatch):
    monkeypatch.setattr(cleaning, "_WINDOW", 1000)
    monkeypatch.setattr("copwatch.media.plan.BLOCK", 333)
    big = png(chunk(b"tEXt", b"Author\0" + b"x" * 5000), size=200)
    (folder / "big.png").write_bytes(big)
    (result,) = clean(folder, "big.png")
    assert isinstance(result, Cleaned) and result.clean_size == len(png(size=200))
    assert (folder / "out" / "big.png").read_bytes() == png(size=200)


def test_a_clean_file_is_copied_as_it_is(folder):
    (folder / "clean.png").write_bytes(CLEAN)
    (result,) = clean(folder, "clean.png")
    assert isinstance(result, Cleaned) and not result.changes and result.removed == ()
    assert (folder / "out" / "clean.png").read_bytes() == CLEAN


def test_parts_of_one_sort_are_counted_together_the_most_dangerous_first():
    parts = [
        Part(0, 5, Treatment.KEEP, "picture", True),
        Part(5, 2, Treatment.DROP, "text", danger=Danger.OTHER),
        Part(7, 3, Treatment.DROP, "text", danger=Danger.OTHER),
        Part(10, 4, Treatment.BLANK, "track", danger=Danger.PLACE),
        Part(14, 4, Treatment.REPLACE, "length", data=b"1234"),
    ]
    assert removed_of(parts) == (
        Removed(Danger.PLACE, "track", 1, 4),
        Removed(Danger.OTHER, "text", 2, 5),
    )

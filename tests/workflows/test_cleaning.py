"""Clean copies: what happens when the disk lies, the source changes, a decoder disagrees, or somebody interrupts."""

import os

import pytest

from copwatch.errors import Refused, Unfinished
from copwatch.media.facts import Danger
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import Part, Treatment
from copwatch.media.refusal import CannotClean
from copwatch.progress import Progress
from copwatch.workflows import cleaning, cleaning_one
from copwatch.workflows.cleaning import clean_files
from copwatch.workflows.cleaning_one import Cleaned, NotCleaned, Removed, removed_of
from copwatch.workflows.cleaning_plan import Request, plan
from tests.cli.test_clean import CLEAN, DIRTY
from tests.media.making_jpeg import exif, picture, put_in


@pytest.fixture(params=["in one thread", "in several"])
def folder(tmp_path, monkeypatch, request):
    if request.param == "in several":
        monkeypatch.setattr(cleaning_one, "_SHORT", 0)
    (tmp_path / "a.png").write_bytes(DIRTY)
    (tmp_path / "out").mkdir()
    return tmp_path


def clean(folder, *names, **how):
    request = Request(tuple(folder / name for name in names or ("a.png",)), folder / "out", **how)
    return cleaned(request)


def cleaned(request):
    with MediaProcess() as process:
        return list(clean_files(plan(request), Progress(), process))


def nothing_is_left(folder) -> bool:
    return os.listdir(folder / "out") == []


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_copy_with_another_picture_than_the_source_has_gets_no_name(folder, monkeypatch, wrong):
    plain = picture(size=(1600, 1200), quality=97)
    (folder / "big.jpg").write_bytes(put_in(plain, exif(None)))
    real = cleaning_one.Rendition.readinto

    def readinto(rendition, buffer):
        begun = rendition.tell()
        count = real(rendition, buffer)
        if begun <= 100_000 < begun + count and wrong:
            memoryview(buffer)[100_000 - begun] ^= 1
        return count

    monkeypatch.setattr(cleaning_one.Rendition, "readinto", readinto)
    (result,) = clean(folder, "big.jpg")
    if wrong:
        assert isinstance(result, NotCleaned) and "not have the same picture" in result.why.message
        assert nothing_is_left(folder)
    else:
        assert isinstance(result, Cleaned)


@pytest.mark.parametrize("longer", [False, True])
def test_a_disk_that_gives_back_something_else_is_said_and_gives_no_copy(folder, monkeypatch, longer):
    real = cleaning_one.NewCopy.finish

    def finish(copy):
        with copy.path.open("r+b") as file:
            file.seek(0 if longer else 20, os.SEEK_END if longer else os.SEEK_SET)
            file.write(b"\xaa")
        real(copy)

    monkeypatch.setattr(cleaning_one.NewCopy, "finish", finish)
    with pytest.raises(Unfinished, match="does not give back"):
        clean(folder)
    assert nothing_is_left(folder)


def test_a_source_that_gives_way_to_another_meanwhile_gives_no_copy(folder, monkeypatch):
    real = cleaning_one.open_given

    def opened(path):
        file = real(path)
        path.rename(path.with_suffix(".old"))
        path.write_bytes(DIRTY)
        return file

    monkeypatch.setattr(cleaning_one, "open_given", opened)
    with pytest.raises(Unfinished, match="was written to"):
        clean(folder)
    assert nothing_is_left(folder)


def test_a_copy_that_is_shorter_than_its_plan_gets_no_name(folder, monkeypatch):
    monkeypatch.setattr(cleaning_one, "filled", lambda rendition, room: memoryview(b""))
    (result,) = clean(folder)
    assert isinstance(result, NotCleaned) and "not have the same picture" in result.why.message
    assert nothing_is_left(folder)


def test_a_full_disk_leaves_nothing(folder, monkeypatch):
    def full(copy, block):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cleaning_one.NewCopy, "write", full)
    with pytest.raises(OSError, match="No space"):
        clean(folder)
    assert nothing_is_left(folder)


def test_a_source_that_is_written_to_meanwhile_gives_no_copy(folder, monkeypatch):
    real = cleaning_one.EssenceHash.update

    def update(essence, block):
        os.utime(folder / "a.png", (1, 1))
        real(essence, block)

    monkeypatch.setattr(cleaning_one.EssenceHash, "update", update)
    with pytest.raises(Unfinished, match="was written to"):
        clean(folder, essence=True)
    assert nothing_is_left(folder)


def test_what_is_written_is_scanned_again(folder, monkeypatch):
    dirty, real = [], MediaProcess.scan

    def scan(self, file, known=()):
        found = real(self, file, known)
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
    def interrupted(files, folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(cleaning, "flush_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        clean(folder)
    assert nothing_is_left(folder)


def test_a_name_that_is_taken_meanwhile_is_not_written_over(folder, monkeypatch):
    real = cleaning_one.check_rendition

    def check(before, after):
        (folder / "out" / "a.png").write_bytes(b"mine")
        real(before, after)

    monkeypatch.setattr(cleaning_one, "check_rendition", check)
    (result,) = clean(folder)
    assert isinstance(result, NotCleaned) and isinstance(result.why, Refused)
    assert [path.read_bytes() for path in (folder / "out").iterdir()] == [b"mine"]


def test_a_file_of_many_blocks_is_the_same(folder, monkeypatch):
    monkeypatch.setattr(cleaning_one, "_BLOCK", 4096)
    plain = picture(size=(1600, 1200), quality=97)
    assert len(plain) > 40 * cleaning_one._BLOCK
    (folder / "big.jpg").write_bytes(put_in(plain, exif(None)))
    (result,) = clean(folder, "big.jpg")
    assert isinstance(result, Cleaned) and result.clean_size == len(plain)
    assert (folder / "out" / "big.jpg").read_bytes() == plain


def test_many_files_are_answered_in_order_and_none_behind_a_refusal(folder):
    names = [f"{number:02}.png" for number in range(40)]
    for name in names:
        (folder / name).write_bytes(DIRTY)
    (folder / "30.png").write_bytes(b"no picture")
    results = clean(folder, *names)
    assert [result.path.name for result in results] == names[:31]
    assert isinstance(results[-1], NotCleaned) and sorted(os.listdir(folder / "out")) == names[:30]
    (folder / "more").mkdir()
    request = Request(tuple(folder / name for name in names), folder / "more", keep_going=True)
    results = cleaned(request)
    assert [type(result) is Cleaned for result in results] == [name != "30.png" for name in names]
    assert sorted(os.listdir(folder / "more")) == [name for name in names if name != "30.png"]


def test_who_stops_listening_leaves_what_was_answered_and_nothing_else(folder):
    names = [f"{number:02}.png" for number in range(40)]
    for name in names:
        (folder / name).write_bytes(DIRTY)
    work = plan(Request(tuple(folder / name for name in names), folder / "out"))
    with MediaProcess() as process:
        answers = clean_files(work, Progress(), process)
        next(answers)
        answers.close()
    found = sorted(os.listdir(folder / "out"))
    assert found == names[: len(found)]


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


@pytest.mark.parametrize(
    ("name", "ending"), [("a.PNG", ".png"), ("IMG.png.from Maria 555", ""), ("a.m_lopez", "")]
)
def test_a_neutral_name_keeps_an_ending_only_where_it_says_no_more_than_the_kind(folder, name, ending):
    (folder / "a.png").rename(folder / name)
    (result,) = clean(folder, name, neutral_names=True)
    assert isinstance(result, Cleaned) and result.out is not None
    assert result.out.suffix == ending and len(result.out.stem) == 8

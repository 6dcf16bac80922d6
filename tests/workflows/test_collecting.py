"""What `add` finds below a path: everything once, in order, and nothing that was not meant."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from copwatch.errors import NotFound
from copwatch.workflows.collecting import Found, Skipped, collect


@pytest.fixture
def card(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    (tmp_path / "card").mkdir()
    return tmp_path / "card"


def write(path: Path, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def an_archive(folder: Path) -> Path:
    write(folder / "charter" / "000000-0123456789abcdef.json")
    write(folder / "objects" / "00" / "x.age")
    return folder


def look(
    card: Path, *paths: Path, archive: Path | None = None
) -> tuple[list[str], dict[str, tuple[str, bool]]]:
    """Names found in order, and reasons by the name of what was skipped."""
    items = list(collect(paths or (card,), archive or card.parent / "archive"))
    found = [str(item.path.relative_to(card)) for item in items if isinstance(item, Found)]
    skipped = {item.path.name: (item.reason, item.failed) for item in items if isinstance(item, Skipped)}
    return found, skipped


def test_files_come_in_the_order_of_their_names_with_their_folders(card):
    for name in ("DCIM/101/b", "DCIM/101/a", "DCIM/100/z", "a.txt", "DCIM/100/deep/er/c"):
        write(card / name)
    found, skipped = look(card)
    assert found == ["DCIM/100/deep/er/c", "DCIM/100/z", "DCIM/101/a", "DCIM/101/b", "a.txt"]
    assert skipped == {}
    folders = [
        item.folder for item in collect([card, card / "a.txt"], card / "none") if isinstance(item, Found)
    ]
    assert folders == ["DCIM/100/deep/er", "DCIM/100", "DCIM/101", "DCIM/101", None]


def test_paths_are_taken_in_the_order_in_which_they_were_named(card):
    one, two = write(card / "1"), write(card / "2")
    assert look(card, two, one)[0] == ["2", "1"]


def test_what_is_no_file_is_named_and_not_touched(card):
    os.mkfifo(card / "fifo")
    (card / "to-a-file").symlink_to(write(card.parent / "outside"))
    (card / "to-nothing").symlink_to(card / "gone")
    (card / "round").symlink_to(card)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(card / "socket"))
        found, skipped = look(card)
    assert found == []
    links = dict.fromkeys(("to-a-file", "to-nothing", "round"), ("a link", False))
    assert skipped == {**links, "fifo": ("not a file", False), "socket": ("not a file", False)}


def test_a_link_or_a_device_that_a_person_named_is_a_failure(card):
    (card / "DCIM").symlink_to(card.parent)
    _, skipped = look(card, card / "DCIM", Path(os.devnull))
    assert skipped["DCIM"] == ("a link; name what it points to", True)
    assert skipped["null"] == ("not a file", True)


def test_a_path_that_leads_through_a_link_is_followed(card):
    write(card / "DCIM" / "a")
    (card.parent / "media").symlink_to(card)
    items = list(collect([card.parent / "media" / "DCIM", card / "DCIM" / "a"], card / "none"))
    assert isinstance(items[0], Found)
    assert items[1:] == [Skipped(card / "DCIM" / "a", "named twice")]


def test_litter_of_operating_systems_is_named_and_left(card):
    for name in (
        ".DS_Store",
        "sub/Thumbs.db",
        "desktop.INI",
        ".Trashes/501/a",
        "System Volume Information/b",
        "IMG_1",
    ):
        write(card / name)
    found, skipped = look(card)
    assert found == ["IMG_1"]
    assert set(skipped) == {".DS_Store", "Thumbs.db", "desktop.INI", ".Trashes", "System Volume Information"}
    assert not any(failed for _, failed in skipped.values())
    assert look(card, card / ".Trashes")[0] == [".Trashes/501/a"]


def test_the_archive_other_archives_and_the_local_state_are_left_out(card):
    write(card / "IMG_1")
    archive, other = an_archive(card / "archive"), an_archive(card / "backup" / "archive")
    os.environ["COPWATCH_STATE"] = str(card / "state")
    write(card / "state" / "device.json")
    found, skipped = look(card, archive=archive)
    assert found == ["IMG_1"]
    assert not any(failed for _, failed in skipped.values())
    for named in (archive, archive / "objects", other, card / "state", archive / "objects" / "00" / "x.age"):
        found, skipped = look(card, named, archive=archive)
        assert found == [] and skipped[named.name][1]


def test_one_file_named_twice_is_found_once_and_two_names_of_a_file_are_both_read(card, monkeypatch):
    one = write(card / "one")
    os.link(one, card / "two")
    monkeypatch.chdir(card)
    items = list(collect([one, card, Path("one"), Path(".")], card / "none"))
    assert [item.path.name for item in items if isinstance(item, Found)] == ["one", "two"]
    assert {item.reason for item in items if isinstance(item, Skipped)} == {"named twice"}


def test_folders_may_nest_deeper_than_python_can_call(card):
    before = Path.cwd()
    try:
        os.chdir(card)
        for _ in range(600):
            os.mkdir("d")
            os.chdir("d")
        Path("deepest").write_bytes(b"x")
    finally:
        os.chdir(before)
    try:
        (item,) = collect([card], card / "none")
        assert isinstance(item, Found) and item.path.name == "deepest"
    finally:
        # Removing it is too deep for others, too.
        subprocess.run(["rm", "-rf", str(card / "d")], check=True)


def test_what_cannot_be_listed_is_a_failure_and_the_rest_is_found(card, monkeypatch):
    write(card / "b" / "file")
    write(card / "a" / "file")
    real = Path.iterdir

    def iterdir(self):
        if self.name == "a":
            raise OSError(5, "Input/output error", str(self))
        return real(self)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    found, skipped = look(card)
    assert found == ["b/file"] and skipped == {"a": ("cannot be read: Input/output error", True)}


def test_a_path_that_is_not_there_is_said(card):
    with pytest.raises(NotFound, match="is not there"):
        list(collect([card / "gone"], card / "none"))

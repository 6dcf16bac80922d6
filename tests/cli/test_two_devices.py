"""Two laptops amend the same thing: both versions stay, the conflict is shown on both, a further version settles it."""

import shutil

import pytest

from tests.cli.desk import Desk


class Second(Desk):
    """Another laptop of the same group, with a copy of the archive of the first."""

    def __init__(self, first: Desk, top) -> None:
        top.mkdir()
        self.top, self.archive, self.identity, self.key = top, top / "archive", first.identity, first.key
        shutil.copytree(first.archive, self.archive)
        self.done("recover", "--archive", self.archive, *self.key, "--yes")

    def brings(self, other: Desk) -> None:
        """Both have what the other wrote."""
        self.done("merge", other.archive)
        other.done("merge", self.archive)


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "first").mkdir()
    return Desk(tmp_path / "first")


def consent(desk) -> str:
    person = desk.json("record", "new", "person", "--set", "label=P1")["code"]
    sets = ("--set", f"person={person}", "--set", "subject=image_voice", "--set", "level=my_lawyer_only")
    return desk.json("record", "new", "consent", *sets)["code"]


THINGS = {
    "report": (lambda desk: desk.report(), "n_officers", "5", "6", 5, 6),
    "record": (
        consent, "level", "none_do_not_use", "internal_archive_only", "none_do_not_use", "internal_archive_only",
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", THINGS)
def test_both_versions_stay_and_a_further_one_settles_it(desk, tmp_path, command):
    make, field, here, there, said_here, said_there = THINGS[command]
    code = make(desk)
    other = Second(desk, tmp_path / "second")
    for device, value in ((desk, here), (other, there)):
        device.done(
            command, "amend", code, "--set", f"{field}={value}", "--reason", f"it was {value}", *device.key
        )
    other.brings(desk)
    for device in (desk, other):
        found = device.json(command, "show", code, *device.key)
        assert found["conflict"] and len(found["current"]) == 2
        assert {each["fields"][field] for each in found["versions"]} == {said_here, said_there}
        text = device.done(command, "show", code, *device.key)
        assert "CONFLICT: " in text and "none amends another" in " ".join(text.split())
        if command == "report":
            [line] = desk.done("list", "--columns", field, *desk.key).splitlines()[1:]
            assert sorted(line.split()[1:4]) == ["/", "5", "6"] and line.endswith("several versions")
    undecided = desk.run(command, "amend", code, "--set", "note=x", "--reason", "more", *desk.key)
    assert undecided.returncode == 2
    current = desk.json(command, "show", code, *desk.key)["versions"]
    word = next(each["version"] for each in current if each["fields"][field] == said_there)
    desk.done(command, "amend", code, "--keep", word, "--reason", "asked both", *desk.key)
    other.brings(desk)
    for device in (desk, other):
        found = device.json(command, "show", code, *device.key)
        assert not found["conflict"]
        assert [each["fields"][field] for each in found["versions"]] == [said_there]
        history = device.done(command, "history", code, *device.key)
        assert history.count("against ") == 4 and "asked both" in history
        every = device.json(command, "history", code, *device.key)["versions"]
        assert [each["current"] for each in every].count(True) == 1 and len(every) == 4


@pytest.mark.parametrize("command", THINGS)
def test_a_note_without_a_key_and_a_version_of_another_device_are_settled_by_one(desk, tmp_path, command):
    make, field, here, there, said_here, _ = THINGS[command]
    code = make(desk)
    other = Second(desk, tmp_path / "second")
    desk.done(command, "amend", code, "--set", f"{field}={here}", "--reason", "heard at the door")
    other.done(command, "amend", code, "--set", f"{field}={there}", "--reason", "video", *other.key)
    other.brings(desk)
    for device in (desk, other):
        found = device.json(command, "show", code, *device.key)
        assert found["conflict"] and len(found["current"]) == 2
    sets = ("--set", f"{field}={here}", "--reason", "both heard")
    other.done(command, "amend", code, *sets, *other.key)
    desk.done("merge", other.archive)
    after = desk.json(command, "show", code, *desk.key)
    assert not after["conflict"] and after["versions"][0]["fields"][field] == said_here
    said = " ".join(desk.done(command, "history", code, *desk.key).split())
    # The note says nothing of what it leaves out, so nothing of that is a change against it.
    note = said.partition("heard at the door")[2].partition("R-")[0]
    assert (
        "Written without a key" in note
        and "against" not in note
        and "not asked" not in said.partition("both heard")[2]
    )

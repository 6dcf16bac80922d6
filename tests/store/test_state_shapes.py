"""Local state that is valid JSON and means nothing: it is said to be damaged, and nobody stumbles over it."""

import json
import shutil

import pytest

from copwatch.errors import NoSpace, Unfinished
from copwatch.store.durable import check_space
from copwatch.store.forgetting import forget_archive
from copwatch.store.places import read_places
from copwatch.store.state import (
    Head,
    LocalState,
    Pin,
    forget_folders,
    known_archive,
    read_default,
    remember_folder,
    remembered_archives,
    state_folder,
    write_default,
)

ARCHIVE = "a" * 64
PLACE = {
    "fingerprint": "1:2",
    "heads": {},
    "at": "2026-01-01T00:00:00Z",
    "same_disk": False,
    "in_memory": False,
}
READERS = {
    "heads.json": lambda state: state.heads(),
    "pin.json": lambda state: state.pin(),
    "places.json": read_places,
    "device.json": lambda state: state.device(),
    "own.json": lambda state: state.read("own.json"),
    "clock.json": lambda state: state.read("clock.json"),
    "named.json": lambda state: state.read("named.json"),
    "unfinished.json": lambda state: state.read("unfinished.json"),
}


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path))
    return LocalState(ARCHIVE)


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, wrong) for name in READERS for wrong in (5, "text", True, [1], [[]], {"a": 5} if "un" in name else [{}])]
    + [
        ("heads.json", {"d": 5}), ("heads.json", {"d": [1]}), ("heads.json", {"d": ["1", "0" * 64]}),
        ("heads.json", {"d": [1, "short"]}), ("pin.json", {}), ("pin.json", {"root": "0" * 64}),
        ("places.json", {"/disk": []}), ("places.json", {"/disk": {**PLACE, "heads": []}}),
        ("places.json", {"/disk": {**PLACE, "at": 5}}), ("own.json", {"size": 1}), ("own.json", {"size": "1"}),
        ("clock.json", {}), ("clock.json", {"latest": "yesterday"}), ("clock.json", {"latest": "2026-01-01"}),
        ("named.json", {"d": []}),
    ],
)  # fmt: skip
def test_a_state_file_of_another_shape_is_damaged(state, name, value):
    state.folder.mkdir(parents=True)
    (state.folder / name).write_bytes(json.dumps(value).encode())
    with pytest.raises(Unfinished, match=f"{name} is damaged"):
        READERS[name](state)


@pytest.mark.parametrize("value", [[1], {"archive": []}, {"other": "x"}, "text"])
def test_a_default_of_another_shape_is_damaged(state, value):
    (state_folder() / "default.json").write_bytes(json.dumps(value).encode())
    with pytest.raises(Unfinished, match="is damaged"):
        read_default()


def test_folders_of_another_shape_are_damaged(state, tmp_path):
    (state_folder() / "folders.json").write_bytes(json.dumps([str(tmp_path)]).encode())
    with pytest.raises(Unfinished, match="is damaged"):
        known_archive(tmp_path, [ARCHIVE[:16]])
    state.write("device.json", {"seed": "0" * 64})
    with pytest.raises(Unfinished, match="is damaged"):
        forget_archive(ARCHIVE, "device.json")
    assert (state.folder / "device.json").exists()


def test_forgetting_one_archive_leaves_the_folders_of_the_others(state, tmp_path):
    remember_folder(tmp_path / "a", ARCHIVE)
    remember_folder(tmp_path / "b", "b" * 64)
    write_default(tmp_path / "a")
    forget_folders(ARCHIVE)
    assert remembered_archives(tmp_path / "a") == [] and remembered_archives(tmp_path / "b") == ["b" * 64]
    assert read_default() is None


def test_nesting_without_end_is_damage(state):
    state.folder.mkdir(parents=True)
    (state.folder / "heads.json").write_bytes(b"[" * 100_000)
    with pytest.raises(Unfinished, match="is damaged"):
        state.heads()


def test_what_is_written_is_read_again(state, tmp_path):
    pin, heads = Pin("1" * 64, 0, "2" * 64), {"d": Head(1, "3" * 64)}
    state.save_pin(pin)
    state.save_heads(heads)
    write_default(tmp_path)
    for name, value in (
        ("own.json", None), ("own.json", {}), ("own.json", {"size": 0, "head": None}),
        ("own.json", {"size": 1, "head": "4" * 64}), ("places.json", {"/disk": PLACE}), ("named.json", {}),
        ("clock.json", {"latest": "2026-01-01T00:00:00-08:00"}), ("unfinished.json", ["a"]),
    ):  # fmt: skip
        state.write(name, value)
        assert state.read(name) == value
    assert (state.pin(), state.heads(), read_default()) == (pin, heads, tmp_path)


def test_the_reserve_is_named_where_space_is_missing(tmp_path):
    with pytest.raises(NoSpace, match="reserve of 16,777,216"):
        check_space(tmp_path, shutil.disk_usage(tmp_path).total)

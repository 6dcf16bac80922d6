"""Sources that were not taken in whole are remembered until they are, without naming them."""

from pathlib import Path

from copwatch.store.state import LocalState
from copwatch.store.unfinished import begin, finish, forget_unfinished, unfinished


def test_a_source_stays_noted_until_it_is_taken_in_whole(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    state = LocalState("a" * 64)
    assert unfinished(state) == 0
    begin(state, [tmp_path / "card-one"])
    begin(state, [tmp_path / "card-two"])
    assert unfinished(state) == 2
    finish(state, [tmp_path / "card-two"])
    assert unfinished(state) == 1
    finish(state, [Path("card-one")])
    assert unfinished(state) == 0
    begin(state, [tmp_path / "card-one"])
    forget_unfinished(state)
    assert unfinished(state) == 0


def test_no_name_of_a_source_stands_in_the_state(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    begin(LocalState("a" * 64), [tmp_path / "PLANTED-NAME"])
    assert all(b"PLANTED" not in p.read_bytes() for p in (tmp_path / "state").rglob("*") if p.is_file())

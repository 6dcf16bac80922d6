import pytest

from tests.workflows.house import House


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    return House(tmp_path)

"""What the tests of the store share: a small group whose archive is made once, and copied for each test."""

import shutil
from dataclasses import replace

import pytest

from tests.store.replicas import make_group


@pytest.fixture(scope="session")
def _group(tmp_path_factory):
    return make_group(tmp_path_factory.mktemp("group"), 3)


@pytest.fixture
def group(_group, tmp_path, monkeypatch):
    """Three computers of one archive in which nothing was written yet; the first one's state is the one in use."""
    copies = []
    for number, computer in enumerate(_group):
        folder, state = tmp_path / f"archive{number}", tmp_path / f"state{number}"
        shutil.copytree(computer.folder, folder)
        shutil.copytree(computer.state, state)
        copies.append(replace(computer, folder=folder, state=state))
    monkeypatch.setenv("COPWATCH_STATE", str(copies[0].state))
    return copies

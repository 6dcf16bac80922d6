"""Bodies whose records other processes parse: the same comes out, and what does not hold is told."""

import pytest

from copwatch.catalogue.queries import evidence
from copwatch.progress import Progress
from copwatch.proof.findings import Kind
from copwatch.store.ledgers import read_new
from copwatch.workflows.session import rebuild


@pytest.fixture
def filled(house, monkeypatch):
    """Seven entries, of which other processes parse all."""
    monkeypatch.setattr("copwatch.workflows.session.MANY", 1)
    for number in range(7):
        house.add(house.file(f"{number}.jpg", b"%d" % number))
    return house


def names_in(session):
    return [row.name for row in evidence(session.catalogue)]


def test_all_is_there_again_after_a_rebuild(filled):
    with filled.session() as session:
        before, keys = names_in(session), session.keys
    assert rebuild(filled.archive, keys, Progress()) == []
    with filled.session() as session:
        assert names_in(session) == before == [f"{number}.jpg" for number in range(7)]


def test_a_damaged_body_is_told_and_left_out(filled):
    lines = list(read_new(filled.archive, filled.archive.devices()[0], None, []))
    with filled.session() as session:
        keys = session.keys
    body = filled.archive.layout.object(lines[3].line.lists.sets[0].body)
    body.chmod(0o600)
    body.write_bytes(body.read_bytes()[:-1])
    assert Kind.UNREADABLE in {finding.kind for finding in rebuild(filled.archive, keys, Progress())}
    with filled.session() as session:
        assert len(names_in(session)) == 6

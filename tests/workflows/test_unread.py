"""What could not be read is remembered, said each time, and taken in when it can be read again."""

import pytest

from copwatch.catalogue.queries import evidence
from copwatch.errors import IntegrityFailure
from copwatch.progress import Progress
from copwatch.proof.charter import Device, Until
from copwatch.store.archive import open_archive
from copwatch.store.keys import open_root
from copwatch.store.ledgers import read_new
from copwatch.workflows.bundle_plans import Request
from copwatch.workflows.exporting import export, new_bundle_code
from copwatch.workflows.filing import link
from copwatch.workflows.session import rebuild
from tests.store.making import new_charter


@pytest.fixture
def case(house):
    """Two items, each from an entry of its own; gives the house and the second item's entry."""
    house.add(house.file("seen.jpg", b"one"))
    house.add(house.file("gone.jpg", b"two"))
    lines = list(read_new(house.archive, house.archive.devices()[0], None, []))
    return house, lines[-1]


def body_of(house, read):
    return house.archive.layout.object(read.line.lists.sets[0].body)


def names_in(session):
    return {row.name for row in evidence(session.catalogue)}


def warned(session):
    return [f.detail for f in session.findings if f.where == "catalogue"]


def test_a_body_that_is_missing_is_said_in_every_session_until_it_is_back(case, tmp_path):
    house, read = case
    body = body_of(house, read)
    kept = body.rename(tmp_path / "kept")
    for _ in range(3):
        with house.session() as session:
            assert names_in(session) == {"seen.jpg"}
            assert warned(session) == ["1 entry could not be read: what you see is not everything"]
    kept.rename(body)
    with house.session() as session:
        assert names_in(session) == {"seen.jpg", "gone.jpg"}
        assert session.findings == []
        assert session.missing == ""


def test_the_same_after_a_rebuild_and_for_a_damaged_body(case):
    house, read = case
    body = body_of(house, read)
    whole = body.read_bytes()
    body.chmod(0o600)
    body.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with house.session() as session:
        keys = session.keys
    rebuild(house.archive, keys, Progress())
    with house.session() as session:
        assert warned(session)
    body.write_bytes(whole)
    with house.session() as session:
        assert names_in(session) == {"seen.jpg", "gone.jpg"}


def test_an_entry_that_is_held_apart_is_owed_nothing(case):
    house, read = case
    body_of(house, read).unlink()
    with house.session() as session:
        root = open_root(house.archive, house.identity)
        assert session.missing
    entry = read.line.entry
    cut = Device(entry.device, Until(entry.seq - 1, entry.prev))
    new_charter(house.archive.layout.folder, root, devices=(cut,))
    house.archive = open_archive(house.archive.layout.folder)
    with house.session() as session:
        assert session.missing == ""


def test_an_incident_is_not_exported_while_something_of_it_may_be_unread(case, tmp_path):
    house, read = case
    incident = "ab" * 16
    link(house.archive, lambda: house.now, incident, batch=None, evidence="cd" * 16)
    body = body_of(house, read)
    kept = body.rename(tmp_path / "kept")
    request = Request("client-counsel", tmp_path / "bundle", incident)
    with house.session() as session, pytest.raises(IntegrityFailure) as failed:
        export(session, request, new_bundle_code(), lambda: house.now, Progress())
    assert "1 entry could not be read" in failed.value.message
    assert "doctor --from" in failed.value.hint
    assert not (tmp_path / "bundle").exists()
    kept.rename(body)


def test_a_line_that_cannot_be_read_hides_what_stands_behind_it(house):
    house.add(house.file("seen.jpg", b"one"))
    device = house.archive.devices()[0]
    segment = next(house.archive.layout.ledger(device).iterdir())
    before = segment.read_bytes()
    house.add(house.file("gone.jpg", b"two"))
    after = segment.read_bytes()
    segment.write_bytes(before + after[len(before) :].replace(b'"sig":"', b'"sig":"0', 1))
    with house.session() as session:
        assert session.missing == "1 entry could not be read"
        with pytest.raises(IntegrityFailure):
            session.check_whole()
    segment.write_bytes(after)
    with house.session() as session:
        assert session.findings == []
        assert names_in(session) == {"seen.jpg", "gone.jpg"}

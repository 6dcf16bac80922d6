"""What a member's identity opens, and what is said of key objects that are not what the charter promises."""

from dataclasses import replace

import pytest

from copwatch.crypto.age import HybridIdentity, X25519Identity
from copwatch.errors import IntegrityFailure, Locked
from copwatch.proof.findings import Kind
from copwatch.store.archive import open_archive
from copwatch.store.founding import found_archive
from copwatch.store.keys import (
    LARGEST_KEY_OBJECT,
    open_root,
    open_with_identity,
    open_with_passphrase,
    read_key_object,
    seal_identity,
)
from tests.store.making import an_object, new_charter

PASSPHRASE = "seven words of the list are enough"


@pytest.fixture
def founded(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    return found_archive(tmp_path / "archive", HybridIdentity.generate(), PASSPHRASE)


def places(archive):
    return {(c.id, k, text) for c in archive.charter.compartments for k, text in enumerate(c.epochs)}


def test_founder_recovery_key_and_passphrase_open_every_compartment(founded):
    archive = founded.archive
    for keys in (
        open_with_identity(archive, founded.founder),
        open_with_identity(archive, founded.recovery),
        open_with_passphrase(archive, PASSPHRASE),
    ):
        assert keys.compartments.keys() == places(archive)
        assert keys.findings == ()
        assert all(str(key.recipient()) == place[2] for place, key in keys.compartments.items())
        assert open_root(archive, keys.identity).public_hex == archive.history.root


def test_another_identity_or_passphrase_opens_nothing(founded):
    for identity in (HybridIdentity.generate(), X25519Identity.generate()):
        with pytest.raises(Locked):
            open_with_identity(founded.archive, identity)
    with pytest.raises(Locked):
        open_with_passphrase(founded.archive, "wrong")


@pytest.mark.parametrize("defect", ["missing", "altered", "another key", "too large", "not a key"])
def test_a_key_object_that_is_not_what_it_should_be_is_a_finding_and_the_others_open(founded, defect):
    archive = founded.archive
    grant = next(g for g in archive.charter.keys if g.member == founded.member)
    path = archive.layout.object(grant.object)
    if defect == "missing":
        path.unlink()
    elif defect == "altered":
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
    elif defect == "another key":
        path.write_bytes(seal_identity(HybridIdentity.generate(), [founded.founder.recipient()]))
    elif defect == "too large":
        path.write_bytes(b"x" * (LARGEST_KEY_OBJECT + 1))
    else:
        path.write_bytes(b"plain")
    keys = open_with_identity(archive, founded.founder)
    assert [f.kind for f in keys.findings] == [Kind.WRONG_KEY]
    assert len(keys.compartments) == 1


def test_a_damaged_root_key_is_no_root_key(founded):
    from copwatch.crypto.age import seal

    archive = founded.archive
    path = archive.layout.object(archive.charter.root_sealed)
    for text in ("0" * 64 + "\n", "0" * 64, "x\n"):
        path.write_bytes(seal(text.encode(), [founded.founder.recipient()]))
        with pytest.raises(IntegrityFailure):
            open_root(archive, founded.founder)
    path.write_bytes(b"x" * (LARGEST_KEY_OBJECT + 1))
    with pytest.raises(IntegrityFailure, match="larger"):
        read_key_object(archive.layout, archive.charter.root_sealed)


def test_a_grant_that_the_ruling_charter_took_back_opens_nothing(founded):
    """An older version still names the object; the ruling one decides about the keys that it counts."""
    archive, folder = founded.archive, founded.archive.layout.folder
    root = open_root(archive, founded.founder)
    kept = tuple(
        g for g in archive.charter.keys if (g.compartment, g.member) != (founded.identity, founded.member)
    )
    new_charter(folder, root, keys=kept)
    keys = open_with_identity(open_archive(folder), founded.founder)
    assert {compartment for compartment, _, _ in keys.compartments} == {founded.case}


def test_a_member_who_was_removed_opens_nothing(founded):
    archive, folder = founded.archive, founded.archive.layout.folder
    root = open_root(archive, founded.founder)
    members = tuple(m for m in archive.charter.members if m.id != founded.member)
    keys = tuple(g for g in archive.charter.keys if g.member != founded.member)
    new_charter(folder, root, members=members, keys=keys)
    with pytest.raises(Locked):
        open_with_identity(open_archive(folder), founded.founder)


def test_key_objects_of_another_member_are_left_alone(founded):
    archive, folder = founded.archive, founded.archive.layout.folder
    root = open_root(archive, founded.founder)
    broken = an_object(folder)
    keys = tuple(replace(g, object=broken) if g.member != founded.member and g.compartment == founded.case else g
                 for g in archive.charter.keys)  # fmt: skip
    new_charter(folder, root, keys=keys)
    assert open_with_identity(open_archive(folder), founded.founder).findings == ()

"""Where a device is cut off: at its last entry here, or where a person says, and never at a guess."""

import pytest

from copwatch.catalogue.queries import evidence
from copwatch.crypto.signing import SigningKey
from copwatch.errors import BadInput, Refused
from copwatch.progress import Progress
from copwatch.proof.forks import fork_names
from copwatch.proof.words import to_words
from copwatch.store.archive import open_archive
from copwatch.store.keys import open_with_identity
from copwatch.store.ledgers import read_new
from copwatch.store.state import Head
from copwatch.workflows import rekeying
from copwatch.workflows.verifying import verify_folder
from tests.store.making import chain, heads, saying, write_branches


@pytest.fixture
def lost(house):
    """An item of a laptop that was stolen; gives the house, the laptop's key and its honest lines."""
    house.add(house.file("honest.jpg", b"honest"))
    key = house.archive.state.device()
    lines = [read.line for read in read_new(house.archive, key.public_hex, None, [])]
    return house, key, lines


def forked(house, key, lines):
    """A thief writes a branch whose name in the archive is that of the honest one."""
    for _ in range(100):
        archive = house.archive
        stolen = chain(archive, key, [saying(archive, archive.layout.folder)] * 1, lines[:-1])
        if fork_names([heads(lines), heads(stolen)])[0] is not None:
            write_branches(archive.layout.folder, lines, stolen)
            return stolen
    raise AssertionError


def recover(house, device, **more):
    house.archive.state.save_device(SigningKey.generate())
    archive = open_archive(house.archive.layout.folder)
    keys = open_with_identity(archive, house.identity)
    done = rekeying.recover(archive, keys, lambda: house.now, revoke=[device], **more)
    house.archive = done.archive
    return done.archive.charter.device(device).until


def test_of_a_forked_ledger_no_branch_is_guessed(lost):
    house, key, lines = lost
    forked(house, key, lines)
    with pytest.raises(Refused, match="forked") as failed:
        recover(house, key.public_hex)
    assert "--revoke" in failed.value.hint
    assert open_archive(house.archive.layout.folder).charter.device(key.public_hex).until is None


def test_the_words_of_the_last_honest_entry_name_the_branch_that_counts(lost):
    house, key, lines = lost
    forked(house, key, lines)
    words = to_words(bytes.fromhex(heads(lines)[-1])[:16])
    device, head = rekeying.find_revoked(house.archive, f"{key.public_hex[:8]}: {words}")
    until = recover(house, device, last={device: head})
    assert (until.seq, until.entry) == (len(lines) - 1, heads(lines)[-1])
    with house.session() as session:
        assert [row.name for row in evidence(session.catalogue)] == ["honest.jpg"]


def test_an_earlier_entry_may_be_named_in_digits(lost):
    house, key, lines = lost
    device, head = rekeying.find_revoked(house.archive, f"{key.public_hex}:{heads(lines)[0]}")
    assert recover(house, device, last={device: head}).seq == 0


def test_a_head_that_is_not_here_is_refused(lost):
    house, key, _ = lost
    with pytest.raises(BadInput, match="no entry"):
        recover(house, key.public_hex, last={key.public_hex: bytes(16)})


def test_a_copy_that_lacks_what_was_seen_is_not_where_to_cut(lost):
    house, key, lines = lost
    house.archive.state.save_heads({key.public_hex: Head(len(lines) + 1, "f" * 64)})
    with pytest.raises(Refused, match="not in this copy"):
        recover(house, key.public_hex)


def test_a_ledger_that_stops_at_a_bad_line_is_not_where_to_cut(lost):
    house, key, _ = lost
    segment = next(house.archive.layout.ledger(key.public_hex).iterdir())
    segment.write_bytes(segment.read_bytes() + b"{}\n")
    with pytest.raises(Refused, match="cannot be read"):
        recover(house, key.public_hex)


def test_a_check_says_how_many_of_the_devices_are_cut_off(lost):
    house, key, _ = lost
    recover(house, key.public_hex)
    house.add(house.file("later.jpg", b"later"))
    result = verify_folder(house.archive.layout.folder, (), Progress())
    (done,) = (check.done for check in result.checks if check.title == "ledgers")
    assert done.endswith("entries of 2 devices, 1 of them cut off")

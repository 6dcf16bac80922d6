"""A ledger that goes back to an older charter, and what a custodian signs who is none any more."""

from copwatch.crypto.signing import SigningKey
from copwatch.proof.entry import Withdrawn
from copwatch.store.archive import open_archive
from copwatch.store.ledgers import read_new, withdrawals
from copwatch.store.state import Head
from tests.store.making import (
    an_object,
    bringing,
    chain,
    found,
    heads,
    new_charter,
    saying,
    withdrawing,
    write_ledger,
)


def charters(first, custodian):
    """The version that names the custodian, and the next one, which does not."""
    with_them = new_charter(first.folder, first.root, custodians=(custodian.public_hex,))
    without = new_charter(first.folder, first.root, custodians=())
    return with_them, without


def test_a_ledger_does_not_go_back_to_an_older_charter(group):
    first, custodian = group[0], SigningKey.generate()
    older, newer = charters(first, custodian)
    archive = open_archive(first.folder)
    lines = chain(archive, first.key, [saying(archive, first.folder)], charter=newer)
    lines = chain(archive, first.key, [saying(archive, first.folder)], lines, charter=older)
    write_ledger(first.folder, lines)
    assert ("rollback", f"{first.device[:8]}:1") in found(first.folder)
    start = Head(1, heads(lines)[0])
    assert list(read_new(archive, first.device, start, [])) == []


def test_it_may_where_a_fork_of_the_charter_made_the_older_one_rule_again(group):
    first = group[0]
    common = open_archive(first.folder).history.ruling
    newer = new_charter(first.folder, first.root, custodians=(SigningKey.generate().public_hex,))
    archive = open_archive(first.folder)
    lines = chain(archive, first.key, [saying(archive, first.folder)], charter=newer)
    new_charter(first.folder, first.root, prev=common, custodians=(SigningKey.generate().public_hex,))
    archive = open_archive(first.folder)
    assert archive.history.ruling == common
    lines = chain(archive, first.key, [saying(archive, first.folder)], lines)
    write_ledger(first.folder, lines)
    assert found(first.folder) == [("fork", "charter/")]
    assert archive.history.goes_back(newer, archive.id)


def test_a_removed_custodian_withdraws_nothing_under_the_charter_that_named_them(group):
    first, second, custodian = group[0], group[1], SigningKey.generate()
    older, newer = charters(first, custodian)
    archive = open_archive(first.folder)
    piece = an_object(first.folder)
    write_ledger(
        first.folder,
        chain(archive, first.key, [bringing(archive, an_object(first.folder), piece)], charter=newer),
    )
    gone = chain(
        archive, second.key, [withdrawing(archive, custodian, Withdrawn(piece, None))], charter=older
    )
    write_ledger(first.folder, gone)
    assert found(first.folder) == [("revoked?", f"{second.device[:8]}:0")]
    lines = list(read_new(archive, second.device, None, []))
    assert len(lines) == 1
    assert withdrawals(archive, lines, {}) == {}

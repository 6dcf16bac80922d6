"""The charter changed on two copies that have not met: the next change joins both."""

import shutil

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.errors import Locked
from copwatch.proof.findings import Kind
from copwatch.store.archive import open_archive
from copwatch.store.check import verify_archive
from copwatch.store.keys import open_root, open_with_identity, open_with_passphrase
from copwatch.workflows.devices import revoke_device
from copwatch.workflows.membership import add_member, key_of_recipient, new_compartment, remove_member
from copwatch.workflows.rekeying import change_passphrase, keys_of_words, recover
from copwatch.workflows.status import read_status
from tests.workflows.group import Group, Laptop, agreed, now
from tests.workflows.test_membership import adds, opens, removes

NEW, OTHER = "seven gardens under the winter moon", "harbour violet ladder nineteen frost"


class Apart:
    """The founder at two computers, which change the charter without knowing of each other."""

    def __init__(self, top):
        self.group = Group(top)
        self.first = self.group.founder
        self.bo = self.group.device("bo")
        self.second = Laptop(top, "second")
        shutil.copytree(self.first.folder, self.second.folder)
        with self.second.here():
            archive = self.second.archive
            recover(archive, open_with_identity(archive, self.group.identity), now)
        self.first.merge_from(self.second.folder)

    def keys(self, laptop):
        return open_with_identity(laptop.archive, self.group.identity)

    def meet(self):
        """What a merge of both says."""
        return self.first.merge_from(self.second.folder)

    def join(self, said=None):
        """The next change of the charter, whatever it is."""
        lines = said if said is not None else []
        with self.first.here():
            archive = open_archive(self.first.folder)
            return new_compartment(archive, self.keys(self.first), "minors", [], now, lines.extend)


@pytest.fixture
def apart(tmp_path):
    return Apart(tmp_path)


def test_a_fork_is_named_and_the_next_change_joins_it_and_says_so(apart):
    with apart.second.here():
        new_compartment(apart.second.archive, apart.keys(apart.second), "press", [], now, agreed)
    with apart.first.here():
        new_compartment(apart.first.archive, apart.keys(apart.first), "office", [], now, agreed)
    merged = apart.meet()
    assert [f.kind for f in merged.done.destination_findings + merged.done.source_findings].count(
        Kind.FORK
    ) >= 1
    assert any("side by side" in line for line in apart.first.fails())
    said = []
    joined = apart.join(said)
    assert "side by side" in said[0]
    assert len(joined.charter.prev) == 2 and len(joined.charter.compartments) == 5
    assert apart.first.fails() == []
    with apart.first.here():
        opened = {c for c, _, _ in apart.keys(apart.first).compartments}
    assert opened == {c.id for c in joined.charter.compartments}


def test_recovering_on_the_founders_own_computer_joins_them_without_any_other_change(apart):
    legal = adds(apart.group)
    apart.second.merge_from(apart.first.folder)
    with apart.second.here():
        new_compartment(apart.second.archive, apart.keys(apart.second), "press", [], now, agreed)
    removes(apart.group, "LEGAL-1")
    apart.meet()
    with apart.first.here():
        (item,) = [i for i in read_status(apart.first.archive, None, now).items if i.kind == "fork"]
        assert item.run == "copwatch recover"
        done = recover(apart.first.archive, apart.keys(apart.first), now)
    assert not done.joined and "side by side" in done.notes[0]
    assert len(done.archive.history.heads) == 1 and len(done.archive.charter.compartments) == 3
    assert str(legal.recipient()) not in {m.recipient for m in done.archive.charter.members}


def test_a_device_that_one_side_cut_off_stays_cut_off_and_the_earlier_cut_counts(apart):
    apart.bo.add(b"one")
    apart.second.merge_from(apart.bo.folder)
    with apart.second.here():
        revoke_device(apart.second.archive, apart.keys(apart.second), apart.bo.device[:8], agreed)
    early = apart.second.archive.charter.device(apart.bo.device).until
    apart.bo.add(b"two")
    apart.first.merge_from(apart.bo.folder)
    with apart.first.here():
        revoke_device(apart.first.archive, apart.keys(apart.first), apart.bo.device[:8], agreed)
    assert apart.first.archive.charter.device(apart.bo.device).until.seq > early.seq
    apart.meet()
    assert apart.join().charter.device(apart.bo.device).until == early
    assert apart.first.fails() == []


def test_who_was_removed_on_one_side_has_no_key_that_is_used_afterwards(apart):
    leaves = adds(apart.group, "LEAVES", ["case", "identity"])
    goes = adds(apart.group, "GOES", ["case"])
    stays = adds(apart.group, "STAYS", ["case"])
    apart.second.merge_from(apart.first.folder)
    with apart.second.here():
        remove_member(apart.second.archive, apart.keys(apart.second), "leaves", agreed)
    apart.second_added = HybridIdentity.generate()
    removes(apart.group, "goes")
    for laptop, data in ((apart.first, b"first"), (apart.second, b"second")):
        laptop.add(data)
    apart.meet()
    joined = apart.join()
    apart.first.add(b"later")
    assert apart.first.fails() == []
    for gone in (leaves, goes):
        with apart.first.here(), pytest.raises(Locked):
            open_with_identity(apart.first.archive, gone)
        held = set()
        with apart.first.here():
            for charter in apart.first.archive.history.charters.values():
                members = {m.id for m in charter.members if m.recipient == str(gone.recipient())}
                epochs = {c.id: c.epochs for c in charter.compartments}
                held |= {epochs[k.compartment][k.epoch] for k in charter.keys if k.member in members}
        assert not held & {c.epochs[-1] for c in joined.charter.compartments}
    for identity in (stays, apart.group.identity):
        assert opens(apart.first, identity)[0] == 3, (
            "what either side sealed while they were apart is readable"
        )


def test_a_member_added_on_one_side_reads_what_the_other_side_sealed_to_its_fresh_key(apart):
    adds(apart.group, "GOES", ["case"])
    apart.second.merge_from(apart.first.folder)
    removes(apart.group, "goes")
    apart.first.add(b"sealed to the fresh key")
    new = HybridIdentity.generate()
    with apart.second.here():
        key = key_of_recipient(str(new.recipient()))
        add_member(apart.second.archive, apart.keys(apart.second), "NEW", key, ["case"], now, agreed)
    apart.meet()
    apart.join()
    assert opens(apart.first, new)[0] == 1


def test_of_two_new_passphrases_one_counts_and_that_is_said(apart):
    with apart.second.here():
        change_passphrase(apart.second.archive, apart.keys(apart.second), NEW)
    with apart.first.here():
        change_passphrase(apart.first.archive, apart.keys(apart.first), OTHER)
    apart.meet()
    said = []
    joined = apart.join(said)
    assert any("two passphrases" in line for line in said)
    worked = 0
    for passphrase in (NEW, OTHER):
        try:
            with apart.first.here():
                open_with_passphrase(joined, passphrase)
            worked += 1
        except Locked:
            continue
    assert worked == 1


def test_a_founder_renewed_on_both_sides_still_leaves_founder_and_paper_able_to_sign(apart):
    for laptop, passphrase in ((apart.first, NEW), (apart.second, OTHER)):
        with laptop.here():
            archive = laptop.archive
            recover(
                archive, keys_of_words(archive, apart.group.recovery_words), now, new_passphrase=passphrase
            )
    apart.meet()
    with apart.first.here():
        archive = open_archive(apart.first.folder)
        paper = keys_of_words(archive, apart.group.recovery_words)
        joined = new_compartment(archive, paper, "minors", [], now, agreed)
        for keys in (keys_of_words(joined, apart.group.recovery_words),):
            open_root(joined, keys.identity)
        leader = joined.charter.members[0]
        opened = []
        for passphrase in (NEW, OTHER):
            keys = open_with_passphrase(joined, passphrase)
            opened.append(keys.member.id == leader.id)
            if keys.member.id == leader.id:
                open_root(joined, keys.identity)
            else:
                with pytest.raises(Locked):
                    open_root(joined, keys.identity)
        assert sorted(opened) == [False, True]
        with pytest.raises(Locked):
            open_with_identity(joined, apart.group.identity)
        assert [f for f in verify_archive(joined.layout.folder).findings if f.fails] == []

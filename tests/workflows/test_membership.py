"""Members and compartments: who reads what, before and after a change, shown by opening it."""

import hashlib
from dataclasses import replace

import pytest

from copwatch.catalogue.queries import unfiled
from copwatch.crypto.age import HybridIdentity, X25519Identity
from copwatch.errors import BadInput, IntegrityFailure, Locked, NotFound, Refused
from copwatch.progress import Progress
from copwatch.store.archive import open_archive
from copwatch.store.keys import open_with_identity, open_with_passphrase
from copwatch.workflows.bundle_plans import Request
from copwatch.workflows.exporting import export
from copwatch.workflows.member_passphrases import key_under, signs_charters, take_passphrase
from copwatch.workflows.membership import (
    MemberKey,
    add_member,
    key_of_recipient,
    list_members,
    make_member_key,
    member_words,
    new_compartment,
    read_member_key,
    remove_member,
    write_member_key,
)
from copwatch.workflows.names import read_names
from copwatch.workflows.opening import read_evidence
from copwatch.workflows.session import Session
from tests.workflows.group import Group, agreed, now

PASSPHRASE = "seven gardens under the winter moon"
OTHER = "harbour violet ladder nineteen frost"


@pytest.fixture
def group(tmp_path):
    return Group(tmp_path)


def adds(group, name="LEGAL-1", reads=("case",), identity=None, **more):
    """A member with an identity of their own; gives it."""
    identity = identity or HybridIdentity.generate()
    with group.founder.here():
        add_member(
            group.founder.archive, group.keys(), name, key_of_recipient(str(identity.recipient())), reads, now,
            agreed, **more,
        )  # fmt: skip
    return identity


def removes(group, name):
    with group.founder.here():
        return remove_member(group.founder.archive, group.keys(), name, agreed)


def opens(laptop, identity) -> tuple[int, set[str]]:
    """How many items of evidence, and which types of records, an identity shows on a computer."""
    with laptop.here(), Session(laptop.archive, open_with_identity(laptop.archive, identity)) as session:
        found = session.catalogue.read("SELECT type, count(*) AS n FROM records GROUP BY type", [])
        types = {row["type"]: row["n"] for row in found}
        return types.get("evidence", 0), set(types)


def test_a_new_member_reads_what_was_there_and_what_comes(group):
    group.founder.add(b"before")
    identity = adds(group)
    group.founder.add(b"after")
    assert opens(group.founder, identity)[0] == 2
    assert group.founder.fails() == []


def test_a_member_opens_with_their_own_passphrase_on_any_copy(group, tmp_path):
    key = make_member_key(PASSPHRASE)
    again = read_member_key(write_member_key(key))
    assert again == key and not key.classical
    with group.founder.here():
        words = member_words(group.founder.archive.history.root, key.recipient)
        changed = add_member(
            group.founder.archive, group.keys(), "L", again, ["case"], now, agreed, heard=words
        )
        opened = open_with_passphrase(changed, PASSPHRASE)
    assert str(opened.identity.recipient()) == key.recipient
    assert PASSPHRASE.encode() not in write_member_key(key)


def test_words_that_differ_and_what_is_no_key_are_refused(group):
    key = make_member_key(PASSPHRASE)
    with group.founder.here():
        archive = group.founder.archive
        other = member_words(archive.history.root, make_member_key(PASSPHRASE).recipient)
        with pytest.raises(IntegrityFailure, match="exchanged"):
            add_member(archive, group.keys(), "L", key, ["case"], now, agreed, heard=other)
        assert open_archive(archive.layout.folder).charter.version == 0
    for bad in (b"", b"{}", write_member_key(key).replace(b'"copwatch_member": 1', b'"copwatch_member": 2')):
        with pytest.raises(BadInput):
            read_member_key(bad)
    with pytest.raises(BadInput):
        key_of_recipient("age1nonsense")


def test_a_classical_key_needs_to_be_allowed(group):
    classical = X25519Identity.generate()
    said = []
    with pytest.raises(Refused, match="post-quantum"):
        adds(group, identity=classical)
    with group.founder.here():
        key = MemberKey(str(classical.recipient()))
        add_member(
            group.founder.archive, group.keys(), "L", key, ["case"], now, said.extend, allow_classical=True
        )
    assert any("quantum" in line for line in said)
    group.founder.add(b"x")
    assert opens(group.founder, classical)[0] == 1


def test_who_brings_a_bare_recipient_reads_eighty_bits_of_its_digest_aloud(group):
    """The end of a hybrid recipient is that of its X25519 key and a checksum, which can be searched for apart."""
    identity, said = HybridIdentity.generate(), []
    key = MemberKey(str(identity.recipient()))
    with group.founder.here():
        add_member(group.founder.archive, group.keys(), "L", key, ["case"], now, said.extend)
    digest = hashlib.sha256(key.recipient.encode()).hexdigest()[:20]
    assert any(digest in line.replace(" ", "") for line in said)


def test_a_member_reads_no_compartment_but_their_own(group):
    case, both, nothing = (
        adds(group, "A", ["case"]), adds(group, "B", ["case", "identity"]), adds(group, "C", []),
    )  # fmt: skip
    with group.founder.here():
        archive = group.founder.archive
        places = [
            {c for c, _, _ in open_with_identity(archive, identity).compartments}
            for identity in (case, both, nothing)
        ]
        names = read_names(archive, group.keys(), [])
        assert [m.reads for m in list_members(archive, names)][2:] == [("case",), ("case", "identity"), ()]
    first, second = (c.id for c in archive.charter.compartments)
    assert places == [{first}, {first, second}, set()]


def test_who_does_not_read_identities_exports_only_knowing_that_names_are_not_looked_for(group, tmp_path):
    case, both = adds(group, "A", ["case"]), adds(group, "B", ["case", "identity"])
    group.founder.add(b"a film")
    archive = group.founder.archive
    request = Request("client-counsel", tmp_path / "first", record=False, viewing=False)
    for identity, exports in ((case, False), (both, True)):
        with group.founder.here(), Session(archive, open_with_identity(archive, identity)) as session:
            assert session.reads_identities is exports
            asked = replace(request, items=tuple(unfiled(session.catalogue)))
            if not exports:
                with pytest.raises(Locked, match="names of people would not be looked for"):
                    export(session, asked, "BUNDLE-1", now, Progress())
                assert not request.out.exists()
                asked = replace(asked, names_not_searched=True, out=tmp_path / "second")
            assert export(session, asked, "BUNDLE-1", now, Progress()).files


def test_a_removed_member_opens_nothing_that_is_added_later_and_all_that_was_before(group):
    identity = adds(group)
    stays = adds(group, "LEGAL-2")
    group.founder.add(b"before")
    old = group.founder.archive
    changed = removes(group, "legal-1")
    group.founder.add(b"after")
    with group.founder.here(), pytest.raises(Locked):
        open_with_identity(group.founder.archive, identity)
    assert opens(group.founder, stays)[0] == 2 and group.founder.fails() == []
    with group.founder.here():
        held = {text for _, _, text in open_with_identity(old, identity).compartments}
    assert held and changed.charter.compartments[0].epochs[-1] not in held
    assert [len(c.epochs) for c in changed.charter.compartments] == [2, 1]


def test_a_removed_member_is_told_that_it_may_not_be_the_passphrase(group):
    key = make_member_key(PASSPHRASE)
    with group.founder.here():
        add_member(group.founder.archive, group.keys(), "L", key, ["case"], now, agreed, heard=None)
    laptop = group.device("legal")
    with laptop.here(), Session(laptop.archive, open_with_passphrase(laptop.archive, PASSPHRASE)):
        pass
    with laptop.here(), pytest.raises(Locked) as wrong:
        open_with_passphrase(laptop.archive, OTHER)
    assert "removed" not in wrong.value.hint
    removes(group, "L")
    laptop.merge_from(group.founder.folder)
    with laptop.here(), pytest.raises(Locked) as gone:
        open_with_passphrase(laptop.archive, PASSPHRASE)
    assert "removed the member" in gone.value.hint


def test_the_founder_and_the_recovery_key_stay_and_names_are_not_given_twice(group):
    adds(group)
    for name in ("founder", "recovery"):
        with pytest.raises(Refused):
            removes(group, name)
    with pytest.raises(Refused, match="already"):
        adds(group)
    with pytest.raises(NotFound):
        removes(group, "nobody")
    with pytest.raises(NotFound, match="no compartment"):
        adds(group, "X", ["casse"])


def test_the_same_key_is_no_second_member(group):
    identity = adds(group)
    with pytest.raises(Refused, match="already"):
        adds(group, "other", identity=identity)


def test_a_new_compartment_is_read_by_those_who_were_named(group):
    inside, outside = adds(group, "IN"), adds(group, "OUT")
    with group.founder.here():
        changed = new_compartment(group.founder.archive, group.keys(), "minors", ["in"], now, agreed)
        place = changed.charter.compartments[-1].id
        for identity, opened in ((inside, True), (outside, False), (group.identity, True)):
            found = {c for c, _, _ in open_with_identity(changed, identity).compartments}
            assert (place in found) is opened
        assert read_names(changed, group.keys(), []).compartments[place] == "minors"
        with pytest.raises(Refused):
            new_compartment(group.founder.archive, group.keys(), "Minors", [], now, agreed)
    later = adds(group, "LATER", ["minors"])
    with group.founder.here():
        assert {c for c, _, _ in open_with_identity(group.founder.archive, later).compartments} == {place}


def test_an_ordinary_member_cannot_change_the_charter(group):
    identity = adds(group)
    with group.founder.here(), pytest.raises(Locked, match="charter"):
        remove_member(
            group.founder.archive, open_with_identity(group.founder.archive, identity), "legal-1", agreed
        )


def test_a_no_changes_nothing_and_leaves_nothing_behind(group):
    def no(_lines):
        raise Refused("no")

    before = sorted(p for p in group.founder.folder.rglob("*") if p.is_file())
    with group.founder.here(), pytest.raises(Refused, match="no"):
        key = make_member_key(PASSPHRASE)
        add_member(group.founder.archive, group.keys(), "L", key, ["case"], now, no)
    assert sorted(p for p in group.founder.folder.rglob("*") if p.is_file()) == before


def test_what_is_added_to_a_compartment_is_read_by_its_members_alone(group):
    inside, outside = adds(group, "IN"), adds(group, "OUT")
    with group.founder.here():
        place = new_compartment(group.founder.archive, group.keys(), "minors", ["in"], now, agreed)
    group.founder.add(b"for all")
    group.founder.add(b"for few", compartment=place.charter.compartments[-1].id)
    assert [opens(group.founder, who)[0] for who in (inside, outside, group.identity)] == [2, 1, 2]
    with group.founder.here(), Session(group.founder.archive, group.keys()) as session:
        for row in unfiled(session.catalogue):
            with read_evidence(session, row) as source:
                assert source.read() in (b"for all", b"for few")
    assert group.founder.fails() == []


def test_a_member_changes_their_passphrase_and_the_founder_never_learns_it(group):
    key = make_member_key(PASSPHRASE)
    with group.founder.here():
        words = member_words(group.founder.archive.history.root, key.recipient)
        archive = add_member(
            group.founder.archive, group.keys(), "L", key, ["case"], now, agreed, heard=words
        )
        mine = open_with_passphrase(archive, PASSPHRASE)
        assert not signs_charters(archive, mine) and signs_charters(archive, group.keys())
        again = read_member_key(write_member_key(key_under(mine, OTHER)))
        with pytest.raises(Locked):
            take_passphrase(archive, mine, "L", again, agreed)
        with pytest.raises(IntegrityFailure, match="exchanged"):
            take_passphrase(archive, group.keys(), "L", make_member_key(OTHER), agreed)
        with pytest.raises(Refused, match="founder"):
            take_passphrase(archive, group.keys(), archive.charter.members[0].id, again, agreed)
        changed = take_passphrase(archive, group.keys(), "L", again, agreed)
        assert open_with_passphrase(changed, OTHER).compartments.keys() == mine.compartments.keys()
        with pytest.raises(Locked):
            open_with_passphrase(changed, PASSPHRASE)
    assert group.founder.fails() == []

"""Planted names, looked for byte by byte in everything that a computer of the group has on its disk."""

import json

import pytest

from copwatch.catalogue.queries import unfiled
from copwatch.crypto.age import HybridIdentity, NoMatch, open_bytes
from copwatch.errors import Locked
from copwatch.model.kinds import KINDS
from copwatch.store.keys import open_root, open_with_identity, open_with_passphrase
from copwatch.workflows.entities import new_entity
from copwatch.workflows.session import Session
from tests.workflows.group import Group, Laptop, now
from tests.workflows.test_membership import adds, removes

NAME, MARK, LATER = "Ottilie Zubrowka", b"PLANTED-EVIDENCE-7Q2K", b"PLANTED-LATER-9X4M"


@pytest.fixture
def group(tmp_path):
    """A founder with a film, and a person whose name is sealed apart."""
    group = Group(tmp_path)
    group.founder.add(MARK * 100, "film.mp4")
    with group.founder.here():
        archive = group.founder.archive
        person = new_entity(archive, now, KINDS["person"], {"label": "P1"})
        new_entity(archive, now, KINDS["identity"], {"person": person, "chosen_name": NAME})
    return group


def on_disk(laptop: Laptop) -> bytes:
    """Everything below a computer's folder: archive, local state, catalogues; not the card that it was read from."""
    files = [p for top in (laptop.folder, laptop.top / "state") for p in top.rglob("*") if p.is_file()]
    return b"\0".join(str(p).encode() + b"\0" + p.read_bytes() for p in sorted(files))


def in_catalogue(laptop: Laptop, identity) -> bytes:
    """Every value of every table of a member's catalogue, opened."""
    with laptop.here(), Session(laptop.archive, open_with_identity(laptop.archive, identity)) as session:
        tables = [
            row["name"]
            for row in session.catalogue.read("SELECT name FROM sqlite_master WHERE type = 'table'", [])
        ]
        rows = []
        for table in tables:
            rows += session.catalogue.read(f'SELECT * FROM "{table}"', [])
    return json.dumps(rows, default=repr, ensure_ascii=False).encode()


def opened(laptop: Laptop, identities) -> bytes:
    """The plaintext of every object on a computer that one of these identities opens."""
    found = b""
    for path in (laptop.folder / "objects").rglob("*.age"):
        for identity in identities:
            try:
                found += open_bytes(path.read_bytes(), [identity])
            except NoMatch:
                continue
    return found


def everything_of(laptop: Laptop, identity, archive=None):
    """An identity and every compartment identity that it ever leads to on that computer."""
    with laptop.here():
        return [identity, *open_with_identity(archive or laptop.archive, identity).compartments.values()]


def test_a_member_without_the_names_has_none_of_them_on_disk_sealed_or_opened(group):
    legal = adds(group, "LEGAL", ["case"])
    laptop = group.device("legal")
    shown = in_catalogue(laptop, legal)
    assert b"film.mp4" in shown, "the member does read the case"
    for has in (shown, on_disk(laptop), opened(laptop, everything_of(laptop, legal))):
        assert NAME.encode() not in has and b"Zubrowka" not in has
    assert MARK in opened(laptop, everything_of(laptop, legal)), "the search finds what is there"
    both = adds(group, "BOTH", ["case", "identity"])
    assert NAME.encode() in opened(group.founder, everything_of(group.founder, both))


def test_an_archivist_opens_nothing(group, tmp_path):
    archivist = group.device("archivist")
    assert archivist.fails() == [], "checking needs no key"
    disk = on_disk(archivist)
    for planted in (NAME.encode(), b"Zubrowka", MARK, b"film.mp4"):
        assert planted not in disk
    with archivist.here():
        device = archivist.archive.state.device()
        own = HybridIdentity(device.seed)
        with pytest.raises(Locked):
            open_with_identity(archivist.archive, own)
        with pytest.raises(Locked):
            open_root(archivist.archive, own)
        with pytest.raises(Locked):
            open_with_passphrase(archivist.archive, "seven gardens under the winter moon")
    assert opened(archivist, [own]) == b""


def test_a_removed_member_opens_nothing_that_was_added_later_with_all_they_ever_had(group):
    gone = adds(group, "GONE", ["case", "identity"])
    laptop = group.device("gone")
    before = laptop.archive
    kept = everything_of(laptop, gone)
    removes(group, "gone")
    group.founder.add(LATER * 100, "later.mp4")
    with group.founder.here():
        person = new_entity(group.founder.archive, now, KINDS["person"], {"label": "P2"})
        new_entity(
            group.founder.archive, now, KINDS["identity"], {"person": person, "chosen_name": "Later Person"}
        )
    laptop.merge_from(group.founder.folder)
    with laptop.here(), pytest.raises(Locked):
        open_with_identity(laptop.archive, gone)
    # Also with another program: every identity that they had, tried on every object, and through every key object.
    again = everything_of(laptop, gone, before)
    readable = opened(laptop, [*kept, *again])
    for identity in _chased(laptop, [*kept, *again]):
        readable += opened(laptop, [identity])
    for planted in (LATER, b"later.mp4", b"Later Person"):
        assert planted not in readable
    assert MARK in readable, "what was there before stays readable: that is said when somebody is removed"


def _chased(laptop, identities):
    """Identities that stand in objects which these open, and those behind them, until there are no more."""
    from copwatch.crypto.age import parse_identity

    known = {str(identity) for identity in identities}
    waiting = list(identities)
    while waiting:
        text = opened(laptop, [waiting.pop()])
        for line in text.splitlines():
            if line.startswith(b"AGE-SECRET-KEY-") and (found := line.decode()) not in known:
                known.add(found)
                waiting.append(parse_identity(found))
                yield parse_identity(found)


def test_a_device_that_has_not_heard_of_the_removal_still_seals_for_the_removed_member(group):
    """The limit that `member remove` says: a device learns it with the next charter."""
    gone = adds(group, "GONE", ["case"])
    bo = group.device("bo")
    removes(group, "gone")
    bo.add(LATER * 100)
    group.founder.merge_from(bo.folder)
    with group.founder.here(), Session(group.founder.archive, group.keys()) as session:
        assert len(unfiled(session.catalogue)) == 2, "the group reads what was sealed to the key before"
    old = everything_of(bo, gone)
    assert LATER in opened(bo, old)
    bo.merge_from(group.founder.folder)
    bo.add(b"AFTER-THE-CHARTER" * 100)
    assert b"AFTER-THE-CHARTER" not in opened(bo, old)

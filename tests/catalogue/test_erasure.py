"""What was withdrawn leaves no trace: not in rows, not in the full-text index, not in free pages."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from copwatch.catalogue import absorb as absorbing
from copwatch.catalogue import queries
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.database import connect
from copwatch.catalogue.search import search
from tests.catalogue.build import KEY, Device, an_id, dump, filled, survivors

BATCH, INCIDENT = an_id("batch"), an_id("incident")
PLANTED = "Xylopherina"
PAGE, RESERVED = 4096, 48


def plain_pages(folder) -> bytes:
    """The whole decrypted file, free pages and all (https://www.zetetic.net/sqlcipher/design/)."""
    data = (folder / "catalogue.db").read_bytes()
    assert len(data) % PAGE == 0
    pages = []
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        sealed = page[16 if start == 0 else 0 : PAGE - RESERVED]
        cipher = Cipher(algorithms.AES(KEY), modes.CBC(page[PAGE - RESERVED : PAGE - RESERVED + 16]))
        pages.append(cipher.decryptor().update(sealed))
    return b"".join(pages)


def traces(folder) -> int:
    """How often any form of the planted name stands in the decrypted file; the index may cut a first letter off."""
    plain = plain_pages(folder).lower()
    return plain.count(PLANTED[1:].lower().encode())


def planted(device: Device):
    """An entry full of the name, in every table that holds text, and one record that survives."""
    return (
        device.evidence(1, BATCH, name=f"{PLANTED}.jpg", folder=PLANTED),
        device.record("batch", id=BATCH, by=PLANTED, note=[PLANTED]),
        device.report(
            INCIDENT, narrative_observed=[f"{PLANTED} fell. "], officers=[{"name_as_seen": PLANTED}]
        ),
        device.custody("exported", purpose=[PLANTED], by=PLANTED, detail={"who": PLANTED}),
        device.record(
            "roster",
            group=PLANTED,
            members=[{"id": an_id("m"), "name": PLANTED}],
            devices=[],
            compartments=[],
        ),
        device.record("hologram", name=PLANTED),
        device.evidence(2, BATCH),
    )


def others(device: Device):
    return [device.entry(device.evidence(n, an_id("b", n), name=f"other {n}.jpg")) for n in range(10, 60)]


def test_a_withdrawn_body_leaves_no_trace_and_survivors_come_back(tmp_path):
    device = Device("one")
    opened = device.entry(*planted(device))
    again = survivors(opened, opened.records[-1])
    with filled(tmp_path, opened, *others(device)) as catalogue:
        assert {hit.kind for hit in search(catalogue, PLANTED)} == {
            "evidence",
            "batch",
            "incident",
            "custody",
        }
        assert queries.names(catalogue).group == PLANTED
        assert [record.record["type"] for record in queries.problems(catalogue)] == ["hologram"]
        assert traces(tmp_path) > 10
        catalogue.absorb([again], {}, {opened.body: again.body})
        assert traces(tmp_path) == 0
        assert search(catalogue, PLANTED) == []
        assert [row.name for row in queries.evidence(catalogue, batch=BATCH)] == ["IMG_2.JPG"]
        assert queries.incidents(catalogue) == []
        assert queries.names(catalogue).group is None
        catalogue.check()
    assert traces(tmp_path) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue.db"]


def test_what_was_withdrawn_before_it_came_never_comes_in(tmp_path):
    device = Device("one")
    opened = device.entry(*planted(device))
    again = survivors(opened, opened.records[-1])
    (tmp_path / "after").mkdir()
    with filled(tmp_path) as catalogue, filled(tmp_path / "after", opened) as after:
        catalogue.absorb([again], {}, {opened.body: again.body})
        catalogue.absorb([opened], {device.key: (1, opened.entry)}, {})
        assert traces(tmp_path) == 0
        after.absorb([again], {}, {opened.body: again.body})
        assert dump(catalogue) == dump(after)


def test_of_two_withdrawals_that_did_not_know_of_each_other_only_the_lower_leaves_rows(tmp_path):
    device = Device("one")
    opened = device.entry(*planted(device))
    lower, higher = sorted(
        (survivors(opened, opened.records[-1]), survivors(opened, opened.records[0])),
        key=lambda each: each.body,
    )
    (tmp_path / "once").mkdir()
    with (
        filled(tmp_path, opened) as catalogue,
        filled(tmp_path / "once", opened, withdrawn={opened.body: lower.body}) as once,
    ):
        catalogue.absorb([higher], {}, {opened.body: higher.body})
        catalogue.absorb([lower], {}, {opened.body: lower.body})
        once.absorb([lower], {}, {})
        assert dump(catalogue) == dump(once)


def test_an_amended_report_that_is_withdrawn_gives_the_version_before_it_back(tmp_path):
    device = Device("one")
    first = device.report(INCIDENT, city="Oakland")
    second = device.entry(device.report(INCIDENT, first, city="Oakland", narrative_observed=[PLANTED]))
    with filled(tmp_path, device.entry(first), second) as catalogue:
        assert len(search(catalogue, PLANTED)) == 1
        catalogue.absorb([], {}, {second.body: None})
        assert [head.leaf for head in queries.incident(catalogue, INCIDENT).heads] == [first.leaf]
        assert len(search(catalogue, "oakland")) == 1
    assert traces(tmp_path) == 0


def test_a_withdrawn_unlink_no_longer_unlinks(tmp_path):
    device = Device("one")
    record = device.evidence(1, BATCH)
    link = device.record("link", incident=INCIDENT, batch=BATCH)
    unlink = device.entry(device.record("unlink", incident=INCIDENT, evidence=record.record["id"]))
    with filled(tmp_path, unlink, device.entry(record, link)) as catalogue:
        catalogue.judge(lambda key, seq: None)
        assert len(queries.unfiled(catalogue)) == 0
        later = device.entry(device.record("unlink", incident=INCIDENT, batch=BATCH))
        catalogue.absorb([later], {}, {})
        assert len(queries.unfiled(catalogue)) == 1
        catalogue.absorb([], {}, {later.body: None})
        assert len(queries.unfiled(catalogue)) == 0


def test_evidence_whose_bytes_are_withdrawn_says_so(tmp_path):
    device = Device("one")
    record = device.evidence(1, BATCH)
    piece = record.record["pieces"][0]["object"]
    for number, early in enumerate((True, False)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with filled(folder) as catalogue:
            opened = device.entry(record)
            steps = [([opened], {}), ([], {piece: None})]
            for sets, withdrawn in reversed(steps) if early else steps:
                catalogue.absorb(sets, {}, withdrawn)
            assert [row.withdrawn for row in queries.evidence(catalogue)] == [True]
            assert queries.counts(catalogue).withdrawn == 1


def test_an_erasure_that_was_cut_short_is_finished_at_the_next_opening(tmp_path, monkeypatch):
    device = Device("one")
    opened = device.entry(*planted(device), device.record("batch", note=[PLANTED * 1_000]))
    with filled(tmp_path, opened, *others(device)) as catalogue:
        monkeypatch.setattr(Catalogue, "_finish_erasing", lambda self: None)
        catalogue.absorb([], {}, {opened.body: None})
        assert catalogue.read("SELECT name FROM about WHERE name = ?", (absorbing.VACUUM_DUE,))
        free = catalogue.read("PRAGMA freelist_count")
    assert traces(tmp_path) == 0, "deleted cells are overwritten even before the file is written anew"
    monkeypatch.undo()
    with Catalogue.open(tmp_path / "catalogue.db", KEY) as catalogue:
        assert not catalogue.read("SELECT name FROM about WHERE name = ?", (absorbing.VACUUM_DUE,))
        assert catalogue.read("PRAGMA freelist_count") == [{"freelist_count": 0}]
    assert free != [{"freelist_count": 0}]


def test_no_statistics_keep_samples_of_names(tmp_path):
    device = Device("one")
    with filled(tmp_path, *others(device)) as catalogue:
        assert not catalogue.read("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")


def test_an_erasure_is_put_off_while_another_copwatch_reads(tmp_path, monkeypatch):
    monkeypatch.setattr("copwatch.catalogue.database._BUSY_SECONDS", 0.05)
    device = Device("one")
    opened = device.entry(*planted(device))
    with filled(tmp_path, opened, *others(device)) as catalogue:
        reader = connect(tmp_path / "catalogue.db", KEY)
        finish = Catalogue._finish_erasing

        def while_reading(self):
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM records").fetchone()
            finish(self)

        monkeypatch.setattr(Catalogue, "_finish_erasing", while_reading)
        catalogue.absorb([], {}, {opened.body: None})
        assert catalogue.read("SELECT name FROM about WHERE name = ?", (absorbing.VACUUM_DUE,))
        assert queries.incidents(catalogue) == []
        reader.close()
    assert traces(tmp_path) == 0


@pytest.mark.parametrize("page", [0, 1])
def test_the_pages_are_authenticated_as_sqlcipher_3_does(tmp_path, page):
    with filled(tmp_path):
        pass
    data = (tmp_path / "catalogue.db").read_bytes()
    salt = bytes(byte ^ 0x3A for byte in data[:16])
    mac_key = hashlib.pbkdf2_hmac("sha1", KEY, salt, 2, 32)
    block = data[page * PAGE : (page + 1) * PAGE]
    covered = block[16 if page == 0 else 0 : PAGE - RESERVED + 16]
    expected = hmac.new(mac_key, covered + (page + 1).to_bytes(4, "little"), "sha1").digest()
    assert block[PAGE - RESERVED + 16 : PAGE - RESERVED + 36] == expected

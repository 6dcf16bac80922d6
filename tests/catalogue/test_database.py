"""The sealed file: who can open it, what it shows to those who cannot, and what happens when it is damaged."""

import os
import stat
import subprocess

import pytest
from sqlite_utils import hookimpl
from sqlite_utils.plugins import pm

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.database import PAGE, CatalogueDamaged, connect
from copwatch.errors import Busy, Locked, NewerFormat, NoPermission, NotFound, Unfinished
from tests.catalogue.build import KEY, Device, dump, filled
from tests.conftest import judge

PLANTED = "Planted Witness Name"


@pytest.fixture
def made(tmp_path):
    """A closed catalogue with some pages in it."""
    device = Device("one")
    names = [device.evidence(n, "b" * 32, name=f"{PLANTED} {n}.jpg") for n in range(200)]
    with filled(tmp_path, device.entry(*names)):
        pass
    return tmp_path / "catalogue.db"


def test_the_file_is_for_its_owner_alone_whatever_the_umask_says(tmp_path):
    before = os.umask(0)
    try:
        with filled(tmp_path):
            mode = stat.S_IMODE((tmp_path / "catalogue.db").stat().st_mode)
    finally:
        os.umask(before)
    assert mode == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(made):
    made.chmod(0o644)
    with Catalogue.open(made, KEY):
        assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_another_key_is_locked(made):
    with pytest.raises(Locked) as error:
        Catalogue.open(made, bytes(32))
    assert "copwatch rebuild" in error.value.hint


def test_a_key_of_another_length_is_a_mistake_of_the_program(tmp_path):
    with pytest.raises(ValueError, match="32 bytes"):
        Catalogue.open(tmp_path / "catalogue.db", b"short")
    assert not (tmp_path / "catalogue.db").exists()


DAMAGE = {
    "cut in the middle": lambda data: data[: len(data) // 2 // PAGE * PAGE],
    "cut inside a page": lambda data: data[:5000],
    "cut inside the first page": lambda data: data[:700],
    "ten bytes": lambda data: data[:10],
    "zeros": lambda data: bytes(len(data)),
    "zeros in the first page": lambda data: bytes(PAGE) + data[PAGE:],
    "zeros at the end": lambda data: data[:-4096] + bytes(4096),
    "zeros in the middle": lambda data: data[:20480] + bytes(8192) + data[28672:],
    "garbage after the salt": lambda data: data[:16] + os.urandom(PAGE - 16) + data[PAGE:],
    "a flipped bit in every page": lambda data: bytes(b ^ (i % PAGE == 500) for i, b in enumerate(data)),
    "text": lambda data: b"this is no catalogue at all\n" * 200,
    "an ordinary database": lambda data: b"SQLite format 3\0" + bytes(4080),
    "pages in another order": lambda data: data[:PAGE] + data[2 * PAGE : 3 * PAGE] + data[PAGE : 2 * PAGE],
    "random bytes of an odd length": lambda data: os.urandom(5001),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_and_says_how_to_mend_it(made, name):
    made.write_bytes(DAMAGE[name](made.read_bytes()))
    with pytest.raises(CatalogueDamaged) as error, Catalogue.open(made, KEY) as catalogue:
        catalogue.check()
    assert isinstance(error.value, Unfinished)
    assert "copwatch rebuild" in error.value.hint


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_never_gives_other_rows(made, name):
    with Catalogue.open(made, KEY) as catalogue:
        before = dump(catalogue)
    made.write_bytes(DAMAGE[name](made.read_bytes()))
    try:
        with Catalogue.open(made, KEY) as catalogue:
            assert dump(catalogue) == before
    except CatalogueDamaged:
        pass


def test_a_damaged_catalogue_can_be_removed_and_made_again(made):
    made.write_bytes(made.read_bytes()[:5000])
    made.with_name(made.name + "-journal").write_bytes(b"left over")
    Catalogue.remove(made)
    assert list(made.parent.iterdir()) == []
    Catalogue.remove(made)
    with Catalogue.open(made, KEY) as catalogue:
        assert catalogue.absorbed() == {}
        catalogue.check()


def test_a_new_catalogue_is_there_when_it_is_whole_or_not_at_all(tmp_path):
    path, device = tmp_path / "catalogue.db", Device("one")
    # What a run left that was killed meanwhile.
    for left in ("catalogue.db.new", "catalogue.db.new-journal"):
        (tmp_path / left).write_bytes(b"left over")
    with pytest.raises(KeyboardInterrupt), Catalogue.making(path, KEY) as catalogue:
        assert not path.exists()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with Catalogue.making(path, KEY) as catalogue:
        catalogue.absorb([device.entry(device.evidence(1, "b" * 32))], {}, {})
        assert not path.exists()
    assert [each.name for each in tmp_path.iterdir()] == ["catalogue.db"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Catalogue.open(path, KEY) as catalogue:
        assert len(catalogue.read("SELECT leaf FROM evidence")) == 1
        assert catalogue.read("PRAGMA synchronous") == [{"synchronous": 2}]
        catalogue.check()


def test_an_empty_file_is_a_new_catalogue(tmp_path):
    (tmp_path / "catalogue.db").touch()
    with Catalogue.open(tmp_path / "catalogue.db", KEY) as catalogue:
        assert catalogue.absorbed() == {}


def test_nothing_is_readable_in_any_file_even_while_writing(made):
    db = connect(made, KEY)
    db.execute("BEGIN IMMEDIATE")
    db.execute("PRAGMA cache_size = 5")
    db.execute("UPDATE records SET json = json || ?", [PLANTED * 50])
    found = {path.name: path.read_bytes() for path in made.parent.iterdir()}
    db.rollback()
    db.close()
    assert set(found) == {"catalogue.db", "catalogue.db-journal"}
    for data in found.values():
        assert len(data) > 5000
        for secret in (PLANTED, PLANTED.lower(), "IMG_", "SQLite format", "CREATE TABLE", KEY.hex()):
            assert secret.encode() not in data
        assert KEY not in data
    assert made.stat().st_mode == made.with_name("catalogue.db").stat().st_mode


def test_the_ordinary_sqlcipher_program_reads_the_tables(made):
    sql = f"PRAGMA key = \"x'{KEY.hex()}'\";\nPRAGMA cipher_compatibility = 3;\nPRAGMA cipher_page_size = {PAGE};\n"
    sql += "SELECT count(*) FROM evidence;\nSELECT name FROM evidence WHERE size = 142;\n"
    sql += "SELECT count(*) FROM counted;\nSELECT count(*) FROM current_reports;\n"
    done = subprocess.run(
        [judge("sqlcipher"), str(made)], input=sql, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-4:] == ["200", f"{PLANTED} 42.jpg", "200", "0"]


def test_the_ordinary_sqlcipher_program_needs_the_key(made):
    sql = f"PRAGMA key = \"x'{bytes(32).hex()}'\";\nSELECT count(*) FROM evidence;\n"
    done = subprocess.run(
        [judge("sqlcipher"), str(made)], input=sql, capture_output=True, text=True, timeout=60, check=False
    )
    assert "200" not in done.stdout
    assert done.returncode != 0


def test_a_catalogue_of_a_newer_copwatch_is_left_alone(made):
    db = connect(made, KEY)
    db.table("_sqlite_migrations").insert(
        {"migration_set": "copwatch", "name": "9999_later", "applied_at": "2030-01-01"}
    )
    db.close()
    before = made.read_bytes()
    with pytest.raises(NewerFormat, match="newer"):
        Catalogue.open(made, KEY)
    assert made.read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(NotFound):
        Catalogue.open(tmp_path / "absent" / "catalogue.db", KEY)


def test_a_folder_in_place_of_the_file(tmp_path):
    (tmp_path / "catalogue.db").mkdir()
    with pytest.raises(NoPermission):
        Catalogue.open(tmp_path / "catalogue.db", KEY)


def test_a_second_writer_is_told_to_wait(made, monkeypatch):
    monkeypatch.setattr("copwatch.catalogue.database._BUSY_SECONDS", 0.05)
    first = connect(made, KEY)
    first.execute("BEGIN IMMEDIATE")
    with Catalogue.open(made, KEY) as second, pytest.raises(Busy):
        second.absorb([], {"d" * 64: (1, "e" * 64)}, {})
    first.rollback()
    first.close()


def test_nothing_is_printed_by_the_libraries_when_it_fails(made, capfd):
    made.write_bytes(made.read_bytes()[:5000])
    with pytest.raises(CatalogueDamaged):
        Catalogue.open(made, KEY)
    with pytest.raises((Locked, CatalogueDamaged)):
        Catalogue.open(made, bytes(32))
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""


def test_plugins_of_the_library_never_see_the_opened_catalogue(made):
    seen = []

    class Plugin:
        @hookimpl
        def prepare_connection(self, conn):
            seen.append(conn)

    plugin = Plugin()
    pm.register(plugin)
    try:
        with Catalogue.open(made, KEY) as catalogue:
            catalogue.absorb([], {}, {})
    finally:
        pm.unregister(plugin)
    assert seen == []

"""What is sealed stands nowhere in the clear: not in the archive, not in the local state, not in temporary files.

Words that occur nowhere else are planted in everything that goes in; then every byte that copwatch wrote is searched
for them, in several encodings, after adding, and again after the archive was unlocked, read and searched.
"""

import base64
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.workflows.founding import make_archive
from tests.conftest import REPO
from tests.media import saying
from tests.workflows.test_looking import live, photo

MARKERS = {
    "content of a small file": "XQZSMALLCONTENT77",
    "content of a large file": "XQZLARGECONTENT78",
    "name of a file": "XQZFILENAME79",
    "name of a folder": "XQZFOLDER80",
    "note": "XQZNOTEWORD81",
    "text of a report": "XQZNARRATIVE82",
    "privileged text": "XQZPRIVILEGED83",
    "place": "XQZPLACE84",
    "handle": "OBS-XQZ85",
    "badge": "XQZBADGE86",
    "group": "XQZGROUP87",
    "member": "XQZMEMBER88",
    "device": "XQZDEVICE89",
    "purpose": "XQZPURPOSE90",
    "camera": "XQZCAMERA91",
    "owner of the camera": "XQZOWNER92",
    "position": "37.8084722",
    "time of a photo": "18:05:12.123-07:00",
    "what links picture and film": saying.IDENTIFIER,
}
REPORT = """
occurred_start = "2026-06-12 18:10 -07:00"
location_text = "{place} plaza"
city = "Oakland"
narrative_observed = \"\"\"
The {narrative} was seen.
\"\"\"
notes_privileged = "{privileged} for counsel."

[[officers]]
badge_as_seen = "{badge}"
"""


def encodings(text):
    """The bytes of a word as they could stand in a file."""
    plain = text.encode()
    yield plain
    yield plain.lower()
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield plain.hex().encode()
    for shift in range(3):
        # Base64 of text in which the word begins at any of the three offsets, without what its neighbours change.
        coded = base64.b64encode(b"\0" * shift + plain)
        yield coded[(0, 2, 3)[shift] : -4]


def where_found(*tops):
    """Which marker stands in which file, or in its name."""
    found = []
    for top in tops:
        for path in sorted(top.rglob("*")):
            data = os.fsencode(path.relative_to(top)) + b"\n"
            data += path.read_bytes() if path.is_file() else b""
            found += [
                (name, str(path)) for name, text in MARKERS.items() if any(c in data for c in encodings(text))
            ]
    return found


class Place:
    """One computer: what it reads, and where copwatch may write."""

    def __init__(self, top, monkeypatch):
        self.archive, self.state, self.temporary, self.home = (
            top / n for n in ("archive", "state", "tmp", "home")
        )
        self.card, self.form, self.key = (
            top / "given" / "card",
            top / "given" / "form.toml",
            top / "given" / "key",
        )
        for folder in (self.temporary, self.home, self.card / MARKERS["name of a folder"]):
            folder.mkdir(parents=True)
        monkeypatch.setenv("COPWATCH_STATE", str(self.state))
        identity = HybridIdentity.generate()
        self.key.write_text(f"{identity}\n")
        self.key.chmod(0o600)
        make_archive(
            self.archive, lambda: datetime.now(UTC), passphrase=None, identity=identity,
            group=MARKERS["group"], name=MARKERS["member"], device_name=MARKERS["device"],
        )  # fmt: skip
        deep = self.card / MARKERS["name of a folder"]
        (deep / f"{MARKERS['name of a file']}.txt").write_text(MARKERS["content of a small file"] * 3)
        (deep / "large.bin").write_bytes(b"\0" * (9 << 20) + MARKERS["content of a large file"].encode() * 9)
        tags = {**saying.TIMES, **saying.ZONE, 0x927C: saying.apple_note()}
        names = {
            0x0110: saying.words(MARKERS["camera"]),
            0x013B: saying.words(MARKERS["owner of the camera"]),
        }
        (deep / "IMG_1.JPG").write_bytes(photo(saying.exif(tags, saying.GPS, names)))
        (deep / "IMG_1.MOV").write_bytes(live()[1])
        self.form.write_text(REPORT.format(
            place=MARKERS["place"], narrative=MARKERS["text of a report"], privileged=MARKERS["privileged text"],
            badge=MARKERS["badge"],
        ))  # fmt: skip

    def run(self, *args):
        done = subprocess.run(
            [sys.executable, "-m", "copwatch", *args, "--archive", str(self.archive)],
            cwd=REPO, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "TMPDIR": str(self.temporary),
                 "COPWATCH_STATE": str(self.state), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
                 "XDG_RUNTIME_DIR": str(self.home)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def codes(self, *key):
        listed = json.loads(self.run("list", "evidence", "--json", *key))
        return [row["code"] for row in listed["evidence"]]

    def written(self):
        return self.archive, self.state, self.temporary, self.home


@pytest.fixture
def place(tmp_path, monkeypatch):
    made = Place(tmp_path, monkeypatch)
    made.run("add", str(made.card), "--report", str(made.form), "--note", f"A {MARKERS['note']} here.",
             "--by", MARKERS["handle"])  # fmt: skip
    return made


def test_the_search_finds_what_is_there_in_every_encoding(tmp_path):
    for text in MARKERS.values():
        for coded in encodings(text):
            (tmp_path / "file").write_bytes(b"before" + coded + b"behind")
            assert where_found(tmp_path), coded
    for shift in range(3):
        sentence = b"x" * shift + MARKERS["note"].encode() + b" and more"
        (tmp_path / "file").write_bytes(base64.b64encode(sentence))
        assert where_found(tmp_path), shift
    (tmp_path / "file").unlink()
    (tmp_path / MARKERS["place"]).mkdir()
    assert where_found(tmp_path) == [("place", str(tmp_path / MARKERS["place"]))]


def test_nothing_stands_in_the_clear_after_adding(place):
    assert where_found(*place.written()) == []


def test_nothing_stands_in_the_clear_after_reading_and_searching(place):
    key = ("--identity", str(place.key))
    place.run("list", *key)
    shown = "".join(place.run("show", code, *key) for code in place.codes(*key))
    said = ("camera", "owner of the camera", "position")
    assert all(MARKERS[name] in shown for name in said)
    assert MARKERS["name of a file"] in place.run("search", MARKERS["name of a file"], *key)
    assert MARKERS["text of a report"] in place.run("search", MARKERS["text of a report"], "--json", *key)
    place.run("verify", "--deep", *key)
    place.run("rebuild", *key)
    assert where_found(*place.written()) == []
    assert list(place.temporary.rglob("*")) == [], "nothing is left behind"


def test_nothing_stands_in_the_clear_while_the_catalogue_is_open(place):
    """With the journal of a transaction that is not finished."""
    from copwatch.crypto.age import parse_identity
    from copwatch.store.archive import open_archive
    from copwatch.store.keys import open_with_identity
    from copwatch.workflows.session import Session

    archive = open_archive(place.archive)
    keys = open_with_identity(archive, parse_identity(place.key.read_text().strip()))
    with Session(archive, keys) as session:
        catalogue = session.catalogue
        with pytest.raises(ZeroDivisionError), catalogue._writing():
            catalogue._db.execute("UPDATE records SET json = json || ' '")
            catalogue._db.execute("PRAGMA cache_spill = 1")
            assert where_found(*place.written()) == []
            raise ZeroDivisionError
        assert where_found(*place.written()) == []

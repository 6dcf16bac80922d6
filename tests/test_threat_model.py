"""What docs/threat-model.md says of a seized computer, shown on a real archive; limits are shown as well.

A limit that is shown here is no wish: whoever removes one changes the test and the document.
"""

import hashlib
import hmac
import json
import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copwatch.catalogue.queries import evidence, records_of
from copwatch.crypto.age import HybridIdentity, ScryptIdentity, open_bytes, parse_identity
from copwatch.errors import Locked
from copwatch.store.archive import open_archive
from copwatch.store.check import verify_archive
from copwatch.store.durable import FIXED_TIME
from copwatch.store.keys import open_with_identity, open_with_passphrase, read_key_object
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.forgetting import forget_lately
from copwatch.workflows.founding import make_archive
from copwatch.workflows.rekeying import change_passphrase, keys_of_words, recover
from copwatch.workflows.session import Session
from examples.media_maker.planted import PLANTED
from tests.conftest import REPO

MEDIA = REPO / "examples" / "media"
PAGE = REPO / "docs" / "threat-model.md"
SAID = ("OBS-7", "Northside Copwatch", "seen by a neighbour", "sd_card")


class Silent:
    """Progress that nobody watches."""

    def start(self, *args) -> None: ...
    def advance(self, *args) -> None: ...
    def note(self, *args) -> None: ...
    def finish(self) -> None: ...


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def group(tmp_path, monkeypatch):
    """An archive that took in a shift on this computer: (archive, founder's identity, recovery words, what came in)."""
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "state"))
    founder = HybridIdentity.generate()
    made = make_archive(tmp_path / "archive", now, passphrase=None, identity=founder, group=SAID[1])
    added = add_shift(made.archive)
    return made.archive, founder, made.recovery_words, added


def add_shift(archive, at=now):
    request = Request((MEDIA,), by=SAID[0], how=SAID[3], note=SAID[2])
    return add_files(archive, request, at, Silent())


def bytes_below(*folders: Path) -> bytes:
    """Every file, every path and every name below some folders."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
    return b"\0".join([*(os.fsencode(p) for p in paths), *(p.read_bytes() for p in paths if p.is_file())])


def words_of_the_shift() -> list[bytes]:
    names = [path.name for path in MEDIA.rglob("*") if path.is_file()]
    content = [path.read_bytes()[100:132] for path in MEDIA.rglob("*") if path.is_file()]
    return [*(text.encode() for text in (*SAID, *names, *(item.value for item in PLANTED))), *content]


def test_neither_archive_nor_state_shows_a_name_a_word_or_a_byte_of_what_came_in(group, tmp_path):
    archive, founder, _, _ = group
    with Session(archive, open_with_identity(archive, founder)):
        pass  # now there is a catalogue, too
    seized = bytes_below(archive.layout.folder, tmp_path / "state")
    assert len(words_of_the_shift()) > 20
    assert [word for word in words_of_the_shift() if word in seized] == []
    assert b"AGE-SECRET-KEY" not in seized
    assert founder.seed not in seized
    assert founder.seed.hex().encode() not in seized


def test_the_search_finds_such_words_where_they_lie_open(tmp_path):
    (tmp_path / "note").write_bytes((MEDIA / "shift-note.txt").read_bytes())
    assert any(word in bytes_below(tmp_path) for word in words_of_the_shift())


def test_objects_tell_no_time_and_no_exact_size(group):
    archive, _, _, added = group
    objects = list(archive.layout.objects.rglob("*.age"))
    assert {int(path.stat().st_mtime) for path in objects} == {FIXED_TIME}
    assert not {item.size for item in added.received} & {path.stat().st_size for path in objects}


def test_limit_the_ledger_file_and_the_folders_have_real_times(group):
    archive, *_ = group
    segment = next((archive.layout.folder / "ledger").rglob("*.jsonl"))
    folders = [path for path in archive.layout.objects.iterdir() if path.is_dir()]
    lately = now().timestamp() - 600
    assert all(path.stat().st_mtime > lately for path in [segment, *folders])


def test_limit_anybody_reads_how_much_there_is_and_which_device_wrote_it(group):
    archive, _, _, added = group
    line = next((archive.layout.folder / "ledger").rglob("*.jsonl")).read_bytes().splitlines()[-1]
    entry = json.loads(line)
    assert len(entry["lists"]["sets"][0]["objects"]) == len(added.received)
    assert entry["entry"]["device"] == archive.devices()[0]


def test_limit_the_index_shows_whether_a_file_that_somebody_holds_came_in_and_when(group):
    archive, _, _, added = group
    tags = tags_of(archive.state.folder)
    for item in added.received:
        held = hashlib.sha256((MEDIA / item.path.relative_to(MEDIA)).read_bytes()).digest()
        assert tags[tag(archive.state.folder, held)] == now().date().isoformat()
    assert tag(archive.state.folder, hashlib.sha256(b"never filmed").digest()) not in tags


def test_forgetting_removes_index_key_and_the_list_of_ids(group):
    archive, *_, added = group
    ids = {item.evidence for item in added.received}
    before = bytes_below(archive.state.folder)
    assert all(id_.encode() in before for id_ in ids)
    forget_lately(archive)
    assert [id_ for id_ in ids if id_.encode() in bytes_below(archive.state.folder)] == []
    assert not any(
        (archive.state.folder / name).exists() for name in ("recent.key", "recent.jsonl", "ids.log")
    )


def test_after_thirty_days_the_index_forgets_but_only_when_add_runs_again(group):
    archive, *_ = group
    first = set(tags_of(archive.state.folder))
    (archive.layout.folder.parent / "later.txt").write_text("another evening")
    later = Request((archive.layout.folder.parent / "later.txt",))
    add_files(archive, later, lambda: now() + timedelta(days=30), Silent())
    assert first < set(tags_of(archive.state.folder))
    add_files(archive, later, lambda: now() + timedelta(days=31), Silent())
    assert not first & set(tags_of(archive.state.folder))


def test_after_recovery_the_old_identity_opens_what_was_but_no_key_in_use_and_still_the_root_key(group):
    archive, old, words, _ = group
    before = archive.charter
    recover(archive, keys_of_words(archive, words), now, new_passphrase="orbit lantern pepper ocean")
    archive = open_archive(archive.layout.folder)
    with pytest.raises(Locked):
        open_with_identity(archive, old)  # the program does not take it any more
    grants = [key.object for key in before.keys if key.member == before.members[0].id]
    opened = [open_bytes(read_key_object(archive.layout, name), [old]).decode() for name in grants]
    places = {str(parse_identity(text.strip()).recipient()) for text in opened}
    # By hand it gives the keys of all compartments that were in use until then, none of now, and the root key.
    assert {compartment.epochs[0] for compartment in archive.charter.compartments} == places
    assert not places & {compartment.epochs[-1] for compartment in archive.charter.compartments}
    assert len(open_bytes(read_key_object(archive.layout, before.root_sealed), [old])) == 65
    assert archive.charter.root == before.root


def test_limit_after_a_change_the_old_passphrase_still_opens_the_old_object_in_the_same_archive(group):
    archive, founder, *_ = group
    old = "orbit lantern pepper ocean"
    first = change_passphrase(archive, open_with_identity(archive, founder), old)
    sealed = first.charter.members[0].identity
    changed = change_passphrase(first, open_with_identity(first, founder), "tundra velvet moss harbor")
    with pytest.raises(Locked):
        open_with_passphrase(changed, old)  # the program does not take it any more
    by_hand = open_bytes(read_key_object(changed.layout, sealed), [ScryptIdentity(old)])
    assert by_hand.decode().strip() == str(founder)


def test_limit_a_seized_device_key_writes_entries_that_hold(group, tmp_path, monkeypatch):
    archive, *_ = group
    shutil.copytree(tmp_path / "state", tmp_path / "seized")
    shutil.copytree(archive.layout.folder, tmp_path / "copy")
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "seized"))
    (tmp_path / "forged.txt").write_text("never happened")
    add_files(open_archive(tmp_path / "copy"), Request((tmp_path / "forged.txt",)), now, Silent())
    found = verify_archive(tmp_path / "copy")
    assert found.holds
    assert (
        found.heads[archive.devices()[0]].size
        == verify_archive(archive.layout.folder).heads[archive.devices()[0]].size + 1
    )


def test_limit_where_nobody_remembers_them_the_newest_entries_can_be_removed(group, tmp_path, monkeypatch):
    archive, *_ = group
    segment = next((archive.layout.folder / "ledger").rglob("*.jsonl"))
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:-1]))
    assert not verify_archive(archive.layout.folder).holds  # this computer remembers
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "a stranger"))
    assert verify_archive(archive.layout.folder).holds
    newest = json.loads(lines[-1])["entry"]
    head = hashlib.sha256(
        b"\0" + json.dumps(newest, separators=(",", ":"), sort_keys=True).encode()
    ).digest()[:16]
    assert not verify_archive(archive.layout.folder, [head]).holds  # and so does paper


def test_limit_a_device_writes_the_time_that_its_clock_shows_and_only_going_back_is_noted(group, tmp_path):
    archive, founder, *_ = group
    for name, years in (("ahead", 20), ("back", 10)):
        (tmp_path / name).write_text(name)
        clock = now().replace(year=now().year + years, day=1)
        add_files(archive, Request((tmp_path / name,)), lambda clock=clock: clock, Silent())
    with Session(archive, open_with_identity(archive, founder)) as session:
        said = {r.record["name"]: r.record["clock"] for r in records_of(session.catalogue, "evidence")}
    assert (said["ahead"], said["back"]) == ("system", "behind")


def test_the_ids_of_the_index_stand_nowhere_open_in_the_archive(group):
    archive, *_, added = group
    seized = bytes_below(archive.layout.folder)
    for item in added.received:
        assert item.evidence.encode() not in seized
        assert item.sha256.encode() not in seized


def test_an_older_catalogue_put_in_place_is_brought_up_to_date(group, tmp_path):
    archive, founder, *_, added = group
    keys = open_with_identity(archive, founder)
    with Session(archive, keys) as session:
        path = session.catalogue_path
    older = path.read_bytes()
    (tmp_path / "later.txt").write_text("another evening")
    add_files(archive, Request((tmp_path / "later.txt",)), now, Silent())
    with Session(archive, keys) as session:
        assert len(evidence(session.catalogue)) == len(added.received) + 1
    path.write_bytes(older)
    with Session(archive, keys) as session:
        assert len(evidence(session.catalogue)) == len(added.received) + 1


def test_the_archive_names_its_members_by_post_quantum_recipients_alone(group):
    archive, *_ = group
    recipients = [member.recipient for member in archive.charter.members]
    recipients += [text for compartment in archive.charter.compartments for text in compartment.epochs]
    assert {text[:7] for text in recipients} == {"age1pq1"}


def test_every_file_of_the_state_stands_in_the_document(group, tmp_path):
    archive, founder, _, _ = group
    with Session(archive, open_with_identity(archive, founder)):
        pass
    named = set(re.findall(r"`([a-z-]+(?:…)?\.[a-z]+)`", PAGE.read_text("utf-8")))
    files = {path.name for path in (tmp_path / "state").rglob("*") if path.is_file()}
    shown = {re.sub(r"-[0-9a-f]{32}\.", "-….", name) for name in files}
    assert len(shown) > 8
    assert shown - named == set()


def test_what_the_document_points_to_exists():
    text = PAGE.read_text("utf-8")
    tests = set(re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", text))
    assert len(tests) > 30
    for path, name in tests:
        source = (REPO / path).read_text("utf-8")
        assert not name or f"def {name}(" in source, f"{path}::{name}"
    for path in set(re.findall(r"`((?:copwatch|docs|examples)/[\w/.-]+)`", text)):
        assert (REPO / path).exists(), path


def tag(folder: Path, digest: bytes) -> str:
    """What a seizer computes: they have the key, for it lies beside the index."""
    return hmac.new((folder / "recent.key").read_bytes(), digest, "sha256").hexdigest()[:32]


def tags_of(folder: Path) -> dict[str, str]:
    lines = [json.loads(line) for line in (folder / "recent.jsonl").read_text().splitlines()]
    return {tag_: line["day"] for line in lines for tag_ in line["tags"]}

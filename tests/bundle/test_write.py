import errno
import io
import json
import os
import shutil
import stat
import tracemalloc
from dataclasses import replace

import bagit
import pytest

from copwatch.bundle import folder_sink
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.plan import Incident
from copwatch.bundle.profiles import shipped
from copwatch.bundle.sinks import ZipSink
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.bundle.ziptree import ZipTree
from copwatch.errors import (
    BadInput,
    IntegrityFailure,
    NoPermission,
    NoSpace,
    NotFound,
    Refused,
    Unfinished,
    UsageError,
)
from tests.bundle.making import CREATED, OTHER, ROOT, Maker, draw, rules, usual


def written(tmp_path, plan, name="bundle"):
    write_bundle(plan, FolderSink(tmp_path / name))
    return tmp_path / name


def all_bytes(folder):
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


class Forward:
    """A stream that can only be written to."""

    def __init__(self):
        self.data = bytearray()

    def write(self, data):
        self.data += data
        return len(data)


def test_the_bagit_library_validates_a_bundle_and_finds_nothing_to_fetch(tmp_path):
    bag = bagit.Bag(str(written(tmp_path, usual().plan())))
    bag.validate()
    bag.validate(completeness_only=True)
    bag.validate_fetch()
    assert bag.has_oxum() and bag.is_valid(fast=True)
    assert sorted(bag.algorithms) == ["sha256", "sha512"]
    assert list(bag.files_to_be_fetched()) == [] and list(bag.missing_optional_tagfiles()) == []
    assert bag.info["Bagging-Date"] == "2026-11-22"
    assert bag.info["Bag-Software-Agent"] == "copwatch 0.1.0"


def test_a_bundle_verifies_as_folder_and_as_zip(tmp_path):
    maker = usual()
    folder = verify_bundle(FolderTree(written(tmp_path, maker.plan())), root=ROOT.public_hex)
    assert folder.findings == () and folder.ok and folder.root_known
    assert [check.number for check in folder.checks] == list(range(1, 14))
    assert {file.name for file in folder.files} == {"IMG_0001.JPG", "clip.mp4"}
    assert {file.device for file in folder.files} == {maker.device.public_hex}
    stream = Forward()
    write_bundle(maker.plan(), ZipSink(stream, "bundle", CREATED))
    zipped = verify_bundle(ZipTree(io.BytesIO(bytes(stream.data))))
    assert zipped.findings == () and zipped.files == folder.files and not zipped.root_known
    assert zipped.root_words == folder.root_words and len(zipped.root_words.split()) == 12


def test_evidence_is_bit_for_bit_what_was_given(tmp_path):
    maker = usual()
    folder = written(tmp_path, maker.plan())
    data = {path.name.split("-", 4)[-1]: path.read_bytes() for path in (folder / "data/evidence").iterdir()}
    assert data == {name: content for _, name, content in maker.files}


def test_privileged_notes_access_events_and_seeds_do_not_leave(tmp_path):
    maker = usual()
    everything = all_bytes(written(tmp_path, maker.plan()))
    for secret in (b"Counsel thinks", b"Ask about the warrant", b'"viewed"', b"why viewed", b'"dsp"'):
        assert secret not in everything
    for at in range(len(maker.records)):
        assert maker.seed(at).hex().encode() not in everything


def test_what_is_withheld_is_listed_by_path(tmp_path):
    maker = usual()
    check = verify_bundle(FolderTree(written(tmp_path, maker.plan())))
    assert {path for _, path in check.withheld} == {"/notes_privileged/0", "/notes_privileged/1"}
    assert b"/notes_privileged/0" in (tmp_path / "bundle/data/index.html").read_bytes()


def test_a_field_that_the_table_does_not_know_is_withheld(tmp_path):
    maker = Maker()
    maker.report(city="Oakland", invented_tomorrow="a secret of tomorrow")
    maker.add("batch", by="OBS-1", surprise="another secret of tomorrow")
    folder = written(tmp_path, maker.plan())
    assert b"of tomorrow" not in all_bytes(folder)
    check = verify_bundle(FolderTree(folder))
    assert check.ok and {path for _, path in check.withheld} == {"/invented_tomorrow", "/surprise"}


def test_privileged_words_that_stand_in_an_open_field_stop_the_export(tmp_path):
    maker = Maker()
    maker.report(
        narrative_observed=['He fell. Counsel says "settle" now.'],
        notes_privileged=['Counsel says "settle" now.'],
    )
    with pytest.raises(Refused, match="notes_privileged"):
        written(tmp_path, maker.plan())
    assert list(tmp_path.iterdir()) == []


def test_a_record_of_an_unknown_type_stops_the_export(tmp_path):
    maker = usual()
    maker.add("roster", members=[])
    with pytest.raises(Refused, match="roster"):
        written(tmp_path, maker.plan())


def test_an_unknown_profile_is_a_usage_error():
    with pytest.raises(UsageError) as caught:
        shipped("everybody")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("served", [b"", b"\xff\xd8 picture 0ne \xff\xd9", b"\xff\xd8 picture one \xff\xd9!"])
def test_evidence_that_is_not_what_was_received_leaves_no_bundle(tmp_path, served):
    plan = usual().plan()
    item = replace(plan.items[0], open=lambda: io.BytesIO(served))
    with pytest.raises(IntegrityFailure) as caught:
        written(tmp_path, replace(plan, items=(item, plan.items[1])))
    assert caught.value.exit_code == 3 and list(tmp_path.iterdir()) == []


def test_an_aborted_zip_has_no_directory(tmp_path):
    plan = usual().plan()
    item = replace(plan.items[1], open=lambda: io.BytesIO(b"else"))
    stream = Forward()
    with pytest.raises(IntegrityFailure):
        write_bundle(replace(plan, items=(plan.items[0], item)), ZipSink(stream, "b", CREATED))
    assert b"PK\x05\x06" not in stream.data and not ZipTree(io.BytesIO(bytes(stream.data))).files


def test_the_same_plan_gives_the_same_zip_whatever_the_stream_can_do():
    forward, seekable = Forward(), io.BytesIO()
    write_bundle(usual().plan(), ZipSink(forward, "b", CREATED))
    write_bundle(usual().plan(), ZipSink(seekable, "b", CREATED))
    assert bytes(forward.data) == seekable.getvalue()


def test_the_folder_and_its_files_are_private_and_nothing_else_stays(tmp_path):
    old = os.umask(0)
    try:
        folder = written(tmp_path, usual().plan())
    finally:
        os.umask(old)
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_an_empty_folder_gives_way_and_a_used_one_does_not(tmp_path):
    (tmp_path / "bundle").mkdir()
    assert verify_bundle(FolderTree(written(tmp_path, usual().plan()))).ok
    with pytest.raises(Refused):
        FolderSink(tmp_path / "bundle")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused):
        FolderSink(tmp_path / "link")
    with pytest.raises(NotFound):
        FolderSink(tmp_path / "absent/bundle")


def test_a_plan_whose_records_do_not_prove_is_never_written(tmp_path):
    plan = usual().plan()
    record, rest = plan.items[0].evidence, plan.items[1:]
    changed = replace(record.opened, record=dict(record.opened.record, sha256="0" * 64))
    bad = [
        replace(
            plan,
            items=(replace(plan.items[0], evidence=replace(record, opened=changed)), *rest),
        ),
        replace(
            plan, items=(replace(plan.items[0], evidence=replace(record, index=record.index + 1)), *rest)
        ),
        replace(plan, items=(replace(plan.items[0], evidence=replace(record, index=99)), *rest)),
        replace(plan, items=(replace(plan.items[0], evidence=replace(record, line=b"{}")), *rest)),
        replace(plan, charters={}),
        replace(plan, root=OTHER.public_hex),
        replace(plan, archive="0" * 64),
        replace(plan, signer=replace(plan.signer, key="ab" * 32)),
    ]
    for one in bad:
        with pytest.raises(IntegrityFailure):
            written(tmp_path, one)
    assert list(tmp_path.iterdir()) == []


def test_codes_that_do_not_fit_their_records_are_refused(tmp_path):
    plan = usual().plan()
    first, second = plan.items
    bad = [
        replace(plan, items=(replace(first, code=second.code), second)),
        replace(plan, items=(first, first)),
        replace(plan, incident=Incident(draw("another"), plan.incident.code)),
        replace(plan, code="../../etc"),
        replace(plan, created_at="yesterday"),
    ]
    for one in bad:
        with pytest.raises(BadInput):
            written(tmp_path, one)


def test_an_interruption_leaves_nothing(tmp_path):
    plan = usual().plan()

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(tmp_path, replace(plan, items=(plan.items[0], replace(plan.items[1], open=stop))))
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing_even_when_the_bundle_has_its_name(tmp_path, monkeypatch):
    real = folder_sink._sync

    def interrupted(folder):
        if folder == tmp_path:
            assert (tmp_path / "bundle").exists()
            raise KeyboardInterrupt
        real(folder)

    monkeypatch.setattr(folder_sink, "_sync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bundle(usual().plan(), FolderSink(tmp_path / "bundle"))
    assert list(tmp_path.iterdir()) == []


def test_versions_are_marked_and_custody_runs_from_receipt_to_export(tmp_path):
    folder = written(tmp_path, usual().plan())
    report = json.loads((folder / "data/report.json").read_bytes())
    assert [(v["first"], v["current"], v["record"]["city"]) for v in report["versions"]] == [
        (True, False, "Oakland"),
        (False, True, "Berkeley"),
    ]
    rows = json.loads((folder / "data/custody.json").read_bytes())["custody"]
    assert sorted(row["event"] for row in rows[:-1]) == ["copied", "received", "received", "verified"]
    assert [row["event"] for row in rows][:2] == ["received", "received"] and rows[-1]["event"] == "exported"
    assert rows[0]["who"] == "OBS-7Q2K" and rows[-1]["at"] == CREATED
    assert all(row["premis"] and row["at"] for row in rows) and rows[-1]["record"] == ""


def test_an_export_that_a_record_tells_of_has_one_row(tmp_path):
    maker = usual()
    maker.add(
        "custody", event="exported", premis="exp", at=CREATED, scope="evidence", outcome="pass",
        purpose=["B-1 for counsel. For the hearing."], detail={"bundle": "B-1", "recipient": "Counsel One"},
    )  # fmt: skip
    folder = written(tmp_path, maker.plan(code="B-1", rules=replace(rules(), bundle="B-1")))
    rows = json.loads((folder / "data/custody.json").read_bytes())["custody"]
    assert [row["detail"].partition(";")[0] for row in rows if row["event"] == "exported"] == [
        "B-1 for counsel. For the hearing."
    ]
    assert all(row["record"] for row in rows) and verify_bundle(FolderTree(folder)).ok


def test_what_was_given_out_before_and_to_whom_stays():
    event = {
        "type": "custody",
        "event": "exported",
        "detail": {"bundle": "B-1"},
        "purpose": ["B-1 for counsel."],
    }
    for profile in ("client-counsel", "court-filing"):
        of_it, other = (replace(rules(profile), bundle=code) for code in ("B-1", "B-2"))
        assert other.leaves_out(event) and rules(profile).leaves_out(event)
        assert not of_it.leaves_out(event)
        assert "/purpose/0" in {path for each in of_it.of(event, "0" * 64) for path in each.shown}


def test_a_bundle_without_incident_or_report_holds_evidence_alone(tmp_path):
    maker = Maker()
    maker.file("a.jpg", b"abc")
    folder = written(tmp_path, maker.plan(incident=None))
    assert verify_bundle(FolderTree(folder)).ok


def test_evidence_of_no_bytes_is_evidence(tmp_path):
    maker = Maker()
    maker.file("empty", b"")
    stream = io.BytesIO()
    write_bundle(maker.plan(), ZipSink(stream, "b", CREATED))
    assert verify_bundle(ZipTree(stream)).ok


class Endless(io.RawIOBase):
    """A reader of `size` zero bytes that notes whether it is asked for much at once."""

    def __init__(self, size):
        self.left, self.most = size, 0

    def read(self, size=-1):
        self.most = max(self.most, size)
        data = bytes(min(size, self.left))
        self.left -= len(data)
        return data


def test_memory_does_not_grow_with_the_evidence(tmp_path):
    # Blocks that wait for a slow hash or disk take 9 MiB at most: a quarter is out of reach for them, not for a copy.
    size = 64 << 20
    maker = Maker()
    maker.file("long.mp4", bytes(size))
    plan = maker.plan(incident=None)
    maker.files.clear()
    source = Endless(size)
    plan = replace(plan, items=(replace(plan.items[0], open=lambda: source),))
    tracemalloc.start()
    try:
        folder = written(tmp_path, plan)
        assert verify_bundle(FolderTree(folder)).ok
        assert tracemalloc.get_traced_memory()[1] < size >> 2
    finally:
        tracemalloc.stop()
    assert source.most <= 1 << 20 and source.left == 0


@pytest.mark.parametrize(("number", "failure"), [(28, NoSpace), (13, NoPermission), (5, Unfinished)])
def test_a_disk_that_fails_leaves_nothing(tmp_path, monkeypatch, number, failure):
    def fail(handle):
        raise OSError(number, "as the system says it")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(failure):
        written(tmp_path, usual().plan())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("gone", ["", "data/first"])
def test_what_was_tidied_away_while_it_was_written_never_gets_the_name_of_a_bundle(tmp_path, gone):
    sink = FolderSink(tmp_path / "bundle")
    with sink.open("data/first", 1) as file:
        file.write(b"1")
    (work,) = tmp_path.iterdir()
    shutil.rmtree(work) if not gone else (work / gone).unlink()
    with sink.open("data/second", 1) as file:
        file.write(b"2")
    with pytest.raises(Unfinished, match="data/first"):
        sink.finish()
    sink.abort()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_waits_gets_its_path_or_goes(tmp_path):
    sink = FolderSink(tmp_path / "bundle")
    for name, size in (("long", 3 << 20), ("short", 5), ("gone", 5)):
        with sink.early(name, size) as file:
            file.write(memoryview(name[:1].encode() * size))
    with sink.open_early("short") as file:
        assert file.read() == b"sssss"
    sink.drop("gone")
    sink.place("long", "data/evidence/one")
    sink.place("short", "data/evidence/two")
    sink.finish()
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == {
        "bundle/data/evidence/one",
        "bundle/data/evidence/two",
    }
    assert (tmp_path / "bundle/data/evidence/one").read_bytes() == b"l" * (3 << 20)
    sink.abort()
    assert (tmp_path / "bundle").is_dir(), "what is finished is no longer ours to remove"


def test_no_file_that_waits_takes_the_place_of_another_or_is_left(tmp_path):
    sink = FolderSink(tmp_path / "bundle")
    with sink.open("data/one", 1) as file:
        file.write(b"1")
    with sink.early("two", 1) as file:
        file.write(b"2")
    with pytest.raises(Unfinished):
        sink.place("two", "data/one")
    with pytest.raises(Unfinished):
        sink.finish()
    sink.abort()
    assert list(tmp_path.iterdir()) == []


def early(tmp_path, data=b"0123456789"):
    sink = FolderSink(tmp_path / "bundle")
    with sink.early("one", len(data)) as file:
        file.write(data)
    with sink.open_early("one") as file:
        assert file.read() == data
    (found,) = (path for path in tmp_path.rglob("*") if path.is_file())
    return sink, found


@pytest.mark.parametrize("how", ["shorter", "longer", "link", "fifo", "folder", "gone", "all gone"])
def test_what_is_no_longer_what_waits_is_not_placed(tmp_path, how):
    sink, path = early(tmp_path)
    if how in ("shorter", "longer"):
        path.write_bytes(b"0" * {"shorter": 9, "longer": 11}[how])
    else:
        path.unlink()
    if how == "link":
        (tmp_path / "elsewhere").write_bytes(b"0123456789")
        path.symlink_to(tmp_path / "elsewhere")
    elif how == "fifo":
        os.mkfifo(path)
    elif how == "folder":
        path.mkdir()
    elif how == "all gone":
        shutil.rmtree(path.parent.parent)
    with pytest.raises(Unfinished) as caught, sink.open_early("one"):
        pass
    assert caught.value.hint and "nothing was released" in caught.value.hint
    sink.abort()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("disturb", "said"),
    [
        (lambda path: path.write_bytes(b"012345678"), "changed data/one"),
        (lambda path: (path.unlink(), path.symlink_to("/dev/null")), "changed data/one"),
        (lambda path: path.with_name(".DS_Store").write_bytes(b""), r"put data/\.DS_Store into"),
        (lambda path: path.with_name("link").symlink_to("/dev"), "put data/link into"),
        (lambda path: path.unlink(), "removed data/one"),
    ],
)
def test_a_folder_that_somebody_disturbs_never_gets_its_name(tmp_path, disturb, said):
    sink, path = early(tmp_path)
    sink.place("one", "data/one")
    disturb(path.parent.parent / "data/one")
    with pytest.raises(Unfinished, match=said):
        sink.finish()
    sink.abort()
    assert list(tmp_path.iterdir()) == []


def test_what_fails_elsewhere_is_not_said_of_the_folder(tmp_path):
    sink = FolderSink(tmp_path / "bundle")
    for opened in (lambda: sink.open("data/one", 5), lambda: sink.early("one", 5)):
        with pytest.raises(OSError, match="the source") as caught, opened() as file:
            file.write(b"12")
            raise OSError(errno.EIO, "the source does not answer")
        assert type(caught.value) is OSError
    sink.abort()


def test_a_place_that_somebody_takes_meanwhile_is_left_to_him(tmp_path):
    sink, _ = early(tmp_path)
    sink.place("one", "data/one")
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "his").touch()
    with pytest.raises(Unfinished, match="something else stands"):
        sink.finish()
    sink.abort()
    assert [path.name for path in tmp_path.rglob("*")] == ["bundle", "his"]


def test_a_file_that_fails_on_its_way_does_not_wait(tmp_path):
    sink = FolderSink(tmp_path / "bundle")
    with pytest.raises(ZeroDivisionError), sink.early("half", 4) as file:
        file.write(b"12")
        raise ZeroDivisionError
    sink.finish()
    assert [path.name for path in tmp_path.rglob("*")] == ["bundle"]

"""Clean renditions straight from sealed evidence: in bundles and files, proven; nothing where one cannot be made."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.match import match_essence, match_file, match_rendition
from copwatch.catalogue.custody import custody
from copwatch.catalogue.queries import evidence, evidence_by_essence, evidence_by_rendition
from copwatch.crypto.age import SealedReader, X25519Identity
from copwatch.errors import IntegrityFailure, Refused, Unfinished, UsageError
from copwatch.media.cleaning import essence_hash, scan
from copwatch.media.facts import Danger
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import essence_of
from copwatch.media.refusal import CannotClean
from copwatch.progress import Progress
from copwatch.store.durable import FIXED_TIME
from copwatch.workflows import bundle_plans, exporting, making, renditions
from copwatch.workflows.bundle_plans import Request
from copwatch.workflows.exporting import export, new_bundle_code
from copwatch.workflows.opening import Recorded
from copwatch.workflows.renditions import write_rendition
from copwatch.workflows.reviewing import review_file
from copwatch.workflows.verifying_bundles import check_bundle, open_tree
from tests.media import making_bmff, making_pdf
from tests.test_markers import encodings

SERIAL, OWNER, NAME, FOLDER = "XQZSERIAL4711", "XQZOWNER4712", "XQZNAME4713", "XQZFOLDER4714"
PLACE = (33.0, 51.0, 21.0625)
TOLD = ("33.8558", "118.4471", "2024:03:09 07:08:11", "2024-03-09T07:08:11")
COUNSEL = "client-counsel"


def photo(colour: str = "navy", serial: str = SERIAL) -> bytes:
    exif = Image.Exif()
    exif[0x0110], exif[0x013B] = f"Phone {serial}", OWNER
    exif.get_ifd(0x8769).update({0xA431: serial, 0x9003: TOLD[2]})
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "W", 4: (118.0, 26.0, 49.6875)})
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "JPEG", exif=exif, comment=OWNER.encode())
    return made.getvalue()


def made_of(data: bytes) -> str:
    return essence_hash(io.BytesIO(data), essence_of(scan(io.BytesIO(data)).parts))


@pytest.fixture
def files(house):
    """A photo and a film on a card, taken in."""
    found = {f"{FOLDER}/{NAME}.jpg": photo(), f"{FOLDER}/{NAME}.mp4": making_bmff.movie()}
    for name, data in found.items():
        house.file(name, data)
    assert house.add().complete
    return found


def run(house, out: Path, *, rows=None, **more):
    with house.session() as session:
        items = tuple(evidence(session.catalogue)) if rows is None else rows(session)
        request = Request(COUNSEL, out, items=items, **{"strip": True, **more})
        return export(session, request, new_bundle_code(), lambda: house.now, Progress())


def checked(path: Path, *identities):
    with open_tree(path, lambda _: list(identities)) as tree:
        return check_bundle(tree, Progress())


def inside(path: Path) -> dict[str, bytes]:
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def unzipped(path: Path, identity) -> dict[str, bytes]:
    with path.open("rb") as file, SealedReader(file, [identity]) as opened:
        data = io.BytesIO(opened.read())
    with zipfile.ZipFile(data) as read:
        return {name.partition("/")[2]: read.read(name) for name in read.namelist()}


def check_content(content: dict[str, bytes], files: dict[str, bytes]) -> None:
    """Renditions of these files, and nothing that the files, their names or their folder said."""
    given = {name: data for name, data in content.items() if name.startswith("data/evidence/")}
    assert {name[-12:] for name in given} == {"stripped.jpg", "stripped.mp4"}
    assert {made_of(data) for data in given.values()} == {made_of(data) for data in files.values()}
    for data in given.values():
        found = scan(io.BytesIO(data))
        assert found.clean and {fact.danger for fact in found.facts} <= {Danger.TRACKS}
    secrets = [SERIAL, OWNER, NAME, FOLDER, making_bmff.SECRET.decode(), *TOLD]
    for name, data in content.items():
        for secret in secrets:
            assert not any(form in data for form in encodings(secret)), (name, secret)
        assert making_bmff.TIME not in data, name


def test_the_originals_hold_what_is_looked_for(files, house):
    """Else the tests that it is gone would show nothing."""
    assert all(
        any(form in files[f"{FOLDER}/{NAME}.jpg"] for form in encodings(s)) for s in (SERIAL, OWNER, TOLD[2])
    )
    told = json.dumps(house.of("evidence"))
    assert all(secret in told for secret in (SERIAL, NAME, FOLDER, TOLD[0], TOLD[3]))


def test_a_folder_of_clean_renditions_says_nothing_of_what_the_originals_said(house, files, tmp_path):
    done = run(house, tmp_path / "bundle")
    assert (done.renditions, done.not_cleaned) == (2, ())
    check_content(inside(tmp_path / "bundle"), files)
    house.holds()


def test_a_sealed_bundle_and_a_zip_hold_the_same(house, files, tmp_path):
    identity = X25519Identity.generate()
    run(house, tmp_path / "b.age", recipients=(identity.recipient(),))
    content = unzipped(tmp_path / "b.age", identity)
    check_content(content, files)
    sealed = checked(tmp_path / "b.age", identity)
    with (tmp_path / "b.age").open("rb") as file, SealedReader(file, [identity]) as opened:
        (tmp_path / "b.zip").write_bytes(opened.read())
    plain = checked(tmp_path / "b.zip")
    for check in (sealed, plain):
        assert check.ok and check.findings == () and len(check.renditions) == 2
        assert all(made.computed for made in check.renditions)
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in content.items():
            packed.writestr(f"b/{name}", data)
    check = checked(tmp_path / "packed.zip")
    assert check.ok and {finding.kind for finding in check.findings} == {"not checked"}
    assert not any(made.computed for made in check.renditions)


def test_whoever_verifies_learns_what_was_made_of_what_and_by_whose_word(house, files, tmp_path):
    run(house, tmp_path / "bundle")
    check = checked(tmp_path / "bundle")
    assert check.ok and check.files == () and check.findings == ()
    received = {record["id"]: record for record in house.of("evidence")}
    records = {record["sha256"]: record for record in house.of("rendition")}
    assert len(check.renditions) == len(records) == 2
    for made in check.renditions:
        record = records[made.sha256]
        original = received[record["evidence"]]
        assert (made.evidence_sha256, made.evidence_size) == (original["sha256"], original["size"])
        assert record["essence"] == record["evidence_essence"] == made.essence == original["essence"]
        assert made.computed and made.received_essence and not made.of_clean
        data = (tmp_path / "bundle" / made.file).read_bytes()
        assert made_of(data) == made.essence and len(data) == made.size
    shown = (tmp_path / "bundle/data/index.html").read_text()
    for made in check.renditions:
        assert f"clean rendition of {made.code}; the original is sealed in the archive" in shown
        assert made.evidence_sha256 in shown and made.sha256 in shown and made.essence in shown
    how = (tmp_path / "bundle/data/HOW-TO-VERIFY.txt").read_text()
    assert "clean rendition" in how and "bit for bit what was received" not in how
    rows = json.loads((tmp_path / "bundle/data/custody.json").read_text())["custody"]
    assert [row["event"] for row in rows].count("metadata_stripped") == 2


def test_names_folders_times_and_what_files_say_are_withheld_and_proven(house, files, tmp_path):
    run(house, tmp_path / "bundle")
    withheld = {path.split("/")[1] for _, path in checked(tmp_path / "bundle").withheld}
    assert {"name", "folder", "file_time", "camera", "places", "captured"} <= withheld
    assert not withheld & {"sha256", "size", "pieces", "essence", "id"}


def test_the_ledger_tells_of_renditions_beside_the_export(house, files, tmp_path):
    before = house.entries()
    run(house, tmp_path / "bundle")
    assert house.entries() == before + 2
    with house.session() as session:
        item = evidence(session.catalogue)[0]
        events = [event.event for event in custody(session.catalogue, item.id)]
    assert sorted(events[-2:]) == ["exported", "metadata_stripped"]


def test_a_bundle_does_not_tell_of_renditions_that_went_elsewhere(house, files, tmp_path):
    run(house, tmp_path / "first")
    run(house, tmp_path / "second")
    run(house, tmp_path / "whole", strip=False)
    for name, count in (("second", 2), ("whole", 0)):
        assert checked(tmp_path / name).ok
        report = json.loads((tmp_path / name / "data/report.json").read_bytes())
        assert [each["record"]["type"] for each in report["records"]].count("rendition") == count


def test_what_cannot_be_cleaned_stops_everything_and_is_named(house, files, tmp_path):
    house.file("statement.doc", b"a document")
    house.add()
    before, entries = sorted(tmp_path.iterdir()), house.entries()
    with pytest.raises(
        Refused, match=r"1 of 3 items cannot be cleaned with certainty: E-.*no format"
    ) as caught:
        run(house, tmp_path / "bundle")
    assert caught.value.exit_code == 5 and "--keep-going" in caught.value.hint
    assert sorted(tmp_path.iterdir()) == before and house.entries() == entries


def test_what_cannot_be_cleaned_can_stay_behind_and_the_bundle_says_so(house, files, tmp_path):
    house.file("statement.doc", b"a document")
    house.add()
    done = run(house, tmp_path / "bundle", keep_going=True)
    (left,) = done.not_cleaned
    check = checked(tmp_path / "bundle")
    assert check.ok and len(check.renditions) == 2 and check.facts.not_cleaned == (left.item.code,)
    assert left.item.code in (tmp_path / "bundle/data/index.html").read_text()
    with pytest.raises(Refused):
        run(house, tmp_path / "none", rows=lambda _: (left.item,), keep_going=True)
    assert not (tmp_path / "none").exists()


def test_what_was_stripped_when_it_came_in_goes_out_as_it_is(house, tmp_path):
    house.file("a.jpg", photo())
    house.add(strip=True)
    done = run(house, tmp_path / "bundle")
    check = checked(tmp_path / "bundle")
    assert check.ok and done.renditions == 0 and check.renditions == () and len(check.files) == 1
    assert house.of("rendition") == []


def test_a_pdf_is_made_anew_and_has_no_essence(house, tmp_path):
    house.file("a.pdf", making_pdf.everything())
    house.add()
    run(house, tmp_path / "bundle")
    check = checked(tmp_path / "bundle")
    (made,) = check.renditions
    assert check.ok and made.essence == "" and not made.computed and made.file.endswith("stripped.pdf")
    assert "has no essence to compare" in (tmp_path / "bundle/data/index.html").read_text()


def test_a_bundle_needs_the_record_of_what_it_holds(house, files, tmp_path, monkeypatch):
    with pytest.raises(UsageError):
        run(house, tmp_path / "bundle", record=False)
    monkeypatch.setattr(
        exporting, "record_access", lambda *_, **__: Recorded(False, "the archive is write-protected")
    )
    with pytest.raises(Unfinished, match="write-protected"):
        run(house, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_a_rendition_that_comes_out_otherwise_the_second_time_is_not_released(
    house, files, tmp_path, monkeypatch
):
    real, wrong = renditions.open_rendition, lambda *_: io.BytesIO(photo("maroon"))
    sealed = (X25519Identity.generate().recipient(),)
    for opened in (wrong, lambda *args: io.BytesIO(real(*args).read()[:-1])):
        monkeypatch.setattr(bundle_plans, "open_rendition", opened)
        with pytest.raises(IntegrityFailure, match="is not the rendition that was recorded"):
            run(house, tmp_path / "bundle", recipients=sealed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "card", "state"]


def test_one_whose_footage_turns_out_to_be_another_is_taken_out_again(house, files, tmp_path, monkeypatch):
    real = making.made_of

    def other(item, found, sealed, made):
        if found.scan.media_type == "video/mp4":
            made = made._replace(essence="0" * 64)
        return real(item, found, sealed, made)

    monkeypatch.setattr(making, "made_of", other)
    with pytest.raises(Refused, match="not have the same picture and sound"):
        run(house, tmp_path / "bundle")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "card", "state"]
    done = run(house, tmp_path / "bundle", keep_going=True)
    assert len(done.not_cleaned) == 1 and checked(tmp_path / "bundle").ok
    given = [
        path for path in (tmp_path / "bundle").rglob("*") if path.name.endswith(("stripped.jpg", ".mp4"))
    ]
    assert [path.suffix for path in given] == [".jpg"]


def test_what_is_recorded_in_the_second_of_the_bundle_does_not_stop_it(house, files, tmp_path):
    with house.session() as session:
        for row in evidence(session.catalogue):
            review_file(session, lambda: house.now, "partner-org", row, "nobody", by="")
    with house.session() as session:
        items = tuple(evidence(session.catalogue))
        request = Request(
            "partner-org", tmp_path / "b", items=items, with_proof=True, recipient="Friends", viewing=False
        )
        export(session, request, "BUNDLE-1", lambda: house.now, Progress())
    check = checked(tmp_path / "b")
    assert check.ok and check.facts.created_at == house.of("rendition")[0]["recorded_at"]


def test_in_a_folder_each_item_is_opened_once(house, files, tmp_path, monkeypatch):
    opened, real = [], making.read_evidence

    def counted(session, item):
        opened.append(item.code)
        return real(session, item)

    for module in (making, renditions, bundle_plans):
        monkeypatch.setattr(module, "read_evidence", counted)
    run(house, tmp_path / "bundle", viewing=False)
    assert len(opened) == len(set(opened)) == 2


def test_sealed_bytes_that_are_not_those_received_are_never_cleaned(house, files, tmp_path):
    (record, *_) = house.of("evidence")
    victim = house.archive.layout.object(record["pieces"][0]["object"])
    data = bytearray(victim.read_bytes())
    data[-1] ^= 1
    victim.write_bytes(data)
    entries = house.entries()
    with pytest.raises(IntegrityFailure):
        run(house, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists() and house.entries() == entries


@pytest.mark.parametrize("sealed", [False, True])
def test_ended_in_the_middle_nothing_bears_the_name_of_a_bundle(house, files, tmp_path, sealed):
    out = tmp_path / "bundle"
    recipients = (X25519Identity.generate().recipient(),) if sealed else ()
    child = os.fork()
    if child == 0:
        reading, real = renditions.open_rendition, making.made_of

        def die(*args):
            if args[2].media_type == "video/mp4":
                os._exit(9)
            return reading(*args)

        def die_early(item, found, *args):
            if found.scan.media_type == "video/mp4":
                os._exit(9)
            return real(item, found, *args)

        bundle_plans.open_rendition = die
        making.made_of = real if sealed else die_early
        # The threads of the typesetter do not come along into a child.
        bundle_plans.print_report = None
        run(house, out, recipients=recipients)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not out.exists()
    run(house, out, recipients=recipients)
    house.holds()


def write(house, out: Path):
    with house.session() as session:
        item = next(iter(evidence(session.catalogue)))
        return write_rendition(session, item, out, Progress())


def test_one_rendition_is_written_into_a_folder_under_a_name_that_says_nothing(house, tmp_path):
    original = photo()
    house.file(f"{NAME}.jpg", original)
    house.add()
    (tmp_path / "out").mkdir()
    made, target = write(house, tmp_path / "out")
    data = target.read_bytes()
    assert target.name == "stripped.jpg" and target.stat().st_mtime == FIXED_TIME
    assert made_of(data) == made.essence == made_of(original) and scan(io.BytesIO(data)).clean
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused, match="is there already"):
        write(house, tmp_path / "out")
    _, named = write(house, tmp_path / "chosen.jpg")
    assert named.read_bytes() == data
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["stripped.jpg"]


def test_one_that_cannot_be_made_leaves_nothing(house, tmp_path):
    house.file("a.doc", b"a document")
    house.add()
    (tmp_path / "out").mkdir()
    with pytest.raises(CannotClean):
        write(house, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_one_whose_rendition_would_not_be_clean_leaves_nothing(house, tmp_path, monkeypatch):
    house.file("a.jpg", photo())
    house.add()
    (tmp_path / "out").mkdir()
    real, looks = MediaProcess.scan, []

    def look(process, file, known=()):
        looks.append(file)
        return real(process, io.BytesIO(photo()) if len(looks) == 2 else file, known)

    monkeypatch.setattr(MediaProcess, "scan", look)
    with pytest.raises(CannotClean, match="would still hold"):
        write(house, tmp_path / "out")
    assert len(looks) == 2 and list((tmp_path / "out").iterdir()) == []


def test_an_interruption_leaves_nothing(house, files, tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(FolderSink, "finish", stop)
    with pytest.raises(KeyboardInterrupt):
        run(house, tmp_path / "bundle")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "card", "state"]


def test_a_file_is_found_again_by_rendition_and_by_picture_and_sound(house, files, tmp_path):
    run(house, tmp_path / "bundle")
    check = checked(tmp_path / "bundle")
    with house.session() as session:
        for made in check.renditions:
            assert match_rendition(check, made.sha256, made.size) == (made,)
            assert match_essence(check, made.essence) == (made.code,)
            assert match_file(check, made.sha256, made.size) == ()
            by_essence = evidence_by_essence(session.catalogue, made.essence)
            by_rendition = evidence_by_rendition(session.catalogue, made.sha256, made.size)
            assert [row.code for row in by_essence] == [row.code for row in by_rendition] == [made.code]
            assert evidence_by_rendition(session.catalogue, made.sha256, made.size + 1) == []
        assert evidence_by_essence(session.catalogue, "0" * 64) == []

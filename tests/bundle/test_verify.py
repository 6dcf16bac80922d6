import hashlib
import json
import os
import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from copwatch.bundle import bag, check_bag, check_records, documents
from copwatch.bundle.bag import Digest
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.match import match_file
from copwatch.bundle.reading import read_all
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.crypto.signing import SigningKey, verify
from copwatch.errors import BadInput, NotFound
from copwatch.progress import Progress
from copwatch.proof.canonical import decode, encode
from copwatch.proof.findings import Kind
from tests.bundle.making import DEVICE, OTHER, ROOT, Maker, usual


@pytest.fixture
def bundle(tmp_path):
    write_bundle(usual().plan(), FolderSink(tmp_path / "bundle"))
    return tmp_path / "bundle"


def small(tmp_path):
    maker = Maker()
    maker.file("a.jpg", b"abc")
    maker.report(city="Oakland", notes_privileged=["no"])
    write_bundle(maker.plan(), FolderSink(tmp_path / "small"))
    return tmp_path / "small"


def check(folder, **more):
    return verify_bundle(FolderTree(folder), **more)


def kinds(folder):
    return {(finding.kind, finding.where) for finding in check(folder).findings}


def failed(folder):
    return {check.number for check in check(folder).checks if not check.passed}


def remade(folder, key=DEVICE):
    """Manifests and signature made anew over whatever is in the folder, as a forger would."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            digests[name] = Digest(
                len(data), hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest()
            )
    payload = {name: d for name, d in digests.items() if name.startswith("data/")}
    facts = json.loads((folder / documents.REPORT).read_bytes())["bundle"]
    sizes = [d.size for d in payload.values()]
    tags = {
        "bagit.txt": bag.DECLARATION,
        "bag-info.txt": bag.bag_info(facts["code"], facts["tool"], facts["created_at"][:10], sizes),
        **{f"manifest-{a}.txt": bag.manifest(payload, a) for a in bag.ALGORITHMS},
    }
    listed = {
        n: Digest(len(d), hashlib.sha256(d).hexdigest(), hashlib.sha512(d).hexdigest())
        for n, d in tags.items()
    }
    tags |= {f"tagmanifest-{a}.txt": bag.manifest(listed, a) for a in bag.ALGORITHMS}
    sig = key.sign(bag.signed_message(tags["tagmanifest-sha256.txt"]))
    tags[bag.SIGNATURE] = bag.encode_signature(key.public_hex, sig)
    for name, data in tags.items():
        (folder / name).write_bytes(data)


def test_a_flipped_bit_in_any_file_is_found(tmp_path):
    # About thirty bits of every file, first to last: a manifest covers each of them by the same two hashes.
    folder = small(tmp_path)
    assert check(folder).ok
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        for bit in {*range(0, 8 * len(data), max(8 * len(data) // 30, 1) | 1), 8 * len(data) - 1}:
            path.write_bytes(flipped(data, bit))
            assert not check(folder).ok, (path, bit)
        path.write_bytes(data)
    assert check(folder).ok


def test_every_single_bit_of_the_files_that_no_manifest_covers_is_checked(tmp_path):
    reading = read_all(FolderTree(small(tmp_path)), Progress())
    for path in ("bagit.txt", *bag.TAG_MANIFESTS, bag.SIGNATURE):
        data = reading.content[path]
        for bit in range(8 * len(data)):
            reading.content[path] = flipped(data, bit)
            found = [*check_bag.declaration(reading, None), *check_bag.tags(reading)]
            key, bad = check_bag.signer(reading, verify)
            assert found or bad or key != DEVICE.public_hex, (path, bit)
        reading.content[path] = data


def flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_every_removed_file_is_found(bundle):
    for path in sorted(p for p in bundle.rglob("*") if p.is_file()):
        data = path.read_bytes()
        path.unlink()
        assert not check(bundle).ok, path
        path.write_bytes(data)
    assert check(bundle).ok


@pytest.mark.parametrize(
    "name", ["data/extra.txt", "extra.txt", "fetch.txt", "data/evidence/x", "data/proofs/x.json", "manifest-md5.txt",
             "data/proofs/charter/x.json", "data/evidence/deep/er/x", ".DS_Store"]
)  # fmt: skip
def test_every_added_file_is_found_even_under_new_manifests(bundle, name):
    (bundle / name).parent.mkdir(parents=True, exist_ok=True)
    (bundle / name).write_bytes(b"x")
    assert name in {finding.where for finding in check(bundle).findings}
    remade(bundle)
    assert name in {finding.where for finding in check(bundle).findings}


def test_every_renamed_file_is_found(bundle):
    for path in sorted(p for p in bundle.rglob("*") if p.is_file()):
        other = path.with_name(path.name + "x")
        path.rename(other)
        assert not check(bundle).ok, path
        other.rename(path)
    assert check(bundle).ok


def test_swapped_evidence_is_found(bundle):
    one, two = sorted((bundle / "data/evidence").iterdir())
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    remade(bundle)
    result = check(bundle)
    assert {f.kind for f in result.findings} == {Kind.ALTERED} and result.files == ()
    assert failed(bundle) == {9}


def test_altered_evidence_under_new_manifests_and_a_good_signature_is_found(bundle):
    path = sorted((bundle / "data/evidence").iterdir())[0]
    path.write_bytes(path.read_bytes() + b"!")
    remade(bundle)
    assert failed(bundle) == {9} and len(check(bundle).files) == 1


@pytest.mark.parametrize("key", [OTHER, SigningKey(b"\x09" * 32)])
def test_a_signature_by_another_key_is_found(bundle, key):
    remade(bundle, key)
    assert 7 in failed(bundle)


def test_a_signature_for_another_purpose_does_not_sign_a_bundle(bundle):
    sig = DEVICE.sign((bundle / bag.SIGNED).read_bytes())
    (bundle / bag.SIGNATURE).write_bytes(bag.encode_signature(DEVICE.public_hex, sig))
    assert (Kind.BAD_SIGNATURE, bag.SIGNATURE) in kinds(bundle)


def test_another_root_key_than_the_known_one_is_found(bundle):
    assert check(bundle, root=ROOT.public_hex).ok
    result = check(bundle, root=OTHER.public_hex)
    assert {f.kind for f in result.findings} == {Kind.WRONG_KEY} and not result.root_known


def test_a_whole_forged_archive_verifies_and_only_its_words_differ(tmp_path, bundle):
    forger = Maker(root=SigningKey(b"\x07" * 32))
    forger.file("a.jpg", b"abc")
    write_bundle(forger.plan(incident=None), FolderSink(tmp_path / "forged"))
    forged, real = check(tmp_path / "forged"), check(bundle)
    assert forged.ok and forged.root_words != real.root_words


def change(path, edit):
    value = decode(path.read_bytes()[:-1], nulls=True)
    edit(value)
    path.write_bytes(encode(value, nulls=True) + b"\n")


def proof_of(bundle, kind):
    for path in sorted((bundle / "data/proofs").glob("*.json")):
        shown = {o["path"]: o["value"] for o in decode(path.read_bytes()[:-1], nulls=True)["shown"]}
        if shown["/type"] == kind:
            return path
    raise AssertionError(kind)


def show(path, value):
    def edit(proof):
        next(o for o in proof["shown"] if o["path"] == path)["value"] = value

    return edit


def drop(path):
    def edit(proof):
        proof["shown"] = [o for o in proof["shown"] if o["path"] != path]

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        show("/sha256", "0" * 64),
        show("/name", "other.jpg"),
        show("/size", 4),
        drop("/name"),
        drop("/type"),
        lambda p: p.update(index=p["index"] + 1),
        lambda p: p.update(size=p["index"]),
        lambda p: p.update(path=p["path"][:-1]),
        lambda p: p.update(path=[*p["path"], "0" * 64]),
        lambda p: p["entry"].update(seq=1),
        lambda p: p["entry"].update(device=OTHER.public_hex),
        lambda p: p["entry"].update(charter="0" * 64),
        lambda p: p.update(sig="0" * 128),
        lambda p: p.update(leaf="0" * 64),
        lambda p: p.update(proof=2),
        lambda p: p.update(more=1),
        lambda p: p["shown"].reverse(),
        lambda p: p["shown"].append(p["shown"][0]),
        lambda p: p["withheld"].append({"path": "/zz", "digest": "0" * 64}),
        lambda p: p["hidden"].append("0" * 64),
    ],
)
def test_no_altered_proof_proves(bundle, edit):
    change(proof_of(bundle, "evidence"), edit)
    remade(bundle)
    result = check(bundle)
    assert {8, 9} <= failed(bundle) and len(result.files) == 1


@pytest.mark.parametrize(
    "edit",
    [
        lambda r: r["versions"][0]["record"].update(city="Elsewhere"),
        lambda r: r["versions"][0].update(first=False),
        lambda r: r["versions"][0].update(current=True),
        lambda r: r["versions"].reverse(),
        lambda r: r["versions"].pop(),
        lambda r: r["versions"][0].update(withheld=[]),
        lambda r: r["versions"][0].update(code=r["versions"][1]["code"]),
        lambda r: r["evidence"][0]["record"].update(name="other.jpg"),
        lambda r: r["evidence"].pop(),
        lambda r: r["records"].pop(),
        lambda r: r["records"].append(r["records"][0]),
        lambda r: r["bundle"].update(archive="0" * 64),
        lambda r: r["bundle"].update(root="0" * 64),
        lambda r: r["bundle"].update(device=OTHER.public_hex),
        lambda r: r["bundle"].update(code="I-0000-0000-0"),
        lambda r: r["bundle"].update(profile="public-media"),
        lambda r: r["bundle"].update(tool="other 1"),
        lambda r: r["bundle"].update(v=2),
        lambda r: r["incident"].update(id="0" * 32),
        lambda r: r["incident"].update(code="I-0000-0000-0"),
        lambda r: r.pop("incident"),
        lambda r: r["fields"][0].update(label="something else"),
    ],
)
def test_a_report_that_says_more_than_its_records_is_found(bundle, edit):
    change(bundle / documents.REPORT, edit)
    remade(bundle)
    assert not check(bundle).ok


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (documents.PAGE, "Oakland", "Auckland"),
        (documents.PAGE, "</body>", "<p>He was armed.</p></body>"),
        (documents.PAGE, "</body>", "<script>alert(1)</script></body>"),
        (documents.PAGE, "default-src 'none'", "default-src *"),
        (documents.PAGE, "Oakland", "Oak\u202eland"),
        (documents.CUSTODY, "verified", "restored"),
        (documents.CUSTODY_CSV, "disk B", "disk C"),
        (documents.HOW_TO, "Every line", "No line"),
    ],
)
def test_a_document_that_says_something_else_is_found_under_new_manifests(bundle, path, old, new):
    text = (bundle / path).read_bytes().decode()
    assert old in text
    (bundle / path).write_bytes(text.replace(old, new, 1).encode())
    remade(bundle)
    assert (Kind.ALTERED, path) in kinds(bundle) and failed(bundle) == {11}


def test_custody_that_leaves_out_a_proven_event_is_found(bundle):
    change(bundle / documents.CUSTODY, lambda c: c["custody"].pop(0))
    remade(bundle)
    assert failed(bundle) == {11}


def test_another_name_for_a_field_is_said(bundle, tmp_path):
    from dataclasses import replace

    from copwatch.bundle import looks, write
    from copwatch.bundle.folder_sink import FolderSink

    real = looks.looks_of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            write, "looks_of", lambda r: tuple(replace(look, label=look.label + "!") for look in real(r))
        )
        write_bundle(usual().plan(), FolderSink(tmp_path / "other"))
    assert any("city!" in note for note in check(tmp_path / "other").notes)
    assert check(bundle).notes == ()


def test_links_devices_and_empty_folders_are_refused(bundle):
    outside = bundle.parent / "outside"
    outside.write_bytes(b"secret")
    path = sorted((bundle / "data/evidence").iterdir())[0]
    path.rename(bundle.parent / "moved")
    path.symlink_to(bundle.parent / "moved")
    (bundle / "data/way").symlink_to("/etc")
    os.mkfifo(bundle / "data/pipe")
    (bundle / "data/empty").mkdir()
    found = {finding.where for finding in FolderTree(bundle).findings}
    assert found == {path.relative_to(bundle).as_posix(), "data/way", "data/pipe", "data/empty/"}
    assert not check(bundle).ok


@pytest.mark.parametrize(
    "name", ["con", "aux.txt", "a\\b", "a:b", "a ", "a.", "a\u202eb", "a\nb", b"\xff", "a%0Ab"]
)
def test_names_that_mean_something_else_elsewhere_are_refused(bundle, name):
    where = os.path.join(
        os.fsencode(bundle / "data/evidence"), name if isinstance(name, bytes) else name.encode()
    )
    Path(os.fsdecode(where)).write_bytes(b"x")
    assert [finding.kind for finding in FolderTree(bundle).findings] == [Kind.MALFORMED]


def test_twins_by_case_and_by_accent_are_refused_and_none_is_read(tmp_path):
    for name in ("caf\u00e9", unicodedata.normalize("NFD", "caf\u00e9"), "A", "a", "b"):
        (tmp_path / name).write_bytes(b"x")
    tree = FolderTree(tmp_path)
    assert list(tree.files) == ["b"] and len(tree.findings) == 4


def test_names_that_a_disk_decomposed_are_the_same_names(tmp_path):
    maker = Maker()
    maker.file("caf\u00e9.jpg", b"abc")
    write_bundle(maker.plan(incident=None), FolderSink(tmp_path / "b"))
    path = next((tmp_path / "b/data/evidence").iterdir())
    path.rename(path.with_name(unicodedata.normalize("NFD", path.name)))
    assert check(tmp_path / "b").ok


def test_documents_beyond_their_limits_are_not_read(bundle):
    os.truncate(bundle / documents.CUSTODY, (64 << 20) + 1)
    assert (Kind.MALFORMED, documents.CUSTODY) in kinds(bundle)


def test_an_unreadable_file_is_a_finding(bundle, monkeypatch):
    tree = FolderTree(bundle)
    path = sorted((bundle / "data/evidence").iterdir())[0]
    path.unlink()
    found = verify_bundle(tree).findings
    assert (Kind.UNREADABLE, path.relative_to(bundle).as_posix()) in {(f.kind, f.where) for f in found}


def test_an_empty_folder_and_other_bags_are_no_bundles(tmp_path):
    (tmp_path / "empty").mkdir()
    assert not check(tmp_path / "empty").ok
    shutil.copytree(Path(__file__).parent, tmp_path / "other")
    assert not check(tmp_path / "other").ok
    with pytest.raises(NotFound):
        FolderTree(tmp_path / "absent")


def test_a_file_is_matched_with_what_was_received(bundle):
    maker = usual()
    _, name, data = maker.files[0]
    found, sha256 = check(bundle), hashlib.sha256(data).hexdigest()
    assert [match.name for match in match_file(found, sha256, len(data))] == [name] and found.root_words
    assert not match_file(found, sha256, len(data) + 1)
    assert not match_file(found, hashlib.sha256(b"else").hexdigest(), len(data))
    with pytest.raises(BadInput):
        match_file(found, "abc", 3)


@pytest.mark.parametrize(
    "gone", ["manifest-sha256.txt", bag.SIGNATURE, documents.REPORT, "data/proofs/charter", documents.PAGE]
)
def test_a_bundle_that_does_not_hold_matches_nothing(bundle, gone):
    _, _, data = usual().files[0]
    path = bundle / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert not match_file(check(bundle), hashlib.sha256(data).hexdigest(), len(data))


def test_a_forged_proof_matches_nothing(bundle):
    change(proof_of(bundle, "evidence"), show("/sha256", hashlib.sha256(b"forged").hexdigest()))
    assert not match_file(check(bundle), hashlib.sha256(b"forged").hexdigest(), 21)


def test_the_result_says_what_it_does_not_show(bundle):
    assert any("before the file was received" in line for line in check(bundle).not_shown)
    assert "before the file was received" in " ".join((bundle / documents.HOW_TO).read_text("utf-8").split())
    page = (bundle / documents.PAGE).read_text()
    assert "before the file was received" in page and "not legal advice" in page


MEMBERS = [
    "agencies", "at", "batch", "by", "city", "detail", "event", "evidence", "file_time", "folder", "how", "incident",
    "media_type", "name", "name_bytes", "narrative_observed", "note", "officers", "outcome", "pieces", "premis",
    "purpose", "reason", "scope", "template",
]  # fmt: skip


@pytest.mark.parametrize(
    "odd", [5, True, "text", [], {}, [1, [2]], {"a": [{"b": {}}]}, [["x"]], {"withheld": True}]
)
def test_records_of_odd_shapes_by_a_device_of_the_archive_neither_crash_nor_break_a_bundle(tmp_path, odd):
    maker = Maker()
    for kind in ("custody", "batch", "link"):
        maker.add(kind, **{name: worded(odd, f"{kind} {name}") for name in MEMBERS})
    for parents in ([], [odd]):
        members = set(MEMBERS) - {"incident", "template"}
        maker.report(**{name: worded(odd, f"report {name}") for name in members})
        maker.records[-1]["parents"] = parents
    write_bundle(maker.plan(), FolderSink(tmp_path / "odd"))
    result = check(tmp_path / "odd")
    assert result.findings == ()


def worded(shape, words):
    """Texts of their own: a bundle that shows somewhere what it withholds elsewhere is rightly not written."""
    if isinstance(shape, str):
        return f"{shape} {words}"
    if isinstance(shape, list):
        return [worded(part, words) for part in shape]
    return {name: worded(part, words) for name, part in shape.items()} if isinstance(shape, dict) else shape


def test_evidence_without_its_file_is_neither_written_nor_taken_for_part_of_a_bundle(tmp_path, monkeypatch):
    maker = usual()
    plan = maker.plan()
    plan = replace(plan, items=plan.items[1:])
    with pytest.raises(BadInput, match="without its file"):
        write_bundle(plan, FolderSink(tmp_path / "refused"))
    monkeypatch.setattr("copwatch.bundle.write.check_plan", lambda plan: None)
    write_bundle(plan, FolderSink(tmp_path / "forged"))
    (finding,) = check(tmp_path / "forged").findings
    assert "shown without its file" in finding.detail and finding.fails
    _, _, data = maker.files[0]
    assert not match_file(check(tmp_path / "forged"), hashlib.sha256(data).hexdigest(), len(data))


def test_records_listed_in_another_order_are_found(bundle):
    change(bundle / documents.REPORT, lambda r: r["records"].reverse())
    remade(bundle)
    assert 10 in failed(bundle)


LITTER = ("Thumbs.db", "data/evidence/.DS_Store", "data/desktop.ini", "data/._index.html", "._data")


def test_what_a_file_manager_drops_is_a_note_and_no_part_of_the_bundle(bundle):
    for name in LITTER:
        (bundle / name).write_bytes(b"dropped")
    result = check(bundle)
    assert result.ok
    assert {(f.kind, f.where) for f in result.findings} == {(Kind.UNREFERENCED, name) for name in LITTER}
    assert all("not part of the bundle" in finding.detail for finding in result.findings)


def test_litter_hides_no_change(bundle):
    (bundle / "data" / "Thumbs.db").write_bytes(b"dropped")
    (evidence,) = (bundle / "data" / "evidence").glob("*clip.mp4")
    evidence.write_bytes(b"other")
    (bundle / "data" / "more.txt").write_bytes(b"more")
    found = kinds(bundle)
    assert (Kind.ALTERED, evidence.relative_to(bundle).as_posix()) in found
    assert (Kind.UNEXPECTED, "data/more.txt") in found
    counted = [f.detail for f in check(bundle).findings if f.where == "bag-info.txt" and "counts" in f.detail]
    assert counted == ["it counts other files, or other sizes, than there are"]


def test_a_manifest_that_lists_litter_does_not_hold(bundle):
    (bundle / "data" / "Thumbs.db").write_bytes(b"listed")
    remade(bundle)
    assert (Kind.MISSING, "data/Thumbs.db") in kinds(bundle)


def test_the_words_of_another_version_are_not_compared_and_that_is_said(tmp_path, monkeypatch):
    folder = small(tmp_path)
    monkeypatch.setattr(check_records, "TOOL", "copwatch 9.9.9")
    for path in ("data/index.html", "data/HOW-TO-VERIFY.txt", "data/verify.py"):
        (folder / path).write_bytes(b"other words")
    remade(folder)
    found = check(folder)
    assert found.ok and any("were not compared" in note for note in found.notes)
    report = folder / "data/report.json"
    report.write_bytes(report.read_bytes().replace(b"Oakland", b"Berkley"))
    remade(folder)
    assert not check(folder).ok

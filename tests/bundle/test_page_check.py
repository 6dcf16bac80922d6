"""The page's own check in a real browser: what was changed, added, removed or renamed in the folder is named."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.unproven.write import write_open_bundle
from copwatch.bundle.write import write_bundle
from tests.browser import browser
from tests.bundle.making import usual

DONE = """new Promise(told => {
    const place = document.getElementById("check")
    const look = () => {
        if (!place.classList.contains("good") && !place.classList.contains("wrong")) return setTimeout(look, 20)
        told(JSON.stringify({
            good: place.classList.contains("good"), said: document.getElementById("check-said").textContent,
            wrong: [...document.querySelectorAll("#check-wrong li")].map(each => each.textContent),
        }))
    }
    look()
})"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    maker = usual()
    maker.file("Überwachung.jpg", os.urandom(300_000))
    maker.file("empty.txt", b"")
    folder = tmp_path_factory.mktemp("check") / "bundle"
    write_bundle(maker.plan(), FolderSink(folder))
    return folder


@pytest.fixture
def bundle(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "copy")


@pytest.fixture(scope="module")
def player(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser") / "profile") as one:
        yield one


def checked(player, folder, page=None, *, way="choose"):
    player.open(page or folder / "data/index.html")
    if way == "choose":
        player.choose("#check-folder", folder)
    else:
        player.drop(folder)
    found = json.loads(player.run(DONE))
    assert found["good"] == (found["wrong"] == [])
    return found


@pytest.mark.parametrize("way", ["choose", "drop"])
def test_a_whole_bundle_holds_and_nothing_is_asked_of_anybody(player, whole, way):
    inside, every = (sum(path.is_file() for path in top.rglob("*")) for top in (whole / "data", whole))
    found = checked(player, whole, way=way)
    counted = f"Whole: {inside} files in data and {every - inside} that list them, "
    assert found["said"].startswith(counted) and "signature" in found["said"]
    inside = (whole / "data").as_uri() + "/"
    assert [url for url in player.asked if not url.startswith((inside, "data:"))] == []
    changed = next((whole / "data/evidence").glob("*.jpg"))
    assert checked(player, whole.parent, whole / "data/index.html", way=way)["good"]
    assert changed.exists()


def altered(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("at", [0, 0.5, 1])
def test_a_byte_of_any_evidence_document_or_proof_is_found(player, whole, bundle, at):
    files = [path for path in (bundle / "data").rglob("*") if path.is_file() and path.stat().st_size]
    for path in files:
        data = path.read_bytes()
        path.write_bytes(altered(data, round(at * (len(data) - 1))))
    found = checked(player, bundle, whole / "data/index.html")
    names = {path.relative_to(bundle).as_posix() for path in files}
    assert set(found["wrong"]) == {f"{name} is not what the manifest says" for name in names}


def test_a_byte_of_any_manifest_or_of_the_signature_is_found(player, whole, bundle):
    """The page is that of the bundle as it was."""
    page, names = whole / "data/index.html", [path for path in bundle.iterdir() if path.is_file()]
    assert len(names) == 7
    for path in names:
        data = path.read_bytes()
        for wrong in (
            altered(data, 0),
            altered(data, len(data) - 1),
            data + b"\n",
            data.replace(b"\n", b"\r\n"),
        ):
            path.write_bytes(wrong)
            assert not checked(player, bundle, page)["good"], (path.name, wrong[-20:])
        path.write_bytes(data)
    assert checked(player, bundle, page)["good"]


@pytest.mark.parametrize("way", ["choose", "drop"])
def test_what_is_added_removed_or_renamed_is_named(player, whole, bundle, way):
    (bundle / "data/evidence/more.jpg").write_bytes(b"more")
    (bundle / "data/\u202eodd\n.txt").write_bytes(b"")
    (bundle / "beside.txt").write_bytes(b"")
    for name in ("link.lnk", "behind~", "point.", "blank "):
        (bundle / "data" / name).write_bytes(b"Chromium gives a page no handle of these")
    (bundle / "data/.DS_Store").write_bytes(b"left by a file manager")
    clip = next((bundle / "data/evidence").glob("*clip.mp4"))
    clip.rename(clip.with_name("clip.mp4"))
    (bundle / "data/report.json").unlink()
    found = checked(player, bundle, whole / "data/index.html", way=way)
    assert set(found["wrong"]) == {
        "data/report.json is missing", f"data/evidence/{clip.name} is missing",
        "data/evidence/clip.mp4 does not belong here", "data/evidence/more.jpg does not belong here",
        *(f"data/{name} does not belong here" for name in ("link.lnk", "behind~", "point.", "blank ")),
        "beside.txt does not belong here", "data/\\u202eodd\\u000a.txt does not belong here",
    }  # fmt: skip


def test_a_bag_that_somebody_made_anew_lacks_the_signature(player, whole, bundle):
    """Manifests that fit again: only the signature of the device tells."""
    from copwatch.bundle import bag
    from copwatch.bundle.bag import Digest

    def digest(path):
        import hashlib

        data = path.read_bytes()
        return Digest(len(data), hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest())

    (bundle / "data/report.json").write_bytes(b"{}\n")
    payload = {
        p.relative_to(bundle).as_posix(): digest(p) for p in (bundle / "data").rglob("*") if p.is_file()
    }
    for algorithm, name in zip(bag.ALGORITHMS, bag.MANIFESTS, strict=True):
        (bundle / name).write_bytes(bag.manifest(payload, algorithm))
    tags = {name: digest(bundle / name) for name in bag.TAG_FILES}
    for algorithm, name in zip(bag.ALGORITHMS, bag.TAG_MANIFESTS, strict=True):
        (bundle / name).write_bytes(bag.manifest(tags, algorithm))
    found = checked(player, bundle, whole / "data/index.html")
    assert found["wrong"] == [f"{bag.SIGNATURE} does not hold"]


def test_a_folder_that_is_no_bundle_is_said_to_be_none(player, whole, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/file").write_bytes(b"x")
    player.open(whole / "data/index.html")
    player.choose("#check-folder", tmp_path / "other")
    said = player.run("""new Promise(told => {
        const look = () => { const said = document.getElementById("check-said").textContent
            said.startsWith("This is not") ? told(said) : setTimeout(look, 20) }
        look()
    })""")
    assert "bagit.txt" in said


def test_a_bundle_without_proofs_is_checked_without_a_signature(player, tmp_path):
    maker = usual()
    for record in maker.records:
        if record["type"] == "evidence":
            record["metadata"] = "strip"
    plan = replace(maker.plan(), strips=True)
    folder = tmp_path / "open"
    write_open_bundle(plan, FolderSink(folder))
    found = checked(player, folder)
    assert found["good"] and "signature" not in found["said"]
    (folder / "tagmanifest-sha512.txt").write_bytes(b"")
    assert checked(player, folder)["wrong"] == ["tagmanifest-sha512.txt is not of its form"]

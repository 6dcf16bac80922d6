"""The page of a bundle in a real browser: it asks for nothing but itself, and people with other senses can use it."""

import io
import json
from dataclasses import replace
from importlib import resources

import pytest

from copwatch.bundle import documents
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.unproven.documents import open_documents
from copwatch.bundle.unproven.facts import Part
from copwatch.bundle.viewing import RENDITION, THUMBNAIL
from copwatch.bundle.write import write_bundle
from tests.browser import browser
from tests.bundle.making import usual
from tests.bundle.test_overview import DAY, HOUR, KEPT, LAT, LON, facts
from tests.bundle.test_viewing import made

BAD = ("serious", "critical")
PLACES = [{"latitude": "37.8044", "longitude": "-122.2711", "source": "quicktime"}]
TIMES = [
    {"at": at, "zone": "unknown", "source": "riff"} for at in ("2026-11-21T19:00:00", "2026-11-21T19:00:01")
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Of a bundle with a picture, a film that only a rendition shows, a sound, and one of which nothing is shown."""
    maker = usual()
    for name, media_type in (
        ("film.mov", "video/quicktime"),
        ("sound.wav", "audio/wav"),
        ("odd.jxl", "image/jxl"),
    ):
        maker.records[maker.file(name, name.encode(), places=PLACES, captured=TIMES)]["media_type"] = (
            media_type
        )
    plan = maker.plan()
    picture, other, film, sound, odd = plan.items
    items = (
        replace(picture, viewing=(made(THUMBNAIL, jpeg()),)), other,
        replace(film, viewing=(made(RENDITION, mp4(), "video/mp4"), made(THUMBNAIL, jpeg()))), sound,
        replace(odd, no_viewing="nobody can"),
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("page") / "b"
    write_bundle(replace(plan, items=items), FolderSink(folder))
    return folder / "data/index.html"


@pytest.fixture(scope="module")
def player(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser") / "profile") as one:
        yield one


def jpeg():
    out = io.BytesIO()
    pytest.importorskip("PIL.Image").new("RGB", (320, 240), "red").save(out, "JPEG")
    return out.getvalue()


def mp4():
    """Two seconds of black, as viewing renditions are written: in fragments."""
    av, out = pytest.importorskip("av"), io.BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(out, "w", format="mp4", options=options) as target:
        stream = target.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(10):
            target.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        target.mux(stream.encode(None))
    return out.getvalue()


@pytest.fixture(scope="module")
def axe():
    axe_core_python = pytest.importorskip("axe_core_python")
    return resources.files(axe_core_python).joinpath("axe.min.js").read_text("utf-8")


def findings(player, page, axe):
    ran = f"{axe};axe.run(document, {{resultTypes: ['violations']}}).then(found => JSON.stringify(found.violations))"
    return json.loads(player.evaluate(page, ran))


def test_axe_finds_nothing_serious(player, page, axe):
    found = findings(player, page, axe)
    assert [(each["id"], each["help"]) for each in found if each["impact"] in BAD] == []


def test_axe_finds_nothing_serious_in_a_page_without_proofs(player, tmp_path, axe):
    parts = Part("report", (HOUR, DAY, LAT, LON)), Part("event", (KEPT,)), Part("event", (HOUR,))
    page = tmp_path / "index.html"
    page.write_bytes(open_documents(facts(*parts))[documents.PAGE])
    assert [each["id"] for each in findings(player, page, axe) if each["impact"] in BAD] == []


def test_axe_would_find_something(player, tmp_path, axe):
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!doctype html><html><body><img src='x.png'><p style='color:#eee;background:#fff'>pale</p></body></html>"
    )
    found = {each["id"] for each in findings(player, bad, axe) if each["impact"] in BAD}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= found
    assert player.asked == [bad.as_uri(), bad.with_name("x.png").as_uri()]


SEEN = """new Promise(found => {
    const film = document.querySelector("video")
    document.querySelectorAll("img").forEach(each => each.loading = "eager")
    film.onerror = () => found("no film")
    film.onloadeddata = () => found(JSON.stringify({
        film: [film.videoWidth, Math.round(film.duration)],
        pictures: [...document.images].map(each => each.naturalWidth),
        reached: [...document.querySelectorAll(".gallery :is(a, video, audio)")].map(each => each.tabIndex),
    }))
    film.preload = "auto"
    film.load()
})"""


def test_the_gallery_shows_what_there_is_and_asks_for_nothing_beyond_its_own_folder(player, page):
    found = json.loads(player.evaluate(page, SEEN))
    assert found["film"] == [64, 2] and found["pictures"] == [320]
    # Links, film and sound are all reached by the keyboard.
    assert len(found["reached"]) == 5 and set(found["reached"]) == {0}
    inside, own = page.parent.as_uri() + "/", [url for url in player.asked if not url.startswith("data:")]
    assert page.as_uri() in own and f"{inside}viewing/" in " ".join(own)
    assert [url for url in own if not url.startswith(inside)] == []


def test_no_script_of_the_page_could_run(player, page):
    """Whatever a stranger wrote into a record: the browser itself refuses it."""
    forged = page.with_name("forged.html")
    text = page.read_text("utf-8").replace("</body>", "<script>document.title = 'ran'</script></body>")
    assert "<script>" in text
    forged.write_text(text, "utf-8")
    assert player.evaluate(forged, "document.title") != "ran"
    forged.unlink()

"""A browser plays renditions to the end, as it plays their sources: the player that everybody has."""

import pytest

from tests.browser import browser
from tests.media.sounding import PICTURE, SOUND, cleaned, made

TITLES = ("-metadata", "title=Jane Doe", "-metadata", "creation_time=2024-01-02T03:04:05Z")
PAGE = """<!doctype html><video muted src="{name}"></video><script>
const film = document.querySelector("video");
const told = () => ({{ended: film.ended, duration: film.duration, at: film.currentTime, width: film.videoWidth,
  height: film.videoHeight, error: film.error && film.error.message}});
const played = new Promise(done => film.onended = film.onerror = () => done(told()));
film.play();
</script>"""


@pytest.mark.parametrize(
    ("name", "coders", "kind"),
    [
        (
            "film.mp4",
            ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"),
            "video/mp4; codecs=avc1.42E01E,mp4a.40.2",
        ),
        (
            "film.webm",
            ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus"),
            "video/webm; codecs=vp9,opus",
        ),
    ],
    ids=["mp4", "webm"],
)
def test_a_browser_plays_a_rendition_to_the_end_as_its_source(tmp_path, name, coders, kind):
    source = made(tmp_path, name, *PICTURE, *SOUND, *coders, *TITLES)
    rendition = cleaned(source)
    assert rendition != source
    shown = []
    with browser(tmp_path / "profile") as player:
        for folder, data in (("source", source), ("rendition", rendition)):
            page = tmp_path / folder / "page.html"
            page.parent.mkdir()
            page.with_name(name).write_bytes(data)
            page.write_text(PAGE.format(name=name), "utf-8")
            if not player.evaluate(page, f"film.canPlayType({kind!r})"):
                pytest.skip(f"this Chromium was built without {kind}")
            shown.append(player.evaluate(page, "played"))
    assert shown[0] == shown[1]
    assert shown[1]["ended"]
    assert (shown[1]["width"], shown[1]["height"], shown[1]["error"]) == (96, 64, None)
    assert 0.9 < shown[1]["duration"] < 1.2

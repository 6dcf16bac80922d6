"""A browser plays renditions to the end, as it plays their sources: the player that everybody has."""

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import judge
from tests.media.sounding import PICTURE, SOUND, cleaned, made

TITLES = ("-metadata", "title=Jane Doe", "-metadata", "creation_time=2024-01-02T03:04:05Z")
PAGE = """<!doctype html><video muted src="{name}"></video><script>
const film = document.querySelector("video");
const told = () => ({{ended: film.ended, duration: film.duration, at: film.currentTime, width: film.videoWidth,
  height: film.videoHeight, error: film.error && film.error.message}});
const played = new Promise(done => film.onended = film.onerror = () => done(told()));
film.play();
</script>"""
SECONDS = 60


class Browser:
    """A headless Chromium, spoken to in the words of its debugger (JSON, each ended by a zero) through two pipes."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write, self._buffer, self._number = read, write, b"", 0

    def ask(self, method: str, session: str | None = None, **params: object) -> dict:
        """Sends a command, and waits for what it returns."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def evaluate(self, page: Path, expression: str) -> object:
        """The value of an expression in a page, or what it promises."""
        target = self.ask("Target.createTarget", url=page.as_uri())["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable", session)
        self.ask("Page.navigate", session, url=page.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass
        found = self.ask(
            "Runtime.evaluate", session, expression=expression, awaitPromise=True, returnByValue=True
        )
        return found["result"]["value"]

    def _next(self) -> dict:
        while b"\0" not in self._buffer:
            block = os.read(self._read, 65536)
            assert block, "the browser ended"
            self._buffer += block
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)


def _high(descriptor: int) -> int:
    """The same pipe under a number that does not collide with 3 and 4, on which Chromium listens and speaks."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return high


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a new profile, which is ended at the latest after a minute."""
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--mute-audio"]
    options += [f"--user-data-dir={profile}", "--autoplay-policy=no-user-gesture-required", "--no-first-run"]
    (theirs_in, ours_out), (ours_in, theirs_out) = (map(_high, os.pipe()) for _ in range(2))
    shell = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
    command = [
        "timeout",
        str(SECONDS),
        judge("bash"),
        "-c",
        shell,
        "bash",
        judge("chromium"),
        *options,
        "about:blank",
    ]
    with subprocess.Popen(
        command, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        os.close(theirs_in)
        os.close(theirs_out)
        found = Browser(ours_in, ours_out)
        try:
            yield found
            found.ask("Browser.close")
        finally:
            process.terminate()
            os.close(ours_in)
            os.close(ours_out)


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

"""A headless Chromium for tests, spoken to without any driver."""

import base64
import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import judge

SECONDS = 240


class Browser:
    """A headless Chromium, spoken to in the words of its debugger (JSON, each ended by a zero) through two pipes."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write, self._buffer, self._number = read, write, b"", 0
        self.asked: list[str] = []

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
        """The value of an expression in a page, or what it promises. `asked` then has what the page asked for."""
        self.open(page)
        return self.run(expression)

    def open(self, page: Path) -> None:
        """Shows a page."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable", session)
        self.ask("Network.enable", session)
        self.asked = []
        self.ask("Page.navigate", session, url=page.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass
        self._session = session

    def run(self, expression: str) -> object:
        """The value of an expression in the page that is open, or what it promises."""
        found = self.ask(
            "Runtime.evaluate", self._session, expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def choose(self, selector: str, path: Path) -> None:
        """What a person does who chooses a file or folder in a field of the open page."""
        root = self.ask("DOM.getDocument", self._session)["root"]["nodeId"]
        node = self.ask("DOM.querySelector", self._session, nodeId=root, selector=selector)["nodeId"]
        self.ask("DOM.setFileInputFiles", self._session, nodeId=node, files=[str(path)])

    def drop(self, path: Path) -> None:
        """What a person does who drags a file or folder onto the open page."""
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.ask("Input.dispatchDragEvent", self._session, type=kind, x=200, y=200, data=data)

    def shoot(self, width: int, height: int) -> bytes:
        """A PNG of the page that was evaluated last, as wide and high as that."""
        self.ask("Emulation.setDeviceMetricsOverride", self._session, width=width, height=height,
                 deviceScaleFactor=1, mobile=False)  # fmt: skip
        return base64.b64decode(self.ask("Page.captureScreenshot", self._session, format="png")["data"])

    def _next(self) -> dict:
        while b"\0" not in self._buffer:
            block = os.read(self._read, 65536)
            assert block, "the browser ended"
            self._buffer += block
        data, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(data)
        if message.get("method") == "Network.requestWillBeSent":
            self.asked.append(message["params"]["request"]["url"])
        return message


def _high(descriptor: int) -> int:
    """The same pipe under a number that does not collide with 3 and 4, on which Chromium listens and speaks."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return high


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a new profile, which is ended at the latest after four minutes."""
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

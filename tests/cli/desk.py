"""An archive that opens with an identity file, and the real program on it: as a script, and at a terminal."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.workflows.founding import make_archive
from tests.cli import harness, warm

REAL = Path(__file__).with_name("real.py")


def real(
    *args, env: dict[str, str], given: bytes = b"", timeout: float = 60, cwd: Path | None = None
) -> subprocess.CompletedProcess:
    """Runs the real program with its output captured; warm where that is possible."""
    words, environment = [*map(str, args)], harness.environment(**env)
    if warm.AVAILABLE:
        return warm.run(words, environment, given, timeout, cwd or Path.cwd())
    return subprocess.run(
        [sys.executable, str(REAL), *words], check=False, capture_output=True, timeout=timeout,
        env=environment, input=given, cwd=cwd,
    )  # fmt: skip


class Desk:
    """One computer with one archive. `key` are the options that open it."""

    def __init__(self, top: Path) -> None:
        self.top, self.archive, self.identity = top, top / "archive", top / "identity"
        identity = HybridIdentity.generate()
        self.identity.touch(mode=0o600)
        self.identity.write_text(f"{identity}\n")
        self.key = ("--identity", str(self.identity))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COPWATCH_STATE", str(top / "state"))
            make_archive(self.archive, lambda: datetime.now(UTC), passphrase=None, identity=identity)

    @property
    def env(self) -> dict[str, str]:
        return {
            "COPWATCH_STATE": str(self.top / "state"),
            "COPWATCH_ARCHIVE": str(self.archive),
            "TZ": "America/Los_Angeles",
        }

    def run(self, *args, given: bytes = b"", **more) -> subprocess.CompletedProcess:
        return real(*args, env=self.env | more, given=given)

    def done(self, *args, **more) -> str:
        """Standard output of a command that has to succeed."""
        done = self.run(*args, **more)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def json(self, *args, **more):
        return json.loads(self.done(*args, "--json", **more))

    def terminal(self, *args, **more) -> harness.Terminal:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(harness, "PROGRAM", REAL)
            return harness.Terminal(*map(str, args), **self.env, **more)

    def report(self, text: str = 'n_officers = 4\nlocation_text = "5th & Main"\n', *more) -> str:
        """Writes a report from a form; gives the code of its incident."""
        return self.json("report", "new", "--from", "-", *more, given=text.encode())["incident"]

    def shown(self, incident: str, *more):
        """What `report show --json` says."""
        return self.json("report", "show", incident, *more, *self.key)

    def entries(self) -> int:
        """How many entries all ledgers of the archive have."""
        files = (self.archive / "ledger").rglob("*")
        return sum(path.read_bytes().count(b"\n") for path in files if path.is_file())


def code_in(text: str, kind: str) -> str:
    """The first code of that kind in a text."""
    return re.search(rf"\b{kind}(-[0-9A-Z]{{4}})+-[0-9A-Z]", text)[0]

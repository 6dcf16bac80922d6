"""Kills `copwatch add` at random moments: `python -m tests.soak.killed --kills 200`. Says what came of it.

After each kill the archive has to verify, and running the same command again has to bring every file in exactly once.
Every second run closes an entry after eight files instead of 256, so that kills meet closing entries more often.
"""

import argparse
import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from copwatch.crypto.age import HybridIdentity
from copwatch.store.archive import open_archive
from copwatch.store.check import verify_archive
from copwatch.store.keys import open_with_identity
from copwatch.workflows.founding import make_archive
from copwatch.workflows.session import Session

SMALL_ENTRIES = (
    "import copwatch.workflows.intake as intake; intake.MOST_FILES = 8\n"
    "import sys; from copwatch.cli.main import main; sys.exit(main())"
)


@dataclass
class Scene:
    """A new archive, a card with files, and copies of both to work on."""

    top: Path
    identity: HybridIdentity = field(default_factory=HybridIdentity.generate)
    large: int = 30 << 20

    def __post_init__(self) -> None:
        self.folder, self.state, self.card = (self.top / name for name in ("archive", "state", "card"))
        os.environ["COPWATCH_STATE"] = str(self.state)
        make_archive(self.folder, lambda: datetime.now(UTC), passphrase=None, identity=self.identity)
        (self.card / "DCIM").mkdir(parents=True)
        for number in range(100):
            # Its number first: of a few random bytes two could be the same, and those are one piece of evidence.
            (self.card / "DCIM" / f"IMG_{number:04d}.JPG").write_bytes(
                bytes((number,)) + os.urandom(1 << number % 15)
            )
        (self.card / "DCIM" / "VID_0001.MP4").write_bytes(os.urandom(self.large))
        self.base = self.top / "base"
        self.base.mkdir()
        for path in (self.folder, self.state):
            shutil.copytree(path, self.base / path.name)

    def renew(self) -> None:
        """Back to the archive as it was before anything was added."""
        for path in (self.folder, self.state):
            shutil.rmtree(path)
            shutil.copytree(self.base / path.name, path)

    def command(self, small_entries: bool) -> list[str]:
        program = ["-c", SMALL_ENTRIES] if small_entries else ["-m", "copwatch"]
        return [sys.executable, *program, "add", str(self.card), "--archive", str(self.folder)]

    def start(self, small_entries: bool) -> subprocess.Popen:
        return subprocess.Popen(
            self.command(small_entries), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            env={**os.environ, "COPWATCH_STATE": str(self.state)},
        )  # fmt: skip

    def run(self, small_entries: bool) -> float:
        """To the end; gives the seconds that it took."""
        begun = time.monotonic()
        process = self.start(small_entries)
        _, error = process.communicate(timeout=300)
        assert process.returncode == 0, error.decode()
        return time.monotonic() - begun

    def kill(self, small_entries: bool, after: float) -> bool:
        """Whether it was killed before it had finished by itself."""
        process = self.start(small_entries)
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def check_whole(self) -> None:
        """What stands there after a kill verifies."""
        found = verify_archive(self.folder)
        assert found.holds, found.findings

    def check_complete(self) -> None:
        """Every file of the card is in exactly once, by its hash in the opened records."""
        self.check_whole()
        archive = open_archive(self.folder)
        with Session(archive, open_with_identity(archive, self.identity)) as session:
            assert session.findings == []
            rows = session.catalogue.read("SELECT sha256, size FROM evidence")
        held = collections.Counter((row["sha256"], row["size"]) for row in rows)
        wanted = collections.Counter(_digest(p) for p in sorted(self.card.rglob("*")) if p.is_file())
        assert held == wanted, (len(held), len(wanted))


def _digest(path: Path) -> tuple[str, int]:
    import hashlib

    data = path.read_bytes()
    return hashlib.sha256(data).hexdigest(), len(data)


def soak(scene: Scene, kills: int, chance: random.Random) -> dict[str, int]:
    """Kills that many times; each archive is killed up to three times before it may finish."""
    lengths = {}
    for small in (False, True):
        scene.renew()
        lengths[small] = scene.run(small)
        scene.check_complete()
    counts: dict[str, int] = collections.Counter()
    while counts["killed"] < kills:
        small = counts["rounds"] % 2 == 1
        scene.renew()
        for _ in range(chance.randint(1, 3)):
            # Half of them near the end, where entries are closed.
            early = 0.0 if chance.random() < 0.5 else 0.6
            if scene.kill(small, lengths[small] * chance.uniform(early, 1.05)):
                counts["killed"] += 1
                scene.check_whole()
            else:
                counts["finished before"] += 1
        lines = sum(p.read_bytes().count(b"\n") for p in scene.folder.glob("ledger/*/*.jsonl"))
        counts["rounds with a part received"] += lines > 1
        scene.run(small)
        scene.check_complete()
        counts["rounds"] += 1
    return dict(counts)


def main() -> None:
    """The command line of the soak test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as top:
        counts = soak(Scene(Path(top)), asked.kills, random.Random(asked.seed))
    print(
        f"{counts} in {time.monotonic() - begun:.0f} s: every archive verified, every file was in exactly once"
    )


if __name__ == "__main__":
    main()

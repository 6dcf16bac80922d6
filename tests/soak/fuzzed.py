"""Fuzzes the readers of media for hours: `python -m tests.soak.fuzzed --hours 8 --tally FILE [TARGET …]`.

Each target runs in slices of some minutes of processor time in a process of its own, whichever has had the least first.
A case is a finding when it ends otherwise than refused or cleaned for good, takes more than 5 s of the processor, or
more than 200 MiB beyond the bare interpreter. Findings are kept in a folder with what was wrong. The tally adds up over
several starts; `--show` prints it as rows of docs/testing.md.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import REPO
from tests.soak.fuzz_child import ROOM, SECONDS

NAMES = tuple(
    each
    for line in (
        "jpeg png gif webp tiff heif jxl bmp pdf bmff matroska avi wav aiff mp3 flac ogg",
        "exif xmp iptc icc other_exif messengers",
    )
    for each in line.split()
)
_LONGEST_CASE = 4 * SECONDS
"""Seconds of the processor after which a case that does not end is ended."""


class Slice:
    """One process with one target."""

    def __init__(self, target: str, seconds: float, case: Path) -> None:
        case.write_bytes(bytes(ROOM))
        self.case, self.seed = case, random.SystemRandom().randrange(1 << 32)
        command = ["-m", "tests.soak.fuzz_child", target, str(self.seed), str(seconds), str(case)]
        self.heard = case.with_suffix(".heard")
        with self.heard.open("wb") as heard:
            self.process = subprocess.Popen(
                [sys.executable, *command], cwd=REPO, stdout=heard, stderr=subprocess.STDOUT
            )

    def used(self) -> float:
        """Seconds of the processor so far."""
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def current(self) -> bytes:
        """The case that it works on."""
        data = self.case.read_bytes()
        return data[8 : 8 + int.from_bytes(data[:8], "big")]

    def run(self) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
        """To its end: what it did, and what it found."""
        last, since = b"", 0.0
        found: list[tuple[str, bytes]] = []
        while self.process.poll() is None:
            time.sleep(1)
            current, used = self.current(), self.used()
            if current != last or not current:
                last, since = current, used
            elif used - since > _LONGEST_CASE:
                found.append((f"does not end within {_LONGEST_CASE:.0f} s of the processor", current))
                self.process.kill()
        used = since
        done, rest = {"runs": 0, "seconds": used}, []
        for line in self.heard.read_text("utf-8", "replace").splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                rest.append(line)
                continue
            done = said.get("done", done)
            if "fault" in said:
                found.append((said["fault"], bytes.fromhex(said["case"])))
        if self.process.returncode and not found:
            found.append((f"ended with {self.process.returncode}: {' '.join(rest)[-2000:]}", self.current()))
        return done, found


def keep(folder: Path, target: str, fault: str, data: bytes) -> Path:
    """Writes a finding; one of each kind of fault and target is enough."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = hashlib.sha256(fault.strip().splitlines()[-1][:60].encode()).hexdigest()[:8]
    name = folder / f"{target}-{kind}"
    if not name.with_suffix(".bin").exists() or len(data) < name.with_suffix(".bin").stat().st_size:
        name.with_suffix(".bin").write_bytes(data)
        name.with_suffix(".txt").write_text(fault)
    return name.with_suffix(".bin")


def add(tally: Path, target: str, done: dict[str, Any], findings: int) -> None:
    """Adds a slice to the tally."""
    said = read(tally)
    row = said.setdefault(target, {})
    for name in ("runs", "cleaned", "refused", "read", "seconds"):
        row[name] = row.get(name, 0) + done.get(name, 0)
    for name in ("slowest", "peak"):
        row[name] = max(row.get(name, 0), done.get(name, 0))
    row["findings"] = row.get("findings", 0) + findings
    written = tally.with_suffix(".new")
    written.write_text(json.dumps(said, indent=1))
    written.replace(tally)


def read(tally: Path) -> dict[str, dict[str, float]]:
    """The tally so far."""
    return json.loads(tally.read_text()) if tally.exists() else {}


def soak(names: Sequence[str], hours: float, minutes: float, tally: Path, found: Path) -> None:
    """Slice after slice."""
    until = time.monotonic() + hours * 3600
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < until:
            so_far = read(tally)
            target = min(names, key=lambda name: so_far.get(name, {}).get("seconds", 0))
            piece = Slice(target, minutes * 60, Path(folder) / "case")
            try:
                done, findings = piece.run()
            finally:
                piece.process.kill()
                piece.process.wait()
            # A slice that was ended early counts as what it used, so that its target does not come up for ever.
            done["seconds"] = max(done["seconds"], 1.0)
            add(tally, target, done, len(findings))
            print(f"{time.strftime('%H:%M')} {target} seed {piece.seed}: {json.dumps(done)}", flush=True)
            for fault, count in Counter(findings).items():
                path = keep(found, target, *fault)
                print(f"  FOUND {count} times, {path}: {fault[0].strip().splitlines()[-1][:160]}", flush=True)


def show(tallies: list[Path]) -> None:
    """One row a target, over all tallies."""
    total: dict[str, Counter[str]] = {}
    for tally in tallies:
        for target, row in read(tally).items():
            both = total.setdefault(target, Counter())
            for name, value in row.items():
                both[name] = max(both[name], value) if name in ("slowest", "peak") else both[name] + value
    for target in sorted(total):
        row = total[target]
        print(
            f"| {target} | {row['runs']:,.0f} | {row['seconds'] / 60:.1f} | {row['cleaned'] + row['read']:,.0f} | "
            f"{row['refused']:,.0f} | {row['slowest']:.1f} s, {int(row['peak']) >> 20} MiB | {row['findings']:,.0f} |"
        )


def main() -> None:
    """The command line of the soak."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(NAMES)}; all")
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--minutes", type=float, default=3.0, help="of processor time a slice")
    parser.add_argument("--tally", type=Path, nargs="+", default=[Path("fuzz-tally.json")])
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"), help="the folder of what is found")
    parser.add_argument("--show", action="store_true", help="only print the tally (of several files)")
    asked = parser.parse_args()
    if unknown := set(asked.targets) - set(NAMES):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if asked.show:
        show(asked.tally)
    else:
        soak(asked.targets or NAMES, asked.hours, asked.minutes, asked.tally[0], asked.found)


if __name__ == "__main__":
    main()

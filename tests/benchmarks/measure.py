"""Running a program and measuring it: wall time, processor time, and the most memory it had."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds on the clock, seconds of processor time (user and system), peak memory in bytes."""

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True, slots=True)
class Program:
    """A command line, the environment beside ours, and where it runs."""

    words: Sequence[str | Path]
    environment: dict[str, str]
    folder: Path | None = None

    def run(self, *, expected: int = 0, tree: bool = False) -> Run:
        """Runs it with no output. Raises `RuntimeError`, with what it said, for another exit code.

        With `tree` the peak is that of all its processes together, looked at all the time, which costs time.
        """
        with tempfile.TemporaryFile() as said:
            begun = time.perf_counter()
            process = subprocess.Popen(
                [str(word) for word in self.words],
                env={**os.environ, **self.environment},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
            most = _together(process.pid) if tree else 0
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != expected:
                said.seek(0)
                raise RuntimeError(f"{self.words} gave {process.returncode}: {said.read().decode()}")
        return Run(wall, used.ru_utime + used.ru_stime, most or used.ru_maxrss * 1024)


def _together(process: int) -> int:
    """The most bytes that a process and those below it had in memory at one moment, until it ends (Linux)."""
    most = 0
    while not os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        most = max(most, sum(map(_resident, _below(process))))
        time.sleep(0.01)
    return most


def _below(process: int) -> list[int]:
    with suppress(OSError):
        lists = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
        return [process, *(one for each in lists for number in each for one in _below(int(number)))]
    return []


def _resident(process: int) -> int:
    """What it has in memory, with its share of what several have together (PSS, proc(5))."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


@dataclass(frozen=True, slots=True)
class Runs:
    """Several runs of one thing."""

    all: tuple[Run, ...]

    @property
    def best(self) -> float:
        """The shortest time on the clock: what the machine can do when nobody disturbs it."""
        return min(run.wall for run in self.all)

    @property
    def middle(self) -> float:
        """The median time on the clock."""
        return median(run.wall for run in self.all)

    @property
    def cpu(self) -> float:
        """The least processor time."""
        return min(run.cpu for run in self.all)

    @property
    def peak(self) -> int:
        """The most memory of any run, in bytes."""
        return max(run.peak for run in self.all)


def interleaved(rounds: int, things: dict[str, Callable[[], Run]]) -> dict[str, Runs]:
    """Runs each thing in turn, `rounds` times, everything on the disk before each, so that all meet the same noise."""
    found: dict[str, list[Run]] = {name: [] for name in things}
    for _ in range(rounds):
        for name, thing in things.items():
            os.sync()
            found[name].append(thing())
    return {name: Runs(tuple(runs)) for name, runs in found.items()}


def one_after_another(programs: Sequence[Program]) -> Run:
    """Several programs as one run."""
    runs = [program.run() for program in programs]
    return Run(sum(r.wall for r in runs), sum(r.cpu for r in runs), max(r.peak for r in runs))

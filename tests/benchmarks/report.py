"""The table as text, as JSON, and as docs/performance.md."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from tests.benchmarks.cases import Row

_HEAD = ("what", "ours", "theirs", "ratio", "bound", "met")
TEXT = """# Performance

Measured with `python -m tests.benchmarks.run --write docs/performance.md`, everything in one run on one machine.
Times are the best of several runs that take turns with the other program, with everything on the disk before each;
a ratio is our time by theirs. Source, archive and repository stand on the same disk, and each `add` and each
`restic backup` begins with a new one. *Median* and *processor* are the same ratio for the median time and for
processor time (user and system).

Other work on the machine disturbs the times, and also the ratios of what copwatch does on two processors and the
other program on one: those need an idle machine, and how busy it was stands below. Starting Python and what every
command loads takes about a quarter of a second here, which weighs where the work itself is over as soon.

Memory *of all processes* is their proportional set size together, looked at a hundred times a second. Other memory
is what the system says of a command, which it counts from the moment at which the measuring program splits off: no
such figure is below what that one takes itself, some 65 to 90 MB.

Why some rows are as they are, and what was measured at other times: [performance-notes.md](performance-notes.md).

"""


def as_text(rows: Sequence[Row]) -> str:
    """A table for the terminal."""
    table = [_HEAD, *map(_cells, rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(_HEAD))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)) for cells in table)


def as_json(rows: Sequence[Row], facts: dict[str, str]) -> str:
    """Everything for programs."""
    found = [{**asdict(row), "ratio": row.ratio, "met": row.met} for row in rows]
    return json.dumps({"machine": facts, "rows": found}, indent=2)


def as_markdown(rows: Sequence[Row], facts: dict[str, str]) -> str:
    """The whole of docs/performance.md."""
    head = (*_HEAD, "median", "processor")
    lines = [_line(head), _line(["---"] * len(head))]
    lines += [_line((*_cells(row), _quotient(row.middle), _quotient(row.cpu))) for row in rows]
    machine = [_line(("machine", "")), _line(("---", "---")), *map(_line, facts.items())]
    return TEXT + "\n".join([*lines, "", *machine, ""])


def facts(folder: Path) -> dict[str, str]:
    """The machine, the file system of `folder`, the programs, and the day."""
    return {
        "day": date.today().isoformat(),
        "commit": _said("git", "rev-parse", "--short", "HEAD"),
        "load": f"{os.getloadavg()[2]:.1f} processes wanted to run, on average over 15 minutes",
        "system": platform.platform(),
        "processor": f"{os.cpu_count()} x {_processor()}",
        "file system": _said("stat", "-f", "-c", "%T", str(folder)),
        "Python": platform.python_version(),
        "restic": _said("restic", "version"),
        "age": _said("age", "--version"),
        "openssl": _said("openssl", "version"),
        "exiftool": _said("exiftool", "-ver"),
        "mat2": _said("mat2", "--version"),
        "ffmpeg": _said("ffmpeg", "-version"),
    }


def _cells(row: Row) -> tuple[str, ...]:
    met = {None: "", True: "yes", False: "NO"}[row.met]
    theirs = "" if row.theirs is None else f"{row.theirs:.2f} {row.unit}"
    bound = "" if row.bound is None else f"{row.bound:g}" + (f" {row.unit}" if row.theirs is None else "")
    return row.what, f"{row.ours:.2f} {row.unit}", theirs, _quotient(row.ratio), bound, met


def _quotient(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )


def _said(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "not here"
    return done.stdout.splitlines()[0] if done.stdout else "not here"

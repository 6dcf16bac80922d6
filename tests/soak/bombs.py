"""Files made to take much time or memory, and long real ones: `python -m tests.soak.bombs [WORD …]` measures each.

Each file is made, then cleaned by a process of its own, with the readers in that process. What is printed: processor
time of looking at it once, and of cleaning it as a whole (which looks twice), and the highest resident memory, less
that of the bare interpreter. The bounds are 5 s and 200 MiB for looking at it once.

With `--process` it is cleaned as `copwatch clean` does it, by a process that is bounded: what is printed then is the
processor time and the highest resident memory of that process, as a whole, and of the program beside it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.conftest import REPO
from tests.soak import bombs_movies, bombs_others, bombs_pictures

BOMBS: Final[dict[str, Callable[[], Iterator[bytes]]]] = {
    name: made
    for module in (bombs_movies, bombs_pictures, bombs_others)
    for name, made in vars(module).items()
    if getattr(made, "__module__", "") == module.__name__ and not name.startswith("_")
}

_MEASURE: Final = """
import json, sys, time
from tests.soak.fuzz_child import resident
bare = resident("VmRSS")
import resource
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from copwatch.media.cleaning import make_cleaning, scan
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
said = {}
with open(sys.argv[1], "rb") as file:
    for name, act in (("scan", scan), ("clean", lambda file: sum(map(len, stream(file, make_cleaning(file).plan))))):
        began = time.process_time()
        try:
            found = act(file)
            outcome = f"{len(found.parts):,} parts" if name == "scan" else "cleaned"
        except CannotClean as refused:
            outcome = "refused: " + refused.reason
        except BaseException as error:
            outcome = f"FAILED: {error!r}"[:300]
        found = None
        said[name] = (round(time.process_time() - began, 2), resident("VmHWM") - bare >> 20, outcome)
print(json.dumps(said))
"""

_MEASURE_PROCESS: Final = """
import json, resource, sys
from tests.soak.fuzz_child import resident
from copwatch.media.cleaning import make_cleaning
from copwatch.media.isolated import MediaProcess
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
with open(sys.argv[1], "rb") as file:
    try:
        with MediaProcess() as process:
            sum(map(len, stream(file, make_cleaning(file, process.scan).plan)))
        outcome = "cleaned"
    except CannotClean as refused:
        outcome = "refused: " + refused.reason
    except BaseException as error:
        outcome = f"FAILED: {error!r}"[:300]
used = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
seconds = [round(each.ru_utime + each.ru_stime, 2) for each in used]
said = {
    "process": (seconds[0], used[0].ru_maxrss >> 10, outcome),
    "program": (seconds[1], resident("VmHWM") >> 20, ""),
}
print(json.dumps(said))
"""


def measure(
    made: Callable[[], Iterator[bytes]], folder: Path, script: str = _MEASURE
) -> tuple[int, dict[str, tuple[float, int, str]]]:
    """Size of the file; then for each thing measured: seconds, MiB and what came of it."""
    path = folder / "bomb"
    with path.open("wb") as file:
        for block in made():
            file.write(block)
    done = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, cwd=REPO, check=False
    )
    try:
        return path.stat().st_size, json.loads(done.stdout)
    except ValueError:
        return path.stat().st_size, {"scan": (0, 0, f"DIED {done.returncode}: {done.stderr[-300:]}")}


def main() -> None:
    """One line each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*")
    parser.add_argument("--process", action="store_true", help="clean them as the program does")
    given = parser.parse_args()
    words, script = given.words, _MEASURE_PROCESS if given.process else _MEASURE
    with tempfile.TemporaryDirectory() as folder:
        for name, made in BOMBS.items():
            if words and not any(word in name for word in words):
                continue
            try:
                size, said = measure(made, Path(folder), script)
            except Exception as error:
                print(f"{name}: could not be made: {error!r}", flush=True)
                continue
            over = any(
                row[0] > (5.0 if kind == "scan" else 10.0) or row[1] > 200 for kind, row in said.items()
            )
            rows = "; ".join(f"{kind} {row[0]} s {row[1]} MiB {row[2]}" for kind, row in said.items())
            print(f"{'OVER ' if over else '     '}{name} ({size >> 20} MiB): {rows}", flush=True)


if __name__ == "__main__":
    main()

"""The process that runs cases of one target for a while: `python -m tests.soak.fuzz_child TARGET SEED SECONDS CASE`.

Each case is written to the file CASE before it runs (its length in eight bytes first), so that what ends this process
is known. Reports are lines of JSON on standard output. Memory is the highest resident size (VmHWM) while a case runs,
which Linux starts anew on request, less what the bare interpreter had before anything was imported and less the cases
that are kept to be mutated further.
"""

import json
import mmap
import random
import sys
import time
import traceback
from pathlib import Path

_SELF = Path("/proc/self")
ROOM = 8 + (1 << 20)
SECONDS = 5.0
MEBIBYTES = 200
_MOST_NEW_SEEDS = 400


def resident(field: str) -> int:
    """A field of /proc/self/status, in bytes; 0 where there is none."""
    try:
        lines = (_SELF / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(field + ":")), 0)


def _peak_anew() -> None:
    try:
        (_SELF / "clear_refs").write_text("5")
    except OSError:
        return


def run(name: str, seed: int, seconds: float, case: Path) -> None:
    """Draws and judges cases until the seconds of processor time are over; then says what it did."""
    bare = resident("VmRSS")
    import resource

    from tests.soak.targets import Wrong, draw_case, targets

    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    target, draw = targets()[name], random.Random(seed)
    seeds, seen = list(target.seeds()), set()
    own, kept, began = len(seeds), 0, time.process_time()
    done = {"runs": 0, "cleaned": 0, "refused": 0, "read": 0, "slowest": 0.0, "peak": 0}
    with case.open("r+b") as file, mmap.mmap(file.fileno(), ROOM) as shared:
        waiting = list(seeds)
        while time.process_time() - began < seconds:
            data = waiting.pop() if waiting else draw_case(seeds, target, draw)
            shared[8 : 8 + len(data)] = data
            shared[:8] = len(data).to_bytes(8, "big")
            _peak_anew()
            start, fault = time.process_time(), None
            try:
                word = target.judged(data)
            except Wrong as wrong:
                fault = str(wrong)
            except Exception:
                fault = "".join(traceback.format_exc(limit=-6))
            took, peak = time.process_time() - start, resident("VmHWM") - bare - kept
            shared[:8] = bytes(8)
            done["runs"] += 1
            done["slowest"], done["peak"] = max(done["slowest"], took), max(done["peak"], peak)
            if fault is None and took > SECONDS:
                fault = f"took {took:.1f} s of the processor"
            if fault is None and peak > MEBIBYTES << 20:
                fault = f"took {peak >> 20} MiB of memory"
            if fault is not None:
                report = {"fault": fault, "case": data.hex()}
                print(json.dumps(report), flush=True)
                continue
            done[word.split()[0]] += 1
            if word not in seen and done["runs"] > own and len(seeds) - own < _MOST_NEW_SEEDS:
                # Whatever leads somewhere new is worth mutating again.
                seeds.append(data)
                kept += len(data)
            seen.add(word)
    done["seconds"] = time.process_time() - began
    print(json.dumps({"done": done}), flush=True)


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]))

"""Runs code in a process of its own that may use only so much processor time and memory: what hangs is ended."""

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_MEMORY = 1 << 30


def bounded(code: str, *args, seconds: int = 30) -> str:
    """Standard output of the code; it fails when the code uses more."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))

    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], check=False, capture_output=True, preexec_fn=limit, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, f"ended by {done.returncode}: {done.stderr.decode()[-500:]}"
    return done.stdout.decode()

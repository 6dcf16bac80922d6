"""Typesetting a long report in a process of its own, so that the memory that it takes ends with it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import copwatch
from copwatch.errors import Unfinished
from copwatch.model.values import Json
from copwatch.typesetting.report import report_pdf

MANY: Final = 250
"""Rows of evidence and custody; typst takes some 40 MB for any report, and 0.17 MB for each of these."""
_BOOT: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from copwatch.typesetting.apart import answer; answer()"
)


def print_apart(sheet: Mapping[str, Json], created: str) -> bytes:
    """As `report.report_pdf`, of an RFC 3339 time. Raises `Unfinished`."""
    ours = str(Path(copwatch.__file__).resolve().parents[1])
    paths = dict.fromkeys([*(path for path in sys.path if Path(path).is_absolute()), ours])
    asked = json.dumps({"sheet": dict(sheet), "created": created}).encode()
    done = subprocess.run(
        [sys.executable, "-I", "-c", _BOOT, *paths], input=asked, capture_output=True, check=False
    )
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise Unfinished("the PDF could not be typeset", hint="this is a fault of copwatch; please report it")
    return done.stdout


def answer() -> None:
    """What the process does: a sheet comes in, its PDF goes out."""
    asked = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(report_pdf(asked["sheet"], datetime.fromisoformat(asked["created"])).pdf)

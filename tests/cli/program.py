"""The real program with the sample commands, for running in a process of its own."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from copwatch.cli import lazy, main

SAMPLE = "tests.cli.sample"
ROWS = (
    lazy.Row("add", lazy.SHIFT, "Take in files.", f"{SAMPLE}.add"),
    lazy.Row("look", lazy.LEGAL, "Show text, or the state of the process.", f"{SAMPLE}.look"),
    lazy.Row("ask", lazy.LEGAL, "Ask one thing and say the answer.", f"{SAMPLE}.ask"),
    lazy.Row("fail", lazy.KEEPING, "Fail in a named way.", f"{SAMPLE}.fail"),
    lazy.Row("group", lazy.KEEPING, "Do one of two things.", f"{SAMPLE}.group"),
    lazy.Row("gone", lazy.KEEPING, "Is not there.", f"{SAMPLE}.gone"),
)

if __name__ == "__main__":
    lazy.LazyGroup.table = ROWS
    code = main.main()
    if os.environ.get("SHOW_MODULES"):
        sys.stderr.write("\nMODULES " + " ".join(sorted(sys.modules)))
    sys.exit(code)

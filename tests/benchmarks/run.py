"""Measures copwatch beside other tools: `python -m tests.benchmarks.run [--quick] [--write docs/performance.md]`.

Needs `restic`, `age`, `openssl`, `ffmpeg`, `exiftool` and `mat2`, 24 GiB of free space, and about half an
hour (`--quick`: two minutes). Everything that
it makes stands in one new folder, which is removed at the end.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import cases, cleaning_cases, export_cases, merge_cases, table_cases
from tests.benchmarks.cases import FULL, QUICK, Bench, Row
from tests.benchmarks.report import as_json, as_markdown, as_text, facts

CASES = cases.CASES | cleaning_cases.CASES | table_cases.CASES | merge_cases.CASES | export_cases.CASES
NEEDED = ("restic", "age", "age-keygen", "openssl", "sha256sum", "ffmpeg", "exiftool", "mat2")


def main(words: Sequence[str] | None = None) -> int:
    """Measures, prints, and gives 1 when a bound is not kept."""
    given = _parser().parse_args(words)
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        sys.stderr.write(f"not installed: {', '.join(missing)}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="copwatch-bench-", dir=given.folder) as folder:
        sizes = QUICK if given.quick else FULL
        sizes = replace(sizes, rounds=given.rounds or sizes.rounds)
        bench, found = Bench(Path(folder), sizes), list[Row]()
        for name in given.only or CASES:
            sys.stderr.write(f"measuring: {name}\n")
            found += CASES[name](bench)
        machine = {**facts(Path(folder)), "rounds": str(sizes.rounds)}
    print(as_json(found, machine) if given.json else as_text(found))
    if given.write is not None:
        given.write.write_text(as_markdown(found, machine))
    return int(any(row.met is False for row in found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes; the bounds are for the full ones")
    parser.add_argument("--only", action="append", choices=list(CASES), help="measure this alone; may repeat")
    parser.add_argument("--rounds", type=int, help="how often each is run; the best counts")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table and the machine to FILE")
    parser.add_argument(
        "--folder", type=Path, help="where to measure; by default the system's temporary folder"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

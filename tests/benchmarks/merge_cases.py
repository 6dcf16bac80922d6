"""Merging: two copies that are alike, and one that lacks everything."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.cases import MEBIBYTE, Bench, Row, beside
from tests.benchmarks.measure import Program, Run, interleaved

_READ = """
import os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        descriptor = os.open(os.path.join(folder, name), os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        while os.read(descriptor, 1 << 20):
            pass
        os.close(descriptor)
"""


def nothing_new(bench: Bench) -> Iterator[Row]:
    """Merging a copy that has nothing new, of ten objects for each file of the small case."""
    count = 10 * bench.sizes.count
    source, archive, copy = bench.make("files", count, 300), bench.fresh("kept"), bench.fresh("copy")
    bench.add(source, keep=archive)
    shutil.rmtree(source)
    shutil.copytree(archive, copy)
    runs = interleaved(bench.sizes.rounds, {"": bench.copwatch("merge", copy, "--archive", archive).run})[""]
    yield Row(f"merge {count:,} objects with nothing new", runs.best, None, "s", 2.0)
    for folder in (archive, copy):
        shutil.rmtree(folder)


def everything_new(bench: Bench) -> Iterator[Row]:
    """Merging everything into an empty replica, beside `cp` and reading the copy back from the disk."""
    count = max(1, bench.sizes.growth * bench.sizes.large // (4 * MEBIBYTE))
    source, archive = bench.make("files", count, 4 * MEBIBYTE), bench.fresh("kept")
    bench.add(source, keep=archive)
    shutil.rmtree(source)

    def merge() -> Run:
        replica = _emptied(archive, bench.fresh("replica"))
        run = bench.copwatch("merge", archive, "--archive", replica).run()
        shutil.rmtree(replica)
        return run

    def by_hand() -> Run:
        copy = bench.fresh("by-hand")
        command = f'cp -r --reflink=never "{archive}" "{copy}" && python3 -c \'{_READ}\' "{copy}"'
        run = Program(["sh", "-c", command], {}).run()
        shutil.rmtree(copy)
        return run

    found = interleaved(bench.sizes.rounds, {"merge": merge, "cp": by_hand})
    size = count * 4
    yield beside(f"merge {size:,} MiB that are new: `cp` and reading back", found["merge"], found["cp"], 1.6)
    shutil.rmtree(archive)


def _emptied(archive: Path, folder: Path) -> Path:
    """A replica with the charter and the keys alone."""
    (folder / "ledger").mkdir(parents=True)
    for name in ("objects", "tmp"):
        (folder / name).mkdir()
    shutil.copytree(archive / "charter", folder / "charter")
    os.sync()
    return folder


CASES: dict[str, Callable[[Bench], Iterator[Row]]] = {"alike": nothing_new, "merge": everything_new}

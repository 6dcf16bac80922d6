"""What is measured: each case gives rows of the table (docs/performance.md)."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.measure import Program, Run, Runs, interleaved, one_after_another

REPO = Path(__file__).resolve().parents[2]
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. Verifying is also measured on an archive that has grown `growth` times."""

    large: int
    count: int
    small: int
    lines: int
    rounds: int
    growth: int
    photos: int


FULL = Sizes(large=1 << 30, count=2000, small=200_000, lines=100_000, rounds=5, growth=10, photos=500)
QUICK = Sizes(large=64 << 20, count=200, small=200_000, lines=2000, rounds=2, growth=2, photos=20)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `theirs` is None where the bound is absolute; times are the best on the clock.

    `middle` and `cpu` are the same quotient for the median and for processor time.
    """

    what: str
    ours: float
    theirs: float | None
    unit: str
    bound: float | None
    middle: float | None = None
    cpu: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours by theirs."""
        return None if self.theirs is None else self.ours / self.theirs

    @property
    def met(self) -> bool | None:
        """Whether the bound is kept; None where there is none."""
        value = self.ours if self.theirs is None else self.ours / self.theirs
        return None if self.bound is None else value <= self.bound


@dataclass
class Bench:
    """Where the measuring happens, and how much of it."""

    folder: Path
    sizes: Sizes
    say: Callable[[str], None] = lambda _: None
    _made: int = field(default=0, init=False)

    def fresh(self, name: str) -> Path:
        """A path that is not taken yet."""
        self._made += 1
        return self.folder / f"{name}-{self._made}"

    def make(self, what: str, *numbers: int) -> Path:
        """Has `building` make something; gives its folder."""
        folder = self.fresh(what)
        self.python("-m", "tests.benchmarks.building", what, str(folder), *map(str, numbers)).run()
        return folder

    def python(self, *words: str | Path) -> Program:
        """This Python, in the project's folder, with a local state of its own."""
        return Program([sys.executable, *words], {"COPWATCH_STATE": str(self.folder / "state")}, REPO)

    def copwatch(self, *words: str | Path, module: str = "copwatch") -> Program:
        """A command of copwatch."""
        return self.python("-m", module, *words)

    def add(
        self, source: Path, *, module: str = "copwatch", keep: Path | None = None, strip: bool = False
    ) -> Run:
        """Adds a folder to a new archive, which is removed unless it is to stand at `keep`."""
        archive = self.make("archive")
        how = ("--metadata", "strip", "--yes") if strip else ()
        run = self.copwatch("add", source, "--archive", archive, *how, module=module).run()
        if keep is None or keep.exists():
            shutil.rmtree(archive)
        else:
            archive.rename(keep)
        return run

    def restic(self, source: Path) -> Run:
        """Backs a folder up into a new repository of restic."""
        repository = self.fresh("restic")
        environment = {"RESTIC_PASSWORD": "benchmark", "RESTIC_CACHE_DIR": str(self.folder / "restic-cache")}
        Program(["restic", "-r", repository, "init"], environment).run()
        run = Program(["restic", "-r", repository, "backup", source], environment).run()
        shutil.rmtree(repository)
        return run

    def by_hand(self, file: Path) -> Run:
        """What a careful person would type without copwatch."""
        sealed, key = self.fresh("sealed.age"), self.folder / "age.key"
        if not key.exists():
            subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
        shown = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True)
        programs = [
            ["sha256sum", file],
            ["age", "-r", shown.stdout.strip(), "-o", sealed, file],
            ["sha256sum", sealed],
        ]
        run = one_after_another([Program(words, {}) for words in programs])
        sealed.unlink()
        return run

    def openssl(self, archive: Path) -> Run:
        """SHA-256 of all objects of an archive, by one process."""
        listed = self.folder / "objects.txt"
        listed.write_bytes(b"\0".join(bytes(path) for path in sorted((archive / "objects").rglob("*.age"))))
        return Program(["xargs", "-0", "-a", listed, "openssl", "dgst", "-sha256"], {}).run()


def one_large_file(bench: Bench) -> Iterator[Row]:
    """Adding and verifying one large file; and how much memory that takes."""
    source, archive = bench.make("files", 1, bench.sizes.large), bench.fresh("kept")
    found = interleaved(
        bench.sizes.rounds,
        {
            "add": lambda: bench.add(source, keep=archive),
            "restic": lambda: bench.restic(source),
            "by hand": lambda: bench.by_hand(next(source.iterdir())),
        },
    )
    name = f"one file of {bench.sizes.large // MEBIBYTE:,} MiB"
    yield beside(f"add {name}: `restic backup`", found["add"], found["restic"], 0.40)
    yield beside(f"add {name}: `sha256sum; age; sha256sum`", found["add"], found["by hand"], None)
    shutil.rmtree(source)
    verify, openssl = _verify(bench, archive)
    yield beside(f"verify {name}: `openssl dgst -sha256`", verify, openssl, None)
    yield _memory(f"memory of add, {name}", found["add"])
    yield _memory(f"memory of verify, {name}", verify)
    shutil.rmtree(archive)


def many_small_files(bench: Bench) -> Iterator[Row]:
    """Adding and verifying many small files."""
    source, archive = bench.make("files", bench.sizes.count, bench.sizes.small), bench.fresh("kept")
    found = interleaved(
        bench.sizes.rounds,
        {
            "add": lambda: bench.add(source, keep=archive),
            "flush": lambda: bench.add(source, module="tests.benchmarks.one_flush_a_file"),
            "restic": lambda: bench.restic(source),
        },
    )
    name = f"{bench.sizes.count:,} files of {bench.sizes.small // 1000} KB"
    yield beside(f"add {name}: `restic backup`", found["add"], found["restic"], 1.3)
    yield beside(f"add {name}, one fsync a file: `restic backup`", found["flush"], found["restic"], 2.2)
    shutil.rmtree(source)
    verify, openssl = _verify(bench, archive)
    yield beside(f"verify {name}: `openssl dgst -sha256`", verify, openssl, None)
    yield _memory(f"memory of verify, {name}", verify)
    shutil.rmtree(archive)


def grown_archive(bench: Bench) -> Iterator[Row]:
    """Verifying where reading outweighs the start of the program: many objects, and one that is large."""
    for count, size, bound in (
        (bench.sizes.count * bench.sizes.growth, bench.sizes.small, 0.65),
        (1, bench.sizes.large // 2 * bench.sizes.growth, 1.1),
    ):
        source, archive = bench.make("files", count, size), bench.fresh("kept")
        bench.add(source, keep=archive)
        shutil.rmtree(source)
        verify, openssl = _verify(bench, archive)
        name = (
            f"{count:,} files of {size // 1000} KB" if count > 1 else f"one file of {size // MEBIBYTE:,} MiB"
        )
        yield beside(f"verify {name}: `openssl dgst -sha256`", verify, openssl, bound)
        yield _memory(f"memory of verify, {name}", verify)
        shutil.rmtree(archive)


def start(bench: Bench) -> Iterator[Row]:
    """How long it takes until there is an answer."""
    tiny = bench.python(Path(__file__).with_name("tiny.py"), "--help").run
    found = interleaved(
        4 * bench.sizes.rounds,
        {
            "version": bench.copwatch("--version").run,
            "help": bench.copwatch("add", "--help").run,
            "tiny": tiny,
        },
    )
    name = "one-command typer program"
    yield beside(f"copwatch --version: {name}", found["version"], found["tiny"], 1.25)
    yield beside(f"copwatch add --help: {name}", found["help"], found["tiny"], 1.5)


def long_ledger(bench: Bench) -> Iterator[Row]:
    """Verifying an archive with a very long ledger."""
    archive = bench.make("ledger", bench.sizes.lines)
    runs = interleaved(max(1, bench.sizes.rounds - 2), {"": bench.copwatch("verify", archive).run})[""]
    yield Row(f"verify {bench.sizes.lines:,} ledger lines", runs.best, None, "s", 10.0)
    yield _memory(f"memory of verify, {bench.sizes.lines:,} ledger lines", runs)
    shutil.rmtree(archive)


CASES: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "large": one_large_file, "small": many_small_files, "grown": grown_archive, "start": start, "ledger": long_ledger,
}  # fmt: skip


def _verify(bench: Bench, archive: Path) -> tuple[Runs, Runs]:
    found = interleaved(
        2 * bench.sizes.rounds,
        {"verify": bench.copwatch("verify", archive).run, "openssl": lambda: bench.openssl(archive)},
    )
    return found["verify"], found["openssl"]


def beside(what: str, ours: Runs, theirs: Runs, bound: float | None) -> Row:
    """A row that compares the best times of two programs."""
    return Row(
        what,
        ours.best,
        theirs.best,
        "s",
        bound,
        ours.middle / theirs.middle,
        ours.cpu / max(theirs.cpu, 1e-3),
    )


def _memory(what: str, runs: Runs) -> Row:
    return Row(what, runs.peak / 1e6, None, "MB", 150.0)

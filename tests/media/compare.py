"""How many files of the corpus each cleaner leaves clean and the same: `python -m tests.media.compare`.

Prints a Markdown table for docs/metadata.md. All programs are held to one rule: *clean* means that the auditor finds
nothing of the original beyond what decoding needs, and that decoders show the same picture and sound; *leaks* that
the program ended well and left something behind; *changed* that nothing is left but decoders show something else;
*refused* that it wrote no file. Tags of structure count as residue for none of them, nor do times of frames.
"""

import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.media import corpus

Cleaner = Callable[[Path, Path], bool]


def ours(source: Path, target: Path) -> bool:
    """copwatch."""
    outcome = corpus.clean(source, target)
    return outcome.died is None and outcome.refused is None


def exiftool(source: Path, target: Path) -> bool:
    """`exiftool -m -all= -tagsfromfile @ -orientation`: all but the orientation, small faults or not."""
    return _run(
        "exiftool", "-q", "-q", "-m", "-all=", "-tagsfromfile", "@", "-orientation", "-o", target, source
    )


def mat2(source: Path, target: Path, *options: str) -> bool:
    """`mat2`, which writes beside a copy of the source."""
    copy = target.parent / f"in-{source.name}"
    shutil.copyfile(source, copy)
    done = _run("mat2", *options, copy)
    made = copy.with_name(f"{copy.stem}.cleaned{copy.suffix}")
    if made.exists():
        made.replace(target)
    copy.unlink()
    return done and target.exists()


def mat2_light(source: Path, target: Path) -> bool:
    """`mat2 -L`: without re-rendering."""
    return mat2(source, target, "-L")


CLEANERS: dict[str, Cleaner] = {
    "copwatch": ours, "exiftool -all=": exiftool, "mat2 -L": mat2_light, "mat2": mat2,
}  # fmt: skip


def judged(sample: corpus.Sample, cleaner: Cleaner, folder: Path) -> str:
    """One word for what came of it."""
    target = folder / sample.path.name
    target.unlink(missing_ok=True)
    if not cleaner(sample.path, target) or not target.exists() or not target.stat().st_size:
        return "refused"
    found, report = corpus.residue(sample.path, target)
    if found and corpus.left_behind(report):
        return "leaks"
    before, after = (corpus.shown(path, sample.format) for path in (sample.path, target))
    return "clean" if before["frames"] == after["frames"] else "changed"


def main(words: list[str]) -> None:
    """Judges every valid file, or those whose format is named."""
    by_format: dict[str, list[corpus.Sample]] = defaultdict(list)
    for sample in corpus.samples():
        if sample.valid and (not words or sample.format in words):
            by_format[sample.format].append(sample)
    names = [name for name in CLEANERS if name == "copwatch" or shutil.which(name.split()[0])]
    total: dict[str, Counter[str]] = {name: Counter() for name in names}
    print("| format | files |", " | ".join(names), "|")
    print("| --- | --- |", " | ".join("---" for _ in names), "|")
    with tempfile.TemporaryDirectory() as folder:
        for kind, samples in by_format.items():
            cells = []
            for name in names:
                found = Counter(judged(sample, CLEANERS[name], Path(folder)) for sample in samples)
                total[name] += found
                cells.append(_told(found))
            print(f"| {kind} | {len(samples)} |", " | ".join(cells), "|", flush=True)
    print(f"| all | {sum(map(len, by_format.values()))} |", " | ".join(map(_told, total.values())), "|")


def _told(found: Counter[str]) -> str:
    return ", ".join(
        f"{found[word]} {word}" for word in ("clean", "changed", "leaks", "refused") if found[word]
    )


def _run(*words: str | Path) -> bool:
    try:
        return subprocess.run(words, capture_output=True, timeout=300, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    main(sys.argv[1:])

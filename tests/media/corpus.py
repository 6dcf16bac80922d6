"""Real media with real metadata, cleaned and judged: `python -m tests.media.corpus [WORD …]` prints what came of it.

The files, the auditor of what is left behind and the fingerprints of decoders are public material outside of the
project (docs/testing.md). A hostile file is cleaned in a process of its own that may not run away.
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from copwatch.media.cleaning import essence_hash, make_cleaning
from copwatch.media.parts import essence_of
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.conftest import MATERIAL, REPO

NEVER_REFUSED = {
    *(
        "jpeg",
        "png",
        "gif",
        "webp",
        "heic",
        "avif",
        "mp4",
        "mov",
        "3gp",
        "m4a",
        "mkv",
        "webm",
        "mp3",
        "wav",
        "flac",
    ),
}
NOT_OURS = {"jp2", "wma", "mpegts"}
SECONDS, MEBIBYTES = 30, 1024
STRUCTURE = re.compile(
    r"(IFD0|SubIFD\d*):(DNG(Backward)?Version|ColorimetricReference|MaskedAreas|LinearizationTable|ColorMatrix[12]|CameraCalibration[12]|AnalogBalance|AsShot(Neutral|WhiteXY)|Baseline\w+"
    r"|LinearResponseLimit|CFA\w+|Calibration\w+|BlackLevel\w*|WhiteLevel|DefaultScale|DefaultCrop\w+|BestQualityScale"
    r"|ActiveArea|Forward\w+|Linearization\w+|AntiAliasStrength|BayerGreenSplit|ShadowScale|ChromaBlurRadius|Opcode\w+"
    r"|NoiseProfile|DefaultBlackRender|DefaultUserCrop|Profile\w+)"
    r"|Track\d+:(OtherFormat|Unknown_(av1C|ccst|auxl|auxi|pixi))"
    r"|Matroska:(SeekID|SeekPosition|CueTime|CueTrack|CueClusterPosition|Matroska_0x0070)"
    r"|Track\d+:(Matroska_0x(15b0|16aa|13c0)|ContentCompressionSettings)"
)
"""What the auditor does not know, and no decoder can do without: how a raw picture is coded, what a track
holds, and where a film can be entered (Cues, SeekHead)."""
_SCRIPT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]) << 20,) * 2)
from copwatch.media.cleaning import essence_hash, make_cleaning
from copwatch.media.parts import essence_of
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
with open(sys.argv[1], "rb") as source:
    try:
        cleaning = make_cleaning(source)
    except CannotClean as refused:
        print(refused.message)
        sys.exit(5)
    with open(sys.argv[2], "wb") as target:
        for block in stream(source, cleaning.plan):
            target.write(block)
    before = essence_hash(source, essence_of(cleaning.scan.parts))
with open(sys.argv[2], "rb") as target:
    assert essence_hash(target, cleaning.essence) == before, "the essence differs"
# Not getrusage: that begins with what the process had before it became this program.
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) // 1024)
"""


@dataclass(frozen=True)
class Sample:
    """A file of the corpus, of which kind, and whether it is valid."""

    path: Path
    format: str
    valid: bool
    decodes: bool


@dataclass(frozen=True)
class Outcome:
    """`refused` says why nothing was written; `peak` is memory in MiB. `died` is what should never happen."""

    refused: str | None
    died: str | None
    seconds: float
    peak: int = 0


def samples() -> list[Sample]:
    """The files of the corpus; none where it is absent."""
    listed = MATERIAL / "corpus" / "manifest.json"
    if not listed.exists():
        return []
    found = json.loads(listed.read_text("utf-8"))["files"]
    return [
        Sample(MATERIAL / "corpus" / f["file"], f["format"], f["kind"] == "valid", bool(f["decodes"]))
        for f in found
    ]


def clean(source: Path, target: Path) -> Outcome:
    """Cleans a file in a process of its own."""
    begun = time.monotonic()
    try:
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, source, target, str(MEBIBYTES)],
            capture_output=True, text=True, timeout=SECONDS, cwd=REPO, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(None, f"took longer than {SECONDS} s", SECONDS)
    seconds = time.monotonic() - begun
    if done.returncode == 5:
        return Outcome(done.stdout.strip(), None, seconds)
    if done.returncode:
        return Outcome(None, done.stderr[-2000:], seconds)
    return Outcome(None, None, seconds, int(done.stdout))


def clean_here(source: Path, target: Path) -> str | None:
    """Cleans a file that is known to be no attack, in this process; why it was refused, or None."""
    with source.open("rb") as file:
        try:
            cleaning = make_cleaning(file)
        except CannotClean as refused:
            return refused.message
        with target.open("wb") as out:
            out.writelines(stream(file, cleaning.plan))
        before = essence_hash(file, essence_of(cleaning.scan.parts))
    with target.open("rb") as file:
        assert essence_hash(file, cleaning.essence) == before, "the essence differs"
    return None


def residue(source: Path, target: Path) -> tuple[int, dict]:
    """What the auditor finds of `source` in its rendition: its exit code (0 clean) and its report."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), _its_warnings():
        code = _tool("residue").main([str(source), str(target), "--keep", "Orientation", "--expect-format"])
    return code, json.loads(said.getvalue())


def left_behind(report: dict) -> list[str]:
    """What the auditor found that is more than the structure of a file."""
    tags = [tag["tag"] for tag in report.get("tags", ()) if not STRUCTURE.fullmatch(tag["tag"])]
    found = [str(each["source"]) for each in (*report.get("strings", ()), *report.get("binaries", ()))]
    return [*tags, *found, *report.get("signatures", ()), *filter(None, [report.get("error")])]


def shown(path: Path, kind: str) -> dict:
    """What decoders make of a file."""
    if kind == "raw":
        return _shown_raw(path)
    with _its_warnings():
        return _tool("pixels").run(str(path), kind)


def _shown_raw(path: Path) -> dict:
    """Of data that were cut off LibRaw shows memory that it never wrote to: here it has the same in it each time."""
    words = [sys.executable, MATERIAL / "tools" / "pixels.py", path, "raw"]
    done = subprocess.run(
        words, capture_output=True, check=True, timeout=120, env={**os.environ, "MALLOC_PERTURB_": "85"}
    )
    return json.loads(done.stdout)


@cache
def _tool(name: str) -> ModuleType:
    """A program of the test material, loaded once: starting Python for each file took longer than the work."""
    path, module = MATERIAL / "tools" / f"{name}.py", ModuleType(f"material_{name}")
    exec(compile(path.read_text("utf-8"), path, "exec"), module.__dict__)
    return module


@contextlib.contextmanager
def _its_warnings() -> Iterator[None]:
    """The material leaves files to be closed by Python; that is no fault of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _verdict(sample: Sample, folder: Path) -> str:
    target = folder / sample.path.name
    outcome = clean(sample.path, target)
    if outcome.died:
        return f"DIED {outcome.died.splitlines()[-1]}"
    if outcome.refused:
        wrong = sample.valid and sample.format in NEVER_REFUSED
        return f"{'REFUSED' if wrong else 'refused'} {outcome.refused}"
    code, report = residue(sample.path, target)
    code = code if left_behind(report) else 0
    before, after = shown(sample.path, sample.format), shown(target, sample.format)
    same = before["frames"] == after["frames"] and before.get("timing") == after.get("timing")
    words = [f"{outcome.seconds:.1f} s", f"{outcome.peak} MiB", "same" if same else "DECODES OTHERWISE"]
    if code:
        words.append(f"RESIDUE {left_behind(report)[:8]}")
    return ", ".join(words)


def main(words: list[str]) -> None:
    """Prints one line for each file whose path holds one of the words."""
    with tempfile.TemporaryDirectory() as folder:
        for sample in samples():
            name = str(sample.path.relative_to(MATERIAL / "corpus"))
            if not words or any(word in name for word in words):
                kind = "valid" if sample.valid else "hostile"
                print(f"{name} ({kind}): {_verdict(sample, Path(folder))}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

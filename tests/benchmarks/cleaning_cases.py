"""Cleaning beside other tools: one long film, and many photos. Each writes its own copy, into the same folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.cases import MEBIBYTE, Bench, Row, beside
from tests.benchmarks.measure import Program, Run, interleaved, one_after_another

_FEW = 10
"""How many times smaller the film is that shows whether memory depends on the length."""


def one_film(bench: Bench) -> Iterator[Row]:
    """Cleaning a film as phones write them; copying it is the least that any tool can do.

    copwatch ends when its copy is on the disk; the others end before that, so they are also measured with `sync`.
    """
    film = next(bench.make("film", bench.sizes.large).iterdir())
    room, out = film.parent, film.parent / "out.mp4"
    beside_it = film.with_name(f"{film.stem}.cleaned.mp4")
    tools: dict[str, tuple[Path, list[str | Path]]] = {
        "exiftool -all=": (out, ["exiftool", "-q", "-q", "-all=", "-o", out, film]),
        "mat2 -L": (beside_it, ["mat2", "-L", film]),
        "ffmpeg -map_metadata -1 -c copy": (
            out,
            [
                "ffmpeg",
                "-nostdin",
                "-loglevel",
                "error",
                "-i",
                film,
                "-map_metadata",
                "-1",
                "-c",
                "copy",
                out,
            ],
        ),
    }
    things = {
        "ours": _measured(film.with_name(f"{film.stem}.clean.mp4"), bench.copwatch("clean", film)),
        "cp": _measured(out, Program(["cp", "--reflink=never", film, out], {}), Program(["sync", out], {})),
    }
    for tool, (made, words) in tools.items():
        things[tool] = _measured(made, Program(words, {}))
        things[f"{tool}, sync"] = _measured(made, Program(words, {}), Program(["sync", made], {}))
    found = interleaved(bench.sizes.rounds, things)
    size = f"an MP4 of {bench.sizes.large // MEBIBYTE:,} MiB"
    yield beside(f"clean {size}: `cp --reflink=never`, `sync`", found["ours"], found["cp"], 1.5)
    for tool in tools:
        yield beside(f"clean {size}: `{tool}`", found["ours"], found[tool], 1.0)
        yield beside(f"clean {size}: `{tool}`, `sync`", found["ours"], found[f"{tool}, sync"], None)
    stripped = interleaved(max(1, bench.sizes.rounds - 2), {"": lambda: bench.add(room, strip=True)})[""]
    yield Row(f"add --metadata strip, {size}", stripped.best, None, "s", None)
    small = next(bench.make("film", bench.sizes.large // _FEW).iterdir())
    for each in (film, small):
        peak = bench.copwatch("clean", each).run(tree=True).peak
        mebibytes = each.stat().st_size // MEBIBYTE
        yield Row(
            f"memory of all processes of clean, an MP4 of {mebibytes:,} MiB", peak / 1e6, None, "MB", 150.0
        )
    shutil.rmtree(room)
    shutil.rmtree(small.parent)


def many_photos(bench: Bench) -> Iterator[Row]:
    """Cleaning the photos of a card, all with one command."""
    source, room = bench.make("photos", bench.sizes.photos), bench.folder / "cleaned"
    names = sorted(source.iterdir())
    beside_them = [source / f"{each.stem}.cleaned.jpg" for each in names]

    def ours() -> Run:
        room.mkdir()
        return _measured(room, bench.copwatch("clean", *names, "--out", room))()

    exiftool = Program(["exiftool", "-q", "-q", "-all=", "-o", f"{room}/", source], {})
    sync = Program(["sync", "-f", source], {})

    def mat2() -> Run:
        run = Program(["mat2", "-L", *names], {}).run()
        for made in beside_them:
            made.unlink()
        return run

    found = interleaved(
        bench.sizes.rounds,
        {"ours": ours, "exiftool": _measured(room, exiftool), "sync": _measured(room, exiftool, sync)},
    )
    slow = interleaved(1, {"mat2": mat2})["mat2"]
    name = f"clean {len(names)} photos of {names[0].stat().st_size / 1e6:.1f} MB"
    yield beside(f"{name}: `exiftool -all=`, one call", found["ours"], found["exiftool"], 1.0)
    yield beside(f"{name}: `exiftool -all=`, one call, `sync`", found["ours"], found["sync"], None)
    yield beside(f"{name}: `mat2 -L`, one call, once", found["ours"], slow, 1.0)
    shutil.rmtree(source)


CASES: dict[str, Callable[[Bench], Iterator[Row]]] = {"film": one_film, "photos": many_photos}


def _measured(made: Path, *programs: Program) -> Callable[[], Run]:
    """Runs programs one after the other, and removes what they made, which has to be there."""

    def measured() -> Run:
        run = one_after_another(programs)
        shutil.rmtree(made) if made.is_dir() else made.unlink()
        return run

    return measured

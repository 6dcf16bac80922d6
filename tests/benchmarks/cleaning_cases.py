"""Cleaning beside other tools: one long film, and many photos. Each writes its own copy, into the same folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.cases import MEBIBYTE, Bench, Row, beside
from tests.benchmarks.measure import Program, Run, interleaved, one_after_another

_FEW = 10
"""How many times smaller the film is that shows whether memory depends on the length."""


def one_film(bench: Bench) -> Iterator[Row]:
    """Cleaning a film as phones write them; copying it is the least that any tool can do."""
    film = next(bench.make("film", bench.sizes.large).iterdir())
    room, out = film.parent, film.parent / "out.mp4"

    def into(*words: str | Path) -> Callable[[], Run]:
        return lambda: _then_removed(out, Program(words, {}).run)

    def copied() -> Run:
        copy = Program(["cp", "--reflink=never", film, out], {})
        return _then_removed(out, lambda: one_after_another([copy, Program(["sync", out], {})]))

    ours = bench.copwatch("clean", film)
    found = interleaved(
        bench.sizes.rounds,
        {
            "ours": lambda: _then_removed(film.with_name(f"{film.stem}.clean.mp4"), ours.run),
            "cp": copied,
            "exiftool": into("exiftool", "-q", "-q", "-all=", "-o", out, film),
            "mat2": lambda: _then_removed(
                film.with_name(f"{film.stem}.cleaned.mp4"), Program(["mat2", "-L", film], {}).run
            ),
            "ffmpeg": into(
                *(
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
                )
            ),
        },
    )
    name = f"clean an MP4 of {bench.sizes.large // MEBIBYTE:,} MiB"
    yield beside(f"{name}: `cp --reflink=never`, `sync`", found["ours"], found["cp"], 1.5)
    yield beside(f"{name}: `exiftool -all=`", found["ours"], found["exiftool"], 1.0)
    yield beside(f"{name}: `mat2 -L`", found["ours"], found["mat2"], 1.0)
    yield beside(f"{name}: `ffmpeg -map_metadata -1 -c copy`", found["ours"], found["ffmpeg"], 1.0)
    stripped = interleaved(max(1, bench.sizes.rounds - 2), {"": lambda: bench.add(room, strip=True)})[""]
    yield Row(
        f"add --metadata strip, an MP4 of {bench.sizes.large // MEBIBYTE:,} MiB",
        stripped.best,
        None,
        "s",
        None,
    )
    small = next(bench.make("film", bench.sizes.large // _FEW).iterdir())
    for each in (film, small):
        peak = bench.copwatch("clean", each).run(tree=True).peak
        size = each.stat().st_size // MEBIBYTE
        yield Row(f"memory of all processes of clean, an MP4 of {size:,} MiB", peak / 1e6, None, "MB", 150.0)
    shutil.rmtree(room)
    shutil.rmtree(small.parent)


def many_photos(bench: Bench) -> Iterator[Row]:
    """Cleaning the photos of a card, all with one command."""
    source, room = bench.make("photos", bench.sizes.photos), bench.folder / "cleaned"
    names = sorted(source.iterdir())
    beside_them = [source / f"{each.stem}.cleaned.jpg" for each in names]

    def ours() -> Run:
        room.mkdir()
        return _then_removed(room, bench.copwatch("clean", *names, "--out", room).run)

    def exiftool() -> Run:
        return _then_removed(
            room, Program(["exiftool", "-q", "-q", "-all=", "-o", f"{room}/", source], {}).run
        )

    def mat2() -> Run:
        run = Program(["mat2", "-L", *names], {}).run()
        for made in beside_them:
            made.unlink()
        return run

    found = interleaved(bench.sizes.rounds, {"ours": ours, "exiftool": exiftool})
    slow = interleaved(1, {"mat2": mat2})["mat2"]
    name = f"clean {len(names)} photos of {names[0].stat().st_size / 1e6:.1f} MB"
    yield beside(f"{name}: `exiftool -all=`, one call", found["ours"], found["exiftool"], 1.0)
    yield beside(f"{name}: `mat2 -L`, one call, once", found["ours"], slow, 1.0)
    shutil.rmtree(source)


CASES: dict[str, Callable[[Bench], Iterator[Row]]] = {"film": one_film, "photos": many_photos}


def _then_removed(made: Path, run: Callable[[], Run]) -> Run:
    """Runs, and removes what was made, which has to be there."""
    measured = run()
    shutil.rmtree(made) if made.is_dir() else made.unlink()
    return measured

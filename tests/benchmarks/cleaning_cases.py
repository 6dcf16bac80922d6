"""Cleaning beside other tools: one long film, and many photos. Each writes its own copy, into the same folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.cases import MEBIBYTE, Bench, Row, beside
from tests.benchmarks.measure import Program, Run, interleaved, one_after_another

_SOME = 20
"""Photos for the tools that begin anew for each; with all of them they take minutes."""
_FFMPEG_EACH = """
out=$0
for photo; do
    ffmpeg -nostdin -loglevel error -i "$photo" -map_metadata -1 -c copy "$out/${photo##*/}" || exit 1
done
"""
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
    """Cleaning the photos of a card, all with one command; and some of them, with tools that begin anew for each."""
    source, room = bench.make("photos", bench.sizes.photos), bench.folder / "cleaned"
    names = sorted(source.iterdir())
    some = names[:: max(1, len(names) // _SOME)]

    def ours(photos: list[Path]) -> Callable[[], Run]:
        return _into(room, bench.copwatch("clean", *photos, "--out", room))

    def mat2() -> Run:
        run = Program(["mat2", "-L", *some], {}).run()
        for each in some:
            each.with_name(f"{each.stem}.cleaned.jpg").unlink()
        return run

    exiftool = Program(["exiftool", "-q", "-q", "-all=", "-o", f"{room}/", source], {})
    found = interleaved(
        bench.sizes.rounds,
        {
            "ours": ours(names),
            "exiftool": _into(room, exiftool),
            "sync": _into(room, exiftool, Program(["sync", "-f", source], {})),
            "some": ours(some),
            "mat2": mat2,
            "ffmpeg": _into(room, Program(["sh", "-c", _FFMPEG_EACH, room, *some], {})),
        },
    )
    size = f"{names[0].stat().st_size / 1e6:.1f} MB"
    all_, few = f"clean {len(names)} photos of {size}", f"clean {len(some)} photos of {size}"
    yield beside(f"{all_}: `exiftool -all=`, one call", found["ours"], found["exiftool"], 1.0)
    yield beside(f"{all_}: `exiftool -all=`, one call, `sync`", found["ours"], found["sync"], None)
    yield beside(f"{few}: `mat2 -L`, one call", found["some"], found["mat2"], 1.0)
    yield beside(f"{few}: `ffmpeg -map_metadata -1 -c copy`", found["some"], found["ffmpeg"], 1.0)
    shutil.rmtree(source)


CASES: dict[str, Callable[[Bench], Iterator[Row]]] = {"film": one_film, "photos": many_photos}


def _measured(made: Path, *programs: Program) -> Callable[[], Run]:
    """Runs programs one after the other, and removes what they made, which has to be there."""

    def measured() -> Run:
        run = one_after_another(programs)
        shutil.rmtree(made) if made.is_dir() else made.unlink()
        return run

    return measured


def _into(room: Path, *programs: Program) -> Callable[[], Run]:
    """The same, into a new folder."""

    def measured() -> Run:
        room.mkdir()
        return _measured(room, *programs)()

    return measured

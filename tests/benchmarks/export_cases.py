"""Exporting: an incident with the photos and films of a whole card, beside `cp` of the same files."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from copwatch.catalogue.queries import evidence
from copwatch.crypto.age import HybridIdentity
from copwatch.store.archive import open_archive
from copwatch.store.keys import open_with_identity
from copwatch.workflows.founding import make_archive
from copwatch.workflows.reviewing import keep_review, passages, review_file
from copwatch.workflows.session import Session
from tests.benchmarks.cases import REPO, Bench, Row, beside
from tests.benchmarks.measure import Program, Run, interleaved

PROFILES = ("client-counsel", "court-filing")
_BOUND, _MEMORY = 3.0, 300.0
_PHOTOS_A_FILM, _FILMS_A_GIB = 25, 8
_FEW = 10
"""How many times fewer photos, and shorter films, the card has that shows whether memory depends on either."""
_FORM = """
occurred_start = "2024-05-01 17:55 +02:00"
n_officers = 2
location_text = "5th & Main"
city = "Oakland"
narrative_observed = "Two officers stopped a white van. The driver stepped out, and a woman filmed."
people = [{label = "P1"}, {label = "P2"}]
"""
_PEOPLE = (
    ("P1", "legal_name=Wilhelmina Okonkwo-Vance", "phone=+1 510 555 0144", "date_of_birth=1991-02-17"),
    ("P2", "legal_name=Bartholomew Quist", "email=quist@example.org", "home_address=1417 Linden St, Apt 3"),
)


@dataclass(frozen=True, slots=True)
class Filed:
    """An archive with one incident, and the card of which everything is filed under it."""

    card: Path
    archive: Path
    identity: Path
    incident: str


def exports(bench: Bench) -> Iterator[Row]:
    """Exporting a card under two profiles; how much memory that takes, and whether more of it takes more."""
    films = max(1, bench.sizes.photos // _PHOTOS_A_FILM)
    filed = file_card(bench, bench.sizes.photos, films, bench.sizes.large // _FILMS_A_GIB)
    found = interleaved(
        max(1, bench.sizes.rounds - 2),
        {
            "cp": lambda: _copied(bench, filed.card),
            **{profile: _exported(bench, filed, profile) for profile in PROFILES},
            "sealed": _exported(bench, filed, PROFILES[0], sealed=True),
        },
    )
    size = sum(path.stat().st_size for path in filed.card.iterdir()) / 1e9
    name = f"{bench.sizes.photos} photos and {films} films, {size:.1f} GB"
    by = "`cp -r --reflink=never`"
    for profile in PROFILES:
        yield beside(f"export {profile}, {name}: {by}", found[profile], found["cp"], _BOUND)
    yield beside(f"export {PROFILES[0]}, {name}, sealed: {by}", found["sealed"], found["cp"], _BOUND)
    for profile in PROFILES:
        yield _memory(bench, filed, profile, name)
    remove(filed)
    less = file_card(
        bench, max(1, bench.sizes.photos // _FEW), films, bench.sizes.large // _FILMS_A_GIB // _FEW
    )
    for profile in PROFILES:
        yield _memory(bench, less, profile, f"a {_FEW}th of it")
    remove(less)


CASES: dict[str, Callable[[Bench], Iterator[Row]]] = {"export": exports}


def file_card(bench: Bench, photos: int, films: int, size: int) -> Filed:
    """A new archive with one incident, to which a card of photos and films was added; all of it is cleared."""
    card = bench.make("card", photos, films, size)
    folder, path, identity = bench.fresh("archive"), bench.fresh("identity"), HybridIdentity.generate()
    path.touch(0o600)
    path.write_text(f"{identity}\n")
    with patch.dict(os.environ, {"COPWATCH_STATE": str(bench.folder / "state")}):
        make_archive(folder, _now, passphrase=None, identity=identity, default=False)
        incident = _reported(folder)
        bench.copwatch("add", card, "--archive", folder, "--incident", incident, "--yes").run()
        _clear(folder, identity)
    return Filed(card, folder, path, incident)


def remove(filed: Filed) -> None:
    """Removes what `file_card` made."""
    shutil.rmtree(filed.card)
    shutil.rmtree(filed.archive)


def _reported(archive: Path) -> str:
    """A report, and two people of it with names and numbers that stay under a profile."""
    incident = _said(archive, "report", "new", "--from", "-", given=_FORM)["incident"]
    for label, *known in _PEOPLE:
        person = _new(archive, "person", f"label={label}", f"appears_in={incident}/{label}")
        _new(archive, "identity", f"person={person}", "is_minor=no", *known)
    return str(incident)


def _new(archive: Path, kind: str, *values: str) -> str:
    words = [word for value in values for word in ("--set", value)]
    return str(_said(archive, "record", "new", kind, *words)["code"])


def _said(archive: Path, *words: str, given: str = "") -> Any:
    command = [sys.executable, "-m", "copwatch", *words, "--json", "--archive", str(archive)]
    done = subprocess.run(command, cwd=REPO, input=given.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


def _clear(folder: Path, identity: HybridIdentity) -> None:
    """A person has looked at every file and read every word: nobody is to be seen, and all may be shown."""
    archive = open_archive(folder)
    with Session(archive, open_with_identity(archive, identity)) as session:
        rows = evidence(session.catalogue)
        incident = rows[0].incidents[0]
        for row in rows:
            review_file(session, _now, PROFILES[1], row, "nobody", by="")
        found = passages(session, _now, PROFILES[1], incident)
        keep_review(session, _now, PROFILES[1], incident, [(each, True) for each in found], by="")


def _now() -> datetime:
    return datetime.now(UTC)


def _copied(bench: Bench, card: Path) -> Run:
    out = bench.fresh("copied")
    run = Program(["cp", "-r", "--reflink=never", card, out], {}).run()
    shutil.rmtree(out)
    return run


def export_program(bench: Bench, filed: Filed, profile: str, out: Path, *how: str) -> Program:
    """The command that exports the incident."""
    words = ("export", filed.incident, "--profile", profile, "--no-viewing")
    words = (*words, "--out", out, "--archive", filed.archive)
    return bench.copwatch(*words, "--identity", filed.identity, *how)


def _exported(
    bench: Bench, filed: Filed, profile: str, *, sealed: bool = False, tree: bool = False
) -> Callable[[], Run]:
    recipient = HybridIdentity.generate().recipient()

    def export() -> Run:
        out = bench.fresh("bundle")
        how = ("--to", str(recipient)) if sealed else ("--plain", "--yes")
        run = export_program(bench, filed, profile, out, *how).run(tree=tree)
        shutil.rmtree(out) if out.is_dir() else out.unlink()
        return run

    return export


def _memory(bench: Bench, filed: Filed, profile: str, name: str) -> Row:
    peak = _exported(bench, filed, profile, tree=True)().peak
    return Row(f"memory of all processes of export {profile}, {name}", peak / 1e6, None, "MB", _MEMORY)

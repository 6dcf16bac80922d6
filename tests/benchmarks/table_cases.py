"""What is measured of tables: taking in the reports of another office (docs/performance.md)."""

import csv
import os
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from unittest.mock import patch

from copwatch.catalogue.asked import asked
from copwatch.catalogue.listing import incident_page
from copwatch.catalogue.search import search
from copwatch.crypto.age import HybridIdentity
from copwatch.store.founding import found_archive
from copwatch.store.keys import open_with_identity
from copwatch.workflows.session import Session
from tests.benchmarks.cases import Bench, Row

ROWS_A_LINE = 0.1
"""Reports in the table, by lines of the long ledger: 10,000 for 100,000."""

_HEADER = (
    "occurred_start location_text city agencies incident_types n_officers officers.1.badge_as_seen"
    " officers.2.badge_as_seen vehicles.1.unit_number narrative_observed force recorded_by x.number"
)


def table(path: Path, rows: int) -> Path:
    """A CSV file of that many reports, each with two officers, a vehicle and sixty words."""
    chance = random.Random(rows)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER.split())
        for number in range(rows):
            badges = [chance.randrange(9999), chance.randrange(9999)]
            words = ". ".join(" ".join(f"w{chance.randrange(5000)}" for _ in range(10)) for _ in range(6))
            writer.writerow(
                [f"2026-05-{number % 28 + 1:02} 18:05 -07:00", "5th & Main", "Oakland", "Oakland Police Department",
                 "stop", 4, *badges, 214, words, "none_seen", "OBS-7", number]
            )  # fmt: skip
    return path


def imported_table(bench: Bench) -> Iterator[Row]:
    """Taking a table in, and running the same command again, when every row is in."""
    rows = max(1, int(bench.sizes.lines * ROWS_A_LINE))
    path, archive = table(bench.fresh("reports").with_suffix(".csv"), rows), bench.make("archive")
    command = bench.copwatch("report", "import", path, "--archive", archive, "--yes")
    first, again = command.run(), command.run()
    yield Row(f"import {rows:,} reports", first.wall, None, "s", 60.0)
    yield Row(f"memory of import, {rows:,} reports", first.peak / 1e6, None, "MB", 300.0)
    yield Row(f"import {rows:,} reports that are in", again.wall, None, "s", None)


QUERIES = (
    "w4711", "oakland", "w17 w4711", '"oakland police"', "w5 w17", "officer:4411", "agency:oakland w4711",
    "since:2026-05-20 w17", "force:none_seen", "officer:4411 oakland",
)  # fmt: skip


def catalogue(bench: Bench) -> Iterator[Row]:
    """Making the catalogue again from as many reports as the long ledger has lines, and asking it, in one process."""
    folder, state = bench.fresh("archive"), bench.folder / "state"
    path = table(bench.fresh("reports").with_suffix(".csv"), bench.sizes.lines)
    identity = HybridIdentity.generate()
    with patch.dict(os.environ, {"COPWATCH_STATE": str(state)}):
        archive = found_archive(folder, identity, None).archive
        bench.copwatch("report", "import", path, "--archive", folder, "--yes").run()
        begun = time.perf_counter()
        with Session(archive, open_with_identity(archive, identity), anew=True) as session:
            took = time.perf_counter() - begun
            name = f"{bench.sizes.lines:,} reports"
            yield Row(
                f"make the catalogue of {name}, for each 2,000",
                took / bench.sizes.lines * 2000,
                None,
                "s",
                1.0,
            )
            for query in QUERIES:
                meant = asked(query.split())
                best = _best(bench, partial(search, session.catalogue, meant.words, filters=meant.filters))
                yield Row(f"search `{query}` among {name}", best, None, "s", 0.1)
            yield Row(f"a page of {name}", _best(bench, partial(incident_page, session.catalogue, limit=100)), None,
                      "s", 1.0)  # fmt: skip


def _best(bench: Bench, work: Callable[[], object]) -> float:
    """Seconds of the quickest of some runs."""
    times = []
    for _ in range(bench.sizes.rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


CASES: dict[str, Callable[[Bench], Iterator[Row]]] = {"table": imported_table, "catalogue": catalogue}

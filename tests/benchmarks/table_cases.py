"""What is measured of tables: taking in the reports of another office (docs/performance.md)."""

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path

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


CASES: dict[str, Callable[[Bench], Iterator[Row]]] = {"table": imported_table}

"""The date of a file in a load file: the day on which it was recorded, where the bundle shows it."""

import pytest

from copwatch.bundle.production.dates import captured_day, day_of
from copwatch.bundle.shown import WITHHELD, Shown, Told


def taken(source, at):
    return {"source": source, "at": at, "zone": "unknown"}


@pytest.mark.parametrize(
    ("times", "day"),
    [
        ([taken("exif_changed", "2026-06-20T08:00:00"), taken("exif_original", "2026-06-12T18:12:03")], "2026-06-12"),
        ([taken("gps", "2026-06-13T01:12:03Z"), taken("exif_original", "2026-06-12T18:12:03")], "2026-06-12"),
        ([taken("gps", "2026-06-13T01:12:03Z")], "2026-06-13"),
        ([taken("exif_changed", "2026-06-20T08:00:00")], ""),
        ([taken("exif_original", WITHHELD)], ""),
        ([WITHHELD], ""),
        (WITHHELD, ""),
        ([], ""),
    ],
)  # fmt: skip
def test_the_day_is_that_of_the_recording_as_the_file_says_or_blank(times, day):
    record = {"type": "evidence", "captured": times, "recorded_at": "2026-11-21T20:00:00-08:00"}
    assert captured_day(Shown("f", "a" * 64, 1, "e", record)) == day


def test_a_coarse_day_is_the_day_that_is_stated():
    told = (Told("/captured/0/at", "coarse_hour", "profile", "2026-06-12, in the hour from 18"),)
    shown = Shown("f", "a" * 64, 1, "e", {"captured": [taken("exif_original", WITHHELD)]}, told=told)
    assert captured_day(shown) == "2026-06-12"
    assert day_of("not a day") == ""

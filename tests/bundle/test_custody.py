"""The order of custody: by time, and what one device wrote in one second as its ledger has it."""

from itertools import permutations

from copwatch.bundle.custody import custody_rows, export_row
from copwatch.bundle.shown import Shown

AT, LATER = "2026-11-22T18:00:00-08:00", "2026-11-23T02:00:01Z"
EXPORT = export_row(LATER, "a" * 64, "BUNDLE-1", "")


def shown(leaf, type, seq, at=AT, device="a", **more):
    record = {"type": type, "recorded_at": at, "at": at, "outcome": "pass", **more}
    return Shown(leaf, device * 64, seq, "entry", record)


RECEIVED = shown("f1", "evidence", 3)
MADE = shown("c5", "rendition", 5)
GIVEN = shown("7b", "custody", 5, event="exported", detail={"bundle": "BUNDLE-1"})
CHECKED = shown("01", "custody", 4, event="verified")
ELSEWHERE = shown("00", "custody", 9, device="b", event="copied")
AFTER = shown("02", "custody", 1, at=LATER, event="copied")


def test_what_a_device_did_in_one_second_stands_as_in_its_ledger_and_is_made_before_it_goes_out():
    records = (RECEIVED, MADE, GIVEN, CHECKED, ELSEWHERE, AFTER)
    expected = ["received", "verified", "metadata_stripped", "exported", "copied", "copied"]
    for some in permutations(records):
        rows = custody_rows(some, {}, EXPORT)
        assert [row.event for row in rows] == expected
        assert [row.record for row in rows][-2:] == ["00", "02"]

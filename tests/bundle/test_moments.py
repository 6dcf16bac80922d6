"""The timeline of the page: everything that is shown, where its own words put it, and nothing that stays."""

from dataclasses import replace

import pytest

from copwatch.bundle.anchors import links
from copwatch.bundle.facts import Facts, Named
from copwatch.bundle.rows import fields
from copwatch.bundle.shown import WITHHELD, Shown, Told
from copwatch.bundle.timeline import timeline
from copwatch.bundle.versions import in_order

HOUR = "2026-05-01, in the hour from 18 (UTC-07)"
FACTS = Facts("X-1", "court-filing", "", "", "copwatch 0", "", "", "", None, (), (), (), ())


def ts(at, precision="minute", source="observer_estimate", **more):
    return {"at": at, "precision": precision, "source": source, **more}


def taken(at, zone="unknown", source="exif_original"):
    return {"at": at, "zone": zone, "source": source}


class Bundle:
    def __init__(self):
        self.facts, self.shown = FACTS, {}

    def add(self, type, told=(), recorded="2026-05-02T20:00:00-07:00", **record):
        leaf = f"{len(self.shown):032x}" * 2
        base = {"id": leaf[:32], "type": type, "recorded_at": recorded}
        self.shown[leaf] = Shown(leaf, "b" * 64, 0, "c" * 64, {**base, **record}, told=tuple(told))
        named = Named(f"{type[0].upper()}-{len(self.shown)}", leaf)
        member = {"report": "versions", "evidence": "evidence"}.get(type)
        more = {member: (*getattr(self.facts, member), named)} if member else {}
        self.facts = replace(self.facts, **(more or {"records": (*self.facts.records, leaf)}))
        return leaf

    def timeline(self):
        versions = [(v, [*fields(v.shown, {})]) for v in in_order(self.facts.versions, self.shown)]
        others = [(self.shown[leaf], [*fields(self.shown[leaf], {})]) for leaf in self.facts.records]
        return timeline(self.facts, self.shown, links(self.facts, self.shown), versions, others)

    def told(self):
        """What is placed, without when records were made."""
        return [row for row in self.timeline().placed if not row.what.endswith(("received", "recorded"))]


def texts(rows):
    return [(row.time, row.what) for row in rows]


def test_times_of_all_kinds_stand_in_one_order_whatever_their_zone():
    bundle = Bundle()
    bundle.add(
        "report", occurred_start=ts("2026-05-01T18:05:00-07:00"), occurred_end=ts("2026-05-01T18:30:00-07:00"),
        arrests=[{"at": ts("2026-05-01T18:10:00-07:00"), "released_at": ts("2026-05-02T00:00:00-07:00", "day")}],
    )  # fmt: skip
    bundle.add(
        "evidence", captured=[taken("2026-05-02T01:07:00Z", "utc", "gps")], file_time="2026-05-02T01:40:00Z"
    )
    bundle.add("statement", at=ts("2026-05-01T18:20:30-07:00", "second", "device_clock"))
    found = bundle.told()
    assert texts(found) == [
        ("2026-05-01 18:05 -07:00", "occurred start"), ("2026-05-02T01:07:00Z", "captured, as the file says"),
        ("2026-05-01 18:10 -07:00", "arrests › 1 › at"), ("2026-05-01 18:20:30 -07:00", "statement: at"),
        ("2026-05-01 18:30 -07:00", "occurred end"), ("2026-05-02T01:40:00Z", "file last changed, at its source"),
        ("2026-05-02", "arrests › 1 › released at"),
    ]  # fmt: skip
    assert found[1].sources == ("GPS",) and found[1].notes == (
        "2026-05-01 18:07:00 in the zone of the report",
    )
    assert found[3].sources == ("statement: clock of a device",)
    assert found[0].sources[0].endswith(": as a person gave it"), "an exact time is no estimate"
    assert found[6].notes == ("known to the day only",)
    assert [link.code for link in found[1].links] == ["E-2"] and found[3].links[0].anchor.startswith(
        "record-"
    )


def test_a_beginning_stands_before_its_end_where_both_are_shown_as_one_hour():
    bundle = Bundle()
    told = [Told(f"/occurred_{end}", "coarse_hour", "profile", HOUR) for end in ("start", "end")]
    bundle.add("report", told, occurred_end=WITHHELD, occurred_start=WITHHELD)
    assert texts(bundle.told()) == [(HOUR, "occurred start"), (HOUR, "occurred end")]


def test_receipt_and_recording_stand_in_it_and_a_clock_that_was_behind_is_said():
    bundle = Bundle()
    bundle.add("evidence", clock="behind")
    bundle.add("evidence", clock="system")
    bundle.add("evidence", clock="system")
    found = bundle.timeline().placed
    assert [(row.what, [link.code for link in row.links], row.notes) for row in found] == [
        ("received", ["E-1"], ("the clock of the device was behind",)), ("received", ["E-2", "E-3"], ()),
    ]  # fmt: skip


def test_a_time_without_a_zone_stands_as_if_in_that_of_the_report_or_nowhere():
    bundle = Bundle()
    bundle.add(
        "evidence",
        captured=[taken("2026-05-01T18:06:00"), taken("2026-05-01T18:06:00", source="exif_digitized")],
    )
    alone = bundle.timeline()
    assert texts(alone.others) == [("2026-05-01T18:06:00", "captured, as the file says")]
    assert alone.others[0].sources == ("EXIF (original)", "EXIF (digitized)")
    first = bundle.add("report", occurred_start=ts("2026-05-01T18:05:00-07:00"))
    found = bundle.told()
    assert [row.time for row in found] == ["2026-05-01 18:05 -07:00", "2026-05-01T18:06:00"]
    assert "as if in that of the report, UTC-07:00" in found[1].notes[0]
    # Two versions side by side, in two zones: neither rules.
    bundle.add("report", occurred_start=ts("2026-05-01T19:05:00-06:00"))
    assert bundle.timeline().others and first


def test_a_withheld_time_has_no_row_and_a_coarse_one_stands_where_its_own_words_put_it():
    gaps = dict.fromkeys(("at", "precision", "source"), WITHHELD)
    hour = "2026-05-01, in the hour from 18 (UTC-07)"
    bundle = Bundle()
    bundle.add(
        "report", [Told("/occurred_end", "coarse_hour", "profile", hour), Told("/written_at", "drop", "profile")],
        occurred_start=ts("2026-05-01T18:05:00-07:00"), occurred_end=gaps, written_at=gaps,
    )  # fmt: skip
    bundle.add(
        "evidence", [Told("/captured/0/at", "coarse_day", "profile", "2026-05-01")], file_time=WITHHELD,
        recorded=WITHHELD, captured=[taken(WITHHELD, "stated"), taken(WITHHELD, "stated")],
    )  # fmt: skip
    found = bundle.timeline()
    told = [row for row in found.placed if row.what != "report version recorded"]
    assert texts(told) == [(hour, "occurred end"), ("2026-05-01 18:05 -07:00", "occurred start")]
    assert told[0].notes == ("stated, not proven: the hour of a finer time",)
    assert [(row.time, row.notes) for row in found.others] == [
        ("2026-05-01", ("stated, not proven: the day of a finer time",))
    ]


def test_coarse_rows_that_say_the_same_do_not_stand_in_the_order_of_what_stays():
    """Nothing of the hidden value reaches the function: rows that say the same are ordered by their codes."""
    hour = "2026-05-01, in the hour from 18 (UTC-07)"
    bundle = Bundle()
    for _ in range(3):
        told = [Told("/captured/0/at", "coarse_hour", "profile", hour)]
        bundle.add("evidence", told, recorded=WITHHELD, captured=[taken(WITHHELD, WITHHELD, "gps")])
    (row,) = bundle.timeline().placed
    assert [link.code for link in row.links] == ["E-1", "E-2", "E-3"]


def test_a_mark_in_a_film_is_counted_from_the_time_that_the_film_shows():
    bundle = Bundle()
    film = bundle.add("evidence", captured=[taken("2026-05-02T01:05:00Z", "said_utc", "quicktime")])
    hidden = bundle.add("evidence", captured=[taken(WITHHELD, "stated")])
    for leaf in (film, hidden):
        bundle.add("mark", evidence=leaf[:32], t_start="12.5", kind="use_of_force")
    found = bundle.timeline()
    (mark,) = (row for row in found.placed if row.what == "mark (use of force): t start")
    assert mark.time == "12.5 s into E-1" and mark.place.isoformat() == "2026-05-02T01:05:12.500000+00:00"
    assert "counted from 2026-05-02T01:05:00Z of the file, container (QuickTime)" in mark.notes[0]
    assert texts(found.others) == [("12.5 s into E-2", "mark (use of force): t start")]


def test_the_time_of_a_film_does_not_tell_that_of_an_event_which_stays():
    bundle = Bundle()
    film = bundle.add("evidence", captured=[taken("2026-05-02T01:05:00Z", "utc", "gps")])
    told = [Told("/at", "coarse_day", "profile", "2026-05-01")]
    gaps = dict.fromkeys(("at", "precision", "source"), WITHHELD)
    event = bundle.add("event", told, media=film[:32], media_tc_start="12.5", at=gaps)
    bundle.shown[event] = replace(bundle.shown[event], withheld=("/at/at", "/at/precision", "/at/source"))
    assert texts(bundle.timeline().others) == [
        ("12.5 s into E-1", "event: media tc start"), ("2026-05-01", "event: at"),
    ]  # fmt: skip


def test_an_offset_beside_a_time_moves_it_and_what_a_text_holds_beyond_its_precision_does_not():
    bundle = Bundle()
    bundle.add(
        "report", occurred_start=ts("2026-05-01T18:05:00-07:00", "second", "device_clock", clock_offset_s=3600),
        occurred_end=ts("2026-05-01T18:30:00-07:00"), written_at=ts("2026-05-01T23:59:59-07:00", "day"),
    )  # fmt: skip
    found = bundle.told()
    assert [row.what for row in found] == ["written at", "occurred end", "occurred start"]
    assert found[2].notes == ("it stands where its clock puts it with +3600 s",)


def test_what_only_an_earlier_version_says_is_marked():
    bundle = Bundle()
    first = bundle.add(
        "report", occurred_start=ts("2026-05-01T18:05:00-07:00"), occurred_end=ts("2026-05-01T19:00:00-07:00")
    )
    bundle.add(
        "report", parents=[first], reason=["x"], occurred_start=ts("2026-05-01T18:00:00-07:00"),
        occurred_end=ts("2026-05-01T19:00:00-07:00"),
    )  # fmt: skip
    found = [(row.time[11:16], [link.code for link in row.links], row.notes) for row in bundle.told()]
    past = ("in an earlier version, not in the current one",)
    assert found == [("18:00", ["R-2"], ()), ("18:05", ["R-1"], past), ("19:00", ["R-1", "R-2"], ())]


@pytest.mark.parametrize("captured", [
    "x", 5, [1, "x", [], {}], [{"at": "<b>", "zone": "utc", "source": "gps"}], [{"at": 1}],
    [taken("9999-99-99T00:00:00")],
])  # fmt: skip
def test_what_is_no_time_has_no_row(captured):
    bundle = Bundle()
    bundle.add("evidence", captured=captured, file_time="never", recorded="<script>")
    bundle.add("report", recorded="?", occurred_start={"at": "x"}, occurred_end="\u202e", arrests=[{"at": 3}])
    bundle.add("mark", evidence={"a": 1}, t_start="1e9")
    found = bundle.timeline()
    assert not found.placed and not found.others

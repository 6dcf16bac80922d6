"""The order of a timeline is total, says where it is not sure, and a correction can be taken back."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.model.timeline.clocks import Correction, correction, nearest
from copwatch.model.timeline.entries import Entry, covering, in_order, together
from copwatch.model.timeline.moments import (
    ASSUMED,
    CORRECTED,
    NO_CLOCK,
    UNCHECKED,
    best,
    of_claim,
    of_timestamp,
)
from copwatch.model.vocabulary import PRECISION, TIME_SOURCE

WEST = timezone(timedelta(hours=-7))


def time(text: str, precision: str = "minute", source: str = "observer_estimate", **more) -> dict:
    return {"at": f"2026-05-01T{text}-07:00", "precision": precision, "source": source, **more}


def entry(text: str, precision: str = "minute", code: str = "R", **more) -> Entry:
    return Entry("report", code, "at", text, "", of_timestamp(time(text, precision)), **more)


def film(start: str, seconds: int, code: str, fix: Correction | None = None) -> Entry:
    moment = of_claim(f"2026-05-01T{start}-07:00", "stated", "quicktime_date", WEST, fix)
    return Entry("evidence", code, "captured", "film", "", moment, timedelta(seconds=seconds), media=code)


def names(lines) -> list[str]:
    return [line.entry.what for line in lines]


SHOWN = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
OFFSETS = st.integers(-(10**8), 10**8)


@given(SHOWN, OFFSETS, st.integers(0, 3600))
def test_a_correction_can_be_taken_back(shown, seconds, slack):
    fix = Correction(seconds, slack)
    assert fix.undo(fix.apply(shown)) == shown == fix.apply(fix.undo(shown))
    moment = of_claim(shown.isoformat(timespec="seconds"), "stated", "quicktime_date", UTC, fix)
    assert fix.undo(moment.at) == shown.replace(microsecond=0)
    assert moment.first <= moment.at < moment.end
    assert moment.end - moment.first == timedelta(seconds=1 + 2 * slack)


@st.composite
def entries(draw) -> list[Entry]:
    """Of several observers, at few times, so that many are alike."""
    found = []
    for _ in range(draw(st.integers(0, 12))):
        minute = draw(st.integers(0, 3))
        value = time(f"18:0{minute}:00", draw(st.sampled_from(PRECISION.terms)))
        moment = draw(st.sampled_from([of_timestamp(value), None]))
        kind, code, what = (draw(st.sampled_from(some)) for some in (["report", "event"], "AB", "xy"))
        who = draw(st.sampled_from([(), ("OBS-7Q2K",)]))
        found.append(Entry(kind, code, "at", what, moment=moment, step=draw(st.integers(0, 1)), who=who))
    return found


@given(entries(), st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_depend_on_what_came_first(found, chance: random.Random):
    other = list(found)
    chance.shuffle(other)
    lines, undated = in_order(found)
    assert (lines, undated) == in_order(other)
    assert len(lines) + len(undated) == len(found)
    assert [line.moment.at for line in lines] == sorted(line.moment.at for line in lines)
    again, _ = in_order([line.entry for line in lines])
    assert again == lines


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40), st.sampled_from("ABCD")), max_size=15))
def test_a_line_is_unsure_where_any_other_clock_reaches_behind_its_beginning(given):
    films = [
        film(f"18:{at // 60:02}:{at % 60:02}", 1, f"E-{on}", Correction(0, slack)) for at, slack, on in given
    ]
    lines, _ = in_order(films)
    for place, line in enumerate(lines):
        mine = (line.entry.media, line.moment.raw)
        above = [each for each in lines[:place] if (each.entry.media, each.moment.raw) != mine]
        assert line.unsure == any(line.moment.first < each.moment.end for each in above)


def test_a_day_comes_first_and_is_unsure_of_nothing_while_a_rounded_time_is():
    lines, _ = in_order(
        [entry("18:30:00"), entry("18:05:00", "quarter_hour"), entry("18:02:00"), entry("00:00:00", "day")]
    )
    assert names(lines) == ["00:00:00", "18:02:00", "18:05:00", "18:30:00"]
    # About 18:05 begins at 17:50, before 18:02 ended; it ends at 18:20, before 18:30.
    assert [line.unsure for line in lines] == [False, False, True, False]


def test_events_of_the_same_time_stand_as_somebody_counted_them():
    lines, _ = in_order([entry("18:05:00", code="B", step=1), entry("18:05:00", code="A", step=2)])
    assert [line.entry.code for line in lines] == ["B", "A"]


def test_places_in_one_film_are_sure_of_each_other_and_not_of_another_film():
    fix = Correction(0, 30)
    one, other = film("18:00:00", 60, "E-1", fix), film("18:00:10", 60, "E-2", fix)
    mark = Entry("mark", "K", "t_start", "mark", "", one.moment.after(timedelta(seconds=2)), media="E-1")
    lines, _ = in_order([mark, one])
    assert [line.unsure for line in lines] == [False, False]
    lines, _ = in_order([mark, one, other])
    assert [line.unsure for line in lines] == [False, False, True]


def test_films_that_show_a_time_and_where_in_them():
    lines, _ = in_order(
        [film("18:00:00", 600, "E-1"), film("18:04:00", 30, "E-2"), film("18:05:30", 600, "E-3")]
    )
    at = datetime(2026, 5, 1, 18, 5, tzinfo=WEST)
    covers = covering(lines, at, at + timedelta(minutes=1))
    assert [(cover.film.code, cover.second, cover.surely) for cover in covers] == [
        ("E-1", 300.0, True), ("E-3", -30.0, False),
    ]  # fmt: skip
    ends = covering(lines, at - timedelta(seconds=30), at - timedelta(seconds=29))
    assert [(cover.film.code, cover.surely) for cover in ends] == [("E-1", True), ("E-2", False)]


def test_films_that_run_together():
    lines, _ = in_order(
        [film("18:00:00", 120, "E-1"), film("18:01:00", 120, "E-2"), film("18:02:00", 5, "E-3")]
    )
    assert [(one.code, other.code, (last - first).seconds) for one, other, first, last in together(lines)] == [
        ("E-1", "E-2", 60), ("E-2", "E-3", 5),
    ]  # fmt: skip


def test_what_a_clock_record_says():
    both = {"device_time": time("18:10:00", "second"), "true_time": time("18:11:02", "second")}
    fix = correction(both, "W-1")
    assert (fix.seconds, fix.slack, fix.source, fix.said) == (62, 1, "W-1", "+62 s ±1 s")
    rough = {"device_time": time("18:10:00"), "true_time": time("18:11:00", "quarter_hour")}
    assert correction(rough).slack == 16 * 60
    assert correction({"device_time": time("00:00:00", "day"), "true_time": time("18:11:00")}) is None
    assert correction({"offset_s": -3600}).said == "-3600 s"
    # What was stated rules, and that the comparison says otherwise is not hidden.
    assert correction({**both, "offset_s": 60}) == Correction(60, 2, "", fix.checked)
    assert correction({"true_time": both["true_time"]}) is None and correction({}) is None


def test_of_several_checks_the_nearest_is_taken_and_those_that_differ_are_named():
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    checks = [
        Correction(60, 1, "W-1", noon), Correction(70, 1, "W-2", noon + timedelta(days=30)),
        Correction(61, 1, "W-3", noon + timedelta(days=60)), Correction(0, 0, "W-4"),
    ]  # fmt: skip
    assert nearest(checks, noon).source == "W-1" and nearest(checks, noon).others == ("W-2", "W-4")
    assert nearest(checks, noon + timedelta(days=29)).source == "W-2"
    assert nearest([], noon) is None and nearest(checks[3:], noon).source == "W-4"


def test_whose_clock_a_time_hangs_on_and_in_which_zone_it_is_read():
    fix = Correction(60)
    by_satellite = of_claim("2026-05-01T18:00:00Z", "utc", "gps", WEST, fix)
    assert (by_satellite.clock, by_satellite.correction, by_satellite.at.minute) == (NO_CLOCK, None, 0)
    local = of_claim("2026-05-01T18:00:00", "unknown", "exif_original", WEST)
    assert (local.zone, local.clock, local.at) == (ASSUMED, UNCHECKED, datetime(2026, 5, 1, 18, tzinfo=WEST))
    assert of_claim("2026-05-01T18:00:00", "unknown", "exif_original", WEST, fix).clock == CORRECTED
    assert of_timestamp(time("18:00:00", source="device_clock")).clock == UNCHECKED
    corrected = of_timestamp(time("18:00:00", source="device_clock", clock_offset_s=-60))
    assert (corrected.clock, corrected.at.minute, corrected.raw[11:16]) == (CORRECTED, 59, "18:00")
    assert of_timestamp({"not_known": "unsure"}) is None and of_claim("yesterday", "utc", "gps", WEST) is None


@pytest.mark.parametrize("source", TIME_SOURCE.terms)
def test_an_offset_corrects_only_what_a_device_showed(source):
    moment = of_timestamp(time("18:00:00", source=source, clock_offset_s=60))
    assert (moment.correction is not None) == (source == "device_clock")


def test_satellites_are_believed_before_cameras_and_a_last_change_is_believed_last():
    claims = {
        source: of_claim(f"2026-05-01T18:00:0{at}{zone_text}", zone, source, WEST)
        for at, (source, zone, zone_text) in enumerate(
            [("quicktime", "said_utc", "Z"), ("exif_changed", "stated", "-07:00"), ("exif_original", "unknown", ""),
             ("quicktime_date", "stated", "-07:00"), ("gps", "utc", "Z")]
        )
    }  # fmt: skip
    left = list(claims.values())
    for source in ("gps", "quicktime_date", "exif_original", "quicktime", "exif_changed"):
        assert best(left) is claims[source]
        left.remove(claims[source])
    assert best(left) is None

"""A timeline of a real archive: report, events, films and marks, and what a check of a clock changes."""

import csv
import io
import json
from datetime import datetime, timedelta, timezone

import pytest

from copwatch.cli.timeline_text import legend, lines
from copwatch.errors import BadInput, Refused, UsageError
from copwatch.examples import media_folder
from copwatch.model.kinds import KINDS
from copwatch.workflows.entities import new_entity
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.timeline import time_of, timeline
from copwatch.workflows.timeline_files import timeline_json, write_timeline

WEST = timezone(timedelta(hours=-7))
FILM, SOUND, PHOTO = "VID_20260612_181305.mp4", "REC_20260612_181410.wav", "IMG_20260612_181203.jpg"


def at(text: str, precision: str = "second", source: str = "observer_estimate") -> dict:
    return {"at": f"2026-06-12T{text}-07:00", "precision": precision, "source": source}


REPORT = {
    "occurred_start": at("18:12:00", "minute"), "location_text": "5th & Main", "recorded_by": "OBS-7Q2K",
    "force_used": [
        {"officers": ["O1"], "person": "P1", "type": "takedown", "type_basis": "saw",
         "at": at("18:13:00", "quarter_hour")},
        {"person": "P2", "type": "push_or_shove"},
    ],
    "arrests": [{"label": "A1", "person": "P1", "at": at("00:00:00", "day"), "reason_verbatim": ["=cmd()"]}],
    "survivor": [{"next_checkin": "2026-06-20", "safe_contact": "checkin"}],
    "notes_privileged": ["Strategy."],
}  # fmt: skip


class Shift:
    def __init__(self, house) -> None:
        self.house = house
        added = house.add(media_folder(), by="OBS-7Q2K")
        self.ids = {item.name: item.evidence for item in added.received}
        self.incident = new_report(house.archive, lambda: house.now, "stop", REPORT, [("B", added.batch)])

    def new(self, name: str, **fields) -> str:
        return new_entity(self.house.archive, lambda: self.house.now, KINDS[name], fields)

    def timeline(self):
        with self.house.session() as session:
            return timeline(session.catalogue, self.incident)

    def line(self, what: str):
        (found,) = [line for line in self.timeline().lines if what in line.entry.what]
        return found


@pytest.fixture
def shift(house) -> Shift:
    return Shift(house)


def test_reports_and_films_stand_in_one_order_and_what_has_no_time_behind(shift):
    found = shift.timeline()
    whats = [line.entry.what for line in found.lines]
    order = ["arrest A1", "when it began", f"picture {PHOTO}", "force use", f"film {FILM}", f"sound {SOUND}"]
    assert [what for what in whats if what in order] == order
    undated = {entry.what: entry.text for entry in found.undated}
    assert "type: push or shove" in undated["force use"] and "file shift-note.txt" in undated
    takedown = shift.line("force use")
    assert takedown.unsure and takedown.entry.known == ("saw",) and takedown.entry.who == ("OBS-7Q2K",)
    shown = "\n".join(lines(found))
    assert "Strategy" not in shown and "checkin" not in shown
    assert all(len(line) <= 80 for line in lines(found))
    assert found.day == "2026-06-12" and any("clock not checked" in said for said in legend(found))


def test_a_check_of_the_clock_moves_film_and_mark_and_keeps_what_it_showed(shift):
    before = shift.line(FILM)
    mark = {"evidence": shift.ids[FILM], "kind": "face", "t_start": "1.5"}
    shift.new("mark", **mark)
    fix = {"evidence": [shift.ids[FILM]], "device_time": at("19:00:00"), "true_time": at("19:01:02")}
    shift.new("clock", **fix)
    after, marked = shift.line(FILM), shift.line("mark: face")
    assert (before.moment.clock, after.moment.clock) == ("not_checked", "corrected")
    assert (
        after.moment.at - before.moment.at == timedelta(seconds=62) and after.moment.raw == before.moment.raw
    )
    assert marked.moment.at - after.moment.at == timedelta(seconds=1.5)
    assert shift.line(SOUND).moment.clock == "not_checked"
    assert f"clock showed {before.moment.at.astimezone(WEST):%H:%M:%S}, +62 s ±1 s" in "\n".join(
        lines(shift.timeline())
    )


def test_an_event_without_a_time_of_its_own_has_that_of_the_film_that_shows_it(shift):
    shown = {"media": shift.ids[FILM], "media_tc_start": "1", "media_tc_end": "2.25"}
    unknown = {"not_known": "unknown"}
    shift.new("event", incident=shift.incident, at=unknown, kind="order", **shown)
    shift.new(
        "event",
        incident=shift.incident,
        at=at("18:13:06"),
        kind="search",
        text=["Bag."],
        text_basis="heard",
        **shown,
    )
    film, order, search = shift.line(FILM), shift.line("order"), shift.line("search")
    assert order.moment.at == film.moment.at + timedelta(seconds=1) and order.entry.known == ("on_media",)
    assert search.moment.at == datetime(2026, 6, 12, 18, 13, 6, tzinfo=WEST) and search.entry.known == (
        "heard",
    )
    assert search.entry.also[0].at == order.moment.at and "at 0:01–0:02.25" in "\n".join(
        lines(shift.timeline())
    )


def test_two_versions_side_by_side_both_speak_and_what_they_say_alike_stands_once(shift):
    other = {
        "occurred_start": at("18:10:00", "minute"),
        "location_text": "5th & Main",
        "recorded_by": "OBS-9M3T",
    }
    amend_report(
        shift.house.archive, lambda: shift.house.now, shift.incident, "stop", other, reason="another saw it"
    )
    began = [line for line in shift.timeline().lines if line.entry.what == "when it began"]
    assert [line.entry.who for line in began] == [("OBS-9M3T",), ("OBS-7Q2K",)]
    takedowns = [line for line in shift.timeline().lines if line.entry.what == "force use"]
    assert len(takedowns) == 1


def test_a_file_is_csv_or_json_and_no_spreadsheet_runs_it(shift, tmp_path):
    found, archive = shift.timeline(), shift.house.archive
    write_timeline(found, tmp_path / "t.csv", archive)
    write_timeline(found, tmp_path / "t.json", archive)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(found.lines) + len(found.undated)
    assert json.loads((tmp_path / "t.json").read_text()) == json.loads(json.dumps(timeline_json(found)))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    with pytest.raises(UsageError):
        write_timeline(found, tmp_path / "t.xlsx", archive)
    with pytest.raises(Refused):
        write_timeline(found, tmp_path / "t.csv", archive)


def test_which_films_show_a_time_of_day(shift):
    found = shift.timeline()
    start, end = time_of(found, "18:13:06")
    said = timeline_json(found, (start, end))
    assert [cover["evidence"] for cover in said["covering"]] == [shift.line(FILM).entry.code]
    assert said["at"][0] == "2026-06-12T18:13:06-07:00"
    for wrong in ("teatime", "99:99"):
        with pytest.raises(BadInput) as refused:
            time_of(found, wrong)
        assert f"{refused.value.message} {refused.value.hint}".count("2026-05-01 18:05") == 1

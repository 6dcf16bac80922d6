import json

import pytest

from copwatch.errors import NewerFormat
from copwatch.model import records
from copwatch.model.members import MalformedRecord
from copwatch.model.records import described
from copwatch.model.redaction import Class
from copwatch.model.vocabulary import CUSTODY_TYPE, PREMIS

ID, OTHER, HASH = "ab" * 16, "cd" * 16, "ef" * 32
STAMP = records.Stamp("a" * 64, "b" * 64, "2026-05-01T18:05:00-07:00")
PIECES = (records.Piece(HASH, 6), records.Piece("1" * 64, 4))
EVIDENCE = records.Evidence(
    ID, STAMP, OTHER, "IMG 1.JPG", 10, HASH, PIECES, "image/jpeg", "preserve",
    file_time="2026-05-01T18:05:00Z", folder="DCIM/100",
)  # fmt: skip
RENDITION = records.Rendition(
    ID,
    STAMP,
    OTHER,
    HASH,
    "stripped",
    "copwatch 0.1.0",
    "image/jpeg",
    10,
    HASH,
    essence="2" * 64,
    evidence_essence="2" * 64,
)
TELLING = records.Evidence(
    ID, STAMP, OTHER, "VID 1.MOV", 10, HASH, PIECES, "video/quicktime", "preserve",
    captured=(
        described.Captured("2026-05-01T18:05:00.5", "unknown", "exif_original"),
        described.Captured("2026-05-01T18:05:00Z", "said_utc", "quicktime"),
    ),
    places=(described.Place("37.8084722", "-122.2695", "exif", altitude="-3.5"),),
    camera=described.Camera(make="Maker", model="Model 1", serial="S1", owner="Ann", software="1.0"),
    pixels=described.Pixels(4032, 3024), duration=2500,
    tracks=(described.Track("picture", "hvc1"), described.Track("data")),
    pair=described.Pair("2F2A1C6E-5B0E-4E0C-9B64-3D0D6A7F2B11", OTHER),
    came_through=described.CameThrough(("name", "no_camera_data"), "signal"), essence=HASH, looked="too_long",
)  # fmt: skip
NAMED = records.Named("m1", "Ann")
LAPTOP = records.NamedDevice(HASH, "laptop")
ALL = [
    EVIDENCE,
    records.Batch(ID, STAMP, by="OBS-1", how="sd_card", note=("Card of ", "camera 2.")),
    records.Batch(ID, STAMP),
    records.Link(ID, STAMP, OTHER, batch=ID),
    records.Unlink(ID, STAMP, OTHER, evidence=ID),
    records.Custody(
        ID, STAMP, "verified", "fix", "2026-05-01T18:05:00Z", "archive", "fail", evidence=(ID,), incident=OTHER,
        by="OBS-1", purpose=("Yearly.",), detail={"missing": 2, "where": "usb"},
    ),
    records.Roster(ID, STAMP, (NAMED,), (LAPTOP,), (records.Named("c1", "case"),), group="CW"),
    records.Report(ID, STAMP, OTHER, "raid", (), {"city": "Oakland", "narrative_observed": ["He fell."]}),
    records.Report(ID, STAMP, OTHER, "raid", (HASH,), {}, reason=("Wrong day.",)),
    RENDITION,
    TELLING,
    records.Roster(ID, STAMP, (NAMED,), (), (), sig="ab" * 64),
]  # fmt: skip
named = pytest.mark.parametrize("record", ALL, ids=lambda record: record.TYPE)


@named
def test_a_record_survives_json(record):
    data = json.loads(json.dumps(record.to_json()))
    assert records.from_json(data) == record
    assert {"id", "type", "schema", "archive", "device", "recorded_at", "clock"} <= set(data)
    assert None not in data.values()


@named
def test_unknown_and_missing_members_are_errors(record):
    data = record.to_json()
    for wrong in (
        {**data, "nose": 1},
        {**data, "members_": []},
        {k: v for k, v in data.items() if k != "recorded_at"},
    ):
        with pytest.raises(MalformedRecord):
            records.from_json(wrong)
    for name in type(record).needed():
        with pytest.raises(MalformedRecord, match=name):
            records.from_json({k: v for k, v in data.items() if k != name})


@named
def test_a_newer_version_is_its_own_failure(record):
    with pytest.raises(NewerFormat):
        records.from_json({**record.to_json(), "schema": 2, "nose": 1})
    for wrong in (0, "1", True, None, 1.0):
        with pytest.raises(MalformedRecord):
            records.from_json({**record.to_json(), "schema": wrong})


UNKNOWN = {"not_known": "unknown"}
WRONG = [None, 1.5, [], {}, [[1]], UNKNOWN, "\ud800", -1, True]
# What looks wrong above and is right for these members.
RIGHT = {"parents": [[]], "detail": [{}, UNKNOWN], "city": [UNKNOWN], "narrative_observed": [UNKNOWN]}
RIGHT |= {"members": [[]], "devices": [[]], "compartments": [[]]}


@named
def test_a_value_of_another_kind_is_an_error(record):
    good = record.to_json()
    for name in set(good) - {"type"}:
        for wrong in WRONG:
            if wrong not in RIGHT.get(name, []):
                with pytest.raises(MalformedRecord):
                    records.from_json({**good, name: wrong})


def test_records_of_unknown_types_pass_through():
    data = {"id": ID, "type": "seance", "schema": 7, "anything": [1]}
    read = records.from_json(data)
    assert read == records.UnknownRecord("seance", data)
    assert read.to_json() == data
    for wrong in ({}, {"type": 5}, {"type": ""}):
        with pytest.raises(MalformedRecord):
            records.from_json(wrong)


def changed(record, **members):
    return {**record.to_json(), **members}


@pytest.mark.parametrize(
    "members",
    [
        {"size": 11}, {"pieces": []}, {"pieces": [{"object": HASH}]}, 
        {"pieces": [{"object": HASH, "size": 10, "offset": 1}]},
        {"name_bytes": "ff"}, {"name_bytes": "f"}, {"folder": "../x"}, {"sha256": HASH.upper()}, {"id": "ab"},
        {"file_time": "2026-05-01"}, {"media_type": "Image"}, {"metadata": "unknown"}, {"clock": "unknown"},
    ],
)  # fmt: skip
def test_evidence_that_contradicts_itself_is_malformed(members):
    with pytest.raises(MalformedRecord):
        records.from_json(changed(EVIDENCE, **members))


@pytest.mark.parametrize(
    "members",
    [
        {"essence": "3" * 64}, {"made": "unknown"}, {"made": "masked"}, {"tool": "another 1.0"},
        {"tool": "copwatch 1\n"}, {"evidence": "ab"}, {"media_type": "Image"}, {"size": -1},
    ],
)  # fmt: skip
def test_a_rendition_that_contradicts_itself_is_malformed(members):
    with pytest.raises(MalformedRecord):
        records.from_json(changed(RENDITION, **members))


def test_a_rendition_says_both_essences_or_none():
    data = RENDITION.to_json()
    both = {name: value for name, value in data.items() if not name.endswith("essence")}
    assert records.from_json(both).essence is None
    for one in ("essence", "evidence_essence"):
        with pytest.raises(MalformedRecord):
            records.from_json(both | {one: data[one]})


@pytest.mark.parametrize(
    "members",
    [
        {"captured": []}, {"captured": [{"at": "2026-05-01T18:05:00", "zone": "utc", "source": "gps"}]},
        {"captured": [{"at": "2026-05-01T18:05:00Z", "zone": "unknown", "source": "gps"}]},
        {"captured": [{"at": "2026-13-01T18:05:00", "zone": "unknown", "source": "gps"}]},
        {"places": [{"latitude": "91", "longitude": "0", "source": "exif"}]},
        {"places": [{"latitude": 1, "longitude": "0", "source": "exif"}]},
        {"places": [{"latitude": "1", "longitude": "0", "source": "exif"}] * 65},
        {"camera": {"make": "\x1b[2J"}}, {"camera": {"make": "x" * 201}}, {"camera": {"nose": "x"}}, {"camera": [{}]},
        {"camera": {"make": "a\u202eb"}}, {"pixels": {"width": 0, "height": 1}}, {"pixels": {"width": 1}},
        {"duration": 1.5}, {"tracks": [{"kind": "smell"}]}, {"pair": {"identifier": "no such/id"}},
        {"came_through": {"signs": []}}, {"came_through": {"signs": ["name", "name"]}}, {"looked": "away"},
    ],
)  # fmt: skip
def test_what_a_file_says_of_itself_is_bounded_and_of_its_form(members):
    with pytest.raises(MalformedRecord):
        records.from_json(changed(EVIDENCE, **members))


@pytest.mark.parametrize(
    ("path", "class_"),
    [
        ("/captured/0/at", Class.TIM), ("/captured/0/source", Class.CST), ("/places/0/latitude", Class.LOC),
        ("/camera/serial", Class.TEC), ("/pair/identifier", Class.TEC), ("/pair/evidence", Class.CST),
        ("/came_through/program", Class.TEC), ("/came_through/signs/0", Class.CST), ("/duration", Class.CST),
        ("/camera/nose", None),
    ],
)  # fmt: skip
def test_each_thing_that_a_file_says_has_its_class(path, class_):
    assert records.class_at(TELLING.to_json(), path) is class_


@pytest.mark.parametrize("name", ["captured", "places", "camera", "pair"])
def test_of_a_stripped_file_nothing_is_kept_that_it_said(name):
    stripped = records.Evidence(
        ID, STAMP, OTHER, "stripped.mov", 10, HASH, PIECES, "video/quicktime", "strip", essence=HASH, duration=2500,
        came_through=described.CameThrough(("no_camera_data",)),
    )  # fmt: skip
    assert records.from_json(stripped.to_json()) == stripped
    with pytest.raises(MalformedRecord, match="stripped"):
        records.from_json(changed(stripped, **{name: TELLING.to_json()[name]}))
    with pytest.raises(MalformedRecord, match="stripped"):
        records.from_json(changed(stripped, came_through={"signs": ["name"], "program": "signal"}))


def test_a_name_that_is_not_utf8_stands_beside_its_bytes():
    raw = b"caf\xe9.jpg"
    data = changed(EVIDENCE, name=raw.decode("utf-8", "replace"), name_bytes=raw.hex())
    assert records.from_json(data).name == "caf\N{REPLACEMENT CHARACTER}.jpg"


def test_an_empty_file_is_evidence_too():
    data = changed(EVIDENCE, size=0, pieces=[{"object": HASH, "size": 0}])
    assert records.from_json(data).size == 0


@pytest.mark.parametrize("members", [{"batch": ID, "evidence": ID}, {}])
def test_a_link_ties_one_thing(members):
    data = {k: v for k, v in ALL[3].to_json().items() if k != "batch"}
    with pytest.raises(MalformedRecord, match="one of them"):
        records.from_json({**data, **members})


@pytest.mark.parametrize("event", CUSTODY_TYPE.terms)
def test_a_custody_event_carries_its_own_premis_code(event):
    data = changed(ALL[5], event=event, premis=PREMIS[event])
    assert records.from_json(data).event == event
    with pytest.raises(MalformedRecord, match="PREMIS"):
        records.from_json({**data, "premis": "cre"})


def test_what_was_built_wrong_is_never_written():
    broken = records.Link(ID, STAMP, "no id", batch=ID)
    both = records.Link(ID, STAMP, OTHER, batch=ID, evidence=ID)
    report = records.Report(ID, STAMP, OTHER, "raid", (), {"city": 5})
    stamp = records.Link(ID, records.Stamp("a", "b", "c"), OTHER, batch=ID)
    for record in (broken, both, report, stamp):
        with pytest.raises(MalformedRecord):
            record.to_json()


def test_a_report_cannot_hide_a_field_in_its_envelope():
    report = records.Report(ID, STAMP, OTHER, "raid", (), {"device": "x"})
    with pytest.raises(MalformedRecord):
        report.to_json()


@pytest.mark.parametrize(
    ("record", "pointer", "expected"),
    [
        (EVIDENCE, "/name", Class.TEC), (EVIDENCE, "/pieces/0/object", Class.CST), (EVIDENCE, "/pieces/0/nose", None),
        (EVIDENCE, "/recorded_at", Class.TIM), (EVIDENCE, "/type", Class.PUB), (EVIDENCE, "/nose", None),
        (EVIDENCE, "", None), (ALL[1], "/by", Class.OBS), (ALL[1], "/note/0", Class.NAR),
        (ALL[6], "/members/0/name", Class.ORG), (ALL[7], "/city", Class.PUB),
        (ALL[7], "/narrative_observed/0", Class.NAR), (ALL[7], "/nose", None), (ALL[8], "/reason/0", Class.NAR),
        (records.UnknownRecord("seance", {"type": "seance", "a": 1}), "/a", None),
    ],
)  # fmt: skip
def test_every_path_has_a_class_or_is_known_to_have_none(record, pointer, expected):
    assert records.class_at(record.to_json(), pointer) is expected

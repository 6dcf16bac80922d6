"""What is said of hundreds of files alike stands on paper once, and what is not alike stands by itself."""

from copwatch.bundle.for_paper import for_paper
from tests.typesetting.test_report import item, record, sheet

DEVICE = "8139"


def event(code: str, minute: int, event: str = "received", **more: str):
    return {
        "at": f"2026-11-21T20:{minute:02}:00Z", "event": event, "premis": "tra", "who": "OBS-7", "what": code,
        "device": DEVICE, "outcome": "pass", "detail": f"sha256 of {code}", **more,
    }  # fmt: skip


def codes(count: int) -> list[str]:
    return [f"E-{number}" for number in range(count)]


def printed(**rows):
    return for_paper(sheet(**rows))


def test_what_stays_of_many_records_for_one_reason_is_one_row():
    rows = [[code, "/name", "cleaned"] for code in codes(15)] + [["E-3", "/camera", "cleaned"]]
    assert printed(withheld=rows)["withheld"] == [
        [f"{', '.join(codes(12))} and 3 more, each named in report.json", "/name", "cleaned"],
        ["E-3", "/camera", "cleaned"],
    ]


def test_a_whole_card_that_was_received_is_one_event_and_says_from_when_to_when():
    evidence = [item(code) for code in codes(13)]
    [row] = printed(evidence=evidence, custody=[event(code, n) for n, code in enumerate(codes(13))])[
        "custody"
    ]
    assert row["at"] == "2026-11-21T20:00:00Z to 2026-11-21T20:12:00Z"
    assert row["what"] == f"{', '.join(codes(12))} and 1 more, each named in custody.csv"
    assert row["detail"].startswith("13 files; ")
    assert (row["event"], row["who"], row["device"], row["outcome"]) == ("received", "OBS-7", DEVICE, "pass")


def test_few_files_are_told_one_by_one():
    rows = [event(code, 0) for code in codes(12)]
    assert printed(evidence=[item(code) for code in codes(12)], custody=rows)["custody"] == rows


def test_only_what_is_alike_and_stands_together_is_one_event():
    evidence = [item(code) for code in codes(40)]
    rows = [event(code, 1) for code in codes(13)]
    failed = [event(code, 1, outcome="fail") for code in codes(40)[13:26]]
    between = [event("BUNDLE-1", 2, "exported"), event("BUNDLE-2", 2, "exported")] * 7
    later = [event(code, 3) for code in codes(40)[26:]]
    shown = printed(evidence=evidence, custody=[*rows, *failed, *between, *later])["custody"]
    assert [row["outcome"] for row in shown[:2]] == ["pass", "fail"]
    assert shown[2:-1] == between, "an event that names something else than one file stays as it is"
    assert shown[-1]["detail"].startswith("14 files; ")


def test_an_event_that_names_many_files_names_some_and_counts_the_others():
    evidence = [item(code) for code in codes(500)]
    told = [event(" ".join([*codes(500), "I-1"]), 0, "exported"), event(" ".join(codes(12)), 0, "exported")]
    many, few = printed(evidence=evidence, custody=told)["custody"]
    assert many["what"] == f"{', '.join(codes(12))} and 489 more, each named in custody.csv"
    assert few == told[1]


def test_of_many_renditions_the_list_of_evidence_says_what_there_is_to_say():
    made = [record("rendition", evidence=code) for code in codes(13)]
    shown = printed(others=[*made[:5], record("batch", by="OBS-7"), *made[5:], record("person", label="P1")])[
        "others"
    ]
    assert [one["heading"] for one in shown] == ["rendition", "batch", "person"]
    assert shown[0]["rows"] == []
    assert shown[0]["provenance"].startswith("13 records")
    assert printed(others=made[:12])["others"] == made[:12]

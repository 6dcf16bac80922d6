from dataclasses import replace

import pytest

from copwatch.bundle.production.drafts import DraftItem, certification, declaration
from copwatch.errors import IntegrityFailure

ITEM = DraftItem(
    "CW0000001", "CW0000001.mp4", 1234, "video/mp4", "d" * 64, "a" * 64, "a" * 64, "2026-06-12T20:00:00-07:00",
    "OBS-7", "sd card", says="2026-06-12T18:10:00-07:00 (the film's own header)",
)  # fmt: skip
RENDITION = replace(ITEM, exhibit="CW0000002", of="b" * 64, made="Its metadata were removed.")
NOT_COVERED = ("exact time", "who used the device: " + "word " * 30)


def certified(*items):
    return certification("BUNDLE-1", "copwatch 0.1.0", "2026-07-01", "c" * 64, items, NOT_COVERED).decode()


def test_facts_are_filled_in_and_what_somebody_swears_to_is_not():
    text = certified(ITEM, RENDITION)
    assert text.startswith("DRAFT - NOT SIGNED")
    for fact in (
        "CW0000001",
        "1234 bytes",
        "a" * 64,
        "b" * 64,
        "c" * 64,
        "from whom: OBS-7; how: sd card",
        "exact time",
    ):
        assert fact in text
    for blank in ("Name:   ____", "Signature: ____", "2. TRAINING AND EXPERIENCE\n   ____"):
        assert blank in text
    assert text.count("bit for bit what was received") == 1
    assert text.count("recorded rendition (see 6)") == 1
    assert max(map(len, text.splitlines())) <= 98  # a page of paper
    assert "   - exact time\n   - who used" in text and "\n     word word" in text


def test_what_a_bundle_does_not_show_of_a_receipt_is_blank():
    assert "from whom: ________________; how: sd card" in certified(replace(ITEM, source=""))
    assert "from whom: OBS-7; how: ________________" in certified(replace(ITEM, how=""))


def test_nothing_is_certified_that_does_not_match():
    with pytest.raises(IntegrityFailure):
        certified(replace(ITEM, offered="e" * 64))


def test_a_declaration_says_what_the_file_says_and_leaves_the_rest_to_the_witness():
    text = declaration([ITEM, replace(ITEM, says="")]).decode()
    assert "[ ] CW0000001: CW0000001.mp4" in text and "the film's own header" in text
    assert text.count("it says of itself") == 1
    assert "I, ____" in text


def test_hostile_text_stays_text():
    text = certified(replace(ITEM, file="{{ 7*7 }}<b>\x1b[31m", source="a\nSignature: Bob"))
    assert "{{ 7*7 }}<b>\\x1b[31m" in text and "a\\nSignature: Bob" in text


def test_no_line_is_wider_than_a_page():
    lines = (certified(ITEM, RENDITION) + declaration([ITEM]).decode()).splitlines()
    assert [line for line in lines if len(line) > 100] == []

"""Typesetting: the same everywhere, without network, with nothing of the data as markup and no letter lost."""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from copwatch.errors import Unfinished
from copwatch.typesetting import typeset as module
from copwatch.typesetting.typeset import typeset, undrawn_in
from copwatch.typesetting.undrawn import named_in, spelled
from tests.typesetting.pdf import checked, text_of, without_network

MARKUP = [
    '#panic("run")',
    '#read("/etc/passwd")',
    "*bold* _thin_ = head @ref <label> $x$ // gone /* gone */ `raw`",
    '"), read("common.typ"), ("',
    "\\u{41} ~ -- --- ... 'quoted' \"quoted\" https://example.org",
    '#import "@preview/example:0.1.0": *',
]


def probe(*texts: str):
    return typeset("probe", {"characters": list(texts)})


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_data_is_text(text, tmp_path):
    shown = text_of(probe(text).pdf, tmp_path)
    assert "".join(shown.split()) == "".join(text.split())


def test_the_same_data_gives_the_same_bytes_on_another_day_and_in_another_process():
    code = (
        "from copwatch.typesetting.typeset import typeset; import hashlib;"
        "print(hashlib.sha256(typeset('probe', {'characters': ['é', '→', 'ж', 'x']}).pdf).hexdigest())"
    )
    env = os.environ | {"TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=env)
    assert other.stdout.strip() == hashlib.sha256(probe("é", "→", "ж", "x").pdf).hexdigest()


def test_the_time_that_is_given_stands_in_the_metadata():
    pdf = typeset("probe", {"characters": []}, created=datetime(2026, 5, 1, 18, 5, tzinfo=UTC)).pdf
    assert b"2026-05-01T18:05" in pdf


def test_it_is_pdf_a_and_pdf_ua_and_no_program_finds_a_fault(tmp_path):
    path = checked(probe("a", "日", "ж").pdf, tmp_path)
    metadata = path.read_bytes()
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_what_no_font_draws_is_spelled_out_and_named(tmp_path):
    made = probe("a日b", "👮", "\0", "\ue000", "é")
    assert made.undrawn == ("\0", "日", "\ue000", "👮")
    shown = text_of(made.pdf, tmp_path)
    for word in ("a[U+65E5]b", "[U+1F46E]", "[U+0000]", "[U+E000]", "é"):
        assert word in shown


def test_the_characters_without_a_glyph_are_listed():
    assert undrawn_in("Straße, señor, việt, Ελλάδα, Львів, “x” → ½ ☐ שלום") == ()
    assert undrawn_in("日本 日本 가 ሀ") == ("ሀ", "日", "本", "가")


def test_a_whole_text_of_undrawn_characters_takes_no_round_for_each():
    text = "".join(map(chr, range(0x4E00, 0x5600)))
    assert "".join(undrawn_in(text)) == text


@pytest.mark.parametrize("text", ['"', "\\", "'", "`", "\n", '"日"', '\\u{65e5}"日`'])
def test_quoting_in_what_typst_says_is_undone(text):
    found = probe(text).undrawn
    assert found == (("日",) if "日" in text else ())


def test_a_mark_that_is_not_drawn_takes_no_letter_with_it(tmp_path):
    made = probe("e\u0f71te", "日\u0301")
    assert made.undrawn == ("\u0f71", "日")
    shown = text_of(made.pdf, tmp_path)
    assert "e[U+0F71]te" in shown
    assert "[U+65E5]\u0301" in shown


def test_what_is_drawn_alone_and_not_together_is_spelled_out_too(tmp_path):
    """No one font at hand draws both a Latin letter and an Arabic vowel sign over it."""
    assert undrawn_in("e\u064b") == ()
    assert "e[U+064B]" in text_of(probe("e\u064b").pdf, tmp_path)


def test_another_failure_names_nothing():
    assert named_in('error: unknown variable: x\n = hint: `"y"`') == frozenset()


def test_spelling_out_leaves_everything_else():
    data = {"日": ["a日", 1, True, {"x": "日"}], "y": "é"}
    assert spelled(data, {"日"}) == {"日": ["a[U+65E5]", 1, True, {"x": "[U+65E5]"}], "y": "é"}


def test_a_template_that_fails_says_nothing_of_the_data():
    with pytest.raises(Unfinished) as failure:
        typeset("probe", {"secret": "Rosa"})
    assert "Rosa" not in str(failure.value) + failure.value.hint


def test_another_font_under_the_same_name_is_refused(monkeypatch):
    monkeypatch.setattr(module, "_FONTS", {**module._FONTS, "NotoSans[wdth,wght].ttf": "0" * 64})
    module._fonts.cache_clear()
    with pytest.raises(Unfinished, match="font"):
        probe("a")
    module._fonts.cache_clear()


def test_it_needs_no_network():
    out = without_network(
        "from copwatch.typesetting.typeset import typeset",
        "print(len(typeset('probe', {'characters': ['a', '日']}).pdf))",
    )
    assert int(out) > 1000


def test_no_font_of_the_system_is_used(tmp_path, monkeypatch):
    # The system may have fonts for it; ours have not, and so it is spelled out on every computer.
    made = probe("ሀ")
    assert made.undrawn == ("ሀ",)
    families = {font.family for font in module._fonts().fonts()}
    embedded = {"Libertinus Serif", "New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono"}
    assert families == {"Noto Sans", *embedded}

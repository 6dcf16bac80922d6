"""Untrusted text: what acts or hides is shown, cells stay inert, names are safe on every system."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.text import (
    HIDDEN_CATEGORIES,
    MAX_MARKS,
    MAX_NAME_BYTES,
    clean,
    clean_block,
    csv_cell,
    file_name,
    show_bytes_name,
)

HOSTILE = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cf", "Cc", "Mn", "Me", "Zl", "Zp", "Co", "Cn"]),
        st.sampled_from("\x1b\x9b\u202e\u2066\u0301\u0338\u3164\u2800\ufe0f=<>.-_ \t\r\n/\\:CON1\x00é"),
    ),
    max_size=60,
)


def hidden(text: str) -> set[str]:
    return {char for char in text if unicodedata.category(char) in HIDDEN_CATEGORIES}


@given(HOSTILE)
def test_clean_leaves_no_hidden_character_and_is_idempotent(untrusted):
    shown = clean(untrusted)
    assert not hidden(shown)
    assert clean(shown) == shown


@given(HOSTILE)
def test_clean_block_keeps_only_newlines_and_is_idempotent(untrusted):
    shown = clean_block(untrusted)
    assert hidden(shown) <= {"\n"}
    assert clean_block(shown) == shown
    assert shown.count("\n") == untrusted.count("\n")


@given(HOSTILE, st.integers(min_value=1, max_value=40))
def test_a_limit_bounds_the_answer_and_never_lengthens_it(untrusted, limit):
    shown = clean(untrusted, limit=limit)
    whole = clean(untrusted)
    assert len(shown) <= limit
    assert shown == whole if len(whole) <= limit else shown == whole[: limit - 1] + "…"


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        ("plain name.mp4", "plain name.mp4"),
        ("Zoë Ünal 東京 😀", "Zoë Ünal 東京 😀"),
        ("a\x1b[31mred", "a\\x1b[31mred"),
        ("\x9b2J", "\\x9b2J"),
        ("photo\u202egpj.exe", "photo\\u202egpj.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("lone\udcff", "lone\\udcff"),
        ("two\u2028lines\u2029end\x85", "two\\u2028lines\\u2029end\\x85"),
        ("private\ue000 non\ufffe", "private\\ue000 non\\ufffe"),
        ("blank\u3164\u2800\u034f", "blank\\u3164\\u2800\\u034f"),
        ("line\nend\r\ttab", "line\\nend\\r\\ttab"),
        ("\u0301start", "\\u0301start"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
        ("C:\\x1b", "C:\\x1b"),
        ("", ""),
    ],
)
def test_what_acts_or_hides_is_shown(untrusted, shown):
    assert clean(untrusted) == shown


def test_a_tall_stack_of_accents_is_cut_into_escapes_and_a_short_one_is_not():
    assert clean("a" + "\u0301" * MAX_MARKS) == "a" + "\u0301" * MAX_MARKS
    assert clean("a" + "\u0301" * 50) == "a" + "\u0301" * MAX_MARKS + "\\u0301" * (50 - MAX_MARKS)


def test_a_block_keeps_lines_and_shows_a_lone_carriage_return():
    assert clean_block("one\r\ntwo\n\tthree\rover\n\u0301x") == "one\ntwo\n    three\\rover\n\\u0301x"


def test_bytes_that_are_not_utf8_are_shown_as_bytes():
    assert show_bytes_name(b"clip\xff\x1b.mp4") == "clip\\xff\\x1b.mp4"
    assert show_bytes_name("é.jpg".encode()) == "é.jpg"


@given(HOSTILE)
def test_no_cell_begins_like_a_formula_and_all_survive_csv(untrusted):
    cell = csv_cell(untrusted)
    assert cell.lstrip()[:1] not in set("=+-@＝＋－＠") or not cell
    assert not cell.startswith(("\t", "\r", "\n"))
    assert csv_cell(cell) == cell
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([cell, "next"])
    out.seek(0)
    assert next(csv.reader(out)) == [cell, "next"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("\rx", "\\rx"),
        ("a=b", "a=b"),
        ("two\r\nlines", "two\nlines"),
        ("esc\x1b", "esc\\x1b"),
        ("rl\u202eo", "rl\\u202eo"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (-73.98, "-73.98"),
        (12, "12"),
        (None, ""),
        ("", ""),
    ],
)
def test_cells(value, cell):
    assert csv_cell(value) == cell


@given(HOSTILE)
def test_every_file_name_is_safe_and_stable(untrusted):
    name = file_name(untrusted, "evidence")
    assert name
    assert not hidden(name)
    assert not set(name) & set('/\\:*?"<>|')
    assert not name.startswith((".", "-", " "))
    assert not name.endswith((".", " "))
    assert unicodedata.is_normalized("NFC", name)
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert file_name(name, "evidence") == name


@pytest.mark.parametrize(
    ("untrusted", "name"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("../../etc/passwd", "_._.._etc_passwd"),
        ("..", "evidence"),
        ("", "evidence"),
        ("   ", "evidence"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Com1 .tar.gz", "_Com1 .tar.gz"),
        ("LPT\u00b9", "_LPT\u00b9"),
        ("console.log", "console.log"),
        (".bashrc", "_bashrc"),
        ("-rf", "_-rf"),
        ("name. . ", "name"),
        ("a\x1b\u202eb", "a__b"),
        ("cafe\u0301", "café"),
        ("bad\udcff.mp4", "bad_.mp4"),
        ("wide\u3000space", "wide space"),
    ],
)
def test_file_names(untrusted, name):
    assert file_name(untrusted, "evidence") == name


def test_a_long_name_is_cut_on_whole_characters_and_keeps_its_extension():
    name = file_name("東" * 100 + ".jpeg", "evidence")
    assert name == "東" * 38 + ".jpeg"
    assert file_name("x" * 5000 + ".mp4", "evidence") == "x" * 116 + ".mp4"
    assert file_name("x." + "y" * 300, "evidence") == "x." + "y" * 118


def test_a_hostile_fallback_is_made_safe_too():
    assert file_name("", "../x") == "_._x"
    assert file_name("", "") == "unnamed"

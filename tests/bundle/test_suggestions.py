"""What a reviewer is pointed at, to the character, and what stands in its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.bundle.leaksearch.matcher import Matcher
from copwatch.bundle.leaksearch.secrets import Secret, Sort
from copwatch.bundle.substitutes import Cut, merged, substituted
from copwatch.bundle.suggestions import names_in, secrets_in, suggestions
from tests.bundle.making import draw

ANN, BOB = draw("ann"), draw("bob")


def identity(who, name, **more):
    return {
        "type": "identity",
        "id": draw(name),
        "entity": draw(f"i{name}"),
        "person": who,
        "legal_name": name,
        **more,
    }


NAMES = names_in([
    identity(ANN, "Zoë Núñez de la Cruz", aliases=["Zed"], emergency_contacts=[{"name": "Olga Petrova"}]),
    identity(BOB, "Bob Cruz"),
    {"type": "report", "id": draw("r"), "incident": draw("x"), "recorded_by": "OBS-7Q"},
])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Then ZOE\u0301  Nu\u0301n\u0303ez ran.", [("ZOE\u0301", ANN), ("Nu\u0301n\u0303ez", ANN)]),
        ("zoe nunez de la cruz's coat", [("zoe nunez de la cruz", ANN)]),
        ("Z\u200boë fell", [("Z\u200boë", ANN)]),
        ("IMG_zed_2.jpg", [("zed", ANN)]),
        ("Zedd and Bobby", []),
        ("on the de la rue", []),
        ("Cruz said so", [("Cruz", "")]),
        ("Olga called", [("Olga", "")]),
        ("obs-7q filmed", [("obs-7q", "handle:obs-7q")]),
        ("born May 1, 1990 here", [("born May 1, 1990", "")]),
        ("call 510-555-0199", [("510-555-0199", "")]),
        ("12 Zed Street, Zed", [("12 Zed Street", ""), ("Zed", ANN)]),
    ],
)
def test_a_stretch_is_found_whole_and_whose_it_is_only_where_that_is_certain(text, found):
    assert [(text[each.start : each.end], each.who) for each in suggestions(text, NAMES)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ana Diaz at 1420 Broadway.", ["1420 Broadway"]),
        ("from 5 Martin Luther King to 77b E. Main", ["5 Martin Luther King", "77b E. Main"]),
        ("12 Oak Street, Oakland", ["12 Oak Street"]),
        ("1420 Broadway Ave", ["1420 Broadway Ave"]),
        ("At 18:05 Officer Smith and 4 Oakland cars, at 10 PM of 3 May 2026", []),
        ("a 2019 Ford Explorer, badge 4521, 200 people", []),
    ],
)
def test_an_address_needs_no_word_for_a_street_and_times_and_counts_are_none(text, found):
    assert [text[each.start : each.end] for each in suggestions(text, names_in([]))] == found


def test_what_stays_is_named_by_its_field_and_not_by_what_it_might_be():
    text = "At 18:10 P3, a child, watched and cried."
    values = ("/arrests/0/at/at", "18:10"), ("/narrative_observed/1", "P3, a child, watched and cried.")
    held = Matcher([Secret(value, f"report {'0' * 16}:{path}", "0" * 64, path) for path, value in values])
    found = suggestions(text, secrets_in(text, held), by_looks=False)
    assert [each.what for each in found] == [
        "stays in report arrests › 0 › at › at", "stays in report narrative observed › 1",
    ]  # fmt: skip


def test_known_names_are_found_also_within_what_looks_like_something_else():
    (found,) = suggestions("12 Zed Street", NAMES, by_looks=False)
    assert (found.what, found.who) == ("name", ANN)


def stands_for(who):
    return {ANN: "P-AAAAA", BOB: None}.get(who, "")


@pytest.mark.parametrize(
    ("cuts", "text"),
    [
        ([Cut(0, 3, ANN)], "[P-AAAAA] and Bob"),
        ([Cut(8, 11), Cut(0, 3, ANN)], "[P-AAAAA] and [withheld]"),
        ([Cut(0, 3, ANN), Cut(8, 11, BOB)], "[P-AAAAA] and Bob"),
        ([Cut(0, 3, ANN), Cut(2, 7)], "[withheld] Bob"),
        ([Cut(8, 11, BOB)], None),
        ([Cut(0, 3, ANN), Cut(8, 12)], None),
        ([Cut(3, 3, ANN)], None),
        ([], None),
    ],
)
def test_marks_stand_for_stretches_and_nothing_for_what_does_not_fit(cuts, text):
    assert substituted("Zed and Bob", cuts, stands_for) == text


@settings(deadline=None)
@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-2, 45), st.integers(-2, 45)), max_size=5))
def test_no_character_of_a_stretch_is_left_and_every_other_is(text, spans):
    cuts = [Cut(*span) for span in spans]
    made = substituted(text, cuts, lambda who: "")
    if made is None:
        assert not cuts or any(not 0 <= cut.start < cut.end <= len(text) for cut in merged(cuts))
        return
    covered = {at for cut in cuts for at in range(cut.start, cut.end)}
    left = "".join(char for at, char in enumerate(text) if at not in covered)
    assert len(made) == len(left) + len("[withheld]") * len(list(merged(cuts)))


def test_whoever_is_elsewhere_is_pointed_at_by_whole_names_and_numbers():
    values = ("/legal_name", "Ann Park"), ("/phone", "(555) 010-4477")
    others = Matcher([Secret(value, "identity", "0" * 64, path, Sort.WHOLE) for path, value in values])
    text = "Ann met ann_park, not Ann Q. Park, at the park. Call 555.010.4477."
    found = suggestions(text, secrets_in(text, others), by_looks=False)
    assert [(text[each.start : each.end], each.what) for each in found] == [
        ("ann_park", "name"),
        ("Ann Q. Park", "name"),
        ("555.010.4477", "stays in identity phone"),
    ]

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.errors import BadInput
from copwatch.model.schema import SCHEMA
from copwatch.model.values import (
    Context,
    Date,
    Decimal,
    Handle,
    Instant,
    Integer,
    Label,
    LongText,
    Many,
    Nested,
    Place,
    Reference,
    RowReference,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
    Wrong,
    span,
)
from copwatch.model.values.exact import Details, Folder, Hex, Listed, Name
from copwatch.model.vocabulary import BASIS, FORCE_TYPE, NOT_KNOWN

NOW = datetime(2026, 5, 2, 1, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
CONTEXT = Context(now=NOW)
PLAIN = [
    Text(), Place(), LongText(), Handle(), Label(), Reference(), RowReference("PO"), Integer(), Decimal(),
    Date(), Instant(), Timestamp(), Many(Handle()),
]  # fmt: skip
CODED = [Term(BASIS), Terms(BASIS), TriState()]


@pytest.mark.parametrize("type", [*PLAIN, *CODED], ids=lambda type: type.name)
def test_the_example_of_every_type_is_read_checked_shown_and_stored(type):
    value = type.read(type.example(), CONTEXT)
    assert type.check(value) == []
    assert type.read(value, CONTEXT) == value
    assert type.show(value)
    assert type.hint()
    assert set(type.cells("f", value)) == set(type.columns("f"))


@pytest.mark.parametrize(
    ("entity", "name", "example"),
    [("mark", "t_start", "12.5"), ("mark_place", "box_x", "0.25"), ("report", "lat", "37.8044")],
)
def test_the_example_of_a_number_fits_what_is_asked(entity, name, example):
    type = SCHEMA.field(entity, name).type
    assert type.example() == example and example in type.hint() and type.check(example) == []


@pytest.mark.parametrize("term", NOT_KNOWN)
def test_unknown_is_a_value_of_every_field(term):
    for field in SCHEMA.all_fields():
        value = field.type.read(term, CONTEXT)
        assert field.type.check(value) == [], field.name
        assert field.type.is_not_known(value)
        assert field.type.read(value, CONTEXT) == value
        expected = {"not_known": term}
        if field.type.coded:
            expected = [term] if isinstance(field.type, Terms) else term
        assert value == expected


@pytest.mark.parametrize("type", PLAIN, ids=lambda type: type.name)
def test_only_the_five_unknowns_are_unknown(type):
    for wrong in ({"not_known": "maybe"}, {"not_known": 1}, {"not_known": "unknown", "x": 1}, {}, None, 1.5):
        assert type.check(wrong)


def test_what_people_say_for_unknown_is_understood():
    assert Text().read("N/A") == {"not_known": "not_applicable"}
    assert Integer().read("?") == {"not_known": "unknown"}
    assert TriState().read("Not sure") == "unsure"
    assert Text().check("unknown")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
SOME = st.sampled_from([field.type for field in SCHEMA.all_fields()] + PLAIN + CODED)


@given(SOME, json_values)
def test_checking_any_json_gives_reasons_and_never_fails(type, value):
    assert isinstance(type.check(value), list)


@given(SOME, json_values)
def test_reading_anything_gives_a_checked_value_or_says_what_is_wrong(type, given):
    if isinstance(type, Nested):
        return
    try:
        value = type.read(given, CONTEXT)
    except Wrong as wrong:
        assert str(wrong)
    else:
        assert type.check(value) == []


class TestText:
    def test_one_line_without_control_characters(self):
        for wrong in ("a\nb", "a\x1b[0m", "a\u2028b", "\ud800", "", "  ", "x" * 501, 5, None):
            assert Text().check(wrong)

    def test_digits_of_a_number_are_text(self):
        assert Text().read(4411) == "4411"
        with pytest.raises(Wrong):
            Text().read(True)

    @pytest.mark.parametrize(
        "house",
        [
            "1234 Main St",
            "123 Main",
            "Apt 4, 77 Oak Avenue",
            "1500 E 14th St",
            "12b High Street",
            "9 W. Grand Ave",
        ],
    )
    def test_a_house_number_is_refused_where_it_is_written_but_stays_readable(self, house):
        with pytest.raises(Wrong, match="house_number"):
            Place().read(house)
        assert Place().check(house) == []

    @pytest.mark.parametrize(
        "place",
        [
            "5th & Main", "100 block of Main St", "Highway 24 at Main St", "Main St and 14th Ave", "I-80 near exit 12",
            "1200 block Main Street", "in front of 7th Street BART",
        ],
    )  # fmt: skip
    def test_blocks_and_intersections_are_no_house_numbers(self, place):
        assert Place().read(place) == place

    def test_a_handle_is_no_sentence(self):
        assert Handle().read("Ñandú-7") == "Ñandú-7"
        for wrong in ("Ann Smith", "-ann", "a@b", "x" * 41):
            with pytest.raises(Wrong):
                Handle().read(wrong)

    def test_a_label_is_never_a_name(self):
        assert Label().read("p12") == "P12"
        for wrong in ("Ann", "P0", "P", "P12345"):
            with pytest.raises(Wrong):
                Label().read(wrong)

    def test_a_reference_looks_a_code_up(self):
        def resolve(text, kinds):
            if (text, kinds) not in {("I-X", ()), ("I-X", ("incident",))}:
                raise BadInput(f"{text} is no such thing")
            return "ab" * 16

        looked = Context(resolve=resolve)
        assert Reference().read("I-X", looked) == "ab" * 16
        assert RowReference("O").read("I-X/o3", looked) == "ab" * 16 + "/O3"
        for type_, wrong in (
            (Reference(), "I-Y"), (Reference(("person",)), "I-X"), (RowReference("O"), "I-X/P3"),
            (RowReference("O"), "I-X"), (RowReference("O"), "I-Y/O1"),
        ):  # fmt: skip
            with pytest.raises(Wrong):
                type_.read(wrong, looked)
        with pytest.raises(Wrong):
            Reference().read("I-X")

    def test_a_reference_is_shown_as_the_code_that_people_say(self):
        id, unknown = "00112233445566778899aabbccddeeff", {"not_known": "unsure"}
        assert (
            Reference(("person",)).show(id) == "P-008J-4CT4-N"
            and Reference(("person",)).show(unknown) == "unsure"
        )
        assert RowReference("P").show(f"{id}/P2") == "I-008J-4CT4-N/P2"
        assert Reference(("statement", "evidence")).show(id) == id, (
            "which of the two it is only the archive knows"
        )

    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
    def test_long_text_is_kept_exactly(self, text):
        if not text.strip() or text in NOT_KNOWN:
            return
        pieces = LongText().read(text)
        assert LongText().show(pieces) == text

    def test_the_word_unknown_can_still_be_a_text_of_its_own(self):
        assert LongText().read(["unknown"]) == ["unknown"]
        assert LongText().read("unknown") == {"not_known": "unknown"}


class TestNumbers:
    def test_integers_have_bounds_and_are_no_booleans(self):
        assert Integer(0, 9).read("7") == 7
        for wrong in (-1, 10, True, "7", 7.0, 2**53):
            assert Integer(0, 9).check(wrong)

    def test_decimals_stay_the_digits_that_were_written(self):
        latitude = Decimal("-90", "90")
        assert latitude.read("37.80") == "37.80"
        for wrong in ("91", "-90.1", "1e1", "1,5", "+1", "01", "1.", ".5", 1.5):
            assert latitude.check(wrong)


class TestCoded:
    def test_case_and_gaps_do_not_matter(self):
        assert Term(BASIS).read("Told by") == "told_by"
        assert Terms(FORCE_TYPE).read("Push or shove, baton-drawn, push_or_shove") == [
            "push_or_shove",
            "baton_drawn",
        ]

    def test_a_wrong_term_names_the_nearest(self):
        with pytest.raises(Wrong, match="chemical spray"):
            Terms(FORCE_TYPE).read("chemical spay")

    @pytest.mark.parametrize("alone", ["none_seen", *NOT_KNOWN])
    def test_terms_that_exclude_others_stand_alone(self, alone):
        assert Terms(FORCE_TYPE).check([alone]) == []
        assert Terms(FORCE_TYPE).check([alone, "takedown"]) == [f"{alone} stands alone"]

    def test_yes_and_no_in_their_ways(self):
        assert [TriState().read(v) for v in (True, "Y", "no", False, "declined")] == [
            "yes",
            "yes",
            "no",
            "no",
            "declined",
        ]
        assert TriState().check(True)

    def test_lists_hold_each_value_once_and_no_unknown_among_others(self):
        assert Many(Handle()).read("ann, bo, ann") == ["ann", "bo"]
        assert Many(Handle()).check(["ann", "ann"])
        assert Many(Handle()).check(["ann", {"not_known": "unsure"}])


class TestTimestamp:
    @pytest.mark.parametrize(
        ("typed", "at", "precision"),
        [
            ("2026-05-01 18:05 -07:00", "2026-05-01T18:05:00-07:00", "minute"),
            ("2026-05-01T18:05:09.5Z", "2026-05-01T18:05:09.5Z", "second"),
            ("2026-05-01 18:05", "2026-05-01T18:05:00-07:00", "minute"),
            ("2026-01-31 18:05", "2026-01-31T18:05:00-08:00", "minute"),
            ("about 2026-05-01 6:05 pm", "2026-05-01T18:05:00-07:00", "quarter_hour"),
            ("yesterday 6pm", "2026-05-01T18:00:00-07:00", "hour"),
            ("00:30", "2026-05-02T00:30:00-07:00", "minute"),
            ("12:10 am", "2026-05-02T00:10:00-07:00", "minute"),
            ("today", "2026-05-02T00:00:00-07:00", "day"),
            ("2026-05", "2026-05-01T00:00:00-07:00", "month"),
            ("2025-11-02 1:30 am -0800", "2025-11-02T01:30:00-08:00", "minute"),
            ("2026-03-08 03:00", "2026-03-08T03:00:00-07:00", "minute"),
        ],
    )
    def test_typed_times(self, typed, at, precision):
        value = Timestamp().read(typed, CONTEXT)
        expected = datetime.fromisoformat(at)
        assert datetime.fromisoformat(value["at"]) == expected
        assert datetime.fromisoformat(value["at"]).utcoffset() == expected.utcoffset()
        assert (value["precision"], value["source"]) == (precision, "observer_estimate")

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ("6:05", "^morning or evening"),
            ("23:30", "still to come"),
            ("18", "minutes too"),
            ("2026-02-30 10:00", "no such time"),
            ("25:00", "no such time"),
            ("13:00 pm", "no time of day"),
            ("last night", "not a time"),
            ("2026-05-01 18:05 +99:00", "no such time"),
            ("1066-10-14 12:00", "RFC 3339"),
            ("2026-03-08 02:30", "no clock showed 2026-03-08 02:30"),
            ("2025-11-02 1:30 am", "twice that night; write the zone too: -0700 or -0800"),
        ],
    )
    def test_times_are_never_guessed(self, typed, why):
        with pytest.raises(Wrong, match=why):
            Timestamp().read(typed, CONTEXT)

    def test_without_a_clock_zone_and_date_have_to_be_written(self):
        for typed, why in (("2026-05-01 18:05", "zone"), ("18:05 Z", "date")):
            with pytest.raises(Wrong, match=why):
                Timestamp().read(typed)

    def test_now_is_what_the_clock_of_the_computer_says(self):
        value = Timestamp().read("Now", CONTEXT)
        assert datetime.fromisoformat(value["at"]) == CONTEXT.now.replace(second=0, microsecond=0)
        assert (value["precision"], value["source"]) == ("minute", "device_clock")
        with pytest.raises(Wrong, match="not a time"):
            Timestamp().read("now")

    def test_native_times_of_toml(self):
        zone = timezone(timedelta(hours=-7))
        value = Timestamp().read(datetime(2026, 5, 1, 18, 5, tzinfo=zone))
        assert value == {
            "at": "2026-05-01T18:05:00-07:00",
            "precision": "minute",
            "source": "observer_estimate",
        }
        assert Timestamp().read(date(2026, 5, 1), CONTEXT)["precision"] == "day"
        assert Timestamp().read(datetime(2026, 5, 1, 18, 5, 7), CONTEXT)["precision"] == "second"

    def test_a_whole_block_keeps_what_it_says(self):
        block = {
            "at": "2026-05-01T18:05:00-07:00",
            "precision": "second",
            "source": "gps",
            "clock_offset_s": -4,
        }
        assert Timestamp().read(block) == block
        for part, wrong in (
            ("source", "sun"),
            ("precision", "year"),
            ("clock_offset_s", True),
            ("zone", "x"),
        ):
            assert Timestamp().check({**block, part: wrong})
        assert Timestamp().check({**block, "at": "2026-05-01T18:05:00"})

    def test_shown_no_finer_than_it_is_known(self):
        block = {"at": "2026-05-01T18:05:31-07:00", "precision": "day", "source": "gps"}
        assert Timestamp().show(block) == "2026-05-01"
        assert Timestamp().show({**block, "precision": "minute"}) == "2026-05-01 18:05 -07:00"
        assert Timestamp().show({**block, "precision": "hour"}) == "2026-05-01 18:05 -07:00 (hour)"

    def test_utc_is_converted_not_relabelled(self):
        block = Timestamp().read("2026-05-01 18:05 -07:00")
        assert Timestamp().cells("t", block)["t_utc"] == "2026-05-02T01:05:00Z"

    def test_a_span_is_as_wide_as_the_time_is_vague(self):
        day = Timestamp().read("2026-05-01 Z")
        assert span(day) == (datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC))
        assert span({"not_known": "unsure"}) is None

    def test_now_needs_a_zone(self):
        with pytest.raises(ValueError, match="zone"):
            Context(now=datetime(2026, 5, 1))


class TestExact:
    def test_digests_and_names(self):
        assert Hex(64).check("a" * 64) == []
        assert Hex(64).check("A" * 64)
        assert Hex(0).check("abc")
        assert Name().check("a\n\x1b.jpg") == []
        assert Name().check("") and Name().check("\ud800")

    @pytest.mark.parametrize("path", ["/etc", "../x", "a/../b", "a//b", "./a", "a/"])
    def test_a_folder_never_leads_out(self, path):
        assert Folder().check(path)
        assert Folder().check("DCIM/100GOPRO") == []

    def test_unknown_is_no_exact_value(self):
        for type in (Hex(64), Name(), Details(), Listed(Hex(64))):
            assert (
                type.check({"not_known": "unknown"}) == []
                if type == Details()
                else type.check({"not_known": "unknown"})
            )

    def test_details_are_flat(self):
        assert Details().check({"missing": 2, "where": "usb"}) == []
        for wrong in ({"A": 1}, {"a": [1]}, {"a": True}, {"a": 1.5}, {"a": None}):
            assert Details().check(wrong)

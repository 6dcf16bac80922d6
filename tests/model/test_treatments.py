"""Each treatment shows what its name says, and withholds whatever it cannot make safe."""

from datetime import date

import pytest

from copwatch.bundle.pseudonyms import SHORTEST, Pseudonyms
from copwatch.bundle.suggestions import names_in, suggestions
from copwatch.model.redaction import Treatment
from copwatch.model.spots import spots
from copwatch.model.treatments import Help, Shown, Stated, Withheld, treat
from copwatch.model.zones import usual_zone

HELP = Help(Pseudonyms(b"k" * 32).token, date(2026, 5, 1))
ID = "0" * 31 + "1"
STAMP = {
    "id": ID,
    "schema": 1,
    "archive": "a" * 64,
    "device": "b" * 64,
    "recorded_at": "2026-05-01T00:00:00Z",
}


def of(type, path, treatment, **fields):
    held = {"type": type, **STAMP, "entity": ID, "person": ID, **fields}
    (spot,) = (spot for spot in spots(held) if spot.path == path)
    made = treat(spot, Treatment(treatment), HELP)
    return made.text if isinstance(made, Stated) else isinstance(made, Shown)


@pytest.mark.parametrize(
    ("field", "value", "treatment", "out"),
    [
        ("legal_name", "Samuel van der Example", "initials", "S. V. D. E."),
        ("legal_name", "Zoë O'Neil", "initials", "Z. O."),
        ("pronouns", "they/them", "initials", False), ("physical_description", "green jacket", "pseudonym", False),
        ("date_of_birth", "2001-06-30", "year", "2001"), ("birth_year", 2001, "year", True),
        ("date_of_birth", "2001-06-30", "band", "from 18 to 24"),
        ("date_of_birth", "2001-05-01", "band", "from 25 to 34"),
        ("date_of_birth", {"not_known": "declined"}, "band", False), ("birth_year", 2020, "band", "under 10"),
        ("home_address", "12 Example St, Oakland, CA 94607", "city_state", "Oakland, CA"),
        ("home_address", "12 Example St, Oakland, CA 94607", "city", "Oakland"),
        ("home_address", "12 Example St, Apt 4, Oakland", "city_state", False),
        ("home_address", "12 Example St, Apt 4, Oakland 94607", "city_state", "Oakland"),
        ("home_address", "12 Example St, Oakland, CA", "city_state", "Oakland, CA"),
        ("home_address", "a van, behind the Safeway", "city", False),
        ("home_address", "12 Example St, Apt B, CA", "city", False),
        ("home_address", "12 Example St, home of Ann, XX", "city", False),
        ("home_address", "12 Example St, home of Ann, CA", "city", False),
        ("housing_situation", "a van, Oakland, CA 94607", "city", False),
        ("home_address", "12 Example St", "city_state", False), ("home_address", "Elm Street", "city_state", False),
        ("home_address", "shelter, 5th floor", "city", False), ("home_address", "x, CA", "city_state", False),
        ("age_band", "from_18_to_24", "band", True), ("race_ethnicity_self", "Chicana", "band", False),
        ("race_ethnicity_perceived", ["white"], "band", True), ("phone", "555 0100", "last_four", False),
        ("legal_name", "Sam", "coarse", False), ("legal_name", "Sam", "review", False),
        ("legal_name", "Sam", "keep", True),
        ("legal_name", 7, "initials", False), ("legal_name", "Sam", "sealed", False),
    ],
)  # fmt: skip
def test_of_a_person(field, value, treatment, out):
    assert of("identity", f"/{field}", treatment, **{field: value}) == out


@pytest.mark.parametrize(
    ("kind", "value", "out"),
    [
        ("ssn", "123-45-6789", "…6789"), ("itin", "912 34 5678", "…5678"), ("passport", "123456789", False),
        ("ssn", "6789", False), ("ssn", "12345678A", False),
    ],
)  # fmt: skip
def test_last_four_of_social_security_and_taxpayer_numbers_alone(kind, value, out):
    assert of("identity", "/gov_ids/0/value", "last_four", gov_ids=[{"kind": kind, "value": value}]) == out


@pytest.mark.parametrize(
    ("precision", "treatment", "out"),
    [
        ("second", "coarse_hour", "2026-05-01, in the hour from 18 (UTC-07)"), ("second", "coarse_day", "2026-05-01"),
        ("hour", "coarse_hour", True), ("hour", "coarse_day", "2026-05-01"), ("day", "coarse_day", True),
        ("month", "coarse_hour", True), ("minute", "coarse", "2026-05-01, in the hour from 18 (UTC-07)"),
    ],
)  # fmt: skip
def test_times(precision, treatment, out):
    at = {"at": "2026-05-01T18:05:33-07:00", "precision": precision, "source": "gps"}
    assert of("report", "/occurred_start", treatment, incident=ID, occurred_start=at) == out


def test_places():
    assert of("report", "/lat", "coarse", incident=ID, lat="37.80456789") == "37.80"
    assert of("report", "/accuracy_m", "coarse", incident=ID, accuracy_m=5) is False
    assert of("report", "/landmarks", "coarse", incident=ID, landmarks="in front of 12 Elm") is False


def test_tokens_stand_for_names_handles_and_references_and_are_the_same_for_the_same_person():
    name = of("identity", "/legal_name", "pseudonym", legal_name="Ann Example", is_minor="no")
    assert (
        name == of("statement", "/person", "pseudonym")
        and name.startswith("P-")
        and len(name) == 2 + SHORTEST
    )
    assert of("identity", "/legal_name", "pseudonym", legal_name="Ann Example").startswith("MIN-")
    assert of("report", "/recorded_by", "pseudonym", incident=ID, recorded_by="OBS-7").startswith("OBS-")
    two = of("report", "/witnesses", "pseudonym", incident=ID, witnesses=["W-1", "W-2"])
    assert len(two.split(", ")) == 2 and "W-1," not in two
    assert of("report", "/witnesses", "pseudonym", incident=ID, witnesses={"not_known": "unsure"}) is False


def test_pseudonyms_of_two_recipients_have_nothing_in_common_and_stay_when_people_are_added():
    people = tuple(f"{n:032x}" for n in range(400))
    one, other = Pseudonyms(b"1" * 32, people), Pseudonyms(b"2" * 32, people)
    first = [one.token("P", who) for who in people]
    assert not set(first) & {other.token("P", who) for who in people}
    assert len(set(first)) == len(people)
    more = tuple(f"{n:032x}" for n in range(400, 900))
    assert [Pseudonyms(b"1" * 32, people + more).token("P", who) for who in people] == first


def test_of_two_people_who_would_share_a_token_the_later_gets_a_longer_one():
    whole = Pseudonyms(b"1" * 32).token("P", "a")
    clash = Pseudonyms(b"1" * 32, _taken={whole[2:]: "somebody"})
    assert len(clash.token("P", "a")) == len(whole) + 1 and clash.token("P", "a").startswith(whole)


def test_what_a_reviewer_should_look_at():
    known = names_in([
        {"type": "identity", **STAMP, "entity": ID, "person": ID, "legal_name": "Zoë Example", "is_minor": "no"},
        {"type": "report", **STAMP, "incident": ID, "recorded_by": "OBS-7Q"},
    ])  # fmt: skip
    text = "ZOE ran to 12 Elm Street; call (510) 555-0199 or a@b.org. Plate 7ABC123. SSN 123-45-6789. obs-7q saw."
    found = {text[each.start : each.end]: each.what for each in suggestions(text, known)}
    assert found == {
        "ZOE": "name", "12 Elm Street": "address", "(510) 555-0199": "telephone number", "a@b.org": "e-mail",
        "7ABC123": "plate", "123-45-6789": "social security number", "obs-7q": "handle",
    }  # fmt: skip
    assert suggestions("Two officers spoke to P1 at 5th & Main at 18:05.", known) == []


def test_what_nothing_is_known_of_is_withheld_even_by_keep():
    unknown = [spot for spot in spots({"type": "new", "a": 1}) if spot.path == "/a"]
    assert [treat(spot, Treatment.KEEP, HELP) for spot in unknown] == [Withheld()]


def test_two_times_of_one_moment_are_stated_alike_whatever_their_zones():
    """Else that one stands on the first of May and the other on the second would tell that it was evening."""
    moments = ["2026-05-01T23:05:33-07:00", "2026-05-02T06:05:33Z", "2026-05-02T11:35:33+05:30"]
    records = [
        {"type": "report", "incident": ID, "recorded_at": "2026-05-03T00:00:00Z", "occurred_start": at}
        for at in ({"at": at, "precision": "second", "source": "gps"} for at in (moments[0], *moments))
    ]
    help = Help(HELP.token, HELP.on, usual_zone(records))
    for treatment, out in (
        ("coarse_day", "2026-05-01"),
        ("coarse_hour", "2026-05-01, in the hour from 23 (UTC-07)"),
    ):
        found = [spot for record in records for spot in spots(record) if spot.path == "/occurred_start"]
        assert {treat(spot, Treatment(treatment), help).text for spot in found} == {out}
    assert usual_zone([]) is None

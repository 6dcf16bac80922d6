"""What is looked for: values that stay, but for those that stand in the bundle anyway."""

from dataclasses import replace

import pytest

from copwatch.bundle.leaksearch.of_plan import looked_for as looked_for_in
from copwatch.bundle.withheld import leaving, withheld_values
from tests.bundle.making import Maker, draw, rules

PERSON = draw("person")


def time(at, precision="second"):
    return {"at": at, "precision": precision, "source": "document"}


def looked_for(maker, profile="court-filing", staying=(), client=()):
    chosen = rules(profile, *maker.records, client=client)
    proven = maker.proven()
    going = tuple(each for n, each in enumerate(proven) if n not in staying)
    plan = replace(
        maker.plan(rules=chosen), records=going, staying=tuple(proven[n] for n in staying), strips=True
    )
    return [(each.type, each.path, each.value) for each in withheld_values(leaving(plan))]


@pytest.mark.parametrize(
    ("shown", "other", "is_secret"),
    [
        (time("2026-05-01T18:05:07-07:00"), time("2026-05-01T18:05:07-07:00"), False),
        (time("2026-05-01T18:05:07-07:00"), time("2026-05-02T01:05:07Z"), False),
        (time("2026-05-01T18:05:07-07:00"), time("2026-05-01T18:05:08-07:00"), True),
        (time("2026-05-01T18:05:00-07:00", "minute"), time("2026-05-02T01:05:00Z"), True),
        ({"not_known": "unsure"}, time("2026-05-01T18:05:07-07:00"), True),
    ],
)
def test_a_time_is_no_secret_where_the_same_is_shown_as_precisely(shown, other, is_secret):
    maker = Maker()
    maker.report(occurred_start=shown)
    maker.add("jail_support", entity=draw("support"), parents=[], person=PERSON, released_seen_at=other)
    found = looked_for(maker, staying=(1,))
    assert (("jail_support", "/released_seen_at/at", other["at"]) in found) is is_secret


def identities(maker, **later):
    whole = {"entity": draw("identity"), "person": PERSON, "is_minor": "no"}
    first = maker.add(
        "identity", parents=[], **whole, legal_name="Maira Gonsalez", aliases=["Mai"], phone="555 0100"
    )
    maker.add("identity", parents=[maker.leaf(first)], **whole, **later)
    return first


def test_what_a_replaced_version_says_is_looked_for_where_no_later_one_says_it():
    maker = Maker()
    maker.report(city="Oakland")
    first = identities(maker, legal_name="Maria Gonzalez", aliases=["Maira Gonsalez"], phone="555 0100")
    found = [value for _, _, value in looked_for(maker, staying=(first,))]
    assert [found.count(value) for value in ("Maria Gonzalez", "Maira Gonsalez", "Mai", "555 0100")] == [
        1
    ] * 4


def test_a_former_name_is_looked_for_but_not_for_the_clients_counsel():
    maker = Maker()
    maker.report(city="Oakland")
    first = identities(maker, legal_name="Maria Gonzalez")
    assert ("identity", "/aliases/0", "Mai") in looked_for(maker, staying=(first,))
    counsel = looked_for(maker, "client-counsel", staying=(first,), client=(PERSON,))
    assert not [value for kind, _, value in counsel if kind == "identity"]


@pytest.mark.parametrize("clean", [True, False])
def test_what_was_clean_when_it_came_has_the_digest_of_what_goes_out(clean):
    maker = Maker()
    evidence = maker.file("a.jpg", b"as it came")
    record = maker.records[evidence]
    sha256 = record["sha256"] if clean else "5" * 64
    made = maker.add(
        "rendition",
        evidence=record["id"],
        evidence_leaf=maker.leaf(evidence),
        sha256=sha256,
        size=record["size"],
    )
    plan = maker.plan(rules=rules("public-media", *maker.records))
    items = [replace(item, name="stripped.jpg", rendition=maker.proven()[made]) for item in plan.items]
    found = list(withheld_values(leaving(replace(plan, items=tuple(items), strips=True))))
    hidden = {each.path for each in found if each.leaf == maker.leaf(evidence)}
    assert ({"/sha256", "/size", "/pieces/0/size"} <= hidden) is not clean
    assert {"/name", "/pieces/0/object"} <= hidden


def resembling(maker, profile="court-filing", own=None):
    chosen = rules(profile, *maker.records)
    chosen = replace(chosen, profile=replace(chosen.profile, **(own or {})))
    values = withheld_values(leaving(replace(maker.plan(rules=chosen), strips=True)))
    return {(each.path, str(each.value)): each for each in values}


def test_a_place_that_is_shown_stands_beside_those_that_are_not():
    maker = Maker()
    maker.file(
        "a.jpg", b"as it came", places=[{"latitude": "37.80471", "longitude": "-122.2712", "source": "exif"}]
    )
    maker.report(lat="37.8044", lon="-122.2712", geo_source="photo_metadata", city="Oakland")
    found = resembling(maker)
    assert found["/places/0/latitude", "37.80471"].beside == {"37.8044", "-122.2712", "122.2712"}
    coarse = resembling(maker, "partner-org")
    assert coarse["/places/0/latitude", "37.80471"].beside == frozenset()
    assert not any(each.beside for (path, _), each in found.items() if "places" not in path)


@pytest.mark.parametrize(
    ("recipient", "is_term"),
    [("Court", True), ("public court", True), ("Court of Maria Gonzalez", False), ("Maria", False)],
)
def test_what_a_bundle_is_called_by_is_no_secret_of_an_earlier_one(recipient, is_term):
    maker = Maker()
    detail = {"bundle": "BUNDLE-0000-0000-0", "profile": "of-our-group", "recipient": recipient}
    maker.add(
        "custody", event="exported", premis="exp", at="2026-11-22T08:00:00Z", scope="evidence", detail=detail
    )
    found = resembling(maker, own={"name": "of-our-group"})
    assert found["/detail/recipient", recipient].is_term is is_term
    assert found["/detail/profile", "of-our-group"].is_term
    assert not resembling(maker)["/detail/profile", "of-our-group"].is_term, (
        "a group's other profile may tell"
    )


@pytest.mark.parametrize(
    ("at", "searched"),
    [("2026-11-23T02:00:41Z", False), ("2026-11-23T02:01:00Z", True), ("2026-11-23T01:59:59Z", True)],
)
def test_the_minute_in_which_a_bundle_is_made_is_no_secret_where_the_bundle_says_it(at, searched):
    maker = Maker()
    maker.file("a.jpg", b"as it came", file_time=at)
    for profile, looked in (("court-filing", searched), ("partner-org", True)):
        plan = replace(maker.plan(rules=rules(profile, *maker.records)), strips=True)
        found = {secret.value for secret in looked_for_in(plan).files.secrets}
        assert (at in found) is looked

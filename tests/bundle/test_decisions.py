"""What leaves, field by field: precedence, consent, whose a field is, reviews, and what can never be lowered."""

from dataclasses import replace

import pytest

from copwatch.bundle.decisions import Reviewed
from copwatch.bundle.profiles import profile_text, shipped
from copwatch.errors import BadInput
from copwatch.model.profile import SHIPPED, read_profile
from copwatch.model.redaction import Class, Treatment
from copwatch.model.spots import spots
from copwatch.model.treatments import RULES
from copwatch.model.vocabularies.people import CONSENT_SUBJECT
from copwatch.proof.commitment import flatten
from tests.bundle.making import draw, rules
from tests.bundle.test_planted import planted

INCIDENT, ANN, BOB = draw("incident"), draw("ann"), draw("bob")
STAMP = {
    "schema": 1,
    "archive": "a" * 64,
    "device": "b" * 64,
    "recorded_at": "2026-05-01T00:00:00Z",
    "clock": "system",
}


def record(type, **members):
    return {"id": draw(f"{type}{sorted(members)}"), "type": type, **STAMP, **members}


def report(**fields):
    return record("report", incident=INCIDENT, template="stop", parents=[], **fields)


def person(who, label):
    return record("person", entity=who, parents=[], label=label, appears_in=[f"{INCIDENT}/{label}"])


def consent(who, level, **more):
    said = {"subject": list(CONSENT_SUBJECT.terms), "level": level, "how_given": "written", **more}
    said.setdefault("purposes", ["legal_defence", "partner_sharing", "media"])
    return record("consent", entity=draw(f"c{who}{level}"), parents=[], person=who, **said)


TWO = report(
    people=[{"label": "P1", "role": ["arrested"]}, {"label": "P2", "role": ["bystander"]}],
    arrests=[{"label": "A1", "person": "P1", "booking_number": "B-ANN"}, {"person": "P2", "booking_number": "B-BOB"}],
    narrative_observed=["P1 fell. ", "P2 saw it."], docket="26-CR-1",
)  # fmt: skip
BOTH = (TWO, person(ANN, "P1"), person(BOB, "P2"))


def decided(held, profile, *records, client=(), reviews=None):
    chosen = rules(profile, *records, client=client, reviews=reviews)
    return {each.path: each for each in chosen.of(held, "leaf")}


def test_every_field_of_every_record_is_decided_once_and_completely():
    maker, _ = planted()
    for held in maker.records:
        found = [path for spot in spots(held) for path in (f"{spot.path}{b}" for b in flatten(spot.value))]
        assert sorted(found) == sorted(flatten(held))
        for profile in SHIPPED:
            each = rules(profile, *maker.records).of(held, "leaf")
            assert sorted(p for d in each for p in (*d.shown, *d.withheld)) == sorted(flatten(held))


def test_every_treatment_has_a_rule_and_every_class_a_treatment_in_every_profile():
    assert set(RULES) == set(Treatment)
    for name in SHIPPED:
        assert set(shipped(name).classes) == set(Class) and read_profile(profile_text(name)) == shipped(name)


def test_what_is_the_clients_is_kept_and_what_is_anothers_is_as_in_a_court_filing():
    found = decided(TWO, "client-counsel", *BOTH, client={f"{INCIDENT}/P1"})
    assert found["/arrests/0/booking_number"].shown and found["/people/0/role"].shown
    assert found["/arrests/1/booking_number"].withheld and found["/people/1/role"].withheld
    assert found["/narrative_observed"].shown, "free text is kept for counsel"
    assert found["/docket"].withheld, "what names nobody is about everybody in the report"
    nobody = decided(TWO, "client-counsel", *BOTH)
    assert nobody["/arrests/0/booking_number"].withheld and nobody["/narrative_observed"].shown


def test_the_client_may_be_named_by_label_or_by_id_and_an_arrest_leads_to_the_person():
    charge = record("charge", entity=draw("charge"), parents=[], arrest=f"{INCIDENT}/A1", code="PC 148")
    for client in ({f"{INCIDENT}/P1"}, {ANN}):
        assert decided(charge, "client-counsel", *BOTH, client=client)["/code"].shown
    assert decided(charge, "client-counsel", *BOTH, client={BOB})["/code"].withheld


@pytest.mark.parametrize(
    ("consents", "profile", "shows"),
    [
        ([], "client-counsel", True),
        ([consent(ANN, "none_do_not_use")], "client-counsel", False),
        ([consent(ANN, "internal_archive_only")], "client-counsel", False),
        ([consent(ANN, "my_lawyer_only")], "client-counsel", True),
        ([], "court-filing", False),
        ([consent(ANN, "my_lawyer_only")], "court-filing", False),
        ([consent(ANN, "legal_team_and_court_under_protection")], "court-filing", True),
        ([consent(ANN, "public_identified", purposes=["media"])], "court-filing", False),
        ([consent(ANN, "public_identified", purposes_refused=["legal_defence"])], "court-filing", False),
        ([consent(ANN, "public_identified", withdrawn_at={"not_known": "unsure"})], "court-filing", False),
        ([consent(ANN, "public_identified", expires_on="2026-01-01")], "court-filing", False),
    ],
)
def test_consent_is_a_ceiling_and_not_asked_is_no_level(consents, profile, shows):
    charge = record("charge", entity=draw("charge"), parents=[], person=ANN, text="trespass")
    client = {ANN} if profile == "client-counsel" else ()
    found = decided(charge, profile, *BOTH, *consents, client=client)["/text"]
    assert bool(found.shown) is shows
    assert found.asked or not consents or "purposes" in consents[0], "not asked is said"
    assert consents or not found.asked


def test_a_person_is_named_only_at_the_highest_level_and_where_every_consent_says_so():
    held = record(
        "identity", entity=draw("i"), parents=[], person=ANN, is_minor="no", legal_name="Ann Example"
    )
    named = consent(ANN, "public_identified", attribution="named")
    for consents, shows in (
        ([named], True),
        ([consent(ANN, "public_identified")], False),
        ([consent(ANN, "public_deidentified", attribution="named")], False),
        ([named, consent(ANN, "public_identified", attribution="pseudonym", conditions=["x"])], False),
    ):
        found = decided(held, "partner-org", *BOTH, held, *consents)["/legal_name"]
        assert bool(found.shown) is shows
        assert found.shown or found.text.startswith("P-"), "else it is a pseudonym"


@pytest.mark.parametrize("profile", ["court-filing", "client-counsel"])
def test_which_paths_are_told_does_not_tell_who_is_a_minor(profile):
    """Of a child names and looks are of a class that hides; of an adult the same fields would be told of."""

    def told(**minor):
        fields = {"legal_name": "Ann Example", "aliases": ["Annie"], "pronouns": "she/her", "phone": "555 0100",
                  "physical_description": "green jacket", "emergency_contacts": [{"name": "Bo"}]}  # fmt: skip
        held = record("identity", entity=draw("i"), parents=[], person=ANN, **fields, **minor)
        return {path: each.hides for path, each in decided(held, profile, *BOTH, held).items()}

    child, adult = told(is_minor="yes"), told(is_minor="no")
    assert child == adult and child["/legal_name"] and child["/pronouns"] and not child["/phone"]
    assert child == told() | {"/is_minor": True}


def test_what_identifies_a_minor_or_a_survivor_never_reaches_the_public():
    said = consent(ANN, "public_identified", attribution="named", capacity="minor_with_guardian")
    child = record(
        "identity", entity=draw("i"), parents=[], person=ANN, is_minor="yes", legal_name="Ann Example"
    )
    found = decided(child, "public-media", *BOTH, child, said)
    assert found["/legal_name"].withheld and not found["/legal_name"].text
    held = report(survivor=[{"person": "P1", "referral": "Example Advocates"}])
    found = decided(held, "public-media", held, *BOTH[1:], said)
    assert not any(each.shown or each.text for path, each in found.items() if path.startswith("/survivor"))
    text = profile_text("public-media")
    for line, loose in (('MIN = "drop"', 'MIN = "keep"'), ('SUR = "drop"', 'SUR = "review"'),
                        ("proof = false", "proof = true"), ("masks = true", "masks = false"),
                        ('not_asked = "archive"', 'not_asked = "keep"'), ("level = 5", "level = 1")):  # fmt: skip
        assert line in text
        with pytest.raises(BadInput):
            read_profile(text.replace(line, loose))
    sneaky = text.replace(
        "[fields]", '[fields]\n"identity.legal_name" = "keep"\n"survivor.referral" = "keep"'
    )
    loose = replace(rules("public-media", held, *BOTH, said), profile=read_profile(sneaky))
    loose = replace(loose, others=loose.profile)
    assert not any(each.shown for each in loose.of(held, "x") if each.path.startswith("/survivor"))


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ('PUB = "keep"', 'PUB = "blur"'), ('PUB = "keep"', 'PUX = "keep"'), ('PUB = "keep"\n', ""),
        ('"report"', '"roster"'), ('"report"', '"invented"'), ("proof = true", "proof = 1"), ("level = 3", "level = 9"),
        ('purpose = "legal_defence"', 'purpose = "gossip"'), ('order = "warn"', 'order = "warn"\nextra = 1'),
        ('NAR = "review"', 'NAR = "keep"'), ('PRV = "drop"', 'PRV = "keep"'), ('basis = "court-filing"', 'basis = "x"'),
        ('NAR = "review"', 'NAR = ["keep"]'), ('hides = ["MIN"', 'hides = [["MIN"]'), ('"report"', '["report"]'),
        ("[fields]", "[fields]\n'a.b' = {c = 1}"),
    ],
)  # fmt: skip
def test_a_profile_with_anything_unknown_or_too_loose_is_refused_whole(line, changed):
    text = profile_text("court-filing")
    assert line in text
    with pytest.raises(BadInput):
        read_profile(text.replace(line, changed, 1))


def test_free_text_waits_for_a_review_bound_to_this_version_and_passages_go_one_by_one():
    path = "/narrative_observed"
    assert decided(TWO, "court-filing", *BOTH)[path].shown == ()
    said = Reviewed(frozenset({f"{path}/0"}), frozenset({f"{path}/1"}))
    found = decided(TWO, "court-filing", *BOTH, reviews={"leaf": said})[path]
    assert (found.shown, found.withheld) == ((f"{path}/0",), (f"{path}/1",))
    assert decided(TWO, "court-filing", *BOTH, reviews={"another leaf": said})[path].shown == ()


def test_a_reviewer_can_hold_back_anything_and_clears_nothing_that_a_profile_drops():
    held = report(city="Oakland", officers=[{"badge_as_seen": "4411"}], notes_privileged=["settle"])
    said = Reviewed(frozenset({"/notes_privileged/0"}), frozenset({"/city", "/officers/0"}))
    found = decided(held, "court-filing", held, reviews={"leaf": said})
    assert found["/city"].withheld and found["/officers/0/badge_as_seen"].withheld
    assert found["/notes_privileged"].withheld and found["/notes_privileged"].rule == "privilege"


def test_an_officer_is_published_only_where_it_is_known_who_that_is():
    held = report(officers=[{"label": "O1", "badge_as_seen": "4411"}])
    match = record("match", entity=draw("m"), parents=[], officer=draw("o"), sightings=[f"{INCIDENT}/O1"])
    for status, more, shows in (
        ("confirmed", {}, True), ("as_seen_only", {}, False), ("confirmed", {"do_not_publish": "yes"}, False),
        ("confirmed", {"do_not_publish": "unknown"}, False),
    ):  # fmt: skip
        officer = record("officer_identity", entity=draw("o"), parents=[], identity_status=status, **more)
        found = decided(held, "public-media", held, officer, match)["/officers/0/badge_as_seen"]
        assert bool(found.shown) is shows
    assert decided(held, "public-media", held)["/officers/0/badge_as_seen"].withheld
    assert decided(held, "partner-org", held)["/officers/0/badge_as_seen"].shown


def test_what_nobody_knows_is_withheld_whatever_the_profile():
    held = {**report(invented="x", officers="not rows"), "city": "Oakland"}
    for profile in SHIPPED:
        found = decided(held, profile, held)
        assert found["/invented"].withheld and found["/officers"].withheld and found["/city"].shown
        assert rules(profile).leaves_out({"type": "invented"}) and rules(profile).leaves_out(
            {"type": ["report"]}
        )
        assert rules(profile).leaves_out({"type": "roster"}) and rules(profile).leaves_out({"type": "review"})


def test_an_expunged_charge_goes_to_nobody_but_the_clients_own_counsel():
    charge = record(
        "charge", entity=draw("charge"), parents=[], person=ANN, status="expunged_or_sealed", text="x"
    )
    said = consent(ANN, "public_identified")
    assert decided(charge, "client-counsel", *BOTH, said, client={ANN})["/text"].shown
    for profile, client, stays in (
        ("client-counsel", {ANN}, False),
        ("client-counsel", {BOB}, True),
        ("court-filing", (), True),
    ):
        chosen = rules(profile, *BOTH, said, client=client)
        assert chosen.leaves_out(charge) is stays, "not even that there is one is told"
        assert not chosen.leaves_out({**charge, "status": "pending"})


def test_hidden_rows_leave_no_gap_and_a_section_that_is_all_hidden_leaves_no_path():
    firearms = [{"who": "officer", "carry": "open"}, {"note": ["x"]}]
    held = report(survivor=[{"referral": "A"}, {"referral": "B"}], firearms=firearms)
    found = decided(held, "court-filing", held)
    assert found["/survivor/0/referral"].hides and found["/survivor/1/referral"].hides
    only = report(firearms=[{"who": "officer"}, {"carry": "open"}])
    found = decided(only, "court-filing", only)
    assert found["/firearms/0/who"].shown and not found["/firearms/1/carry"].hides, "or there would be a gap"


def test_a_group_s_own_fields_stay_whatever_they_are():
    held = report(x={"radio": "ch 3"})
    assert all(decided(held, profile, held)["/x"].withheld for profile in SHIPPED)


@pytest.mark.parametrize("profile", ["partner-org", "public-media"])
def test_who_is_named_is_not_told_by_id_where_no_proof_goes_out(profile):
    """Ids of the archive say which other incidents somebody is in, and let two recipients join what they have."""
    said = consent(ANN, "public_identified", attribution="named")
    other = draw("another incident")
    ann = record("person", entity=ANN, parents=[], label="P1", appears_in=[f"{other}/P4", f"{INCIDENT}/P1"])
    named = record(
        "identity", entity=draw("i"), parents=[], person=ANN, is_minor="no", legal_name="Ann Example"
    )
    around = (TWO, ann, person(BOB, "P2"), named, said)
    assert decided(named, profile, *around)["/legal_name"].shown == ("/legal_name",)
    for held in (ann, named):
        for path in ("/entity", "/person", "/appears_in", "/id"):
            each = decided(held, profile, *around).get(path)
            assert each is None or not each.shown, path
    tokens = {decided(ann, profile, *around)[path].text for path in ("/entity", "/appears_in")}
    assert tokens == {decided(named, profile, *around)["/person"].text}


def test_in_which_incidents_somebody_is_and_in_how_many_is_for_their_own_counsel_alone():
    other = draw("another incident")
    ann = record("person", entity=ANN, parents=[], label="P1", appears_in=[f"{other}/P4", f"{INCIDENT}/P1"])
    around = (TWO, ann, person(BOB, "P2"), consent(ANN, "public_identified", attribution="named"))
    assert decided(ann, "client-counsel", *around, client={ANN})["/appears_in"].shown
    for profile, client in (("court-filing", ()), ("client-counsel", {BOB})):
        found = decided(ann, profile, *around, client=client)["/appears_in"]
        assert not found.shown and not found.text and found.hides


def test_the_number_of_an_alien_registration_is_hidden_as_what_tells_of_immigration():
    said = consent(ANN, "public_identified")
    held = record("identity", entity=draw("i"), parents=[], person=ANN, a_number="A123456789", is_minor="no")
    found = decided(held, "court-filing", *BOTH, held, said)["/a_number"]
    assert found.withheld and found.hides and not found.text


def test_a_label_in_place_of_a_handle_is_that_person_and_another_one_in_another_incident():
    def told(incident, who="P1"):
        here = record(
            "report", incident=incident, template="stop", parents=[], n_officers=2, n_officers_basis="told_by",
            n_officers_told_by=who, people=[{"label": "P1"}],
            officers=[{"label": "O1", "identified_self_on_request_told_by": who}],
        )  # fmt: skip
        found = decided(here, "partner-org", here)
        return found["/n_officers_told_by"].text, found["/officers/0/identified_self_on_request_told_by"].text

    first, other = told(INCIDENT), told(draw("another incident"))
    assert first[0] == first[1] and first[0].startswith("P-") and first[0] != other[0]
    assert told(INCIDENT, "O1") == ("O1", "O1")
    handle = told(INCIDENT, "OBS-7")
    assert handle == told(draw("another incident"), "OBS-7") and handle[0].startswith("W-")


@pytest.mark.parametrize("profile", ["court-filing", "partner-org", "public-media"])
def test_words_about_a_private_place_have_no_city(profile):
    words = "second door, above Rosa Example"
    held = report(
        is_private_premises="yes", premises_note=words, house_number=words, unit_no=words, landmarks=words,
        direction=words, observers=[{"handle": "OBS-1", "position_text": words}], cctv=[{"direction": words}],
        arrests=[{"label": "A1", "place": words}],
    )  # fmt: skip
    told = record("statement", entity=draw("s"), parents=[], person=ANN, place=words)
    around = (held, told, *BOTH[1:], consent(ANN, "public_identified"))
    identity = record(
        "identity", entity=draw("i"), parents=[], person=ANN, housing_situation=words, is_minor="no"
    )
    for each in (held, told, identity):
        for path, found in decided(each, profile, *around, identity).items():
            value = flatten(each).get(path)
            assert value != words or not (found.shown or found.text), path


@pytest.mark.parametrize("name", ["report.location_txt", "vehicles.is_civilian", "a_number", "report"])
def test_a_profile_that_names_no_field_is_refused(name):
    text = profile_text("public-media") + f'"{name}" = "drop"\n'
    with pytest.raises(BadInput, match=name):
        read_profile(text)
    for known in (
        "report.location_text",
        "evidence.camera.make",
        "custody.detail",
        "identity.a_number",
        "record.recorded_at",
    ):
        read_profile(profile_text("public-media") + f'"{known}" = "drop"\n')

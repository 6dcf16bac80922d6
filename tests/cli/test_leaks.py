"""A name that is withheld and stands in words that were cleared stops an export, until a person rules on it."""

import re

import pytest

from tests.cli.desk import Desk

REPORT = """
narrative_observed = "They ran down Gonzalez Avenue."
[[people]]
label = "P1"
"""
COURT = ("--profile", "court-filing")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.incident = desk.report(REPORT)
    person = desk.json(
        "record", "new", "person", "--set", "label=P1", "--set", f"appears_in={desk.incident}/P1"
    )
    desk.person = person["code"]
    identity = (
        "--set",
        f"person={person['code']}",
        "--set",
        "legal_name=Maria Gonzalez",
        "--set",
        "is_minor=no",
    )
    desk.done("record", "new", "identity", *identity)
    desk.done("review", desk.incident, *COURT, "--show", "all", "--even-flagged", *desk.key)
    return desk


def export(desk, name):
    return desk.run("export", desk.incident, *COURT, "--plain", "--yes", "--out", desk.top / name, *desk.key)


def test_the_name_is_found_and_the_place_is_said_but_not_the_name(desk):
    refused = export(desk, "first")
    said = " ".join(refused.stderr.decode().split())
    assert refused.returncode == 5 and "nothing was released" in said, said
    assert "/legal_name" in said and "report.json" in said and "Gonzalez" not in said and "Maria" not in said
    assert not (desk.top / "first").exists()


def test_what_a_person_rules_to_be_another_word_goes_out_and_the_name_still_does_not(desk):
    said = export(desk, "second").stderr.decode()
    (named, *_) = re.findall(r"identity\s+N-\S+\s+([0-9a-f]{16}:/legal_name)", said)
    ruling = ("review", desk.incident, *COURT, "--by", "R-1", *desk.key, "--same-word")
    refused = desk.run(*ruling, f"{named}=Avenue")
    assert refused.returncode == 2 and b"nothing is looked for" in refused.stderr, refused.stderr
    assert desk.json(*ruling, f"{named}=Gonzalez Avenue") == {
        "profile": "court-filing",
        "reviews": 1,
        "same_words": 1,
    }
    assert export(desk, "third").returncode == 0
    report = (desk.top / "third" / "data" / "report.json").read_text("utf-8")
    assert "Gonzalez Avenue" in report and "Maria" not in report
    told = ("--set", "narrative_observed=It was Maria Gonzalez.", "--reason", "known now", *desk.key)
    desk.done("report", "amend", desk.incident, *told)
    desk.done("review", desk.incident, *COURT, "--show", "all", "--even-flagged", *desk.key)
    words = ("export", desk.incident, *COURT, "--plain", "--yes", "--out", desk.top / "fourth", *desk.key)
    assert desk.run(*words).returncode == 5, "only the word is another one, not the name"


def test_what_is_ruled_goes_out_however_long_it_is(desk):
    incident = desk.report('narrative_observed = "Seen from Copperfield Lane."\n[[people]]\nlabel = "P1"\n')
    appears = ("--set", f"appears_in={incident}/P1")
    person = desk.json("record", "new", "person", "--set", "label=P1", *appears)["code"]
    named = ("--set", f"person={person}", "--set", "aliases=Copperfield Lane")
    desk.done("record", "new", "identity", *named)
    asked = desk.run("review", incident, *COURT, "--show", "all", *desk.key)
    said = " ".join(asked.stderr.decode().split())
    assert asked.returncode == 2 and "name: Seen from Copperfield Lane" in said and "--even-flagged" in said
    desk.done("review", incident, *COURT, "--show", "/narrative_observed/0", *desk.key)
    asked = ("export", incident, *COURT, "--plain", "--yes", "--out", desk.top / "long", *desk.key)
    said = desk.run(*asked).stderr.decode()
    (named, *_) = re.findall(r"([0-9a-f]{16}:/aliases/0)", said)
    desk.done("review", incident, *COURT, "--same-word", f"{named}=Copperfield Lane", *desk.key)
    assert desk.run(*asked).returncode == 0


@pytest.mark.parametrize("wrong", ["3f9a:/legal_name=x", "0000000000000000:/legal_name=x", "nonsense"])
def test_what_no_export_named_cannot_be_ruled(desk, wrong):
    refused = desk.run("review", desk.incident, *COURT, "--same-word", wrong, *desk.key)
    assert refused.returncode == 1 and b"as the refusal of the export names them" in refused.stderr


def test_a_name_whose_record_stays_under_the_profile_is_looked_for_as_well(desk):
    public = ("--profile", "public-media")
    desk.done("review", desk.incident, *public, "--show", "all", "--even-flagged", *desk.key)
    to = ("--recipient", "Example Times", "--plain", "--yes", "--out", desk.top / "press", *desk.key)
    refused = desk.run("export", desk.incident, *public, *to)
    said = " ".join(refused.stderr.decode().split())
    assert refused.returncode == 5 and "/legal_name" in said and "Gonzalez" not in said, said
    assert not (desk.top / "press").exists()


def test_what_was_refused_is_not_among_what_somebody_received(desk):
    before = desk.json("exports", *desk.key)["exports"]
    begun = [one for one in before if one["detail"].get("bundle")]
    assert len(begun) == len(before) and {one["finished"] for one in begun} == {True, False}
    for one in begun:
        assert one["finished"] == bool(one["detail"].get("manifest")), one
    received = desk.json("consent", desk.person, *desk.key)["given_out"]
    assert received and all(one["finished"] for one in received)


@pytest.fixture(scope="module")
def elsewhere(desk):
    """An incident, and somebody in the archive who has nothing to do with it."""
    person = desk.json("record", "new", "person", "--set", "label=P1")["code"]
    named = ("--set", f"person={person}", "--set", "legal_name=Josefa Quintanilla Ruiz")
    desk.done("record", "new", "identity", *named, "--set", "phone=(555) 010-4477", "--set", "is_minor=no")
    return lambda words: desk.report(f'narrative_observed = "{words}"\n[[people]]\nlabel = "P1"\n')


def test_whoever_else_is_in_the_archive_is_looked_for_until_a_person_rules(desk, elsewhere):
    incident = elsewhere("Behind the Josefa Ruiz Library, (555) 010.4477.")
    desk.done("review", incident, *COURT, "--show", "all", "--even-flagged", *desk.key)
    asked = ("export", incident, *COURT, "--plain", "--yes", "--out", desk.top / "library", *desk.key)
    refused = desk.run(*asked)
    said = " ".join(refused.stderr.decode().split())
    assert refused.returncode == 5 and "Ruiz" not in said and not (desk.top / "library").exists(), said
    ruled = zip(("legal_name", "phone"), ("Josefa Ruiz Library", "(555) 010.4477"), strict=True)
    for field, words in ruled:
        (named, *_) = re.findall(rf"identity ([0-9a-f]{{16}}:/{field})", said)
        desk.done("review", incident, *COURT, "--same-word", f"{named}={words}", *desk.key)
    released = desk.run(*asked)
    assert released.returncode == 0, released.stderr.decode()


def test_counsel_gets_no_stranger_either_and_review_names_the_words_to_replace(desk, elsewhere):
    incident = elsewhere("The camera is that of Josefa Ruiz.")
    said = ("--plain", "--yes", "--out", desk.top / "purpose", "--purpose", "for Josefa Ruiz", *desk.key)
    refused = desk.run("export", incident, "--profile", "client-counsel", *said)
    assert refused.returncode == 5 and b"in --purpose" in refused.stderr
    counsel = ("--profile", "client-counsel")
    (waits,) = desk.json("review", incident, *counsel, "--list", *desk.key)["passages"]
    assert [each["what"] for each in waits["found"]] == ["name"], waits
    desk.done("review", incident, *counsel, "--replace", "all", *desk.key)
    desk.done("export", incident, *counsel, "--plain", "--yes", "--out", desk.top / "counsel", *desk.key)
    assert "that of [withheld]." in (desk.top / "counsel/data/report.json").read_text("utf-8")


def test_a_file_whose_inside_nobody_could_search_is_named(desk):
    incident = desk.report('[[people]]\nlabel = "P1"\n')
    (desk.top / "broken.pdf").write_bytes(b"%PDF-1.7 of which nothing can be read")
    desk.done("add", desk.top / "broken.pdf", "--incident", incident)
    asked = ("--profile", "client-counsel", "--plain", "--yes", "--out", desk.top / "broken", *desk.key)
    done = desk.run("export", incident, *asked)
    said = " ".join(done.stderr.decode().split())
    assert done.returncode == 0 and "broken.pdf could not be read" in said, said

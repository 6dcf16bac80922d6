"""`copwatch record`: what is written down beside reports, with the real program."""

import re
from pathlib import Path

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.model.kinds import KINDS, kind_named
from tests.cli.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def kept(said: str) -> str:
    return re.search(r"[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*~$=U]", said)[0]


def test_a_person_is_kept_without_a_key_and_who_that_is_apart(desk):
    incident = kept(desk.done("report", "new", "stop", "6:05 4 agents 5th & Main"))
    person = kept(
        desk.done("record", "new", "person", "--set", "label=P1", "--set", f"appears_in={incident}/P1")
    )
    name = kept(
        desk.done("record", "new", "identity", "--set", f"person={person}", "--set", "chosen_name=Sam")
    )
    assert (person[0], name[0]) == ("P", "N")
    shown = desk.done("record", "show", person, *desk.key)
    assert f"{incident}/P1" in shown and "Sam" not in shown
    amended = desk.run(
        "record", "amend", person, "--set", f"appears_in={incident}/P2", "--reason", "a slip", *desk.key
    )
    assert f"{incident}/P1 → {incident}/P2".encode() in b" ".join(amended.stderr.split())
    assert "Sam" in desk.done("show", name, *desk.key)
    found = desk.json("record", "list", "identities", "--about", person, *desk.key)["identities"]
    assert [each["code"] for each in found] == [name]


def test_an_amendment_with_a_key_starts_from_what_is_current_and_one_without_stands_beside(desk):
    person = kept(desk.done("record", "new", "person", "--set", "label=P1"))
    consent = kept(
        desk.done("record", "new", "consent", "--set", f"person={person}", "--set", "subject=image_voice",
                  "--set", "level=legal_team_and_court_under_protection")
    )  # fmt: skip
    desk.done(
        "record", "amend", consent, "--set", "level=none_do_not_use", "--reason", "taken back", *desk.key
    )
    said = desk.json("record", "show", consent, "--all-versions", *desk.key)
    assert [each["fields"]["level"] for each in said["versions"]] == [
        "legal_team_and_court_under_protection", "none_do_not_use",
    ]  # fmt: skip
    assert said["versions"][1]["fields"]["subject"] == ["image_voice"]
    desk.done("record", "amend", consent, "--set", "level=my_lawyer_only", "--reason", "asked again")
    beside = desk.json("record", "show", consent, *desk.key)
    assert beside["conflict"] and len(beside["current"]) == 2
    second = beside["versions"][1]["version"]
    desk.done("record", "amend", consent, "--keep", second, "--reason", "her last word", *desk.key)
    after = desk.json("record", "show", consent, *desk.key)
    assert not after["conflict"] and after["versions"][0]["fields"]["level"] == "my_lawyer_only"


def test_what_is_wrong_or_missing_is_named_all_at_once_and_nothing_is_kept(desk):
    done = desk.run("record", "new", "consent", "--set", "level=everything", "--set", "nosuch=1")
    assert done.returncode == 2 and b"level" in done.stderr and b"nosuch" in done.stderr
    missing = desk.run("record", "new", "consent", "--set", "level=my_lawyer_only")
    assert missing.returncode == 2 and b"person" in missing.stderr and b"subject" in missing.stderr
    unknown = desk.run("record", "new", "persn", "--set", "label=P1")
    assert unknown.returncode == 2 and b"did you mean person" in unknown.stderr
    assert desk.json("record", "list", "consents", *desk.key) == {"consents": []}


def test_a_code_of_another_kind_is_refused(desk):
    person = kept(desk.done("record", "new", "person", "--set", "label=P1"))
    done = desk.run("record", "new", "consent", "--set", f"person=I{person[1:]}", "--set", "subject=identity",
                    "--set", "level=my_lawyer_only")  # fmt: skip
    assert done.returncode == 2 and b"incident" in done.stderr


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_has_a_form_that_is_read_back_and_a_word(desk, kind):
    assert kind_named(kind.label) is kind and kind_named(kind.plural) is kind
    form = desk.done("record", "form", kind.label.replace(" ", "-"))
    assert form.startswith(f"# A copwatch form: {kind.name.replace('_', ' ')}")
    empty = desk.run("record", "new", kind.label, "--from", "-", given=form.encode())
    assert empty.returncode == 2 and b"states nothing" in empty.stderr


def test_the_history_names_who_why_and_what_changed(desk):
    incident = kept(desk.done("report", "new", "stop", "6:05 4 agents 5th & Main"))
    desk.done(
        "report", "amend", incident, "--set", "n_officers=4", "--reason", "seen on the video", *desk.key
    )
    said = desk.done("report", "history", incident, *desk.key)
    assert said.index("states 2 fields") < said.index("seen on the video") < said.index("not asked → 4")
    first, second = re.findall(r"^R-\S+", said, re.MULTILINE)
    shown = desk.done("report", "diff", second, first, *desk.key)
    assert "4 → not asked" in shown and "narrative" not in shown
    other = kept(desk.done("report", "new", "stop", "7:10"))
    stranger = desk.json("report", "show", other, *desk.key)["current"][0]
    assert desk.run("report", "diff", first, stranger, *desk.key).returncode == 2
    person = kept(desk.done("record", "new", "person", "--set", "label=P1"))
    desk.done("record", "amend", person, "--set", "is_client=yes", "--reason", "signed with counsel")
    assert "Written without a key" in desk.done("record", "history", person, *desk.key)


def test_who_reads_no_names_is_told_that_some_may_not_be_listed(desk):
    person = desk.json("record", "new", "person", "--set", "label=P1")["code"]
    desk.done("record", "new", "identity", "--set", f"person={person}", "--set", "legal_name=Sam Example")
    other = HybridIdentity.generate()
    own = desk.top / "other"
    own.touch(mode=0o600)
    own.write_text(f"{other}\n")
    desk.done("member", "add", "LEGAL-2", other.recipient(), "--reads", "case", "--yes", *desk.key)
    told = desk.run("record", "list", "identity", "--identity", own)
    assert told.stdout == b"No identities that your keys open.\n"
    assert b"not listed: what is sealed to identity, which your keys do not open" in told.stderr
    assert b"Sam Example" in desk.run("record", "list", "identity", *desk.key).stdout


def test_merging_two_sightings_is_recorded_and_undoing_it_as_well(desk):
    form = '[[officers]]\nbadge_as_seen = "{}"\n'
    first, second = (desk.report(form.format(badge)) for badge in ("4411", "44-11"))
    officer = desk.json("record", "new", "officer", "--set", "last_name=Quill")["code"]
    rows = f"sightings={first}/O1,{second}/O1"
    match = desk.json("record", "new", "match", "--set", f"officer={officer}", "--set", rows)["code"]

    def seen():
        shown = desk.json("record", "show", officer, *desk.key)["sightings"]
        found = desk.json("search", "officer:quill", *desk.key)["hits"]
        assert {each["row"].partition("/")[0] for each in shown} == {hit["id"] for hit in found}
        return {hit["code"] for hit in found}

    assert seen() == {first, second}
    undo = ("--set", f"sightings={first}/O1", "--reason", "two people, by the video")
    desk.done("record", "amend", match, *undo, *desk.key)
    assert seen() == {first}
    history = " ".join(desk.done("record", "history", match, *desk.key).split())
    assert f"{first}/O1, {second}/O1 → {first}/O1" in history and "two people, by the video" in history

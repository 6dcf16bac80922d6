"""`copwatch consent` and `copwatch exports`, with the real program."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.test_record import kept


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def case(desk, tmp_path):
    """A film in an incident in which P1 appears, and what P1 agreed to."""
    incident = desk.report(
        'location_text = "5th & Main"\n[[people]]\nlabel = "P1"\nrole = ["person_stopped"]\n'
    )
    film = tmp_path / "film.txt"
    film.write_bytes(b"film")
    added = desk.json("add", str(film), "--by", "OBS-7", "--incident", incident)
    person = kept(
        desk.done("record", "new", "person", "--set", "label=P1", "--set", f"appears_in={incident}/P1")
    )
    consent = kept(
        desk.done("record", "new", "consent", "--set", f"person={person}", "--set", "subject=image_voice",
                  "--set", "level=public_deidentified", "--set", "purposes=media, advocacy",
                  "--set", "how_given=written")
    )  # fmt: skip
    return incident, person, consent, added["received"][0]["evidence"]


def given_to_counsel(desk: Desk, item: str, person: str) -> Path:
    out = desk.top / "bundle"
    about = ("--profile", "client-counsel", "--for", person, "--plain", "--yes", "--out", out)
    desk.done("export", item, *about, *desk.key)
    return out


def counting(said):
    return {each["subject"]: (each["level"], each["purposes"]) for each in said["counts"]}


def test_what_counts_and_what_a_withdrawal_without_a_key_makes_of_it(desk, case):
    _, person, consent, film = case
    said = desk.json("consent", person, *desk.key)
    assert counting(said)["image_voice"] == (5, ["advocacy", "media"])
    assert counting(said)["medical"] == (None, []) and not said["recall"] and said["given_out"] == []
    assert (said["minor"], said["survivor"], said["names_read"]) == (False, False, False)
    given_to_counsel(desk, film, person)
    done = desk.run(
        "record", "amend", consent, "--set", "withdrawn_at=2026-05-01", "--reason", "by telephone"
    )
    assert done.returncode == 0 and b"counts from now on, also while it" in b" ".join(done.stdout.split())
    after = desk.json("consent", person, *desk.key)
    assert counting(after)["image_voice"] == (0, []) and after["recall"]
    assert after["consents"][0]["withdrawn"] and after["consents"][0]["conflict"]
    assert len(after["given_out"]) == 1 and after["given_out"][0]["detail"]["profile"] == "client-counsel"
    shown = desk.done("consent", person, *desk.key)
    assert "To be recalled:" in shown and "BUNDLE-" in shown and "none do not use" in shown


def test_a_minor_starts_at_zero(desk, case):
    _, person, *_ = case
    desk.done("record", "new", "identity", "--set", f"person={person}", "--set", "is_minor=yes")
    said = desk.json("consent", person, *desk.key)
    assert said["minor"] and said["names_read"] and {level for level, _ in counting(said).values()} == {0}
    assert "what a guardian agreed to" in said["consents"][0]["why_not"]
    shown = " ".join(desk.done("consent", person, *desk.key).split())
    assert "stands, and counts as level 0: of a minor only" in shown


def test_exports_are_listed_with_the_hash_of_their_manifest(desk, case):
    incident, person, _, film = case
    assert desk.json("exports", *desk.key) == {"exports": [], "not_known": []}
    assert "Nothing" in desk.done("exports", *desk.key)
    out = given_to_counsel(desk, film, person)
    (one,) = desk.json("exports", "--holding", incident, *desk.key)["exports"]
    assert one["finished"] and one["detail"]["items"] == len(one["evidence"]) == 1
    assert one["detail"]["files"] > 1 and one["detail"]["profile"] == "client-counsel"
    assert one["detail"]["manifest"] == hashlib.sha256((out / "manifest-sha256.txt").read_bytes()).hexdigest()
    assert one["detail"]["bundle"] in desk.done("exports", *desk.key)
    assert one["incident_codes"] == [incident]


def test_exports_say_at_eighty_columns_who_has_what(desk, case):
    incident, person, _, film = case
    given_to_counsel(desk, film, person)
    for at, whom in enumerate(("Legal Aid", "A. Lawyer")):
        to = ("--recipient", whom, "--purpose", f"hearing {at} before the judge " * 3)
        about = ("--profile", "client-counsel", "--plain", "--yes", "--out", desk.top / f"to-{at}")
        desk.done("export", incident, *about, *to, *desk.key)
    with desk.terminal("exports", *desk.key) as terminal:
        _, shown = terminal.wait()
    lines = shown.decode().replace("\r\n", "\n").splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert heads == ["A. Lawyer has:", "Legal Aid has:", "Nobody wrote down who received:"]
    rows = [line.split() for line in lines if "BUNDLE-" in line]
    assert {row[-1] for row in rows} == {incident} and all(re.fullmatch(r"\d\d:\d\d", row[1]) for row in rows)
    assert "client-counsel, plain folder, 1 item" in shown.decode()


def test_a_consent_that_names_no_purpose_is_said_to_count_for_none(desk, case):
    _, person, *_ = case
    sets = ("--set", f"person={person}", "--set", "subject=statement", "--set", "how_given=written")

    def said(*more):
        return " ".join(desk.run("record", "new", "consent", *sets, *more).stderr.decode().split())

    assert "names no purpose" in said("--set", "level=public_deidentified")
    assert "purpose" not in said("--set", "level=none_do_not_use")
    assert "purpose" not in said("--set", "level=public_deidentified", "--set", "purposes=media")


def test_what_is_allowed_less_says_at_once_who_is_to_be_told(desk, case):
    _, person, consent, film = case

    def said(*sets):
        words = [word for one in sets for word in ("--set", one)]
        done = desk.done("record", "amend", consent, *words, "--reason", "by telephone", *desk.key)
        return " ".join(done.split())

    assert "there is nobody to tell" in said("level=my_lawyer_only")
    assert "Less is allowed" not in said("level=public_identified")
    out = given_to_counsel(desk, film, person)
    told = said("level=internal_archive_only")
    assert "is to be told:" in told and "BUNDLE-" in told and f"copwatch consent {person}" in told
    assert out.exists() and "Less is allowed" not in said("language=Spanish")
    locked = desk.done("record", "amend", consent, "--set", "level=none_do_not_use", "--reason", "seen")
    assert "may have to be told: copwatch consent" in " ".join(locked.split())


def test_a_consent_of_a_survivor_that_nobody_said_in_words_is_said_to_count_for_nothing(desk, case):
    _, person, consent, _ = case
    desk.done("record", "amend", person, "--set", "role=survivor_or_victim", "--reason", "told", *desk.key)
    about = ("--set", f"person={person}", "--set", "subject=statement", "--set", "purposes=media")
    level = ("--set", "level=public_deidentified")

    def noted(*words, **more):
        done = desk.run("record", *words, **more)
        assert done.returncode == 0, done.stderr
        return " ".join(done.stderr.decode().split())

    assert "if they are a survivor, it counts as level 0" in noted("new", "consent", *about, *level)
    assert "level 0" not in noted("new", "consent", *about, *level, "--set", "how_given=written")
    assert "level 0" not in noted("new", "consent", *about, "--set", "level=none_do_not_use")
    unsaid = ("--set", "how_given=implied_public_setting", "--reason", "misread", *desk.key)
    assert "it counts as level 0: of a survivor" in noted("amend", consent, *unsaid)
    line = " ".join(("record", "new", "consent", *about, *level))
    done = desk.run("shell", *desk.key, given=f"{line}\nexit\n".encode())
    assert "it counts as level 0: of a survivor" in " ".join(done.stderr.decode().split()), done.stderr

"""Reviewing and exporting for the public and a court: nothing leaves that nobody looked at."""

import json
import re

import filelock
import pytest

from tests.cli.desk import Desk
from tests.media import saying
from tests.workflows.test_looking import photo

REPORT = """
location_text = "5th & Main"
occurred_start = "2026-05-01 18:05 -07:00"
narrative_observed = "P1 fell. Call 510-555-0199. They left."
recorded_by = "OBS-7Q"
[[people]]
label = "P1"
"""
PUBLIC = ("--profile", "public-media", "--recipient", "Example Times", "--plain", "--yes")


def photographed(top, *words):
    """A desk with one report and one photo that says where it was taken; `words` go to `add`."""
    desk = Desk(top)
    (desk.top / "card").mkdir()
    (desk.top / "card" / "IMG_1.JPG").write_bytes(photo(saying.exif(saying.TIMES, saying.GPS, {})))
    desk.incident = desk.report(REPORT)
    added = desk.json("add", desk.top / "card", "--incident", desk.incident, *words)
    desk.item = added["received"][0]["evidence"]
    return desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return photographed(tmp_path_factory.mktemp("desk"))


def everything(folder):
    return b"\n".join(
        str(path.relative_to(folder)).encode() + (path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    )


def test_a_clip_for_a_journalist_waits_for_a_person_and_then_says_nothing_of_where_it_came_from(desk):
    out = desk.top / "clip"
    refused = desk.run("export", desk.item, *PUBLIC, "--out", out, *desk.key)
    assert refused.returncode == 5 and b"copwatch review" in refused.stderr and not out.exists()
    assert b"nobody looked yet" in refused.stderr
    desk.done("review", desk.item, "--profile", "public-media", "--people", "others", *desk.key)
    others = desk.run("export", desk.item, *PUBLIC, "--out", out, *desk.key)
    assert others.returncode == 5 and b"found somebody who did not agree" in others.stderr
    desk.done("review", desk.item, "--profile", "public-media", "--people", "nobody", *desk.key)
    said = desk.json("export", desk.item, *PUBLIC, "--out", out, *desk.key)
    assert not said["proofs"] and said["not_cleared"] == []
    checked = desk.json("verify", out)
    assert checked["holds"] and not checked["proofs"] and not checked["archive"]
    found = everything(out)
    (device,) = (desk.archive / "ledger").iterdir()
    row = desk.json("list", "evidence", *desk.key)["evidence"][0]
    for word in (
        device.name,
        row["sha256"],
        row["id"],
        row["leaf"],
        desk.item,
        "IMG_1",
        "37.80",
        "18:05",
        "OBS-7Q",
    ):
        assert word.encode() not in found, word
    assert {path.name for path in (out / "data" / "evidence").iterdir()} == {"item-1.jpg"}


def test_a_refusal_names_the_next_step_until_who_agreed_may_be_seen(desk):
    incident = desk.report('[[people]]\nlabel = "P1"\n')
    path = desk.top / "portrait.jpg"
    path.write_bytes(photo(saying.exif(saying.TIMES, saying.GPS, {})) + b" ")
    item = desk.json("add", path, "--incident", incident)["received"][0]["evidence"]

    def refused() -> str:
        done = desk.run("export", item, *PUBLIC, "--out", desk.top / "none", *desk.key)
        assert done.returncode == 5 and not (desk.top / "none").exists()
        return " ".join(done.stderr.decode().split())

    assert f"{item} is not cleared for public-media: nobody looked yet" in refused()
    done = desk.run("review", item, "--profile", "public-media", "--people", "agreed", *desk.key)
    assert f"copwatch record new mark --set evidence={item}".encode() in done.stderr
    assert "no mark says who they are" in refused()
    assert f"copwatch record new mark --set evidence={item}" in refused()
    about = ("--set", f"evidence={item}", "--set", "kind=face")
    mark = desk.json("record", "new", "mark", *about)["code"]
    assert "does not say whose it is" in refused() and f"list marks --about {item}" in refused()
    amend = ("--set", f"subject={incident}/P1", "--reason", "known now")
    desk.done("record", "amend", mark, *amend, *desk.key)
    assert "did not agree to be recognised" in refused() and "copwatch consent P-" in refused()
    explained = desk.done("export", incident, *PUBLIC[:4], "--explain", *desk.key)
    assert f"{item}  the file stays: somebody whom a mark names did not agree" in explained
    desk.done("review", item, "--profile", "public-media", "--people", "nobody", *desk.key)
    assert "a mark names somebody else" in refused()


def test_words_wait_for_a_person_passage_by_passage_and_a_later_version_waits_again(desk):
    court = ("--profile", "court-filing")
    waiting = desk.json("review", desk.incident, *court, "--list", *desk.key)["passages"]
    assert [each["shown"] for each in waiting] == [None, None, None]
    assert [[found["what"] for found in each["found"]] for each in waiting] == [[], ["telephone number"], []]
    call = waiting[1]["path"]
    desk.done("review", desk.incident, *court, "--show", "all", "--withhold", call, "--by", "R-1", *desk.key)
    out = desk.top / "court"
    said = desk.json("export", desk.incident, *court, "--plain", "--yes", "--out", out, *desk.key)
    assert said["not_cleared"] == [desk.item] and said["proofs"]
    found = everything(out)
    assert b"P1 fell." in found and b"555-0199" not in found and b"OBS-7Q" not in found
    report = json.loads((out / "data" / "report.json").read_bytes())
    told = {each["path"]: each for each in report["versions"][0]["redactions"]}
    assert (
        told["/recorded_by"]["text"].startswith("OBS-") and told["/narrative_observed"]["reason"] == "review"
    )
    checked = desk.json("verify", out)
    assert checked["holds"] and checked["proofs"] and checked["root_known"]
    change = ("report", "amend", desk.incident, "--set", "city=Oakland", "--reason", "found out", *desk.key)
    desk.done(*change)
    again = desk.json("review", desk.incident, *court, "--list", *desk.key)["passages"]
    told = [(each["path"], each["shown"], each["before"]) for each in again]
    first = [
        (path, shows, shows)
        for path, shows in zip((e["path"] for e in waiting), (True, False, True), strict=True)
    ]
    assert told[:3] == first, "the version that was reviewed"
    assert told[3:] == [*((path, None, before) for path, _, before in first), ("/reason/0", None, None)]


def test_files_of_which_nobody_said_who_is_seen_in_them_wait_beside_the_words(desk):
    for profile, waits in (("court-filing", [desk.item]), ("client-counsel", [])):
        asked = ("review", desk.incident, "--profile", profile)
        assert desk.json(*asked, "--list", *desk.key)["files"] == waits
    asked = ("review", desk.incident, "--profile", "court-filing")
    told = desk.run(*asked, "--show", "all", "--even-flagged", *desk.key)
    assert told.returncode == 0 and f"(1): {desk.item}".encode() in told.stderr
    listed = desk.run(*asked, "--list", *desk.key)
    assert f"copwatch review {desk.item} --profile court-filing --people".encode() in listed.stderr
    assert b"all decided" not in listed.stderr and b"no words of it wait" in listed.stderr
    desk.done("review", desk.item, "--profile", "court-filing", "--people", "others", *desk.key)
    assert desk.json(*asked, "--list", *desk.key)["files"] == []
    assert b"all decided" in desk.run(*asked, "--list", *desk.key).stderr


def test_a_person_replaces_what_is_pointed_at_and_sees_what_comes_of_it(desk):
    incident, partner = desk.report(REPORT), ("--profile", "partner-org")
    talk = desk.terminal("review", incident, *partner, *desk.key)
    for expected, answer in (
        ("[1-3]:", "show"),
        ("telephone number: 510-555-0199", ""),
        ("[1-4]:", "replace"),
        ("Call [withheld].", ""),
        ("like this?", "y"),
        ("[1-3]:", "stop"),
    ):
        talk.expect(expected.encode())
        if answer:
            talk.type(f"{answer}\n")
    code, said = talk.wait()
    assert code == 0 and b"1 cleared, 1 with words replaced, 0 held back; 1 still wait" in said
    first, second, third = desk.json("review", incident, *partner, "--list", *desk.key)["passages"]
    assert (first["shown"], second["replaced"], third["shown"]) == (True, "Call [withheld]. ", None)
    listed = desk.run("review", incident, *partner, "--list", *desk.key)
    assert b"replaced" in listed.stdout and b"copwatch review" in listed.stderr


def test_what_was_decided_outlasts_another_copwatch_that_writes_and_a_talk_that_is_broken_off(desk):
    incident, partner = desk.report(REPORT), ("--profile", "partner-org")
    [lock] = (desk.top / "state").rglob("writer.lock")
    with desk.terminal("review", incident, *partner, *desk.key) as talk:
        talk.expect(b"[1-3]:")
        talk.type("show\n")
        talk.expect(b"[1-4]:")
        with filelock.FileLock(lock, timeout=5):
            talk.press("\x03")
            talk.expect(b"Try again? [Y/n]")
        talk.type("\n")
        code, said = talk.wait()
    assert code == 130 and b"1 cleared, 0 with words replaced, 0 held back; 2 still wait" in said
    passages = desk.json("review", incident, *partner, "--list", *desk.key)["passages"]
    assert [each["shown"] for each in passages] == [True, None, None]


def test_a_group_uses_a_profile_of_its_own_and_a_loose_one_is_refused(desk):
    text = desk.done("profiles", "court-filing")
    own = desk.top / "our-court.toml"
    own.write_text(
        text.replace('name = "court-filing"', 'name = "our-court"').replace('LEG = "keep"', 'LEG = "drop"')
    )
    said = desk.json("export", desk.incident, "--profile", own, "--explain", *desk.key)
    assert said["profile"] == "our-court"
    own.write_text(own.read_text().replace('NAR = "review"', 'NAR = "keep"'))
    refused = desk.run("export", desk.incident, "--profile", own, "--explain", *desk.key)
    assert refused.returncode == 2 and b"NAR" in refused.stderr


def test_passages_and_what_comes_next_fit_a_terminal(desk):
    words = "They stood at the corner and somebody called P1 by name. " * 4
    incident = desk.report(f'narrative_observed = """{words}"""\n[[people]]\nlabel = "P1"\n')
    for more in ((), ("--list",)):
        with desk.terminal("review", incident, "--profile", "partner-org", *more, *desk.key) as talk:
            if not more:
                talk.expect(b"stop here?")
                talk.expect(b"]:")
                talk.type("stop\n")
            code, shown = talk.wait()
        lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r", "").split("\n")
        assert code == 0 and [line for line in lines if len(line) > 80] == []
        assert "They stood at the corner" in lines[1] or more

"""Names in free text: what was amended away is looked for, and a person replaces what a profile does not let out."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.unproven.write import write_open_bundle
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.catalogue.entities import entities, entity
from copwatch.errors import Refused
from copwatch.media.isolated import MediaProcess
from copwatch.model.kinds import KINDS
from copwatch.model.longtext import cut_text
from copwatch.model.vocabularies.people import CONSENT_PURPOSE, CONSENT_SUBJECT
from copwatch.workflows.bundle_plans import Request, make_plan
from copwatch.workflows.entities import amend_entity, new_entity
from copwatch.workflows.gathering import reviews_of
from copwatch.workflows.passages import chosen, passages
from copwatch.workflows.reporting import new_report
from copwatch.workflows.reviewing import keep_review
from copwatch.workflows.selecting import select

COURT = "court-filing"
SAID = "They came. Then Maira Gonsalez ran. P2 fell."
NAMED = "/narrative_observed/1"


def everything(folder):
    return b"\n".join(
        str(path.relative_to(folder)).encode() + (path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    )


class Desk:
    """An incident with somebody whose name was written wrongly first, and stands so in the report."""

    def __init__(self, house, top):
        self.house, self.top = house, top
        self.incident = new_report(
            house.archive, self.now, "stop",
            {"narrative_observed": cut_text(SAID), "people": [{"label": "P1"}, {"label": "P2"}]},
        )  # fmt: skip
        self.person = self.new("person", label="P1", appears_in=[f"{self.incident}/P1"])
        self.identity = self.new("identity", person=self.person, is_minor="no", legal_name="Maira Gonsalez")
        self.new(
            "consent", person=self.person, subject=[*CONSENT_SUBJECT.terms], level="public_identified",
            purposes=[*CONSENT_PURPOSE.terms], how_given="written", attribution="pseudonym",
        )  # fmt: skip
        self.amend("identity", self.identity, person=self.person, is_minor="no", legal_name="Maria Gonzalez")

    def now(self):
        return self.house.now

    def new(self, kind, /, **fields):
        return new_entity(self.house.archive, self.now, KINDS[kind], fields)

    def amend(self, kind, id, **fields):
        with self.house.session() as session:
            parents = [version.leaf for version in entity(session.catalogue, kind, id).heads]
        amend_entity(
            self.house.archive, self.now, KINDS[kind], id, fields, parents=parents, reason="asked again"
        )

    def review(self, profile=COURT, **words):
        with self.house.session() as session:
            found = passages(session, self.now, profile, self.incident)
            self.house.now += timedelta(seconds=1)
            return keep_review(session, self.now, profile, self.incident, chosen(found, **words), by="R-1")

    def passages(self, profile=COURT):
        with self.house.session() as session:
            return {each.path: each for each in passages(session, self.now, profile, self.incident)}

    def bundle(self, profile=COURT, name="out", **asked):
        """The folder of a bundle without its print."""
        with self.house.session() as session, MediaProcess() as process:
            request = Request(profile, self.top / name, incident=self.incident, **asked)
            going = select(session, request, self.now).going
            device = self.house.archive.state.device()
            plan = make_plan(session, request, process, going, "BUNDLE-1", device, self.now)
            write = write_bundle if going.rules.profile.proof else write_open_bundle
            write(replace(plan, printer=None), FolderSink(request.out))
        return request.out


@pytest.fixture
def desk(house, tmp_path):
    return Desk(house, tmp_path)


def test_a_name_that_was_amended_away_is_looked_for(desk):
    desk.review(shows=["all"], withholds=[])
    with pytest.raises(Refused, match="/legal_name") as refused:
        desk.bundle()
    assert "Gonsalez" not in str(refused.value)


def test_what_was_cleared_waits_again_when_somebody_takes_a_consent_back(desk):
    desk.review(shows=["all"], withholds=[])
    desk.amend("identity", desk.identity, person=desk.person, is_minor="no", legal_name="Maria Gonzalez")
    assert desk.passages()[NAMED].shows is True
    with desk.house.session() as session:
        (consent,) = entities(session.catalogue, "consent")
    desk.house.now += timedelta(seconds=1)
    desk.amend(
        "consent", consent.id, person=desk.person, subject=[*CONSENT_SUBJECT.terms], level="none_do_not_use"
    )
    assert {each.shows for each in desk.passages().values()} == {None}
    report = json.loads((desk.bundle() / "data" / "report.json").read_text("utf-8"))
    assert "They came." not in json.dumps(report)
    desk.review(shows=["/narrative_observed/0"], withholds=[])
    waits = desk.passages()
    assert waits["/narrative_observed/0"].shows is True and waits[NAMED].shows is None


def test_a_name_is_replaced_by_what_the_profile_gives_and_the_passage_is_withheld_and_stated(desk):
    waiting = desk.passages()
    assert waiting[NAMED].with_replaced(waiting[NAMED].cuts) == "Then [P-…] ran. "
    desk.review(shows=["all"], replaces=["all"], withholds=[])
    assert not any(each.waits for each in desk.passages().values())
    out = desk.bundle()
    assert verify_bundle(FolderTree(out)).ok
    found = everything(out)
    assert (
        b"Gonsalez" not in found
        and b"Gonzalez" not in found
        and b"Maria" not in found
        and b"Maira" not in found
    )
    (version,) = json.loads((out / "data" / "report.json").read_bytes())["versions"]
    (told,) = [each for each in version["redactions"] if each["path"] == NAMED]
    assert told["treatment"] == "pseudonym" and told["reason"] == "review"
    token = told["text"].removeprefix("Then [").removesuffix("] ran. ")
    assert token.startswith("P-") and len(token) == 7
    assert NAMED in version["withheld"] and version["record"]["narrative_observed"][1] == {"withheld": True}
    page = (out / "data" / "index.html").read_text("utf-8")
    assert f'They came. <span class="stated">Then [{token}] ran. </span>P2 fell.' in page
    assert "1 of its passages stated, not proven" in page
    log = (out / "data" / "redaction-log.csv").read_text("utf-8")
    assert NAMED in log and "Gon" not in log


def test_who_states_something_for_what_is_shown_is_found_out(desk):
    desk.review(shows=["all"], replaces=["all"], withholds=[])
    out = desk.bundle()
    report = out / "data" / "report.json"
    report.write_bytes(
        report.read_bytes().replace(b'"path":"/narrative_observed/1"', b'"path":"/narrative_observed/0"')
    )
    check = verify_bundle(FolderTree(out))
    assert any("in place of what" in finding.detail for each in check.checks for finding in each.findings)


def test_partners_read_the_token_of_their_own_and_no_passage_that_stays(desk):
    desk.review("partner-org", shows=[], replaces=[NAMED], withholds=[])
    first, second = (everything(desk.bundle("partner-org", name, recipient=name)) for name in ("one", "two"))
    for found in (first, second):
        assert b"] ran." in found and b"They came" not in found and b"Gon" not in found
    (one, two) = (re.search(rb"Then \[([^]]+)\] ran", found)[1] for found in (first, second))
    assert one != two and b"P-" in one and b"P-" in two


def test_for_counsel_a_name_in_words_that_go_out_is_replaced_unless_it_is_the_clients(desk):
    counsel = "client-counsel"
    (named,) = desk.passages(counsel).values()
    assert named.path == NAMED
    with pytest.raises(Refused, match="legal_name"):
        desk.bundle(counsel)
    desk.review(counsel, shows=[], replaces=["all"], withholds=[])
    assert b"Then [P-" in everything(desk.bundle(counsel, "others"))
    clients = everything(desk.bundle(counsel, "clients", client="P1"))
    assert b"Then Maira Gonsalez ran." in clients and b"[P-" not in clients


def test_a_file_and_its_caption_have_the_token_where_they_name_somebody(desk):
    photo = desk.house.file("maria arrested.txt", b"x")
    desk.house.add(photo, incident=desk.incident)
    (item,) = desk.house.of("evidence")
    desk.new("mark", evidence=item["id"], kind="face", note=["Maria, from the left."])
    desk.review("client-counsel", shows=[], replaces=["all"], withholds=[])
    out = desk.bundle("client-counsel")
    assert b", from the left." in everything(out)
    (file,) = (out / "data" / "evidence").iterdir()
    assert "maria" not in file.name and "P-" in file.name and file.name.endswith("arrested.txt")
    assert b"maria" not in everything(out).lower() and verify_bundle(FolderTree(out)).ok
    desk.review("client-counsel", shows=[], withholds=["/name"])
    (file,) = (desk.bundle("client-counsel", "held") / "data" / "evidence").iterdir()
    assert file.name.endswith("-file.txt")


def test_times_are_stated_in_the_zone_of_the_report(desk):
    at = {"at": "2026-05-01T23:05:33-07:00", "precision": "second", "source": "gps"}
    incident = new_report(desk.house.archive, desk.now, "stop", {"occurred_start": at})
    with desk.house.session() as session:
        request = Request("partner-org", desk.top / "x", incident, recipient="Example Org")
        rules = select(session, request, desk.now).going.rules
    assert rules.help.zone.utcoffset(None) == timedelta(hours=-7)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=1), timedelta(hours=-2)])
def test_what_was_decided_last_on_a_device_stands_whatever_its_clock_says(desk, later):
    """Two decisions have one second, or the clock was set back between them."""
    with desk.house.session() as session:
        for shows, withholds in [([NAMED], []), ([], [NAMED])] * 3:
            found = passages(session, desk.now, COURT, desk.incident)
            keep_review(session, desk.now, COURT, desk.incident, chosen(found, shows, withholds), by="R-1")
            desk.house.now += later
        session.absorb()
        (stands,) = reviews_of(session, COURT).values()
    assert NAMED in stands.withholds and NAMED not in (stands.shows or ())


STAYS = {
    "phone": ["(510) 555-0142", "call 510.555.0142 now"],
    "home_address": ["12 Elm Street, Oakland", "left for 12 Elm St."],
    "email": ["maria@example.org", "wrote to MARIA@example.org"],
    "date_of_birth": ["1990-03-05", "born on 3/5/1990"],
    "aliases": [["Chispa"], "they call her C-h-i-s-p-a"],
}


def test_review_lists_whatever_an_export_would_stop_on_and_replacing_it_lets_it_go(desk):
    """For counsel free text goes out unasked, so that nothing but this list says where to look."""
    counsel, desk.incident = "client-counsel", new_report(
        desk.house.archive, desk.now, "stop",
        {
            "narrative_observed": cut_text("  ".join(f"{said}." for _, said in STAYS.values()) + "  It was hot."),
            "people": [{"label": "P1"}, {"label": "P2"}],
        },
    )  # fmt: skip
    person = desk.new("person", label="P1", appears_in=[f"{desk.incident}/P1"])
    desk.new("identity", person=person, is_minor="no", **{name: value for name, (value, _) in STAYS.items()})
    listed = [each.text for each in desk.passages(counsel).values()]
    assert [said for _, said in STAYS.values() if not any(said in text for text in listed)] == []
    assert not any("hot" in text for text in listed)
    with pytest.raises(Refused):
        desk.bundle(counsel)
    desk.review(counsel, shows=[], replaces=["all"], withholds=[])
    out = everything(desk.bundle(counsel, "replaced")).lower()
    assert b"it was hot" in out and out.count(b"[withheld]") >= len(STAYS)
    assert not [
        stays
        for stays in (b"555-0142", b"555.0142", b"elm st", b"maria@", b"3/5/1990", b"h-i-s")
        if stays in out
    ]


def test_what_goes_to_one_persons_counsel_alone_is_listed_where_it_names_somebody_else(desk):
    other = desk.new("person", label="P2", appears_in=[f"{desk.incident}/P2"])
    desk.new("jail_support", person=other, note=["Maria Gonzalez was in the same cell."])
    desk.new("jail_support", person=desk.person, note=["Maria Gonzalez was cold."])
    with desk.house.session() as session:
        texts = [each.text for each in passages(session, desk.now, "client-counsel", desk.incident)]
    assert "Maria Gonzalez was in the same cell." in texts and "Maria Gonzalez was cold." not in texts

"""Names in free text: what was amended away is looked for, and a person replaces what a profile does not let out."""

from dataclasses import replace

import pytest

from copwatch.bundle.sinks import FolderSink
from copwatch.bundle.write import write_bundle
from copwatch.catalogue.entities import entity
from copwatch.errors import Refused
from copwatch.media.isolated import MediaProcess
from copwatch.model.kinds import KINDS
from copwatch.model.longtext import cut_text
from copwatch.workflows.bundle_plans import Request, make_plan
from copwatch.workflows.entities import amend_entity, new_entity
from copwatch.workflows.reporting import new_report
from copwatch.workflows.reviewing import chosen, keep_review, passages
from copwatch.workflows.selecting import select

COURT = "court-filing"
SAID = "They came. Then Maira Gonsalez ran. P2 fell."


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
        self.amend("identity", self.identity, person=self.person, is_minor="no", legal_name="Maria Gonzalez")

    def now(self):
        return self.house.now

    def new(self, kind, **fields):
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
            return keep_review(session, self.now, profile, chosen(found, **words), by="R-1")

    def bundle(self, profile=COURT, name="out", **asked):
        """The folder of a bundle without its print."""
        with self.house.session() as session, MediaProcess() as process:
            request = Request(profile, self.top / name, incident=self.incident, **asked)
            going = select(session, request, self.now).going
            device = self.house.archive.state.device()
            plan = make_plan(session, request, process, going, "BUNDLE-1", device, self.now)
            write_bundle(replace(plan, printer=None), FolderSink(request.out))
        return request.out


@pytest.fixture
def desk(house, tmp_path):
    return Desk(house, tmp_path)


def test_a_name_that_was_amended_away_is_looked_for(desk):
    desk.review(shows=["all"], withholds=[])
    with pytest.raises(Refused, match="/legal_name") as refused:
        desk.bundle()
    assert "Gonsalez" not in str(refused.value)

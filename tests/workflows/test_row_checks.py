"""A record that points at a row of a report is refused where no report has that row, once somebody can look."""

import pytest

from copwatch.model.forms import BadForm
from copwatch.model.ids import code
from copwatch.model.kinds import KINDS
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Group, Many, RowReference
from copwatch.store.keys import open_with_identity
from copwatch.workflows.entities import amend_entity, new_entity
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.row_checks import check_rows

REPORT = {
    "location_text": "5th & Main",
    "officers": [{"badge_as_seen": "4411"}],
    "people": [{}, {"label": "P7"}],
}


@pytest.fixture
def desk(house):
    class Desk:
        incident = new_report(house.archive, lambda: house.now, "stop", REPORT)
        keys = open_with_identity(house.archive, house.identity)

        def new(self, name: str, **fields) -> tuple[str, list[str]]:
            unchecked: list[str] = []
            made = new_entity(
                house.archive, lambda: house.now, KINDS[name], fields, keys=self.keys, unchecked=unchecked
            )
            return made, unchecked

    return Desk()


def test_a_row_that_is_there_is_taken_and_one_that_is_not_is_named_with_those_that_are(desk, house):
    assert desk.new("person", label="P1", appears_in=[f"{desk.incident}/P1", f"{desk.incident}/P7"])[1] == []
    before = house.entries()
    with pytest.raises(BadForm) as refused:
        desk.new("person", label="P2", appears_in=[f"{desk.incident}/P1", f"{desk.incident}/P2"])
    (problem,) = refused.value.problems
    assert problem.path == "appears_in[2]" and code("I", desk.incident) in problem.reason
    assert "has a row P2; it has P1, P7" in problem.reason
    with pytest.raises(BadForm, match="it has no row with a label A1"):
        desk.new("charge", arrest=f"{desk.incident}/A1", code="PC 148")
    assert house.entries() == before


def test_a_row_of_an_earlier_version_stays_a_row(desk, house):
    # Written without a key, it stands beside the first, and has no officers.
    amend_report(
        house.archive, lambda: house.now, desk.incident, "stop", {"location_text": "6th"}, reason="moved"
    )
    officer, _ = desk.new("officer_identity", last_name="Example")
    match, unchecked = desk.new("match", sightings=[f"{desk.incident}/O1"], officer=officer)
    assert unchecked == []
    fields = {"sightings": [f"{desk.incident}/O2"], "officer": officer}
    with pytest.raises(BadForm):
        amend_entity(
            house.archive,
            lambda: house.now,
            KINDS["match"],
            match,
            fields,
            parents=(),
            reason="typed wrong",
            keys=desk.keys,
        )


def test_a_locked_archive_takes_it_and_says_that_nobody_looked(desk):
    desk.keys = None
    row = f"{desk.incident}/P99"
    _, unchecked = desk.new("person", label="P1", appears_in=[row])
    assert unchecked == [f"{code('I', desk.incident)}/P99"]


def test_an_incident_without_a_report_here_is_not_checked(desk, house):
    stranger = "0" * 31 + "1"
    assert check_rows(house.archive, "person", {"appears_in": [f"{stranger}/P1"]}, desk.keys) == (
        f"{stranger}/P1",
    )


def test_every_field_that_points_at_rows_is_looked_at():
    kinds = [name for name in KINDS for field in SCHEMA.fields(name) if _points(field.type)]
    assert {"person", "match", "mark", "charge"} <= set(kinds)


def _points(type_) -> bool:
    kind = type_.item if isinstance(type_, Many) else type_
    return isinstance(kind, RowReference) or (
        isinstance(kind, Group) and any(_points(field.type) for field in SCHEMA.fields(kind.entity))
    )

"""OpenOversight's tables in a bundle for the public: what its importer takes, and nothing that the profile keeps."""

import csv
import io
import re
from dataclasses import replace

import pytest

from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.interop.published import FOLDER, NAME, is_table
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.unproven.write import write_open_bundle
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.errors import Refused, UsageError
from copwatch.workflows.bundle_plans import Request
from copwatch.workflows.exporting import check_request
from copwatch.workflows.producing import check_recipient
from tests.bundle.interop.test_openoversight import DOCUMENTED
from tests.bundle.making import Maker, draw, rules

AGENCY = "Example Police Department"


def group(state="CA"):
    """An incident with three officers: one matched and known, one whom nobody identified, one not to be published."""
    maker = Maker()
    for name, more in (
        ("Known", {"identity_status": "confirmed"}), ("Unsure", {"identity_status": "as_seen_only"}),
        ("Spared", {"identity_status": "confirmed", "do_not_publish": "yes"}),
    ):  # fmt: skip
        entity = draw(name)
        jobs = [{"job_title": "Sergeant", "star_no": "4411"}]
        private = {
            "private_note": ["lives near the park"],
            "last_name": name,
            "agency": AGENCY,
            "assignments": jobs,
        }
        maker.add("officer_identity", entity=entity, parents=[], **private, **more)
        sightings = [f"{maker.incident}/O{len(maker.records)}"]
        maker.add(
            "match",
            entity=draw(f"m{name}"),
            parents=[],
            officer=entity,
            sightings=sightings,
            status="confirmed",
        )
    maker.report(
        agencies=[AGENCY], state=state, city="Oakland", street_name="455 Main St",
        occurred_start={"at": "2026-06-12T18:10:00-07:00", "precision": "minute", "source": "observer_estimate"},
        officers=[{"label": f"O{n}", "badge_as_seen": "4411"} for n in (1, 2, 3)],
    )  # fmt: skip
    return maker


def plan(maker, proof=False):
    rule = rules("public-media", *maker.records)
    rule = replace(rule, profile=rule.profile.with_proof()) if proof else rule
    return replace(maker.plan(rules=rule, code="BUNDLE-1"), strips=True, extras=frozenset({NAME}))


def written(folder, made, write):
    write(made, FolderSink(folder))
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


@pytest.fixture(scope="module", params=[False, True], ids=["without proofs", "with proofs"])
def files(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("open") / "bundle"
    found = written(
        folder, plan(group(), request.param), write_bundle if request.param else write_open_bundle
    )
    assert verify_bundle(FolderTree(folder)).ok
    return found


def test_the_tables_follow_the_rules_of_the_importer(files):
    found = {path: data for path, data in files.items() if path.startswith(FOLDER)}
    assert found and all(map(is_table, found))
    ids = {row["id"] for path, data in found.items() if path.endswith("officers.csv") for row in rows(data)}
    for path, data in found.items():
        if not path.endswith(".csv"):
            continue
        kind = path.rpartition("/")[2].partition(".")[0]
        assert not data.startswith(b"\xef\xbb\xbf") and rows(data)
        for row in rows(data):
            assert set(row) <= set(DOCUMENTED[kind].split())
            assert re.fullmatch(r"#\w+|\d+|", row["id"])
            assert kind == "assignments" or (row["department_name"], row["department_state"]) == (
                AGENCY,
                "CA",
            )
            assert kind != "assignments" or row["officer_id"] in ids
            assert all(each in ids for each in row.get("officer_ids", "").split("|") if each)
            assert not re.match(r"[=+\-@\t\r]", "".join(row.values())[:1])
    incident = rows(found[f"{FOLDER}department-1/incidents.csv"])
    assert [(row["street_name"], row["date"], row["officer_ids"]) for row in incident] == [
        ("Main St", "2026-06-12", "|".join(sorted(ids)))
    ]


def test_only_who_is_identified_and_may_be_published_is_in_them(files):
    officers = rows(files[f"{FOLDER}department-1/officers.csv"])
    assert [row["last_name"] for row in officers] == ["Known"]
    every = b"".join(data for path, data in files.items() if path.startswith(FOLDER))
    assert not any(word in every for word in (b"Unsure", b"Spared", b"park", b"455"))
    readme = files[f"{FOLDER}README.txt"].decode()
    assert "- 1: who it is, is not settled" in readme and "- 1: somebody asked not to publish it" in readme


def test_a_report_without_a_state_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        write_open_bundle(plan(group(state="Calif")), FolderSink(tmp_path / "bundle"))
    assert refused.value.hint and not any(tmp_path.iterdir())


def test_it_goes_with_the_public_alone(tmp_path):
    for name in ("client-counsel", "court-filing", "partner-org"):
        asked = Request(name, tmp_path, extras=frozenset({NAME}))
        check_request(asked)
        with pytest.raises(UsageError) as refused:
            check_recipient(asked, rules(name).profile)
        assert "public-media" in str(refused.value) + refused.value.hint
    check_recipient(
        Request("public-media", tmp_path, extras=frozenset({NAME})), rules("public-media").profile
    )

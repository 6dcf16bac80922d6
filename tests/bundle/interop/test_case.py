import json
import subprocess
import sys
from pathlib import Path

from copwatch.bundle.interop.case import CaseEvent, CaseFile, case_graph

FILES = [
    CaseFile("E-4H7T-99XA-0", "data/evidence/E-4H7T-99XA-0-clip.mp4", "CW0000001", 1234, "ab" * 32),
    CaseFile(
        "E-8QB4-ABKW-B", "data/evidence/E-8QB4-ABKW-B-stripped.jpg", "CW0000002", 5, "cd" * 32, "ef" * 32
    ),
]
EVENTS = [
    CaseEvent("2026-06-12T20:00:00-07:00", "received", "tra", ("E-4H7T-99XA-0", "E-8QB4-ABKW-B")),
    CaseEvent("2026-06-13T20:00:00.123Z", "exported", "exp", ("I-7Q2K-D3MX-R",)),
]


def graph(files=FILES, events=EVENTS):
    return case_graph("BUNDLE-75H6-QPWE-E", "copwatch 0.1.0", files, events)


def validated(path):
    """The ontology stands in the package: nothing is fetched."""
    command = [str(Path(sys.executable).with_name("case_validate")), "--allow-info", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)


def test_the_validator_of_case_finds_nothing(tmp_path):
    (tmp_path / "case.jsonld").write_bytes(graph())
    done = validated(tmp_path / "case.jsonld")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Conforms: True" in done.stdout


def test_the_validator_can_find_something(tmp_path):
    broken = graph().replace(b'"uco-observable:sizeInBytes": 1234', b'"uco-observable:sizeInBytes": "many"')
    (tmp_path / "case.jsonld").write_bytes(broken)
    assert validated(tmp_path / "case.jsonld").returncode != 0


def test_the_same_bundle_gives_the_same_graph_and_another_gives_other_names():
    assert graph() == graph()
    names = {node["@id"] for node in json.loads(graph())["@graph"]}
    other = json.loads(case_graph("BUNDLE-0000-0000-0", "copwatch 0.1.0", FILES, EVENTS))["@graph"]
    assert not names & {node["@id"] for node in other}


def test_a_rendition_names_its_original_only_where_that_hash_goes_out():
    assert b"EF" * 32 in graph() and b"Derived_From" in graph()
    assert b"Derived_From" not in graph(files=FILES[:1])


def test_a_bundle_without_files_and_events_is_valid_too(tmp_path):
    assert json.loads(graph([], []))["@graph"][0]["uco-core:name"] == "BUNDLE-75H6-QPWE-E"

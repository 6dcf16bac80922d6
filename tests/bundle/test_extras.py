"""Papers beside the report follow from the same facts, and a verifier compares them."""

import json
from dataclasses import replace

import pytest

from copwatch.bundle.extras import CASE, CERTIFICATION, DECLARATION
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.proof.findings import Kind
from tests.bundle.making import usual
from tests.bundle.test_verify import remade


@pytest.fixture
def folder(tmp_path):
    write_bundle(replace(usual().plan(), extras=frozenset({"case"})), FolderSink(tmp_path / "bundle"))
    return tmp_path / "bundle"


def test_drafts_name_every_file_with_the_hash_that_it_has(folder):
    report = json.loads((folder / "data/report.json").read_text("utf-8"))
    drafts = [(folder / path).read_text("utf-8") for path in (CERTIFICATION, DECLARATION)]
    assert report["evidence"]
    for each in report["evidence"]:
        assert all(each["code"] in draft and each["record"]["sha256"] in draft for draft in drafts)
    assert "Signature: ____" in drafts[0]
    assert verify_bundle(FolderTree(folder)).ok


def test_case_has_every_file_and_event(folder):
    graph = json.loads((folder / CASE).read_text("utf-8"))["@graph"]
    report = json.loads((folder / "data/report.json").read_text("utf-8"))
    custody = json.loads((folder / "data/custody.json").read_text("utf-8"))["custody"]
    kinds = [node["@type"] for node in graph]
    assert kinds.count("case-investigation:ProvenanceRecord") == len(report["evidence"])
    assert kinds.count("case-investigation:InvestigativeAction") == len(custody)


@pytest.mark.parametrize("path", [CERTIFICATION, DECLARATION, CASE])
def test_a_paper_that_says_something_else_is_found(folder, path):
    (folder / path).write_bytes((folder / path).read_bytes() + b" ")
    remade(folder)
    assert {(f.kind, f.where) for f in verify_bundle(FolderTree(folder)).findings} == {(Kind.ALTERED, path)}


def test_without_being_asked_for_there_is_no_case_and_without_drafts_something_is_missing(folder):
    (folder / CASE).unlink()
    remade(folder)
    assert verify_bundle(FolderTree(folder)).ok
    (folder / CERTIFICATION).unlink()
    remade(folder)
    assert [f.kind for f in verify_bundle(FolderTree(folder)).findings] == [Kind.MISSING]

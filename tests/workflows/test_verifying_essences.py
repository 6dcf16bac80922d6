"""`verify --deep` computes the hash of picture and sound again where a record has one."""

import io

import pytest

from copwatch.media.cleaning import essence_hash, scan
from copwatch.media.parts import essence_of
from copwatch.progress import Progress
from copwatch.proof.findings import Kind
from copwatch.workflows import looking
from copwatch.workflows.looking import Looked
from copwatch.workflows.verifying_deep import verify_deep
from tests.workflows.test_looking import photo


def deep(house):
    with house.session() as session:
        return verify_deep(house.archive, session.keys, Progress())


def test_picture_and_sound_that_a_record_names_are_computed_again_and_counted(house):
    house.file("a.jpg", photo())
    house.file("note.txt", b"no picture")
    assert house.add().complete
    (essence,) = [record["essence"] for record in house.of("evidence") if "essence" in record]
    data = io.BytesIO(photo())
    assert essence == essence_hash(data, essence_of(scan(data).parts))
    found = deep(house)
    assert not found.findings and "1 hash of picture and sound computed again" in found.done


def test_a_record_that_names_another_picture_is_a_finding(house, monkeypatch: pytest.MonkeyPatch):
    from dataclasses import replace

    real = looking.Looker._look
    monkeypatch.setattr(
        looking.Looker,
        "_look",
        lambda self, path: Looked(replace((seen := real(self, path)).described, essence="0" * 64), seen.mark),
    )
    house.file("a.jpg", photo())
    assert house.add().complete
    (finding,) = deep(house).findings
    assert finding.kind is Kind.ALTERED and "picture and sound" in finding.detail

"""Every valid file of the corpus is cleaned so that an independent auditor finds nothing, or refused with a reason.

Judged by `residue.py` and `pixels.py` of the test material: exiftool, a search for the original's values, decoders.
"""

import pytest

from copwatch.media.kinds import media_type
from tests.conftest import MATERIAL, judge, material
from tests.media.corpus import (
    NEVER_REFUSED,
    NOT_OURS,
    clean,
    clean_here,
    left_behind,
    residue,
    samples,
    shown,
)

ALL = samples()
VALID = [sample for sample in ALL if sample.valid and sample.format not in NOT_OURS]


def name(sample) -> str:
    return str(sample.path.relative_to(MATERIAL / "corpus"))


def is_ours(sample) -> bool:
    """RAW other than DNG may be refused."""
    return sample.format != "raw" or sample.path.suffix == ".dng"


@pytest.mark.parametrize("sample", [s for s in VALID if is_ours(s)], ids=name)
def test_what_is_cleaned_is_clean_and_the_same_picture_and_sound(sample, tmp_path):
    for program in ("exiftool", "ffmpeg"):
        judge(program)
    if sample.format == "jxl":
        judge("djxl")
    if sample.format == "pdf":
        judge("pdftoppm")
    target = tmp_path / sample.path.name
    refused = clean_here(sample.path, target)
    if refused:
        assert sample.format not in NEVER_REFUSED, refused
        assert not target.exists()
        return
    code, report = residue(sample.path, target)
    assert left_behind(report) == [], code
    before = shown(sample.path, sample.format)
    after = shown(target, sample.format)
    assert before["frames"] == after["frames"]
    assert before.get("timing") == after.get("timing")


def test_few_of_the_other_valid_files_are_refused(tmp_path):
    material("corpus")
    others = [s for s in VALID if is_ours(s) and s.format not in NEVER_REFUSED]
    refused = [name(s) for s in others if clean_here(s.path, tmp_path / "out")]
    assert len(refused) <= len(others) / 20, refused


@pytest.mark.parametrize("sample", [s for s in ALL if not s.valid], ids=name)
def test_hostile_files_end_soon_and_are_never_called_clean_when_they_are_not(sample, tmp_path):
    judge("exiftool")
    target = tmp_path / sample.path.name
    outcome = clean(sample.path, target)
    assert outcome.died is None
    assert outcome.seconds < 20 and outcome.peak < 200
    if not outcome.refused:
        assert left_behind(residue(sample.path, target)[1]) == []


@pytest.mark.parametrize("sample", ALL, ids=name)
def test_the_first_bytes_name_a_kind(sample):
    with sample.path.open("rb") as file:
        assert "/" in media_type(file.read(4096))


def test_the_corpus_is_here_where_all_is_tested():
    assert samples() or material("corpus")

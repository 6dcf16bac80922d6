"""A short run of each target of the soak, the same every time; and that the soak finds what is there to be found."""

import random
import sys
from dataclasses import replace

import pytest

from tests.soak import fuzzed, targets

TARGETS = targets.targets()


def test_every_target_is_named():
    assert set(fuzzed.NAMES) == set(TARGETS)


@pytest.mark.parametrize("name", fuzzed.NAMES)
def test_damaged_files_are_refused_or_clean_for_good(name):
    target, draw = TARGETS[name], random.Random(1)
    for seed in target.made:
        assert target.judged(seed).startswith(("cleaned", "read"))
    for _ in range(60):
        target.judged(targets.draw_case(target.made, target, draw))


def test_what_is_found_is_kept_and_counted(tmp_path):
    tally = tmp_path / "tally"
    for fault in ("x: one", "x: one", "y: other"):
        fuzzed.keep(tmp_path / "found", "png", fault, b"case")
        fuzzed.add(tally, "png", {"runs": 2, "seconds": 1.5, "peak": 3}, 1)
    assert len(list((tmp_path / "found").glob("*.bin"))) == 2
    assert fuzzed.read(tally)["png"] == {
        "runs": 6, "seconds": 4.5, "peak": 3, "findings": 3, "slowest": 0, "cleaned": 0, "refused": 0, "read": 0,
    }  # fmt: skip


def test_a_rendition_that_keeps_a_secret_is_a_finding():
    wav = TARGETS["wav"]
    kept = replace(wav, secrets=(b"RIFF",))
    with pytest.raises(targets.Wrong):
        kept.judged(wav.made[0])


@pytest.mark.skipif(sys.platform != "linux", reason="the soak watches its processes by /proc")
def test_a_slice_runs_in_a_process_of_its_own(tmp_path):
    done, found = fuzzed.Slice("messengers", 0.2, tmp_path / "case").run()
    assert done["runs"] > 100
    assert done["peak"] > 1 << 20
    assert not found

"""A short run of the targets of Matroska, FLAC, MPEG audio, AAC and Ogg."""

import pytest

from tests.fuzz import fuzz_aac, fuzz_flac, fuzz_matroska, fuzz_mp3, fuzz_ogg, loop


@pytest.mark.parametrize(
    ("target", "seeds"),
    [
        (fuzz_matroska.target, fuzz_matroska.SEEDS),
        (fuzz_matroska.live, fuzz_matroska.LIVE),
        (fuzz_flac.target, fuzz_flac.SEEDS),
        (fuzz_mp3.target, fuzz_mp3.SEEDS),
        (fuzz_aac.target, fuzz_aac.SEEDS),
        (fuzz_ogg.target, fuzz_ogg.SEEDS),
    ],
    ids=["matroska", "live", "flac", "mp3", "aac", "ogg"],
)
def test_only_documented_refusals(target, seeds):
    loop.run(target, seeds, 400, 1, loop.BINARY)

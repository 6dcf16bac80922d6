"""A short run of the fuzzer of TIFF files, the same every time."""

import pytest

pytest.importorskip("PIL")
from tests.fuzz import fuzz_tiff, loop


def test_damaged_pictures_are_cleaned_or_refused():
    loop.run(fuzz_tiff.target, fuzz_tiff.SEEDS, 500, ways=loop.BINARY)

"""A short run of the fuzzer of bitmaps, the same every time."""

import pytest

pytest.importorskip("PIL")
from tests.fuzz import fuzz_bmp, loop


def test_damaged_bitmaps_are_cleaned_or_refused():
    loop.run(fuzz_bmp.target, fuzz_bmp.SEEDS, 500, ways=loop.BINARY)

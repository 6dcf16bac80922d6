"""A short run of the fuzzer of JPEG files, the same every time."""

import pytest

pytest.importorskip("PIL")
from tests.fuzz import fuzz_jpeg, loop


def test_damaged_pictures_are_cleaned_or_refused():
    loop.run(fuzz_jpeg.target, fuzz_jpeg.SEEDS, 300, ways=loop.BINARY)

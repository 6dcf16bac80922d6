"""A short run of the fuzzer of picture files in boxes, the same every time."""

from tests.fuzz import fuzz_heif, loop


def test_damaged_pictures_are_cleaned_or_refused():
    loop.run(fuzz_heif.target, fuzz_heif.SEEDS, 300, ways=loop.BINARY)

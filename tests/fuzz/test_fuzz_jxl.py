"""A short run of the fuzzer of JPEG XL files, the same every time."""

from tests.fuzz import fuzz_jxl, loop


def test_damaged_pictures_are_cleaned_or_refused():
    loop.run(fuzz_jxl.target, fuzz_jxl.SEEDS, 400, ways=loop.BINARY)

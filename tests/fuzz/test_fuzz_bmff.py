"""A short run of the fuzzer of MP4 and MOV files, the same every time."""

from tests.fuzz import fuzz_bmff, loop


def test_damaged_movies_are_cleaned_or_refused():
    loop.run(fuzz_bmff.target, fuzz_bmff.SEEDS, 500, ways=loop.BINARY)

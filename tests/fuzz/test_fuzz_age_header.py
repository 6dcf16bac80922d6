"""A short run of the age fuzzer, the same every time."""

from tests.fuzz.fuzz_age_header import fuzz


def test_damaged_age_files_give_typed_errors_and_never_open() -> None:
    fuzz(runs=1500, seed=20)

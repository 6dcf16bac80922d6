from tests.fuzz.fuzz_bundle_reader import run


def test_mutated_bundles_neither_crash_the_reader_nor_verify():
    run(300, seed=1)

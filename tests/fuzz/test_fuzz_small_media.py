"""A short run of the fuzzer of small media formats, the same every time."""

from tests.fuzz import fuzz_small_media, loop


def test_damaged_media_are_refused_or_clean_for_good():
    loop.run(fuzz_small_media.target, fuzz_small_media.SEEDS, 3000, ways=fuzz_small_media.WAYS)


def test_the_loop_reaches_what_is_cleaned():
    kinds = set()

    def target(data):
        out = fuzz_small_media.cleaned(data)
        if out is not None and data not in fuzz_small_media.SEEDS:
            kinds.add(out[:4] + out[8:12])

    loop.run(target, fuzz_small_media.SEEDS, 300, ways=fuzz_small_media.WAYS)
    assert len(kinds) > 6

"""Short runs of the fuzzers of ledger lines and charters, the same every time."""

import contextlib

from tests.fuzz import fuzz_charter, fuzz_ledger_line, loop


def test_damaged_ledger_lines_are_refused_or_have_one_encoding():
    loop.run(fuzz_ledger_line.target, fuzz_ledger_line.SEEDS, 3000)


def test_damaged_charters_are_refused_or_have_one_encoding():
    loop.run(fuzz_charter.target, fuzz_charter.SEEDS, 1500)


def test_the_loop_reaches_what_lies_behind_the_encoding():
    accepted = []

    def target(data):
        with contextlib.suppress(
            fuzz_ledger_line.NotCanonical, fuzz_ledger_line.Malformed, fuzz_ledger_line.Newer
        ):
            accepted.append(fuzz_ledger_line.parse_line(data))

    loop.run(target, fuzz_ledger_line.SEEDS, 1000)
    assert len(set(map(repr, accepted))) > 50

"""A short run of the fuzzer of PDFs, the same every time."""

import pytest

from tests.fuzz import loop


def test_damaged_files_are_refused_or_clean():
    pytest.importorskip("PIL")
    from tests.fuzz import fuzz_pdf

    loop.run(fuzz_pdf.target, fuzz_pdf.SEEDS, 150, ways=loop.BINARY)

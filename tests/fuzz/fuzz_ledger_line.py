"""Ledger lines from a stranger: refused with a documented error, or accepted in their one encoding."""

from copwatch.proof.canonical import NotCanonical
from copwatch.proof.common_line import common_line
from copwatch.proof.entry import Seen, Withdrawn, encode_line, parse_line
from copwatch.proof.ledger import LedgerCheck
from copwatch.proof.shapes import Malformed, Newer
from tests.fuzz import loop
from tests.proof import build

HISTORY = build.history()
WITHDRAWN = (Withdrawn("a" * 64, None), Withdrawn("b" * 64, "e" * 64))
FULL = build.withdraw_lists(WITHDRAWN)._replace(seen=(Seen("1" * 64, 4, "2" * 64),))
SEEDS = build.encoded(build.ledger([build.records_lists(), FULL, build.Lists()]))


def target(data: bytes) -> None:
    """Reads one line alone, then as the first of a ledger."""
    try:
        line = parse_line(data)
    except (NotCanonical, Malformed, Newer):
        line = None
    else:
        assert encode_line(line) == data
    assert common_line(data) in (None, line)
    check = LedgerCheck(build.DEVICE.public_hex, HISTORY)
    assert (check.read(data) is None) == (line is None)
    assert line is not None or check.findings


if __name__ == "__main__":
    loop.main(target, SEEDS)

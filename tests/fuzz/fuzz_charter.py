"""Charter files from a stranger: refused with a documented error, or accepted in their one encoding."""

from copwatch.proof.canonical import NotCanonical
from copwatch.proof.charter import Charter, charter_hash, encode_file, file_name, parse_file
from copwatch.proof.history import read_history
from copwatch.proof.shapes import Malformed, Newer
from tests.fuzz import loop
from tests.proof import build
from tests.proof.test_charter import LATER

SEEDS = [encode_file(build.sign_charter(charter)) for charter in (build.FIRST, LATER)]
NAME = file_name(build.FIRST)


def target(data: bytes) -> None:
    """Reads one file alone, then as the only version of an archive."""
    try:
        signed = parse_file(data)
    except (NotCanonical, Malformed, Newer):
        signed = None
    else:
        assert encode_file(signed) == data
        assert isinstance(signed.charter, Charter)
    history, findings = read_history({NAME: data}, build.VERIFY)
    if history is None:
        assert findings
    else:
        # Only the root key could have made it, so it is the one that went in.
        assert signed is not None
        assert charter_hash(signed.charter) == build.ARCHIVE
        assert data == SEEDS[0]


if __name__ == "__main__":
    loop.main(target, SEEDS)

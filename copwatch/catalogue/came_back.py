"""What was withdrawn and can be read again: two withdrawals of one body did not know of each other.

The lower `by` counts (docs/format.md, Withdrawal), so that what only the other one took away stands in it.
"""

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes, find_ids
from copwatch.errors import BadInput
from copwatch.model.ids import parse_code

_EVIDENCE = """
    SELECT DISTINCT e.id FROM custody AS c JOIN custody_evidence AS w ON w.leaf = c.leaf
    JOIN evidence AS e ON e.id = w.evidence WHERE c.event = 'deleted'
"""
_VERSIONS = (
    "SELECT DISTINCT json_extract(detail, '$.withdrawn') AS named FROM custody WHERE event = 'deleted'"
)


def came_back(catalogue: Catalogue) -> list[str]:
    """The codes of evidence, and of versions of reports and records, that custody says were withdrawn and are here."""
    found = codes(catalogue, "E", (row["id"] for row in catalogue.read(_EVIDENCE)))
    versions = {
        id for row in catalogue.read(_VERSIONS) for id in _versions(catalogue, str(row["named"] or ""))
    }
    return [*sorted(found.values()), *sorted(codes(catalogue, "R", versions).values())]


def _versions(catalogue: Catalogue, named: str) -> list[str]:
    found: list[str] = []
    for word in named.split():
        if word.startswith("R-"):
            try:
                found += find_ids(catalogue, "R", parse_code(word.partition("@")[0], ("R",)).hex)
            except BadInput:
                continue
    return found

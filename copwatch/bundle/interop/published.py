"""OpenOversight's tables of a bundle for the public: what the profile shows of its records, under names of its own."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from copwatch.bundle.interop.openoversight import (
    IDENTIFIED,
    OTHER_AGENCY,
    Incident,
    Officer,
    Row,
    Tables,
    tables,
)
from copwatch.bundle.plan import BundlePlan, ProvenRecord
from copwatch.bundle.shown import nest
from copwatch.bundle.write_order import leaving
from copwatch.errors import Refused
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import flatten

FOLDER: Final = "data/openoversight/"
NAME: Final = "openoversight"
"""As people ask for it."""
_FILES: Final = re.compile(
    rf"{FOLDER}(README\.txt|department-[1-9][0-9]{{0,3}}/(officers|assignments|incidents)(-known-[0-9]+)?\.csv)",
    re.ASCII,
)
_README: Final = """\
TABLES FOR OPENOVERSIGHT
========================
One folder for each department, for `flask advanced-csv-import` of a server of OpenOversight, whose departments and job
titles have to exist there under the names that stand here. Read the tables first: an import publishes them. There is no
table of links: the group's archive holds no published addresses.
{left}"""


def is_table(path: str) -> bool:
    """Whether a bundle can hold such a file."""
    return _FILES.fullmatch(path) is not None


def published(plan: BundlePlan) -> dict[str, bytes]:
    """The files by path, where they were asked for.

    Raises:
        Refused: a state is none, or the reports of the bundle name several.
    """
    if NAME not in plan.extras:
        return {}
    replaced = _replaced(plan)
    records = [proven for proven in leaving(plan).values() if proven.leaf not in replaced]
    officers: dict[str, Row] = {}
    for one in sorted(_of(records, "officer_identity"), key=_entity):
        # Of versions side by side nobody knows which holds: nothing of them is said.
        officers[_entity(one)] = {} if _entity(one) in officers else _shown(plan, one)
    names = {id: f"O{number}" for number, id in enumerate(officers, 1)}
    shown = [Officer(names[id], row) for id, row in officers.items()]
    matched = tuple(sorted({names[id] for id in _matched(plan, records) if id in names}))
    reports = [
        Incident(f"I{number}", _shown(plan, one), matched)
        for number, one in enumerate(_of(records, "report"), 1)
    ]
    found: dict[str, bytes] = {}
    left: list[Tables] = []
    for number, department in enumerate(_departments(shown, reports), 1):
        made = tables(shown, reports, department, _state(reports))
        left.append(made)
        found |= {f"{FOLDER}department-{number}/{name}": data for name, data in made.files.items()}
    return {**found, f"{FOLDER}README.txt": _README.format(left=_left(shown, left)).encode()}


def _of(records: list[ProvenRecord], type_: str) -> list[ProvenRecord]:
    return [one for one in records if isinstance(one.record, dict) and one.record.get("type") == type_]


def _entity(one: ProvenRecord) -> str:
    return str(one.record.get("entity"))


def _replaced(plan: BundlePlan) -> set[str]:
    """The leaves of what a later version in the bundle replaces."""
    parents = [record.record.get("parents") for record in plan.every().values()]
    return {str(leaf) for each in parents if isinstance(each, list) for leaf in each}


def _shown(plan: BundlePlan, one: ProvenRecord) -> Row:
    """A record as far as it is shown; a field that is stated is its text, and what is withheld says nothing."""
    decided = plan.rules.of(one.record, one.leaf)
    flat = flatten(one.record)
    kept = {path: flat[path] for each in decided for path in each.shown}
    row = nest(kept, [path for each in decided for path in each.withheld])
    return {
        **row,
        **{each.path[1:]: each.text for each in decided if each.text and each.path.count("/") == 1},
    }


def _matched(plan: BundlePlan, records: list[ProvenRecord]) -> Iterator[str]:
    """Ids of officers of whom a match that goes out says that they were seen in the incident.

    Ids stay, and so do references; that it was this officer is public where the status of the match is.
    """
    incident = plan.incident.id if plan.incident else ""
    for one in _of(records, "match"):
        sightings = one.record.get("sightings")
        seen = [str(each).partition("/")[0] for each in sightings] if isinstance(sightings, list) else []
        if _shown(plan, one).get("status") in IDENTIFIED and incident in seen:
            yield str(one.record.get("officer"))


def _departments(officers: list[Officer], reports: list[Incident]) -> list[str]:
    named: list[Json] = [officer.shown.get("agency") for officer in officers]
    for report in reports:
        agencies = report.shown.get("agencies")
        named += agencies if isinstance(agencies, list) else []
    return sorted({name for name in named if isinstance(name, str)})


def _state(reports: list[Incident]) -> str:
    found = {str(report.shown["state"]) for report in reports if isinstance(report.shown.get("state"), str)}
    if len(found) != 1:
        raise Refused(
            "OpenOversight wants the state of a department, and the report does not say which it is",
            hint="amend the report: state, as two capitals such as CA",
        )
    return found.pop()


def _left(officers: list[Officer], made: list[Tables]) -> str:
    """How many officers are in no table, and why; nobody is named."""
    codes = {officer.code for officer in officers}
    reasons = [{code: why for code, why in each.left_out if code in codes} for each in made]
    nowhere = [code for code in codes if all(code in each for each in reasons)] if reasons else sorted(codes)
    counted = Counter(
        next((each[code] for each in reasons if each[code] != OTHER_AGENCY), OTHER_AGENCY) for code in nowhere
    )
    lines = [f"- {count}: {why}\n" for why, count in sorted(counted.items())]
    return "\nOfficers of this bundle that are in no table:\n" + "".join(lines) if lines else ""

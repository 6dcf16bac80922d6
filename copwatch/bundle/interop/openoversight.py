"""CSV for OpenOversight's `advanced-csv-import` (docs/advanced_csv_import.rst of lucyparsons/OpenOversight).

Columns that it does not know abort an import, and a blank cell overwrites what stands there: of officers that it has
already, each set of columns gets a file of its own. Only what every profile may publish of officers and incidents is
taken, and of officers only those who are identified and whom nobody asked to leave out.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from copwatch.errors import Refused
from copwatch.proof.canonical import Json

OFFICERS: Final = (
    "id", "department_name", "department_state", "last_name", "first_name", "middle_initial", "suffix", "race",
    "gender", "employment_date", "birth_year", "unique_internal_identifier",
)  # fmt: skip
ASSIGNMENTS: Final = (
    "id",
    "officer_id",
    "job_title",
    "badge_number",
    "unit_name",
    "start_date",
    "resign_date",
)
INCIDENTS: Final = (
    "id", "department_name", "department_state", "date", "time", "report_number", "description", "street_name",
    "cross_street1", "cross_street2", "city", "state", "zip_code", "officer_ids", "license_plates",
)  # fmt: skip
REQUIRED: Final = {
    "officers": ("id", "department_name", "department_state"),
    "assignments": ("id", "officer_id", "job_title"),
    "incidents": ("id", "department_name", "department_state"),
}

_SUFFIXES: Final = {"jr": "Jr", "sr": "Sr", "ii": "II", "iii": "III", "iv": "IV", "v": "V"}
_GENDERS: Final = {"m": "M", "f": "F", "other": "Other"}
_RACES: Final = {
    "black": "BLACK", "white": "WHITE", "asian": "ASIAN", "hispanic": "HISPANIC", "native_american": "NATIVE AMERICAN",
    "pacific_islander": "PACIFIC ISLANDER", "other": "Other",
}  # fmt: skip
OTHER_AGENCY: Final = "of another agency"
IDENTIFIED: Final = frozenset({"matched_by_document", "confirmed"})
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STATE: Final = re.compile(r"[A-Z]{2}")
_PLATE: Final = re.compile(r"[A-Z0-9]{1,8}")
_NUMBERED: Final = re.compile(r"^\s*[0-9]+[a-zA-Z]?\s+(?=\S)")
"""A house number. `5 Points Road` loses its five, which harms nobody."""

Row = Mapping[str, Json]
"""A record as far as it is shown: what is withheld is not in it."""


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer as one human, under the code of their record."""

    code: str
    shown: Row


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident: its code, its report as it stands now, and the codes of officers who are matched to sightings."""

    code: str
    shown: Row
    officers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """The files by name, and who was left out, by code, with the reason."""

    files: Mapping[str, bytes]
    left_out: tuple[tuple[str, str], ...]


def tables(officers: Iterable[Officer], incidents: Iterable[Incident], department: str, state: str) -> Tables:
    """The files for one department; what belongs to another agency is left out, and named.

    Args:
        officers, incidents: what goes out.
        department: its name exactly as OpenOversight has it, which is the name of the agency in the records.
        state: two capitals, such as CA.

    Raises:
        Refused: the state is none.
    """
    if not _STATE.fullmatch(state):
        raise Refused(f"{state!r} is no state", hint="two capitals, such as CA")
    left_out: list[tuple[str, str]] = []
    taken: dict[str, Officer] = {}
    for officer in officers:
        reason = _why_not(officer.shown, department)
        if reason:
            left_out.append((officer.code, reason))
        else:
            taken[officer.code] = officer
    where = {"department_name": department, "department_state": state}
    people = [{**_officer(each), **where} for each in taken.values()]
    jobs = [row for each in taken.values() for row in _assignments(each)]
    events = []
    for incident in incidents:
        if department not in _texts(incident.shown.get("agencies")):
            left_out.append((incident.code, "it does not name this agency"))
            continue
        ids = [_id(taken[code]) for code in incident.officers if code in taken]
        events.append({**_incident(incident, ids), **where})
    files = {
        **_files("officers", OFFICERS, people), **_files("assignments", ASSIGNMENTS, jobs),
        **_files("incidents", INCIDENTS, events),
    }  # fmt: skip
    return Tables(files, tuple(left_out))


def _why_not(shown: Row, department: str) -> str:
    if shown.get("do_not_publish") != "no" and "do_not_publish" in shown:
        return "somebody asked not to publish it"
    if shown.get("identity_status") not in IDENTIFIED:
        return "who it is, is not settled"
    return "" if shown.get("agency") == department else OTHER_AGENCY


def _id(officer: Officer) -> str:
    """The number under which OpenOversight has an officer; else a name for this import."""
    number = officer.shown.get("openoversight_id")
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else f"#{officer.code}"


def _officer(officer: Officer) -> dict[str, str]:
    shown = officer.shown
    year = shown.get("birth_year")
    return {
        "id": _id(officer),
        **{name: _text(shown.get(name)) for name in ("last_name", "first_name", "middle_initial")},
        "suffix": _SUFFIXES.get(_text(shown.get("suffix")), ""),
        "race": _RACES.get(_text(shown.get("race")), ""),
        "gender": _GENDERS.get(_text(shown.get("gender")), ""),
        "employment_date": _day(shown.get("employment_date")),
        "birth_year": str(year) if isinstance(year, int) and not isinstance(year, bool) else "",
        "unique_internal_identifier": _text(shown.get("unique_internal_identifier")),
    }


def _assignments(officer: Officer) -> Iterator[dict[str, str]]:
    given = officer.shown.get("assignments")
    for row in given if isinstance(given, list) else []:
        if isinstance(row, dict) and _text(row.get("job_title")):
            yield {
                "id": "", "officer_id": _id(officer), "job_title": _text(row.get("job_title")),
                "badge_number": _text(row.get("star_no")), "unit_name": _text(row.get("unit")),
                "start_date": _day(row.get("start_date")), "resign_date": _day(row.get("resign_date")),
            }  # fmt: skip


def _incident(incident: Incident, officers: list[str]) -> dict[str, str]:
    shown = incident.shown
    streets = {
        name: _NUMBERED.sub("", _text(shown.get(name)))
        for name in ("street_name", "cross_street1", "cross_street2")
    }
    state = _text(shown.get("state"))
    return {
        "id": f"#{incident.code}", "date": _day(shown.get("occurred_start")), **streets,
        "city": _text(shown.get("city")), "state": state if _STATE.fullmatch(state) else "",
        "zip_code": _text(shown.get("zip")), "officer_ids": "|".join(officers),
        "license_plates": "|".join(_plates(shown.get("vehicles"))),
    }  # fmt: skip


def _plates(vehicles: Json | None) -> Iterator[str]:
    """Plates of vehicles of an agency, never of anybody else."""
    for row in vehicles if isinstance(vehicles, list) else []:
        if not isinstance(row, dict) or row.get("is_civilian") != "no":
            continue
        number = re.sub(r"[\s-]", "", _text(row.get("plate")).upper())
        state = _text(row.get("plate_state")).upper()
        if _PLATE.fullmatch(number):
            yield f"{number}_{state}" if _STATE.fullmatch(state) else number


def _files(name: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> dict[str, bytes]:
    """One file of new rows, and one for each set of columns among those that OpenOversight has already."""
    new = [row for row in rows if not row["id"].isdigit()]
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        if row["id"].isdigit():
            groups.setdefault(tuple(column for column in columns if row.get(column)), []).append(row)
    found = {}
    if new:
        used = tuple(c for c in columns if c in REQUIRED[name] or any(row.get(c) for row in new))
        found[f"{name}.csv"] = _csv(used, new)
    for number, (used, group) in enumerate(groups.items(), 1):
        found[f"{name}-known-{number}.csv"] = _csv(used, group)
    return found


def _csv(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue().encode()


def _text(value: Json | None) -> str:
    """One line that no spreadsheet takes for a formula. `|` separates lists there, so a value has none."""
    return " ".join(value.replace("|", "/").split()).lstrip("=+-@ ") if isinstance(value, str) else ""


def _texts(value: Json | None) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _day(value: Json | None) -> str:
    """The day of a date, of a moment, or of what a profile states of one."""
    text = value.get("at") if isinstance(value, dict) else value
    found = _DAY.match(text) if isinstance(text, str) else None
    return found[0] if found else ""

"""The sheet of the printed report as paper can bear it: what is said of hundreds of files alike stands there once.

Nothing is lost by that: each row stands by itself in the page, in report.json and in custody.csv.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from copwatch.model.values import Json
from copwatch.model.vocabulary import label

_MOST_CODES: Final = 12
_MADE: Final = label("rendition")


def for_paper(sheet: Mapping[str, Json]) -> dict[str, Json]:
    """A sheet (`copwatch.bundle.sheet.sheet`) of which long runs of like rows are joined."""
    return {
        **sheet,
        "custody": [*_events(_dicts(sheet["custody"]), _codes(sheet))],
        "others": _records(_dicts(sheet["others"])),
        "withheld": _withheld(sheet["withheld"]),
    }


def _codes(sheet: Mapping[str, Json]) -> set[str]:
    return {str(item["code"]) for item in _dicts(sheet["evidence"])}


def _events(rows: Iterable[dict[str, Json]], codes: set[str]) -> Iterable[Json]:
    """What happened to one file after the other, by one device with one outcome, is one event of all of them."""
    alike = groupby(rows, lambda row: [row["what"] in codes, *map(row.get, _SAME)])
    for (of_one_file, *_), run in alike:
        some = list(run)
        yield from (
            [_event(some)]
            if of_one_file and len(some) > _MOST_CODES
            else [_named(row, codes) for row in some]
        )


_SAME: Final = ("event", "premis", "who", "device", "outcome")


def _event(rows: Sequence[dict[str, Json]]) -> Json:
    first, last = rows[0]["at"], rows[-1]["at"]
    return {
        **rows[0],
        "at": first if first == last else f"{first} to {last}",
        "what": _some([str(row["what"]) for row in rows], "custody.csv"),
        "detail": f"{len(rows)} files; what is told of each stands in custody.csv, its SHA-256 in the list above too",
    }


def _named(row: dict[str, Json], codes: set[str]) -> Json:
    """An event that names many files."""
    words = str(row["what"]).split(" ")
    return (
        {**row, "what": _some(words, "custody.csv")} if len(codes.intersection(words)) > _MOST_CODES else row
    )


def _records(records: Sequence[dict[str, Json]]) -> list[Json]:
    """Of clean renditions the list of evidence says what was made of which file, and the hash of both."""
    made = [record for record in records if record["heading"] == _MADE]
    if len(made) <= _MOST_CODES:
        return [*records]
    said = f"{len(made)} records of how a clean rendition was made of a file; each stands in report.json"
    return [
        {"heading": _MADE, "provenance": said, "rows": []},
        *(one for one in records if one["heading"] != _MADE),
    ]


def _withheld(withheld: Json) -> list[Json]:
    """Rows of record, field and reason, where one stands for all records of which the same field stays for the same."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in withheld if isinstance(withheld, list) else ():
        if isinstance(row, list):
            code, field, reason = map(str, row)
            found.setdefault((field, reason), []).append(code)
    return [[_some(codes, "report.json"), field, reason] for (field, reason), codes in found.items()]


def _some(codes: Sequence[str], where: str) -> str:
    each = list(dict.fromkeys(codes))
    more = f" and {len(each) - _MOST_CODES} more, each named in {where}"
    return ", ".join(each[:_MOST_CODES]) + (more if len(each) > _MOST_CODES else "")


def _dicts(rows: Json) -> list[dict[str, Json]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

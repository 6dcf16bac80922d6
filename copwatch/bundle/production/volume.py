"""A volume for a review tool, as a pure function of what a bundle states and of its records.

One number for each file that goes out in its own format, and for each that is withheld; one for each page of the
printed report. Files and withheld items have a slip sheet as image. Whoever verifies a bundle derives all of it again,
but for the images.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copwatch.bundle.bag import Digest
from copwatch.bundle.custody import CustodyRow
from copwatch.bundle.documents import custody
from copwatch.bundle.facts import Facts, Named
from copwatch.bundle.heading import designation
from copwatch.bundle.production import numbering
from copwatch.bundle.production.bates import read
from copwatch.bundle.production.dates import captured_day, day_of
from copwatch.bundle.production.loadfile import Document, dat, opt
from copwatch.bundle.production.numbering import Production
from copwatch.bundle.sheet import file_rows, sheet
from copwatch.bundle.shown import Shown
from copwatch.proof.canonical import Json
from copwatch.text import clean

NOT_CLEANED: Final = "it cannot be cleaned with certainty"
NOT_CLEARED: Final = "nobody cleared for it who is to be seen or heard in it"
_STRIPPED: Final = "metadata removed; picture and sound are as received"
_FIELDS: Final = "fields withheld: see redaction-log.csv"
_OF_NOTHING = Digest(0, "", "")


@dataclass(frozen=True, slots=True)
class Hashed:
    """Size and hashes of the files of a bundle by path; MD5 of natives alone, for review tools that compare by it."""

    digests: Mapping[str, Digest]
    md5: Mapping[str, str]


def withheld(facts: Facts) -> list[tuple[str, str]]:
    """Code and reason of what was asked for and stays behind, in the order of their numbers."""
    return [(code, NOT_CLEANED) for code in facts.not_cleaned] + [
        (code, NOT_CLEARED) for code in facts.not_cleared
    ]


def items(facts: Facts) -> list[str]:
    """The codes of everything that has one number, in their order; the report comes after them."""
    return [named.code for named in facts.evidence] + [code for code, _ in withheld(facts)]


def numbers(facts: Facts) -> dict[str, str]:
    """Bates numbers by the code of evidence; none without a production."""
    return numbering.numbered(facts.production, items(facts)) if facts.production else {}


def report_numbers(facts: Facts) -> str:
    """First and last number of the printed report, where all records stand; empty without a production."""
    if facts.production is None or not facts.production.pages:
        return ""
    first, final = facts.production.number(len(items(facts))), last(facts, facts.production)
    return first if first == final else f"{first} to {final}"


def stamps(facts: Facts, production: Production) -> dict[str, Json]:
    """What the typesetter needs to stamp the pages of the report."""
    first = read(production.number(len(items(facts))))
    return {"prefix": first.prefix, "first": first.number, "width": first.width}


def last(facts: Facts, production: Production) -> str:
    """The last number of all."""
    return production.number(len(items(facts)) + production.pages - 1)


def slips(facts: Facts, shown: Mapping[str, Shown]) -> list[dict[str, Json]]:
    """One slip sheet for each number that an item has, as the typesetter takes it and `TEXT` says it."""
    known, found = numbers(facts), []
    for row in file_rows(facts, facts.telling(shown), known):
        lines = [row["file"], f"evidence {row['code']}", f"name as received: {row['name']}"]
        lines += [f"{row['size']}, {row['type']}", *_list(row["notes"])]
        lines += [": ".join(map(str, _list(pair))) for pair in _list(row["digests"])]
        found.append(
            _slip(row["bates"], "This sheet stands for a file that is produced in its own format:", lines)
        )
    for code, reason in withheld(facts):
        found.append(_slip(known[code], f"WITHHELD: {reason}.", [f"evidence {clean(code)}"]))
    return [{"mark": designation(facts), **slip} for slip in found]


def _slip(number: Json, head: str, lines: list[Json]) -> dict[str, Json]:
    return {"bates": number, "head": head, "lines": lines}


def texts(facts: Facts, shown: Mapping[str, Shown], production: Production) -> dict[str, bytes]:
    """The texts of all documents by path: what stands on slip sheets, and the report."""
    found = {}
    sheets = slips(facts, shown)
    for index, slip in enumerate(sheets):
        words = _said([slip["bates"], slip["head"], slip["lines"]])
        found[numbering.text(production, index)] = "".join(f"{word}\n" for word in words).encode()
    report = sheet(facts, shown, numbers(facts))
    found[numbering.text(production, len(sheets))] = "".join(f"{line}\n" for line in _said(report)).encode()
    return found


def images(facts: Facts, production: Production) -> list[str]:
    """The paths of all images, in the order of their numbers."""
    return [numbering.image(production, index) for index in range(len(items(facts)) + production.pages)]


def load_files(
    facts: Facts, shown: Mapping[str, Shown], production: Production, hashed: Hashed
) -> dict[str, bytes]:
    """DAT and OPT by path. Raises `BadInput` where the encoding does not have a character of a value."""
    rows = _documents(facts, shown, production, hashed)
    return {numbering.DAT: dat(rows, production.encoding), numbering.OPT: opt(rows, numbering.VOLUME)}


def _documents(
    facts: Facts, shown: Mapping[str, Shown], production: Production, hashed: Hashed
) -> list[Document]:
    shown = facts.telling(shown)
    custodians = {row.record: row for row in custody(facts, shown) if row.event == "received"}
    rows = [
        _native(facts, shown, production, hashed, index, named, custodians.get(named.leaf))
        for index, named in enumerate(facts.evidence)
    ]
    count = len(rows)
    rows += [
        _row(production, count + index, kind="withheld", redacted=True, reason=reason)
        for index, (_, reason) in enumerate(withheld(facts))
    ]
    rows.append(_report(facts, production, hashed, len(rows)))
    return [replace(row, confidentiality=designation(facts)) for row in rows]


def _native(
    facts: Facts, shown: Mapping[str, Shown], production: Production, hashed: Hashed, index: int, named: Named,
    received: CustodyRow | None,
) -> Document:  # fmt: skip
    evidence, file = shown[named.leaf], shown[named.rendition or named.leaf]
    name = clean(evidence.said("name")) or named.file.rpartition("/")[2]
    told = bool(facts.told.get(named.leaf))
    row = _row(
        production, index, custodian=clean(received.who) if received else "", kind=clean(file.text("media_type")),
        date=captured_day(evidence), filename=name, native=named.file, hashed=hashed,
        redacted=bool(named.rendition) or told, reason=_STRIPPED if named.rendition else _FIELDS if told else "",
    )  # fmt: skip
    return replace(
        row, modified=day_of(evidence.said("file_time")), received=day_of(received.at) if received else ""
    )


def _report(facts: Facts, production: Production, hashed: Hashed, index: int) -> Document:
    told = any(facts.told.values())
    return _row(
        production, index, pages=production.pages, kind="report", date=facts.created_at[:10], filename="report.pdf",
        native=numbering.report_native(production, index), hashed=hashed, redacted=told, reason=_FIELDS if told else "",
    )  # fmt: skip


def _row(
    production: Production, index: int, *, kind: str, pages: int = 1, custodian: str = "", date: str = "",
    filename: str = "", native: str = "", hashed: Hashed | None = None, redacted: bool = False, reason: str = "",
) -> Document:  # fmt: skip
    digest = hashed.digests.get(native, _OF_NOTHING) if hashed else _OF_NOTHING
    return Document(
        first=production.number(index), last=production.number(index + pages - 1), custodian=custodian, kind=kind,
        date=date, filename=filename, size=digest.size if hashed else None,
        md5=hashed.md5.get(native, "") if hashed else "", sha256=digest.sha256, native=numbering.within(native),
        text=numbering.within(numbering.text(production, index)), redacted=redacted, reason=reason,
        images=tuple(numbering.within(numbering.image(production, index + page)) for page in range(pages)),
    )  # fmt: skip


def _said(value: Json) -> list[str]:
    """Every text of a sheet, in its order, a line each: for those who search."""
    if isinstance(value, str):
        return [value] if value else []
    parts = value.values() if isinstance(value, dict) else _list(value)
    return [line for part in parts for line in _said(part)]


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else []

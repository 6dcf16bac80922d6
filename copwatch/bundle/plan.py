"""What a bundle is made of: filled by workflows, read by the writer. Nothing here opens a file by itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from copwatch.bundle.decisions import Deciding
from copwatch.bundle.sinks import Early, Stretches
from copwatch.bundle.viewing import ForViewing
from copwatch.errors import BadInput
from copwatch.model import ids
from copwatch.model.values import to_datetime
from copwatch.proof.body import OpenedRecord
from copwatch.proof.canonical import Json
from copwatch.proof.hashing import is_hex

CODE_FORM = r"[A-Z0-9]{1,16}(-[A-Z0-9]{1,16}){0,9}"
"""What a bundle can be called: parts of capitals and digits, as spoken codes are."""

NEUTRAL = re.compile(r"stripped\.[a-z0-9][a-z0-9.+-]{0,39}", re.ASCII)
"""The name of a rendition: nothing but its kind."""

_CODE = re.compile(CODE_FORM, re.ASCII)
_VERSION = re.compile(r"[0-9a-z.+]{1,40}", re.ASCII)


def nothing_coded(reader: BinaryIO) -> Stretches:
    """Nothing is known of a file: all of it is searched."""
    return ()


@dataclass(frozen=True, slots=True)
class ProvenRecord:
    """A record with what proves it.

    `line` is the raw ledger line, without newline, of the entry that brought it; `index` the position of its
    leaf over all sets of that entry, in their order.
    """

    opened: OpenedRecord
    line: bytes
    index: int

    @property
    def leaf(self) -> str:
        """The record's leaf, 64 hex digits."""
        return self.opened.leaf

    @property
    def record(self) -> Json:
        """The whole record. Untrusted, and more than a profile lets out."""
        return self.opened.record


@dataclass(frozen=True, slots=True)
class Item:
    """One evidence file that goes out.

    `open` gives a reader of exactly the `size` bytes that the record names, bit for bit as received; it may
    be called again, and each reader is closed. `name` is the name as received: untrusted.

    With `rendition`, the record of one, `open` gives the bytes of that, and `name` says nothing but its kind. `coded`
    says of such a reader, and leaves it at its beginning, where coded picture and sound stand in it: those are not
    searched for what is withheld. It is asked in a thread of its own, one at a time. `viewing` was made of these bytes
    to be looked at, `no_viewing` says why it was not. With `early` the file stands where the bundle is written already.
    """

    code: str
    evidence: ProvenRecord
    name: str
    open: Callable[[], BinaryIO]
    rendition: ProvenRecord | None = None
    coded: Callable[[BinaryIO], Stretches] = nothing_coded
    viewing: tuple[ForViewing, ...] = ()
    no_viewing: str = ""
    early: Early | None = None

    @property
    def file(self) -> ProvenRecord:
        """The record whose size and SHA-256 are those of the file."""
        return self.rendition or self.evidence


@dataclass(frozen=True, slots=True)
class ReportVersion:
    """One version of the report under its code (`R-…`). Which is first and which current, the parents say."""

    code: str
    record: ProvenRecord


@dataclass(frozen=True, slots=True)
class Incident:
    """The incident that the bundle is about."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class Signer:
    """The device that exports: its public key (64 hex digits), and what signs a message with it (128)."""

    key: str
    sign: Callable[[bytes], str]


class Press(Protocol):
    """Draws pages as single-page TIFFs for review tools."""

    def pages(self, pdf: bytes) -> int:
        """How many pages a PDF of ours has."""

    def images(self, pdf: bytes) -> Iterator[bytes]:
        """An image of each page of a PDF of ours."""

    def slips(self, slips: Sequence[Mapping[str, Json]], created_at: str) -> Iterator[bytes]:
        """An image of each slip sheet (`production/volume.py`)."""


@dataclass(frozen=True, slots=True)
class ProductionPlan:
    """A volume for a review tool: its first Bates number, and the encoding of its DAT.

    `take` writes down first and last number as given, for ever, before the bundle exists; it raises where that fails.
    """

    first: str
    encoding: str
    press: Press
    take: Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """Everything that one bundle needs.

    `records` are the other records to show beside items and versions: custody events, batches, links. What is
    in `items` or `versions` may stand there again; it goes out once. `staying` are records around them of which
    nothing goes out: what they say, above all who is who, is looked for in the finished bundle. `elsewhere` gives the
    identities of everybody else in the archive, by leaf: whole names and numbers of theirs are looked for. `charters`
    are the raw charter files by file name: all versions, so that every device key leads to the root key and the archive
    id.

    With `strips` every file is a clean rendition; `not_cleaned` are the codes of evidence that
    stays behind because that cannot be done with certainty, `not_cleared` those of evidence that shows people, or may,
    and that nobody cleared for the profile. `rules` decide what of each record is shown. `printer` makes the printed
    report of a sheet (`sheet.py`) and of the time of the export; without one there is none. `extras` are papers that
    were asked for (`extras.py`). `pdf_texts` reads PDFs for the leak search, in a process that has nothing. With
    `production`, which needs a printer and a profile with proofs, files are numbered and named for a review tool.
    Whoever writes the bundle puts into `not_searched` the files whose inside nobody could read.
    """

    code: str
    rules: Deciding
    purpose: str
    created_at: str
    tool_version: str
    archive: str
    root: str
    signer: Signer
    charters: Mapping[str, bytes]
    items: tuple[Item, ...] = ()
    versions: tuple[ReportVersion, ...] = ()
    records: tuple[ProvenRecord, ...] = ()
    staying: tuple[ProvenRecord, ...] = ()
    elsewhere: Callable[[], Iterable[tuple[str, Mapping[str, Any]]]] = tuple
    incident: Incident | None = field(default=None)
    strips: bool = False
    not_cleaned: tuple[str, ...] = ()
    not_cleared: tuple[str, ...] = ()
    extras: frozenset[str] = frozenset()
    printer: Callable[[Mapping[str, Json], str], bytes] | None = None
    pdf_texts: Callable[[BinaryIO], list[str]] | None = None
    production: ProductionPlan | None = None
    not_searched: list[str] = field(default_factory=list)

    @property
    def profile(self) -> str:
        """The name of the profile."""
        return self.rules.profile.name

    def every(self) -> dict[str, ProvenRecord]:
        """Every record by its leaf, each once."""
        named = [item.evidence for item in self.items] + [version.record for version in self.versions]
        named += [item.rendition for item in self.items if item.rendition is not None]
        found: dict[str, ProvenRecord] = {}
        for record in (*named, *self.records):
            found.setdefault(record.leaf, record)
        return found

    def known(self) -> dict[str, ProvenRecord]:
        """Every record by its leaf, also those of which nothing goes out."""
        return {record.leaf: record for record in self.staying} | self.every()


def check_plan(plan: BundlePlan) -> None:
    """Refuses a plan that could not be verified later.

    Raises:
        BadInput: a code, time, key or id is not of its form, stands twice, or does not fit its record.
    """
    if _VERSION.fullmatch(plan.tool_version) is None:
        raise BadInput("the version of the program is not of its form")
    known = is_hex(plan.archive, 64) and is_hex(plan.root, 64) and is_hex(plan.signer.key, 64)
    if not known or _CODE.fullmatch(plan.code) is None or to_datetime(plan.created_at) is None:
        raise BadInput("the bundle has a code, time, archive or key that is not of its form")
    if plan.production is not None and (plan.printer is None or not plan.rules.profile.proof):
        raise BadInput("a production has a printed report, and proofs")
    coded = [("E", "evidence", item.code, item.evidence.record) for item in plan.items]
    coded += [("R", "report", version.code, version.record.record) for version in plan.versions]
    for letter, kind, code, record in coded:
        if record.get("type") != kind or not names(letter, code, record.get("id")):
            raise BadInput(f"{code} is not the code of its record")
    for item in plan.items:
        size = item.file.record.get("size")
        if not is_hex(item.file.record.get("sha256"), 64) or type(size) is not int or size < 0:
            raise BadInput(f"the record of {item.code} has no size or no SHA-256")
        _check_stripped(plan, item)
    with_file = {item.evidence.leaf for item in plan.items}
    if any(r.leaf not in with_file and r.record.get("type") == "evidence" for r in plan.records):
        raise BadInput("an evidence record would go out without its file")
    codes = [code for _, _, code, _ in coded] + [*plan.not_cleaned, *plan.not_cleared]
    left = (*plan.not_cleaned, *plan.not_cleared)
    if not all(is_code("E", code) for code in left) or (plan.not_cleaned and not plan.strips):
        raise BadInput("what stays behind is not named by its code, or nothing is cleaned at all")
    if len(set(codes)) != len(codes):
        raise BadInput("a code stands twice", hint="codes have to be lengthened until they differ")
    incident = plan.incident.id if plan.incident else None
    if any(version.record.record.get("incident") != incident for version in plan.versions):
        raise BadInput("a report version belongs to another incident than the bundle")
    if plan.incident is not None and not names("I", plan.incident.code, plan.incident.id):
        raise BadInput(f"{plan.incident.code} is not the code of its incident")


def _check_stripped(plan: BundlePlan, item: Item) -> None:
    """A bundle holds renditions or what was received, never both; what was stripped before it came in is clean."""
    if item.rendition is None:
        if plan.strips and item.evidence.record.get("metadata") != "strip":
            raise BadInput(f"{item.code} would go out as it was received")
        return
    made, received = item.rendition.record, item.evidence
    of = (made.get("type"), made.get("evidence"), made.get("evidence_leaf"))
    if not plan.strips or of != ("rendition", received.record.get("id"), received.leaf):
        raise BadInput(f"{item.code} has a rendition that is not its own")
    if NEUTRAL.fullmatch(item.name) is None:
        raise BadInput(f"the rendition of {item.code} has a name that says more than its kind")


def is_code(kind: str, code: str) -> bool:
    """Whether `code` is exactly written, and of that kind."""
    try:
        return str(ids.parse_code(code, kind)) == code
    except BadInput:
        return False


def names(kind: str, code: str, id: Json) -> bool:
    """Whether `code` is exactly written, of that kind, and one that `id` begins with."""
    if not isinstance(id, str) or not ids.is_id(id) or not is_code(kind, code):
        return False
    return ids.matches(ids.parse_code(code, kind), id)

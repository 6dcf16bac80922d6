"""What goes into a bundle: an incident or items with their codes, the records beside them, and what proves each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from copwatch import __version__
from copwatch.bundle.decisions import Deciding
from copwatch.bundle.plan import BundlePlan, Incident, Item, ReportVersion, Signer
from copwatch.bundle.sinks import Stretches
from copwatch.catalogue import shown
from copwatch.catalogue.claims import MARK
from copwatch.catalogue.custody import custody_leaves
from copwatch.catalogue.queries import records_of, rendition_leaves, report_versions
from copwatch.catalogue.shown import EvidenceRow
from copwatch.crypto.age import Recipient
from copwatch.crypto.signing import SigningKey
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import essence_of
from copwatch.media.refusal import CannotClean
from copwatch.model.ids import ALPHABET, LENGTHS, code, shortest_codes
from copwatch.store.archive import read_charters
from copwatch.workflows.clearing import Stays
from copwatch.workflows.made import Made, NotMade
from copwatch.workflows.opening import read_evidence
from copwatch.workflows.printing import print_report
from copwatch.workflows.producing import production_plan
from copwatch.workflows.proving import proven_records
from copwatch.workflows.renditions import RenditionReader, open_rendition
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now, rfc3339


@dataclass(frozen=True)
class Request:
    """What goes out: an incident or single items, for whom, why, and where to.

    With `strip` clean renditions alone; what cannot be cleaned stops it, or with `keep_going` stays behind. With
    `preserve` originals or nothing; with neither the profile decides. `client` is whom counsel acts for, by label or
    code; `recipient` who gets it; `matter` the id of that for which it is.
    The `layout` is one of `producing.LAYOUTS`; `bates` is a prefix, `load_encoding` that of the DAT.
    `with_proof` gives proofs also where the profile has none; `extras` are papers beside the report. With `viewing`
    there are renditions and thumbnails for a plain office computer. `names_not_searched` lets somebody export who does
    not read identities.
    """

    profile: str
    out: Path
    incident: str | None = None
    items: tuple[EvidenceRow, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    purpose: str = ""
    record: bool = True
    strip: bool = False
    keep_going: bool = False
    client: str = ""
    recipient: str = ""
    matter: str | None = None
    with_proof: bool = False
    extras: frozenset[str] = frozenset()
    layout: str = "bundle"
    bates: str = ""
    load_encoding: str = "utf-8"
    viewing: bool = True
    names_not_searched: bool = False
    preserve: bool = False


@dataclass(frozen=True)
class Going:
    """What goes out, with its codes by leaf; with `made`, by leaf too, as these renditions.

    `rules` decide what of each record is shown, and `others` are the leaves of what else may go out. `not_cleared` is
    evidence that stays, because nobody cleared it for the profile, with what is missing; `staying` are the leaves of
    what else is around and stays, to be looked for.
    """

    rows: tuple[EvidenceRow, ...]
    codes: dict[str, str]
    rules: Deciding
    others: tuple[str, ...] = ()
    made: dict[str, Made] = field(default_factory=dict)
    not_cleaned: tuple[NotMade, ...] = ()
    not_cleared: tuple[tuple[EvidenceRow, Stays], ...] = ()
    staying: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()


def make_plan(
    session: Session,
    request: Request,
    process: MediaProcess,
    going: Going,
    bundle: str,
    device: SigningKey,
    now: Now,
) -> BundlePlan:
    """Everything that one bundle needs, opened again from the archive; `device` signs it.

    Raises `IntegrityFailure` for a record that is no longer there.
    """
    archive, rules = session.archive, replace(going.rules, bundle=bundle)
    versions = report_versions(session.catalogue, request.incident) if request.incident else []
    versions = [version for version in versions if version.leaf in going.codes]
    others = sorted({*leaves_beside(session, request.incident, going.rows), *going.others})
    made = rendition_leaves(session.catalogue, [one.id for one in going.made.values() if one.id])
    leaves = [*(row.leaf for row in going.rows), *(v.leaf for v in versions), *others, *made.values()]
    proven = proven_records(session, [*leaves, *going.staying])
    left_out = {leaf for leaf in others if rules.leaves_out(proven[leaf].record)}
    stay = {leaf for leaf in left_out if proven[leaf].record.get("type") != "custody"} | {*going.staying}

    coded = partial(coded_in, process)

    def item(row: EvidenceRow) -> Item:
        code, one = going.codes[row.leaf], going.made.get(row.leaf)
        if one is None or not one.id:
            received = going.rules.name_of(proven[row.leaf].record, row.leaf) or row.name
            name, reader = one.name if one else received, partial(read_evidence, session, row)
            early = one.early if one else None
            return Item(code, proven[row.leaf], name, reader, coded=coded, early=early)
        reader = partial(open_rendition, session, process, one)
        return Item(code, proven[row.leaf], one.name, reader, proven[made[one.id]], coded, early=one.early)

    return BundlePlan(
        code=bundle, rules=rules, purpose=request.purpose, created_at=rfc3339(now()),
        tool_version=__version__, archive=archive.id, root=archive.history.root,
        signer=Signer(device.public_hex, device.sign), charters=read_charters(archive.layout),
        items=tuple(item(row) for row in going.rows),
        versions=tuple(ReportVersion(going.codes[v.leaf], proven[v.leaf]) for v in versions),
        records=tuple(proven[leaf] for leaf in others if leaf not in left_out),
        staying=tuple(proven[leaf] for leaf in sorted(stay)),
        elsewhere=partial(_elsewhere, session, frozenset(proven)),
        incident=_incident(session, request.incident),
        strips=request.strip or going.rules.profile.strips,
        not_cleaned=tuple(going.codes[one.item.leaf] for one in going.not_cleaned),
        not_cleared=tuple(going.codes[row.leaf] for row, _ in going.not_cleared),
        printer=print_report, extras=request.extras, pdf_texts=process.texts,
        production=production_plan(session, request, going, bundle, now),
    )  # fmt: skip


def _elsewhere(session: Session, near: frozenset[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every version of every identity that this member reads, but for those around what goes out."""
    found = records_of(session.catalogue, "identity")
    yield from ((one.leaf, one.record) for one in found if one.leaf not in near)


def coded_in(process: MediaProcess, file: BinaryIO) -> Stretches:
    """Where coded picture and sound stand in a file; of one that nobody knows to the last byte, nowhere."""
    if isinstance(file, RenditionReader):
        return file.essence
    try:
        return essence_of(process.scan(file).parts)
    except CannotClean:
        return ()
    finally:
        file.seek(0)


def distinct_codes(prefix: str, rows: Sequence[EvidenceRow | shown.ReportVersion]) -> dict[str, str]:
    """A code of its own for each record, by leaf: where several bear one id, codes of it of different lengths.

    Of more records than there are lengths, the first of each device come before others, and the rest has none.
    """
    claims: dict[str, list[EvidenceRow | shown.ReportVersion]] = defaultdict(list)
    for row in rows:
        claims[row.id].append(row)
    found: dict[str, str] = {}
    for id, several in claims.items():
        short = several[0].code.partition(MARK)[0]
        longer = [code(prefix, id, symbols) for symbols in LENGTHS]
        usable = [short, *(c for c in longer if len(c) > len(short) and c[-1] in ALPHABET)]
        first = {row.device: row.leaf for row in reversed(several)}
        ordered = sorted(several, key=lambda row: row.leaf not in first.values())
        found |= {row.leaf: name for row, name in zip(ordered, usable, strict=False)}
    return found


def _incident(session: Session, incident: str | None) -> Incident | None:
    return Incident(incident, shortest_codes("I", [incident])[incident]) if incident else None


def leaves_beside(session: Session, incident: str | None, rows: Sequence[EvidenceRow]) -> list[str]:
    """Batches of the items, their links to the incident, and every custody event of theirs."""
    items, batches = {row.id for row in rows}, {row.batch for row in rows}
    leaves = {r.leaf for r in records_of(session.catalogue, "batch") if r.record["id"] in batches}
    for type_ in ("link", "unlink"):
        leaves |= {
            r.leaf
            for r in records_of(session.catalogue, type_)
            if r.record["incident"] == incident
            and (r.record.get("batch") in batches or r.record.get("evidence") in items)
        }
    leaves |= custody_leaves(session.catalogue, rows)
    return sorted(leaves - {row.leaf for row in rows})

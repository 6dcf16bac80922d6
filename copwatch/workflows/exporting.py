"""`copwatch export`: a bundle for a legal team, with proofs, written so that only a whole one has its name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from copwatch.bundle.bag import Digest
from copwatch.bundle.sinks import FolderSink, Sink, ZipSink
from copwatch.bundle.unproven.write import WRITTEN, write_open_bundle
from copwatch.bundle.write import write_bundle
from copwatch.catalogue.queries import evidence, report_versions
from copwatch.catalogue.shown import EvidenceRow
from copwatch.crypto.signing import SigningKey
from copwatch.errors import (
    CopwatchError,
    IntegrityFailure,
    NotFound,
    NotThisDevice,
    Refused,
    Unfinished,
    UsageError,
)
from copwatch.media.isolated import MediaProcess
from copwatch.model.ids import code
from copwatch.progress import Progress
from copwatch.store.archive import Archive
from copwatch.store.sealed_file import sealed_file
from copwatch.workflows.bundle_plans import Going, Request, distinct_codes, make_plan
from copwatch.workflows.clearing import is_cleared
from copwatch.workflows.gathering import around, check_orders, client_of, deciding, scope_of
from copwatch.workflows.opening import Recorded, record_access
from copwatch.workflows.profile_files import profile_named
from copwatch.workflows.renditions import Made, NotMade, make_all
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now, check_text, fresh_id
from copwatch.workflows.writing_out import check_new, check_outside

_DAMAGED = (
    "nothing was written; `copwatch verify --deep` names the item, `copwatch doctor --from DIR` may mend it"
)
_MOST_NAMED = 5


@dataclass(frozen=True)
class Exported:
    """A finished bundle. `left_out` are records whose id more records bear than there are codes for it.

    `renditions` is how many of its files were made for it, `not_cleaned` what was left behind, with the reason.
    `not_cleared` are codes of items that nobody cleared for the profile, `orders` ids of matters under an order.
    """

    code: str
    out: Path
    sealed: bool
    files: int
    size: int
    recorded: Recorded
    withdrawn: tuple[str, ...]
    left_out: tuple[str, ...]
    renditions: int = 0
    not_cleaned: tuple[NotMade, ...] = ()
    not_cleared: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()


def new_bundle_code() -> str:
    """The name of a new bundle: random, with a check symbol, like every code."""
    return f"BUNDLE{code('B', fresh_id())[1:]}"


def export(session: Session, request: Request, bundle: str, now: Now, progress: Progress) -> Exported:
    """Writes one bundle.

    Raises:
        Refused, UsageError: the profile is not built, or there is none; something cannot be cleaned; a leak was found;
            nothing was released.
        NotFound: there is nothing to export.
        NotThisDevice: this computer has no device key to sign with.
        IntegrityFailure: something is not what was received, or something that may belong to the incident could
            not be read; nothing was released.
    """
    check_request(request)
    device = session.archive.state.device()
    if device is None:
        raise NotThisDevice(
            "a bundle is signed by a device of the archive, and this computer is none",
            hint="`copwatch recover` makes it one",
        )
    check_new_bundle(request.out, session.archive, sealed=bool(request.recipients))
    if request.incident:
        session.check_whole()
    rows = _rows(session, request)
    here = [row for row in rows if not row.withdrawn]
    versions = report_versions(session.catalogue, request.incident) if request.incident else []
    codes = distinct_codes("E", here) | distinct_codes("R", versions)
    left_out = tuple(row.code for row in here if row.leaf not in codes)
    left_out += tuple(version.code for version in versions if version.leaf not in codes)
    going = _decided(session, request, [row for row in here if row.leaf in codes], codes, now)
    with MediaProcess(waiting=lambda: progress.advance(0)) as process:
        if request.strip or going.rules.profile.strips:
            going = _cleaned(session, request, process, going, progress)
        recorded = _record(session, request, going, bundle, now)
        digests = _write(session, request, process, going, bundle, device, now, recorded, progress)
    size = sum(digest.size for digest in digests.values())
    gone = tuple(row.code for row in rows if row.withdrawn)
    made = sum(bool(one.id) for one in going.made.values())
    return Exported(
        bundle, request.out, bool(request.recipients), len(digests), size, recorded, gone, left_out, made,
        going.not_cleaned, tuple(row.code for row in going.not_cleared), going.orders,
    )  # fmt: skip


def check_request(request: Request) -> None:
    """What can be said before any archive is opened. Raises `Refused`, `UsageError`."""
    check_text("--purpose", request.purpose)
    if request.strip and not request.record:
        raise UsageError(
            "--no-record and --metadata strip exclude each other",
            hint="a clean rendition is proven by the record of its making; without one, export with preserve",
        )
    if request.keep_going and not request.strip:
        raise UsageError(
            "--keep-going goes with --metadata strip", hint="leave it out, or add --metadata strip"
        )


def _decided(
    session: Session, request: Request, rows: list[EvidenceRow], codes: dict[str, str], now: Now
) -> Going:
    """Who and what is concerned, and so what may leave. Raises `Refused` where nothing of what was asked for may."""
    profile = profile_named(session.archive, request.profile)
    if profile.strips and not request.record:
        raise UsageError(
            f"{profile.name} gives clean renditions, which are proven by the record of their making",
            hint="leave out --no-record",
        )
    incidents = (
        [request.incident] if request.incident else sorted({id for row in rows for id in row.incidents})
    )
    found = around(session, incidents, rows)
    orders = check_orders(found, profile)
    client = (
        client_of(session, request.client, incidents, found.reports) if request.client else frozenset[str]()
    )
    scope = scope_of(profile, recipient=request.recipient, matter=request.matter, incidents=incidents)
    rules = deciding(
        session, profile, found, client=client, scope=scope, on=now().date(), strips=request.strip
    )
    cleared = [row for row in rows if is_cleared(session, rules, found, row)]
    if rows and not cleared and not request.incident:
        raise Refused(
            f"nobody cleared this for {profile.name}: who is to be seen or heard in it",
            hint=f"look at it first: copwatch review {rows[0].code} --profile {profile.name}",
        )
    others = found.leaves(profile.types) if request.incident else ()
    stays = tuple(row for row in rows if row not in cleared)
    return Going(tuple(cleared), codes, rules, tuple(others), not_cleared=stays, orders=orders)


def _cleaned(
    session: Session, request: Request, process: MediaProcess, going: Going, progress: Progress
) -> Going:
    """Every rendition made once and held, before anything is recorded. Raises `Refused` where some cannot be."""
    results = list(make_all(session, process, going.rows, progress))
    made = {one.item.leaf: one for one in results if isinstance(one, Made)}
    refused = tuple(one for one in results if isinstance(one, NotMade))
    if refused and not (request.keep_going and (made or request.incident)):
        raise _cannot_clean(refused, len(results), request)
    return replace(
        going, rows=tuple(row for row in going.rows if row.leaf in made), made=made, not_cleaned=refused
    )


def _cannot_clean(refused: Sequence[NotMade], count: int, request: Request) -> Refused:
    named = [f"{one.item.code}: {one.why.message}" for one in refused[:_MOST_NAMED]]
    named += [f"{len(refused) - _MOST_NAMED} more"] if len(refused) > _MOST_NAMED else []
    hint = "nothing was written and nothing recorded"
    if not request.keep_going:
        hint += "; --keep-going leaves out what cannot be cleaned and says so in the bundle"
    return Refused(
        f"{len(refused)} of {count} items cannot be cleaned with certainty: {'; '.join(named)}", hint=hint
    )


def _write(
    session: Session, request: Request, process: MediaProcess, going: Going, bundle: str, device: SigningKey,
    now: Now, recorded: Recorded, progress: Progress,
) -> dict[str, Digest]:  # fmt: skip
    plan = make_plan(session, request, process, going, bundle, device, now)
    progress.start(sum(item.file.record["size"] for item in plan.items), "exporting")
    try:
        proof = going.rules.profile.proof
        with _sink(request, bundle, plan.created_at if proof else WRITTEN) as sink:
            return (write_bundle if proof else write_open_bundle)(plan, sink, progress)
    except BaseException as error:
        _record_failure(session, request, going.rows, bundle, now, recorded)
        if (
            isinstance(error, CopwatchError)
            and error.exit_code == IntegrityFailure.exit_code
            and not error.hint
        ):
            raise IntegrityFailure(error.message, hint=_DAMAGED) from error
        raise
    finally:
        progress.finish()


def check_new_bundle(out: Path, archive: Archive, *, sealed: bool) -> None:
    """Before anything is asked or recorded: the place for the bundle has to be free. Raises as `check_new`."""
    if not sealed and out.is_dir() and not out.is_symlink() and not any(out.iterdir()):
        check_outside(out, archive)
    else:
        check_new(out, archive)


def _rows(session: Session, request: Request) -> list[EvidenceRow]:
    rows = evidence(session.catalogue, incident=request.incident) if request.incident else []
    for item in request.items:
        rows += [item] if item.leaf not in {row.leaf for row in rows} else []
    if not rows and not (request.incident and report_versions(session.catalogue, request.incident)):
        raise NotFound("there is nothing to export", hint="file evidence first: copwatch link B-… I-…")
    if rows and request.items and all(row.withdrawn for row in rows):
        raise NotFound("there is nothing to export: all of it was withdrawn")
    return rows


def _record(session: Session, request: Request, going: Going, bundle: str, now: Now) -> Recorded:
    """The export is written down before it is made, so that the bundle's own custody reaches to its export.

    So are the renditions. Raises `Unfinished` where they cannot be: nothing would prove them.
    """
    if not request.record:
        return Recorded(False, "as asked")
    purpose = " ".join(part for part in (f"{bundle} for {request.profile}.", request.purpose) if part)
    new = [one for one in going.made.values() if one.id]
    recorded = record_access(
        session, now, "exported", [row.id for row in going.rows], purpose=purpose, incident=request.incident,
        made=lambda stamp: [one.record(stamp) for one in new],
    )  # fmt: skip
    if new and not recorded.written:
        raise Unfinished(
            f"clean renditions go out with the record of their making, and that cannot be written: {recorded.why_not}",
            hint="mend that, or export with --metadata preserve; nothing was written",
        )
    session.absorb()
    return recorded


def _record_failure(
    session: Session, request: Request, rows: Sequence[EvidenceRow], bundle: str, now: Now, recorded: Recorded
) -> None:
    if recorded.written:
        record_access(
            session, now, "exported", [row.id for row in rows], purpose=f"{bundle} was not finished.",
            incident=request.incident, outcome="fail",
        )  # fmt: skip


@contextmanager
def _sink(request: Request, bundle: str, created_at: str) -> Iterator[Sink]:
    if not request.recipients:
        yield FolderSink(request.out)
        return
    with sealed_file(request.out, request.recipients) as stream:
        yield ZipSink(stream, bundle, created_at)

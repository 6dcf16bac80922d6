"""`copwatch export`: a bundle for a legal team, with proofs, written so that only a whole one has its name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from copwatch.bundle.bag import Digest
from copwatch.bundle.extras import WANTED
from copwatch.bundle.interop.published import NAME as OPENOVERSIGHT
from copwatch.bundle.unproven.write import WRITTEN, write_open_bundle
from copwatch.bundle.write import write_bundle
from copwatch.catalogue.shown import EvidenceRow
from copwatch.crypto.signing import SigningKey
from copwatch.errors import (
    Busy,
    CopwatchError,
    IntegrityFailure,
    Locked,
    NotThisDevice,
    Refused,
    Unfinished,
    UsageError,
)
from copwatch.media.isolated import MediaProcess
from copwatch.model.ids import code
from copwatch.model.profile import COUNSEL
from copwatch.progress import Progress
from copwatch.store.archive import Archive
from copwatch.store.spool import Spool
from copwatch.workflows.bundle_place import Place
from copwatch.workflows.bundle_plans import Going, Request, coded_in, make_plan
from copwatch.workflows.clearing import Stays
from copwatch.workflows.made import Made, NotMade
from copwatch.workflows.making import make_all
from copwatch.workflows.opening import Recorded, record_access
from copwatch.workflows.printing import print_saying
from copwatch.workflows.producing import Given, check_layout, given_to
from copwatch.workflows.registering import record_packed, registered
from copwatch.workflows.selecting import said_of_consent, select
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now, check_text, fresh_id
from copwatch.workflows.undisturbed import undisturbed
from copwatch.workflows.viewing import Viewable, make_viewable
from copwatch.workflows.writing_out import check_new, check_outside

_DAMAGED = (
    "nothing was released; `copwatch verify --deep` names the item, `copwatch doctor --from DIR` may mend it"
)
_MOST_NAMED = 5


@dataclass(frozen=True)
class Exported:
    """A finished bundle. `left_out` are records whose id more records bear than there are codes for it.

    `renditions` is how many of its files were made for it, `not_cleaned` what was left behind, with the reason.
    `not_cleared` are codes of items that nobody cleared for the profile, with what is missing, `orders` ids of matters
    under an order.
    Without `proofs` nothing in it shows where it came from. `consent_withheld` counts fields that stay because somebody
    did not agree, `not_asked` those that went out although nobody was asked. `viewable` says what was made to look at,
    `bates` which numbers a production took. `not_searched` are files of the bundle of which nobody could read the
    inside, so that it was not searched for what is withheld; their bytes were.
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
    not_cleared: tuple[tuple[str, Stays], ...] = ()
    orders: tuple[str, ...] = ()
    proofs: bool = True
    consent_withheld: int = 0
    not_asked: int = 0
    viewable: Viewable = field(default_factory=Viewable)
    bates: Given | None = None
    not_searched: tuple[str, ...] = ()


def new_bundle_code() -> str:
    """The name of a new bundle: random, with a check symbol, like every code."""
    return f"BUNDLE{code('B', fresh_id())[1:]}"


def export(session: Session, request: Request, bundle: str, now: Now, progress: Progress) -> Exported:
    """Writes one bundle.

    Raises:
        Locked: identities are closed to this member, so that no name would be looked for.
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
    _check_names_known(session, request)
    selected = select(session, request, now)
    going = selected.going
    with MediaProcess(waiting=lambda: progress.advance(0)) as process:
        place = Place(session.archive.state, bundle, request.out, request.recipients)
        with place.or_nothing(BaseException):
            if request.strip or going.rules.profile.strips:
                going = _cleaned(session, request, process, going, progress, place)
            place.record()
        with place.or_nothing(CopwatchError):
            recorded = _record(session, request, going, bundle, now)
        digests, viewable, not_searched = _write(
            session, request, process, going, bundle, device, now, recorded, progress, place
        )
    with undisturbed():
        if not recorded.written or record_packed(session, now, bundle, request.incident, digests).written:
            place.end()
    size = sum(digest.size for digest in digests.values())
    made = sum(bool(one.id) for one in going.made.values())
    return Exported(
        bundle, request.out, bool(request.recipients), len(digests), size, recorded, selected.withdrawn,
        selected.left_out, made,
        going.not_cleaned, tuple((row.code, why) for row, why in going.not_cleared), going.orders,
        going.rules.profile.proof, *said_of_consent(session, going), viewable,
        given_to(session, bundle) if request.layout == "production" else None, not_searched,
    )  # fmt: skip


def _check_names_known(session: Session, request: Request) -> None:
    if not session.reads_identities and not request.names_not_searched:
        raise Locked(
            "you do not read identities, so names of people would not be looked for in what leaves",
            hint="let somebody export who reads them, or read every word yourself and add --names-not-searched",
        )


def check_request(request: Request) -> None:
    """What can be said before any archive is opened. Raises `Refused`, `UsageError`."""
    check_text("--purpose", request.purpose)
    if unknown := sorted(request.extras - {*WANTED, OPENOVERSIGHT}):
        raise UsageError(
            f"--with knows no {unknown[0][:40]!r}", hint=f"it takes {', '.join((*WANTED, OPENOVERSIGHT))}"
        )
    check_layout(request)
    if request.strip and not request.record:
        raise UsageError(
            "--no-record and --metadata strip exclude each other",
            hint="a clean rendition is proven by the record of its making: leave out --no-record",
        )
    if request.keep_going and not request.strip and request.profile == COUNSEL:
        raise UsageError(
            "--keep-going goes with --metadata strip", hint="leave it out, or add --metadata strip"
        )


def _cleaned(
    session: Session, request: Request, process: MediaProcess, going: Going, progress: Progress,
    place: Place,
) -> Going:  # fmt: skip
    """Every rendition made and held, before anything is recorded. Raises `Refused` where some cannot be."""
    md5 = request.layout == "production"
    results = list(make_all(session, process, going.rows, progress, place.folder, md5=md5))
    process.stop()  # the typesetter comes before the next file, and needs the memory
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
    hint = "nothing was released and nothing recorded"
    if not request.keep_going:
        hint += "; --keep-going leaves out what cannot be cleaned and says so in the bundle"
    return Refused(
        f"{len(refused)} of {count} items cannot be cleaned with certainty: {'; '.join(named)}", hint=hint
    )


def _write(
    session: Session, request: Request, process: MediaProcess, going: Going, bundle: str, device: SigningKey,
    now: Now, recorded: Recorded, progress: Progress, place: Place,
) -> tuple[dict[str, Digest], Viewable, tuple[str, ...]]:  # fmt: skip
    try:
        session.absorb()
        plan = make_plan(session, request, process, going, bundle, device, now)
        proof = going.rules.profile.proof
        with Spool(request.out.absolute().parent) as spool:
            viewable = Viewable(plan.items)
            if request.viewing:
                viewable = make_viewable(plan.items, spool, process, partial(coded_in, process), progress)
            plan = replace(plan, items=viewable.items)
            copied = sum(item.file.record["size"] for item in plan.items if item.early is None)
            exporting = partial(progress.start, copied or None, "exporting")
            plan = replace(plan, printer=partial(print_saying, progress, exporting))
            with place.sink(plan.created_at if proof else WRITTEN) as (sink, around):
                write = write_bundle if proof else write_open_bundle
                digests = write(plan, sink, progress, around)
            return digests, viewable, tuple(plan.not_searched)
    except BaseException as error:
        with undisturbed():
            place.clear()
            _record_failure(session, request, going.rows, bundle, now, recorded, place)
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
    if not out.name:
        raise Refused(f"{out} is the folder that you are in", hint="name a new one")
    if not sealed and out.is_dir() and not out.is_symlink() and not any(out.iterdir()):
        check_outside(out, archive)
    else:
        check_new(out, archive)


def _record(session: Session, request: Request, going: Going, bundle: str, now: Now) -> Recorded:
    """The export is written down before it is made, so that the bundle's own custody reaches to its export.

    So are the renditions. Raises `Unfinished` where they cannot be: nothing would prove them; and `Busy` where another
    copwatch writes for long.
    """
    if not request.record:
        return Recorded(False, "as asked")
    name = going.rules.profile.name
    purpose = " ".join(part for part in (f"{bundle} for {name}.", request.purpose) if part)
    new = [one for one in going.made.values() if one.id]
    recorded = record_access(
        session, now, "exported", [row.id for row in going.rows], purpose=purpose, incident=request.incident,
        made=lambda stamp: [one.record(stamp) for one in new],
        detail=registered(bundle, name, request.recipient, len(going.rows), sealed=bool(request.recipients)),
    )  # fmt: skip
    if recorded.busy:
        raise Busy(
            f"the export would go out without a record of it: {recorded.why_not}",
            hint="try again when the other copwatch is done; nothing was released",
        )
    if new and not recorded.written:
        otherwise = "" if going.rules.profile.strips else ", or export with --metadata preserve"
        raise Unfinished(
            f"clean renditions go out with the record of their making, and that cannot be written: {recorded.why_not}",
            hint=f"mend that{otherwise}; nothing was released",
        )
    return recorded


def _record_failure(
    session: Session, request: Request, rows: Sequence[EvidenceRow], bundle: str, now: Now, recorded: Recorded,
    place: Place,
) -> None:  # fmt: skip
    told = not recorded.written or record_access(
        session, now, "exported", [row.id for row in rows], purpose=f"{bundle} was not finished.",
        incident=request.incident, outcome="fail",
    ).written  # fmt: skip
    if told:
        place.end()

"""What an export holds: items and versions that were asked for, what belongs to them, and the rules for all of it."""

from dataclasses import dataclass

from copwatch.bundle.decisions import Decision
from copwatch.catalogue.queries import evidence, record, report_versions
from copwatch.catalogue.shown import EvidenceRow
from copwatch.errors import NotFound, Refused, UsageError
from copwatch.model.profile import Profile
from copwatch.workflows.bundle_plans import Going, Request, distinct_codes
from copwatch.workflows.clearing import why_stays
from copwatch.workflows.gathering import around, check_orders, client_of, deciding, reviews_of, scope_of
from copwatch.workflows.producing import check_recipient
from copwatch.workflows.profile_files import profile_named
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now


@dataclass(frozen=True)
class Selected:
    """What goes out. `withdrawn` are codes of items whose bytes are gone; `left_out` is as in `Exported`."""

    going: Going
    withdrawn: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """What happens to one record, by its code, or its type where it has none."""

    code: str
    type: str
    decisions: tuple[Decision, ...]


def select(session: Session, request: Request, now: Now) -> Selected:
    """Everything that is decided before a file is opened.

    Raises:
        NotFound: there is nothing to export.
        Refused: nothing of it may leave, or a protective order forbids it.
        UsageError, BadInput: there is no such profile, or something that it needs was not said.
    """
    rows = _rows(session, request)
    here = [row for row in rows if not row.withdrawn]
    versions = report_versions(session.catalogue, request.incident) if request.incident else []
    codes = distinct_codes("E", here) | distinct_codes("R", versions)
    left_out = tuple(row.code for row in here if row.leaf not in codes)
    left_out += tuple(version.code for version in versions if version.leaf not in codes)
    going = _going(session, request, [row for row in here if row.leaf in codes], codes, now)
    return Selected(going, tuple(row.code for row in rows if row.withdrawn), left_out)


def said_of_consent(session: Session, going: Going) -> tuple[int, int]:
    """How many fields stay because somebody did not agree, and how many go out although nobody was asked."""
    files = {row.leaf for row in going.rows}
    refused = unasked = 0
    for leaf in (*(leaf for leaf in going.codes if leaf not in files), *going.others):
        held = record(session.catalogue, leaf).record
        decisions = () if going.rules.leaves_out(held) else going.rules.of(held, leaf)
        refused += sum(each.rule.startswith("consent") and bool(each.withheld) for each in decisions)
        unasked += sum(not each.asked and bool(each.shown) for each in decisions)
    return refused, unasked


def explain(session: Session, request: Request, now: Now) -> tuple[Selected, list[Explained]]:
    """What an export would do, field by field; nothing is written, and nothing is recorded. Raises as `select`."""
    selected = select(session, request, now)
    going, catalogue = selected.going, session.catalogue
    found = []
    for leaf in (*going.codes, *going.others):
        held = record(catalogue, leaf).record
        if not going.rules.leaves_out(held):
            found.append(
                Explained(going.codes.get(leaf, leaf[:16]), str(held["type"]), going.rules.of(held, leaf))
            )
    return selected, found


def _going(
    session: Session, request: Request, rows: list[EvidenceRow], codes: dict[str, str], now: Now
) -> Going:
    """Who and what is concerned, and so what may leave. Raises `Refused` where nothing of what was asked for may."""
    profile = profile_named(session.archive, request.profile)
    # Beside proofs stands no more of a file than without them, but for what proves which bytes are meant.
    strips = request.strip or (request.with_proof and not profile.proof and profile.strips)
    profile = profile.with_proof() if request.with_proof else profile
    check_recipient(request, profile)
    check_originals(request, profile)
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
    rules = deciding(session, profile, found, client=client, scope=scope, on=now().date(), strips=strips)
    reviews = reviews_of(session, profile.name) if profile.masks else {}
    staying_files = {row.leaf: why for row in rows if (why := why_stays(reviews, rules, found, row))}
    cleared = [row for row in rows if row.leaf not in staying_files]
    if rows and not cleared and not request.incident:
        why = staying_files[rows[0].leaf]
        raise Refused(
            f"{rows[0].code} is not cleared for {profile.name}: {why.value}",
            hint=why.next_step(rows[0].code, profile.name),
        )
    others = found.leaves(profile.types) if request.incident else ()
    stays = tuple((row, staying_files[row.leaf]) for row in rows if row.leaf in staying_files)
    staying = tuple(leaf for leaf in (*found.leaves(found.by_kind), *found.earlier) if leaf not in others)
    return Going(
        tuple(cleared), codes, rules, tuple(others), not_cleared=stays, staying=staying, orders=orders
    )


def check_originals(request: Request, profile: Profile) -> None:
    """Raises `UsageError`: originals were asked for of a profile that gives none."""
    if profile.strips and request.preserve:
        raise UsageError(
            f"{profile.name} gives clean renditions alone, so --metadata preserve cannot be kept",
            hint="leave it out; `copwatch export E-… --profile client-counsel` gives originals",
        )


def _rows(session: Session, request: Request) -> list[EvidenceRow]:
    rows = evidence(session.catalogue, incident=request.incident) if request.incident else []
    for item in request.items:
        rows += [item] if item.leaf not in {row.leaf for row in rows} else []
    if not rows and not (request.incident and report_versions(session.catalogue, request.incident)):
        raise NotFound("there is nothing to export", hint="file evidence first: copwatch link B-… I-…")
    if rows and request.items and all(row.withdrawn for row in rows):
        raise NotFound("there is nothing to export: all of it was withdrawn")
    return rows

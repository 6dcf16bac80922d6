"""`copwatch withdraw`: records and the bytes of evidence go; what else their bodies held keeps its leaves.

What will happen is planned first and shown; nothing is written before a person has confirmed it. Holds are checked when
the plan is made and again, after every other writer is shut out, right before it is signed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from copwatch.catalogue.belonging import mentioned_in
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.entities import versions
from copwatch.catalogue.given_out import GivenOut, holding
from copwatch.catalogue.queries import evidence, report_versions
from copwatch.catalogue.shown import EntityVersion, EvidenceRow, ReportVersion
from copwatch.errors import BadInput, Refused
from copwatch.model.kinds import BY_LETTER, KINDS
from copwatch.model.longtext import cut_text
from copwatch.model.records import Custody
from copwatch.model.vocabulary import PREMIS
from copwatch.progress import Progress
from copwatch.proof.canonical import Json
from copwatch.store.all_ledgers import read_all
from copwatch.store.archive import Archive
from copwatch.store.erasing import Erased, erase, with_older
from copwatch.store.found import Collected
from copwatch.store.keys import open_root
from copwatch.store.places import Place, read_places
from copwatch.store.withdrawing import Holder, withdraw
from copwatch.store.writer import Committed, open_writer
from copwatch.workflows.consenting import protected_by
from copwatch.workflows.holding import refuse_held
from copwatch.workflows.session import Named, Session, meant
from copwatch.workflows.stamping import Now, check_text, fresh_id, make_stamp

NEVER = {"C": "consents are never deleted: they say what may be done", "H": "holds are never deleted"}


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a person named: its code, its id, what it is, and the leaves of its own records."""

    code: str
    id: str
    what: str
    leaves: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a withdrawal will do, and what it cannot.

    `others` are leaves that go along: renditions and marks of evidence. `size` in bytes of evidence. `given_out` still
    hold it elsewhere, and so do `places`, until each is brought up to date. `mentioned` are codes of what names it and
    stays.
    """

    targets: tuple[Target, ...]
    others: frozenset[str]
    evidence: tuple[EvidenceRow, ...]
    given_out: tuple[GivenOut, ...]
    places: tuple[Place, ...]
    mentioned: tuple[str, ...]

    @property
    def leaves(self) -> frozenset[str]:
        """All records that go."""
        return frozenset().union(self.others, *(target.leaves for target in self.targets))

    @property
    def size(self) -> int:
        """Bytes of evidence that go."""
        return sum(row.size for row in self.evidence)


@dataclass(frozen=True, slots=True)
class Withdrew:
    """What was done: the entries that say so, and what was erased here."""

    entries: tuple[Committed, ...]
    erased: Erased


def plan_withdrawal(session: Session, named: Sequence[Named]) -> Plan:
    """What withdrawing these things means.

    Raises:
        NotFound, BadInput: there is no such thing here, or several bear its id.
        Refused: a hold covers some of it, it is of a kind that is never deleted, or consents would forbid less
            without it (docs/adr/0085).
        IntegrityFailure: something could not be read, so that nobody can say what holds there are.
    """
    session.check_whole()
    found = [_target(session, each) for each in named]
    targets = tuple({target.code: target for target, _ in found}.values())
    items = tuple({row.leaf: row for _, rows in found for row in rows}.values())
    ids = [*(target.id for target in targets), *(row.id for row in items)]
    refuse_held(session.catalogue, ids, _and([target.code for target in targets]))
    incidents = [target.id for target in targets if target.code[0] == "I"]
    given = holding(session.catalogue, {row.id for row in items}, incidents)
    others = made_of(session.catalogue, items)
    mine = others | {leaf for target in targets for leaf in target.leaves}
    _refuse_protecting(session, targets, mine)
    return Plan(
        targets, others, items, tuple(given), tuple(read_places(session.archive.state)),
        tuple(_staying(session.catalogue, ids, mine)),
    )  # fmt: skip


def carry_out(
    session: Session, named: Sequence[Named], reason: str, now: Now, *, at_once: bool = False
) -> Withdrew:
    """Withdraws them, hides them here at once, and erases what is due: with `at_once` all of it.

    Raises:
        BadInput: there is no reason.
        Locked: these keys may not withdraw.
        Refused, NotFound, IntegrityFailure: as `plan_withdrawal`; nothing was withdrawn.
        Busy, NotThisDevice, NoSpace: as their names say; nothing was withdrawn.
    """
    check_text("--reason", reason)
    if not reason.strip():
        raise BadInput("a withdrawal needs a reason", hint='for example: --reason "consent was withdrawn"')
    root = open_root(session.archive, session.keys.identity)
    with open_writer(session.archive) as writer:
        session.absorb()
        plan = plan_withdrawal(session, named)

        def record() -> Json:
            return _custody(session, writer.device, plan, reason, now)

        before = session.withdrawn().keys()
        entries = withdraw(
            writer, session.keys, root, _holders(session.catalogue, plan), session.withdrawn(), record
        )
    session.absorb()
    fresh = session.withdrawn().keys() - before
    older = with_older(fresh, session.withdrawn()) if at_once else ()
    erased = _erase(session.archive, session.withdrawn(), now, older)
    return Withdrew(tuple(entries), erased)


def finish(archive: Archive, now: Now, progress: Progress, *, at_once: bool = False) -> Erased:
    """Erases here what withdrawals name and is due, or all of it; without any key. Raises `IntegrityFailure`, `Busy`.

    Only withdrawals count whose line, place in its ledger and authority hold.
    """
    progress.start(None, "reading the ledgers")
    try:
        named = read_all(archive, Collected(), progress.advance)
    finally:
        progress.finish()
    with archive.state.writing():
        return _erase(archive, named.withdrawn, now, named.withdrawn if at_once else ())


def _erase(archive: Archive, withdrawn: Collection[str], now: Now, at_once: Collection[str]) -> Erased:
    keep = archive.history.objects()
    return erase(archive.state, archive.layout, withdrawn, now(), at_once=at_once, keep=keep)


def _refuse_protecting(session: Session, targets: Sequence[Target], leaves: Collection[str]) -> None:
    """Raises `Refused` where what somebody forbade would stand, and nobody could say any more whom it is about."""
    about_people = any(target.code[0] in "PNSIR" for target in targets)
    if about_people and (people := protected_by(session, leaves)):
        raise Refused(
            f"without {_and([target.code for target in targets])} the consents of {_and(people)} would forbid less",
            hint="first say it in the record of the person: copwatch record amend P-… --set appears_in=… --set role=…; "
            "that holds labels alone, and stays; names go with N-…",
        )


def _target(session: Session, named: Named) -> tuple[Target, list[EvidenceRow]]:
    """What is meant, and the evidence that goes with it."""
    letter, catalogue = named.code.prefix, session.catalogue
    if letter in NEVER:
        raise Refused(
            f"{named.code} is not withdrawn: {NEVER[letter]}", hint="amend it: copwatch record amend"
        )
    if letter == "E":
        row = session.find_evidence(named)
        return Target(row.code, row.id, "evidence", frozenset({row.leaf})), [row]
    if letter == "R":
        version = _version(session, named)
        return Target(version.code, version.id, "a version", frozenset({version.leaf})), []
    id = session.find(named.code)
    code = codes(catalogue, letter, [id])[id]
    if letter == "B":
        rows = evidence(catalogue, batch=id)
        own = {row["leaf"] for row in catalogue.read("SELECT leaf FROM batches WHERE id = ?", (id,))}
        return Target(code, id, "a batch", frozenset(own | {row.leaf for row in rows})), rows
    if letter == "I":
        leaves = frozenset(version.leaf for version in report_versions(catalogue, id))
        return Target(code, id, "every version of a report", leaves), []
    kind = BY_LETTER[letter]
    leaves = frozenset(version.leaf for version in versions(catalogue, kind.name, id))
    return Target(code, id, f"every version, {kind.label}", leaves), []


def _version(session: Session, named: Named) -> ReportVersion | EntityVersion:
    """A version of a report, or of what `copwatch record` keeps."""
    id = session.find(named.code)
    for kind in KINDS.values():
        rows = session.catalogue.read(f"SELECT entity FROM {kind.plural} WHERE id = ?", (id,))  # noqa: S608
        if rows and kind.letter in NEVER:
            raise Refused(f"{named.code} is not withdrawn: {NEVER[kind.letter]}", hint="amend it")
        if rows:
            found = [each for row in rows for each in versions(session.catalogue, kind.name, row["entity"])]
            return meant(named, [each for each in found if each.id == id])
    return session.find_version(named)


def made_of(catalogue: Catalogue, items: Iterable[EvidenceRow]) -> frozenset[str]:
    """Leaves of what was made of evidence and of what is marked in it: both show what it showed."""
    made = "SELECT leaf FROM renditions WHERE evidence_leaf = ?"
    marks = "SELECT leaf FROM marks WHERE entity IN (SELECT entity FROM marks WHERE evidence = ?)"
    found = [row["leaf"] for item in items for row in catalogue.read(made, (item.leaf,))]
    found += [row["leaf"] for item in items for row in catalogue.read(marks, (item.id,))]
    return frozenset(found)


def _staying(catalogue: Catalogue, ids: Iterable[str], going: Collection[str]) -> list[str]:
    """The codes of what names them and stays."""
    found: list[str] = []
    for kind, entity in mentioned_in(catalogue, ids):
        if not {version.leaf for version in versions(catalogue, kind, entity)} <= set(going):
            found += codes(catalogue, KINDS[kind].letter, [entity]).values()
    return found


def _holders(catalogue: Catalogue, plan: Plan) -> list[Holder]:
    """The bodies that hold what goes; those with what a person named last, so that it can be named again until then."""
    named = {leaf for target in plan.targets for leaf in target.leaves}
    return sorted(holders_of(catalogue, plan.leaves), key=lambda holder: bool(holder.leaves & named))


def holders_of(catalogue: Catalogue, leaves: Iterable[str], besides: str = "") -> list[Holder]:
    """The bodies that hold these records, in the order of the ledgers; without those of the compartment `besides`."""
    sql = (
        "SELECT s.device, s.seq, s.compartment, s.epoch, s.body FROM records AS r JOIN sets AS s ON s.body = r.body"
        " WHERE r.leaf = ? AND s.compartment != ?"
    )
    found: dict[tuple[str, int, str, int, str], set[str]] = {}
    for leaf in sorted(leaves):
        for row in catalogue.read(sql, (leaf, besides)):
            place = (row["device"], row["seq"], row["compartment"], row["epoch"], row["body"])
            found.setdefault(place, set()).add(leaf)
    return [Holder(*place, frozenset(some)) for place, some in sorted(found.items())]


def _custody(session: Session, device: str, plan: Plan, reason: str, now: Now) -> Json:
    """Who deleted what and why: it stays, with ids and codes and nothing of what they held."""
    stamp = make_stamp(session.archive, device, now)
    gone = " ".join(target.code for target in plan.targets)
    items = tuple(sorted({row.id for row in plan.evidence})) or None
    return Custody(
        fresh_id(), stamp, "deleted", PREMIS["deleted"], stamp.recorded_at, "evidence", "pass", evidence=items,
        purpose=tuple(cut_text(reason)), detail={"withdrawn": gone, "records": len(plan.leaves)},
    ).to_json()  # fmt: skip


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)

"""`copwatch compartment move`: an incident goes where fewer read it, with its evidence and what was said of it.

What will happen is planned first and shown. Records keep their seeds and leaves, so that everything stays provable; the
bodies and the bytes of evidence are sealed again, and the old objects withdrawn.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from copwatch.catalogue.belonging import mentioned_in
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.entities import versions
from copwatch.catalogue.queries import evidence, records_of, report_versions
from copwatch.catalogue.shown import EvidenceRow
from copwatch.errors import BadInput, Refused
from copwatch.model.ids import Code
from copwatch.model.kinds import CASE, KINDS
from copwatch.model.longtext import cut_text
from copwatch.model.records import Custody, Moved, MovedBody
from copwatch.model.vocabulary import PREMIS
from copwatch.progress import Progress
from copwatch.proof.canonical import Json
from copwatch.proof.padding import padme
from copwatch.store.durable import check_space
from copwatch.store.erasing import Erased, erase, with_older
from copwatch.store.homes import SEEN_BY_ALL
from copwatch.store.keys import open_root
from copwatch.store.moving import move
from copwatch.store.withdrawing import Holder
from copwatch.store.writer import Committed, open_writer
from copwatch.workflows.membership import compartment_names, find_compartment, readers
from copwatch.workflows.names import read_names
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now, fresh_id, make_stamp
from copwatch.workflows.withdrawing import holders_of, made_of


@dataclass(frozen=True, slots=True)
class Move:
    """What moving an incident will do, and what it cannot.

    `stays` are codes of what names it and stays where it is, `also` codes of other incidents under which its evidence
    is filed. `readers` read it afterwards, `lose` no more, `gain` from then on: names of members.
    """

    code: str
    incident: str
    compartment: str
    name: str
    versions: int
    items: tuple[EvidenceRow, ...]
    others: int
    holders: tuple[Holder, ...]
    stays: tuple[str, ...]
    also: tuple[str, ...]
    readers: tuple[str, ...]
    lose: tuple[str, ...]
    gain: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of evidence that are sealed again."""
        return sum(row.size for row in self.items)


@dataclass(frozen=True, slots=True)
class Done:
    """The entries that say it, and what was erased here."""

    entries: tuple[Committed, ...]
    erased: Erased


def plan_move(session: Session, code: Code, text: str) -> Move:
    """What moving an incident to the compartment of that name means; `holders` is empty when all of it is there.

    Raises:
        NotFound: there is no such incident or compartment here.
        Refused: to the first compartment, which everybody reads.
        IntegrityFailure: something could not be read, so that nobody can say what belongs to it.
    """
    session.check_whole()
    charter = session.archive.charter
    names = read_names(session.archive, session.keys, [])
    place = find_compartment(session.archive, names, text)
    called = compartment_names(session.archive, names)[place.id]
    if place == charter.compartments[CASE]:
        raise Refused(
            f"{called} is the compartment that most people read", hint="`copwatch compartment list`"
        )
    incident = session.find(code)
    found = _Belonging.of(session.catalogue, incident)
    into = {member.id for member in readers(charter, place.id)}
    # What stands where still fewer read stays there.
    wider = {
        each.id
        for at, each in enumerate(charter.compartments)
        if at == CASE or not {member.id for member in readers(charter, each.id)} < into
    }
    holders = [h for h in holders_of(session.catalogue, found.leaves, place.id) if h.compartment in wider]
    going = {leaf for holder in holders for leaf in holder.leaves}
    before = {member.id for holder in holders for member in readers(charter, holder.compartment)}

    def called_members(ids: Collection[str]) -> tuple[str, ...]:
        return tuple(names.members.get(m.id, m.id[:8]) for m in charter.members if m.id in ids)

    versions_ = sum(version.leaf in going for version in report_versions(session.catalogue, incident))
    items = tuple(row for row in found.items if row.leaf in going)
    return Move(
        codes(session.catalogue, "I", [incident])[incident], incident, place.id, called, versions_, items,
        len(going) - versions_ - len(items), tuple(holders), tuple(found.stays(session.catalogue)),
        tuple(_also(session.catalogue, items, incident)), called_members(into), called_members(before - into),
        called_members(into - before if before else set()),
    )  # fmt: skip


def carry_out(
    session: Session,
    code: Code,
    text: str,
    now: Now,
    progress: Progress,
    *,
    reason: str = "",
    at_once: bool = False,
    agree: Callable[[Move], None] = lambda _: None,
) -> tuple[Move, Done]:
    """Moves it, and erases the old objects that are due: with `at_once` all that this withdrew.

    Args:
        agree: is shown what will happen; raises `Refused` when the person does not want it.

    Raises:
        BadInput: all of it is there already.
        Locked: these keys may not withdraw.
        NotFound, Refused, IntegrityFailure: as `plan_move`.
        Busy, NotThisDevice, NoSpace: as their names say; nothing was changed.
    """
    root = open_root(session.archive, session.keys.identity)
    plan = plan_move(session, code, text)
    if not plan.holders:
        raise BadInput(
            f"{plan.code} is in {plan.name}, with all that belongs to it",
            hint="`copwatch withdraw --finish --now` erases what is left of the old objects here",
        )
    agree(plan)
    with open_writer(session.archive) as writer:
        session.absorb()
        plan = plan_move(session, code, text)
        check_space(session.archive.layout.folder, sum(padme(row.size) for row in plan.items))

        before = session.withdrawn().keys()
        progress.start(plan.size, "sealing again")
        try:
            make = partial(_records, session, writer.device, plan, reason, now)
            known, advance = session.withdrawn(), progress.advance
            entries = move(
                writer, session.keys, root, plan.holders, known, plan.compartment, make, advance
            )  # fmt: skip
        finally:
            progress.finish()
    session.absorb()
    fresh = with_older(session.withdrawn().keys() - before, session.withdrawn())
    erased = erase(
        session.archive.state, session.archive.layout, session.withdrawn(), now(), at_once=fresh if at_once else (),
        keep=session.archive.history.objects(),
    )  # fmt: skip
    return plan, Done(tuple(entries), erased)


def _records(
    session: Session,
    device: str,
    plan: Move,
    reason: str,
    now: Now,
    bodies: Sequence[MovedBody],
    moved: Sequence[Json],
) -> Iterator[Json]:
    """What an entry says of what it moves: where it went, and who did it why."""
    stamp = make_stamp(session.archive, device, now)
    yield Moved(fresh_id(), stamp, tuple(bodies)).to_json()
    items = sorted({one["id"] for one in moved if one["type"] == "evidence"})
    yield Custody(
        fresh_id(), stamp, "encrypted", PREMIS["encrypted"], stamp.recorded_at, "evidence", "pass",
        evidence=tuple(items) or None, incident=plan.incident,
        purpose=tuple(cut_text(reason)) if reason.strip() else None,
        detail={"moved_to": plan.compartment, "records": len(moved)},
    ).to_json()  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Belonging:
    """Everything that belongs to one incident: what goes where it goes."""

    incident: str
    items: tuple[EvidenceRow, ...]
    leaves: frozenset[str]
    ids: frozenset[str]
    """Of the incident, its evidence and batches, and of entities that name nothing else."""

    @classmethod
    def of(cls, catalogue: Catalogue, incident: str) -> "_Belonging":
        """Everything that goes with an incident."""
        items = tuple(evidence(catalogue, incident=incident))
        batches = {row.batch for row in items if all(_whole(catalogue, row.batch, items))}
        ids = _with_entities(catalogue, {incident, *batches, *(row.id for row in items)})
        leaves = {version.leaf for version in report_versions(catalogue, incident)}
        leaves |= {row.leaf for row in items} | made_of(catalogue, items)
        leaves |= _leaves(catalogue, "SELECT leaf FROM link_events WHERE incident = ?", [incident])
        leaves |= _leaves(catalogue, "SELECT leaf FROM batches WHERE id = ?", batches)
        for kind in _kinds():
            leaves |= _leaves(catalogue, f"SELECT leaf FROM {kind} WHERE entity = ?", ids)  # noqa: S608 (our own)
        leaves |= _custody(catalogue, incident, {row.id for row in items})
        leaves |= {one.leaf for one in records_of(catalogue, "review") if one.record.get("of") in leaves}
        return cls(incident, items, frozenset(leaves), frozenset(ids))

    def stays(self, catalogue: Catalogue) -> Iterator[str]:
        """The codes of what names any of it and stays."""
        for kind, entity in mentioned_in(catalogue, self.ids):
            if entity not in self.ids:
                yield from codes(catalogue, KINDS[kind].letter, [entity]).values()


def _whole(catalogue: Catalogue, batch: str, items: Sequence[EvidenceRow]) -> Iterator[bool]:
    """Of each evidence of a batch, whether it is among these."""
    among = {row.id for row in items}
    return (row.id in among for row in evidence(catalogue, batch=batch))


def _with_entities(catalogue: Catalogue, ids: set[str]) -> set[str]:
    """These ids, and those of statements, people, matters and so on that name some of them and nothing beside them."""
    while True:
        more = {
            entity
            for kind, entity in mentioned_in(catalogue, ids)
            if kind in _movable() and _named(catalogue, kind, entity) <= ids
        }
        if more <= ids:
            return ids
        ids = ids | more


def _movable() -> dict[str, str]:
    return {name: k.plural for name, k in KINDS.items() if k.compartment == CASE and name not in SEEN_BY_ALL}


def _kinds() -> Iterable[str]:
    return _movable().values()


def _named(catalogue: Catalogue, kind: str, entity: str) -> set[str]:
    """What the versions of an entity name, as far as it stands in the case, and not in a compartment for names."""
    found = {
        str(id).partition("/")[0]
        for version in versions(catalogue, kind, entity)
        for id in (
            row["id"] for row in catalogue.read("SELECT id FROM mentions WHERE leaf = ?", (version.leaf,))
        )
    }
    apart = [KINDS[name].plural for name in KINDS if name not in _movable()]
    for table in apart:
        sql = f"SELECT 1 FROM {table} WHERE entity = ? LIMIT 1"  # noqa: S608 (a name of our own)
        found -= {id for id in found if catalogue.read(sql, (id,))}
    return found


def _custody(catalogue: Catalogue, incident: str, items: set[str]) -> set[str]:
    """Events of the incident, and those that are of its evidence alone."""
    found = _leaves(catalogue, "SELECT leaf FROM custody WHERE incident = ?", [incident])
    for leaf in _leaves(catalogue, "SELECT leaf FROM custody_evidence WHERE evidence = ?", items):
        rows = catalogue.read("SELECT evidence FROM custody_evidence WHERE leaf = ?", (leaf,))
        of = catalogue.read("SELECT incident FROM custody WHERE leaf = ?", (leaf,))
        if {row["evidence"] for row in rows} <= items and {row["incident"] for row in of} <= {incident, None}:
            found.add(leaf)
    return found


def _leaves(catalogue: Catalogue, sql: str, ids: Iterable[str]) -> set[str]:
    return {str(row["leaf"]) for id in ids for row in catalogue.read(sql, (id,))}


def _also(catalogue: Catalogue, items: Sequence[EvidenceRow], incident: str) -> Iterator[str]:
    others = {id for row in items for id in row.incidents if id != incident}
    yield from sorted(codes(catalogue, "I", others).values())

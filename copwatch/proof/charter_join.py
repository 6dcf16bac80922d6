"""What the versions of a charter that stand side by side come to together (ADR 0121). No IO, no keys.

What one of them took away is gone, what one of them added is there, and of two cut-offs of a device the earlier one
counts: a join never gives anybody more than a person decided.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from copwatch.proof.charter import Charter, Compartment, Device, KeyGrant, Member
from copwatch.proof.history import History

LEADERS = 2
"""The first members are the founder and the recovery key: the root key is sealed to them."""

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Owed:
    """A key that a member of the joined version should have and no version sealed for them."""

    compartment: str
    epoch: int
    member: Member


@dataclass(frozen=True, slots=True)
class Joined:
    """The joined version as far as it can be made without keys.

    `owed` are grants to be added, `fresh` the compartments whose last key somebody has who is no member any more,
    `reseal_root` says that the root key has to be sealed again, and `notes` what a person should know.
    """

    charter: Charter
    owed: tuple[Owed, ...]
    fresh: tuple[str, ...]
    reseal_root: bool
    notes: tuple[str, ...]


def join_heads(history: History) -> Joined:
    """Joins all heads of the charter, with the version that rules until then as what they have in common."""
    base = history.charter
    # The sort keeps the order of the hashes among versions of one number.
    heads = sorted((history.charters[name] for name in history.heads), key=lambda charter: -charter.version)
    members = _members(base, heads)
    ids = {member.id for member in members}
    compartments = _compartments(base, heads)
    keys, owed = _grants(heads, compartments, members)
    sealed = list(dict.fromkeys(head.root_sealed for head in heads if head.root_sealed != base.root_sealed))
    charter = Charter(
        1 + max(head.version for head in heads), tuple(history.heads), base.root,
        sealed[0] if sealed else base.root_sealed,
        _kept(base.custodians, [head.custodians for head in heads]),
        _devices(base, heads), compartments, members, keys,
    )  # fmt: skip
    fresh = tuple(c.id for c in compartments if _holders(heads, c.id, c.epochs[-1]) - ids)
    return Joined(charter, owed, fresh, len(sealed) > 1, _notes(base, heads))


def _merged(
    base: Sequence[T], heads: Sequence[Sequence[T]], key: Callable[[T], K], choose: Callable[[list[T]], T]
) -> tuple[T, ...]:
    """Three-way: gone where one took it away, changed where one changed it, added where one added it."""
    before = {key(item): item for item in base}
    after = [{key(item): item for item in items} for items in heads]
    result = []
    for name in dict.fromkeys([*before, *(name for items in after for name in items)]):
        if name in before and any(name not in items for items in after):
            continue
        changed = [items[name] for items in after if name in items and items[name] != before.get(name)]
        result.append(choose(changed) if changed else before[name])
    return tuple(result)


def _kept(base: Sequence[str], heads: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return _merged(base, heads, lambda text: text, lambda found: found[0])


def _devices(base: Charter, heads: Sequence[Charter]) -> tuple[Device, ...]:
    def earliest(found: list[Device]) -> Device:
        cut = [(d.until.seq, d.until.entry, d) for d in found if d.until is not None]
        return min(cut, key=lambda item: item[:2])[2] if cut else found[0]

    return _merged(base.devices, [head.devices for head in heads], lambda d: d.key, earliest)


def _members(base: Charter, heads: Sequence[Charter]) -> tuple[Member, ...]:
    found = _merged(base.members, [head.members for head in heads], lambda m: m.id, lambda all_: all_[0])
    by_id = {member.id: member for member in found}
    leaders = [_leader(base, heads, place) for place in range(LEADERS)]
    first = [by_id[name] for name in dict.fromkeys(leaders) if name in by_id]
    return (*first, *(member for member in found if member not in first))


def _leader(base: Charter, heads: Sequence[Charter], place: int) -> str | None:
    """Who stands at this place: whom a head has put there, otherwise whom they have in common."""
    known = [charter.members[place].id for charter in (*heads, base) if place < len(charter.members)]
    before = base.members[place].id if place < len(base.members) else None
    return next((name for name in known if name != before), before)


def _compartments(base: Charter, heads: Sequence[Charter]) -> tuple[Compartment, ...]:
    """Every key that was in use stays, so that what was sealed to it opens; none is removed."""
    epochs: dict[str, dict[str, None]] = {}
    for charter in (base, *reversed(heads)):
        for compartment in charter.compartments:
            epochs.setdefault(compartment.id, {}).update(dict.fromkeys(compartment.epochs))
    return tuple(Compartment(name, tuple(texts)) for name, texts in epochs.items())


def _grants(
    heads: Sequence[Charter], compartments: Sequence[Compartment], members: Sequence[Member]
) -> tuple[tuple[KeyGrant, ...], tuple[Owed, ...]]:
    """Whoever reads a compartment in one of the heads has all of its keys afterwards."""
    sealed = {(c, text, m): object_ for head in reversed(heads) for c, text, m, object_ in _held(head)}
    reading = {(c, m) for c, _, m in sealed}
    keys, owed = list[KeyGrant](), list[Owed]()
    for compartment in compartments:
        for member in (m for m in members if (compartment.id, m.id) in reading):
            for epoch, text in enumerate(compartment.epochs):
                object_ = sealed.get((compartment.id, text, member.id))
                if object_ is None:
                    owed.append(Owed(compartment.id, epoch, member))
                else:
                    keys.append(KeyGrant(compartment.id, epoch, member.id, object_))
    return tuple(keys), tuple(owed)


def _held(charter: Charter) -> list[tuple[str, str, str, str]]:
    """(compartment, recipient, member, object) of every grant."""
    epochs = {compartment.id: compartment.epochs for compartment in charter.compartments}
    return [(k.compartment, epochs[k.compartment][k.epoch], k.member, k.object) for k in charter.keys]


def _holders(heads: Sequence[Charter], compartment: str, recipient: str) -> set[str]:
    return {m for head in heads for c, text, m, _ in _held(head) if (c, text) == (compartment, recipient)}


def _notes(base: Charter, heads: Sequence[Charter]) -> tuple[str, ...]:
    versions = ", ".join(str(head.version) for head in heads)
    notes = [
        f"{len(heads)} versions of the charter (numbers {versions}) stand side by side; this one joins them"
    ]
    for member in base.members:
        identities = {m.identity for head in heads for m in head.members if m.id == member.id} - {
            member.identity
        }
        if len(identities) > 1:
            number = heads[0].version
            notes.append(
                f"member {member.id[:8]} got two passphrases; the one set in version {number} counts"
            )
    return tuple(notes)

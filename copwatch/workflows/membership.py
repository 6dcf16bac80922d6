"""The members of the group: making a key, letting somebody read, and ending that for what comes later.

A member is a recipient in the charter and the keys of compartments that are sealed to it. There are no roles: who
has no key of a compartment cannot read it, whatever the program says.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from copwatch.crypto.age import HybridIdentity, KeyTextError, looks_sealed, parse_recipient
from copwatch.errors import BadInput, IntegrityFailure, NotFound, Refused
from copwatch.proof.charter import Charter, Compartment, Member
from copwatch.proof.hashing import sha256_hex
from copwatch.proof.words import same_words, spoken_words
from copwatch.store.archive import Archive
from copwatch.store.keys import LARGEST_KEY_OBJECT, Keys, seal_under_passphrase
from copwatch.workflows.chartering import Agree, Change, changing_charter, leaders, need_device, refuse_leader
from copwatch.workflows.names import Names, add_names, read_names
from copwatch.workflows.passphrases import check_passphrase
from copwatch.workflows.stamping import Now, check_text, fresh_id

POST_QUANTUM = "age1pq1"
LARGEST_KEY_FILE = 4 * LARGEST_KEY_OBJECT
_COMPARED = 20
"""Hexadecimal digits: 80 bits. The end of the text itself is not enough: its parts can be searched for one by one."""
_SHORTEST_PREFIX = 8


@dataclass(frozen=True, slots=True)
class MemberKey:
    """What somebody gives to become a member: their recipient, and their identity under their passphrase.

    Without `sealed` they keep their identity in a file of their own.
    """

    recipient: str
    sealed: bytes | None = None

    @property
    def classical(self) -> bool:
        """Whether a quantum computer would open what is sealed to it."""
        return not self.recipient.startswith(POST_QUANTUM)


@dataclass(frozen=True, slots=True)
class KnownMember:
    """One member: what they are called, and the compartments of which they have the present key."""

    id: str
    name: str
    recipient: str
    passphrase: bool
    leads: str
    reads: tuple[str, ...]


def make_member_key(passphrase: str) -> MemberKey:
    """A new post-quantum key under a passphrase. Raises `Refused` for a weak one."""
    check_passphrase(passphrase)
    identity = HybridIdentity.generate()
    return MemberKey(str(identity.recipient()), seal_under_passphrase(identity, passphrase))


def write_member_key(key: MemberKey) -> bytes:
    """The file that `member add` takes. It opens nothing without the passphrase."""
    sealed = base64.b64encode(key.sealed or b"").decode()
    return (
        json.dumps({"copwatch_member": 1, "recipient": key.recipient, "identity": sealed}, indent=1).encode()
        + b"\n"
    )


def read_member_key(data: bytes) -> MemberKey:
    """Reads such a file. Raises `BadInput`."""
    try:
        facts: Any = json.loads(data)
        sealed = base64.b64decode(facts["identity"], validate=True)
        version, recipient = facts["copwatch_member"], facts["recipient"]
        known = version == 1 and looks_sealed(sealed) and len(sealed) <= LARGEST_KEY_OBJECT
    except (ValueError, TypeError, KeyError, RecursionError):
        known = False
    if not known:
        raise BadInput("this is no member's key", hint="`copwatch member new-key FILE` writes one")
    return MemberKey(_checked(recipient), sealed)


def key_of_recipient(text: str) -> MemberKey:
    """The key of somebody who keeps their identity themselves. Raises `BadInput` for what is no age recipient."""
    return MemberKey(_checked(text.strip()))


def member_words(root: str, recipient: str) -> str:
    """Eight words (88 bits) that both sides read to each other before somebody may read."""
    return spoken_words(b"copwatch/v1/member\n", root, recipient)


def recipient_digest(recipient: str) -> str:
    """How the SHA-256 of a recipient begins, in groups of four digits: for who has age and no copwatch."""
    digest = sha256_hex(recipient.encode())[:_COMPARED]
    return " ".join(digest[at : at + 4] for at in range(0, _COMPARED, 4))


def list_members(archive: Archive, names: Names) -> list[KnownMember]:
    """The members of the charter in its order."""
    charter, called = archive.charter, compartment_names(archive, names)
    present = {(k.compartment, k.epoch, k.member) for k in charter.keys}
    return [
        KnownMember(
            member.id, names.members.get(member.id, ""), member.recipient, member.identity is not None,
            _leads(charter, member),
            tuple(called[c.id] for c in charter.compartments if (c.id, len(c.epochs) - 1, member.id) in present),
        )
        for member in charter.members
    ]  # fmt: skip


def compartment_names(archive: Archive, names: Names) -> dict[str, str]:
    """What each compartment is called: by the roster, otherwise by the beginning of its id."""
    return {c.id: names.compartments.get(c.id, c.id[:_SHORTEST_PREFIX]) for c in archive.charter.compartments}


def find_compartment(archive: Archive, names: Names, text: str) -> Compartment:
    """The compartment of that name, or whose id begins so. Raises `NotFound`."""
    called = compartment_names(archive, names)
    wanted = text.strip().lower()
    found = [
        c
        for c in archive.charter.compartments
        if called[c.id].lower() == wanted or (len(wanted) >= _SHORTEST_PREFIX and c.id.startswith(wanted))
    ]
    if len(found) != 1:
        raise NotFound(f"there is no compartment {text}", hint=f"there are: {', '.join(called.values())}")
    return found[0]


def find_member(archive: Archive, names: Names, text: str) -> Member:
    """The member of that name, or whose id begins so. Raises `NotFound`, or `BadInput` when there are several."""
    wanted = text.strip().lower()
    found = [
        m
        for m in archive.charter.members
        if names.members.get(m.id, "").lower() == wanted
        or (len(wanted) >= _SHORTEST_PREFIX and m.id.startswith(wanted))
    ]
    if not found:
        raise NotFound(f"there is no member {text}", hint="`copwatch member list` names all")
    if len(found) > 1:
        raise BadInput(f"{len(found)} members are called {text}", hint="give the beginning of the id instead")
    return found[0]


def add_member(
    archive: Archive,
    keys: Keys,
    name: str,
    key: MemberKey,
    reads: Sequence[str],
    now: Now,
    agree: Agree,
    *,
    heard: str | None = None,
    allow_classical: bool = False,
) -> Archive:
    """Lets somebody read these compartments: all that is in them, and what comes.

    Args:
        heard: the eight words that they read aloud; None where their key came as a bare recipient.
        allow_classical: take a recipient that a quantum computer opens, which undoes the protection of what they read.

    Raises:
        IntegrityFailure: the words differ: the key was exchanged on the way.
        Refused: a classical recipient; somebody has that key or that name already.
        NotFound: no such compartment. Locked: these keys may not change the charter.
    """
    check_text("the name", name)
    if heard is not None and not same_words(heard, member_words(archive.history.root, key.recipient)):
        raise IntegrityFailure(
            "these are not the words of this key: it was exchanged on the way, or a word was misheard",
            hint="let them read the words again; if they still differ, do not add them",
        )
    if key.classical and not allow_classical:
        raise Refused(
            "this recipient is not post-quantum: what this member reads could be opened by a quantum computer later",
            hint="ask for a key of `copwatch member new-key` or `age-keygen -pq`; or say --allow-classical",
        )
    names = read_names(archive, keys, [])
    if name.lower() in (known.lower() for known in names.members.values()):
        raise Refused(f"a member is called {name} already", hint="take another name")
    places = [find_compartment(archive, names, text) for text in reads]
    with changing_charter(archive, keys) as change:
        own = need_device(archive)
        if any(m.recipient == key.recipient for m in change.base.members):
            raise Refused("this key belongs to a member already", hint="`copwatch member list` names all")
        sealed = change.staging.add_bytes(key.sealed) if key.sealed is not None else None
        member = Member(fresh_id(), key.recipient, sealed)
        agree([*change.notes, *_adding(archive, names, name, key, places)])
        charter = replace(change.base, members=(*change.base.members, member))
        changed = change.put_in_force(granted(change, charter, member, [place.id for place in places]))
    add_names(changed, keys, own, now, members={member.id: name})
    return changed


def remove_member(archive: Archive, keys: Keys, text: str, agree: Agree) -> Archive:
    """Takes a member out of the charter, and gives every compartment that they read a fresh key.

    What was sealed until now they can open for ever, wherever they have or get a copy.

    Raises:
        NotFound, BadInput: no such member. Locked: these keys may not change the charter.
        Refused: the founder or the recovery key.
    """
    names = read_names(archive, keys, [])
    member = find_member(archive, names, text)
    with changing_charter(archive, keys) as change:
        refuse_leader(change.base, member)
        charter = change.base
        read = {grant.compartment for grant in charter.keys if grant.member == member.id}
        charter = replace(
            charter,
            members=tuple(m for m in charter.members if m.id != member.id),
            keys=tuple(grant for grant in charter.keys if grant.member != member.id),
        )
        called = compartment_names(archive, names)
        lost = [called.get(c.id, c.id[:8]) for c in charter.compartments if c.id in read]
        agree([*change.notes, *_removing(names.members.get(member.id, member.id[:8]), lost)])
        for compartment in [c.id for c in charter.compartments if c.id in read]:
            charter = change.fresh_epoch(charter, compartment, readers(charter, compartment))
        return change.put_in_force(charter)


def new_compartment(
    archive: Archive, keys: Keys, name: str, members: Sequence[str], now: Now, agree: Agree
) -> Archive:
    """A compartment that the founder, the recovery key and these members read.

    Raises:
        NotFound, BadInput: no such member; no name. Refused: there is one of that name.
        Locked: these keys may not change the charter.
    """
    check_text("the name", name)
    names = read_names(archive, keys, [])
    if not name.strip() or "," in name:
        raise BadInput(
            "a compartment needs a name without a comma", hint="for example: copwatch compartment new minors"
        )
    if name.lower() in (known.lower() for known in compartment_names(archive, names).values()):
        raise Refused(f"there is a compartment {name} already", hint="take another name")
    chosen = [find_member(archive, names, text) for text in members]
    with changing_charter(archive, keys) as change:
        own = need_device(archive)
        reading = list(dict.fromkeys([*leaders(change.base), *chosen]))
        said = ", ".join(names.members.get(m.id, m.id[:8]) for m in reading)
        agree([*change.notes, f"A compartment {name} is made; it is read by: {said}."])
        place = Compartment(fresh_id(), ())
        charter = replace(change.base, compartments=(*change.base.compartments, place))
        changed = change.put_in_force(change.fresh_epoch(charter, place.id, reading))
    add_names(changed, keys, own, now, compartments={place.id: name})
    return changed


def granted(change: Change, charter: Charter, member: Member, places: Sequence[str]) -> Charter:
    """The charter in which a member has all keys of these compartments that this founder can open."""
    grants = []
    for compartment in (c for c in charter.compartments if c.id in places):
        for epoch, text in enumerate(compartment.epochs):
            key = change.keys.of(compartment.id, text)
            if key is None:
                raise IntegrityFailure(
                    "a key of this compartment cannot be opened here, so it cannot be given on",
                    hint="`copwatch doctor --from DIR` brings what is missing from another copy",
                )
            grants.append(change.grant(compartment.id, epoch, key, member))
    return replace(charter, keys=(*charter.keys, *grants))


def readers(charter: Charter, compartment: str) -> list[Member]:
    """The members with a key of this compartment."""
    ids = {grant.member for grant in charter.keys if grant.compartment == compartment}
    return [member for member in charter.members if member.id in ids]


def _checked(text: object) -> str:
    try:
        return str(parse_recipient(str(text)))
    except KeyTextError as error:
        raise BadInput("this is no age recipient", hint="it begins with age1pq1 or age1") from error


def _leads(charter: Charter, member: Member) -> str:
    leading: Mapping[str, str] = {
        m.id: what for m, what in zip(leaders(charter), ("founder", "recovery key"), strict=False)
    }
    return leading.get(member.id, "")


def _adding(
    archive: Archive, names: Names, name: str, key: MemberKey, places: Sequence[Compartment]
) -> list[str]:
    called = compartment_names(archive, names)
    said = ", ".join(called[place.id] for place in places) or "nothing"
    lines = [f"{name} becomes a member and reads: {said}; all that is in it, and what comes."]
    if key.sealed is None:
        lines.append(
            f"Compare by voice, with `printf %s RECIPIENT | sha256sum` there: {recipient_digest(key.recipient)}"
        )
    if key.classical:
        lines.append("Their key is classical: a quantum computer would open what they read, for all.")
    return lines


def _removing(name: str, lost: Sequence[str]) -> list[str]:
    return [
        f"{name} is no member any more. Fresh keys for: {', '.join(lost) or 'nothing'}.",
        "What was sealed until now they can still open, in every copy that they have or get.",
        "A device seals to the fresh keys once this charter reaches it; until then they can open",
        "what it adds. So bring this charter to every device: copwatch copy, copwatch merge.",
    ]

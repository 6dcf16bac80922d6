"""Writing the next version of the charter: what every change of devices, members and compartments has in common.

Objects are written first, then the charter file, then what this computer remembers: killed at any line, the
old version or the new one rules, never half of one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from copwatch.crypto.age import HybridIdentity, parse_recipient
from copwatch.crypto.signing import SigningKey
from copwatch.errors import NotThisDevice, Refused
from copwatch.proof.charter import Charter, Compartment, KeyGrant, Member
from copwatch.proof.charter_join import LEADERS, Joined, Owed, join_heads
from copwatch.store.archive import Archive, open_archive, remember
from copwatch.store.founding import sign_charter, write_charter
from copwatch.store.keys import Identity, Keys, open_root, seal_identity, seal_root
from copwatch.store.objects import Staging
from copwatch.store.own_ledger import open_own_ledger

Agree = Callable[[Sequence[str]], None]
"""Is shown what will change, line by line, before it is signed; raises `Refused` when the person does not want it."""


@dataclass
class Change:
    """A change of the charter that is being prepared.

    `base` is what it starts from: the version that rules, or what versions that stand side by side come to
    together; then `notes` says so.
    """

    archive: Archive
    keys: Keys
    root: SigningKey
    staging: Staging
    base: Charter
    notes: tuple[str, ...]

    def grant(self, compartment: str, epoch: int, identity: Identity, member: Member) -> KeyGrant:
        """A compartment's key of one epoch, sealed to a member."""
        sealed = seal_identity(identity, [parse_recipient(member.recipient)])
        return KeyGrant(compartment, epoch, member.id, self.staging.add_bytes(sealed))

    def fresh_epoch(self, charter: Charter, compartment: str, members: Sequence[Member]) -> Charter:
        """The charter with another key for a compartment, which these members get and nobody else."""
        key = HybridIdentity.generate()
        place = next(c for c in charter.compartments if c.id == compartment)
        longer = Compartment(place.id, (*place.epochs, str(key.recipient())))
        grants = [self.grant(place.id, len(place.epochs), key, member) for member in members]
        return replace(
            charter,
            compartments=tuple(longer if c is place else c for c in charter.compartments),
            keys=(*charter.keys, *grants),
        )

    def put_in_force(self, charter: Charter) -> Archive:
        """Signs and writes it as the next version; gives the archive that it rules."""
        heads = [self.archive.history.charters[name] for name in self.archive.history.heads]
        charter = replace(
            charter, version=1 + max(head.version for head in heads), prev=tuple(self.archive.history.heads)
        )
        self.staging.place()
        write_charter(self.archive.layout, sign_charter(charter, self.root))
        changed = open_archive(self.archive.layout.folder)
        remember(changed)
        return changed


@contextmanager
def changing_charter(archive: Archive, keys: Keys) -> Iterator[Change]:
    """The right to change the charter, until the block ends.

    Raises:
        Locked: these keys may not.
        Busy: another copwatch writes here at this moment.
    """
    with archive.state.writing(), Staging(archive.layout) as staging:
        root = open_root(archive, keys.identity)
        change = Change(archive, keys, root, staging, archive.charter, ())
        if len(archive.history.heads) > 1:
            joined = join_heads(archive.history)
            change.base, change.notes = _completed(change, joined), joined.notes
        yield change


def writing_device(archive: Archive) -> str | None:
    """This computer's device, if it may append to this copy. The caller holds `LocalState.writing`."""
    try:
        return open_own_ledger(archive).key.public_hex
    except NotThisDevice:
        return None


def need_device(archive: Archive) -> str:
    """The same, for changes whose names go into a record of this device. Raises `NotThisDevice`."""
    return open_own_ledger(archive).key.public_hex


def leaders(charter: Charter) -> tuple[Member, ...]:
    """The founder and the recovery key: the root key is sealed to them, and they read every compartment."""
    return charter.members[:LEADERS]


def sealed_root(change: Change, members: Sequence[Member]) -> str:
    """The object of the root key, sealed to these members."""
    return change.staging.add_bytes(seal_root(change.root, [parse_recipient(m.recipient) for m in members]))


def refuse_leader(charter: Charter, member: Member) -> None:
    """Raises `Refused` for those without whom nobody could change the charter."""
    if member in leaders(charter):
        raise Refused(
            "the founder and the recovery key cannot be removed",
            hint="`copwatch recover --words` gives the founder a new key",
        )


def _completed(change: Change, joined: Joined) -> Charter:
    """The joined version with the keys that are owed, where this member's keys open them."""
    charter, grants = joined.charter, list[KeyGrant]()
    for owed in joined.owed:
        key = _key_of(change.keys, charter, owed)
        if key is not None:
            grants.append(change.grant(owed.compartment, owed.epoch, key, owed.member))
    charter = replace(charter, keys=(*charter.keys, *grants))
    for compartment in joined.fresh:
        readers = {k.member for k in charter.keys if k.compartment == compartment}
        charter = change.fresh_epoch(charter, compartment, [m for m in charter.members if m.id in readers])
    if joined.reseal_root:
        charter = replace(charter, root_sealed=sealed_root(change, leaders(charter)))
    return charter


def _key_of(keys: Keys, charter: Charter, owed: Owed) -> Identity | None:
    compartment: Any = charter.compartment(owed.compartment)
    return keys.of(owed.compartment, compartment.epochs[owed.epoch])

"""New versions of the charter: another passphrase, another device, and the archive after a loss."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from copwatch.crypto.age import HybridIdentity
from copwatch.crypto.signing import SigningKey
from copwatch.errors import BadInput, Refused, Unfinished
from copwatch.proof.charter import Charter, Device, Member, Until
from copwatch.proof.findings import Finding
from copwatch.proof.words import from_words
from copwatch.store import keeper
from copwatch.store.archive import Archive
from copwatch.store.keys import (
    Keys,
    open_with_identity,
    seal_under_passphrase,
)
from copwatch.store.ledgers import read_counting, read_new
from copwatch.store.recent import forget_recent
from copwatch.store.state import LocalState, remember_folder
from copwatch.store.writer import append_records
from copwatch.workflows.chartering import Change, changing_charter, leaders, sealed_root, writing_device
from copwatch.workflows.membership import readers
from copwatch.workflows.names import Names, make_roster, read_names
from copwatch.workflows.passphrases import check_passphrase
from copwatch.workflows.stamping import Now, fresh_id
from copwatch.workflows.verifying import paper_head

RECOVERY_BYTES = 32
_SHORTEST_KEY_PREFIX = 8


@dataclass(frozen=True)
class Recovered:
    """What `recover` did.

    `device` is this computer's key, `joined` whether it is new; `renewed` says that the founder has a new
    identity and passphrase; `revoked` are the devices that were cut off; `findings` what could not be opened.
    `notes` say which versions of the charter, that stood side by side, this one joins.
    """

    archive: Archive
    device: str
    joined: bool
    renewed: bool
    revoked: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def change_passphrase(archive: Archive, keys: Keys, passphrase: str) -> Archive:
    """Seals the member's identity under another passphrase. The identity, and so what it opens, stays.

    Copies of the archive that were made before, and this one's older charter versions, still hold the identity
    under the old passphrase.

    Raises:
        Refused: the passphrase is weak.
        Locked: only the founder's key may change the charter.
    """
    check_passphrase(passphrase)
    with changing_charter(archive, keys) as change:
        sealed = change.staging.add_bytes(seal_under_passphrase(keys.identity, passphrase))
        members = [replace(m, identity=sealed) if m.id == keys.member.id else m for m in change.base.members]
        return change.put_in_force(replace(change.base, members=tuple(members)))


def keys_of_words(archive: Archive, words: str) -> Keys:
    """What the 24 recovery words open. Raises `BadInput` for a slip of the pen, `Locked` when they are another's."""
    seed = from_words(words)
    if len(seed) != RECOVERY_BYTES:
        raise BadInput("there are 24 recovery words", hint="12 words name the archive; they open nothing")
    return open_with_identity(archive, HybridIdentity(seed))


def find_device(archive: Archive, text: str) -> str:
    """The device of the charter whose key begins so. Raises `BadInput`."""
    found = [d.key for d in archive.charter.devices if d.key.startswith(text.lower())]
    if len(text) < _SHORTEST_KEY_PREFIX or len(found) != 1:
        raise BadInput(
            f"{text} names no device",
            hint=f"give the first {_SHORTEST_KEY_PREFIX} digits of its key, or more",
        )
    return found[0]


def find_revoked(archive: Archive, text: str) -> tuple[str, bytes | None]:
    """A device and, behind a colon, the head of its last honest entry: twelve words, or hexadecimal digits.

    Raises `BadInput`.
    """
    device, _, head = text.partition(":")
    return find_device(archive, device.strip()), paper_head(head) if head.strip() else None


def recover(
    archive: Archive,
    keys: Keys,
    now: Now,
    *,
    new_passphrase: str | None = None,
    device_name: str | None = None,
    revoke: Sequence[str] = (),
    last: Mapping[str, bytes] | None = None,
) -> Recovered:
    """Makes this computer a device of the archive, if it is none that may write.

    Args:
        keys: the founder's, or those of the recovery words.
        new_passphrase: with the recovery words: the founder gets a new identity under it, and every compartment a
            fresh key. The old founder's recipient leaves the charter; what was sealed until now stays readable with
            the old identity, wherever somebody has that and a copy of the archive.
        device_name: for the roster; by default `device N`.
        revoke: keys of devices whose entries after those in this copy no longer count.
        last: of devices among them, the first 16 bytes of the head of their last entry that counts.

    Raises:
        Refused: the passphrase is weak; this computer's own device is to be revoked; nobody said which entry of a
            device is the last that counts, and this copy does not show it.
        BadInput: the entry that `last` names is not here.
        Locked: these keys may not change the charter.
        Busy: another copwatch writes here at this moment.
    """
    if new_passphrase is not None:
        check_passphrase(new_passphrase)
    findings = list(keys.findings)
    names = read_names(archive, keys, findings)
    with changing_charter(archive, keys) as change:
        # Whoever recovers an archive has compared its root words, and their keys open it.
        remember_folder(archive.layout.folder, archive.id)
        device = writing_device(archive)
        joined = SigningKey.generate() if device is None else None
        charter = replace(change.base, devices=_devices(change, joined, device, revoke, last or {}))
        if new_passphrase is not None:
            charter = _renewed_founder(change, charter, new_passphrase)
        if charter == archive.charter:
            return Recovered(archive, device or "", False, False, (), tuple(findings))
        changed = change.put_in_force(charter)
        if joined is not None:
            _become(changed.state, joined)
        if new_passphrase is not None:
            _drop_old_founder(changed, archive.charter.members[0])
    own = joined.public_hex if joined is not None else str(device)
    named = _renamed(names, archive.charter, changed.charter, own if joined else None, device_name)
    append_records(changed, [make_roster(changed, named, own, now, change.root).to_json()])
    renewed = new_passphrase is not None
    return Recovered(
        changed, own, joined is not None, renewed, tuple(revoke), tuple(findings), tuple(change.notes)
    )


def _devices(
    change: Change,
    joined: SigningKey | None,
    own: str | None,
    revoke: Sequence[str],
    last: Mapping[str, bytes],
) -> tuple[Device, ...]:
    if own in revoke:
        raise Refused(
            "this computer is the device that would be revoked", hint="revoke it from another device"
        )
    kept = [
        cut
        for d in change.base.devices
        for cut in (cut_off(change.archive, d, last.get(d.key)) if d.key in revoke else [d])
    ]
    return (*kept, *([Device(joined.public_hex)] if joined is not None else []))


def cut_off(archive: Archive, device: Device, head: bytes | None) -> Iterable[Device]:
    """The device up to the entry of that head, or up to its last entry in this copy.

    None when it has no entry: then all of its entries are apart.
    """
    if head is not None:
        return [replace(device, until=_entry_of(archive, device.key, head))]
    findings: list[Finding] = []
    lines = list(read_counting(archive, device.key, None, findings))
    last = Until(lines[-1].line.entry.seq, lines[-1].hash) if lines else None
    _check_one_history(archive, device, {read.hash for read in lines}, findings)
    if device.until is not None and last is not None and device.until.seq <= last.seq:
        return [device]
    return [replace(device, until=last)] if last is not None else []


def _check_one_history(archive: Archive, device: Device, here: set[str], findings: Sequence[Finding]) -> None:
    """What stands last in this copy has to be what the device wrote last. Raises `Refused` when nobody can know."""
    hint = "look for its last honest entry on paper or another copy: --revoke 'DEVICE:twelve head words'"
    if device.until is None and any(forked == device.key for forked, _ in archive.forks()):
        raise Refused(
            f"the ledger of device {device.key[:8]} has forked, and nobody can tell from it which branch is honest",
            hint=hint,
        )
    if findings:
        raise Refused(
            f"the ledger of device {device.key[:8]} cannot be read to its end: {findings[0].detail}",
            hint=f"mend it first with `copwatch doctor`, or {hint}",
        )
    seen = archive.state.heads().get(device.key)
    if device.until is None and seen is not None and seen.size and seen.hash not in here:
        raise Refused(
            f"this computer has seen entries of device {device.key[:8]} that are not in this copy",
            hint=f"`copwatch merge` brings them from another copy, or {hint}",
        )


def _entry_of(archive: Archive, device: str, head: bytes) -> Until:
    """The entry of that head, in whatever branch. Raises `BadInput`."""
    ignored: list[Finding] = []
    for branch in (None, *(branch for forked, branch in archive.forks() if forked == device)):
        for read in read_new(archive, device, None, ignored, branch):
            if read.hash.startswith(head.hex()):
                return Until(read.line.entry.seq, read.hash)
    raise BadInput(
        f"no entry of device {device[:8]} in this copy has that head",
        hint="compare the words; another copy may have the entry: `copwatch merge`",
    )


def _renewed_founder(change: Change, charter: Charter, passphrase: str) -> Charter:
    """Members, grants and sealed root for a founder with a new identity.

    They get a new member id as well: an id stands for one recipient in all versions of the charter.
    """
    keys = change.keys
    old, *others = charter.members
    if old.id == keys.member.id:
        raise Refused(
            "the founder's own key was given, so no new identity is needed",
            hint="change it: `copwatch passphrase`",
        )
    founder = HybridIdentity.generate()
    sealed = change.staging.add_bytes(seal_under_passphrase(founder, passphrase))
    member = Member(fresh_id(), str(founder.recipient()), sealed)
    counted = [(c.id, k, text) for c in charter.compartments for k, text in enumerate(c.epochs)]
    opened = [(place, epoch, keys.of(place, text)) for place, epoch, text in counted]
    grants = [change.grant(place, epoch, key, member) for place, epoch, key in opened if key is not None]
    kept = tuple(grant for grant in charter.keys if grant.member != old.id)
    root = sealed_root(change, (member, keys.member))
    charter = replace(charter, members=(member, *others), keys=(*kept, *grants), root_sealed=root)
    # Whoever has the old identity has the keys that were in use until now.
    for compartment in charter.compartments:
        reading = dict.fromkeys([*leaders(charter), *readers(charter, compartment.id)])
        charter = change.fresh_epoch(charter, compartment.id, list(reading))
    return charter


def _drop_old_founder(archive: Archive, old: Member) -> None:
    """What this computer still has of the old identity: the kept key, and the catalogue sealed with it."""
    with suppress(Unfinished):
        # It opens nothing here any more, and its time runs out.
        keeper.forget(archive.id)
    for path in archive.state.folder.glob(f"*-{old.id}.*"):
        path.unlink(missing_ok=True)


def _become(state: LocalState, key: SigningKey) -> None:
    """Makes this computer the device of `key`; at no moment may it append with the old key at an old place."""
    state.write("own.json", None)
    forget_recent(state)
    state.write("named.json", {})
    state.write("device.json", {"seed": key.seed.hex()})
    state.save_device(key)


def _renamed(
    names: Names, before: Charter, after: Charter, joined: str | None, device_name: str | None
) -> Names:
    """The names with the new device's, and the founder's under their new id."""
    devices, members = dict(names.devices), dict(names.members)
    if joined is not None:
        devices[joined] = device_name or f"device {len(after.devices)}"
    old, new = before.members[0].id, after.members[0].id
    members.setdefault(new, members.get(old, "founder"))
    return replace(names, members=members, devices=devices)

"""The names behind the opaque ids of the charter, read from the archive itself, and written again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from copwatch.catalogue.times import utc
from copwatch.crypto.signing import SigningKey, verify
from copwatch.model.members import MalformedRecord
from copwatch.model.records import Named, NamedDevice, Roster
from copwatch.model.succession import Written, in_succession
from copwatch.proof.body import OpenedSet
from copwatch.proof.findings import Finding
from copwatch.proof.roster import is_signed, roster_message
from copwatch.store.archive import Archive
from copwatch.store.bodies import open_sets
from copwatch.store.keys import Keys, open_root
from copwatch.store.ledgers import devices_with_ledgers, read_counting
from copwatch.store.writer import append_records
from copwatch.workflows.stamping import Now, fresh_id, make_stamp


@dataclass(frozen=True)
class Names:
    """What the rosters call the group, members, devices and compartments: id or key → name."""

    group: str | None = None
    members: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)
    compartments: Mapping[str, str] = field(default_factory=dict)


def read_names(archive: Archive, keys: Keys, findings: list[Finding]) -> Names:
    """The names of all rosters that the keys open. What cannot be read becomes a finding.

    A later one rules, and of one device that is the later one in its ledger. Once there is one that the root key
    signed, all others count for nothing: any device writes them.
    """
    found = {written.leaf: (written, roster) for written, roster in _rosters(archive, keys, findings)}
    root = archive.history.root
    said = {leaf: each for leaf, each in found.items() if is_signed(each[1].to_json(), root, verify)} or found
    rosters = [said[leaf][1] for leaf in in_succession(written for written, _ in said.values())]
    return Names(
        next((r.group for r in reversed(rosters) if r.group), None),
        {named.id: named.name for roster in rosters for named in roster.members},
        {named.key: named.name for roster in rosters for named in roster.devices},
        {named.id: named.name for roster in rosters for named in roster.compartments},
    )


def signed(roster: Roster, root: SigningKey) -> Roster:
    """The roster with the root key's signature."""
    return replace(roster, sig=root.sign(roster_message(roster.to_json())))


def make_roster(archive: Archive, names: Names, device: str, now: Now, root: SigningKey) -> Roster:
    """A roster of everything in the charter that has a name, signed."""
    charter = archive.charter
    roster = Roster(
        fresh_id(), make_stamp(archive, device, now),
        tuple(Named(m.id, names.members[m.id]) for m in charter.members if m.id in names.members),
        tuple(NamedDevice(d.key, names.devices[d.key]) for d in charter.devices if d.key in names.devices),
        tuple(Named(c.id, names.compartments[c.id]) for c in charter.compartments if c.id in names.compartments),
        names.group,
    )  # fmt: skip
    return signed(roster, root)


def add_names(
    archive: Archive,
    keys: Keys,
    device: str,
    now: Now,
    *,
    members: Mapping[str, str] | None = None,
    devices: Mapping[str, str] | None = None,
    compartments: Mapping[str, str] | None = None,
) -> None:
    """Writes the roster anew with more names. Raises `Locked` where the keys cannot sign, and as `append_records`."""
    root = open_root(archive, keys.identity)
    before = read_names(archive, keys, [])
    after = replace(
        before,
        members={**before.members, **(members or {})},
        devices={**before.devices, **(devices or {})},
        compartments={**before.compartments, **(compartments or {})},
    )
    append_records(archive, [make_roster(archive, after, device, now, root).to_json()])


def _rosters(archive: Archive, keys: Keys, findings: list[Finding]) -> Iterable[tuple[Written, Roster]]:
    for device in devices_with_ledgers(archive):
        for read in read_counting(archive, device, None, findings):
            for opened in open_sets(archive, keys, read, {}, findings):
                yield from _in(opened)


def _in(opened: OpenedSet) -> Iterable[tuple[Written, Roster]]:
    """Rosters that count: a device that was cut off names nobody."""
    for item in opened.records if opened.apart is None else ():
        if isinstance(item.record, dict) and (item.record.get("type"), item.record.get("schema")) == (
            "roster",
            1,
        ):
            try:
                roster = Roster.from_json(item.record)
            except MalformedRecord:
                continue
            yield Written(item.leaf, (), opened.device, opened.seq, utc(roster.stamp.recorded_at)), roster

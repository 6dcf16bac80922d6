"""Builds a golden archive: `python -m tests.golden.build FOLDER`. It is run once for a format, never again.

Everything that format 1 has stands in it (docs/format.md says the list). What is sealed is different each time,
so that a second run gives another archive: the one that is committed stays as it is.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from copwatch.crypto.age import HybridIdentity, X25519Identity, parse_recipient, seal
from copwatch.crypto.signing import SigningKey
from copwatch.model.records import Batch, Custody, Evidence, Named, NamedDevice, Piece, Roster
from copwatch.progress import Progress
from copwatch.proof.body import BodyHeader, encode_body
from copwatch.proof.charter import Charter, Compartment, Device, KeyGrant, Member, Until
from copwatch.proof.checkpoint import Checkpoint, encode_note
from copwatch.proof.entry import Lists, Signature, Withdrawn, withdraw_message
from copwatch.proof.merkle import root_of_hashes
from copwatch.store.all_ledgers import read_all
from copwatch.store.archive import Archive, open_archive, remember
from copwatch.store.bodies import open_sets
from copwatch.store.durable import write_new
from copwatch.store.found import Collected
from copwatch.store.founding import found_archive, sign_charter, write_charter
from copwatch.store.keys import open_root, open_with_identity, seal_identity
from copwatch.store.ledgers import read_at
from copwatch.store.objects import Staging
from copwatch.store.sealing import seal_file
from copwatch.store.state import LocalState
from copwatch.store.transfer import carry_out, prepare
from copwatch.store.writer import open_writer
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.stamping import fresh_id, make_stamp

CAPACITY = 512
"""The most bytes of one piece of the file of two pieces; a Padmé length."""
PASSPHRASE = "correct horse battery staple golden archive"  # noqa: S105 (it is published beside the archive)


def now() -> datetime:
    """One day for all: nothing here depends on the clock."""
    return datetime(2026, 3, 1, 20, 15, tzinfo=UTC)


@dataclass
class Group:
    """The archive in the making, and who takes part in it."""

    top: Path
    folder: Path
    founder: HybridIdentity
    root: SigningKey
    recovery: HybridIdentity
    leaver: X25519Identity
    custodian: SigningKey
    devices: dict[str, SigningKey]
    members: dict[str, str]

    @contextmanager
    def on(self, device: str, folder: Path | None = None) -> Iterator[Archive]:
        """Work on the computer of that name."""
        os.environ["COPWATCH_STATE"] = str(self.top / f"state-{device}")
        archive = open_archive(folder or self.folder)
        if archive.state.device() is None:
            LocalState(archive.id).save_device(self.devices[device])
        remember(archive)
        named = read_all(archive, Collected())
        archive.state.save_heads(named.newest())
        yield archive

    def new_charter(self, change: dict[str, object]) -> None:
        """The next version."""
        archive = open_archive(self.folder)
        before = archive.charter
        charter: Charter = replace(
            before, version=before.version + 1, prev=(archive.history.ruling,), **change
        )
        write_charter(archive.layout, sign_charter(charter, self.root))


def build(folder: Path, top: Path) -> dict[str, object]:
    """Builds it in `folder`; gives its keys, for `keys.json`."""
    group = _found(folder, top)
    _first_epoch(group)
    _second_epoch(group)
    _fork(group)
    _withdraw(group)
    _revoke(group)
    _checkpoint(group)
    shutil.rmtree(folder / "tmp")
    return {
        "passphrase": PASSPHRASE, "founder": str(group.founder), "recovery": str(group.recovery),
        "removed_member": str(group.leaver), "root_seed": group.root.seed.hex(),
        "custodian_seed": group.custodian.seed.hex(),
        "device_seeds": {name: key.seed.hex() for name, key in group.devices.items()},
    }  # fmt: skip


def _found(folder: Path, top: Path) -> Group:
    """Versions 0 and 1: four devices, a custodian, a member with a classical key, who may read `case` alone."""
    os.environ["COPWATCH_STATE"] = str(top / "state-first")
    founded = found_archive(folder, HybridIdentity.generate(), PASSPHRASE)
    archive = founded.archive
    leaver, founder = X25519Identity.generate(), founded.founder
    assert isinstance(founder, HybridIdentity)
    devices = {name: SigningKey.generate() for name in ("second", "cloned", "stolen")}
    first = archive.state.device()
    assert first is not None
    root = open_root(archive, founder)
    group = Group(
        top, folder, founder, root, founded.recovery, leaver, SigningKey.generate(), {"first": first, **devices},
        {"founder": founded.member, "recovery": archive.charter.members[1].id, "leaver": fresh_id()},
    )  # fmt: skip
    case = open_with_identity(archive, founder).compartments
    identity = next(key for (compartment, _, _), key in case.items() if compartment == founded.case)
    with Staging(archive.layout) as staging:
        sealed = staging.add_bytes(seal_identity(identity, [leaver.recipient()]))
        staging.place()
    leaver_id = group.members["leaver"]
    group.new_charter({
        "custodians": (group.custodian.public_hex,),
        "devices": tuple(Device(key.public_hex) for key in group.devices.values()),
        "members": (*archive.charter.members, Member(leaver_id, str(leaver.recipient()))),
        "keys": (*archive.charter.keys, KeyGrant(founded.case, 0, leaver_id, sealed)),
    })  # fmt: skip
    return group


def _first_epoch(group: Group) -> None:
    """The roster, a batch of three files, and records in the second compartment, one of them of an unknown type."""
    source = group.top / "card"
    (source / "DCIM").mkdir(parents=True)
    for name, data in (("DCIM/IMG_1.jpg", b"\xff\xd8\xff\xe0 picture"), ("VID_2.mp4", b"\0\0\0\x18ftypmp42 film"),
                       ("empty.txt", b"")):  # fmt: skip
        (source / name).write_bytes(data)
        os.utime(source / name, (1_772_000_000, 1_772_000_000))
    with group.on("first") as archive:
        case, identity = (c.id for c in archive.charter.compartments)
        with open_writer(archive) as writer, writer.staging() as staging:
            stamp = make_stamp(archive, writer.device, now)
            draft = writer.draft(staging)
            names = {name: Named(id_, f"member {name}") for name, id_ in group.members.items()}
            draft.add(Roster(
                fresh_id(), stamp, tuple(names.values()),
                tuple(NamedDevice(key.public_hex, name) for name, key in group.devices.items()),
                (Named(case, "case"), Named(identity, "identity")), "golden group",
            ).to_json())  # fmt: skip
            draft.commit()
            draft = writer.draft(staging)
            unknown = {**stamp.given(), "id": fresh_id(), "type": "weather", "schema": 1, "sky": ["Grey. ", "Rain."]}
            draft.add(unknown, compartment=identity)
            later = {**stamp.given(), "id": fresh_id(), "type": "evidence", "schema": 2, "smell": "smoke"}
            draft.add(later)
            draft.commit()
        add_files(archive, Request((source,), by="OBS-7", how="sd_card", note="Golden note."), now, Progress())


def _second_epoch(group: Group) -> None:
    """Version 2: the member goes, and each compartment gets a second epoch. Then a file of two pieces."""
    with group.on("first") as archive:
        members = archive.charter.members[:2]
        with Staging(archive.layout) as staging:
            compartments, grants = [], list(archive.charter.keys[:4])
            for compartment in archive.charter.compartments:
                new = HybridIdentity.generate()
                compartments.append(Compartment(compartment.id, (*compartment.epochs, str(new.recipient()))))
                for member in members:
                    sealed = staging.add_bytes(seal_identity(new, [parse_recipient(member.recipient)]))
                    grants.append(KeyGrant(compartment.id, 1, member.id, sealed))
            staging.place()
        group.new_charter({"members": members, "compartments": tuple(compartments), "keys": tuple(grants)})
    with group.on("second") as archive, open_writer(archive) as writer, writer.staging() as staging:
        _add(archive, writer, staging, {"two-pieces.bin": b"0123456789" * 90}, capacity=CAPACITY)
        _add(archive, writer, staging, {"stays.txt": b"what stays", "goes.txt": b"what goes"})


def _add(archive, writer, staging, files, capacity=1 << 20) -> None:
    draft, stamp, batch = writer.draft(staging), make_stamp(archive, writer.device, now), fresh_id()
    draft.add(Batch(batch, stamp).to_json())
    recipient = parse_recipient(archive.charter.compartments[0].epochs[-1])
    for name, data in files.items():
        sealed = seal_file(BytesIO(data), [recipient], staging.beside, capacity=capacity)
        staging.take(sealed.staged())
        pieces = tuple(Piece(piece.object, piece.size) for piece in sealed.pieces)
        record = Evidence(
            fresh_id(), stamp, batch, name, sealed.size, sealed.sha256, pieces, "text/plain", "preserve"
        )
        draft.add(record.to_json(), objects=[piece.object for piece in pieces])
    draft.commit()


def _say(archive: Archive, text: str) -> None:
    """One entry with a custody record."""
    with open_writer(archive) as writer, writer.staging() as staging:
        draft, stamp = writer.draft(staging), make_stamp(archive, writer.device, now)
        record = Custody(
            fresh_id(), stamp, "verified", "fix", stamp.recorded_at, "archive", "pass", purpose=(text,)
        )
        draft.add(record.to_json())
        draft.commit()


def _fork(group: Group) -> None:
    """A laptop's archive and state are copied, and both go on writing; then the copies meet."""
    with group.on("cloned") as archive:
        _say(archive, "Before the laptop was copied.")
    copy = group.top / "copy"
    shutil.copytree(group.folder, copy)
    shutil.copytree(group.top / "state-cloned", group.top / "state-clone")
    group.devices["clone"] = group.devices["cloned"]
    with group.on("cloned") as archive:
        _say(archive, "Written by the laptop.")
        _say(archive, "And once more.")
    with group.on("clone", copy) as archive:
        _say(archive, "Written by its copy.")
        carry_out(prepare(copy.resolve(), group.folder.resolve(), archive.id))
    del group.devices["clone"]


def _withdraw(group: Group) -> None:
    """The custodian withdraws one of two files; what else its body held is sealed again."""
    with group.on("first") as archive, open_writer(archive) as writer, writer.staging() as staging:
        keys = open_with_identity(archive, group.founder)
        read = read_at(archive, group.devices["second"].public_hex, 1)
        part = read.line.lists.sets[0]
        (opened,) = open_sets(archive, keys, read, {}, [])
        goes = next(one for one in opened.records if one.record.get("name") == "goes.txt")
        kept = [(one.record, one.seed) for one in opened.records if one is not goes]
        header = BodyHeader(archive.id, opened.device, part.compartment, part.epoch)
        recipient = archive.charter.compartment(part.compartment).epochs[part.epoch]
        by = staging.add_bytes(seal(encode_body(header, kept), [parse_recipient(recipient)]))
        staging.place()
        piece = goes.record["pieces"][0]["object"]
        withdrawn = tuple(sorted((Withdrawn(part.body, by), Withdrawn(piece, None)), key=lambda w: w.object))
        sig = group.custodian.sign(withdraw_message(archive.id, withdrawn))
        writer.append(Lists((), writer.seen(), withdrawn, Signature(group.custodian.public_hex, sig)))
        for item in withdrawn:
            archive.layout.object(item.object).unlink()


def _revoke(group: Group) -> None:
    """Version 3: a stolen laptop is cut off after its first entry; it has written two more."""
    with group.on("stolen") as archive:
        _say(archive, "Before it was stolen.")
        _say(archive, "By whoever has it now.")
        _say(archive, "And again.")
        key = group.devices["stolen"].public_hex
        until = Until(0, read_at(archive, key, 0).hash)
        devices = tuple(replace(d, until=until) if d.key == key else d for d in archive.charter.devices)
        group.new_charter({"devices": devices})


def _checkpoint(group: Group) -> None:
    """The first device writes once more, naming all heads, and signs a checkpoint of its ledger."""
    with group.on("first") as archive:
        _say(archive, "All heads that are known are named here.")
        key = group.devices["first"]
        heads = read_all(archive, Collected()).heads[key.public_hex]
        note = Checkpoint(
            archive.id, key.public_hex, len(heads), root_of_hashes([bytes.fromhex(h) for h in heads])
        )
        place = archive.layout.checkpoints(key.public_hex) / note.file_name
        place.parent.mkdir(parents=True)
        write_new(place, encode_note(note, key.sign(note.text.encode())))


def main(folder: Path) -> None:
    """Builds the archive, and writes its keys beside it."""
    with tempfile.TemporaryDirectory() as top:
        keys = build(folder, Path(top))
    keys_file = folder.with_name(f"{folder.name}.keys.json")
    keys_file.write_text(json.dumps(keys, indent=1, sort_keys=True) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

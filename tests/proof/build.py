"""Small charters, entries and ledgers for the tests of this folder, signed by real keys of fixed seeds."""

from copwatch.crypto.signing import SigningKey, verify
from copwatch.proof.charter import (
    Charter,
    Compartment,
    Device,
    KeyGrant,
    Member,
    SignedCharter,
    charter_hash,
    charter_message,
    encode_file,
    file_name,
)
from copwatch.proof.entry import (
    Line,
    Lists,
    SealedSet,
    Signature,
    encode_line,
    entry_hash,
    entry_message,
    make_entry,
    withdraw_message,
)
from copwatch.proof.history import read_history

ROOT, CUSTODIAN, DEVICE, OTHER = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3, 4))
CASE, IDENTITY = "c" * 32, "1" * 32
RECIPIENT = "age1pq1" + "q" * 40
VERIFY = verify

FIRST = Charter(
    version=0,
    prev=(),
    root=ROOT.public_hex,
    root_sealed="5" * 64,
    custodians=(CUSTODIAN.public_hex,),
    devices=(Device(DEVICE.public_hex), Device(OTHER.public_hex)),
    compartments=(Compartment(CASE, (RECIPIENT,)), Compartment(IDENTITY, (RECIPIENT, RECIPIENT))),
    members=(Member("d" * 32, RECIPIENT), Member("e" * 32, RECIPIENT, "6" * 64)),
    keys=(KeyGrant(CASE, 0, "d" * 32, "7" * 64), KeyGrant(IDENTITY, 1, "e" * 32, "8" * 64)),
)
ARCHIVE = charter_hash(FIRST)


def sign_charter(charter, key=ROOT):
    """A charter with one signature."""
    return SignedCharter(charter, (Signature(key.public_hex, key.sign(charter_message(charter))),))


def files(*charters):
    """Charter files by name, each signed by the root key."""
    return {file_name(c): encode_file(sign_charter(c)) for c in charters}


def history(*charters):
    """The history of these charters, which have nothing wrong."""
    found, findings = read_history(files(*(charters or (FIRST,))), VERIFY)
    assert findings == []
    return found


def h(number):
    """A stand-in for a hash."""
    return f"{number:064x}"


def records_lists(number=1, compartment=CASE, epoch=0):
    """Lists that bring one body, one object and two leaves, told apart by `number`."""
    part = SealedSet(compartment, epoch, h(number), (h(number + 1000), h(number + 2000)), (h(number + 3000),))
    return Lists((part,))


def withdraw_lists(withdrawn, key=CUSTODIAN, archive=ARCHIVE):
    """Lists that withdraw objects, signed by `key`."""
    sig = key.sign(withdraw_message(archive, withdrawn))
    return Lists((), (), withdrawn, Signature(key.public_hex, sig))


def sign_entry(entry, lists, key=DEVICE):
    """A whole line."""
    return Line(entry, lists, key.sign(entry_message(entry)))


def ledger(all_lists, key=DEVICE, archive=ARCHIVE, charter=ARCHIVE):
    """Lines with these lists, chained and signed."""
    lines, prev = [], None
    for seq, lists in enumerate(all_lists):
        entry = make_entry(archive, key.public_hex, seq, prev, charter, lists)
        lines.append(sign_entry(entry, lists, key))
        prev = entry_hash(entry)
    return lines


def encoded(lines):
    """The bytes of each line."""
    return [encode_line(line) for line in lines]

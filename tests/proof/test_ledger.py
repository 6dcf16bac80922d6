"""Checking ledgers: a good one has no findings, and each named defect has its own."""

from dataclasses import replace

import pytest

from copwatch.proof.canonical import encode
from copwatch.proof.charter import Device, Until, charter_hash
from copwatch.proof.entry import Seen, Withdrawn, encode_line, entry_hash, make_entry
from copwatch.proof.findings import NOTES, Finding, Kind
from copwatch.proof.ledger import LedgerCheck, Standing, authority_holds, compare, cut_off_findings, standing
from tests.proof import build
from tests.proof.build import ARCHIVE, DEVICE, FIRST, OTHER, VERIFY, encoded, ledger, records_lists

HISTORY = build.history()
LINES = ledger([records_lists(n) for n in range(4)])
DATA = encoded(LINES)


def check(data, history=HISTORY, device=DEVICE.public_hex):
    """The check after all lines, and which of them have a bad signature."""
    found = LedgerCheck(device, history)
    read = [found.read(line) for line in data]
    bad = [one.where for one in read if one is not None and not VERIFY(device, one.message, one.line.sig)]
    return found, bad


def kinds(data, **options):
    return {finding.kind for finding in check(data, **options)[0].findings}


def test_a_good_ledger_has_no_findings():
    found, bad = check(DATA)
    assert (found.findings, bad, found.seq) == ([], [], 4)
    assert found.heads == [entry_hash(line.entry) for line in LINES]


def test_every_kind_of_entry_is_accepted():
    lists = [
        build.Lists(),
        records_lists(1)._replace(seen=(Seen(OTHER.public_hex, 0, "a" * 64),)),
        build.withdraw_lists((Withdrawn("b" * 64, None),)),
        records_lists(2, build.IDENTITY, 1),
    ]
    assert check(encoded(ledger(lists)))[0].findings == []


def changed(**members):
    """Line 1 with other members in its entry, signed by the device itself."""
    line = LINES[1]
    entry = line.entry._replace(**members)
    return [DATA[0], encode_line(build.sign_entry(entry, line.lists)), *DATA[2:]]


def swapped():
    return [DATA[0], encode_line(LINES[1]._replace(lists=LINES[2].lists)), *DATA[2:]]


def with_lists(lists, charter=ARCHIVE):
    return encoded(ledger([lists], charter=charter))


def only(entry):
    return [encode_line(build.sign_entry(entry, LINES[0].lists))]


OTHERS = encoded(ledger([records_lists(9)], key=OTHER))
ELSEWHERE = encoded(ledger([records_lists(9)], archive="f" * 64))
DEFECTS = {
    "dropped first line": (DATA[1:], {Kind.BROKEN_CHAIN}),
    "dropped line": ([DATA[0], *DATA[2:]], {Kind.BROKEN_CHAIN}),
    "swapped lines": ([DATA[0], DATA[2], DATA[1], DATA[3]], {Kind.BROKEN_CHAIN}),
    "line twice": ([DATA[0], DATA[0], *DATA[1:]], {Kind.BROKEN_CHAIN}),
    "another previous entry": (changed(prev="0" * 64), {Kind.BROKEN_CHAIN}),
    "another number": (changed(seq=7), {Kind.BROKEN_CHAIN}),
    "entry of another device": (OTHERS, {Kind.UNEXPECTED}),
    "entry of another archive": (ELSEWHERE, {Kind.UNEXPECTED}),
    "swapped lists": (swapped(), {Kind.ALTERED}),
    "another root over the records": (only(LINES[0].entry._replace(records="0" * 64)), {Kind.ALTERED}),
    "another hash over the lists": (only(LINES[0].entry._replace(lists="0" * 64)), {Kind.ALTERED}),
    "unknown charter": (with_lists(records_lists(), "0" * 64), {Kind.ROLLBACK}),
    "unknown compartment": (with_lists(records_lists(1, "0" * 32)), {Kind.MALFORMED}),
    "epoch that is not yet": (with_lists(records_lists(1, build.CASE, 1)), {Kind.MALFORMED}),
    "empty line": ([b"", *DATA[1:]], {Kind.MALFORMED}),
    "line with a carriage return": ([DATA[0] + b"\r"], {Kind.MALFORMED}),
    "line that is not JSON": ([b"\xff\xfe"], {Kind.MALFORMED}),
    "line of a later format": ([DATA[0].replace(b'"v":1', b'"v":2')], {Kind.NEWER}),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_each_defect_has_its_finding(name):
    data, expected = DEFECTS[name]
    assert kinds(data) == expected


@pytest.mark.parametrize("name", ["entry of another device", "another previous entry"])
def test_a_finding_says_where(name):
    found, _ = check(DEFECTS[name][0])
    assert found.findings[0].where.startswith(DEVICE.public_hex[:8] + ":")
    assert found.findings[0].fails


def test_a_line_signed_by_another_device_has_a_bad_signature():
    forged = build.sign_entry(LINES[0].entry, LINES[0].lists, OTHER)
    found, bad = check([encode_line(forged)])
    assert found.findings == []
    assert bad == [f"{DEVICE.public_hex[:8]}:0"]


def test_a_signature_of_one_line_does_not_hold_for_another():
    _, bad = check([encode_line(LINES[0]._replace(sig=LINES[1].sig))])
    assert bad


def test_swapped_lists_keep_the_signature_and_are_found_all_the_same():
    found, bad = check(swapped())
    assert bad == []
    assert {f.kind for f in found.findings} == {Kind.ALTERED}


def test_behind_an_unreadable_line_reading_goes_on_and_heads_do_not():
    found, _ = check([DATA[0], b"?", *DATA[2:]])
    assert [f.kind for f in found.findings] == [Kind.MALFORMED]
    assert found.heads == [entry_hash(LINES[0].entry)]
    assert found.seq == 4


def test_an_unreadable_line_hides_no_break_behind_it():
    assert kinds([DATA[0], b"?", DATA[3]]) == {Kind.MALFORMED, Kind.BROKEN_CHAIN}


def test_a_charter_of_a_later_format_is_not_called_a_rollback():
    history = replace(HISTORY, newer=frozenset({"0" * 16}))
    assert kinds(with_lists(records_lists(), "0" * 64), history=history) == {Kind.NEWER}


def test_a_compartment_is_judged_by_the_charter_that_the_entry_names():
    later = replace(FIRST, version=1, prev=(ARCHIVE,), compartments=(*FIRST.compartments, added()))
    history = build.history(FIRST, later)
    lists = records_lists(1, added().id)
    assert kinds(with_lists(lists, charter_hash(later)), history=history) == set()
    assert kinds(with_lists(lists, ARCHIVE), history=history) == {Kind.MALFORMED}


def added():
    return build.Compartment("f" * 32, (build.RECIPIENT,))


def test_a_ledger_can_be_read_on_from_a_known_entry():
    found = LedgerCheck(DEVICE.public_hex, HISTORY, 2, entry_hash(LINES[1].entry))
    for line in DATA[2:]:
        found.read(line)
    assert found.findings == []
    other = LedgerCheck(DEVICE.public_hex, HISTORY, 2, "0" * 64)
    other.read(DATA[2])
    assert [f.kind for f in other.findings] == [Kind.BROKEN_CHAIN]


def revoked(seq, entry):
    return replace(FIRST, devices=(Device(DEVICE.public_hex, Until(seq, entry)),))


HEADS = [entry_hash(line.entry) for line in LINES]


def test_who_counts():
    assert standing(FIRST, DEVICE.public_hex, 10**9) is Standing.COUNTS
    assert standing(FIRST, "0" * 64, 0) is Standing.UNKNOWN_DEVICE
    cut = revoked(2, HEADS[2])
    assert [standing(cut, DEVICE.public_hex, seq) for seq in (0, 2, 3)] == [
        Standing.COUNTS, Standing.COUNTS, Standing.AFTER_CUT_OFF,
    ]  # fmt: skip


CUT_OFFS = {
    "device in use": (FIRST, HEADS, None),
    "unknown device": (FIRST, HEADS, None),
    "revoked at its last entry": (revoked(3, HEADS[3]), HEADS, None),
    "revoked, and went on writing": (revoked(1, HEADS[1]), HEADS, None),
    "last entry that counts is missing": (revoked(4, "0" * 64), HEADS, Kind.CUT_SHORT),
    "whole ledger is missing": (revoked(0, HEADS[0]), [], Kind.CUT_SHORT),
    "another entry at the cut-off": (revoked(1, "0" * 64), HEADS, Kind.FORK),
}


@pytest.mark.parametrize("name", CUT_OFFS)
def test_cut_offs(name):
    charter, heads, kind = CUT_OFFS[name]
    device = "0" * 64 if name == "unknown device" else DEVICE.public_hex
    assert [f.kind for f in cut_off_findings(charter, device, heads)] == ([kind] if kind else [])


WITHDRAWN = (Withdrawn("b" * 64, None), Withdrawn("c" * 64, "d" * 64))


def withdrawal(key, archive=ARCHIVE):
    return ledger([build.withdraw_lists(WITHDRAWN, key, archive)])[0]


def test_the_root_and_custodians_may_withdraw():
    assert authority_holds(withdrawal(build.ROOT), FIRST, VERIFY)
    assert authority_holds(withdrawal(build.CUSTODIAN), FIRST, VERIFY)


NO_AUTHORITY = {
    "a device": withdrawal(DEVICE),
    "a custodian of another archive": withdrawal(build.CUSTODIAN, "f" * 64),
    "no withdrawal": LINES[0],
}


@pytest.mark.parametrize("name", NO_AUTHORITY)
def test_nobody_else_may(name):
    assert not authority_holds(NO_AUTHORITY[name], FIRST, VERIFY)


def test_authority_for_some_objects_is_none_for_others():
    line = withdrawal(build.ROOT)
    more = line.lists._replace(withdrawn=(*WITHDRAWN, Withdrawn("e" * 64, None)))
    other = line.lists._replace(withdrawn=(Withdrawn("b" * 64, "e" * 64), WITHDRAWN[1]))
    assert not authority_holds(line._replace(lists=more), FIRST, VERIFY)
    assert not authority_holds(line._replace(lists=other), FIRST, VERIFY)


def test_a_custodian_may_no_longer_withdraw_under_a_charter_without_them():
    assert not authority_holds(withdrawal(build.CUSTODIAN), replace(FIRST, custodians=()), VERIFY)


def test_where_two_ledgers_part():
    assert compare(HEADS, HEADS) is None
    assert compare(HEADS, HEADS[:2]) is None
    assert compare([], HEADS) is None
    assert compare(HEADS, [*HEADS[:2], "0" * 64]) == 2


def test_a_fork_is_two_valid_ledgers_that_part():
    other = ledger([records_lists(0), records_lists(7), records_lists(8)])
    found, bad = check(encoded(other))
    assert (found.findings, bad) == ([], [])
    assert compare(HEADS, found.heads) == 1


def test_only_notes_do_not_fail():
    notes = {Kind.UNREFERENCED, Kind.WITHDRAWN, Kind.REVOKED, Kind.NOT_CHECKED, Kind.RESIDUE}
    notes |= {Kind.NOT_APPROVED, Kind.NOT_HERE_YET}
    assert {kind for kind in Kind if not Finding(kind, "").fails} == NOTES == notes


def test_the_lists_are_hashed_as_they_are_written():
    entry = make_entry(ARCHIVE, DEVICE.public_hex, 0, None, ARCHIVE, LINES[0].lists)
    assert encode(LINES[0].lists.to_json()) in DATA[0]
    assert entry == LINES[0].entry

"""The history of the charter: which version rules, and one named defect a case."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.proof.charter import charter_hash, encode_file, file_name
from copwatch.proof.entry import Signature
from copwatch.proof.findings import Kind
from copwatch.proof.history import History, read_history
from tests.proof import build
from tests.proof.build import FIRST, VERIFY, files, sign_charter


def follow(*charters, mark="0"):
    """A version that follows these; `mark` tells siblings apart."""
    return replace(
        FIRST,
        version=1 + max(c.version for c in charters),
        prev=tuple(sorted(charter_hash(c) for c in charters)),
        root_sealed=mark * 64,
    )


A1, B1 = follow(FIRST, mark="a"), follow(FIRST, mark="b")
A2 = follow(A1, mark="a")
BOTH = follow(A2, B1)


def read(found, archive=None):
    history, findings = read_history(found, VERIFY, archive)
    return history, {finding.kind for finding in findings}


@pytest.mark.parametrize(
    ("charters", "ruling"),
    [
        ((FIRST,), FIRST),
        ((FIRST, A1, A2), A2),
        ((FIRST, A1, A2, B1, BOTH), BOTH),
        ((FIRST, A1, A2, B1, BOTH, follow(BOTH)), follow(BOTH)),
    ],
    ids=["one", "three in a row", "fork resolved", "after a resolved fork"],
)
def test_the_only_head_rules(charters, ruling):
    history, kinds = read(files(*charters))
    assert kinds == set()
    assert history.archive == charter_hash(FIRST)
    assert history.charter == ruling


A3X, A3Y = follow(A2, mark="c"), follow(A2, mark="d")
CROSS1, CROSS2 = follow(A1, B1, mark="e"), follow(A1, B1, mark="f")


@pytest.mark.parametrize(
    ("charters", "ruling"),
    [
        ((FIRST, A1, B1), FIRST),
        ((FIRST, A1, A2, B1), FIRST),
        ((FIRST, A1, A2, A3X, A3Y), A2),
        ((FIRST, A1, A2, A3X, A3Y, follow(A3X)), A2),
        ((FIRST, A1, A2, B1, follow(A2, B1), A3X), A2),
        ((FIRST, A1, B1, CROSS1, CROSS2), FIRST),
        ((FIRST, A1, B1, CROSS1, CROSS2, follow(CROSS1)), FIRST),
    ],
    ids=[
        "two first versions", "uneven branches", "fork later", "one branch goes on",
        "one branch names both, the other goes on from one", "two resolutions side by side", "and one goes on",
    ],
)  # fmt: skip
def test_in_a_fork_the_last_common_version_rules(charters, ruling):
    history, kinds = read(files(*charters))
    assert kinds == {Kind.FORK}
    assert history.charter == ruling


def test_a_later_version_that_names_both_ends_crossed_forks():
    end = follow(CROSS1, CROSS2)
    history, kinds = read(files(FIRST, A1, B1, CROSS1, CROSS2, end))
    assert kinds == set()
    assert history.charter == end


@given(st.lists(st.sets(st.integers(0, 20), min_size=1, max_size=3), max_size=12))
def test_the_ruling_version_is_an_ancestor_of_every_head(parents):
    charters = [FIRST]
    for number, chosen in enumerate(parents):
        before = {charter_hash(charters[i % len(charters)]): charters[i % len(charters)] for i in chosen}
        charters.append(follow(*before.values(), mark=f"{number:x}"))
    history = History(charter_hash(FIRST), {charter_hash(c): c for c in charters})

    def ancestors(name):
        found = {name}
        for prev in history.charters[name].prev:
            found |= ancestors(prev)
        return found

    assert all(history.ruling in ancestors(head) for head in history.heads)
    if len(history.heads) == 1:
        assert history.ruling == history.heads[0]


def test_thousands_of_branches_are_soon_judged():
    chain = [FIRST]
    for _ in range(1000):
        chain.append(follow(chain[-1]))
    fan = [replace(follow(chain[-1]), root_sealed=build.h(n)) for n in range(1000)]
    history = History(charter_hash(FIRST), {charter_hash(c): c for c in chain + fan})
    assert history.charter == chain[-1]


OTHER_ROOT = replace(FIRST, root=build.OTHER.public_hex)


def with_file(name, data):
    return files(FIRST) | {name: data}


def resigned(charter, *keys):
    sigs = tuple(sign_charter(charter, key).sigs[0] for key in keys)
    return {file_name(charter): encode_file(replace(sign_charter(charter), sigs=sigs))}


def newer():
    data = encode_file(sign_charter(A1)).replace(b'"v":1,', b'"v":2,')
    return with_file("000001-" + "a" * 16 + ".json", data)


BAD_SIG = Signature(build.ROOT.public_hex, "0" * 128)
DEFECTS = {
    "nothing": ({}, Kind.MISSING),
    "first version missing": (files(A1), Kind.MISSING),
    "ancestor missing": (files(FIRST, A2), Kind.MISSING),
    "one of two ancestors missing": (files(FIRST, A1, A2, BOTH), Kind.MISSING),
    "first charter of another archive beside it": (
        files(FIRST) | resigned(OTHER_ROOT, build.OTHER), Kind.UNEXPECTED),
    "version number jumps": (files(FIRST, replace(A1, version=2)), Kind.MALFORMED),
    "version number stays behind": (files(FIRST, A1, replace(A2, version=1)), Kind.MALFORMED),
    "signed by another key": (files(FIRST) | resigned(A1, build.OTHER), Kind.BAD_SIGNATURE),
    "signed by a custodian": (files(FIRST) | resigned(A1, build.CUSTODIAN), Kind.BAD_SIGNATURE),
    "signed by one key more": (files(FIRST) | resigned(A1, build.ROOT, build.OTHER), Kind.BAD_SIGNATURE),
    "signed twice": (files(FIRST) | resigned(A1, build.ROOT, build.ROOT), Kind.BAD_SIGNATURE),
    "not signed": (files(FIRST) | resigned(A1), Kind.BAD_SIGNATURE),
    "signature that does not hold": (
        with_file(file_name(A1), encode_file(replace(sign_charter(A1), sigs=(BAD_SIG,)))), Kind.BAD_SIGNATURE),
    "another root key in a later version": (
        files(FIRST) | resigned(replace(A1, root=build.OTHER.public_hex), build.OTHER), Kind.BAD_SIGNATURE),
    "content of another name": (with_file(file_name(A1), encode_file(sign_charter(B1))), Kind.ALTERED),
    "right hash, wrong version in the name": (
        with_file(file_name(A1).replace("000001", "000002"), encode_file(sign_charter(A1))), Kind.ALTERED),
    "not JSON": (with_file("000001-" + "a" * 16 + ".json", b"\xff\n"), Kind.MALFORMED),
    "cut off": (with_file(file_name(A1), encode_file(sign_charter(A1))[:-20]), Kind.MALFORMED),
    "empty file": (with_file(file_name(A1), b""), Kind.MALFORMED),
    "of a later format": (newer(), Kind.NEWER),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_each_defect_has_its_finding(name):
    found, kind = DEFECTS[name]
    _, kinds = read(found)
    assert kinds == {kind}


def test_what_follows_a_bad_version_is_left_out_and_the_good_ones_rule():
    history, kinds = read(files(FIRST, A2) | resigned(A1, build.OTHER))
    assert kinds == {Kind.BAD_SIGNATURE, Kind.MISSING}
    assert history.charter == FIRST


def test_an_archive_that_is_known_is_not_confused_by_a_planted_charter():
    found = files(FIRST, A1) | resigned(OTHER_ROOT, build.OTHER)
    assert read(found)[0] is None
    history, kinds = read(found, charter_hash(FIRST))
    assert kinds == {Kind.UNEXPECTED}
    assert history.charter == A1


def test_another_archive_is_not_the_known_one():
    history, kinds = read(resigned(OTHER_ROOT, build.OTHER), charter_hash(FIRST))
    assert history is None
    assert kinds == {Kind.MISSING}


def test_a_charter_of_a_later_format_is_remembered_by_its_digits():
    assert read(newer())[0].newer == {"a" * 16}

"""Bates numbers: prefixes that no two devices share, and requests that make no production."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from copwatch.bundle.production.bates import Bates, read
from copwatch.bundle.profiles import shipped
from copwatch.errors import Unfinished, UsageError
from copwatch.proof.charter import Charter, Device, charter_hash
from copwatch.proof.history import History
from copwatch.store.keys import open_with_identity
from copwatch.typesetting import pages
from copwatch.workflows.bundle_plans import Going, Request
from copwatch.workflows.producing import (
    Given,
    check_layout,
    check_recipient,
    given_to,
    prefix_of,
    production_plan,
    tag_of,
)
from copwatch.workflows.session import Session
from tests.bundle.making import rules
from tests.conftest import REPO
from tests.workflows.group import Group, now

KEYS = [f"{number:064x}" for number in range(2000)]


def history(*versions: list[str]) -> History:
    charters, before = {}, ()
    for number, keys in enumerate(versions):
        devices = tuple(map(Device, keys))
        charter = Charter(number, before, "r" * 64, "0" * 64, (), devices, (), (), ())
        before = (charter_hash(charter),)
        charters[before[0]] = charter
    return History(next(iter(charters)), charters)


def test_the_first_device_numbers_plainly_and_every_other_under_its_own_tag():
    group = history(KEYS[:1], KEYS)
    prefixes = {key: prefix_of("CW", group, key) for key in KEYS[:40]}
    assert prefixes[KEYS[0]] == "CW" and len(set(prefixes.values())) == 40
    for prefix in prefixes.values():
        assert read(str(Bates(prefix, 1))).prefix == prefix
    assert prefix_of("NLG-OAK", group, KEYS[1]).startswith("NLG-OAK-")


def test_two_devices_that_would_share_a_tag_get_longer_ones():
    shortest = [tag_of(key, history([key])) for key in KEYS]
    first, second = next(
        (a, b) for b, tag in enumerate(shortest) for a in [shortest.index(tag)] if a != b
    )  # fmt: skip
    both = history([KEYS[first]], [KEYS[first], KEYS[second]])
    tags = {tag_of(KEYS[each], both) for each in (first, second)}
    assert len(tags) == 2 and {len(tag) for tag in tags} == {len(shortest[0]) + 1}


def test_ranges_overlap_only_under_one_prefix():
    one = Given("B-1", "CW0000003", "CW0000005")
    assert one.overlaps(Given("B-2", "CW0000005", "CW0000009"))
    assert not one.overlaps(Given("B-2", "CW0000006", "CW0000009"))
    assert not one.overlaps(Given("B-2", "NL0000003", "NL0000005"))


ASKED = Request("client-counsel", Path(), layout="production")


@pytest.mark.parametrize(
    "wrong",
    [
        {"layout": "bundle", "bates": "CW"}, {"layout": "bundle", "load_encoding": "cp1252"}, {"bates": "cw"},
        {"bates": "CW1"}, {"bates": "CW-2BCD"}, {"bates": "A-B-C"}, {"record": False}, {"load_encoding": "latin"},
        {"layout": "folders"},
    ],
)  # fmt: skip
def test_what_makes_no_production_is_refused_with_a_hint(wrong):
    check_layout(ASKED)
    with pytest.raises(UsageError) as refused:
        check_layout(replace(ASKED, **wrong))
    assert refused.value.hint


def test_only_counsel_and_courts_get_one():
    for name in ("client-counsel", "court-filing"):
        check_recipient(ASKED, shipped(name))
    for name in ("partner-org", "public-media"):
        with pytest.raises(UsageError):
            check_recipient(ASKED, shipped(name).with_proof())


def test_of_two_exports_at_once_one_gets_the_numbers_and_another_device_has_its_own(tmp_path):
    group = Group(tmp_path)
    second = group.device("second")

    def planned(session, bundle):
        made = production_plan(session, ASKED, Going((), {}, rules()), bundle, now)
        return made.first, partial(made.take, made.first, read_after(made.first, 2))

    with group.founder.here(), Session(group.founder.archive, group.keys()) as session:
        first, take = planned(session, "BUNDLE-A")
        again, take_too = planned(session, "BUNDLE-B")
        assert first == again == "CW0000001"
        take()
        with pytest.raises(Unfinished) as refused:
            take_too()
        assert refused.value.hint
        later, _ = planned(session, "BUNDLE-C")
        assert later == "CW0000004", "also what nobody got stays given"
        assert given_to(session, "BUNDLE-A") == Given("BUNDLE-A", "CW0000001", "CW0000003")
    with (
        second.here(),
        Session(second.archive, open_with_identity(second.archive, group.identity)) as session,
    ):
        there, _ = planned(session, "BUNDLE-D")
        assert there == f"CW-{tag_of(second.device, second.archive.history)}0000001"


def read_after(first: str, count: int) -> str:
    number = read(first)
    return str(Bates(number.prefix, number.number + count))


def test_without_pillow_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL.Image", None)
    with pytest.raises(Unfinished) as refused:
        pages.check_images()
    assert refused.value.hint in (REPO / "README.md").read_text(encoding="utf-8")
